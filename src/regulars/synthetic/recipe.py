"""What a recipe hands over: its tables, its stream of rows, and the rules they keep."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

import pyarrow as pa

from regulars.core.errors import DataError
from regulars.synthetic.company_size import DEFAULT_UNTIL, FEWEST_CUSTOMERS, Asked, Size
from regulars.synthetic.rule_kinds import Rule

NAMES = ("retail", "airline", "telco", "cards", "crm", "transactions")


@dataclass(frozen=True)
class TableSpec:
    """One raw file; the column lists say where dirt may fall and what is personal data.

    `occurred` names the event time, as one column or as (year, month); only tables that have it
    can have late rows. `customer` is the foreign key where orphans are possible.
    """

    name: str
    file: str
    customer: str | None = None
    occurred: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    personal: tuple[str, ...] = ()
    kinds: Mapping[str, Any] = field(
        default_factory=dict
    )  # Arrow types, where CSV would guess wrong
    marked: bool = False  # begins with a byte order mark, as the real file does

    @property
    def late_file(self) -> str:
        """Where rows go that became known later than they happened."""
        stem, dot, ending = self.file.rpartition(".")
        return f"{stem}_late{dot}{ending}"


@dataclass(frozen=True)
class Recipe:
    """A kind of business. `chunks` yields (table name, rows), tables one after another.

    `rows_per_customer` is the natural number of transactions, None where there are none.
    """

    name: str
    customers: int
    rows_per_customer: float | None
    tables: tuple[TableSpec, ...]
    chunks: Callable[[Size], Iterator[tuple[str, pa.Table]]]
    rules: Callable[[Size], dict[str, list[Rule]]]

    def sized(self, asked: Asked) -> Size:
        """The size asked for, or DataError where it cannot be."""
        customers, transactions = asked.get("customers"), asked.get("transactions")
        if transactions is not None and self.rows_per_customer is None:
            raise DataError(f"the recipe {self.name} has no transactions to be counted")
        if customers is None and transactions is not None and self.rows_per_customer:
            customers = max(round(transactions / self.rows_per_customer), FEWEST_CUSTOMERS)
        customers = self.customers if customers is None else customers
        if customers < FEWEST_CUSTOMERS:
            raise DataError(f"{customers} customers are too few: at least {FEWEST_CUSTOMERS}")
        until = asked.get("until") or DEFAULT_UNTIL
        return Size(customers, transactions, seed=asked.get("seed", 42), until=until)


def recipe_named(name: str) -> Recipe:
    """The recipe of this name; DataError names the known ones."""
    if name not in NAMES:
        raise DataError(f"there is no recipe {name!r}", hint=f"Known: {', '.join(NAMES)}")
    module = import_module(f"regulars.synthetic.{name}")
    recipe: Recipe = module.RECIPE
    return recipe
