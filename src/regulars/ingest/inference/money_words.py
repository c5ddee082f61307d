"""What names of columns, and values of states, say about money: meanings of `words.yaml`."""

from __future__ import annotations

from functools import cache
from typing import Literal

from regulars.ingest.inference.roles import points
from regulars.ingest.inference.vocabulary import concepts
from regulars.ingest.inference.words import document_meaning, movement_meaning, status_meaning

State = Literal["counts", "pending", "lost", "refund", "partly_refunded", "sale", "no_sale"]
# Numbers of a purchase that are not what the customer paid for it, by the roles of their names.
_PARTS: dict[str, tuple[str, ...]] = {
    "tax": ("tax",),
    "shipping": ("shipping",),
    "fee": ("fee",),
    "tip": ("tip",),
    "discount": ("discount",),
    "refunded": ("refund_amount",),
    "balance": ("balance", "cumulative", "outstanding", "lifetime_value"),
    "tendered": ("tendered",),
    "cost": ("cost", "margin"),
    "line_number": ("line_number", "row_number"),
    "quantity": ("quantity",),
    "unit_price": ("unit_price",),
}


@cache
def part_points(name: str, part: str) -> int:
    """How well a name fits a part of a price, or another number that is no amount."""
    return max(points(name, role) for role in _PARTS[part])


@cache
def part_of(name: str) -> str | None:
    """What a number is, by its name, where that is no amount: tax, shipping, fee, ..."""
    part = max(_PARTS, key=lambda part: part_points(name, part))
    fits = part_points(name, part)
    return part if fits >= 3 and fits >= min(amount_points(name), 5) else None


@cache
def amount_points(name: str) -> int:
    """How much a name says that the column is an amount; less for one before tax."""
    named = max(points(name, "amount"), points(name, "gross"), points(name, "net") - 2)
    if "net" in concepts(name):
        return min(named, 3)
    return named


def is_percent(name: str) -> bool:
    """Whether a name says that the numbers are shares."""
    return "rate" in concepts(name)


def is_in_minor_units(name: str) -> bool:
    """Whether a name says that the numbers count cents."""
    return points(name, "minor_units") > 0


def is_about_delivery(name: str) -> bool:
    """Whether a status is that of a delivery, which does not decide what was sold."""
    return bool(concepts(name) & {"delivery", "shipping"})


def is_about_payment(name: str) -> bool:
    """Whether a status is that of the payment."""
    return bool(concepts(name) & {"payment", "paid", "financial"})


@cache
def state_of(value: str) -> State | None:
    """What a value of a status or a kind of row means for a sale; None where no list holds it."""
    movement = movement_meaning(value)
    if movement == "partly_refunded":
        return "partly_refunded"
    document, status = document_meaning(value), status_meaning(value)
    if document == "refund" or status == "refund":
        return "refund"
    if status in ("lost", "pending"):
        return status
    if movement == "no_sale":
        return "no_sale"
    return "sale" if document == "sale" else status
