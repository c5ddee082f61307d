"""The `cards` recipe at sizes up to 60 million transactions, by step and grain.

Run: python benchmarks/cards.py [million transactions, ...] [--grain week|day ...]

For every size the files are generated once (1,200 transactions a customer). Then, per grain, a
process of its own runs everything from Parquet to `customer_360_profile` with six as-of dates on
two threads within 7 GB for the engine, and tells seconds and peak memory by step; and a bare
group-by (last date, count and sum per customer) reads the same Parquet files in the same minutes,
with the same two threads. Ratios are of this run only.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from run_by_step import Measured, whole_run

if TYPE_CHECKING:
    from regulars.core.step_results import StepOutcome

RECIPE = "cards"
PER_CUSTOMER = 1_200
WEEKLY = {
    "grain: day": "grain: week",
    "horizon: 90 ": "horizon: 13 ",
    "activity_window: 180": "activity_window: 26",
    "amount_90d": "amount_13w",
    "last 90 days": "last 13 weeks",
}
SIX_DATES = ("decline_below: 0.3", "decline_below: 0.3\n  max_cutoffs: 5")


def project_file(grain: str) -> str:
    """The recipe's own project file with six as-of dates, by week where asked for."""
    from regulars.ingest.recipes import recipe_text

    text = recipe_text(RECIPE).replace(*SIX_DATES)
    for daily, weekly in WEEKLY.items() if grain == "week" else ():
        text = text.replace(daily, weekly)
    return text.replace("\ngrain:", "\nengine: {memory_limit: 7GB}\ngrain:")


def generate(folder: Path, *, transactions: int) -> float:
    """Make the raw files; the seconds it took."""
    began = time.perf_counter()
    command = [
        *(sys.executable, "-m", "regulars", "generate", RECIPE, str(folder)),
        *("--customers", str(transactions // PER_CUSTOMER), "--transactions", str(transactions)),
    ]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def scan(data: Path) -> float:
    """The better of three bare group-bys over the transactions, in seconds."""
    import duckdb

    connection = duckdb.connect()
    connection.execute("set threads = 2")
    query = (
        "select count(*), sum(frequency), sum(monetary), max(latest) from (select customer_id, "
        "max(transaction_date) as latest, count(*) as frequency, "
        "sum(transaction_amount) as monetary "
        f"from '{data}/transactions.parquet' group by customer_id)"
    )
    seconds = []
    for _ in range(3):
        began = time.perf_counter()
        connection.execute(query).fetchall()
        seconds.append(time.perf_counter() - began)
    return min(seconds)


def measured_run(data: Path, *, grain: str, place: Path) -> dict[str, Any]:
    """A whole run in a process of its own, and the scan before and after it."""
    folder = place / grain
    folder.mkdir()
    (folder / "data").symlink_to(data)
    (folder / "regulars.yaml").write_text(project_file(grain), "utf-8")
    before = scan(data)
    ended = subprocess.run(
        [sys.executable, __file__, "--run", str(folder)], stdout=subprocess.PIPE, check=True
    )
    told: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    warehouse = folder / ".regulars" / "warehouse.duckdb"
    size = warehouse.stat().st_size / 1e9
    subprocess.run(["rm", "-rf", str(folder)], check=True)
    return {**told, "scan": min(before, scan(data)), "warehouse": size}


def report(millions: float, grain: str, told: dict[str, Any]) -> None:
    """Steps beside the scan."""
    scanned = told["scan"]
    print(f"\n{millions:g} million transactions, by {grain}: {told['features']} features at "
          f"{len(told['cutoffs'])} dates; scan {scanned:.2f} s; "
          f"warehouse {told['warehouse']:.1f} GB; load {os.getloadavg()[0]:.1f}")  # fmt: skip
    print(f"{'step':<12}{'seconds':>9}{'x scan':>8}{'peak MB':>9}")
    for name, _, seconds, peak, _ in told["steps"]:
        print(f"{name:<12}{seconds:>9.1f}{seconds / scanned:>8.0f}{peak:>9.0f}")
    for name in ("fct_customer_periods", "customer_features"):
        seconds = told["models"].get(name, 0.0)
        print(f"  {name:<22}{seconds:>7.1f}{seconds / scanned:>8.0f}")
    whole = sum(step[2] for step in told["steps"])
    print(f"{'all':<12}{whole:>9.1f}{whole / scanned:>8.0f}", flush=True)


def main() -> None:
    """Every size and grain asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("millions", nargs="*", type=float, default=[1.0, 10.0])
    parser.add_argument("--grain", nargs="+", choices=["week", "day"], default=["week", "day"])
    parser.add_argument("--place", type=Path, help="a folder with room for it")
    parser.add_argument("--run", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.run:
        print(json.dumps(timed_run(options.run)))
        return
    with tempfile.TemporaryDirectory(dir=options.place) as place:
        for millions in options.millions:
            data = Path(place) / f"{millions:g}"
            seconds = generate(data, transactions=int(millions * 1e6))
            print(f"\ngenerated {millions:g} million in {seconds:.0f} s", flush=True)
            for grain in options.grain:
                report(millions, grain, measured_run(data, grain=grain, place=Path(place)))


class ByModel(Measured):
    """Notes the seconds of every model, too, from what dbt leaves behind after each build."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._results = folder / ".regulars" / "dbt" / "target" / "run_results.json"
        self._read_at = 0
        self.models: dict[str, float] = {}

    def detail(self, text: str, *, share: float | None = None) -> None:
        written = self._results.stat().st_mtime_ns if self._results.exists() else 0
        if written == self._read_at:
            return
        self._read_at = written
        for result in json.loads(self._results.read_text("utf-8"))["results"]:
            self.models[result["unique_id"].split(".")[-1]] = result["execution_time"]

    def step_ended(self, outcome: StepOutcome) -> None:
        self.detail(outcome.name)
        super().step_ended(outcome)


def timed_run(folder: Path) -> dict[str, Any]:
    """A whole run, with the seconds of every model."""
    os.environ["DBT_WRITE_JSON"] = "true"  # dbt's own record of how long each model took
    measured = ByModel(folder)
    told = whole_run(folder, measured)
    return {**told, "models": measured.models}


if __name__ == "__main__":
    main()
