"""Prints how far predicted values, their intervals and values given a stay held out of time.

Run: python scripts/value_out_of_time.py [folder of the shared data]

For every set and cutoff, `predict_values` learns from rows before the cutoff and is compared with
the spend after it. Methods: the purchase estimators and the own rate; no features are read. A
customer has stayed who buys within 90 days. The generated shops are those of the retail recipe.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from regulars.core.calendar import date_of, day_number
from regulars.ml.clv.predicted_values import PredictedValues, predict_values
from regulars.ml.clv.spend_history import SpendHistory
from regulars.ml.clv.value_if_stays import BuysWithin
from regulars.ml.clv.value_windows import Window
from regulars.ml.spans import Span
from regulars.synthetic import generate
from value_figures import SHARED_DATA, cdnow_rows

STAYS_WITHIN = 90
CUTOFFS = {
    "cdnow": [("1997-10-01", 273), ("1998-01-01", 180), ("1997-12-01", 90), ("1998-04-01", 90)],
    "retail": [("2011-06-01", 90), ("2011-06-12", 180), ("2011-09-10", 90)],
    "shop": [("2025-01-01", 365), ("2025-01-15", 180), ("2025-04-01", 180), ("2025-07-05", 180)],
}
SHOP_SEEDS = (1, 2)


@dataclass(frozen=True)
class Result:
    """One cutoff of one set: totals in money, and the share of customers inside their interval."""

    name: str
    cutoff: str
    days: int
    found: PredictedValues
    spent: np.ndarray
    stayed: np.ndarray

    @property
    def total(self) -> float:
        """Predicted over observed total, minus 1."""
        return float(self.found.value.sum() / self.spent.sum() - 1)

    @property
    def total_range(self) -> tuple[float, float]:
        """The interval of the total."""
        share = self.found.interval_level
        return self.found.total_error.interval(float(self.found.value.sum()), share=share)

    @property
    def total_inside(self) -> bool:
        """Whether the observed total lies in its interval."""
        low, high = self.total_range
        return bool(low <= self.spent.sum() <= high)

    @property
    def inside(self) -> float:
        """The share of customers inside their interval."""
        return float(np.mean((self.found.low <= self.spent) & (self.spent <= self.found.high)))

    @property
    def line(self) -> str:
        """A row of the table in `docs/value.md`."""
        found, stayed = self.found, self.stayed
        low, high = (end / found.value.sum() - 1 for end in self.total_range)
        stays = found.if_stays[stayed].sum() / self.spent[stayed].sum() - 1
        return (
            f"| `{self.name}` | {self.cutoff} | {self.days} | {found.codes.size:,} |"
            f" {np.mean(self.spent <= 0):.0%} | {found.method} | {self.total:+.1%} |"
            f" {low:+.0%} to {high:+.0%} | {'yes' if self.total_inside else 'no'} |"
            f" {self.inside:.1%} | {self.least_inside:.1%} | {stays:+.1%} |"
        )

    @property
    def least_inside(self) -> float:
        """The share inside of exact intervals: 80 %, or of a tenth that spends nothing, more."""
        order = np.argsort(self.found.value, kind="stable")
        nothing = [np.mean(self.spent[rows] <= 0) for rows in np.array_split(order, 10)]
        return float(np.maximum(nothing, self.found.interval_level).mean())


def cdnow(data: Path) -> SpendHistory:
    """Purchases by customer and day, without those that cost nothing."""
    customer, day, dollars = cdnow_rows(data)
    numbers, paid = day.astype(np.int64), dollars > 0
    nothing = np.zeros(int(paid.sum()))
    return SpendHistory(customer[paid], numbers[paid], numbers[paid], dollars[paid], nothing)


def invoices(path: Path) -> SpendHistory:
    """Sold and refunded amounts of a file in the shape of the retail data, by customer and day."""
    lines = pq.read_table(path)
    price = lines["UnitPrice"].cast(pa.float64())
    lines = lines.filter(pc.and_(lines["CustomerID"].is_valid(), pc.greater(price, 0)))
    amount = pc.multiply(
        lines["Quantity"].cast(pa.float64()), lines["UnitPrice"].cast(pa.float64())
    ).to_numpy()
    _, code = np.unique(lines["CustomerID"].cast(pa.string()).to_numpy(), return_inverse=True)
    day = lines["InvoiceDate"].to_numpy().astype("datetime64[D]").astype(np.int64)
    (codes, days), row = np.unique(np.stack([code, day]), axis=1, return_inverse=True)
    sold = np.bincount(row.ravel(), weights=np.maximum(amount, 0))
    refunded = np.bincount(row.ravel(), weights=np.maximum(-amount, 0))
    return SpendHistory(codes, days, days, np.asarray(sold), np.asarray(refunded))


def histories(data: Path) -> Iterator[tuple[str, str, SpendHistory]]:
    """Every set: its kind in CUTOFFS, its name, and its rows."""
    yield "cdnow", "cdnow", cdnow(data)
    yield "retail", "retail", invoices(data / "retail" / "online_retail.parquet")
    for seed in SHOP_SEEDS:
        yield "shop", f"shop of seed {seed}", generated_shop(seed)


def generated_shop(seed: int) -> SpendHistory:
    """Two years of a shop of the retail recipe."""
    with TemporaryDirectory() as folder:
        generate("retail", Path(folder), customers=1500, seed=seed, until=date(2026, 1, 1))
        return invoices(Path(folder) / "online_retail.parquet")


def hidden_days(history: SpendHistory, start: int, days: int) -> int:
    """How many days before a cutoff are hidden: as many as ahead, or half of the history."""
    known = start - history.first_day
    return days if known - days >= 90 else known // 2


def result(name: str, history: SpendHistory, cutoff: str, days: int) -> Result:
    """Predict days after a cutoff; as many before it, or half of the history, are hidden."""
    start = day_number(date.fromisoformat(cutoff))
    hidden = hidden_days(history, start, days)
    found = predict_values(
        history.before(start),
        Window(start, start + days, Span(days, "day")),
        Window(start - hidden, start, Span(hidden, "day")),
        staying=BuysWithin(Span(STAYS_WITHIN, "day")),
    )
    end = start + days
    spent = history.spent(found.codes, start=start, end=end)
    stayed = history.bought(found.codes, start=start, end=start + STAYS_WITHIN)
    return Result(name, cutoff, days, found, spent, stayed)


def print_tenths(results: list[Result]) -> None:
    """Customers who stayed, of all cutoffs of a set, by tenths of what was expected of them."""
    tenths = np.zeros((10, 3))
    for item in results:
        expected = item.found.if_stays[item.stayed]
        observed = item.spent[item.stayed]
        order = np.argsort(-expected, kind="stable")
        for number, rows in enumerate(np.array_split(order, 10)):
            tenths[number] += [rows.size, expected[rows].sum(), observed[rows].sum()]
    for number, (customers, expected, observed) in enumerate(tenths, start=1):
        print(f"| {number} | {customers:,.0f} | {expected:,.0f} | {observed:,.0f} |")


def main(data: Path) -> None:
    for kind, name, history in histories(data):
        print(f"{name}: from {date_of(history.first_day)}")
        results = [result(name, history, *cutoff) for cutoff in CUTOFFS[kind]]
        for item in results:
            print(item.line)
        predicted = sum(float(item.found.value.sum()) for item in results)
        spent = sum(float(item.spent.sum()) for item in results)
        print(f"all cutoffs: total {predicted / spent - 1:+.1%}; customers who stayed by tenths:")
        print_tenths(results)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else SHARED_DATA)
