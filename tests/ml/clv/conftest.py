"""Histories with a known truth: simulated shoppers, and the public CDNOW sample where present."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from regulars.ml.clv.purchase_summary import Summary


@pytest.fixture(scope="session")
def cdnow_rows(
    shared_data: Callable[[str], Path],
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(customer, day, dollars) of the sample's 6,919 purchases."""
    path = shared_data("cdnow") / "CDNOW_sample.txt"
    customer, date, dollars = np.loadtxt(path, usecols=(1, 2, 4), unpack=True)
    text = np.char.mod("%d", date)
    days = np.array([f"{d[:4]}-{d[4:6]}-{d[6:]}" for d in text], dtype="datetime64[D]")
    return customer.astype(np.int64), days, dollars


@pytest.fixture(scope="session")
def cdnow(cdnow_rows: tuple[np.ndarray, np.ndarray, np.ndarray]) -> Summary:
    """The calibration period, to the end of 1997-09-30, in weeks."""
    customer, days, _ = cdnow_rows
    return Summary.from_days(customer, days, as_of=np.datetime64("1997-10-01"), unit="week")


@pytest.fixture(scope="session")
def cdnow_holdout(
    cdnow_rows: tuple[np.ndarray, np.ndarray, np.ndarray], cdnow: Summary
) -> np.ndarray:
    """Purchase days of each customer in the 39 weeks after calibration."""
    customer, days, _ = cdnow_rows
    full = Summary.from_days(customer, days, as_of=np.datetime64("1998-07-01"), unit="week")
    return full.x - cdnow.x


@pytest.fixture(scope="session")
def beta_geometric_shoppers() -> Callable[..., Summary]:
    """Shoppers who really behave as BG/NBD or MBG/NBD say, drawn from a seed."""
    return _beta_geometric_shoppers


@pytest.fixture(scope="session")
def pareto_shoppers() -> Callable[..., Summary]:
    """Shoppers who really behave as Pareto/NBD says, drawn from a seed."""
    return _pareto_shoppers


def _beta_geometric_shoppers(
    n: int, parameters: tuple[float, float, float, float], *, seed: int, first_may_stop: bool
) -> Summary:
    """Histories over 20 to 39 weeks; a shopper stops after a purchase with an own probability."""
    r, alpha, a, b = parameters
    rng = np.random.default_rng(seed)
    rate, stop = rng.gamma(r, 1 / alpha, n), rng.beta(a, b, n)
    gone_after = rng.geometric(np.maximum(stop, 1e-9)) - int(first_may_stop)
    return _bought(rate, gone_after, np.full(n, np.inf), rng)


def _pareto_shoppers(
    n: int, parameters: tuple[float, float, float, float], *, seed: int
) -> Summary:
    """Histories of shoppers who stop at an exponential time of their own."""
    r, alpha, s, beta = parameters
    rng = np.random.default_rng(seed)
    rate, stop = rng.gamma(r, 1 / alpha, n), rng.gamma(s, 1 / beta, n)
    return _bought(rate, np.full(n, 10**9), rng.exponential(1 / stop), rng)


def _bought(
    rate: np.ndarray, gone_after: np.ndarray, gone_at: np.ndarray, rng: np.random.Generator
) -> Summary:
    n = rate.size
    seen = rng.uniform(20, 39, n)
    x, t_x, now = np.zeros(n), np.zeros(n), np.zeros(n)
    end = np.minimum(seen, gone_at)
    going = gone_after > 0
    while going.any():
        now = now + rng.exponential(1 / np.maximum(rate, 1e-12))
        going = going & (now <= end)
        x[going] += 1
        t_x[going] = now[going]
        going = going & (x < gone_after)
    return Summary.from_arrays(x, t_x, seen, unit="week")
