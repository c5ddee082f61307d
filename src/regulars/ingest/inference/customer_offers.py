"""Columns that may say who the customer is by their values, where no name of a column tells."""

from __future__ import annotations

from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.key_names import customer_points, means_another_key
from regulars.ingest.inference.namesakes import is_numbered, look_like_names
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.inference.roles import may_be, points
from regulars.ingest.inference.value_overlap import key_like
from regulars.ingest.inference.vocabulary import concepts

_MOST_OFFERS = 3
_LEAST_VALUES = 20
_LEAST_ROWS, _MOST_ROWS = 2.0, 200.0  # per customer
_LEAST_DIGITS = 3
_THING_MEANINGS = """
    product item description merchant store seller supplier campaign plan
"""
_THINGS = frozenset(_THING_MEANINGS.split())
_OTHER_ROLES = (
    *("order_id", "transaction_id", "product", "status", "amount", "unit_price", "quantity"),
    *("postal_code", "city", "region", "country", "age", "year", "month", "birth_date"),
    *("category", "channel", "tax", "discount", "currency", "tenure"),
)


def repeating_keys(table: Table) -> list[Column]:
    """Columns whose values look like keys and return in the rows, the likeliest customer first."""
    offers = [column for column in key_like(table) if _returns(column) and _may_name(table, column)]
    offers.sort(key=lambda c: (-_known(table, c), c.mails <= 0.5, not c.key_prefix, -c.distinct))
    return offers[:_MOST_OFFERS]


def loose_keys(table: Table) -> list[Column]:
    """Columns that return and may name somebody, whatever their form; names last."""
    offers = [
        column
        for column in key_like(table)
        if _returns(column)
        and column.filled > 0.5 * table.rows
        and not column.dates
        and not any(points(column.name, role) > 2 for role in _OTHER_ROLES)
        and not concepts(column.name) & _THINGS
        and may_be(column.name, "customer_id")
        and max(points(column.name, role) for role in ("first_name", "last_name")) < 5
        and (_has_digits(column) or look_like_names(column))
    ]
    return sorted(offers, key=lambda c: (not _has_digits(c), -c.distinct))


def _has_digits(column: Column) -> bool:
    if column.kind == "number":
        return _is_key_shaped(column)
    return is_numbered(column)


def row_numbers(table: Table) -> list[Column]:
    """Columns with a key of its own in every row, by the values: AP700001, or 8123456."""
    return [
        column
        for column in key_like(table)
        if column.unique
        and column.filled == table.rows
        and _is_key_shaped(column)
        and may_be(column.name, "customer_id")
        and not any(points(column.name, role) for role in _OTHER_ROLES if role != "transaction_id")
    ]


def says_how_often(column: Column) -> str:
    """How many values a column has, and how often each of them returns."""
    each = column.filled / max(column.distinct, 1)
    return f"{column.distinct:,} different values, {each:.1f} rows each"


def _returns(column: Column) -> bool:
    each = column.filled / max(column.distinct, 1)
    return column.distinct >= _LEAST_VALUES and _LEAST_ROWS <= each <= _MOST_ROWS


def _may_name(table: Table, column: Column) -> bool:
    if _known(table, column) >= 2 or column.mails > 0.5:
        return may_be(column.name, "customer_id")
    other = max(points(column.name, role) for role in _OTHER_ROLES) > 2
    is_other = other or means_another_key(column.name) or not may_be(column.name, "customer_id")
    return not is_other and column.filled > 0.5 * table.rows and _is_key_shaped(column)


def _known(table: Table, column: Column) -> float:
    return float(customer_points(table.name, column.name))


def _is_key_shaped(column: Column) -> bool:
    """Letters and digits of one form, or whole numbers of as many digits."""
    if column.kind == "text":
        return bool(column.key_prefix or column.key_width)
    if not column.whole or column.low is None or column.high is None or column.low <= 0:
        return False
    digits = len(f"{column.low:.0f}")
    return digits >= _LEAST_DIGITS and digits == len(f"{column.high:.0f}")
