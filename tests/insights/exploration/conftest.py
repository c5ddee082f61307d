"""Sixty made-up customers with gaps, ties and a group that says the same, in a release."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from regulars.insights.exploration.answer import Exploration, explore
from regulars.insights.release_reading import Reading
from tests.small_release import SmallRelease

CUTOFF = datetime(2024, 3, 24)


def customers(n: int = 60) -> pa.Table:
    """`orders` and `orders_90d` say the same, `mood` has gaps, `flat` has one value."""
    draw = np.random.default_rng(7)
    churned = draw.random(n) < 0.4
    orders = draw.poisson(np.where(churned, 2.0, 5.0)).astype(np.int64)
    mood = np.round(draw.normal(np.where(churned, 3.0, 3.5), 1.0), 2)
    channel = np.where(draw.random(n) < 0.5, "web", np.where(churned, "shop", "phone"))
    gaps = draw.random(n)
    return pa.table(
        {
            "customer_id": [f"c{at:03}" for at in range(n)],
            "as_of": pa.array([CUTOFF] * n, pa.timestamp("us")),
            "churned": churned,
            "orders": orders,
            "orders_90d": pa.array(2.0 * orders + draw.normal(0, 0.3, n)),
            "mood": pa.array(
                [None if gap < 0.2 else one for gap, one in zip(gaps, mood, strict=True)]
            ),
            "flat": pa.array([1] * n, pa.int32()),
            "nobody_knows": pa.array([None] * n, pa.float64()),
            "name": [f"Anna {at}" for at in range(n)],
            "channel": pa.array(
                [None if gap > 0.9 else one for gap, one in zip(gaps, channel, strict=True)]
            ),
            "consent": draw.random(n) < 0.7,
            "segment_then": np.where(orders > 3, "Champions", "Lost"),
        }
    )


def released(folder: Path, table: pa.Table, *, dates: pa.Table | None = None) -> Reading:
    """A small release with these customers to explore."""
    SmallRelease().write(folder)
    pq.write_table(table, folder / "explored_customers.parquet")
    if dates is not None:
        pq.write_table(dates, folder / "churn_by_cutoff.parquet")
    return Reading(folder)


@pytest.fixture(scope="module")
def table() -> pa.Table:
    """The customers."""
    return customers()


@pytest.fixture(scope="module")
def found(table: pa.Table, tmp_path_factory: pytest.TempPathFactory) -> Exploration:
    """Their exploration."""
    return explore(released(tmp_path_factory.mktemp("explored"), table))
