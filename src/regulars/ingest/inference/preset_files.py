"""Presets: what the exports of a system are, one YAML file each; a project may hold its own."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from regulars.core.names import snake_case
from regulars.core.settings import ENTITY_COLUMNS, read_settings
from regulars.core.settings.mappings import AttributeType
from regulars.core.settings.sources import Setting, Strings

FOLDER = "presets"  # of the package, and beside a project file
_HINT = "How a preset is written: docs/presets.md."
Entity = Literal["customers", "transactions", "interactions", "touches"]
Business = Literal[
    "shop", "till", "membership", "erp", "billing", "payment", "crm", "marketing", "support",
    "analytics",
]  # fmt: skip
# Where several exports tell of the same purchases, the first of these kinds tells most.
KINDS: tuple[Business, ...] = (
    "shop", "till", "membership", "erp", "billing", "payment", "crm", "marketing", "support",
    "analytics",
)  # fmt: skip
MEANINGS = ("counts", "refunds", "refunded", "not_counted", "no_purchase")
PLACEHOLDER = re.compile(r"\{([^{}]+?)(:number)?\}")


class PresetColumn(Setting):
    """Where a canonical column or an attribute comes from, by the names of the export."""

    column: str | None = Field(default=None, description="A column of the export.")
    sql: str | None = Field(
        default=None,
        description="An expression; columns stand in braces, and `{Price:number}` is a number.",
    )
    time: str | None = Field(
        default=None, description="The column that holds the time of the date in `column`."
    )
    epoch: Literal["seconds", "milliseconds", "microseconds"] | None = Field(
        default=None, description="A time as a count since 1970, in UTC."
    )
    minor_units: bool = Field(
        default=False, description="An amount in cents, or whatever is the currency's own."
    )
    format: Strings = Field(default=[], description="Date formats, where the values do not tell.")
    true: Strings = Field(default=[], description="Texts that mean true in a flag.")
    values: dict[str, str] = Field(default={}, description="The text to use for each text.")
    type: AttributeType | None = Field(default=None, description="Of an attribute.")

    @model_validator(mode="after")
    def _one_origin(self) -> PresetColumn:
        if (self.column is None) == (self.sql is None):
            raise ValueError("a column needs exactly one of 'column' and 'sql'")
        if self.sql is not None and (self.time or self.epoch):
            raise ValueError("'time' and 'epoch' stand beside 'column', not beside 'sql'")
        return self

    @property
    def needed_names(self) -> list[str]:
        """The names of the export that it cannot do without."""
        if self.column is not None:
            return [self.column]
        return [match[1] for match in PLACEHOLDER.finditer(self.sql or "")]


def _as_column(value: object) -> object:
    return {"column": value} if isinstance(value, str) else value


Column = Annotated[PresetColumn, BeforeValidator(_as_column)]


class Statuses(Setting):
    """What the values of a column mean; upper and lower case are the same."""

    counts: Strings = Field(default=[], description="A purchase (or a refund, by its sign).")
    refunds: Strings = Field(default=[], description="The row is a refund, whatever its sign.")
    refunded: Strings = Field(
        default=[],
        description="A purchase that was given back whole: it counts where a column of refunds "
        "takes it back, else it does not.",
    )
    not_counted: Strings = Field(
        default=[], description="Not completed: rejected, and counted among the rejected rows."
    )
    no_purchase: Strings = Field(
        default=[], description="No row of this kind at all, such as a payout: left out."
    )
    otherwise: Literal["ask", "counts", "not_counted", "no_purchase"] = Field(
        default="ask", description="What a value means that is not listed."
    )
    unless: str | None = Field(
        default=None, description="A column that says it better: where it is, this one is not read."
    )

    @model_validator(mode="after")
    def _each_once(self) -> Statuses:
        texts = [text.lower() for meaning in MEANINGS for text in getattr(self, meaning)]
        twice = {text for text in texts if texts.count(text) > 1}
        if twice:
            raise ValueError(f"'{min(twice)}' is listed twice")
        return self


class RefundColumn(Setting):
    """Refunds in a column of their own: each becomes a row of its own."""

    amount: str = Field(description="The column with the amount given back, whatever its sign.")
    occurred_at: str | None = Field(
        default=None, description="The column with its time; else the time of the purchase."
    )


class Preset(Setting):
    """One export of one system: how it is recognised, and what its columns mean."""

    system: str = Field(description="The system, as people call it.")
    export: str = Field(description="Which of its exports.")
    kind: Business = Field(description="What kind of system it is.")
    entity: Entity = Field(description="What its rows are.")
    needs: list[str] = Field(
        min_length=3, description="Columns that must all be there: they identify the export."
    )
    without: list[str] = Field(default=[], description="Columns that another export has.")
    names: dict[str, Strings] = Field(
        default={}, description="Other names of a column, in other versions and languages."
    )
    customer: Strings = Field(
        min_length=1, description="Columns that may name the customer, the best first."
    )
    columns: dict[str, Column] = Field(description="Canonical columns, but `customer_id`.")
    attributes: dict[str, Column] = Field(
        default={}, description="Attributes of customers with a name or a reading of their own."
    )
    where: str | None = Field(default=None, description="Rows that count, as SQL.")
    once_per: str | None = Field(
        default=None, description="Column of which each value counts once: its first row."
    )
    query: str | None = Field(
        default=None, description="A query over `{table}` that gives the rows to map."
    )
    statuses: dict[str, Statuses] = Field(default={}, description="By column of the export.")
    refunds: RefundColumn | None = Field(default=None, description="Refunds in their own column.")
    timezone: str | None = Field(default=None, description="The zone of times without one.")
    ignore: list[str] = Field(
        default=[],
        description="Columns that are no attributes: totals up to the day of the export.",
    )
    personal: list[str] = Field(default=[], description="Columns to mask, whatever they hold.")
    note: str = Field(default="", description="What a user should know.")

    @model_validator(mode="after")
    def _known_columns(self) -> Preset:
        known = {column.name for column in ENTITY_COLUMNS[self.entity]}
        for name in self.columns:
            if name not in known or name == "customer_id":
                raise ValueError(
                    f"columns: '{name}' is not a column of {self.entity} that a preset maps"
                )
        if self.entity == "transactions" and not {"occurred_at", "amount"} <= set(self.columns):
            raise ValueError("columns: transactions need 'occurred_at' and 'amount'")
        if self.entity != "transactions" and (self.refunds or self.once_per):
            raise ValueError("refunds and once_per are for transactions")
        if self.entity != "customers" and self.attributes:
            raise ValueError("attributes are for customers")
        return self

    @property
    def title(self) -> str:
        """System and export, for people."""
        return f"{self.system} {self.export}"

    def landed(self, name: str, columns: Collection[str]) -> str | None:
        """The landed column of a name of the export, under any of its names."""
        for spelling in (name, *self.names.get(name, ())):
            for landed in (snake_case(spelling), f"{snake_case(spelling)}_"):
                if landed in columns:
                    return landed
        return None

    def fits(self, columns: Collection[str]) -> bool:
        """Whether a table with these landed columns is this export."""
        return all(self.landed(name, columns) for name in self.needs) and not any(
            self.landed(name, columns) for name in self.without
        )

    def known_names(self) -> set[str]:
        """All names of the export that it uses."""
        columns = [*self.columns.values(), *self.attributes.values()]
        used = {name for column in columns for name in column.needed_names}
        return used | {*self.needs, *self.customer, *self.statuses, *self.ignore, *self.personal}


def best_preset(presets: Iterable[Preset], columns: Collection[str]) -> Preset | None:
    """The preset that a table with these landed columns fits best: the most specific wins.

    Of equally specific ones the one more of whose columns are there, then the earlier one.
    """
    fitting = [preset for preset in presets if preset.fits(columns)]
    return max(
        fitting,
        key=lambda preset: (
            len(preset.needs),
            sum(preset.landed(name, columns) is not None for name in preset.known_names()),
        ),
        default=None,
    )


@lru_cache(maxsize=1)
def shipped_presets() -> tuple[Preset, ...]:
    """The presets of the package, by file name."""
    with resources.as_file(resources.files("regulars.ingest.inference") / FOLDER) as folder:
        return _presets_in(folder, are_shipped=True)


def load_presets(own: Sequence[Path] = ()) -> tuple[Preset, ...]:
    """The user's own presets, from files and folders, then those of the package.

    Raises SettingsError, with file and line, for a preset that is not valid.
    """
    presets: list[Preset] = []
    for path in own:
        presets += _presets_in(path) if path.is_dir() else [_read(path)]
    return (*presets, *shipped_presets())


def _presets_in(folder: Path, *, are_shipped: bool = False) -> tuple[Preset, ...]:
    return tuple(_read(file, is_shipped=are_shipped) for file in sorted(folder.glob("*.yaml")))


def _read(file: Path, *, is_shipped: bool = False) -> Preset:
    return read_settings(file, Preset, hint=_HINT, is_shipped=is_shipped)
