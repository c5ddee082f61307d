"""Columns that say on which side of an account an amount without a sign stands: debit or credit.

The side with more rows is that of the purchases: a shop's ledger charges its customers with debits,
an account of receipts takes them in as credits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.roles import points
from regulars.ingest.inference.vocabulary import concepts
from regulars.ingest.inference.words import side_meaning

_CLEAR = 0.65  # of the rows: with less on the larger side nobody knows which one is sales
_SIGNS = {"+": "credit", "-": "debit"}


@dataclass(frozen=True)
class Sides:
    """The column, its value of the purchases and its value of what went back."""

    column: Column
    sale: str
    back: str
    is_clear: bool


def find_sides(columns: Sequence[Column]) -> Sides | None:
    """The column whose two values are the sides of an account."""
    for column in columns:
        if column.kind not in ("text", "flag") or column.distinct != 2:
            continue
        if {_side(column, value) for value, _ in column.values} == {"debit", "credit"}:
            (larger, rows), (smaller, _) = column.values
            return Sides(column, larger, smaller, rows >= _CLEAR * column.filled)
    return None


def _side(column: Column, value: str) -> str | None:
    """Debit or credit: by the name of the column, which is not that of a card that paid."""
    if points(column.name, "payment"):
        return None
    if "side" in concepts(column.name):
        return _SIGNS.get(value) or side_meaning(value)
    is_kind = points(column.name, "document_kind") > 0 and len(value) > 1
    return side_meaning(value) if is_kind else None
