from __future__ import annotations

import numpy as np
import pytest

from regulars.core.calendar import Grain
from regulars.core.errors import DataError
from regulars.ml.clv.contract import contract_value
from regulars.ml.spans import Span
from regulars.ml.survival.durations import Durations
from regulars.ml.survival.kaplan_meier import kaplan_meier

CURVE = kaplan_meier(
    Durations.of(
        np.minimum(np.random.default_rng(1).exponential(20, 50_000), 24),
        np.random.default_rng(1).exponential(20, 50_000) <= 24,
        unit="month",
    )
).curve


def test_without_discount_it_is_monthly_value_times_expected_months() -> None:
    found = contract_value(
        [30, 60], [0, 12], curve=CURVE, horizon=Span(24, "month"), discount_rate_per_year=0.0
    )
    months = (1 - np.exp(-24 / 20)) * 20
    assert found.expected_months == pytest.approx([months, months], rel=0.03)
    assert found.value == pytest.approx(np.array([30, 60]) * found.expected_months)


def test_a_discount_lowers_the_value_and_not_the_months() -> None:
    plain, discounted = (
        contract_value(
            30, [0, 12], curve=CURVE, horizon=Span(24, "month"), discount_rate_per_year=rate
        )
        for rate in (0.0, 0.1)
    )
    assert discounted.expected_months == pytest.approx(plain.expected_months)
    assert np.all(discounted.value < plain.value)
    assert np.all(discounted.value > plain.value / 1.1**2)


@pytest.mark.parametrize(("unit", "per_month"), [("day", 365.25 / 12), ("week", 365.25 / 84)])
def test_the_unit_of_the_curve_does_not_change_the_value(unit: Grain, per_month: float) -> None:
    age = np.minimum(np.random.default_rng(1).exponential(20, 5_000), 24)
    curves = [
        kaplan_meier(Durations.of(age * scale, age < 24, unit=unit_)).curve
        for scale, unit_ in ((1.0, "month"), (per_month, unit))
    ]
    one, other = (
        contract_value(
            30, 6 * scale, curve=curve, horizon=Span(1, "month"), discount_rate_per_year=0.1
        ).value
        for curve, scale in zip(curves, (1.0, per_month), strict=True)
    )
    assert one == pytest.approx(other)


def test_an_impossible_discount_is_refused() -> None:
    with pytest.raises(DataError, match="per year"):
        contract_value(1, 1, curve=CURVE, horizon=Span(1, "month"), discount_rate_per_year=-1.0)
