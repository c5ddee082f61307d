"""Whom to look at first, and who is this customer?"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from regulars.core.errors import UnknownName
from regulars.insights.churn_drivers import input_words
from regulars.insights.exact import quoted
from regulars.insights.masking import masked, personal_columns
from regulars.insights.population import HAS_LEFT, left_sql
from regulars.insights.release_reading import Reading
from regulars.release.column_names import RESERVED_NAMES

RankedBy = Literal["priority", "value_if_stays", "value_at_risk", "churn_probability"]
_PLAIN = (
    "customer_id", "joined_at", "left_at", "consent", "segment", "rfm_score", "recency",
    "churn_probability", "risk_score", "risk_category", "risk_percentile", "worth_contacting",
    "past_value", "predicted_value", "value_if_stays", "value_basis", "value_at_risk", "priority",
)  # fmt: skip
_SUMS = ("frequency", "monetary")
_REFUNDS = "refund_share_ever"
_ESSENTIALS = ", ".join([*_PLAIN, *(f"cast({name} as double) as {name}" for name in _SUMS)])


@dataclass(frozen=True)
class Reason:
    """One group's part in a score: `points` of 100 that it adds (below 0: takes away)."""

    group: str
    words: str
    points: float
    value: str
    ordinary: str
    actionable: bool


@dataclass(frozen=True)
class Customer:
    """One customer with segment, risk and value; personal attributes are masked unless asked.

    Who `has_left`, by label or by date, has no score, no value at risk and no reasons.
    `past_value` is net spend of the last 12 months, `value_if_stays` what is expected of who stays;
    `value_basis` says what that rests on. `refund_share` is the share of the amount ever bought
    that was refunded, where that is known.
    `risk_percentile` is the share of scored customers at or below, in percent. `reasons` is None
    where no reasons were written for this customer, and empty where nothing stands out.
    """

    customer_id: str
    joined_at: datetime | None
    left_at: datetime | None
    has_left: bool
    consent: bool | None
    attributes: Mapping[str, Any]
    segment: str | None
    rfm_score: str | None
    recency: int | None
    frequency: float | None
    monetary: float | None
    churn_probability: float | None
    risk_score: float | None
    risk_category: str | None
    risk_percentile: float | None
    worth_contacting: bool | None
    past_value: float | None
    predicted_value: float | None
    value_if_stays: float | None
    value_basis: str | None
    value_at_risk: float | None
    priority: float | None
    refund_share: float | None
    reasons: tuple[Reason, ...] | None

    @property
    def main_reason(self) -> Reason | None:
        """The strongest reason that raises the risk; None where none does."""
        return next((reason for reason in self.reasons or () if reason.points > 0), None)


@dataclass(frozen=True)
class RiskBin:
    """Scored customers whose probability is from `low` up to `high`."""

    low: float
    high: float
    customers: int
    value_if_stays: float | None


def customer(reading: Reading, customer_id: str, *, show_personal: bool = False) -> Customer:
    """One customer by id. Raises UnknownName, with the nearest ids, where there is none."""
    wanted = customer_id.strip()
    profile = _by_id(reading, wanted, show_personal=show_personal)
    if profile is None:
        raise UnknownName(
            f"there is no customer '{customer_id}' in this release",
            where="customers",
            hint=_nearest(reading, wanted),
        )
    return profile


def _by_id(reading: Reading, customer_id: str, *, show_personal: bool) -> Customer | None:
    names, known = attribute_names(reading), reading.columns("customer_360_profile")
    optional = [column for column in [_REFUNDS, HAS_LEFT] if column in known]
    columns = [*_PLAIN, *_SUMS, *names, *optional]
    row = reading.row_of("customer_360_profile", customer_id, columns)
    if row is None:
        return None
    scored = reading.row_of("customer_scored", customer_id, ["reasons"]) or {}
    essential = {name: row[name] for name in _PLAIN}
    essential |= {name: None if row[name] is None else float(row[name]) for name in _SUMS}
    essential |= {f"attribute: {name}": row[name] for name in names}
    essential |= {"refund_share": row.get(_REFUNDS), "reasons": scored.get("reasons")}
    # a release of an earlier version knows dates only
    essential |= {HAS_LEFT: row.get(HAS_LEFT, row["left_at"] is not None)}
    return _customer(reading, essential, names=names, show_personal=show_personal)


def top_customers(
    reading: Reading,
    *,
    limit: int = 20,
    by: RankedBy = "priority",
    segment: str | None = None,
    show_personal: bool = False,
) -> tuple[Customer, ...]:
    """The scored customers to look at first, by default by churn probability x value."""
    chosen = " and segment = ?" if segment is not None else ""
    return listed_customers(
        reading,
        where=f"{by} is not null{chosen}",
        parameters=[] if segment is None else [segment],
        order=f"{by} desc, customer_id",
        limit=limit,
        show_personal=show_personal,
    )


