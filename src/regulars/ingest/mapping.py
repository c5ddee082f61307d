"""The project file's mapping, resolved against the landed columns, as the transform reads it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from regulars.core.errors import SettingsError
from regulars.core.names import resolve_column
from regulars.core.settings import (
    ENTITY_COLUMNS,
    Attribute,
    CanonicalColumn,
    ColumnMapping,
    EntityMapping,
    Project,
)
from regulars.core.settings.entities import EntityName
from regulars.ingest.quality.cleaning_rules import cleaning_rules

# A mapped key must not be null: such rows would all become one.
_KEYS = {
    "transactions": "transaction_id",
    "interactions": "interaction_id",
    "touches": "touch_id",
    "customers": "customer_id",
    "labels": "customer_id",
    "categories": "category_id",
    "identities": "alias",
}
_LINEAGE = ("_batch_id", "_file", "_row_number", "_landed_at")
_SQL_TYPES = {
    "text": "varchar",
    "category": "varchar",
    "number": "decimal(18, 4)",
    "integer": "bigint",
    "timestamp": "timestamp",
    "date": "timestamp",
    "flag": "boolean",
}
Columns = dict[str, str]


def mapping_variables(
    project: Project, bronze: dict[str, Columns], *, replaced: Collection[str] = ()
) -> dict[str, Any]:
    """Variables for the silver models.

    `bronze` holds, per source, the landed column names and the engine's types. Columns may be
    named as in the file or as in the warehouse; a name that fits nothing is a SettingsError.
    `replaced` are the sources that have batches which do not count any more.
    """
    return {
        "timezone": project.timezone,
        "currency": project.currency,
        "grain": project.grain,
        "schema_prefix": project.engine.schema_prefix,
        "bronze_tables": [
            {"name": name, "description": f"Rows of the source {name} as delivered."}
            for name in bronze
        ],
        "canonical": {
            name: [
                *(_canonical(column, name, project) for column in columns),
                *_uncapped(project.entities.get(name)),
            ]
            for name, columns in ENTITY_COLUMNS.items()
        },
        "entities": {
            name: _entity(name, mapping, project, bronze, replaced=replaced)
            for name, mapping in project.entities.items()
        },
        **_attributes(project, bronze),
    }


def _canonical(column: CanonicalColumn, entity: EntityName, project: Project) -> dict[str, Any]:
    mapping = project.entities.get(entity)
    is_mapped_key = (
        mapping is not None and column.name == _KEYS.get(entity) and column.name in mapping.columns
    )
    return {
        "name": column.name,
        "type": column.type,
        "data_type": _SQL_TYPES[column.type],
        "description": column.meaning,
        "needed": column.needed or is_mapped_key,
        "is_key": column.name == _KEYS[entity],
        "cap": _cap(mapping, column.name),
    }


def _cap(mapping: EntityMapping | None, name: str) -> dict[str, float | None] | None:
    """The bounds of a number, where the project file sets any."""
    bounds = mapping.caps.get(name) if mapping else None
    return {"least": bounds.min, "most": bounds.max} if bounds and bounds.is_set else None


def _uncapped(mapping: EntityMapping | None) -> list[dict[str, Any]]:
    """The columns that keep what was delivered beside a capped value."""
    return [
        {
            "name": f"{name}_uncapped",
            "type": "number",
            "data_type": _SQL_TYPES["number"],
            "description": f"{name} as it was delivered.",
            "needed": False,
            "is_key": False,
            "uncapped": name,
        }
        for name, bounds in (mapping.caps if mapping else {}).items()
        if bounds.is_set
    ]


def _entity(
    name: EntityName,
    mapping: EntityMapping,
    project: Project,
    bronze: dict[str, Columns],
    *,
    replaced: Collection[str],
) -> dict[str, Any]:
    columns = bronze[mapping.source]
    source = project.sources[mapping.source]
    types = {
        _resolved(raw, columns, f"sources.{mapping.source}.types"): spec
        for raw, spec in source.types.items()
    }
    typed_after = columns | {raw: _typed_name(spec.type) for raw, spec in types.items()}
    at = f"entities.{name}.columns"
    return {
        "source": mapping.source,
        "load": source.load,
        # Whole deliveries of customers are their history. Looking at every row's batch costs time,
        # so it is done only where some batch does not count any more.
        "current_only": (source.load == "replace" or mapping.source in replaced)
        and not (source.load == "replace" and name == "customers"),
        "members_only": mapping.members_only,
        "deleted": source.deleted
        and _column(
            ColumnMapping(column=source.deleted), columns, at=f"sources.{mapping.source}.deleted"
        ),
        "where": mapping.where,
        "reject": [rule.model_dump() for rule in mapping.reject],
        "funnel": mapping.funnel,
        "raw_columns": [
            {
                "name": raw,
                "quoted": f'"{raw}"',
                "sql": f'"{raw}"',
                "typed": _typed(kind),
                **(types[raw].model_dump() if raw in types else {"type": None}),
            }
            for raw, kind in columns.items()
            if raw not in _LINEAGE
        ],
        "columns": {
            canonical: _column(one, typed_after, at=f"{at}.{canonical}")
            for canonical, one in mapping.columns.items()
        },
    }


def _attributes(project: Project, bronze: dict[str, Columns]) -> dict[str, Any]:
    mapping = project.entities.get("customers")
    if mapping is None:
        return {"attributes": [], "attribute_columns": []}
    columns = bronze[mapping.source]
    types = {
        _resolved(raw, columns, f"sources.{mapping.source}.types"): _typed_name(spec.type)
        for raw, spec in project.sources[mapping.source].types.items()
    }
    attributes = [
        {**_attribute(name, attribute, columns | types), "cap": _cap(mapping, name)}
        for name, attribute in mapping.attributes.items()
    ]
    return {
        "attributes": attributes,
        "attribute_columns": [
            {key: one[key] for key in ("name", "data_type", "description")} for one in attributes
        ],
    }


def _attribute(name: str, attribute: Attribute, columns: Columns) -> dict[str, Any]:
    at = f"entities.customers.attributes.{name}"
    if name in {column.name for column in ENTITY_COLUMNS["customers"]}:
        raise SettingsError(
            f"{at}: '{name}' is a column of customers", hint="Map it under columns instead."
        )
    kind = "text" if attribute.type == "category" else attribute.type
    return {
        **_column(attribute, columns, at=at),
        "name": name,
        "type": kind,
        "data_type": _SQL_TYPES[kind],
        "description": f"Customer attribute {name} ({attribute.type}).",
        "history": attribute.history,
        "feature": attribute.feature and attribute.type not in ("text", "date"),
    }


def _column(one: ColumnMapping, columns: Columns, *, at: str) -> dict[str, Any]:
    shared = {
        "format": one.format,
        "decimal": one.decimal,
        "true": one.true,
        "parts": None,
        "rules": cleaning_rules(one),
    }
    if one.column is not None:
        raw = _resolved(one.column, columns, at)
        return {**shared, "sql": f'"{raw}"', "typed": _typed(columns[raw])}
    if one.parts is not None:
        parts = {
            part: value and f'"{_resolved(value, columns, f"{at}.parts.{part}")}"'
            for part, value in one.parts.model_dump().items()
        }
        return {**shared, "parts": parts, "sql": parts["year"], "typed": "any"}
    return {**shared, "sql": one.sql, "typed": "any"}


def _resolved(name: str, columns: Columns, at: str) -> str:
    try:
        return resolve_column(name, [raw for raw in columns if raw not in _LINEAGE])
    except SettingsError as error:
        raise SettingsError(f"{at}: {error.what}", hint=error.hint) from None


def _typed_name(kind: str) -> str:
    return {"timestamp": "TIMESTAMP", "flag": "BOOLEAN", "text": "VARCHAR"}.get(kind, "DOUBLE")


def _typed(kind: str) -> str:
    """What an engine's column type already is, in the transform's words."""
    upper = kind.upper()
    if "TIME ZONE" in upper or upper == "TIMESTAMPTZ":
        return "timestamptz"
    if upper.startswith(("TIMESTAMP", "DATE")):
        return "timestamp"
    if upper == "BOOLEAN":
        return "flag"
    return "text" if upper.startswith(("VARCHAR", "TEXT", "CHAR")) else "number"
