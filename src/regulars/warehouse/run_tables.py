"""The run records as tables of the warehouse."""

from __future__ import annotations

import pyarrow as pa

from regulars.warehouse.ledger import Ledger
from regulars.warehouse.protocol import Warehouse

_RUNS = 1000
_LATEST = """
select
    runs.run_id,
    runs.command,
    runs.status,
    runs.started_at,
    runs.ended_at,
    steps.steps,
    steps.seconds,
    runs.as_of,
    runs.error
from {runs} as runs
left join (
    select
        run_id,
        count(*) as steps,
        sum(seconds) as seconds
    from {steps}
    group by run_id
) as steps
    on runs.run_id = steps.run_id
order by runs.started_at desc
"""


def mirror_runs(warehouse: Warehouse, ledger: Ledger) -> None:
    """Copy the run records into `ops.runs` and `ops.run_steps`, and view them in `ops.latest_runs`.

    The records themselves stay beside the warehouse; the run that copies them is still running.
    """
    runs = ledger.runs(limit=_RUNS)
    texts = ("run_id", "command", "started_at", "ended_at", "status", "as_of", "error", "version")
    warehouse.replace_table(
        "ops",
        "runs",
        pa.table({name: pa.array([getattr(run, name) for run in runs], pa.string())
                  for name in texts}),
    )  # fmt: skip
    steps = [step for run in runs for step in ledger.steps(run.run_id)]
    names = ("run_id", "step", "status", "started_at", "ended_at", "result_json", "error")
    columns = {
        name.removesuffix("_json"): pa.array([getattr(step, name) for step in steps], pa.string())
        for name in names
    }
    columns["seconds"] = pa.array([step.seconds for step in steps], pa.float64())
    warehouse.replace_table("ops", "run_steps", pa.table(columns))
    relations = {name: warehouse.relation("ops", f"{prefix}{name}")
                 for name, prefix in (("runs", ""), ("steps", "run_"))}  # fmt: skip
    warehouse.create_view("ops", "latest_runs", _LATEST.format(**relations))
