"""What the generated models say of themselves: grain, columns, tests; as dbt's properties."""

from __future__ import annotations

import json
from typing import Any

import yaml

from regulars.ingest.clean_entities import EVENTS, CleanColumn, CleanEntity
from regulars.ingest.silver.templated import plain

Column = dict[str, Any]
_MEANINGS = {
    "source_name": ("varchar", "Source of the project file."),
    "batch_id": ("varchar", "Delivery that brought the row."),
    "file_name": ("varchar", "File of the delivery."),
    "row_number": ("bigint", "Number of the record in the file."),
    "landed_at": ("timestamp", "When the delivery landed."),
    "is_deleted": ("boolean", "Whether the row says that its key is gone."),
}
_VERDICT = {
    "parse_errors": ("varchar", "Names of optional values that could not be read."),
    "corrected": ("varchar", "Names of values that a rule changed, each with the kind of rule."),
    "rejection_reason": ("varchar", "Why the row cannot be used; null for a usable row."),
}
_RESOLVED = {
    "period": ("date", "First day of the period it happened in."),
    "known_period": ("date", "First day of the period it was known in."),
    "key_rank": ("bigint", "Rank among the rows of its key in this build."),
    "is_kept": ("boolean", "Whether it is the row that counts for its key."),
}
_VERSIONED = {
    "version_from": ("timestamp", "From when this version holds."),
    "key_rank": ("bigint", "1 for the row that is kept, more for rows merged into it."),
}


def staged_properties(entity: CleanEntity) -> str:
    """Of `stg_<entity>`."""
    text = "One row per delivered row, typed, with the reason for which it cannot be used."
    return _properties(
        f"stg_{entity.name}",
        f"{text} {_origin(entity)}",
        [*_clean(entity), *_listed(_MEANINGS | _VERDICT)],
        tests=["regulars.unique_record"],
    )


def resolved_properties(entity: CleanEntity) -> str:
    """Of `int_<events>_resolved`."""
    assert entity.name in EVENTS
    kept_key = {
        "regulars.unique_kept_key": {
            "name": f"{entity.name}_keys_are_unique",
            "arguments": {"key": entity.key},
        }
    }
    return _properties(
        f"int_{entity.name}_resolved",
        f"One row per usable row of {entity.name}, with its key, whether it counts for that key, "
        "the customer behind its alias, and its periods.",
        [*_clean(entity), *_listed(_MEANINGS | _RESOLVED)],
        tests=[kept_key],
    )


def versioned_properties(entity: CleanEntity) -> str:
    """Of `int_customers_versioned`."""
    whole = {"regulars.unique_record": {"config": {"where": "source_name is not null"}}}
    return _properties(
        "int_customers_versioned",
        "One row per usable row of customers, with the moment from which it holds.",
        [*_clean(entity), *_listed(_MEANINGS | _VERSIONED)],
        tests=[whole],
    )


def _origin(entity: CleanEntity) -> str:
    if entity.source is None:
        return "Empty unless the project file maps a source."
    return f"From the source {entity.source}."


def _clean(entity: CleanEntity) -> list[Column]:
    return [_column(column) for column in entity.columns]


def _column(column: CleanColumn) -> Column:
    quoted = {"quote": True} if column.is_quoted else {}
    described = column.variables()
    return {name: plain(text) for name, text in described.items()} | quoted


def _listed(meanings: dict[str, tuple[str, str]]) -> list[Column]:
    return [
        {"name": name, "data_type": kind, "description": text}
        for name, (kind, text) in meanings.items()
    ]


def _properties(name: str, description: str, columns: list[Column], *, tests: list[Any]) -> str:
    model = {
        "name": name, "description": plain(description), "data_tests": tests, "columns": columns,
    }  # fmt: skip
    # JSON, too, is YAML, and a hundred columns of it are written in no time.
    head = yaml.safe_dump({"models": [model | {"columns": []}]}, sort_keys=False, width=100)
    lines = [f"  - {json.dumps(column, ensure_ascii=False)}" for column in columns]
    return head.replace("  columns: []\n", "  columns:\n" + "\n".join(lines) + "\n")
