"""How is the business doing, and what is at stake? The numbers of a first page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from regulars.insights.exact import exact_mean, exact_sum, exact_sum_of_known
from regulars.insights.not_yet_computed import not_yet_computed
from regulars.insights.population import left_sql, population_words
from regulars.insights.release_reading import Reading
from regulars.release.contact_costs import ContactCosts


@dataclass(frozen=True)
class Overview:
    """One release in a few figures; amounts are in the project's unit.

    `customers` are all known ones, `buyers` those who ever bought, `left` those who have left
    already, by label or by date, `scored` the eligible customers among the others.
    `expected_leavers` is the sum of churn probabilities, None where nobody is scored;
    `value_at_risk` is that of probability x value given that the customer stays (`value_if_stays`,
    of the scored); the values are None where none is known, and `stand_ins` are the scored whose
    past spend stands in for a prediction. `worth_contacting` is None where the project has no
    values to weigh costs against, `costs` are those of a contact, stated or assumed.
    `not_yet_computed` names what the next run adds.
    """

    project: str
    release_id: str
    created_at: str
    as_of: date
    label: str
    churn_kind: str | None
    customers: int
    buyers: int
    orders: int
    amount: float
    refunded: float
    first_month: date | None
    left: int
    scored: int
    expected_leavers: float | None
    mean_probability: float | None
    high_risk: int | None
    past_value: float | None
    predicted_value: float | None
    value_if_stays: float | None
    value_at_risk: float | None
    stand_ins: int
    worth_contacting: int | None
    costs: ContactCosts
    not_yet_computed: tuple[str, ...]

    @property
    def population_words(self) -> str:
        """Who is scored of all customers, in a sentence."""
        return population_words(customers=self.customers, left=self.left, scored=self.scored)

    @property
    def amount_per_order(self) -> float | None:
        """What an order brings."""
        return self.amount / self.orders if self.orders else None


@dataclass(frozen=True)
class Concentration:
    """The first `customers` by priority, a tenth of all scored, hold `share` of what is at risk.

    That is value, or people (expected leavers) where no value is known.
    """

    customers: int
    share: float


def overview(reading: Reading) -> Overview:
    """The figures of a first page."""
    return Overview(
        project=reading.project.project,
        release_id=reading.manifest.release_id,
        created_at=reading.manifest.created_at,
        as_of=reading.as_of,
        label=reading.project.label,
        churn_kind=reading.project.churn_kind,
        costs=reading.project.contacts,
        not_yet_computed=not_yet_computed(reading),
        **_customers(reading),
        **_sales(reading),
    )


def concentration(reading: Reading) -> Concentration | None:
    """How much of the value at risk sits with the tenth of highest priority."""
    rows = reading.rows(
        f"""
        with ranked as (
            select
                priority,
                row_number() over (order by priority desc, customer_id) as place,
                count(*) over () as everybody
            from customer_scored
            where priority > 0
        )
        select
            coalesce(sum(case when place * 10 <= everybody + 9 then 1 else 0 end), 0) as customers,
            {exact_sum("case when place * 10 <= everybody + 9 then priority end")} as held,
            {exact_sum("priority")} as total
        from ranked
        """
    )
    totals = rows[0]
    if not totals["total"]:
        return None
    return Concentration(int(totals["customers"]), totals["held"] / totals["total"])


def _customers(reading: Reading) -> dict[str, Any]:
    return reading.rows(
        f"""
        select
            count(*) as customers,
            count(monetary) as buyers,
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
            {exact_sum_of_known("case when churn_probability is not null then value_if_stays end")}
                as value_if_stays,
            {exact_sum_of_known("value_at_risk")} as value_at_risk,
            count(*) filter (where value_at_risk is not null and value_basis = 'past')
                as stand_ins,
            case
                when count(worth_contacting) > 0 then count(*) filter (where worth_contacting)
            end as worth_contacting
        from customer_360_profile
        """
    )[0]


def _sales(reading: Reading) -> dict[str, Any]:
    return reading.rows(
        """
        select
            cast(coalesce(sum(orders), 0) as bigint) as orders,
            cast(coalesce(sum(amount), 0) as double) as amount,
            cast(coalesce(sum(refunded), 0) as double) as refunded,
            min(month) as first_month
        from kpi_by_period
        """
    )[0]
