"""The windows of a subscription company in pandas: per cutoff and window, group by customer.

python benchmarks/plain/windows_pandas.py FOLDER CUTOFF ...
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pandas as pd

WINDOWS = (7, 14, 30, 60, 90, 180, 365, None)


def windows_of_sales(sales: pd.DataFrame, cutoff: pd.Timestamp) -> pd.DataFrame:
    """Orders, amounts, discounts and active days per customer in every window before a cutoff."""
    past = sales[sales["transaction_date"] < cutoff]
    parts = []
    for days in WINDOWS:
        rows = past if days is None else past[past["day"] >= cutoff - pd.Timedelta(days=days)]
        grouped = rows.groupby("customer_id").agg(
            orders=("transaction_id", "count"), amount=("total_amount", "sum"),
            largest=("total_amount", "max"), discount=("discount_amount", "sum"),
            active_days=("day", "nunique"),
        )  # fmt: skip
        grouped["amount_per_order"] = grouped["amount"] / grouped["orders"]
        parts.append(grouped.add_suffix(f"_{days or 'ever'}"))
    ever = past.groupby("customer_id")["day"].agg(["min", "max"])
    parts.append((cutoff - ever).apply(lambda column: column.dt.days))
    return pd.concat(parts, axis=1)


def windows_of_calls(calls: pd.DataFrame, cutoff: pd.Timestamp) -> pd.DataFrame:
    """Contacts, their length and satisfaction per customer in every window before a cutoff."""
    past = calls[calls["interaction_date"] < cutoff]
    parts = []
    for days in WINDOWS:
        rows = past[past["interaction_date"] >= cutoff - pd.Timedelta(days=days or 100_000)]
        grouped = rows.groupby("customer_id").agg(
            contacts=("interaction_id", "count"), seconds=("duration_seconds", "sum"),
            satisfaction=("satisfaction_score", "mean"),
        )  # fmt: skip
        parts.append(grouped.add_suffix(f"_{days or 'ever'}"))
    return pd.concat(parts, axis=1)


def frames(folder: Path, cutoffs: list[str]) -> list[pd.DataFrame]:
    """One frame of features per cutoff."""
    sales = pd.read_parquet(folder / "transactions_raw.parquet")
    calls = pd.read_parquet(folder / "interactions_raw.parquet")
    sales["day"] = sales["transaction_date"].dt.normalize()
    made = []
    for cutoff in map(pd.Timestamp, cutoffs):
        parts = [windows_of_sales(sales, cutoff), windows_of_calls(calls, cutoff)]
        made.append(pd.concat(parts, axis=1).fillna(0))
    return made


if __name__ == "__main__":
    made = frames(Path(sys.argv[1]), sys.argv[2:])
    print(json.dumps({"columns": made[-1].shape[1], "rows": sum(map(len, made))}))
