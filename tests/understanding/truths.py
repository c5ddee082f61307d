"""What is true of a folder: written before anybody looks at it with the product."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from tests.understanding.companies import Order, Person

PLACE = Path(__file__).parent / "truth"


@dataclass
class Truth:
    """The company in a folder.

    `entities` says from which files or sheets each entity comes, and from which raw columns.
    `totals` holds numbers counted in plain Python; where several are given, the first is the
    truth and the others may be argued for. `may_ask` names what an honest reader could ask.
    """

    about: str
    entities: dict[str, dict[str, Any]]
    churn: str
    totals: dict[str, Any]
    grain: str = "day"
    currency: str | None = None
    personal: list[str] = field(default_factory=list)
    attributes: list[str] = field(default_factory=list)
    never_inputs: list[str] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)
    may_ask: list[str] = field(default_factory=list)

    def write(self, name: str) -> None:
        """The truth file of this folder."""
        content = {key: value for key, value in asdict(self).items() if value not in ([], None)}
        text = yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=110)
        (PLACE / f"{name}.yaml").write_text(text, "utf-8")


def read_truth(name: str) -> Truth:
    """The truth file of a folder."""
    return Truth(**yaml.safe_load((PLACE / f"{name}.yaml").read_text("utf-8")))


def euros(cents: int) -> str:
    """Cents as a number of the whole unit."""
    return str(Decimal(cents) / 100)


def totals(orders: Iterable[Order], *, unit: int = 100, also: int = 0) -> dict[str, Any]:
    """Counts of orders: who bought, how often, for how much, and by year.

    An order that was paid back whole is a purchase to some and none to others: both counts of
    orders and buyers are given. `unit` is 1 where amounts are whole (yen); `also` is a net revenue
    that may be argued for as well, in cents.
    """
    everything = [order for order in orders if order.person]
    paid = [order for order in everything if order.is_paid]
    kept = [order for order in paid if order.counts]
    by_year = {
        year: _both(_in(kept, year), _in(paid, year)) for year in sorted({o.at.year for o in paid})
    }
    net = sum(order.total - order.refund for order in kept)
    shown = [str(Decimal(cents) / unit) for cents in (net, also) if cents]
    return {
        "customers": _range(_people(kept), _people(everything)),
        "buyers": _both(_people(kept), _people(paid)),
        "orders": _both(len(kept), len(paid)),
        "net": shown,
        "refunds": str(Decimal(sum(order.refund for order in paid)) / unit),
        "orders_by_year": by_year,
    }


def _people(orders: list[Order]) -> int:
    return len({order.person.number for order in orders if order.person})


def _in(orders: list[Order], year: int) -> int:
    return sum(order.at.year == year for order in orders)


def _both(one: int, other: int) -> list[int]:
    return [one] if one == other else [one, other]


def _range(least: int, most: int) -> dict[str, int]:
    return {"min": least, "max": most}


def member_totals(people: list[Person]) -> dict[str, Any]:
    """Counts of members: all, and those who left."""
    left = sum(person.left is not None for person in people)
    return {
        "customers": {"min": len(people), "max": len(people)},
        "joined": len(people),
        "left": left,
    }


def flag_totals(flags: list[bool | None]) -> dict[str, Any]:
    """Counts of a snapshot with a label; None where nobody knows."""
    known = [flag for flag in flags if flag is not None]
    return {
        "customers": {"min": len(known), "max": len(flags)},
        "labelled": len(known),
        "churned": sum(known),
    }
