"""How checks went, kept in the warehouse: the newest in full, and a line of each run for ever."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from regulars.warehouse.dialects import dialect_of
from regulars.warehouse.node_results import NodeResult
from regulars.warehouse.protocol import Warehouse

_TIME = pa.timestamp("us")
# Layouts of the tables that grow by a few lines with every run.
_HISTORY: dict[str, pa.Schema] = {
    "check_history": pa.schema(
        [
            ("run_id", pa.string()),
            ("checked_at", _TIME),
            ("name", pa.string()),
            ("kind", pa.string()),
            ("severity", pa.string()),
            ("passed", pa.bool_()),
            ("failures", pa.int64()),
        ]
    ),
    "check_summary": pa.schema(
        [
            ("run_id", pa.string()),
            ("checked_at", _TIME),
            ("total_checks", pa.int64()),
            ("passed", pa.int64()),
            ("failed", pa.int64()),
            ("errors", pa.int64()),
            ("warnings", pa.int64()),
            ("info", pa.int64()),
            ("pass_rate", pa.float64()),
            ("is_valid", pa.bool_()),
        ]
    ),
    "table_history": pa.schema(
        [
            ("run_id", pa.string()),
            ("checked_at", _TIME),
            ("entity", pa.string()),
            ("rows", pa.int64()),
            ("nulls", pa.int64()),
            ("rejected", pa.int64()),
            ("merged", pa.int64()),
            ("checks", pa.int64()),
            ("passed", pa.int64()),
            ("pass_rate", pa.float64()),
        ]
    ),
    "layer_counts": pa.schema(
        [
            ("run_id", pa.string()),
            ("counted_at", _TIME),
            ("entity", pa.string()),
            ("layer", pa.string()),
            ("rows", pa.int64()),
            ("duplicate_keys", pa.int64()),
            ("null_keys", pa.int64()),
        ]
    ),
}
_SQL_TYPES = {
    pa.string(): "varchar",
    pa.int64(): "bigint",
    pa.float64(): "double",
    pa.bool_(): "boolean",
    _TIME: "timestamp",
}
_CHECKS = pa.schema(
    [
        ("run_id", pa.string()),
        ("name", pa.string()),
        ("kind", pa.string()),
        ("table_name", pa.string()),
        ("severity", pa.string()),
        ("status", pa.string()),
        ("passed", pa.bool_()),
        ("failures", pa.int64()),
        ("seconds", pa.float64()),
        ("message", pa.string()),
        ("details", pa.string()),
        ("rows_sql", pa.string()),
    ]
)
# What runs of the last week found, counted back from the newest check: no clock is read.
_RECENT = """
select check_history.*
from {history} as check_history
where
    not check_history.passed
    and check_history.checked_at >= (
        select {week_ago} from {history} as newest
    )
"""


def write_checks(warehouse: Warehouse, rows: Sequence[dict[str, Any]]) -> None:
    """Write `ops.checks`: one row per check of the newest run."""
    warehouse.replace_table("ops", "checks", pa.Table.from_pylist(list(rows), schema=_CHECKS))


def write_model_times(warehouse: Warehouse, results: Sequence[NodeResult]) -> None:
    """Write `ops.model_times`: seconds of each model of the newest cleaning."""
    models = [result for result in results if result.kind == "model"]
    warehouse.replace_table(
        "ops",
        "model_times",
        pa.table(
            {
                "model": pa.array([model.name for model in models], pa.string()),
                "seconds": pa.array([model.seconds for model in models], pa.float64()),
            }
        ),
    )


def add_history(
    warehouse: Warehouse, table: str, *, run_id: str, rows: Sequence[dict[str, Any]]
) -> None:
    """Add the lines of a run to a table of `ops` that grows; the same run's are replaced."""
    schema = _HISTORY[table]
    types = {field.name: _SQL_TYPES[field.type] for field in schema}
    warehouse.create_table("ops", table, types)
    warehouse.execute(f"delete from {warehouse.relation('ops', table)} where run_id = ?", [run_id])
    data = pa.Table.from_pylist([{"run_id": run_id, **row} for row in rows], schema=schema)
    warehouse.append_table("ops", table, data)


def create_failure_view(warehouse: Warehouse) -> None:
    """`ops.recent_quality_failures`: failed checks of the week before the newest one."""
    history = warehouse.relation("ops", "check_history")
    week_ago = dialect_of(warehouse.engine).days_added("max(newest.checked_at)", -7)
    warehouse.create_view(
        "ops", "recent_quality_failures", _RECENT.format(history=history, week_ago=week_ago)
    )


def rows_sql(warehouse: Warehouse, name: str) -> str | None:
    """The query for the rows behind a check of the newest run; None where it has none."""
    if "rows_sql" not in warehouse.columns("ops", "checks"):
        return None
    rows = warehouse.rows(
        f"select rows_sql from {warehouse.relation('ops', 'checks')} where name = ?", [name]
    )
    return str(rows[0][0]) if rows and rows[0][0] else None


def check_names(warehouse: Warehouse) -> list[str]:
    """The checks of the newest run."""
    if not warehouse.columns("ops", "checks"):
        return []
    rows = warehouse.rows(f"select name from {warehouse.relation('ops', 'checks')} order by name")
    return [str(name) for (name,) in rows]


def read_history(warehouse: Warehouse, table: str) -> list[dict[str, Any]]:
    """All lines of a table of `ops` that grows, oldest first; none where there is none yet."""
    if not warehouse.columns("ops", table):
        return []
    moment = "counted_at" if table == "layer_counts" else "checked_at"
    sql = f"select * from {warehouse.relation('ops', table)} order by {moment}, run_id"
    rows: list[dict[str, Any]] = warehouse.arrow(sql).to_pylist()
    return rows
