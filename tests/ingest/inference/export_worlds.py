"""A small company of generated sales, from which exports are written and counted by hand."""

from __future__ import annotations

import csv
import io
import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

Row = Mapping[str, Any]
MAIN, NO_CENTS = "EUR", "JPY"
START = datetime(2023, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Sale:
    """One order; amounts in minor units of its currency. `back_at` is when it was given back."""

    number: int
    person: int
    at: datetime
    amount: int
    back: int
    back_at: datetime
    state: str  # paid, part, refunded, cancelled, open
    currency: str
    items: tuple[int, ...] = ()

    @property
    def email(self) -> str:
        """The customer's address."""
        return f"person{self.person}@example.org"

    @property
    def money(self) -> Decimal:
        """The amount in units."""
        return units(self.amount, self.currency)

    @property
    def given_back(self) -> Decimal:
        """What was given back, in units."""
        return units(self.back, self.currency)


def units(amount: int, currency: str) -> Decimal:
    """An amount of minor units as one of units; yen have none."""
    return Decimal(amount) if currency == NO_CENTS else Decimal(amount).scaleb(-2)


def sales(seed: str, *, customers: int = 30, orders: int = 140) -> list[Sale]:
    """Sales of a year and a quarter, in order of time, in all states and two currencies."""
    rng = random.Random(seed)
    made = []
    for number in range(1, orders + 1):
        at = START + timedelta(seconds=rng.randrange(450 * 86_400))
        state = rng.choices(("paid", "part", "refunded", "cancelled", "open"), (70, 9, 7, 8, 6))[0]
        items = tuple(rng.randrange(100, 60_000) for _ in range(rng.randint(1, 3)))
        amount = sum(items)
        back = {"part": rng.randrange(1, amount), "refunded": amount}.get(state, 0)
        currency = NO_CENTS if rng.random() < 0.1 else MAIN
        later = at + timedelta(days=rng.randint(1, 40), hours=rng.randint(0, 23))
        made.append(
            Sale(
                number, rng.randrange(1, customers + 1), at, amount, back, later, state, currency,
                items,
            )
        )  # fmt: skip
    return sorted(made, key=lambda sale: sale.at)


@dataclass
class Truth:
    """What counts, in the main currency: sums to the cent, customers, and net by UTC month."""

    sold: Decimal = Decimal(0)
    given_back: Decimal = Decimal(0)
    customers: set[int] = field(default_factory=set)
    months: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))

    def sell(self, sale: Sale, amount: Decimal | None = None) -> None:
        """Count a sale."""
        self._add(sale, sale.at, sale.money if amount is None else amount)

    def give_back(self, sale: Sale, at: datetime, amount: Decimal | None = None) -> None:
        """Count a refund."""
        self._add(sale, at, -(sale.given_back if amount is None else amount))

    def _add(self, sale: Sale, at: datetime, amount: Decimal) -> None:
        if sale.currency != MAIN:
            return
        if amount > 0:
            self.sold += amount
        else:
            self.given_back -= amount
        self.customers.add(sale.person)
        self.months[f"{at:%Y-%m}"] += amount


def counted(made: Iterable[Sale], *, dated_back: bool = False) -> Truth:
    """Paid orders and what was given back of them; `dated_back`: refunds have their own time."""
    truth = Truth()
    for sale in made:
        if sale.state in ("cancelled", "open"):
            continue
        truth.sell(sale)
        if sale.back:
            truth.give_back(sale, sale.back_at if dated_back else sale.at)
    return truth


def table(header: Sequence[str], rows: Iterable[Row], *, delimiter: str = ",") -> str:
    """A delimited file of rows; columns that a row does not name are empty."""
    text = io.StringIO()
    names, rows = list(dict.fromkeys(header)), list(rows)
    unknown = {name for row in rows for name in row} - set(names)
    assert not unknown, f"no columns of this layout: {unknown}"
    writer = csv.DictWriter(text, names, delimiter=delimiter, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


@dataclass(frozen=True)
class Export:
    """A layout: its columns, the rows of one sale, and how the files are to be counted."""

    header: Sequence[str]
    rows: Callable[[Sale], list[Row]]
    truth: Callable[[list[Sale]], Truth] = counted
    delimiter: str = ","
    currency: str = MAIN

    def files(self, made: list[Sale]) -> str:
        """The file of these sales."""
        return table(
            self.header, [row for sale in made for row in self.rows(sale)], delimiter=self.delimiter
        )
