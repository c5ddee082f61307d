"""Features of the catalogue for transactions in memory, without a project."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from regulars.flows.clock import now
from regulars.notebook.days import as_day
from regulars.notebook.frames import arrow_of
from regulars.notebook.tables import Table, arrow_table

if TYPE_CHECKING:
    from regulars.core.calendar import Grain


def compute_features(
    transactions: Any,
    *,
    customer_id: str,
    occurred_at: str,
    amount: str,
    as_of: date | str | None = None,
    grain: Grain = "day",
) -> Table:
    """The features of each customer, from transactions before the as-of date alone.

    `transactions` is a frame of pandas, polars or Arrow; amounts below zero are refunds. `as_of` is
    by default the end of the data. One row per customer: customer_id, as_of, and a column for each
    feature of the catalogue. Raises DataError for a column that is not there.
    """
    from regulars.core.progress import Silent
    from regulars.flows.own_estimators import OwnTransactions, compute_customer_features

    columns = {"customer_id": customer_id, "occurred_at": occurred_at, "amount": amount}
    own = OwnTransactions(arrow_of(transactions), dict(columns), grain=grain)
    day = as_day(as_of, what="as_of")
    frame = compute_customer_features(own, as_of=day, progress=Silent(), clock=now)
    table = frame.keys
    for name in frame.inputs.column_names:
        table = table.append_column(name, frame.inputs[name])
    return arrow_table(table)
