"""The tables of a release: what people and programs may see, as Parquet files in a fixed order.

The order of rows is part of what is written: the same data gives the same bytes. Single events lie
in the order of customers, so that a reader skips all of a file but the part where the customer is:
a timeline takes as long at ten million transactions as at ten thousand.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from regulars.warehouse.ledger import StepRecord
from regulars.warehouse.protocol import Warehouse

# Layer and order of every table that a release copies whole.
TABLES = {
    "customer_360_profile": ("serving", "customer_id"),
    "customer_scored": ("serving", "customer_id"),
    "fct_customer_rfm": ("gold", "customer_id"),
    "model_runs": ("ml", "estimator_id"),
    "customer_value": ("ml", "customer_id"),
    "time_to_churn": ("ml", "customer_id"),
    "kpi_by_period": ("gold", "month"),
    "segment_migration": ("gold", "from_as_of, to_as_of, from_segment, to_segment"),
    "cohort_retention": ("gold", "cohort_month, months_since"),
    "customer_spending_metrics": ("gold", "customer_id"),
    "monthly_customer_spending": ("gold", "customer_id, month"),
    "customer_clusters": ("ml", "as_of, customer_id"),
    "dim_category": ("gold", "category_id"),
    "row_reconciliation": ("gold", "entity"),
    "rejected_rows": ("silver", "source_name, batch_id, file_name, row_number"),
    "column_profile": ("ops", "entity, column_name"),
    "batches": ("ops", "landed_at, batch_id"),
    "batch_files": ("ops", "batch_id, file"),
    "checks": ("ops", "name"),
    "check_summary": ("ops", "checked_at, run_id"),
    "table_history": ("ops", "checked_at, entity"),
    "layer_counts": ("ops", "counted_at, entity, layer"),
    "cutoffs": ("ops", "as_of"),
}
# Key and columns of every event that counts.
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

# A table is about to be written; the share of all tables that are there already.
Report = Callable[[str, float], None]


def write_tables(warehouse: Warehouse, folder: Path, *, report: Report) -> dict[str, int]:
    """Write every table into the folder of a release; rows per table."""
    rows = {}
    for number, (table, (layer, order)) in enumerate(TABLES.items()):
        report(table, number / len(TABLES))
        query = f"select * from {warehouse.relation(layer, table)} order by {order}"
        rows[table] = warehouse.export_parquet(query, folder / f"{table}.parquet")
    return rows


def write_events(warehouse: Warehouse, folder: Path, *, days: int | None) -> dict[str, int]:
    """Write every event that counts at the as-of date; rows per table.

    `days` is how far back before the as-of date they go, None for all.
    """
    return {
        table: warehouse.export_parquet(
            _events_query(warehouse, table, days=days), folder / f"{table}.parquet"
        )
        for table in _EVENTS
    }


def _events_query(warehouse: Warehouse, table: str, *, days: int | None) -> str:
    """Events that happened, and were known, before the as-of date."""
    key, columns = _EVENTS[table]
    since = "" if days is None else f"and events.period >= cast(run.as_of as date) - {days} "
    return (
        f"select {', '.join(columns)} from {warehouse.relation('gold', table)} as events "
        f"cross join (select as_of from {warehouse.relation('ops', 'run_context')}) as run "
        "where events.occurred_at < run.as_of and events.known_at < run.as_of "
        f"{since}"
        f"order by customer_id, occurred_at, {key}"
    )


def write_run_steps(records: Sequence[StepRecord], folder: Path) -> None:
    """How the newest result of each step came about: also of those that this run skipped."""
    columns = {
        "step": [record.step for record in records],
        "run_id": [record.run_id for record in records],
        "ended_at": [record.ended_at for record in records],
        "seconds": pa.array([record.seconds for record in records], pa.float64()),
        "result": [record.result_json for record in records],
    }
    pq.write_table(pa.table(columns), folder / "run_steps.parquet")
