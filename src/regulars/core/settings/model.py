"""The shape of `regulars.yaml`: every setting, its default, its allowed values, its meaning."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import available_timezones

from pydantic import Field, field_validator, model_validator

from regulars.core.calendar import Grain
from regulars.core.names import nearest, snake_case
from regulars.core.reserved_names import RESERVED_NAMES, free_name
from regulars.core.settings.alert_settings import AlertSettings
from regulars.core.settings.check_settings import CheckSettings
from regulars.core.settings.churn_settings import ChurnSettings, ContactSettings, ValueSettings
from regulars.core.settings.cleaning import check_cleaning
from regulars.core.settings.dashboard import DashboardSettings
from regulars.core.settings.engine import EngineSettings
from regulars.core.settings.entities import ENTITY_COLUMNS, EntityName
from regulars.core.settings.mappings import EntityMapping
from regulars.core.settings.questions import Question
from regulars.core.settings.release_settings import ReleaseSettings
from regulars.core.settings.schedule_settings import ScheduleSettings
from regulars.core.settings.sources import S3Settings, Setting, Source, SyntheticSettings

PROJECT_VERSION = 1


class OwnFeature(Setting):
    """A feature that this project adds: an expression over features and attributes."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    sql: str = Field(description="SQL over features and attributes of the same customer and date.")
    type: Literal["number", "category", "flag"] = "number"
    meaning: str = Field(description="What it says, in a sentence.")


class FeatureSettings(Setting):
    """Which values get columns of their own; constants, so that no future value leaks in."""

    categories: list[str] = Field(default=[])
    channels: list[str] = Field(default=[])
    payments: list[str] = Field(default=[])
    interaction_kinds: list[str] = Field(default=[])
    interaction_channels: list[str] = Field(default=[])
    touch_channels: list[str] = Field(default=[])
    support_kinds: list[str] = Field(
        default=[], description="Kinds of service contact that mean trouble, such as Complaint."
    )
    unhappy_below: float = Field(
        default=3.0, description="A satisfaction score below this counts as unhappy."
    )
    category_groups: dict[str, list[str]] = Field(
        default={}, description="Categories that are counted together, by a name of your own."
    )
    own: list[OwnFeature] = Field(
        default=[], description="Features of your own, made from others of the same customer."
    )
    windows: list[int] = Field(default=[], description="Windows in periods; by grain when empty.")


class SegmentSettings(Setting):
    """How customers are scored and named."""

    rules: Literal["eleven", "five", "cards"] = "eleven"
    frequency: Literal["orders", "quantity"] = "orders"
    recency_bands: list[int] = Field(
        default=[],
        description="Upper ends of the recency bands that score 5, 4, 3, 2, 1; quintiles if empty.",
    )
    without_purchases: str | None = Field(
        default=None,
        description="Segment of customers who never bought; by default they have none.",
    )
    history: int = Field(
        default=12,
        ge=0,
        le=60,
        description="Past dates, about a month apart, at which segments are named as well.",
    )
    dates: list[date] = Field(default=[], description="Further past dates to name segments at.")
    clusters: bool | Annotated[int, Field(ge=2, le=20)] = Field(
        default=False,
        description="K-Means on RFM beside the rules: true lets stability choose how many, or say "
        "how many.",
    )


class LeakageAcceptance(Setting):
    """A waiver, with name and reason, for a column that the guard would refuse."""

    column: str
    by: str
    why: str


