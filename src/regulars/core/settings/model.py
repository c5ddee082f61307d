"""The shape of `regulars.yaml`: every setting, its default, its allowed values, its meaning."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import available_timezones

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from regulars.core.settings.entities import ENTITY_COLUMNS, EntityName

PROJECT_VERSION = 1

Grain = Literal["day", "week", "month"]
ColumnType = Literal["text", "number", "integer", "timestamp", "flag"]
AttributeType = Literal["category", "number", "flag", "date", "text"]


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


Strings = Annotated[list[str], BeforeValidator(_as_list)]


class Setting(BaseModel):
    """Base: frozen, and a name that does not exist is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class SourceColumnType(Setting):
    """How one raw text column is read before SQL expressions use it."""

    type: ColumnType = "text"
    format: Strings = Field(default=[], description="Date formats, tried in order (strptime).")
    decimal: str = Field(default=".", description="Decimal mark of numbers in text.")


def _as_column_type(value: object) -> object:
    return {"type": value} if isinstance(value, str) else value


class Source(Setting):
    """Where raw rows come from, and what a new delivery means."""

    path: str | None = Field(default=None, description="File, folder or glob, from the project.")
    sql: str | None = Field(
        default=None, description="A query over other sources of this file, by their names."
    )
    format: Literal["csv", "parquet", "excel", "fixed", "whitespace"] | None = Field(
        default=None, description="Guessed from the file's ending when not given."
    )
    load: Literal["append", "upsert", "replace"] = Field(
        default="append",
        description="append: new rows; upsert: a newer row with the same key wins; "
        "replace: each delivery is the whole table.",
    )
    delimiter: str | None = Field(default=None, description="Field separator; found when absent.")
    quote: str = Field(default='"', description="Quote character.")
    escape: str | None = Field(
        default=None, description="What comes before a quote inside quotes; found when absent."
    )
    encoding: str = Field(default="utf-8", description="Text encoding, e.g. latin-1, cp1252.")
    header: bool = Field(default=True, description="Whether the first line names the columns.")
    columns: list[str] = Field(default=[], description="Names, where the file has no header.")
    widths: list[int] = Field(default=[], description="Field widths of a fixed-width file.")
    sheet: str | None = Field(default=None, description="Sheet of an Excel file; else the first.")
    types: dict[str, Annotated[SourceColumnType, BeforeValidator(_as_column_type)]] = Field(
        default={}, description="Types of raw columns that SQL expressions use."
    )
    deleted: str | None = Field(
        default=None, description="Column that is true on a row that says 'deleted'."
    )

    @model_validator(mode="after")
    def _one_origin(self) -> Source:
        if (self.path is None) == (self.sql is None):
            raise ValueError("a source needs exactly one of 'path' and 'sql'")
        if self.format == "fixed" and len(self.widths) != len(self.columns):
            raise ValueError("a fixed-width source needs as many 'widths' as 'columns'")
        return self


class DateParts(Setting):
    """A date from separate year, month and day columns."""

    year: str
    month: str
    day: str | None = None


class ColumnMapping(Setting):
    """How one canonical column comes from a source: a column, an expression or date parts."""

    column: str | None = Field(default=None, description="A raw column.")
    sql: str | None = Field(default=None, description="An SQL expression over raw columns.")
    parts: DateParts | None = Field(default=None, description="Year, month and day columns.")
    format: Strings = Field(default=[], description="Date formats, tried in order (strptime).")
    decimal: str = Field(default=".", description="Decimal mark of numbers in text.")
    true: Strings = Field(default=[], description="Further texts that mean true in a flag.")

    @model_validator(mode="after")
    def _one_origin(self) -> ColumnMapping:
        if sum(part is not None for part in (self.column, self.sql, self.parts)) != 1:
            raise ValueError("a mapping needs exactly one of 'column', 'sql' and 'parts'")
        return self


def _as_mapping(value: object) -> object:
    return {"column": value} if isinstance(value, str) else value


Mapping = Annotated[ColumnMapping, BeforeValidator(_as_mapping)]


class Attribute(ColumnMapping):
    """A customer attribute: a fact about the customer that is not an event."""

    type: AttributeType = "category"
    history: Literal["track", "overwrite"] = Field(
        default="track", description="track keeps versions in time, overwrite keeps the latest."
    )
    feature: bool = Field(default=True, description="Whether the attribute may be a feature.")


def _as_attribute(value: object) -> object:
    return {"column": value} if isinstance(value, str) else value


class RejectRule(Setting):
    """Rows for which `when` holds are kept aside with this reason."""

    when: str = Field(description="SQL condition over raw and canonical columns of the row.")
    because: str = Field(description="The reason shown to people.")


class EntityMapping(Setting):
    """One canonical entity and where its columns come from."""

    source: str
    columns: dict[str, Mapping]
    attributes: dict[str, Annotated[Attribute, BeforeValidator(_as_attribute)]] = {}
    where: str | None = Field(default=None, description="Rows that belong to this entity (SQL).")
    members_only: bool = Field(
        default=False,
        description="Count transactions only from the period a customer joined to the one it left.",
    )
    reject: list[RejectRule] = []


class EngineSettings(Setting):
    """Where SQL runs."""

    type: Literal["duckdb", "postgres"] = "duckdb"
    path: str = Field(default=".regulars/warehouse.duckdb", description="DuckDB file.")
    url: str | None = Field(default=None, description="PostgreSQL: postgresql://user@host/db.")
    schema_prefix: str = Field(default="", description="Put before every schema name.")
    threads: int = Field(default=2, ge=1, le=256)
    memory_limit: str = Field(default="4GB", description="Most memory DuckDB may use.")


