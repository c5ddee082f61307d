"""A whole run by step on a subscription company, beside plain pandas on the same windows.

Run: python benchmarks/run_by_step.py [folder with *_raw.parquet of the `crm` data]

Transactions and interactions of 50,000 customers; churn is 90 days of silence. Every part has a
process of its own: the run (seconds and peak memory by step), the run again with nothing changed,
`regulars --help`, and pandas, which groups the same rows by customer for every window at every
cutoff that the run used. Ratios are of this run only.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from regulars.core.step_results import StepOutcome

CRM = Path(__file__).resolve().parents[2] / "shared" / "data" / "crm"
SETTINGS = """
version: 1
project: crm
currency: USD
grain: day
sources:
  purchases: {path: data/transactions_raw.parquet, load: replace}
  calls: {path: data/interactions_raw.parquet, load: replace}
entities:
  transactions:
    source: purchases
    columns:
      transaction_id: transaction_id
      customer_id: customer_id
      occurred_at: transaction_date
      amount: total_amount
      discount: discount_amount
      category: product_category
      payment: payment_method
      channel: channel
  interactions:
    source: calls
    columns:
      interaction_id: interaction_id
      customer_id: customer_id
      occurred_at: interaction_date
      kind: interaction_type
      channel: channel
      duration: duration_seconds
      satisfaction: satisfaction_score
churn: {kind: silence, horizon: 90, activity_window: 365}
leakage:
  accept:
    - column: "*"
      by: this benchmark
      why: simulated customers buy in the year after they register and never later
"""
WINDOWS = (7, 14, 30, 60, 90, 180, 365)


def peak_memory() -> float:
    """Peak memory of this process in MB since it began, or since the last `forget_peak`."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(one for one in status.read_text().splitlines() if one.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def forget_peak() -> None:
    """Begin to measure peak memory anew, where the system can."""
    Path("/proc/self/clear_refs").write_text("5")


class Measured:
    """Progress that notes seconds and peak memory of every step."""

    def __init__(self) -> None:
        self.steps: list[tuple[str, str, float, float, str]] = []

    def step_started(self, name: str, *, index: int, total: int) -> None:
        forget_peak()

    def detail(self, text: str, *, share: float | None = None) -> None:
        pass

    def step_ended(self, outcome: StepOutcome) -> None:
        from regulars.insights.step_words import outcome_words

        name, status, seconds = outcome.name, str(outcome.status), outcome.seconds
        self.steps.append((name, status, seconds, peak_memory(), outcome_words(outcome)))
        print(f"{name}: {status}, {seconds:.1f} s", file=sys.stderr)


def whole_run(folder: Path, measured: Measured | None = None) -> dict[str, Any]:
    """One run of the project; seconds and peak memory by step, and the cutoffs it used."""
    from datetime import UTC, datetime

    from regulars.core.settings import read_project
    from regulars.flows.run import RunRequest, run

    measured = measured or Measured()
    project = read_project(folder)
    run(project, RunRequest(), progress=measured, clock=lambda: datetime.now(UTC))
    return {"steps": measured.steps, **described(project)}


def described(project: Any) -> dict[str, Any]:
    """As-of dates of the newest features, how many features there are, and their rows."""
    from regulars.warehouse.opening import open_warehouse

    warehouse = open_warehouse(project)
    dates = warehouse.rows("select distinct cast(as_of as date) from ops.cutoffs order by 1")
    rows = warehouse.rows("select count(*) from gold.customer_features")[0][0]
    columns = len(warehouse.columns("gold", "customer_features")) - 2
    warehouse.close()
    return {"cutoffs": [str(day) for (day,) in dates], "features": columns, "rows": rows}


def plain_pandas(data: Path, cutoffs: list[str]) -> dict[str, Any]:
    """The windows by hand: per cutoff and window, filter and group by customer."""
    import pandas as pd

    sales = pd.read_parquet(data / "transactions_raw.parquet")
    calls = pd.read_parquet(data / "interactions_raw.parquet")
    sales["day"] = sales["transaction_date"].dt.normalize()
    made, columns = 0, 0
    for cutoff in map(pd.Timestamp, cutoffs):
        parts = [windows_of_sales(sales, cutoff), windows_of_calls(calls, cutoff)]
        frame = pd.concat(parts, axis=1).fillna(0)
        made, columns = made + len(frame), frame.shape[1]
    return {"features": columns, "rows": made}


