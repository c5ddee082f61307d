"""The windows of a subscription company in polars, as `windows_pandas.py` makes them.

python benchmarks/plain/windows_polars.py FOLDER CUTOFF ...
"""

from __future__ import annotations

import json
import sys
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl

WINDOWS = (7, 14, 30, 60, 90, 180, 365, None)


def windows(folder: Path, cutoff: datetime) -> pl.DataFrame:
    """All windows of sales and of calls before a cutoff, one row per customer."""
    sales = pl.scan_parquet(folder / "transactions_raw.parquet")
    calls = pl.scan_parquet(folder / "interactions_raw.parquet")
    sale, call = pl.col("transaction_date"), pl.col("interaction_date")
    of_sales, of_calls = [(cutoff - sale.max()).dt.total_days().alias("recency")], []
    for days in WINDOWS:
        since = cutoff - timedelta(days=days or 100_000)
        in_sales, in_calls, name = sale >= since, call >= since, days or "ever"
        of_sales += [
            pl.col("transaction_id").filter(in_sales).count().alias(f"orders_{name}"),
            pl.col("total_amount").filter(in_sales).sum().alias(f"amount_{name}"),
            pl.col("total_amount").filter(in_sales).max().alias(f"largest_{name}"),
            pl.col("discount_amount").filter(in_sales).sum().alias(f"discount_{name}"),
            sale.filter(in_sales).dt.date().n_unique().alias(f"active_days_{name}"),
        ]
        of_calls += [
            pl.col("interaction_id").filter(in_calls).count().alias(f"contacts_{name}"),
            pl.col("duration_seconds").filter(in_calls).sum().alias(f"seconds_{name}"),
            pl.col("satisfaction_score").filter(in_calls).mean().alias(f"satisfaction_{name}"),
        ]
    by_sales = sales.filter(sale < cutoff).group_by("customer_id").agg(of_sales)
    by_calls = calls.filter(call < cutoff).group_by("customer_id").agg(of_calls)
    return by_sales.join(by_calls, on="customer_id", how="full", coalesce=True).collect()


if __name__ == "__main__":
    made = [windows(Path(sys.argv[1]), datetime.fromisoformat(day)) for day in sys.argv[2:]]
    print(json.dumps({"columns": made[-1].width - 1, "rows": sum(map(len, made))}))
