"""Value over a stated horizon: net of refunds, chosen by spend that was hidden, with its width."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from regulars.core.calendar import Grain, day_number
from regulars.core.errors import NotEnoughData
from regulars.ml.clv.bg_nbd import BgNbd, MbgNbd
from regulars.ml.clv.fitted_values import FittedValues
from regulars.ml.clv.predicted_values import PredictedValues, predict_values
from regulars.ml.clv.spend_history import SpendHistory
from regulars.ml.clv.value_holdout import ValueHoldout
from regulars.ml.clv.value_if_stays import BuysWithin
from regulars.ml.clv.value_windows import Window, hidden_window, sets_level, year_after
from regulars.ml.spans import Span

NOW = 730


def ledger(rows: list[tuple[int, int, float, float]], *, known_later: int = 0) -> SpendHistory:
    code, day, sold, refunded = (np.array(column) for column in zip(*rows, strict=True))
    return SpendHistory(
        code.astype(np.int64), day.astype(np.int64), (day + known_later).astype(np.int64),
        sold.astype(np.float64), refunded.astype(np.float64),
    )  # fmt: skip


@pytest.fixture(scope="module")
def shop() -> SpendHistory:
    """300 customers over two years who buy at their own rate until they stop."""
    random = np.random.default_rng(5)
    rows = []
    for code in range(300):
        start, rate = int(random.integers(0, 500)), random.gamma(1.2, 1 / 40)
        stop = start + random.exponential(400)
        day: float = start
        price = random.gamma(4, 10)
        while day < min(stop, NOW):
            rows.append((code, int(day), float(random.gamma(4, price / 4)), 0.0))
            day += 1 + random.exponential(1 / rate)
    return ledger(rows)


def window(start: int, days: int) -> Window:
    return Window(start, start + days, Span(days, "day"))


@pytest.fixture(scope="module")
def valued(shop: SpendHistory) -> PredictedValues:
    return predict_values(shop, window(NOW, 180), window(NOW - 180, 180))


def test_every_customer_gets_a_value_with_its_width(
    valued: PredictedValues, shop: SpendHistory
) -> None:
    assert valued.codes.tolist() == sorted(set(shop.code.tolist()))
    assert np.all(valued.value >= 0)
    assert np.all(valued.low <= valued.high)
    assert valued.interval_level == 0.8


def test_values_come_near_what_was_spent_then(shop: SpendHistory) -> None:
    found = predict_values(shop.before(550), window(550, 180), window(370, 180))
    spent = shop.spent(found.codes, start=550, end=NOW)
    assert found.value.sum() == pytest.approx(spent.sum(), rel=0.25)
    assert np.corrcoef(found.value, spent)[0, 1] > 0.5
    assert np.mean((found.low <= spent) & (spent <= found.high)) > 0.7


def test_who_stays_is_worth_at_least_the_predicted_value(
    valued: PredictedValues, shop: SpendHistory
) -> None:
    assert np.all(valued.if_stays >= valued.value)
    soon = predict_values(
        shop, window(NOW, 180), window(NOW - 180, 180), staying=BuysWithin(Span(30, "day"))
    )
    # Who buys within 30 days buys more in 180 than who buys at any time within 180.
    assert soon.if_stays.sum() > valued.if_stays.sum()


def test_who_stayed_spent_about_what_was_expected(valued: PredictedValues) -> None:
    assert [tenth.tenth for tenth in valued.staying] == list(range(1, 11))
    expected = [tenth.expected for tenth in valued.staying]
    assert expected == sorted(expected, reverse=True)
    observed = sum(tenth.observed for tenth in valued.staying)
    assert sum(expected) == pytest.approx(observed, rel=0.25)


def test_the_method_is_the_one_that_did_best_on_hidden_spend(valued: PredictedValues) -> None:
    assert valued.method in valued.accuracy
    assert set(valued.accuracy) == {"own rate", "Pareto/NBD"}
    assert "Tested on the 180 days from" in valued.tested


def test_a_method_is_named_after_both_estimators_where_the_likeliest_changed(
    shop: SpendHistory,
) -> None:
    holdout = ValueHoldout.of(shop, window(NOW - 180, 180), ahead=window(NOW, 180), methods={})
    assert holdout is not None
    same = FittedValues.of_some(shop, window(NOW, 180))
    other = replace(same, purchases=BgNbd.with_parameters(1, 1, 1, 1, unit="day"))
    assert set(holdout.accuracy_of(same)) == {"own rate", "Pareto/NBD"}
    assert set(holdout.accuracy_of(other)) == {
        "own rate",
        "BG/NBD (Pareto/NBD in the hidden period)",
    }
    assert holdout.name_of("oracle and Pareto/NBD", other) == (
        "oracle and BG/NBD (Pareto/NBD in the hidden period)"
    )
    assert holdout.name_of(other.name, other) == "BG/NBD (Pareto/NBD in the hidden period)"
    assert holdout.name_of("own rate", other) == "own rate"
    # One name ends as another one does.
    then = replace(holdout, fitted=other)
    modified = replace(same, purchases=MbgNbd.with_parameters(1, 1, 1, 1, unit="day"))
    assert then.name_of("MBG/NBD", modified) == "MBG/NBD (BG/NBD in the hidden period)"
    assert then.name_of("BG/NBD", modified) == "MBG/NBD (BG/NBD in the hidden period)"


def test_a_far_miss_sets_the_level_and_a_miss_within_its_error_does_not(
    shop: SpendHistory,
) -> None:
    holdout = ValueHoldout.of(shop, window(NOW - 363, 363), ahead=window(NOW, 365), methods={})
    assert holdout is not None
    for share, factor in ((0.5, 2.0), (0.95, 1.0), (2.5, 0.5)):
        predicted = {"oracle": holdout.actual * share + random_miss(holdout.actual.size)}
        level = replace(holdout, predicted=predicted).level("oracle")
        assert level.factor == pytest.approx(factor, rel=0.05)
        assert (level.error > 0) is (factor != 1.0)


def random_miss(customers: int) -> np.ndarray:
    """About 5 % of the total, none on average."""
    miss = np.random.default_rng(3).normal(0, 400, customers)
    return miss - miss.mean()


@pytest.mark.parametrize(
    ("days", "start", "holds"),
    [(365, 365, True), (362, 365, True), (361, 365, False), (365, 364, False), (180, 800, False)],
)
def test_the_level_needs_a_whole_year_and_a_year_before_it(
    days: int, start: int, holds: bool
) -> None:
    assert sets_level(window(start, days), window(NOW, 180), first_day=0) is holds


def test_a_test_of_another_length_sets_no_level(shop: SpendHistory) -> None:
    found = predict_values(shop, window(NOW, 365), window(NOW - 180, 180))
    assert found.level.factor == 1.0
    assert "not multiplied" in found.tested


def test_without_enough_history_the_value_is_untested_and_says_so(shop: SpendHistory) -> None:
    found = predict_values(shop, window(NOW, 180), None)
    assert found.method == "Pareto/NBD"
    assert found.tested.startswith("Not tested")


def test_a_customer_with_one_purchase_has_little_history(
    valued: PredictedValues, shop: SpendHistory
) -> None:
    counts = np.bincount(shop.code)[valued.codes]
    assert valued.has_little_history[counts == 1].all()
    assert not valued.has_little_history[counts >= 4].any()


def test_rows_of_the_future_change_nothing(shop: SpendHistory) -> None:
    def told(rows: SpendHistory) -> np.ndarray:
        return predict_values(rows, window(500, 90), window(410, 90)).value

    early = shop.day < 500
    cut = SpendHistory(
        *(getattr(shop, n)[early] for n in ("code", "day", "known", "sold", "refunded"))
    )
    assert told(shop).tobytes() == told(cut).tobytes()


def test_another_method_is_tried_beside_and_blended(shop: SpendHistory) -> None:
    def oracle(codes: np.ndarray, start: int, end: int) -> np.ndarray:
        return shop.spent(codes, start=start, end=end) + 1e-6

    found = predict_values(
        shop, window(NOW - 180, 180), window(NOW - 360, 180), methods={"oracle": oracle}
    )
    assert found.method == "oracle"
    assert {"oracle", "oracle and Pareto/NBD"} <= set(found.accuracy)


def test_nobody_bought_twice_is_too_little() -> None:
    with pytest.raises(NotEnoughData):
        predict_values(ledger([(0, 1, 5, 0), (1, 2, 5, 0)]), window(30, 30), None)


def test_values_are_predicted_for_a_year_of_the_grain() -> None:
    ahead = year_after(date(2024, 1, 1), grain="month")
    assert (ahead.start, ahead.end) == (day_number(date(2024, 1, 1)), day_number(date(2025, 1, 1)))
    assert ahead.span == Span(12, "month")


@pytest.mark.parametrize(
    ("grain", "first", "start", "periods"),
    [
        # a year is hidden where a quarter lies before it, else half of the history
        ("day", date(2022, 10, 3), date(2023, 1, 1), 365),
        ("day", date(2022, 10, 4), date(2023, 5, 19), 227),
        ("day", date(2023, 11, 2), date(2023, 12, 2), 30),
        ("month", date(2022, 10, 1), date(2023, 1, 1), 12),
        ("month", date(2022, 11, 1), date(2023, 6, 1), 7),
        ("week", date(2023, 11, 6), date(2023, 12, 4), 4),
    ],
)
def test_the_hidden_window_is_a_year_or_half_of_a_shorter_history(
    grain: Grain, first: date, start: date, periods: int
) -> None:
    hidden = hidden_window(date(2024, 1, 1), grain=grain, first_day=day_number(first))
    assert hidden is not None
    assert (hidden.start, hidden.span) == (day_number(start), Span(periods, grain))


@pytest.mark.parametrize(
    ("grain", "first"),
    [("day", date(2023, 11, 3)), ("week", date(2023, 11, 13)), ("month", date(2023, 10, 1))],
)
def test_of_a_shorter_history_nothing_is_hidden(grain: Grain, first: date) -> None:
    assert hidden_window(date(2024, 1, 1), grain=grain, first_day=day_number(first)) is None


def test_the_hidden_window_begins_at_a_cutoff_where_one_is_near() -> None:
    hidden = hidden_window(
        date(2024, 1, 1),
        grain="day",
        first_day=day_number(date(2022, 1, 1)),
        cutoff_near=lambda day, *, within: day - within,
    )
    assert hidden is not None
    assert hidden.start == day_number(date(2022, 12, 1))
