"""What is posted to be scored: the canonical columns of the design, as bodies."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Self

from pydantic import ConfigDict, Field, StringConstraints, WithJsonSchema, model_validator

from regulars.insights.posted_rows import Posted
from regulars.serve.api.schemas import Strict

Id = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Text = Annotated[str, StringConstraints(max_length=500)]
# Texts are for numbers that floating point cannot hold; both are read to four decimals.
_NUMBER = {
    "anyOf": [
        {"type": "number", "minimum": -1e13, "maximum": 1e13},
        {"type": "string", "pattern": r"^-?[0-9]{1,13}(\.[0-9]{1,4})?$"},
    ]
}
Amount = Annotated[Decimal, Field(ge=-(10**13), le=10**13), WithJsonSchema(_NUMBER)]
Attribute = Text | bool | Annotated[float, Field(ge=-1e13, le=1e13, allow_inf_nan=False)] | None


_EXAMPLE: dict[str, Any] = {
    "transactions": [
        {"customer_id": "new-1", "occurred_at": "2024-05-03T10:15:00", "amount": 25.5},
        {"customer_id": "new-1", "occurred_at": "2024-06-11T18:00:00", "amount": 12},
    ],
    "reasons": True,
}


class CustomerRow(Strict):
    """A customer and the attributes that the project maps, by their names."""

    customer_id: Id
    joined_at: datetime | None = None
    left_at: datetime | None = None
    changed_at: datetime | None = None
    known_at: datetime | None = None
    consent: bool | None = None
    attributes: dict[str, Attribute] = Field(default={}, max_length=1_000)


class EventRow(Strict):
    """Something that happened; a time without an offset is in the project's time zone."""

    customer_id: Id
    occurred_at: datetime
    known_at: datetime | None = None


class TransactionRow(EventRow):
    """A purchase or a refund (refunds are negative)."""

    transaction_id: Id | None = None
    amount: Amount
    kind: Text | None = None
    order_id: Id | None = None
    quantity: Amount | None = None
    discount: Amount | None = None
    category: Text | None = None
    product: Text | None = None
    channel: Text | None = None
    payment: Text | None = None
    currency: Text | None = None


class InteractionRow(EventRow):
    """A service contact."""

    interaction_id: Id | None = None
    kind: Text | None = None
    channel: Text | None = None
    satisfaction: Amount | None = None
    duration: Amount | None = None
    resolved: bool | None = None
    sentiment: Amount | None = None


class TouchRow(EventRow):
    """A campaign's contact."""

    touch_id: Id | None = None
    campaign: Text | None = None
    channel: Text | None = None
    treated: bool | None = None
    opened_at: datetime | None = None
    clicked_at: datetime | None = None
    converted_at: datetime | None = None
    cost: Amount | None = None


class ScoreBody(Strict):
    """Customers to score, by everything that is known of them."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [_EXAMPLE]},
    )

    customers: list[CustomerRow] = Field(default=[], max_length=1_000)
    transactions: list[TransactionRow] = Field(default=[], max_length=50_000)
    interactions: list[InteractionRow] = Field(default=[], max_length=50_000)
    touches: list[TouchRow] = Field(default=[], max_length=50_000)
    as_of: date | None = None
    reasons: bool = False

    customers_at_most: ClassVar[int] = 1_000

    @model_validator(mode="after")
    def _few_enough(self) -> Self:
        tables = (self.customers, self.transactions, self.interactions, self.touches)
        if len({row.customer_id for table in tables for row in table}) > self.customers_at_most:
            raise ValueError(f"at most {self.customers_at_most} customers are scored at a time")
        return self

    def posted(self) -> Posted:
        """The same for insights."""
        return Posted(
            customers=_rows(self.customers),
            transactions=_rows(self.transactions),
            interactions=_rows(self.interactions),
            touches=_rows(self.touches),
        )


class JobBody(ScoreBody):
    """Customers to score in the background, by everything that is known of them."""

    customers_at_most: ClassVar[int] = 10_000

    customers: list[CustomerRow] = Field(default=[], max_length=10_000)
    transactions: list[TransactionRow] = Field(default=[], max_length=500_000)
    interactions: list[InteractionRow] = Field(default=[], max_length=500_000)
    touches: list[TouchRow] = Field(default=[], max_length=500_000)


def _rows(models: Any) -> list[dict[str, Any]]:
    return [model.model_dump(exclude_none=True) for model in models]
