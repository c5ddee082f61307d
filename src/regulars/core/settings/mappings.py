"""How canonical columns come from raw ones: the `entities` of a project file."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from regulars.core.settings.sources import DATE_FORMATS, Setting, Strings

AttributeType = Literal["category", "number", "flag", "date", "text"]


class DateParts(Setting):
    """A date from separate year, month and day columns."""

    year: str
    month: str
    day: str | None = None


def _as_texts(value: object) -> object:
    """Delivered texts may look like numbers: {1: active}."""
    if not isinstance(value, dict):
        return value
    return {
        str(delivered) if type(delivered) is int else delivered: text
        for delivered, text in value.items()
    }


class ColumnMapping(Setting):
    """How one canonical column comes from a source: a column, an expression or date parts.

    The rules below it clean the value. Each looks at that one value only, never at other rows.
    """

    column: str | None = Field(default=None, description="A raw column.")
    sql: str | None = Field(default=None, description="An SQL expression over raw columns.")
    parts: DateParts | None = Field(default=None, description="Year, month and day columns.")
    format: Strings = Field(default=[], description=DATE_FORMATS)
    decimal: str = Field(default=".", description="Decimal mark of numbers in text.")
    true: Strings = Field(
        default=[],
        description="Texts that mean true in a flag, beside yes and 1; other texts are false.",
    )
    false: Strings = Field(
        default=[],
        description="Texts that mean false in a flag; texts in neither list are unknown: they stay "
        "empty.",
    )
    values: Annotated[dict[str, str], BeforeValidator(_as_texts)] = Field(
        default={},
        description="The one text to use for each delivered text, whatever its case: "
        "{m: M, male: M}.",
    )
    others: str | None = Field(
        default=None, description="What a text becomes that `values` does not name."
    )
    case: Literal["upper", "lower", "title"] | None = Field(
        default=None, description="The case of all texts."
    )
    default: str | bool | float | None = Field(
        default=None,
        description="What an empty value becomes: a constant, never taken from other rows.",
    )
    min: float | None = Field(default=None, description="A row with a smaller number is rejected.")
    max: float | None = Field(default=None, description="A row with a larger number is rejected.")
    not_before: date | None = Field(
        default=None, description="A row with an earlier date is rejected."
    )

    @model_validator(mode="after")
    def _one_origin(self) -> ColumnMapping:
        if sum(part is not None for part in (self.column, self.sql, self.parts)) != 1:
            raise ValueError("a mapping needs exactly one of 'column', 'sql' and 'parts'")
        both = {text.lower() for text in self.true} & {text.lower() for text in self.false}
        if both:
            raise ValueError(f"false: '{min(both)}' means true already")
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
    label: str | None = Field(
        default=None, description="What people read instead of the name; by default the name."
    )


def _as_attribute(value: object) -> object:
    return {"column": value} if isinstance(value, str) else value


class RejectRule(Setting):
    """Rows for which `when` holds are rejected with this reason."""

    when: str = Field(description="SQL condition over raw and canonical columns of the row.")
    because: str = Field(description="The reason shown to people.")


class Bounds(Setting):
    """A value beyond a bound becomes the bound; the original stays beside, as `<name>_uncapped`."""

    min: float | None = None
    max: float | None = None
    iqr: float | None = Field(
        default=None,
        gt=0,
        description="`regulars caps` writes the bounds: so many interquartile ranges beyond the "
        "quartiles.",
    )

    @property
    def is_set(self) -> bool:
        """Whether there is a bound; with `iqr` alone there is none yet."""
        return self.min is not None or self.max is not None

    @model_validator(mode="after")
    def _in_order(self) -> Bounds:
        if self.min is None and self.max is None and self.iqr is None:
            raise ValueError("a cap needs 'min', 'max' or both (or 'iqr': `regulars caps`)")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError("'min' is above 'max'")
        return self


class EntityMapping(Setting):
    """One canonical entity and where its columns come from."""

    source: str
    columns: dict[str, Mapping]
    attributes: dict[str, Annotated[Attribute, BeforeValidator(_as_attribute)]] = Field(
        default={}, description="Facts about a customer, by name."
    )
    where: str | None = Field(default=None, description="Rows that belong to this entity (SQL).")
    members_only: bool = Field(
        default=False,
        description="Count transactions only from the period a customer joined to the one it left.",
    )
    reject: list[RejectRule] = Field(default=[], description="Rows to reject, with reasons.")
    caps: dict[str, Bounds] = Field(
        default={},
        description="Bounds of numbers, by column or attribute; constants, so that no row changes "
        "another.",
    )
    funnel: Literal["keep", "correct", "reject"] = Field(
        default="keep",
        description="Messages clicked before they were opened, or converted before they were "
        "clicked: keep them, correct them (the later step is emptied) or reject the row.",
    )
