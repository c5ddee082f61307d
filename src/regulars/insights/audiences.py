"""Whom do we mean? Customers chosen by segment, risk, value, attributes and consent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal, get_args

import pyarrow as pa

from regulars.core.errors import DataError, PersonalDataError, UnknownName
from regulars.core.names import nearest
from regulars.insights.attribute_values import check_values
from regulars.insights.customer_profiles import attribute_names
from regulars.insights.exact import exact_mean, exact_sum_of_known, quoted
from regulars.insights.masking import MASK, personal_columns
from regulars.insights.not_yet_computed import exported_risk
from regulars.insights.population import left_sql
from regulars.insights.release_reading import Reading

Consent = Literal["not_refused", "given", "any"]
RISKS = ("High", "Medium", "Low", "Not Scored")
RANGES = (
    "past_value", "predicted_value", "value_if_stays", "value_at_risk", "risk_score",
    "risk_percentile", "priority", "recency", "frequency", "monetary",
)  # fmt: skip
_NONE: Mapping[str, Any] = MappingProxyType({})
_CHOICES_AT_MOST = 60
# The old name of a filter that is still accepted, and what it filters by.
_RENAMED_RANGES = {"customer_value": "value_if_stays"}
_EXPORTED = (
    "customer_id", "segment", "risk_score", "risk_category", "risk_percentile",
    "worth_contacting", "past_value", "predicted_value", "value_if_stays", "value_basis",
    "value_at_risk", "priority", "recency", "frequency", "monetary", "consent",
)  # fmt: skip


@dataclass(frozen=True)
class Audience:
    """Filters that must all hold; an empty one chooses everybody who is still a customer.

    `ranges` are inclusive bounds (None is open) of `RANGES` and of attributes with numbers;
    `attributes` are allowed values by attribute, as text. Consent that nobody asked for counts as
    'not_refused'. `most` keeps the so many of highest priority, then of highest value.
    """

    segments: tuple[str, ...] = ()
    risks: tuple[str, ...] = ()
    ranges: Mapping[str, tuple[float | None, float | None]] = field(default_factory=lambda: _NONE)
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _NONE)
    consent: Consent = "not_refused"
    worth_contacting: bool | None = None
    with_those_who_left: bool = False
    most: int | None = None


@dataclass(frozen=True)
class AudienceTotals:
    """An audience in figures; amounts are in the project's unit, None where no value is known.

    `expected_leavers` is the sum of churn probabilities of the `scored`, `value_at_risk` that of
    probability x value given that the customer stays; `value_if_stays` is the sum of the latter
    over the `valued`, those whose value is known, `stand_ins` those of them with past spend in
    place of a prediction.
    """

    customers: int
    everybody: int
    scored: int
    valued: int
    expected_leavers: float | None
    mean_probability: float | None
    stand_ins: int
    value_if_stays: float | None
    mean_value: float | None
    value_at_risk: float | None
    worth_contacting: int
    refused_consent: int


@dataclass(frozen=True)
class AudiencePart:
    """The part of an audience in one segment or risk band."""

    name: str
    customers: int
    share: float
    value_if_stays: float | None
    mean_probability: float | None


@dataclass(frozen=True)
class Selection:
    """SQL that selects an audience from the profiles, and the values of its parameters."""

    sql: str
    parameters: tuple[object, ...]


def audience_totals(
    reading: Reading, audience: Audience, *, show_personal: bool = False
) -> AudienceTotals:
    """Size and sums of an audience; all 0 where nobody is in it."""
    chosen = select(reading, audience, show_personal=show_personal)
    return AudienceTotals(
        **reading.rows(
            f"""
            with chosen as ({chosen.sql})
            select
                count(*) as customers,
                (select count(*) from customer_360_profile) as everybody,
                count(churn_probability) as scored,
                count(value_if_stays) as valued,
                count(*) filter (where value_basis = 'past') as stand_ins,
                {exact_sum_of_known("churn_probability")} as expected_leavers,
                {exact_mean("churn_probability")} as mean_probability,
                {exact_sum_of_known("value_if_stays")} as value_if_stays,
                {exact_mean("value_if_stays")} as mean_value,
                {exact_sum_of_known("value_at_risk")} as value_at_risk,
                count(*) filter (where worth_contacting) as worth_contacting,
                count(*) filter (where not consent) as refused_consent
            from chosen
            """,
            chosen.parameters,
        )[0]
    )


def audience_parts(
    reading: Reading,
    audience: Audience,
    *,
    by: Literal["segment", "risk_category"],
    show_personal: bool = False,
) -> tuple[AudiencePart, ...]:
    """How an audience divides by segment or by risk, the largest part first."""
    chosen = select(reading, audience, show_personal=show_personal)
    rows = reading.rows(
        f"""
        with chosen as ({chosen.sql})
        select
            coalesce({by}, 'none') as name,
            count(*) as customers,
            cast(count(*) / sum(count(*)) over () as double) as share,
            {exact_sum_of_known("value_if_stays")} as value_if_stays,
            {exact_mean("churn_probability")} as mean_probability
        from chosen
        group by 1
        order by 2 desc, 1
        """,
        chosen.parameters,
    )
    return tuple(AudiencePart(**row) for row in rows)


def audience_choices(reading: Reading, *, show_personal: bool = False) -> dict[str, list[str]]:
    """Values that an attribute can be filtered by, where there are few; the commonest first."""
    hidden = frozenset() if show_personal else personal_columns(reading)
    choices = {}
    for name in attribute_names(reading):
        if name in hidden:
            continue
        rows = reading.rows(
            f"select cast({quoted(name)} as varchar) as choice from customer_360_profile "
            f"where {quoted(name)} is not null group by 1 order by count(*) desc, 1 "
            f"limit {_CHOICES_AT_MOST + 1}"
        )
        if 0 < len(rows) <= _CHOICES_AT_MOST:
            choices[name] = [str(row["choice"]) for row in rows]
    return choices


def export_batches(
    reading: Reading, audience: Audience, *, show_personal: bool = False
) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
    """The target list as a stream, the highest priority first; personal values are masked.

    Filters are checked at once, rows are read while they are taken.
    """
    chosen = select(reading, audience, show_personal=show_personal)
    columns = ", ".join(_exported(reading, show_personal))
    sql = f"select {columns} from ({chosen.sql}) as chosen order by {_order('chosen.')}"
    schema = reading.arrow(f"select * from ({sql}) as one limit 0", chosen.parameters).schema
    return schema, reading.batches(sql, chosen.parameters)


def select(reading: Reading, audience: Audience, *, show_personal: bool = False) -> Selection:
    """The audience as SQL. Raises DataError where a filter means nothing in this release."""
    conditions: list[str] = []
    parameters: list[object] = []
    for sql, values in _conditions(reading, audience, show_personal):
        conditions.append(sql)
        parameters.extend(values)
    where = f"where {' and '.join(conditions)}" if conditions else ""
    sql = f"select * from customer_360_profile {where}"
    if audience.most is not None:
        if audience.most < 0:
            raise DataError("most: a number of customers is at least 0", where="audience")
        sql += f" order by {_order()} limit ?"
        parameters.append(audience.most)
    return Selection(sql, tuple(parameters))


def _order(of: str = "") -> str:
    """The best first: by priority, then by value."""
    return f"{of}priority desc nulls last, {of}value_if_stays desc nulls last, {of}customer_id"


def _conditions(
    reading: Reading, audience: Audience, show_personal: bool
) -> Iterator[tuple[str, tuple[object, ...]]]:
    if audience.segments:
        known = _segment_names(reading)
        for segment in audience.segments:
            _know(segment, known, what="segment")
        yield _among("segment", audience.segments)
    if audience.risks:
        for risk in audience.risks:
            _know(risk, list(RISKS), what="risk")
        yield _among("risk_category", audience.risks)
    for name, (low, high) in audience.ranges.items():
        yield from _range(reading, name, low=low, high=high, show_personal=show_personal)
    for name, values in audience.attributes.items():
        _visible(reading, name, attribute_names(reading), show_personal=show_personal)
        check_values(reading, name, values)
        yield _among(f"cast({quoted(name)} as varchar)", tuple(values))
    _know(audience.consent, list(get_args(Consent)), what="consent")
    if audience.consent != "any":
        yield ("consent" if audience.consent == "given" else "consent is not false"), ()
    if audience.worth_contacting is not None:
        yield "worth_contacting = ?", (audience.worth_contacting,)
    if not audience.with_those_who_left:
        yield f"not {left_sql(reading)}", ()


def _range(
    reading: Reading, name: str, *, low: float | None, high: float | None, show_personal: bool
) -> Iterator[tuple[str, tuple[object, ...]]]:
    name = _RENAMED_RANGES.get(name, name)
    if name not in RANGES:
        _visible(reading, name, attribute_names(reading), show_personal=show_personal)
    column = quoted(name)
    if low is not None:
        yield f"try_cast({column} as double) >= ?", (low,)
    if high is not None:
        yield f"try_cast({column} as double) <= ?", (high,)


def _among(expression: str, values: tuple[str, ...]) -> tuple[str, tuple[object, ...]]:
    return f"{expression} in ({', '.join('?' * len(values)) or 'null'})", tuple(values)


def _segment_names(reading: Reading) -> list[str]:
    rows = reading.rows(
        "select distinct segment from customer_360_profile where segment is not null order by 1"
    )
    return list(dict.fromkeys([*reading.project.segment_order, *(row["segment"] for row in rows)]))


def _visible(reading: Reading, name: str, known: list[str], *, show_personal: bool) -> None:
    """A filter on hidden values would tell them one by one."""
    _know(name, known, what="attribute")
    if not show_personal and name in personal_columns(reading):
        raise PersonalDataError(
            f"'{name}' is marked as personal data, so nothing is chosen by it",
            where="audience",
            hint="Ask for personal data to be shown, where you may.",
        )


def _know(name: str, known: list[str], *, what: str) -> None:
    if name in known:
        return
    near = nearest(name, known)
    raise UnknownName(
        f"there is no {what} '{name}'" + (f"; did you mean '{near}'?" if near else ""),
        where="audience",
        hint=f"There are: {', '.join(known) or 'none'}.",
    )


def _exported(reading: Reading, show_personal: bool) -> list[str]:
    """Columns of the target list, personal ones masked where they hold something."""
    hidden = frozenset() if show_personal else personal_columns(reading)
    names = [*_EXPORTED, *(name for name in attribute_names(reading) if name not in _EXPORTED)]
    masks = {name: f"case when {quoted(name)} is not null then '{MASK}' end" for name in hidden}
    expressions = {"risk_category": exported_risk(reading), **masks}
    return [
        f"{expressions.get(name, f'chosen.{quoted(name)}')} as {quoted(name)}" for name in names
    ]
