"""What has this customer bought? Transactions with filters, their sums by day and by category."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pyarrow as pa

from regulars.insights.customer_timeline import STATUS, UNCATEGORIZED, Period, within
from regulars.insights.exact import exact_mean, exact_sum
from regulars.insights.release_reading import Reading

STATUSES = ("Purchase", "Refund", "Not counted")
OTHERS = "All others"


@dataclass(frozen=True)
class Wanted:
    """Which transactions: of a period, of these categories and statuses; empty means all."""

    period: Period = field(default_factory=Period)
    categories: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()


@dataclass(frozen=True)
class TransactionTotals:
    """Rows and sums of a customer's transactions; amounts are in the project's unit.

    `amount` and `mean` are of purchases, `refunded` of refunds (as a positive amount). `approved`
    is the share of rows that are no refund and count: what was declined does not.
    """

    rows: int
    purchases: int
    amount: float
    mean: float | None
    refunded: float
    approved: float | None


@dataclass(frozen=True)
class Choices:
    """What a customer's transactions can be filtered by, the commonest first."""

    categories: tuple[str, ...]
    statuses: tuple[str, ...]


@dataclass(frozen=True)
class DaySpend:
    """Purchases of one day (the first of a month in monthly data)."""

    day: date
    purchases: int
    amount: float


@dataclass(frozen=True)
class CategoryShare:
    """Purchases of one category; `share` is of the amount of all."""

    category: str
    purchases: int
    amount: float
    share: float | None


def transaction_choices(reading: Reading, customer_id: str) -> Choices:
    """Categories and statuses that this customer's transactions have."""
    history = _History(reading, customer_id, Wanted())
    return Choices(
        categories=history.names("category"),
        statuses=tuple(status for status in STATUSES if status in history.names("status")),
    )


def transaction_totals(
    reading: Reading, customer_id: str, *, wanted: Wanted = Wanted()
) -> TransactionTotals:
    """How many transactions, and how much."""
    row = _History(reading, customer_id, wanted).rows(
        f"""
        select
            count(*) as "rows",
            count(*) filter (where status = 'Purchase') as purchases,
            {exact_sum("case when status = 'Purchase' then amount end")} as amount,
            {exact_mean("case when status = 'Purchase' then amount end")} as mean,
            {exact_sum("case when status = 'Refund' then abs(amount) end")} as refunded,
            count(*) filter (where status = 'Purchase')
                / nullif(count(*) filter (where status <> 'Refund'), 0) as approved
        from history
        """
    )[0]
    return TransactionTotals(**row)


def transactions(
    reading: Reading, customer_id: str, *, wanted: Wanted = Wanted(), limit: int = 1_000
) -> pa.Table:
    """The newest transactions first, as a table of what is known of them."""
    history = _History(reading, customer_id, wanted)
    return history.arrow(f"{history.listed()} limit {int(limit)}")


def transaction_batches(
    reading: Reading, customer_id: str, *, wanted: Wanted = Wanted()
) -> Iterator[pa.RecordBatch]:
    """All of them as a stream, for an export."""
    history = _History(reading, customer_id, wanted)
    return history.batches(history.listed())


def daily_spend(
    reading: Reading, customer_id: str, *, wanted: Wanted = Wanted()
) -> tuple[DaySpend, ...]:
    """Days with a purchase, oldest first."""
    rows = _History(reading, customer_id, wanted).rows(
        f"select cast(occurred_at as date) as day, count(*) as purchases, "
        f"{exact_sum('amount')} as amount from history where status = 'Purchase' "
        "group by 1 order by 1"
    )
    return tuple(DaySpend(**row) for row in rows)


def category_shares(
    reading: Reading, customer_id: str, *, wanted: Wanted = Wanted(), limit: int = 8
) -> tuple[CategoryShare, ...]:
    """Amounts by category, the largest first and the rest in one; shares add up to 1."""
    rows = _History(reading, customer_id, wanted).rows(
        f"""
        select
            case when place <= {int(limit)} then category else '{OTHERS}' end as category,
            cast(sum(purchases) as bigint) as purchases,
            sum(amount) as amount,
            sum(amount) / nullif(max(total), 0) as share
        from (
            select
                category,
                count(*) as purchases,
                {exact_sum("amount")} as amount,
                sum({exact_sum("amount")}) over () as total,
                row_number() over (order by {exact_sum("amount")} desc, category) as place
            from history
            where status = 'Purchase'
            group by category
        )
        group by 1
        order by min(place)
        """
    )
    return tuple(CategoryShare(**row) for row in rows)


class _History:
    """The transactions of one customer, filtered, as a relation named history."""

    def __init__(self, reading: Reading, customer_id: str, wanted: Wanted) -> None:
        conditions, values = within(wanted.period, column="occurred_at")
        for column, allowed in (("category", wanted.categories), ("status", wanted.statuses)):
            if allowed:
                conditions += f" and {column} in ({', '.join('?' * len(allowed))})"
                values.extend(allowed)
        self._reading = reading
        self._parameters = [customer_id, *values]
        self._with = f"with history as (select * from ({_source(reading)}) where {conditions}) "

    def rows(self, sql: str) -> list[dict[str, Any]]:
        return self._reading.rows(self._with + sql, self._parameters)

    def arrow(self, sql: str) -> pa.Table:
        return self._reading.arrow(self._with + sql, self._parameters)

    def batches(self, sql: str) -> Iterator[pa.RecordBatch]:
        return self._reading.batches(self._with + sql, self._parameters)

    def names(self, column: str) -> tuple[str, ...]:
        """Values of a column, the commonest first."""
        rows = self.rows(f"select {column} as name from history group by 1 order by count(*) desc")
        return tuple(str(row["name"]) for row in rows)

    def listed(self) -> str:
        """The newest first, with those columns that hold anything in this release."""
        known = set(self._reading.columns("fct_transactions"))
        shown = [name for name in _SHOWN if name in known]
        listed = ", ".join(["occurred_at", "status", "category", *shown])
        return f"select {listed} from history order by occurred_at desc, order_id, product"


def _source(reading: Reading) -> str:
    """One customer's transactions; none where the release holds no single events."""
    if not reading.has("fct_transactions"):
        return _NONE
    category, named = "events.category", ""
    if reading.has("dim_category"):
        category = "categories.category_name, events.category"
        named = "left join dim_category as categories on events.category = categories.category_id"
    return f"""
        select
            events.* exclude (kind, is_counted, category, amount),
            cast(events.amount as double) as amount,
            {STATUS} as status,
            coalesce({category}, '{UNCATEGORIZED}') as category
        from (select * from fct_transactions where customer_id = ?) as events
        {named}
    """


_SHOWN = ("amount", "quantity", "discount", "product", "channel", "payment", "order_id")
_NONE = """
    select null as occurred_at, null as status, null as category, 0.0 as amount, null as order_id,
        null as product
    where ? is null and false
"""
