"""The tables of a release: what people and programs may see, as Parquet files in a fixed order.

The order of rows is part of what is written: the same data gives the same bytes. Single events have
files of their own, see `event_tables`.
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
