"""Synthetic customers whose behaviour is known: shoppers with a rhythm, members with a contract."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest

from regulars.features.frames import Frame, InputKind
from regulars.ml.splits import TrainingCutoff

FIRST_DAY = datetime(2023, 1, 1)
HORIZON = 60

MakeFrame = Callable[..., Frame]


def frame_of(
    columns: dict[str, tuple[InputKind, object]],
    outcome: np.ndarray | None = None,
    *,
    customers: list[str] | None = None,
    as_of: list[datetime] | None = None,
) -> Frame:
    rows = len(next(iter(columns.values()))[1])  # type: ignore[arg-type]
    keys = pa.table(
        {
            "customer_id": customers or [f"c{at:05d}" for at in range(rows)],
            "as_of": pa.array(as_of or [FIRST_DAY] * rows, pa.timestamp("us")),
        }
    )
    inputs = pa.table({name: values for name, (_, values) in columns.items()})
    kinds = {name: kind for name, (kind, _) in columns.items()}
    return Frame(keys, inputs, kinds, outcome)


@pytest.fixture(scope="session")
def make_frame() -> MakeFrame:
    """A frame from `{input: (kind, values)}`."""
    return frame_of


@pytest.fixture(scope="session")
def snapshot() -> Frame:
    """1,500 subscribers without dates: contract and price matter, a noise column does not."""
    random = np.random.default_rng(3)
    rows = 1500
    contract = random.choice(["month", "year"], size=rows)
    price = random.gamma(4, 15, size=rows)
    calls = random.poisson(2, size=rows).astype(float)
    calls[random.random(rows) < 0.1] = np.nan
    odds = -1.5 + 1.6 * (contract == "month") + 0.03 * (price - 60) + 0.2 * np.nan_to_num(calls)
    churned = (random.random(rows) < 1 / (1 + np.exp(-odds))).astype(float)
    columns: dict[str, tuple[InputKind, object]] = {
        "contract": ("category", pa.array(contract)),
        "price": ("number", pa.array(price)),
        "calls_30d": ("number", pa.array(calls, from_pandas=True)),
        "paperless": ("flag", pa.array(random.random(rows) < 0.5)),
        "noise": ("number", pa.array(random.normal(size=rows))),
    }
    return frame_of(columns, churned)


@pytest.fixture(scope="session")
def shoppers() -> tuple[Frame, list[TrainingCutoff]]:
    """700 shoppers with rates and drop-out, seen at six monthly cutoffs, horizon 60 days."""
    random = np.random.default_rng(11)
    customer, day = _purchases(random, customers=700, days=330)
    days = [90 + 30 * step for step in range(7)]
    parts = [_seen_at(customer, day, cutoff) for cutoff in days]
    names = list(parts[0])
    columns = {name: np.concatenate([part[name] for part in parts]) for name in names}
    moments = [FIRST_DAY + timedelta(days=int(at)) for at in columns.pop("cutoff")]
    ids = [f"c{int(at):05d}" for at in columns.pop("customer")]
    outcome = columns.pop("churned")
    inputs: dict[str, tuple[InputKind, object]] = {
        name: ("number", pa.array(values)) for name, values in columns.items()
    }
    cutoffs = [
        TrainingCutoff(moment, moment, moment + timedelta(days=HORIZON))
        for moment in (FIRST_DAY + timedelta(days=at) for at in days)
    ]
    return frame_of(inputs, outcome, customers=ids, as_of=moments).sorted(), cutoffs


def _purchases(
    random: np.random.Generator, *, customers: int, days: int
) -> tuple[np.ndarray, np.ndarray]:
    """Customer number and day of every purchase, one a day at most."""
    start = random.uniform(0, 150, size=customers)
    gap = 1 / random.gamma(1.2, 1 / 25, size=customers)
    gaps = random.exponential(gap[:, None], size=(customers, 60))
    moments = start[:, None] + np.c_[np.zeros(customers), np.cumsum(gaps, axis=1)]
    lives = random.geometric(0.12, size=customers)
    kept = (np.arange(61) < lives[:, None]) & (moments < days)
    customer, _ = np.nonzero(kept)
    pairs = np.unique(np.c_[customer, moments[kept].astype(int)], axis=0)
    return pairs[:, 0], pairs[:, 1]


def _seen_at(customer: np.ndarray, day: np.ndarray, cutoff: int) -> dict[str, np.ndarray]:
    before = day < cutoff
    ids, at = np.unique(customer[before], return_inverse=True)
    past = day[before]
    last = np.zeros(len(ids))
    first = np.full(len(ids), np.inf)
    np.maximum.at(last, at, past)
    np.minimum.at(first, at, past)
    buys_later = np.unique(customer[(day >= cutoff) & (day < cutoff + HORIZON)])
    return {
        "customer": ids,
        "cutoff": np.full(len(ids), cutoff),
        "recency_days": cutoff - 1 - last,
        "age_days": cutoff - 1 - first,
        "frequency": np.bincount(at) - 1.0,
        "orders_30d": np.bincount(at, weights=past >= cutoff - 30),
        "orders_60d": np.bincount(at, weights=past >= cutoff - 60),
        "orders_365d": np.bincount(at) * 1.0,
        "churned": (~np.isin(ids, buys_later)).astype(float),
    }
