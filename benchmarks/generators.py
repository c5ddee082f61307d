"""Rows per second of every synthetic recipe, beside writing the same rows again without drawing.

Run: python benchmarks/generators.py [million card transactions]

The yardstick, in the same process: reading a delivery's files into memory and writing them once
more with the same library. The ratio says what drawing and checking cost on top of that.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from regulars.synthetic import Generated, generate
from regulars.synthetic.company_size import Asked


def orders(millions: float) -> dict[str, Asked]:
    """What to generate: about a million rows each, and the cards by size."""
    return {
        "retail": Asked(customers=8_000),
        "airline": Asked(customers=40_000),
        "telco": Asked(customers=500_000),
        "crm": Asked(customers=50_000),
        "transactions": Asked(customers=100_000),
        "cards": Asked(transactions=round(millions * 1e6)),
    }


def copy_again(made: Generated) -> float:
    """Seconds for writing a delivery once more; reading it is not counted."""
    seconds = 0.0
    for file in made.files:
        copy = file.path.with_name("copy")
        parquet = file.path.suffix == ".parquet"
        rows = pq.read_table(file.path) if parquet else pa_csv.read_csv(file.path)
        started = time.perf_counter()
        if parquet:
            pq.write_table(rows, copy, compression="zstd", compression_level=1)
        else:
            pa_csv.write_csv(rows, copy)
        seconds += time.perf_counter() - started
    return seconds


def measured(recipe: str, asked: Asked) -> str:
    """One line of the table."""
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        made = generate(recipe, Path(folder), **asked)
        seconds = time.perf_counter() - started
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        ratio = seconds / copy_again(made)
    speed = made.rows / seconds
    return f"{recipe:<14}{made.rows:>12,}{seconds:>10.2f}{speed:>12,.0f}{ratio:>11.1f}{peak:>9}"


def main() -> None:
    """Every recipe in a process of its own, so that its peak memory is its own."""
    millions = float(sys.argv[1]) if len(sys.argv) > 1 else 2.0
    print(f"{'recipe':<14}{'rows':>12}{'seconds':>10}{'rows/s':>12}{'x writing':>11}{'peak MB':>9}")
    with ProcessPoolExecutor(1, get_context("spawn"), max_tasks_per_child=1) as alone:
        for recipe, asked in orders(millions).items():
            print(alone.submit(measured, recipe, asked).result(), flush=True)


if __name__ == "__main__":
    main()
