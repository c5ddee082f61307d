"""Where predicted values miss: buyers, orders, money per order; and how often intervals hold.

Run: python benchmarks/value_errors.py parts|rolling|development [folder of the shared data]

`parts` divides the miss of the total at the cutoffs of `scripts/value_out_of_time.py`. `rolling`
predicts again every 60 days and counts totals within 15 % and intervals that held. `development`
prints the misses on generated shops that no test uses: `MODEL_SD` of `ml/clv/value_level.py` comes
from them. Only rows before a cutoff are known at it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "scripts"))

from regulars.core.calendar import date_of, day_number
from regulars.ml.clv.fitted_values import FittedValues
from regulars.ml.clv.shop_clock import spans_a_year
from regulars.ml.clv.spend_history import SpendHistory
from regulars.ml.clv.value_windows import Window
from regulars.ml.spans import Span
from value_figures import SHARED_DATA
from value_out_of_time import CUTOFFS, generated_shop, histories, result

STEP, FIRST = 60, 180
HORIZONS = (90, 180, 365)
DEVELOPMENT_SEEDS = (3, 4, 5, 6)


@dataclass(frozen=True)
class Parts:
    """Expected over observed of some customers, minus 1, for what their spend is made of."""

    words: str
    customers: int
    share: float
    buyers: float
    orders_per_buyer: float
    money_per_order: float
    total: float

    @property
    def line(self) -> str:
        return (
            f"| {self.words} | {self.customers:,} | {self.share:.0%} | {self.buyers:+.0%} |"
            f" {self.orders_per_buyer:+.0%} | {self.money_per_order:+.0%} | {self.total:+.1%} |"
        )


@dataclass(frozen=True)
class Expectation:
    """What customers known at a cutoff were expected to do in a window, and what they did."""

    codes: np.ndarray
    bought_before: np.ndarray
    expected_buyers: np.ndarray
    expected_orders: np.ndarray
    expected_value: np.ndarray
    orders: np.ndarray
    spent: np.ndarray

    @classmethod
    def of(cls, history: SpendHistory, window: Window) -> Expectation:
        fitted = FittedValues.of(history, window)
        value = fitted.value(window, 0.0)
        known = fitted.history
        length = fitted.span(window).in_unit(known.unit)
        silent = fitted.purchases.probability_of_no_purchase(length, known.x, known.t_x, known.T)
        inside = (history.day >= window.start) & (history.day < window.end) & (history.sold > 0)
        orders = np.bincount(history.code[inside], minlength=int(history.code.max()) + 1)
        return cls(
            fitted.codes,
            known.x + 1,
            1 - silent,
            value.purchases,
            value.value,
            orders[fitted.codes],
            history.spent(fitted.codes, start=window.start, end=window.end),
        )

    def parts(self, words: str, rows: np.ndarray) -> Parts:
        buyers = np.count_nonzero(self.orders[rows])
        orders, spent = self.orders[rows].sum(), self.spent[rows].sum()
        expected_buyers = self.expected_buyers[rows].sum()
        expected_orders = self.expected_orders[rows].sum()
        value = self.expected_value[rows].sum()
        return Parts(
            words,
            int(np.count_nonzero(rows)),
            float(spent / self.spent.sum()),
            float(expected_buyers / buyers - 1),
            float(expected_orders / expected_buyers / (orders / buyers) - 1),
            float(value / expected_orders / (spent / orders) - 1),
            float(value / spent - 1),
        )


def window(start: int, days: int) -> Window:
    return Window(start, start + days, Span(days, "day"))


def print_parts(data: Path) -> None:
    print("| customers | of them | of spend | buyers | orders each | money per order | total |")
    for kind, name, history in histories(data):
        for cutoff, days in CUTOFFS[kind]:
            start = day_number(date.fromisoformat(cutoff))
            seen = Expectation.of(history, window(start, days))
            codes = seen.codes
            before = history.spent(codes, start=start - days, end=start).sum()
            year_ago = history.spent(codes, start=start - 365, end=start - 365 + days).sum()
            error = np.sqrt(np.square(seen.spent).sum()) / seen.spent.sum()
            print(
                f"{name}, {days} days from {cutoff}: spent {seen.spent.sum():,.0f}, by the same "
                f"customers in the {days} days before {before:,.0f}, a year before "
                f"{year_ago:,.0f}; standard error of the total by customers {error:.1%}"
            )
            for words, rows in (
                ("all", np.ones(seen.spent.size, bool)),
                ("bought once", seen.bought_before == 1),
                ("bought more", seen.bought_before > 1),
            ):
                print(seen.parts(words, rows).line)


def cutoffs(history: SpendHistory, days: int) -> Iterator[int]:
    start = int(history.day.max()) + 1 - days
    while start - history.first_day >= FIRST:
        yield start
        start -= STEP


def print_rolling(data: Path) -> None:
    print("| set | a year known | cutoffs | mean miss | within 15 % | total inside | customers |")
    for _, name, history in histories(data):
        found: dict[bool, list[tuple[float, bool, float, float]]] = {False: [], True: []}
        for days in HORIZONS:
            for start in cutoffs(history, days):
                item = result(name, history, date_of(start).isoformat(), days)
                knew = spans_a_year(history.first_day, start)
                found[knew].append((item.total, item.total_inside, item.inside, item.least_inside))
        for knew, rows in found.items():
            if rows:
                total, inside, customers, least = (
                    np.array(column) for column in zip(*rows, strict=True)
                )
                print(
                    f"| `{name}` | {'yes' if knew else 'no'} | {len(rows)} |"
                    f" {np.abs(total).mean():.1%} | {np.mean(np.abs(total) <= 0.15):.0%} |"
                    f" {inside.mean():.0%} | {customers.mean():.1%} of {least.mean():.1%} |"
                )


def print_development() -> None:
    for knew in (True, False):
        misses, by_customers = [], []
        for seed in DEVELOPMENT_SEEDS:
            history = generated_shop(seed)
            for days in HORIZONS:
                for start in cutoffs(history, days):
                    if spans_a_year(history.first_day, start) is not knew:
                        continue
                    seen = Expectation.of(history, window(start, days))
                    ratio = seen.spent.sum() / seen.expected_value.sum()
                    rest = seen.spent - ratio * seen.expected_value
                    misses.append(np.log(ratio))
                    by_customers.append(np.sqrt(rest @ rest) / seen.spent.sum())
        rms, chance = np.sqrt(np.mean(np.square(misses))), np.mean(by_customers)
        print(
            f"a year known: {knew}; {len(misses)} cutoffs; root mean square of the logarithm of "
            f"observed over predicted totals {rms:.3f}; standard error by customers {chance:.3f}; "
            f"left {np.sqrt(max(rms**2 - chance**2, 0)):.3f}"
        )


def main(what: str, data: Path) -> None:
    if what == "development":
        print_development()
    elif what == "rolling":
        print_rolling(data)
    else:
        print_parts(data)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]) if len(sys.argv) > 2 else SHARED_DATA)
