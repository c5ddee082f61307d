"""Intervals of value: around their estimate for everybody, and as wide as they say."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.core.errors import NotEnoughData
from regulars.ml.clv.fitted_values import FittedValues
from regulars.ml.clv.predicted_values import PredictedValues, predict_values
from regulars.ml.clv.spend_history import SpendHistory
from regulars.ml.clv.value_intervals import UNCALIBRATED, Calibration, calibrated, intervals_of
from regulars.ml.clv.value_windows import Window
from regulars.ml.spans import Span

YEAR = 365


def window(start: int, days: int) -> Window:
    return Window(start, start + days, Span(days, "day"))


@cache
def shop(customers: int = 900, *, busier_each_year: float = 1.0) -> SpendHistory:
    """Two and a half years of customers who buy at own rates until they stop."""
    random = np.random.default_rng(11)
    start = random.integers(0, 700, customers)
    stop = np.minimum(start + random.exponential(500, customers), 910)
    bought = random.poisson(np.maximum(stop - start, 1) * random.gamma(1.1, 1 / 50, customers)) + 1
    code = np.repeat(np.arange(customers), bought)
    day = (start[code] + random.random(code.size) * (stop - start)[code]).astype(np.int64)
    kept = random.random(code.size) < busier_each_year ** (day / YEAR - 2.5)
    code, day = code[kept], day[kept]
    price = random.gamma(4, 10, customers)
    amount = random.gamma(3, price[code] / 3)
    return SpendHistory(code, day, day, amount, np.zeros(code.size))


def held(found: PredictedValues, spent: np.ndarray) -> np.ndarray:
    return (found.low <= spent) & (spent <= found.high)


@pytest.mark.parametrize("busier", [1.0, 1.3])
def test_intervals_hold_80_percent_out_of_time(busier: float) -> None:
    history, ahead = shop(busier_each_year=busier), window(700, 200)
    found = predict_values(history.before(700), ahead, window(500, 200))
    spent = history.spent(found.codes, start=ahead.start, end=ahead.end)
    inside, upper = held(found, spent), found.value >= np.median(found.value)
    assert 0.75 <= inside[upper].mean() <= 0.87
    # More than 80 % of the lower half spend nothing: an interval around their value holds them.
    assert inside[~upper].mean() <= max(0.87, float(np.mean(spent[~upper] <= 0)) + 0.05)


@settings(max_examples=15, deadline=None)
@given(
    rows=st.lists(
        st.tuples(
            st.integers(0, 12),
            st.integers(0, 399),
            st.floats(0.01, 1e6),
            st.sampled_from([0.0, 0.0, 0.5, 1.0]),
        ),
        min_size=2,
        max_size=60,
    )
)
def test_every_interval_contains_its_estimate_whatever_the_history(
    rows: list[tuple[int, int, float, float]],
) -> None:
    code, day, sold, back = (np.array(column) for column in zip(*rows, strict=True))
    history = SpendHistory(code, day, day, sold, sold * back)
    try:
        found = predict_values(history, window(400, 180), window(220, 180))
    except NotEnoughData:
        return
    assert np.all(np.isfinite(found.low) & np.isfinite(found.high))
    assert np.all((found.low <= found.value) & (found.value <= found.high))
    assert np.all((found.low >= 0) & (found.if_stays >= found.value))


@pytest.fixture(scope="module")
def fitted() -> FittedValues:
    return FittedValues.of(shop(), window(700, 200))


def test_of_many_customers_everybody_has_the_interval_of_a_neighbour(
    fitted: FittedValues,
) -> None:
    ahead = window(700, 200)
    value = fitted.value(ahead, 0.0).value
    own = intervals_of(fitted, ahead, UNCALIBRATED, value=value, parametric=value)
    near = intervals_of(fitted, ahead, UNCALIBRATED, value=value, parametric=value, max_drawn=200)
    assert np.all((near[0] <= value) & (value <= near[1]))
    assert near[1].sum() == pytest.approx(own[1].sum(), rel=0.1)


def test_the_error_of_the_level_widens_intervals(fitted: FittedValues) -> None:
    ahead = window(700, 200)
    value = fitted.value(ahead, 0.0).value
    low, high = intervals_of(fitted, ahead, UNCALIBRATED, value=value, parametric=value)
    wide = intervals_of(fitted, ahead, UNCALIBRATED, value=value, parametric=value, level_sd=0.5)
    assert wide[1].sum() > 1.05 * high.sum()
    assert wide[0].sum() <= low.sum()


def test_intervals_hold_80_percent_whichever_level_comes(fitted: FittedValues) -> None:
    past = window(700, 200)
    value = fitted.value(past, 0.0).value
    spent = shop().spent(fitted.codes, start=past.start, end=past.end)
    upper = value >= np.median(value)
    shares = {}
    for level_sd in (0.0, 0.4):
        known = calibrated(
            fitted, past, value=value, parametric=value, actual=spent, level_sd=level_sd
        )
        low, high = intervals_of(
            fitted, past, known, value=value, parametric=value, level_sd=level_sd
        )
        shares[level_sd] = [
            float(np.mean((low <= spent * by)[upper] & (spent * by <= high)[upper]))
            for by in (np.exp(-0.5), 1.0, np.exp(0.5))
        ]
    assert min(shares[0.4]) > min(shares[0.0])
    assert np.mean(shares[0.4]) == pytest.approx(0.8, abs=0.06)


def test_a_greater_share_of_the_draws_is_a_wider_interval(fitted: FittedValues) -> None:
    ahead = window(700, 200)
    value = fitted.value(ahead, 0.0).value
    widths = []
    for share in (0.5, 0.8, 0.95):
        calibration = Calibration(np.array([0.5]), np.array([share]))
        low, high = intervals_of(fitted, ahead, calibration, value=value, parametric=value)
        widths.append(float((high - low).sum()))
    assert widths == sorted(widths)