class LeakageSettings(Setting):
    """Waivers, printed in every report."""

    accept: list[LeakageAcceptance] = Field(default=[])
    check_future: bool = Field(
        default=False,
        description="Let every training whose features are defined anew delete the rows after a "
        "past cutoff and compare, as `regulars churn audit` does. Takes about as long as cleaning.",
    )


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
    questions: list[Question] = Field(
        default=[],
        description="What `regulars init` could not decide; a run refuses while one is open.",
    )
    churn: ChurnSettings | None = None
    contacts: ContactSettings = ContactSettings()
    features: FeatureSettings = FeatureSettings()
    segments: SegmentSettings = SegmentSettings()
    value: ValueSettings = ValueSettings()
    leakage: LeakageSettings = LeakageSettings()
    checks: CheckSettings = CheckSettings()
    s3: S3Settings = S3Settings()
    synthetic: SyntheticSettings = SyntheticSettings()
    personal_data: list[str] = Field(
        default=[],
        description="Attributes to mask, by name; customer_id where the key is personal.",
    )
    not_used: list[str] = Field(
        default=[],
        description="Files with money that a project without purchases leaves out; the report "
        "says so first.",
    )
    cache: str | None = Field(
        default=None,
        pattern=r"^(rediss?|unix)://",
        description="Redis to keep answers in, such as redis://localhost:6379/0; else the process.",
    )
    dashboard: DashboardSettings = DashboardSettings()
    schedule: ScheduleSettings = ScheduleSettings()
    alerts: AlertSettings = AlertSettings()
    release: ReleaseSettings = ReleaseSettings()

    _file: Path = Path("regulars.yaml")

    @property
    def file(self) -> Path:
        """The project file."""
        return self._file

    @property
    def root(self) -> Path:
        """The folder of the project file."""
        return self._file.parent

    @property
    def state(self) -> Path:
        """Where the project keeps its warehouse, releases and run records."""
        return self.root / ".regulars"

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError(f"'{value}' is not an IANA time zone such as Europe/London or UTC")
        return value

    @model_validator(mode="after")
    def _consistent(self) -> Project:
        for name in self.sources:
            _check_name(name, at=f"sources.{name}")
            if self.sources[name].on_failure == "synthetic" and self.recipe is None:
                raise ValueError(
                    f"sources.{name}.on_failure: 'synthetic' needs a 'recipe' that says what to "
                    "make up"
                )
        if not {"transactions", "customers"} & set(self.entities):
            raise ValueError("entities: map at least one of 'transactions' and 'customers'")
        for name, entity in self.entities.items():
            _check_entity(name, entity, self.sources)
        _check_churn(self)
        return self


def _check_name(name: str, *, at: str) -> None:
    """Sources become tables and folders."""
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise ValueError(
            f"{at}: a name here is of small letters, digits and _, such as '{snake_case(name)}'"
        )


def _check_entity(name: EntityName, entity: EntityMapping, sources: dict[str, Source]) -> None:
    if entity.source not in sources:
        raise ValueError(
            f"entities.{name}.source: there is no source '{entity.source}'"
            f"{_instead(entity.source, sources)}"
        )
    known = [column.name for column in ENTITY_COLUMNS[name]]
    for column in entity.columns:
        if column not in known:
            raise ValueError(
                f"entities.{name}.columns.{column}: '{column}' is not a column of {name}"
                f"{_instead(column, known)}"
            )
    for needed in (column.name for column in ENTITY_COLUMNS[name] if column.needed):
        if needed not in entity.columns:
            raise ValueError(f"entities.{name}.columns: '{needed}' must be mapped")
    if entity.attributes and name != "customers":
        raise ValueError(f"entities.{name}.attributes: only customers have attributes")
    for attribute in entity.attributes:
        _check_attribute(attribute)
    _check_caps(name, entity)
    check_cleaning(name, entity)


def _check_attribute(name: str) -> None:
    at = f"entities.customers.attributes.{name}"
    # a column of any script: engines fold capitals, so letters that have them are small
    if not re.fullmatch(r"[^\W\d_]\w*", name) or name != name.lower():
        raise ValueError(
            f"{at}: a name here is of small letters, digits and _, such as '{snake_case(name)}'"
        )
    if name in RESERVED_NAMES:
        raise ValueError(
            f"{at}: every table of customers has a column '{name}' of its own; call it "
            f"'{free_name(name)}', and map that to the column"
        )


def _check_caps(name: EntityName, entity: EntityMapping) -> None:
    """Only numbers that are mapped have bounds."""
    numbers = [
        column.name
        for column in ENTITY_COLUMNS[name]
        if column.type == "number" and column.name in entity.columns
    ] + [
        attribute_name
        for attribute_name, attribute in entity.attributes.items()
        if attribute.type == "number"
    ]
    for capped in entity.caps:
        if capped not in numbers:
            raise ValueError(
                f"entities.{name}.caps.{capped}: '{capped}' is not a mapped number"
                f"{_instead(capped, numbers)}"
            )


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
        raise ValueError(f"churn.kind: '{churn.kind}' needs the entity '{entity}'")
    if churn.kind == "contractual" and "left_at" not in project.entities["customers"].columns:
        raise ValueError("churn.kind: 'contractual' needs entities.customers.columns.left_at")
    attributes = project.entities["customers"].attributes if "customers" in project.entities else {}
    for setting in ("tenure_attribute", "life_by"):
        name = getattr(churn, setting)
        if name is not None and name not in attributes:
            raise ValueError(
                f"churn.{setting}: '{name}' is not an attribute{_instead(name, attributes)}"
            )


def _instead(name: str, known: Iterable[str]) -> str:
    near = nearest(name, known)
    return f"; did you mean '{near}'?" if near else f" (there are: {', '.join(known)})"
