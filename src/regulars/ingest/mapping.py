"""The project file's mapping, resolved against the landed columns."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from regulars.core.errors import SettingsError
from regulars.core.names import resolve_column
from regulars.core.settings import ENTITY_COLUMNS, ColumnMapping, EntityMapping, Project
from regulars.core.settings.entities import EntityName
from regulars.core.settings.mappings import Bounds
from regulars.core.settings.sources import SourceColumnType
from regulars.ingest.clean_entities import (
    KEYS,
    CleanColumn,
    CleanEntity,
    Origin,
    ProjectMapping,
    RawColumn,
    SharedFields,
)
from regulars.ingest.sources.scans import literal
from regulars.warehouse.dialect import Dialect

LINEAGE = ("_batch_id", "_file", "_row_number", "_landed_at")
# What a raw column that the source's `types` declare is by the time expressions use it.
_DECLARED = {"timestamp": "timestamp", "flag": "flag", "text": "text"}
_NUMBERS = (
    "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER",
    "UBIGINT", "UHUGEINT", "FLOAT", "DOUBLE", "REAL", "DECIMAL", "NUMERIC",
)  # fmt: skip
RawColumns = Mapping[str, str]


def resolve_mapping(
    project: Project,
    bronze: Mapping[str, RawColumns],
    *,
    dialect: Dialect,
    replaced: Collection[str] = (),
) -> ProjectMapping:
    """The project's mapping with every raw column found.

    `bronze` holds, per source, the landed column names and the engine's types. Columns may be
    named as in the file or as in the warehouse; a name that fits nothing is a SettingsError.
    `replaced` are the sources that have batches which do not count any more.
    """
    entities = unmapped_entities(project.currency)
    for name, mapping in project.entities.items():
        raw = _Resolver(project, mapping, bronze[mapping.source], dialect)
        entities[name] = _entity(name, mapping, raw, replaced=replaced)
    return ProjectMapping(project, entities, tuple(bronze))


def unmapped_entities(currency: str = "EUR") -> dict[EntityName, CleanEntity]:
    """All canonical entities as they are while nothing is mapped."""
    return {
        name: CleanEntity(name, _columns(name, None, None), currency) for name in ENTITY_COLUMNS
    }


class _Resolver:
    """Finds the raw columns of one source that a mapping means."""

    def __init__(
        self, project: Project, mapping: EntityMapping, columns: RawColumns, dialect: Dialect
    ) -> None:
        self.project, self.mapping, self.dialect = project, mapping, dialect
        self.source = project.sources[mapping.source]
        self._kinds = {
            name: _delivered_as(kind) for name, kind in columns.items() if name not in LINEAGE
        }
        at = f"sources.{mapping.source}.types"
        self._declared = {self.find(name, at=at): spec for name, spec in self.source.types.items()}
        self._kinds_read = self._kinds | {
            name: _DECLARED.get(spec.type, "number") for name, spec in self._declared.items()
        }

    def find(self, name: str, *, at: str) -> str:
        """The landed column of a name. Raises SettingsError, with the place, for an unknown one."""
        try:
            return resolve_column(name, self._kinds)
        except SettingsError as error:
            raise SettingsError(f"{at}: {error.what}", hint=error.hint) from None

    def raw_columns(self) -> tuple[RawColumn, ...]:
        """Every landed column of the source."""
        return tuple(
            RawColumn(name, self._delivered(name, kind), self._declared.get(name))
            for name, kind in self._kinds.items()
        )

    def _delivered(self, name: str, kind: str) -> Origin:
        spec = self._declared.get(name) or SourceColumnType()
        sql = self.dialect.quote(name)
        if spec.affix:
            sql = f"replace({sql}, {literal(spec.affix)}, '')"
        return Origin(sql, kind, formats=tuple(spec.format), decimal=spec.decimal)

    def deleted(self) -> Origin | None:
        """The flag that says that a row's key is gone, if the source has one."""
        if not self.source.deleted:
            return None
        name = self.find(self.source.deleted, at=f"sources.{self.mapping.source}.deleted")
        return Origin(self.dialect.quote(name), self._kinds[name])

    def shared_fields(self) -> SharedFields | None:
        """The columns that the lines of an order share, if the source has such."""
        lines = self.source.order_lines
        if lines is None:
            return None
        at = f"sources.{self.mapping.source}.order_lines"

        def quoted_names(names: Iterable[str]) -> tuple[str, ...]:
            return tuple(self.dialect.quote(self.find(name, at=at)) for name in names)

        (order,) = quoted_names([lines.order])
        fill, once = quoted_names(lines.fill), quoted_names(lines.once)
        filled = tuple(name for name in fill if name != order)
        return SharedFields(order, filled, once, is_filled_down=order in fill)

    def origin(self, column: ColumnMapping, *, at: str) -> Origin:
        """Where a mapped column comes from."""
        sql, kind, parts = column.sql or "", "any", None
        if column.column is not None:
            name = self.find(column.column, at=at)
            sql, kind = self.dialect.quote(name), self._kinds_read[name]
        elif column.parts is not None:
            year, month, day = (
                name and self.dialect.quote(self.find(name, at=f"{at}.parts.{part}"))
                for part, name in column.parts.model_dump().items()
            )
            sql, parts = year, (year, month, day)
        return Origin(
            sql,
            kind,
            column,
            formats=tuple(column.format),
            decimal=column.decimal,
            true=tuple(column.true),
            false=tuple(column.false),
            parts=parts,
        )


