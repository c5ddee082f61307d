"""Landing Parquet by reference beside landing it into a table, and the passes that read it later.

Run: python benchmarks/stored_files.py [million card transactions]

CPU seconds of this process; the yardstick is the bare scan of the file by DuckDB.
"""

from __future__ import annotations

import sys
import tempfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import duckdb
from measuring import spent

from regulars.core.settings import read_project
from regulars.ingest.landing import land
from regulars.ingest.recipes import recipe_text
from regulars.synthetic import generate
from regulars.synthetic.company_size import Asked
from regulars.warehouse.engines.duckdb import DuckDBWarehouse

NOW = datetime(2026, 1, 5, tzinfo=UTC)
SCAN = """
    select count(*) from (
        select customer_id, max(transaction_date), count(*), sum(transaction_amount)
        from {} group by customer_id
    )
"""
COPY = "create or replace table main.copied as select * from bronze.transactions"


def measured(root: Path, *, by_reference: bool) -> dict[str, float]:
    """CPU seconds of the landing, of a scan and of a copy of the landed rows."""
    folder = root / ("reference" if by_reference else "table")
    warehouse = DuckDBWarehouse(
        folder / "warehouse.duckdb", file_folder=folder if by_reference else None
    )
    costs = {}
    with closing(warehouse):
        with spent() as costs["land"]:
            land(read_project(root), warehouse, now=NOW)
        with spent() as costs["scan"]:
            warehouse.rows(SCAN.format("bronze.transactions"))
        with spent() as costs["copy"]:
            warehouse.execute(COPY)
    return {name: cost["cpu"] for name, cost in costs.items()}


def main(millions: float) -> None:
    """Print a table."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        generate("cards", root / "data", **Asked(transactions=round(millions * 1e6)))
        (root / "regulars.yaml").write_text(recipe_text("cards"), "utf-8")
        (root / "reference").mkdir()
        file = root / "data" / "transactions.parquet"
        duckdb.execute(SCAN.format(f"'{file}'"))
        with spent() as bare:
            duckdb.execute(SCAN.format(f"'{file}'")).fetchall()
        columns = [measured(root, by_reference=known) for known in (False, True)]
    print(f"{millions:g} million rows; bare scan {bare['cpu']:.2f} s of CPU")
    print("| what | table | by reference |\n| --- | ---: | ---: |")
    for what in columns[0]:
        print(f"| {what} | {columns[0][what]:.2f} | {columns[1][what]:.2f} |")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 2.0)