def attribute_names(reading: Reading) -> list[str]:
    """The customer attributes of the project, in order."""
    if reading.project.attributes is not None:
        return list(reading.project.attributes)
    # a release of format 1 does not name them: they are what neither we nor features are called
    other_columns = RESERVED_NAMES | reading.project.features.keys()
    return [name for name in reading.columns("customer_360_profile") if name not in other_columns]


def risk_bins(reading: Reading) -> tuple[RiskBin, ...]:
    """How many customers lie in each tenth of churn probability, and their value if they stay."""
    rows = reading.rows(
        """
        with bins as (
            select range as number from range(10)
        ),
        scored as (
            select
                least(cast(floor(churn_probability * 10) as bigint), 9) as number,
                count(*) as customers,
                sum(cast(value_if_stays as decimal(38, 6))) as value_if_stays
            from customer_scored
            where churn_probability is not null
            group by 1
        )
        select
            bins.number,
            coalesce(scored.customers, 0) as customers,
            cast(scored.value_if_stays as double) as value_if_stays
        from bins
        left join scored on bins.number = scored.number
        order by bins.number
        """
    )
    return tuple(
        RiskBin(
            row["number"] / 10, (row["number"] + 1) / 10, row["customers"], row["value_if_stays"]
        )
        for row in rows
    )


def listed_customers(
    reading: Reading,
    *,
    where: str,
    parameters: list[object],
    order: str | None = None,
    limit: int = 1,
    offset: int = 0,
    show_personal: bool,
) -> tuple[Customer, ...]:
    """Customers whose profile meets a condition of SQL: one page of them in a stated order.

    Without an order all of them: a question for one id is quicker without a place to sort.
    """
    names = attribute_names(reading)
    refunds = _REFUNDS in reading.columns("customer_360_profile")
    refund_share = _REFUNDS if refunds else "cast(null as double)"
    attributes = "".join(f", {quoted(name)} as {quoted(f'attribute: {name}')}" for name in names)
    page = f"order by {order} limit {int(limit)} offset {int(offset)}" if order else ""
    rows = reading.rows(
        f"""
        select
            {_ESSENTIALS},
            {left_sql(reading)} as has_left,
            {refund_share} as refund_share{attributes}
        from customer_360_profile
        where {where}
        {page}
        """,
        parameters,
    )
    reasons = _texts_of_reasons(reading, [row["customer_id"] for row in rows])
    return tuple(
        _customer(
            reading,
            row | {"reasons": reasons.get(row["customer_id"])},
            names=names,
            show_personal=show_personal,
        )
        for row in rows
    )


def _texts_of_reasons(reading: Reading, ids: list[str]) -> dict[str, str | None]:
    """Asked by id and not joined: only the parts of the file where these customers are are read."""
    if not ids:
        return {}
    rows = reading.rows(
        f"select customer_id, reasons from customer_scored "
        f"where customer_id in ({', '.join('?' * len(ids))})",
        ids,
    )
    return {row["customer_id"]: row["reasons"] for row in rows}


def _customer(
    reading: Reading, row: dict[str, Any], *, names: list[str], show_personal: bool
) -> Customer:
    personal = personal_columns(reading)
    attributes = {name: row.pop(f"attribute: {name}") for name in names}
    row = masked(row, personal & {"customer_id"}, show_personal=show_personal)
    reasons = row.pop("reasons")
    return Customer(
        **row,
        attributes=masked(attributes, personal, show_personal=show_personal),
        reasons=None
        if reasons is None
        else written_reasons(reading, reasons, show_personal=show_personal),
    )


def written_reasons(
    reading: Reading, text: str, *, show_personal: bool = False
) -> tuple[Reason, ...]:
    """Reasons from the JSON text that scoring wrote; values of personal inputs are masked."""
    personal = personal_columns(reading)
    reasons = []
    for entry in json.loads(text):
        name = str(entry.get("input", ""))
        hidden = masked(entry, {"value"} if name in personal else (), show_personal=show_personal)
        reasons.append(
            Reason(
                group=str(entry.get("group", "")),
                words=str(entry.get("words") or input_words(reading, name)),
                points=float(entry.get("points") or 0.0),
                value=str(hidden.get("value", "")),
                ordinary=str(entry.get("ordinary", "")),
                actionable=bool(entry.get("actionable")),
            )
        )
    return tuple(reasons)


def _nearest(reading: Reading, customer_id: str) -> str:
    if "customer_id" in personal_columns(reading):
        return "Ids are marked as personal data, so none are suggested."
    near = reading.rows(
        "select customer_id from customer_360_profile "
        "order by levenshtein(lower(customer_id), lower(?)), customer_id limit 3",
        [customer_id],
    )
    if not near:
        return "The release holds no customers."
    return f"The nearest ids are {', '.join(row['customer_id'] for row in near)}."
