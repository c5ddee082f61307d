"""All generated models of a project as files of its dbt folder: path and text."""

from __future__ import annotations

from collections.abc import Mapping

from regulars.core.settings.entities import EntityName
from regulars.ingest.clean_entities import EVENTS, CleanEntity
from regulars.ingest.silver.keyed import resolved_sql
from regulars.ingest.silver.properties import (
    resolved_properties,
    staged_properties,
    versioned_properties,
)
from regulars.ingest.silver.staged import staged_sql
from regulars.ingest.silver.versioned import versioned_sql
from regulars.warehouse.dialect import Dialect

_NOTE = "-- Written from regulars.yaml at every run: change the mapping there, not this file."


def cleaning_models(entities: Mapping[EntityName, CleanEntity], dialect: Dialect) -> dict[str, str]:
    """The SQL and the properties of every generated model, by their place below `models`."""
    files: dict[str, str] = {}
    has_identities = entities["identities"].source is not None
    for name, entity in entities.items():
        files |= _model(f"stg_{name}", staged_sql(entity, dialect), staged_properties(entity))
        if name in EVENTS:
            sql = resolved_sql(entity, dialect, has_identities=has_identities)
            files |= _model(f"int_{name}_resolved", sql, resolved_properties(entity))
    customers = entities["customers"]
    sql = versioned_sql(customers, dialect)
    return files | _model("int_customers_versioned", sql, versioned_properties(customers))


def _model(name: str, sql: str, properties: str) -> dict[str, str]:
    return {f"silver/{name}.sql": f"{_NOTE}\n{sql}", f"silver/{name}.yml": properties}
