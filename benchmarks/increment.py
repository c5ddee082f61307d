"""One more day of deliveries beside the full run, on the `cards` recipe by day.

Run: python benchmarks/increment.py [million transactions]

Transactions up to the day before the last are delivered and everything runs; then a file with the
last day is delivered and everything runs again; then once more with nothing new. The same process
would do the same every night. Ratios are of this run only.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from cards import generate, project_file
from run_by_step import whole_run


def deliver(raw: Path, folder: Path) -> None:
    """History into one file, the last day into a second one that waits beside."""
    import duckdb

    data = folder / "data"
    data.mkdir()
    for name in ("customers.csv", "merchant_categories.csv"):
        (data / name).write_bytes((raw / name).read_bytes())
    connection = duckdb.connect()
    connection.execute("set threads = 2")
    source = f"'{raw}/transactions.parquet'"
    last = f"(select max(cast(transaction_date as date)) from {source})"
    for sign, target in (("<", data / "transactions_1.parquet"), ("=", folder / "day.parquet")):
        connection.execute(
            f"copy (select * from {source} where cast(transaction_date as date) {sign} {last}) "
            f"to '{target}' (format parquet)"
        )
    text = project_file("day").replace("data/transactions.parquet", "data/transactions_*.parquet")
    (folder / "regulars.yaml").write_text(text, "utf-8")


def timed(folder: Path) -> dict[str, Any]:
    """A whole run in a process of its own."""
    ended = subprocess.run(
        [sys.executable, __file__, "--run", str(folder)], stdout=subprocess.PIPE, check=True
    )
    told: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return told


def report(runs: dict[str, dict[str, Any]]) -> None:
    """Seconds by step of the three runs."""
    print(f"{'step':<10}" + "".join(f"{name:>12}" for name in runs))
    steps = [{step[0]: (step[1], step[2]) for step in run["steps"]} for run in runs.values()]
    for name in steps[0]:
        cells = (one.get(name, ("skipped", 0.0)) for one in steps)
        shown = (f"{seconds:.1f}" if how == "done" else how for how, seconds in cells)
        print(f"{name:<10}" + "".join(f"{cell:>12}" for cell in shown))
    totals = [sum(step[2] for step in run["steps"]) for run in runs.values()]
    print(f"{'all':<10}" + "".join(f"{total:>12.1f}" for total in totals))
    print(f"one day takes {totals[1] / totals[0]:.0%} of the full run")


def main(millions: float) -> None:
    """Deliver, run, deliver a day, run, run."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "project"
        folder.mkdir()
        generate(Path(place) / "raw", transactions=int(millions * 1e6))
        deliver(Path(place) / "raw", folder)
        runs = {"full": timed(folder)}
        (folder / "day.parquet").rename(folder / "data" / "transactions_2.parquet")
        runs["one day"] = timed(folder)
        runs["nothing"] = timed(folder)
    report(runs)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--run"]:
        print(json.dumps(whole_run(Path(sys.argv[2]))))
    else:
        main(float(sys.argv[1]) if sys.argv[1:] else 10.0)
