"""What the data must be like: thresholds and severities of checks."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from regulars.core.settings.sources import Setting


def _as_severity(value: object) -> object:
    """YAML reads a bare off as false."""
    return "off" if value is False else value


Severity = Annotated[Literal["error", "warning", "info", "off"], BeforeValidator(_as_severity)]
Range = tuple[float, float]


class Expectation(Setting):
    """What `regulars check --verify` expects of a load; what is not stated is not judged."""

    rows: Range | None = Field(default=None, description="Fewest and most rows.")
    months: Range | None = Field(
        default=None, description="Fewest and most months between the first and the last day."
    )
    amount: Range | None = Field(default=None, description="Smallest and largest amount.")
    sales: Range | None = Field(
        default=None, description="Smallest and largest share of rows of kind sale."
    )

    @model_validator(mode="after")
    def _in_order(self) -> Expectation:
        for name in type(self).model_fields:
            bounds = getattr(self, name)
            if bounds is not None and bounds[0] > bounds[1]:
                raise ValueError(f"{name}: the first number is above the second")
        return self


class CheckWaiver(Setting):
    """A waiver, with name and reason, for a check that would stop the run."""

    check: str = Field(description="Name of the check, such as transactions.repeat_purchases.")
    by: str = Field(min_length=1, description="Who says that the data is right.")
    why: str = Field(min_length=1, description="Why it is right.")


class CheckSettings(Setting):
    """When data is good enough; shares are between 0 and 1."""

    strict: bool = Field(
        default=False, description="Stop the run when a check of severity error fails."
    )
    severity: dict[str, Severity] = Field(
        default={},
        description="Severity by name of a check (transactions.orphans) or by kind (orphans); "
        "off leaves it out.",
    )
    rows: int = Field(default=1000, ge=0, description="Warn of a table with fewer rows.")
    missing: float = Field(
        default=0.05,
        ge=0,
        le=1,
        description="Warn of a column with a larger share of empty values.",
    )
    mostly_missing: float = Field(
        default=0.5, ge=0, le=1, description="A larger share of empty values is an error."
    )
    rejected: float = Field(
        default=0.05, ge=0, le=1, description="Warn of a larger share of rejected rows."
    )
    outliers: float = Field(
        default=0.05, ge=0, le=1, description="Warn of a larger share of values far out."
    )
    far_out: float = Field(
        default=3.0, gt=0, description="Far out: so many interquartile ranges beyond the quartiles."
    )
    skew: float = Field(default=3.0, gt=0, description="Say when a column is more skewed.")
    constant: float = Field(
        default=0.01, ge=0, description="Warn of a number with a smaller standard deviation."
    )
    largest: float = Field(default=1e9, description="Warn of a larger number.")
    distinct: float = Field(
        default=0.5, ge=0, le=1, description="Warn of a category with a larger share of own values."
    )
    churn_rate: Range = Field(
        default=(0.05, 0.95), description="Warn of a share of churned customers outside."
    )
    usual_churn_rate: Range = Field(
        default=(0.1, 0.9), description="Say when the share of churned customers is outside."
    )
    fresh_days: float = Field(
        default=7.0, gt=0, description="Warn when the newest delivery or event is older, in days."
    )
    expect: dict[Literal["customers", "transactions"], Expectation] = Field(
        default={}, description="What a load must bring, for `regulars check --verify`."
    )
    waivers: list[CheckWaiver] = Field(
        default=[],
        description="Waivers for checks of kind plausibility, printed with the check.",
    )
