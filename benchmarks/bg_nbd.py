"""BG/NBD on a million simulated customers, beside one plain group-by pass over their purchases.

Run: python benchmarks/bg_nbd.py [customers [file for the summary]]

The yardstick is what any tool has to do first, in the same process on the same rows: one pass that
counts purchases and takes first and last day per customer. Figures are medians of three rounds.
Purchases are collapsed to whole days, which makes alpha come out a little larger than simulated.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable

import numpy as np
import pyarrow as pa
from measuring import spent

from regulars.ml.clv.bg_nbd import BgNbd
from regulars.ml.clv.purchase_summary import Summary

TRUTH = (0.243, 4.414 * 7, 0.793, 2.426)  # the CDNOW parameters, in days
DAYS = 365


def purchases(customers: int, *, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Customer codes and days of shoppers who behave as BG/NBD says, in random order."""
    r, alpha, a, b = TRUTH
    rng = np.random.default_rng(seed)
    rate = rng.gamma(r, 1 / alpha, customers)
    left = rng.geometric(np.maximum(rng.beta(a, b, customers), 1e-9))
    who, now = np.arange(customers), rng.uniform(0, 90, customers)
    codes, days = [who], [now]
    while who.size:
        now = now + rng.exponential(1 / np.maximum(rate[who], 1e-9))
        bought = now < DAYS
        who, now = who[bought], now[bought]
        codes.append(who)
        days.append(now)
        left[who] -= 1
        going = left[who] > 0
        who, now = who[going], now[going]
    order = rng.permutation(sum(part.size for part in codes))
    return np.concatenate(codes)[order], np.concatenate(days)[order].astype(np.int64)


def seconds(work: Callable[[], object], *, rounds: int = 3) -> float:
    """Median wall time of a few rounds."""
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def main(customers: int, file: str | None = None) -> None:
    code, day = purchases(customers, seed=1)
    rows = pa.table({"customer": code, "day": day})
    totals = [("day", "count"), ("day", "min"), ("day", "max")]
    plain = seconds(lambda: rows.group_by("customer", use_threads=False).aggregate(totals))
    summary = Summary.from_days(code, day, as_of=DAYS, unit="day")
    bg = BgNbd().fit(summary)
    x, t_x, T = summary.x, summary.t_x, summary.T
    if file is not None:
        np.savez(file, x=x, t_x=t_x, T=T)
    steps: dict[str, Callable[[], object]] = {
        "summary from purchase rows": lambda: Summary.from_days(code, day, as_of=DAYS, unit="day"),
        "fit": lambda: BgNbd().fit(summary),
        "probability of no purchase in 90 days": lambda: bg.probability_of_no_purchase(
            90, x, t_x, T
        ),
        "expected purchases in 365 days": lambda: bg.expected_purchases(365, x, t_x, T),
    }
    print(f"{len(summary):,} customers, {code.size:,} purchases")
    print(f"{'one group-by pass (yardstick)':40s} {plain:7.3f} s   1.0 x")
    for name, work in steps.items():
        taken = seconds(work)
        print(f"{name:40s} {taken:7.3f} s {taken / plain:5.1f} x")
    for name, truth in zip(bg.parameter_names, TRUTH, strict=True):
        print(f"{name}: {bg.parameters[name]:.4f} (simulated with {truth:.4f})")
    with spent() as cost:
        BgNbd().fit(summary)
    print(json.dumps({"fit": cost}))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000, *sys.argv[2:])
