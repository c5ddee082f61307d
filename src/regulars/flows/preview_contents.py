"""What a preview of a project file holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True)
class MonthOfSales:
    """What counts in a calendar month; `net_amount` is sales less refunds."""

    month: date
    rows: int
    customers: int
    net_amount: float


@dataclass(frozen=True)
class RejectedRows:
    """Rows of an entity that cleaning rejects for one reason."""

    entity: str
    reason: str
    rows: int


@dataclass(frozen=True)
class Preview:
    """Rows and totals after cleaning; personal data are masked.

    `leavers` are customers who have left, by a date before the end of the data or by a label; None
    where neither is mapped. `later_ends` are those with a later date, such as the planned end of a
    contract. `rows_read` is by source, and `sampled` names the sources of which only the first rows
    of each file were read: their totals are those of the sample.
    """

    customers: tuple[dict[str, Any], ...] = ()
    transactions: tuple[dict[str, Any], ...] = ()
    months: tuple[MonthOfSales, ...] = ()
    currency: str = ""
    first: datetime | None = None
    last: datetime | None = None
    customers_total: int = 0
    sales: int = 0
    refunds: int = 0
    net_amount: float = 0.0
    leavers: int | None = None
    later_ends: int = 0
    rejected: tuple[RejectedRows, ...] = ()
    rows_read: dict[str, int] = field(default_factory=dict)
    sampled: tuple[str, ...] = ()
    unused_columns: dict[str, tuple[str, ...]] = field(default_factory=dict)
