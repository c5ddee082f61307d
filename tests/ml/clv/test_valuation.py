"""Tables of customer values: by contract, and from what members spent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from regulars.core.calendar import DAYS_PER_MONTH, date_of, day_number
from regulars.core.errors import NotEnoughData
from regulars.features.frames import Frame
from regulars.features.value_rows import MEMBERS, SPEND
from regulars.ml.clv.boosted_spend import BoostedSpend
from regulars.ml.clv.contract import ContractMethod
from regulars.ml.clv.spend_history import SpendHistory
from regulars.ml.clv.valuation import (
    CUSTOMER_VALUES,
    Valuation,
    ValueQuestion,
    value_by_contract,
    value_by_spend,
)
from regulars.ml.survival.lifetimes import Memberships

AS_OF = date(2024, 1, 1)
TODAY = day_number(AS_OF)
QUESTION = ValueQuestion(
    as_of=AS_OF, grain="day", unit="EUR", has_contracts=True, monthly_attribute="fee"
)


def memberships(*rows: tuple[str, float, float | None, float | None]) -> Memberships:
    members = pa.table(
        {
            "customer_id": [row[0] for row in rows],
            "joined_day": [row[1] for row in rows],
            "left_day": pa.array([row[2] for row in rows], pa.float64()),
            "group": ["all members"] * len(rows),
            "monthly_value": pa.array([row[3] for row in rows], pa.float64()),
        },
        schema=MEMBERS,
    )
    return Memberships(members, today=TODAY, is_dated=True)


# Nobody is seen to leave between 50 and 3,000 days: who is past 50 stays for the year.
GONE = ("gone", TODAY - 60.0, TODAY - 10.0, 10.0)
OLD = ("old", TODAY - 3000.0, None, None)


def test_a_contract_is_its_monthly_value_times_the_months_to_stay() -> None:
    club = memberships(
        ("anna", TODAY - 100.0, None, 10.0), ("ben", TODAY - 89.0, None, 20.0), GONE, OLD
    )
    valuation = value_by_contract(QUESTION, club)
    assert valuation.table.schema == CUSTOMER_VALUES
    anna, ben = valuation.table.to_pylist()  # who left, or whose fee is unknown, has no value
    assert (anna["customer_id"], ben["customer_id"]) == ("anna", "ben")
    assert anna["predicted_value"] == pytest.approx(120)
    assert ben["predicted_value"] == pytest.approx(240)
    assert (anna["little_history"], ben["little_history"]) == (False, True)
    assert (anna["way"], anna["unit"], anna["horizon"]) == ("contract", "EUR", "365 days")
    assert anna["value_if_stays"] == pytest.approx(120)
    assert anna["predicted_value_low"] is None
    assert anna["interval_level"] is None
    report = valuation.report
    assert (report.customers, report.method) == (2, "contract")
    assert report.total == pytest.approx(360)
    assert report.horizon is not None
    assert (report.horizon.periods, report.horizon.unit) == (12, "month")
    assert report.level_factor is None


def test_a_contract_needs_one_known_end() -> None:
    with pytest.raises(NotEnoughData):
        value_by_contract(QUESTION, memberships(("anna", TODAY - 100.0, None, 10.0)))


def no_frame(dates: Sequence[date]) -> Frame:
    raise AssertionError(f"no features are read, but {dates} were asked for")


def rows_of(customer: str, *, every: int, days: int, amount: float) -> list[tuple[str, int, float]]:
    return [(customer, TODAY - back, amount) for back in range(days, 0, -every)]


def history(*rows: tuple[str, int, float]) -> SpendHistory:
    ordered = sorted(rows)
    dates = [date_of(row[1]) for row in ordered]
    columns = {
        "customer_id": [row[0] for row in ordered],
        "period": dates,
        "known_period": dates,
        "amount": [row[2] for row in ordered],
        "refunded": [0.0] * len(ordered),
    }
    return SpendHistory.from_table(pa.table(columns, schema=SPEND))


def test_a_member_is_expected_to_go_on_at_the_rate_of_the_last_year() -> None:
    """Anna paid 10 every 30 days for 300 days: 100 in 300 days, so 10.15 a month."""
    spent = history(*rows_of("anna", every=30, days=300, amount=10.0), ("gone", TODAY - 55, 99.0))
    club = memberships(("anna", TODAY - 300.0, None, None), GONE, OLD)
    method = ContractMethod(club, spent, 0.0)
    values = method(np.array([0, 1]), TODAY, TODAY + 365)
    assert values is not None
    assert values.tolist() == pytest.approx([100 / 300 * 365, 0.0])


def test_a_member_who_stays_pays_the_whole_horizon() -> None:
    """Of two who were there at 50 days one left: half of the young may pay only a part."""
    spent = history(*rows_of("anna", every=30, days=40, amount=10.0))
    club = memberships(("anna", TODAY - 40.0, None, None), GONE, OLD)
    for rate in (0.0, 0.1):
        method = ContractMethod(club, spent, rate)
        values = method(np.array([0]), TODAY, TODAY + 365)
        ratio = method.staying_ratio(np.array([0]), TODAY, TODAY + 365)
        assert values is not None
        monthly = 20.0 / (40 / DAYS_PER_MONTH)
        months = 365 / DAYS_PER_MONTH
        paid = monthly * months if rate == 0 else monthly * months * 0.953
        assert values[0] * ratio[0] == pytest.approx(paid, rel=1e-3)
        assert ratio[0] > 1.4


def test_a_short_membership_is_watched_for_a_month_at_least() -> None:
    spent = history(("anna", TODAY - 2, 10.0))
    club = memberships(("anna", TODAY - 51.0, None, None), GONE, OLD)
    young = memberships(("anna", TODAY - 3.0, None, None), GONE, OLD)
    at_51 = ContractMethod(club, spent, 0.0)(np.array([0]), TODAY, TODAY + 1)
    at_3 = ContractMethod(young, spent, 0.0)(np.array([0]), TODAY, TODAY + 1)
    assert at_51 is not None
    assert at_3 is not None
    assert at_51[0] == pytest.approx(10 / 51)
    assert at_3[0] == pytest.approx(10 / 30)


def test_the_contract_method_has_no_values_where_no_lifetime_is_known() -> None:
    club = memberships(("anna", TODAY - 300.0, None, None), GONE, OLD)
    method = ContractMethod(club, history(("anna", TODAY - 5, 10.0)), 0.0)
    assert method(np.array([0]), TODAY - 20, TODAY) is None


def test_only_members_of_today_have_a_value_from_spend() -> None:
    random = np.random.default_rng(2)
    rows = [
        (f"c{number:02d}", TODAY - int(back), 10.0 + number)
        for number in range(40)
        for back in random.integers(1, 200, 1 + number % 5)
    ]
    spent = history(*rows)
    people = [
        (f"c{number:02d}", TODAY - 250.0, None if number else TODAY - 5.0, None)
        for number in range(40)
    ]
    boosted = BoostedSpend(spent, cutoffs=[], read_frame=no_frame, reach_days={})
    valuation = value_by_spend(QUESTION, spent, memberships=memberships(*people), boosted=boosted)
    ids = valuation.table["customer_id"].to_pylist()
    assert ids == [f"c{number:02d}" for number in range(1, 40)]
    assert valuation.report.customers == 40  # the total of the report is that of all buyers
    assert valuation.report.method == valuation.table["way"][0].as_py()
    assert valuation.table["as_of"][0].as_py().date() == AS_OF
    everyone = value_by_spend(QUESTION, spent, memberships=None, boosted=boosted)
    assert everyone.table.num_rows == 40
    assert everyone.report.total == pytest.approx(
        sum(everyone.table["predicted_value"].to_pylist())
    )


def test_nobody_valued_is_an_empty_table_with_the_reason() -> None:
    nothing = Valuation.none("nobody has bought anything")
    assert nothing.table.schema == CUSTOMER_VALUES
    assert (nothing.table.num_rows, nothing.report.why_none) == (0, "nobody has bought anything")


def test_values_are_for_a_year_of_the_grain() -> None:
    spans = {
        grain: ValueQuestion(as_of=AS_OF, grain=grain, unit="EUR").horizon
        for grain in ("day", "week", "month")
    }
    assert [spans[grain].periods for grain in spans] == [365, 52, 12]
