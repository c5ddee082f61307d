"""The table of predicted customer values, and the report on how they were made and tested."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from regulars.core.calendar import MONTHS_PER_YEAR, PERIODS_PER_YEAR, Grain, periods_text
from regulars.core.errors import NotEnoughData
from regulars.core.threads import one_thread
from regulars.ml.clv.boosted_spend import BOOSTED_TREES, BoostedSpend
from regulars.ml.clv.contract import CONTRACT, ContractMethod, contract_value
from regulars.ml.clv.predicted_values import PredictedValues, predict_values
from regulars.ml.clv.spend_history import SpendHistory
from regulars.ml.clv.value_holdout import Method
from regulars.ml.clv.value_if_stays import BuysWithin, Staying, StaysMember
from regulars.ml.clv.value_windows import hidden_window, year_after
from regulars.ml.spans import Floats, Span
from regulars.ml.survival.lifetimes import LITTLE_HISTORY_DAYS, Memberships
from regulars.release.value_report import Horizon, ValueReport

CUSTOMER_VALUES = pa.schema(
    [
        ("customer_id", pa.string()),
        ("as_of", pa.timestamp("us")),
        ("horizon", pa.string()),
        ("unit", pa.string()),
        ("expected_orders", pa.float64()),
        ("predicted_value", pa.float64()),
        ("predicted_value_low", pa.float64()),
        ("predicted_value_high", pa.float64()),
        ("interval_level", pa.float64()),
        ("value_if_stays", pa.float64()),
        ("little_history", pa.bool_()),
        ("way", pa.string()),
    ]
)


@dataclass(frozen=True)
class ValueQuestion:
    """What valuation must know of a project besides its rows.

    `unit` is the currency or unit of amounts. `has_contracts`: members pay for as long as they
    stay, so what they paid per month tells what they will. `monthly_attribute` names the mapped
    value of a month. A customer without a contract has stayed who buys within `stays_within`
    periods, the horizon where None.
    """

    as_of: date
    grain: Grain
    unit: str
    discount_rate_per_year: float = 0.0
    has_contracts: bool = False
    monthly_attribute: str | None = None
    stays_within: int | None = None

    @property
    def horizon(self) -> Horizon:
        """The time ahead that values are predicted for: a year in periods."""
        return Horizon(periods=PERIODS_PER_YEAR[self.grain], unit=self.grain)


@dataclass(frozen=True)
class Valuation:
    """Predicted values (CUSTOMER_VALUES, sorted by customer) and the report on them."""

    table: pa.Table
    report: ValueReport

    @classmethod
    def none(cls, why: str) -> Valuation:
        """Nobody could be valued."""
        return cls(CUSTOMER_VALUES.empty_table(), ValueReport(why_none=why))


@one_thread()
def value_by_spend(
    question: ValueQuestion,
    history: SpendHistory,
    *,
    memberships: Memberships | None,
    boosted: BoostedSpend,
) -> Valuation:
    """Values from what customers spent, by the method that a hidden window chose.

    Only members of today have a value where there are memberships. Raises NotEnoughData without
    repeat purchases.
    """
    methods: dict[str, Method] = {}
    staying: Staying = BuysWithin(
        Span(question.stays_within or question.horizon.periods, question.grain)
    )
    if question.has_contracts and memberships is not None:
        contract = ContractMethod(memberships, history, question.discount_rate_per_year)
        methods[CONTRACT] = contract
        staying = StaysMember(contract)
    methods[BOOSTED_TREES] = boosted
    predicted = predict_values(
        history,
        year_after(question.as_of, grain=question.grain),
        hidden_window(
            question.as_of,
            grain=question.grain,
            first_day=history.first_day,
            cutoff_near=boosted.start_near,
        ),
        discount_rate_per_year=question.discount_rate_per_year,
        methods=methods,
        staying=staying,
    )
    customer_ids = history.ids_of(predicted.codes)
    table = _table(
        question,
        customer_ids,
        {
            "expected_orders": predicted.expected_orders,
            "predicted_value": predicted.value,
            "predicted_value_low": predicted.low,
            "predicted_value_high": predicted.high,
            "value_if_stays": predicted.if_stays,
        },
        interval_level=predicted.interval_level,
        little_history=predicted.has_little_history,
        method=predicted.method,
    )
    # The order of rows is still that of the codes here: the filter comes before the sort.
    is_member = _is_member_today(customer_ids, memberships)
    report = _report_by_spend(question, predicted)
    return Valuation(table.filter(pa.array(is_member)).sort_by("customer_id"), report)


def _report_by_spend(question: ValueQuestion, predicted: PredictedValues) -> ValueReport:
    total = float(predicted.value.sum())
    low, high = predicted.total_error.interval(total, share=predicted.interval_level)
    return ValueReport(
        method=predicted.method,
        tested=predicted.tested,
        horizon=question.horizon,
        unit=question.unit,
        level_factor=predicted.level.factor,
        level_error=predicted.level.error,
        interval_level=predicted.interval_level,
        customers=int(predicted.codes.size),
        total=total,
        total_low=low,
        total_high=high,
        accuracy=dict(predicted.accuracy),
        staying=predicted.staying,
        discount_rate_per_year=question.discount_rate_per_year,
    )


def value_by_contract(question: ValueQuestion, memberships: Memberships) -> Valuation:
    """A mapped monthly value x the months that a member of this age will stay within a year.

    Raises NotEnoughData where nobody's lifetime is known.
    """
    known = memberships.on(memberships.today)
    if known is None:
        raise NotEnoughData("nobody's lifetime is known")
    members = known.members.filter(pc.is_finite(known.members["monthly_value"]))
    age = np.asarray(members["age_days"].to_numpy(), dtype=np.float64)
    predicted = contract_value(
        members["monthly_value"].to_numpy(),
        age,
        curve=known.curve,
        horizon=Span(MONTHS_PER_YEAR, "month"),
        discount_rate_per_year=question.discount_rate_per_year,
    )
    unknown = np.full(age.size, np.nan)
    table = _table(
        question,
        members["customer_id"].combine_chunks(),
        {
            "expected_orders": unknown,
            "predicted_value": predicted.value,
            "predicted_value_low": unknown,
            "predicted_value_high": unknown,
            "value_if_stays": predicted.value_if_stays,
        },
        interval_level=None,
        little_history=age < LITTLE_HISTORY_DAYS,
        method=CONTRACT,
    )
    report = ValueReport(
        method=CONTRACT,
        tested=f"Monthly {question.monthly_attribute} x the months that members of this age stay; "
        "what is paid later is not in the data, so the money could not be tested.",
        horizon=Horizon(periods=MONTHS_PER_YEAR, unit="month"),
        unit=question.unit,
        customers=table.num_rows,
        total=float(predicted.value.sum()),
        discount_rate_per_year=question.discount_rate_per_year,
    )
    return Valuation(table.sort_by("customer_id"), report)


def _is_member_today(customer_ids: pa.Array, memberships: Memberships | None) -> np.ndarray:
    """Who has a value, shape (n,): members of today, or everyone where none are known."""
    known = None if memberships is None else memberships.on(memberships.today)
    if known is None:
        return np.ones(len(customer_ids), np.bool_)
    return np.asarray(known.of(customer_ids)["is_member"].to_numpy(), dtype=np.bool_)


def _table(
    question: ValueQuestion,
    customer_ids: pa.Array,
    figures: Mapping[str, Floats],
    *,
    interval_level: float | None,
    little_history: np.ndarray,
    method: str,
) -> pa.Table:
    """CUSTOMER_VALUES of these customers, in their order; NaN becomes null."""
    rows = len(customer_ids)
    horizon = periods_text(question.horizon.periods, grain=question.grain)
    as_of = pa.scalar(question.as_of, pa.date32()).cast(pa.timestamp("us"))
    columns = {
        "customer_id": customer_ids,
        "as_of": pa.repeat(as_of, rows),
        "horizon": pa.repeat(horizon, rows),
        "unit": pa.repeat(pa.scalar(question.unit, pa.string()), rows),
        **{name: pa.array(values, from_pandas=True) for name, values in figures.items()},
        "interval_level": pa.repeat(pa.scalar(interval_level, pa.float64()), rows),
        "little_history": pa.array(little_history),
        "way": pa.repeat(method, rows),
    }
    return pa.table(columns, schema=CUSTOMER_VALUES)
