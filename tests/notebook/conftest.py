"""A published release behind `import regulars`, and customers whose churn can be learned."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd  # noqa: TID251  what a notebook has
import pytest

import regulars
from tests.full_release import FullRelease


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a project with a published release; nobody changes it."""
    return FullRelease().project(tmp_path_factory.mktemp("notebook") / "shop")


@pytest.fixture(scope="session")
def release(shop: Path) -> regulars.Release:
    return regulars.load(shop).release


@pytest.fixture(scope="session")
def customers() -> pd.DataFrame:
    """Customers in the order of their number; a short contract and few visits foretell churn."""
    rng, n = np.random.default_rng(5), 400
    visits, is_short = rng.poisson(6, n), rng.random(n) < 0.5
    odds = 1.5 * is_short - 0.5 * (visits - 6)
    return pd.DataFrame(
        {
            "customer_id": [f"c{number:03d}" for number in range(n)],
            "visits": visits,
            "contract": np.where(is_short, "short", "long"),
            "since": pd.Timestamp("2023-01-01"),
            "churned": np.where(rng.random(n) < 1 / (1 + np.exp(-odds)), "yes", "no"),
        }
    )