def _entity(
    name: EntityName, mapping: EntityMapping, raw: _Resolver, *, replaced: Collection[str]
) -> CleanEntity:
    load = raw.source.load
    # Whole deliveries of customers are their history. Looking at every row's batch costs time, so
    # it is done only where some batch does not count any more.
    is_history = load == "replace" and name == "customers"
    return CleanEntity(
        name=name,
        columns=_columns(name, mapping, raw),
        currency=raw.project.currency,
        source=mapping.source,
        raw_columns=raw.raw_columns(),
        load=load,
        reads_current_only=(load == "replace" or mapping.source in replaced) and not is_history,
        deleted=raw.deleted(),
        shared_fields=raw.shared_fields(),
        where=mapping.where,
        reject=tuple(mapping.reject),
        funnel=mapping.funnel,
    )


def _columns(
    name: EntityName, mapping: EntityMapping | None, raw: _Resolver | None
) -> tuple[CleanColumn, ...]:
    """Canonical columns, those that keep what was delivered beside a cap, then attributes."""
    mapped = mapping.columns if mapping else {}
    caps = {at: cap for at, cap in (mapping.caps if mapping else {}).items() if cap.is_set}
    canonical = [
        CleanColumn(
            column.name,
            column.type,
            column.meaning,
            is_needed=column.needed or (column.name == KEYS[name] and column.name in mapped),
            is_key=column.name == KEYS[name],
            origin=(
                raw.origin(mapped[column.name], at=f"entities.{name}.columns.{column.name}")
                if raw and column.name in mapped
                else None
            ),
            cap=caps.get(column.name),
        )
        for column in ENTITY_COLUMNS[name]
    ]
    attributes = mapping.attributes if mapping else {}
    uncapped = [
        CleanColumn(
            f"{at}_uncapped",
            "number",
            f"{at} as it was delivered.",
            uncapped=at,
            is_quoted=at in attributes,
        )
        for at in caps
    ]
    return (*canonical, *uncapped, *_attributes(mapping, raw, caps))


def _attributes(
    mapping: EntityMapping | None, raw: _Resolver | None, caps: Mapping[str, Bounds]
) -> list[CleanColumn]:
    if mapping is None or raw is None:
        return []
    attributes = []
    for name, attribute in mapping.attributes.items():
        at = f"entities.customers.attributes.{name}"
        if name in {column.name for column in ENTITY_COLUMNS["customers"]}:
            raise SettingsError(
                f"{at}: '{name}' is a column of customers", hint="Map it under columns instead."
            )
        attributes.append(
            CleanColumn(
                name,
                "text" if attribute.type == "category" else attribute.type,
                f"Customer attribute {name} ({attribute.type}).",
                is_attribute=True,
                is_quoted=True,
                origin=raw.origin(attribute, at=at),
                cap=caps.get(name),
                history=attribute.history,
                is_feature=attribute.feature and attribute.type not in ("text", "date"),
            )
        )
    return attributes


def _delivered_as(kind: str) -> str:
    """What an engine's column type already is, in the words of `Origin`."""
    upper = kind.upper()
    if "TIME ZONE" in upper or upper == "TIMESTAMPTZ":
        return "timestamptz"
    if upper.startswith(("TIMESTAMP", "DATE")):
        return "timestamp"
    if upper == "BOOLEAN":
        return "flag"
    if upper.startswith(("VARCHAR", "TEXT", "CHAR")):
        return "text"
    return "number" if upper.startswith(_NUMBERS) else "any"
