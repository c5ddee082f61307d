"""The figures of a portfolio page: who is in it, their customer value, how they buy, who leaves."""

from __future__ import annotations

from dataclasses import dataclass

from regulars.core.errors import DataError
from regulars.insights.audiences import Audience, select
from regulars.insights.customer_profiles import attribute_names
from regulars.insights.exact import exact_mean, exact_sum_of_known, quoted
from regulars.insights.masking import personal_columns
from regulars.insights.population import left_sql
from regulars.insights.release_reading import Reading
from regulars.insights.segment_figures import NO_SEGMENT

OTHERS = "All others"
UNKNOWN = "Not known"
_PARTS_AT_MOST = 12


@dataclass(frozen=True)
class Portfolio:
    """An audience in the figures of a first page; means are over those who have the figure.

    Sums of value are None where no value is known.
    `left` are those who have left, by label or by date. `recency` is in `recency_unit`,
    `frequency` in `frequency_unit` (`insights.segments`), `tenure_days` from joining, or else the
    first purchase.
    """

    customers: int
    left: int
    scored: int
    expected_leavers: float | None
    mean_probability: float | None
    high_risk: int | None
    past_value: float | None
    predicted_value: float | None
    value_at_risk: float | None
    recency: float | None
    frequency: float | None
    monetary: float | None
    tenure_days: float | None

    @property
    def left_share(self) -> float | None:
        """Share of them who have left."""
        return self.left / self.customers if self.customers else None


@dataclass(frozen=True)
class Part:
    """The part of an audience with one value of a column; `share` is of all in the audience."""

    name: str
    customers: int
    share: float
    left: int
    mean_probability: float | None
    expected_leavers: float | None
    value_if_stays: float | None
    mean_value: float | None
    value_at_risk: float | None


def portfolio(reading: Reading, audience: Audience, *, show_personal: bool = False) -> Portfolio:
    """The figures of an audience; all 0 or None where nobody is in it."""
    chosen = select(reading, audience, show_personal=show_personal)
    row = reading.rows(
        f"""
        with chosen as ({chosen.sql})
        select
            count(*) as customers,
            count(*) filter (where {left_sql(reading)}) as "left",
            count(churn_probability) as scored,
            {exact_sum_of_known("churn_probability")} as expected_leavers,
            {exact_mean("churn_probability")} as mean_probability,
            case
                when count(churn_probability) > 0
                    then count(*) filter (where risk_category = 'High')
            end as high_risk,
            {exact_sum_of_known("past_value")} as past_value,
            {exact_sum_of_known("predicted_value")} as predicted_value,
            {exact_sum_of_known("value_at_risk")} as value_at_risk,
            {exact_mean("recency")} as recency,
            {exact_mean("frequency")} as frequency,
            {exact_mean("monetary")} as monetary,
            {exact_mean(_tenure(reading))} as tenure_days
        from chosen
        """,
        chosen.parameters,
    )[0]
    return Portfolio(**row)


def breakdown(
    reading: Reading,
    audience: Audience,
    *,
    by: str,
    limit: int = _PARTS_AT_MOST,
    show_personal: bool = False,
) -> tuple[Part, ...]:
    """An audience by segment, risk or attribute: the largest parts first, the rest in one.

    Shares add up to 1. Raises DataError for a column that is none of these, or is personal.
    """
    _allowed(reading, by, show_personal=show_personal)
    chosen = select(reading, audience, show_personal=show_personal)
    unknown = NO_SEGMENT if by == "segment" else UNKNOWN
    rows = reading.rows(
        f"""
        with chosen as ({chosen.sql}),
        named as (
            select
                {left_sql(reading)} as has_left,
                churn_probability,
                value_if_stays,
                value_at_risk,
                coalesce(cast({quoted(by)} as varchar), '{unknown}') as part
            from chosen
        ),
        ranked as (
            select part, row_number() over (order by count(*) desc, part) as place
            from named
            group by part
        ),
        rolled as (
            select
                named.*,
                case when ranked.place <= {int(limit)} then named.part else '{OTHERS}' end as name,
                least(ranked.place, {int(limit) + 1}) as place
            from named
            inner join ranked on named.part = ranked.part
        )
        select
            name,
            count(*) as customers,
            cast(count(*) / sum(count(*)) over () as double) as share,
            count(*) filter (where has_left) as "left",
            {exact_mean("churn_probability")} as mean_probability,
            {exact_sum_of_known("churn_probability")} as expected_leavers,
            {exact_sum_of_known("value_if_stays")} as value_if_stays,
            {exact_mean("value_if_stays")} as mean_value,
            {exact_sum_of_known("value_at_risk")} as value_at_risk
        from rolled
        group by name
        order by min(place)
        """,
        chosen.parameters,
    )
    return tuple(Part(**row) for row in rows)


def _allowed(reading: Reading, by: str, *, show_personal: bool) -> None:
    hidden = frozenset() if show_personal else personal_columns(reading)
    if by in ("segment", "risk_category") or (by in attribute_names(reading) and by not in hidden):
        return
    raise DataError(f"customers are not divided by '{by}'", where="portfolio")


def _tenure(reading: Reading) -> str:
    """Days as a customer: from joining to leaving or the as-of date; else since the first sale."""
    member = "date_diff('day', joined_at, least(coalesce(left_at, as_of), as_of))"
    if "tenure_days" not in reading.columns("customer_360_profile"):
        return member
    return f"coalesce({member}, tenure_days)"
