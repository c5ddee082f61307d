"""The project file's mapping against what was landed: every name in it must be a column."""

from __future__ import annotations

import re
from collections.abc import Iterator

from regulars.core.errors import EngineError, SettingsError
from regulars.core.names import nearest, resolve_column, snake_case
from regulars.core.settings import (
    ENTITY_COLUMNS,
    ColumnMapping,
    EntityMapping,
    Project,
    SourceColumnType,
    place_of,
)
from regulars.core.settings.entities import EntityName
from regulars.ingest.sources.scans import quoted
from regulars.warehouse.protocol import Warehouse

_SQL_TYPES = {
    "text": "varchar",
    "number": "decimal(18, 4)",
    "integer": "bigint",
    "timestamp": "timestamp",
    "flag": "boolean",
    "category": "varchar",
    "date": "timestamp",
}
_LINEAGE = {
    "source_name": "varchar",
    "batch_id": "varchar",
    "file_name": "varchar",
    "row_number": "bigint",
    "landed_at": "timestamp",
    "run_started_at": "timestamp",
}
_UNKNOWN = re.compile(r'column "?([^"\s]+)"? (?:not found|does not exist)', re.IGNORECASE)


def check_mapping(project: Project, warehouse: Warehouse) -> None:
    """Raise SettingsError for the first mapped column or SQL that the landed columns do not allow.

    Columns may be named as in the file or as in the warehouse (`Unit Price` or unit_price); SQL
    uses the warehouse's names.
    """
    for name, mapping in project.entities.items():
        columns = warehouse.columns("bronze", mapping.source)
        check = _Check(project, warehouse, name=name, mapping=mapping, columns=columns)
        check.run()


class _Check:
    """The check of one entity."""

    def __init__(
        self,
        project: Project,
        warehouse: Warehouse,
        *,
        name: EntityName,
        mapping: EntityMapping,
        columns: dict[str, str],
    ) -> None:
        self._project = project
        self._warehouse = warehouse
        self._name = name
        self._mapping = mapping
        self._columns = columns

    def run(self) -> None:
        """Look at the source's types, then columns, attributes, `where` and `reject`."""
        typed = self._typed()
        at = f"entities.{self._name}"
        for place, mapping in self._mapped():
            for raw in raw_names(mapping):
                self._resolve(raw, at=place)
            if mapping.sql is not None:
                self._bind(f"select ({mapping.sql}) as value", typed, at=place)
        if self._mapping.where is not None:
            self._bind("select 1", typed, at=f"{at}.where", condition=self._mapping.where)
        judged = typed | _LINEAGE | self._canonical()
        for rule in self._mapping.reject:
            self._bind("select 1", judged, at=f"{at}.reject", condition=rule.when)

    def _canonical(self) -> dict[str, str]:
        """What a reject rule sees besides raw columns: canonical ones and attributes."""
        columns = {column.name: column.type for column in ENTITY_COLUMNS[self._name]}
        attributes = {name: attribute.type for name, attribute in self._mapping.attributes.items()}
        return {name: _SQL_TYPES[kind] for name, kind in (columns | attributes).items()}

    def _mapped(self) -> Iterator[tuple[str, ColumnMapping]]:
        for column, mapping in self._mapping.columns.items():
            yield f"entities.{self._name}.columns.{column}", mapping
        for attribute, mapping in self._mapping.attributes.items():
            yield f"entities.{self._name}.attributes.{attribute}", mapping

    def _typed(self) -> dict[str, str]:
        source = self._project.sources[self._mapping.source]
        typed = dict(self._columns)
        for raw, stated in source.types.items():
            column = self._resolve(raw, at=f"sources.{self._mapping.source}.types.{raw}")
            typed[column] = _stated_type(stated)
        if source.deleted is not None:
            self._resolve(source.deleted, at=f"sources.{self._mapping.source}.deleted")
        return typed

    def _resolve(self, raw: str, *, at: str) -> str:
        try:
            return resolve_column(raw, self._columns)
        except SettingsError as error:
            what = f"{at}: the source '{self._mapping.source}' has no column '{raw}'"
            near = error.what.partition(";")[2]
            raise self._error(what + (f";{near}" if near else ""), at, error.hint) from None

    def _bind(
        self, query: str, columns: dict[str, str], *, at: str, condition: str | None = None
    ) -> None:
        """Let the engine look at an expression over no rows."""
        typed = {name: self._warehouse.sql_type(kind) for name, kind in columns.items()}
        nulls = ", ".join(f"cast(null as {kind}) as {quoted(n)}" for n, kind in typed.items())
        where = f" where {condition}" if condition else ""
        try:
            self._warehouse.rows(f"{query} from (select {nulls} where 1 = 0) as delivered{where}")
        except EngineError as error:
            unknown = _UNKNOWN.search(error.what)
            if unknown:
                raise self._error(*self._unknown(unknown[1], columns, at=at)) from None
            hint = None
            if "VARCHAR" in error.what or "character varying" in error.what:
                hint = (
                    "Columns of text files are text: state the type of those used in SQL, "
                    f"under sources.{self._mapping.source}.types."
                )
            raise self._error(f"{at}: the SQL cannot run: {error.what}", at, hint) from None

    def _unknown(self, name: str, columns: dict[str, str], *, at: str) -> tuple[str, str, str]:
        raw = [column for column in columns if not column.startswith("_")]
        near = nearest(snake_case(name), raw)
        what = f"{at}: the source '{self._mapping.source}' has no column '{name}'"
        return (
            what + (f"; did you mean '{near}'?" if near else ""),
            at,
            (f"SQL can use: {', '.join(raw)}."),
        )

    def _error(self, what: str, at: str, hint: str | None) -> SettingsError:
        return SettingsError(what, where=place_of(self._project, at), hint=hint)


def raw_names(mapping: ColumnMapping) -> list[str]:
    """The raw columns that a mapping names: one, or those of the parts of a date."""
    if mapping.column is not None:
        return [mapping.column]
    return [part for part in mapping.parts.model_dump().values() if part] if mapping.parts else []


def _stated_type(stated: SourceColumnType) -> str:
    return _SQL_TYPES[stated.type]
