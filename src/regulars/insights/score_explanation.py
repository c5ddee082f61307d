"""Why does this customer have this score, and how sure is it?"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pyarrow as pa

from regulars.insights.churn_drivers import drivers, input_words
from regulars.insights.churn_evaluation import churn_curves
from regulars.insights.customer_profiles import Customer, customer
from regulars.insights.exact import quoted
from regulars.insights.masking import personal_columns
from regulars.insights.release_reading import Reading
from regulars.release.evaluation_facts import CalibrationPoint

_TELLING_FEATURES = (
    "recency_days", "orders_365d", "orders_12m", "amount_365d", "amount_12m", "gap_days",
    "recency_in_gaps", "tenure_days", "contacts_90d", "contacts_3m", "refund_share_ever",
)  # fmt: skip
_MOST = 8


@dataclass(frozen=True)
class Comparison:
    """One feature of a customer beside the median of the population.

    `at_or_below` is the share of the population with no more than that, None for text.
    """

    name: str
    words: str
    value: Any
    median: Any
    at_or_below: float | None


@dataclass(frozen=True)
class Explanation:
    """A customer's score with what stands behind it.

    `sure` is the tenth of the tested customers with the nearest prediction: how many of them did
    churn. None where the release has no test.
    """

    customer: Customer
    comparisons: tuple[Comparison, ...]
    sure: CalibrationPoint | None


def explain(reading: Reading, customer_id: str, *, show_personal: bool = False) -> Explanation:
    """Why the score. Raises DataError, with the nearest ids, where there is no such customer."""
    profile = customer(reading, customer_id, show_personal=show_personal)
    hidden = frozenset() if show_personal else personal_columns(reading)
    names = [name for name in _telling_features(reading) if name not in hidden]
    return Explanation(
        customer=profile,
        comparisons=tuple(_compared(reading, customer_id.strip(), names)),
        sure=_sure(reading, profile.churn_probability),
    )


def _telling_features(reading: Reading) -> list[str]:
    present = set(reading.columns("customer_360_profile"))
    driving = [name for driver in drivers(reading) for name in driver.inputs[:2]]
    ordered = dict.fromkeys([*driving[: _MOST - 3], *_TELLING_FEATURES])
    return [name for name in ordered if name in present][:_MOST]


def _compared(reading: Reading, customer_id: str, names: list[str]) -> list[Comparison]:
    if not names:
        return []
    columns = ", ".join(quoted(name) for name in names)
    table = reading.arrow(
        f"select {columns} from customer_360_profile where customer_id = ?", [customer_id]
    )
    values = table.to_pylist()[0]
    numeric = [field.name for field in table.schema if _is_number(field.type)]
    compared = _medians(reading, numeric, customer_id)
    return [
        Comparison(
            name=name,
            words=input_words(reading, name),
            value=_plain(values[name]),
            median=compared.get(f"median: {name}"),
            at_or_below=compared.get(f"share: {name}"),
        )
        for name in names
    ]


def _medians(reading: Reading, names: list[str], customer_id: str) -> dict[str, Any]:
    """The median of every number among those scored (everybody where nobody is)."""
    if not names:
        return {}
    parts = ", ".join(
        f"cast(median(everybody.{quoted(name)}) as double) as {quoted(f'median: {name}')}, "
        f"avg(case when everybody.{quoted(name)} <= one.{quoted(name)} then 1.0 else 0.0 end) "
        f"filter (where everybody.{quoted(name)} is not null and one.{quoted(name)} is not null) "
        f"as {quoted(f'share: {name}')}"
        for name in names
    )
    return reading.rows(
        f"""
        with one as (
            select * from customer_360_profile where customer_id = ?
        ),
        population as (
            select count(churn_probability) > 0 as is_scored from customer_360_profile
        )
        select {parts}
        from customer_360_profile as everybody
        cross join one
        cross join population
        where not population.is_scored or everybody.churn_probability is not null
        """,
        [customer_id],
    )[0]


def _sure(reading: Reading, probability: float | None) -> CalibrationPoint | None:
    points = churn_curves(reading).calibration
    if probability is None or not points:
        return None
    return min(points, key=lambda point: abs(point.predicted - probability))


def _is_number(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
    )


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else value
