"""How the checks of a run went, kept in the warehouse."""

from __future__ import annotations

import pyarrow as pa

from regulars.warehouse.dbt import NodeResult
from regulars.warehouse.protocol import Warehouse


def write_checks(warehouse: Warehouse, run_id: str, results: list[NodeResult]) -> None:
    """Write `ops.checks`: one row per test of the newest run, with the rows that fail it."""
    warehouse.replace_table(
        "ops",
        "checks",
        pa.table(
            {
                "run_id": pa.array([run_id] * len(results), pa.string()),
                "name": pa.array([one.name for one in results], pa.string()),
                "status": pa.array([one.status for one in results], pa.string()),
                "failures": pa.array([one.failures for one in results], pa.int64()),
                "seconds": pa.array([one.seconds for one in results], pa.float64()),
                "message": pa.array([one.message for one in results], pa.string()),
            }
        ),
    )
