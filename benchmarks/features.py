"""The features step on the CRM files at one as-of date and at six, beside pandas and a bare scan.

Run: python benchmarks/features.py [folder with *_raw.parquet of the `crm` data]

Files are landed, cleaned and made into features with one as-of date and with six, each in a
process of its own, and the features step is timed; pandas groups the same rows for every window
at the same dates; and a bare group-by (last date, count, sum per customer) reads the same
transactions. Ratios are of this run only.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from run_by_step import CRM, SETTINGS, Measured, described, part

ONE = SETTINGS[: SETTINGS.index("churn:")]
SIX = SETTINGS.replace("activity_window: 365}", "activity_window: 365, max_cutoffs: 5}")


def steps_of(folder: Path, steps: list[str]) -> dict[str, Any]:
    """Run these steps; seconds and peak memory of the last one, and what it made."""
    from datetime import UTC, datetime

    from regulars.core.settings import read_project
    from regulars.flows.run import RunRequest, run

    measured = Measured()
    project = read_project(folder)
    run(
        project,
        RunRequest(only=steps, force=True),
        progress=measured,
        clock=lambda: datetime.now(UTC),
    )
    _, _, seconds, peak, _ = measured.steps[-1]
    return {"step_seconds": seconds, "peak": peak, **described(project)}


def stepped(folder: Path, *steps: str) -> dict[str, Any]:
    """The same in a process of its own."""
    command = [sys.executable, __file__, "--steps", str(folder), *steps]
    ended = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    told: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return told


def scan(data: Path) -> float:
    """The best of five bare group-bys over the transactions, in seconds."""
    import duckdb

    connection = duckdb.connect()
    connection.execute("set threads = 2")
    query = (
        "select count(*), max(latest), sum(frequency), sum(monetary) from (select customer_id, "
        "max(transaction_date) as latest, count(*) as frequency, sum(total_amount) as monetary "
        f"from '{data}/transactions_raw.parquet' group by customer_id)"
    )
    seconds = []
    for _ in range(5):
        began = time.perf_counter()
        connection.execute(query).fetchall()
        seconds.append(time.perf_counter() - began)
    return min(seconds)


def main(data: Path) -> None:
    """Land and clean, then both ways at both numbers of dates."""
    scanned = scan(data)
    print(f"{'dates':>5}{'features':>9}{'ours s':>8}{'peak MB':>9}{'pandas s':>10}{'columns':>9}"
          f"{'ours / pandas':>15}{'ours / scan':>13}")  # fmt: skip
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "data").symlink_to(data)
        for settings in (ONE, SIX):
            (folder / "regulars.yaml").write_text(settings, "utf-8")
            ours = stepped(folder, "land", "clean", "features")
            pandas = part("pandas", str(data), *ours["cutoffs"])
            seconds = ours["step_seconds"]
            print(
                f"{len(ours['cutoffs']):>5}{ours['features']:>9}{seconds:>8.1f}{ours['peak']:>9.0f}"
                f"{pandas['seconds']:>10.1f}{pandas['features']:>9}"
                f"{seconds / pandas['seconds']:>15.2f}{seconds / scanned:>13.0f}",
                flush=True,
            )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--steps"]:
        print(json.dumps(steps_of(Path(sys.argv[2]), sys.argv[3:])))
    else:
        main(Path(sys.argv[1]).resolve() if sys.argv[1:] else CRM)