class ChurnSettings(Setting):
    """What 'churned' means, for whom, and how far ahead."""

    kind: Literal["silence", "contractual", "decline", "labelled"]
    horizon: int = Field(default=90, ge=1, description="Length of the outcome window, in periods.")
    gap: int = Field(default=0, ge=0, description="Periods between the cutoff and the window.")
    activity_window: int | None = Field(
        default=365,
        ge=1,
        description="Periods before the cutoff in which a customer of kind silence or decline "
        "must have bought; null: all who ever bought.",
    )
    decline_below: float = Field(default=0.3, gt=0, lt=1, description="Share of the baseline.")
    cutoff_step: int | None = Field(
        default=None,
        ge=1,
        description="Periods between training cutoffs; 30 days, 4 weeks or 1 month.",
    )
    max_cutoffs: int = Field(default=12, ge=1, description="Most training cutoffs.")
    suspect_above: float = Field(
        default=0.95, gt=0.5, le=1, description="ROC AUC above which the run suspects a leak."
    )
    contact_cost: float = Field(default=2.0, ge=0, description="Cost of contacting one customer.")
    offer_cost: float = Field(default=0.0, ge=0, description="Cost of an offer that is accepted.")
    save_rate: float = Field(
        default=0.2, ge=0, le=1, description="Share of leavers an offer keeps."
    )


class FeatureSettings(Setting):
    """Which values get columns of their own; constants, so that no future value leaks in."""

    categories: list[str] = []
    channels: list[str] = []
    payments: list[str] = []
    interaction_kinds: list[str] = []
    interaction_channels: list[str] = []
    windows: list[int] = Field(default=[], description="Windows in periods; by grain when empty.")


class SegmentSettings(Setting):
    """How customers are scored and named."""

    rules: Literal["eleven", "five"] = "eleven"
    frequency: Literal["orders", "quantity"] = "orders"
    recency_bands: list[int] = Field(
        default=[],
        description="Upper ends of the recency bands that score 5, 4, 3, 2, 1; quintiles if empty.",
    )


class ValueSettings(Setting):
    """What a customer is worth: an attribute, or spend in a trailing window."""

    attribute: str | None = None
    window: int | None = Field(default=None, ge=1, description="Periods of trailing spend.")


class LeakageAcceptance(Setting):
    """A signed acceptance of a column that the guard would refuse."""

    column: str
    by: str
    why: str


class LeakageSettings(Setting):
    """Signed acceptances, printed in every report."""

    accept: list[LeakageAcceptance] = []


class Project(Setting):
    """A whole project file."""

    version: Literal[1] = Field(description="Version of this file's format.")
    project: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9 _.-]{0,63}$", description="Its name.")
    recipe: str | None = Field(default=None, description="The recipe it came from.")
    timezone: str = Field(default="UTC", description="IANA zone; it decides the day border.")
    currency: str = Field(default="EUR", pattern=r"^[A-Z]{3}$", description="ISO 4217 code.")
    amount_unit: str | None = Field(default=None, description="Where amounts are not money: 'km'.")
    grain: Grain = "day"
    as_of: date | None = Field(default=None, description="Look back from here; else data decides.")
    engine: EngineSettings = EngineSettings()
    sources: dict[str, Source]
    entities: dict[EntityName, EntityMapping]
    churn: ChurnSettings | None = None
    features: FeatureSettings = FeatureSettings()
    segments: SegmentSettings = SegmentSettings()
    value: ValueSettings = ValueSettings()
    leakage: LeakageSettings = LeakageSettings()
    personal_data: list[str] = Field(default=[], description="Attributes to mask, by name.")

    _root: Path = Path()

    @property
    def root(self) -> Path:
        """The folder of the project file."""
        return self._root

    @property
    def state(self) -> Path:
        """Where the project keeps its warehouse, releases and run records."""
        return self._root / ".regulars"

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError(f"'{value}' is not an IANA time zone such as Europe/London or UTC")
        return value

    @model_validator(mode="after")
    def _consistent(self) -> Project:
        if not {"transactions", "customers"} & set(self.entities):
            raise ValueError("map at least one of the entities 'transactions' and 'customers'")
        for name, entity in self.entities.items():
            _check_entity(name, entity, self.sources)
        _check_churn(self)
        return self


def _check_entity(name: EntityName, entity: EntityMapping, sources: dict[str, Source]) -> None:
    if entity.source not in sources:
        raise ValueError(
            f"entities.{name}.source: there is no source '{entity.source}' "
            f"(there are: {', '.join(sources)})"
        )
    known = {column.name: column for column in ENTITY_COLUMNS[name]}
    for column in entity.columns:
        if column not in known:
            raise ValueError(
                f"entities.{name}.columns: '{column}' is not a column of {name} "
                f"(there are: {', '.join(known)})"
            )
    for needed in (column.name for column in known.values() if column.needed):
        if needed not in entity.columns:
            raise ValueError(f"entities.{name}.columns: '{needed}' must be mapped")
    if entity.attributes and name != "customers":
        raise ValueError(f"entities.{name}: only customers have attributes")


def _check_churn(project: Project) -> None:
    churn = project.churn
    if churn is None:
        return
    needs: dict[str, EntityName] = {
        "silence": "transactions",
        "decline": "transactions",
        "contractual": "customers",
        "labelled": "labels",
    }
    entity = needs[churn.kind]
    if entity not in project.entities:
        raise ValueError(f"churn.kind '{churn.kind}' needs the entity '{entity}'")
    if churn.kind == "contractual" and "left_at" not in project.entities["customers"].columns:
        raise ValueError("churn.kind 'contractual' needs entities.customers.columns.left_at")
