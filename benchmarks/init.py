"""How long `regulars init` looks at large files, and how much memory that takes.

    python benchmarks/init.py [--rows 20000000] [--files 8] [--format csv|parquet] [--one-table]

Generates a customers file and files of dated rows with DuckDB, each a table of its own or all of
them one table, then proposes a project file in a process of its own. Prints its time, the time of a
processor and the peak memory, and the ratio to the time that DuckDB takes to count all rows.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

LOOK = """
import sys
from datetime import date
from pathlib import Path
from regulars.ingest.inference.proposing import propose
proposal = propose([Path(sys.argv[1])], name=None, recipe=None, today=date(2025, 1, 1))
print("; ".join(f"{name}: {e['source']}" for name, e in proposal.settings["entities"].items()))
"""
KINDS = ("sales", "visits", "stock", "clicks", "parcels", "prices", "tasks", "quotes")


def generate(folder: Path, *, rows: int, files: int, form: str, one_table: bool) -> None:
    """Files of equal numbers of rows: dated rows of a million customers."""
    connection = duckdb.connect()
    customers = max(rows // 20, 100)
    options = "format parquet" if form == "parquet" else "header"
    connection.execute(
        f"copy (select 'C' || lpad(cast(i as varchar), 8, '0') as customer_id, "
        f"date '2020-01-01' + cast(hash(i) % 1500 as int) as joined_on, 'DE' as country "
        f"from range({customers}) as t(i)) to '{folder}/customers.{form}' ({options})"
    )
    for number in range(files):
        name = f"sales_2024-{number + 1:02}" if one_table else KINDS[number % len(KINDS)]
        first, last = rows // files * number, rows // files * (number + 1)
        connection.execute(
            f"copy (select i as {'order' if one_table else KINDS[number % len(KINDS)]}_id, "
            f"'C' || lpad(cast(hash(i) % {customers} as varchar), 8, '0') as customer_id, "
            "date '2023-01-01' + cast(i % 700 as int) as order_date, "
            "round((hash(i * 7) % 10000) / 100, 2) as amount, "
            "(hash(i * 3) % 5 + 1)::int as quantity, 'paid' as status "
            f"from range({first}, {last}) as t(i)) to '{folder}/{name}.{form}' ({options})"
        )


def main() -> None:
    """Generate, look, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000_000)
    parser.add_argument("--files", type=int, default=8)
    parser.add_argument("--format", choices=("csv", "parquet"), default="csv")
    parser.add_argument("--one-table", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        generate(
            folder,
            rows=options.rows,
            files=options.files,
            form=options.format,
            one_table=options.one_table,
        )
        size = sum(path.stat().st_size for path in folder.iterdir())
        started = time.perf_counter()
        reader = "read_parquet" if options.format == "parquet" else "read_csv"
        for path in folder.iterdir():
            duckdb.connect().execute(f"select count(*) from {reader}('{path}')").fetchall()
        counting = time.perf_counter() - started
        started = time.perf_counter()
        found = subprocess.run(
            [sys.executable, "-c", LOOK, place], check=True, capture_output=True, text=True
        )
        seconds = time.perf_counter() - started
        children = resource.getrusage(resource.RUSAGE_CHILDREN)
        peak, processor = children.ru_maxrss / 2**20, children.ru_utime + children.ru_stime
    print(found.stdout.strip())
    print(
        f"{options.rows:,} rows in {options.files} files, {size / 2**20:,.0f} MB: "
        f"{seconds:.1f} s "
        f"({processor:.1f} s of a processor), {peak:.2f} GB at most; "
        f"{seconds / counting:.1f} times as long as DuckDB takes to count all rows"
    )


if __name__ == "__main__":
    main()