def windows_of_sales(sales: Any, cutoff: Any) -> Any:
    """Orders, amounts, discounts and active days per customer in every window before a cutoff."""
    import pandas as pd

    past = sales[sales["transaction_date"] < cutoff]
    found = []
    for days in (*WINDOWS, None):
        rows = past if days is None else past[past["day"] >= cutoff - pd.Timedelta(days=days)]
        grouped = rows.groupby("customer_id").agg(
            orders=("transaction_id", "count"), amount=("total_amount", "sum"),
            largest=("total_amount", "max"), discount=("discount_amount", "sum"),
            active_days=("day", "nunique"),
        )  # fmt: skip
        grouped["amount_per_order"] = grouped["amount"] / grouped["orders"]
        found.append(grouped.add_suffix(f"_{days or 'ever'}"))
    ever = past.groupby("customer_id")["day"].agg(["min", "max"])
    found.append((cutoff - ever).apply(lambda column: column.dt.days))
    return pd.concat(found, axis=1)


def windows_of_calls(calls: Any, cutoff: Any) -> Any:
    """Contacts, their length and satisfaction per customer in every window before a cutoff."""
    import pandas as pd

    past = calls[calls["interaction_date"] < cutoff]
    found = []
    for days in (*WINDOWS, None):
        since = cutoff - pd.Timedelta(days=days or 100_000)
        rows = past[past["interaction_date"] >= since]
        grouped = rows.groupby("customer_id").agg(
            contacts=("interaction_id", "count"), seconds=("duration_seconds", "sum"),
            satisfaction=("satisfaction_score", "mean"),
        )  # fmt: skip
        found.append(grouped.add_suffix(f"_{days or 'ever'}"))
    return pd.concat(found, axis=1)


def part(name: str, *arguments: str) -> dict[str, Any]:
    """One part in a process of its own: its seconds, peak memory and what it tells."""
    before = time.perf_counter()
    ended = subprocess.run(
        [sys.executable, __file__, f"--{name}", *arguments], stdout=subprocess.PIPE, check=True
    )
    seconds = time.perf_counter() - before
    told = json.loads(ended.stdout.splitlines()[-1])
    return {"seconds": seconds, **told}


def main(data: Path) -> None:
    """All parts, one after the other, and their ratios."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "data").symlink_to(data)
        (folder / "regulars.yaml").write_text(SETTINGS, "utf-8")
        ours = part("whole", place)
        again = part("whole", place)
        helped = part("help")
        pandas = part("pandas", str(data), *ours["cutoffs"])
    report(ours, again, pandas, helped=helped)


def report(
    ours: dict[str, Any], again: dict[str, Any], pandas: dict[str, Any], *, helped: dict[str, Any]
) -> None:
    """What the parts took, and the ratios."""
    print(f"{'step':<10}{'seconds':>9}{'peak MB':>9}  what came of it")
    for name, _, seconds, memory, note in ours["steps"]:
        print(f"{name:<10}{seconds:>9.1f}{memory:>9.0f}  {note.splitlines()[0][:90]}")
    print(f"{'all':<10}{ours['seconds']:>9.1f}{max(step[3] for step in ours['steps']):>9.0f}")
    skipped = all(step[1] == "skipped" for step in again["steps"])
    print(f"again     {again['seconds']:>9.1f}{again['peak']:>9.0f}  every step skipped: {skipped}")
    print(f"--help    {helped['took']:>9.2f}")
    made = f"{pandas['features']} features, {pandas['rows']:,} rows at {len(ours['cutoffs'])} dates"
    print(f"pandas    {pandas['seconds']:>9.1f}{pandas['peak']:>9.0f}  {made}")
    took = {name: seconds for name, _, seconds, _, _ in ours["steps"]}
    cells = ours["features"] * ours["rows"] / took["features"]
    theirs = pandas["features"] * pandas["rows"] / pandas["seconds"]
    print(f"ours: {ours['features']} features, {ours['rows']:,} rows; values per second against")
    print(f"pandas: {cells / theirs:.1f} times with the features step alone, ", end="")
    prepared = took["land"] + took["clean"] + took["features"]
    print(f"{cells * took['features'] / prepared / theirs:.1f} times with landing and cleaning")
    print(f"a run with nothing changed takes {again['seconds'] / ours['seconds']:.3f} of a run")


def _one_part(name: str, arguments: list[str]) -> None:
    if name == "--whole":
        told = whole_run(Path(arguments[0]))
    elif name == "--pandas":
        told = plain_pandas(Path(arguments[0]), arguments[1:])
    else:
        before = time.perf_counter()
        help_page = [sys.executable, "-m", "regulars.cli.app", "--help"]
        subprocess.run(help_page, stdout=subprocess.DEVNULL, check=True)
        told = {"took": time.perf_counter() - before}
    print(json.dumps({"peak": peak_memory(), **told}))


if __name__ == "__main__":
    if sys.argv[1:2] and sys.argv[1].startswith("--"):
        _one_part(sys.argv[1], sys.argv[2:])
    elif not (given := Path(sys.argv[1]) if sys.argv[1:] else CRM).is_dir():
        print(f"there is no {given}: name the folder of the crm data")
    else:
        main(given)
