"""What a release holds of single events: a customer's timeline, ready to be found by its id.

Rows lie in the order of customers, so that a reader skips all of a file but the part where the
customer is: a timeline takes as long at ten million transactions as at ten thousand.
"""

from __future__ import annotations

from pathlib import Path

from regulars.flows.context import RunContext

_EVENTS = {
    "fct_transactions": (
        "transaction_id",
        (
            "customer_id", "occurred_at", "nullif(order_id, transaction_id) as order_id", "kind",
            "is_counted", "amount", "quantity", "discount", "category", "product", "channel",
            "payment",
        ),
    ),
    "fct_interactions": (
        "interaction_id",
        (
            "customer_id", "occurred_at", "kind", "channel", "satisfaction", "duration",
            "resolved", "sentiment",
        ),
    ),
    "fct_touches": (
        "touch_id",
        (
            "customer_id", "occurred_at", "campaign", "channel", "treated", "opened_at",
            "clicked_at", "converted_at", "cost",
        ),
    ),
}  # fmt: skip


def write_events(context: RunContext, folder: Path) -> dict[str, int]:
    """Write every event that counts at the as-of date into a release; rows per table."""
    return {
        table: context.warehouse.export_parquet(_query(context, table), folder / f"{table}.parquet")
        for table in _EVENTS
    }


def _query(context: RunContext, table: str) -> str:
    """Events that happened, and were known, before the as-of date, as far back as is wanted."""
    key, columns = _EVENTS[table]
    days = context.project.release.event_days
    since = "" if days is None else f"and events.period >= cast(run.as_of as date) - {days} "
    warehouse = context.warehouse
    return (
        f"select {', '.join(columns)} from {warehouse.relation('gold', table)} as events "
        f"cross join (select as_of from {warehouse.relation('ops', 'run_context')}) as run "
        "where events.occurred_at < run.as_of and events.known_at < run.as_of "
        f"{since}"
        f"order by customer_id, occurred_at, {key}"
    )
