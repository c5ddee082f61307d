"""First paint of every page of the dashboard in a real browser, on releases of two sizes.

python benchmarks/dashboard.py [FOLDER]

A small demo company is run once; its customers and their transactions are then repeated under new
ids until there are 745,049 and 10 million transactions. Nothing is remembered when a page is first
opened: the browser is fresh, and the server was not asked for that page before. FOLDER keeps the
releases for the next time.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from regulars.core.settings import read_project
from regulars.release.release_store import Releases

SCRIPTS = Path(__file__).resolve().parents[1] / "scripts"
SIZES = (745_049, 10_000_000)
PAGES = ("", "explorer", "customer", "movement", "churn", "campaigns", "health", "quality")
_PER_CUSTOMER = (
    "customer_360_profile", "customer_scored", "customer_spending_metrics", "customer_value",
    "fct_customer_rfm", "monthly_customer_spending", "fct_interactions", "fct_touches",
)  # fmt: skip
# Copies differ, else they would be packed to nothing: by up to half of an amount, and by hours.
_FACTOR = "(0.5 + hash(rows.customer_id, copies.copy{also}) % 1000 / 1000.0)"
_CHANGED = {
    name: "".join(
        f", rows.{column} * {_FACTOR.format(also='')} as {column}"
        for column in ("value_at_risk", "priority")
    )
    for name in ("customer_360_profile", "customer_scored")
}
_EVENT = (
    f", rows.amount * {_FACTOR.format(also=', rows.occurred_at')} as amount, rows.occurred_at + "
    "to_seconds(hash(copies.copy, rows.occurred_at) % 43200) as occurred_at"
)


def small_company(folder: Path) -> Path:
    """A demo company of 500 customers."""
    project = folder / "small"
    if not (project / ".regulars" / "releases" / "CURRENT").exists():
        command = [sys.executable, "-m", "regulars", "demo", str(project)]
        subprocess.run(
            [*command, "--recipe", "crm", "--customers", "500"], check=True, capture_output=True
        )
    return project


def grown(small: Path, folder: Path, *, transactions: int) -> Path:
    """A project whose release has so many transactions, by repeating the small one's customers."""
    project = folder / f"with_{transactions}"
    if (project / ".regulars" / "releases" / "CURRENT").exists():
        return project
    releases = Releases(read_project(small).state)
    release = releases.current().release_id
    target = project / ".regulars" / "releases" / release
    shutil.copytree(releases.path(release), target)
    shutil.copy(small / "regulars.yaml", project / "regulars.yaml")
    connection = duckdb.connect()
    connection.execute("set memory_limit = '4GB'; set threads = 2")
    events = target / "fct_transactions.parquet"
    held = connection.execute(f"select count(*) from '{events}'").fetchone()
    times = -(-transactions // int(held[0] if held else 1))
    for name in _PER_CUSTOMER:
        _repeat(connection, target / f"{name}.parquet", times=times, changed=_CHANGED.get(name, ""))
    _repeat(connection, events, times=times, changed=_EVENT, most=transactions)
    (target.parent / "CURRENT").write_text(release, "utf-8")
    return project


def _repeat(
    connection: duckdb.DuckDBPyConnection,
    file: Path,
    *,
    times: int,
    changed: str,
    most: int = 10**12,
) -> None:
    """Write a file anew, every row `times` times under new ids, in the order of customers."""
    draft = file.with_suffix(".new")
    new_id = "concat(rows.customer_id, '-', lpad(cast(copies.copy as varchar), 5, '0'))"
    order = "customer_id, occurred_at" if file.stem.startswith("fct_t") else "customer_id"
    connection.execute(
        f"copy (select rows.* replace ({new_id} as customer_id{changed}) from '{file}' as rows "
        f"cross join (select range as copy from range({times})) as copies "
        f"order by {order} limit {most}) to '{draft}' (format parquet, compression zstd)"
    )
    draft.replace(file)


def paints(project: Path) -> dict[str, tuple[float, float]]:
    """Seconds until each page is drawn: for the first time, and in another fresh browser."""
    sys.path.insert(0, str(SCRIPTS))
    from dashboard_drive.browser import browsing, served

    found = {}
    with served(project) as address:
        with browsing(address) as hands:  # Python and the browser load their parts
            hands.open("quality")
        for page in PAGES:
            seconds = []
            for _ in range(2):
                with browsing(address) as hands:
                    started = time.perf_counter()
                    hands.open(page)
                    seconds.append(time.perf_counter() - started)
                    for finding in hands.findings:
                        print(f"found: {finding}")
            found[page or "overview"] = (seconds[0], seconds[1])
    return found


def main(folder: Path) -> None:
    """Make the releases and print the table."""
    small = small_company(folder)
    measured = {}
    for size in SIZES:
        started = time.perf_counter()
        project = grown(small, folder, transactions=size)
        print(f"{size:,} transactions: ready after {time.perf_counter() - started:.0f} s")
        measured[size] = paints(project)
    heads = [f"{size:,}: {when}" for size in SIZES for when in ("first", "again")]
    print("| page | " + " | ".join(heads) + " |")
    print("| --- |" + " ---: |" * len(heads))
    for page in measured[SIZES[0]]:
        cells = [f"{seconds:.1f} s" for size in SIZES for seconds in measured[size][page]]
        print(f"| {page} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(Path(sys.argv[1]))
    else:
        with tempfile.TemporaryDirectory() as made:
            main(Path(made))
