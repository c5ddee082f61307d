"""Canonical entities as typed objects: their columns, and where each value comes from.

`ingest.mapping` makes them of the project file, `ingest.silver` writes the cleaning models from
them, and the models after those read the few variables of `ProjectMapping.variables`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from regulars.core.settings import ColumnMapping, Project
from regulars.core.settings.entities import EntityName
from regulars.core.settings.mappings import Bounds, RejectRule
from regulars.core.settings.sources import SourceColumnType
from regulars.warehouse.dialects import dialect_of

# A mapped key must not be null: such rows would all become one.
KEYS: dict[EntityName, str] = {
    "transactions": "transaction_id",
    "interactions": "interaction_id",
    "touches": "touch_id",
    "customers": "customer_id",
    "labels": "customer_id",
    "categories": "category_id",
    "identities": "alias",
}
EVENTS: tuple[EntityName, ...] = ("transactions", "interactions", "touches")
PORTABLE_TYPES = {
    "text": "varchar",
    "category": "varchar",
    "number": "decimal(18, 4)",
    "integer": "bigint",
    "timestamp": "timestamp",
    "date": "timestamp",
    "flag": "boolean",
}


@dataclass(frozen=True)
class Origin:
    """Where a value comes from: one SQL expression over raw columns, or the parts of a date.

    `delivered_as` is what it already is (text, number, timestamp, timestamptz, flag), or 'any' for
    an expression of the project file and for a type that is none of these. `rules` are the
    cleaning rules of its column.
    """

    sql: str
    delivered_as: str
    rules: ColumnMapping | None = None
    formats: tuple[str, ...] = ()
    decimal: str = "."
    true: tuple[str, ...] = ()
    false: tuple[str, ...] = ()
    parts: tuple[str, str, str | None] | None = None


@dataclass(frozen=True)
class CleanColumn:
    """One column of a clean table; `origin` is None where the project file does not map it.

    `uncapped` names the column whose value this one keeps as it was delivered. A name that the
    project file gives (`is_quoted`) may be any text; ours are plain in every engine.
    """

    name: str
    type: str
    description: str
    is_needed: bool = False
    is_key: bool = False
    is_attribute: bool = False
    is_quoted: bool = False
    origin: Origin | None = None
    cap: Bounds | None = None
    uncapped: str | None = None
    history: str = "track"
    is_feature: bool = False

    @property
    def portable_type(self) -> str:
        """The type that contracts name."""
        return PORTABLE_TYPES[self.type]

    @property
    def is_text(self) -> bool:
        """Whether every delivered value can be read."""
        return self.type in ("text", "category")

    def variables(self) -> dict[str, str]:
        """Name, type and description, as a contract lists a column."""
        return {
            "name": self.name, "data_type": self.portable_type, "description": self.description,
        }  # fmt: skip


@dataclass(frozen=True)
class RawColumn:
    """A landed column, and how its text is read before expressions use it, if that is declared."""

    name: str
    origin: Origin
    declared: SourceColumnType | None


@dataclass(frozen=True)
class SharedFields:
    """Raw columns, quoted, that the lines of an order share: its number, what its first line holds

    for all, and the numbers that count once. `is_filled_down`: a row without a number belongs to
    the order above it.
    """

    order: str
    fill: tuple[str, ...] = ()
    once: tuple[str, ...] = ()
    is_filled_down: bool = False


@dataclass(frozen=True)
class CleanEntity:
    """One canonical entity: its columns, and of a mapped one everything that cleans it."""

    name: EntityName
    columns: tuple[CleanColumn, ...]
    currency: str
    source: str | None = None
    raw_columns: tuple[RawColumn, ...] = ()
    load: str = "append"
    reads_current_only: bool = False
    deleted: Origin | None = None
    shared_fields: SharedFields | None = None
    where: str | None = None
    reject: tuple[RejectRule, ...] = ()
    funnel: str = "keep"

    @property
    def key(self) -> str:
        """The column that tells rows apart."""
        return KEYS[self.name]

    @property
    def mapped(self) -> dict[str, CleanColumn]:
        """Columns that the project file maps, by name."""
        return {column.name: column for column in self.columns if column.origin is not None}

    @property
    def newest_wins(self) -> bool:
        """Whether a later row of the same key replaces an earlier one."""
        return self.load == "upsert"


@dataclass(frozen=True)
class ProjectMapping:
    """All canonical entities, mapped or not, and what the models after cleaning must know."""

    project: Project
    entities: dict[EntityName, CleanEntity]
    bronze: tuple[str, ...] = field(default=())

    @property
    def attributes(self) -> tuple[CleanColumn, ...]:
        """The customer attributes."""
        return tuple(column for column in self.entities["customers"].columns if column.is_attribute)

    def variables(self) -> dict[str, Any]:
        """What gold and serving read of the mapping, as variables of dbt."""
        project = self.project
        return {
            "timezone": project.timezone,
            "currency": project.currency,
            "grain": project.grain,
            "schema_prefix": project.engine.schema_prefix,
            "bronze_tables": [
                {"name": name, "description": f"Rows of the source {name} as delivered."}
                for name in self.bronze
            ],
            "entities": {
                name: {
                    "columns": list(project.entities[name].columns),
                    "members_only": project.entities[name].members_only,
                }
                for name in project.entities
            },
            "capped": {
                name: [column.name for column in entity.columns if column.cap]
                for name, entity in self.entities.items()
                if any(column.cap for column in entity.columns)
            },
            "attributes": [
                attribute.variables()
                | {
                    "type": attribute.type,
                    "history": attribute.history,
                    "feature": attribute.is_feature,
                }
                for attribute in self.attributes
            ],
            "attribute_columns": [
                dialect_of(project.engine.type).contract_column(attribute.variables())
                for attribute in self.attributes
            ],
        }
