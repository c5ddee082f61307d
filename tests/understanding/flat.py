"""Rows of orders and lines from named columns, and the truth of a plain shop."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from tests.understanding.companies import Line, Order, Person
from tests.understanding.truths import Truth, totals

OrderColumns = dict[str, Callable[[Order], Any]]
LineColumns = dict[str, Callable[[Order, Line], Any]]
PersonColumns = dict[str, Callable[[Person], Any]]
Table = tuple[list[str], list[list[Any]]]


def who(order: Order) -> Person:
    """The person of an order that has one."""
    assert order.person is not None
    return order.person


def order_rows(orders: Iterable[Order], columns: OrderColumns) -> Table:
    """A header, and a row per order."""
    return list(columns), [[value(order) for value in columns.values()] for order in orders]


def line_rows(orders: Iterable[Order], columns: LineColumns) -> Table:
    """A header, and a row per order line."""
    rows = [
        [value(order, line) for value in columns.values()]
        for order in orders
        for line in order.lines
    ]
    return list(columns), rows


def person_rows(people: Iterable[Person], columns: PersonColumns) -> Table:
    """A header, and a row per person."""
    return list(columns), [[value(person) for value in columns.values()] for person in people]


def shop_truth(
    about: str,
    orders: Iterable[Order],
    files: list[str],
    columns: dict[str, list[str]],
    **more: Any,
) -> Truth:
    """The truth of a shop that knows only its purchases; silence is churn."""
    sums = more.pop("totals", None) or totals(orders)
    return Truth(
        about=about,
        entities={"transactions": {"files": files, **columns}},
        churn="silence",
        totals=sums,
        **more,
    )
