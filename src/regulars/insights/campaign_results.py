"""What would a campaign to these customers cost and bring, and what to do about it?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from regulars.core.calendar import add_periods, window_days
from regulars.core.errors import DataError
from regulars.insights.amounts import Unit, count, customer_value_unit, decimal, several
from regulars.insights.audiences import (
    Audience,
    AudienceTotals,
    audience_totals,
    select,
)
from regulars.insights.campaign_assumptions import Assumptions, AudienceValues
from regulars.insights.churn_evaluation import why_no_churn
from regulars.insights.release_reading import Reading
from regulars.insights.simulation import HonestOutcome, Simulation, simulate
from regulars.insights.value_words import why_no_value


@dataclass(frozen=True)
class Campaign:
    """A campaign to an audience: who they are, what it does, and what follows from it.

    `audience` is the one that was calculated with: a budget may have made it smaller.
    """

    audience: Audience
    totals: AudienceTotals
    simulation: Simulation
    recommendations: tuple[str, ...]


def campaign(
    reading: Reading,
    audience: Audience,
    *,
    assumptions: Assumptions | None = None,
    budget: float | None = None,
    show_personal: bool = False,
) -> Campaign:
    """Simulate a campaign. A budget contacts as many as it pays for, the highest priority first."""
    assumed = assumptions or project_assumptions(reading)
    reached = within_budget(audience, assumed, budget=budget)
    values = audience_values(reading, reached, show_personal=show_personal)
    simulation = simulate(
        values,
        assumed,
        no_scores="" if reading.churn else why_no_churn(reading),
        no_values=why_no_value(reading),
    )
    totals = audience_totals(reading, reached, show_personal=show_personal)
    advice = recommendations(reading, totals, simulation=simulation)
    return Campaign(audience=reached, totals=totals, simulation=simulation, recommendations=advice)


def within_budget(
    audience: Audience, assumptions: Assumptions, *, budget: float | None
) -> Audience:
    """The audience cut to what a budget pays for, if everybody takes the offer."""
    each = assumptions.cost_per_contact
    if budget is None or not each:
        return audience
    if not 0 <= budget < float("inf"):
        raise DataError(f"budget: a budget cannot be {budget}", where="campaign")
    affordable = int(budget // each)
    limit = affordable if audience.most is None else min(audience.most, affordable)
    return replace(audience, most=limit)


def project_assumptions(reading: Reading) -> Assumptions:
    """The costs of the project, for a simulation that states none of its own."""
    return Assumptions(costs=reading.project.contacts)


def audience_values(
    reading: Reading, audience: Audience, *, show_personal: bool = False
) -> AudienceValues:
    """Probability and value of an audience's members, the best first."""
    chosen = select(reading, audience, show_personal=show_personal)
    table = reading.arrow(
        f"select churn_probability, value_if_stays from ({chosen.sql}) "
        "order by priority desc nulls last, value_if_stays desc nulls last",
        chosen.parameters,
    )
    return AudienceValues(
        probability=table["churn_probability"].to_numpy(),
        value=table["value_if_stays"].to_numpy(),
        value_days=value_days(reading),
    )


def value_days(reading: Reading) -> int | None:
    """How many days of a customer the value is stated for; None where it does not say."""
    value = reading.value
    if value is not None and value.priority_from == "attribute":
        return None
    predicted = value.horizon if value and value.priority_from != "spend" else None
    length = predicted or reading.project.value_window
    return None if length is None else window_days(length.periods, grain=length.unit)


def outcome_window(reading: Reading) -> tuple[date, date] | None:
    """The dates `[from, to)` in which the scored customers churn or not; None where labels decide.

    An estimator of the first version does not state its definition: then its length in days counts.
    """
    report = reading.churn
    if report is None or report.kind == "labelled":
        return None
    start, definition = reading.as_of, report.definition
    if definition is None or definition.horizon is None:
        days = report.horizon_days
        return None if days is None else (start, start + timedelta(days=days))
    start = add_periods(start, definition.gap, grain=definition.grain)
    return start, add_periods(start, definition.horizon, grain=definition.grain)


def recommendations(
    reading: Reading, totals: AudienceTotals, *, simulation: Simulation
) -> tuple[str, ...]:
    """What to do, each in a sentence that its numbers give; the decision first."""
    if not totals.customers:
        return ("No customer is in this audience: widen the filters.",)
    unit, honest = customer_value_unit(reading), simulation.honest
    sentences = [_decision(unit, honest, simulation)]
    if honest is not None and simulation.plain and simulation.plain.value > honest.outcome.value:
        sentences.append(
            f"Only {unit.short(honest.outcome.value)} is predicted to be kept: the naive model "
            f"credits {unit.short(simulation.plain.value)}."
        )
    if honest is not None:
        if 0 < honest.pays_for < totals.customers:
            sentences.append(_only_those(unit, honest, totals))
        sentences.append(_when(reading))
    if totals.refused_consent:
        refused = several(totals.refused_consent, "customer")
        sentences.append(f"{refused} in this audience refused consent: leave them out.")
    sentences.append(
        "Hold back a random tenth of the list: only the difference to that tenth shows what "
        "the campaign did."
    )
    return tuple(sentences)


def _decision(unit: Unit, honest: HonestOutcome | None, simulation: Simulation) -> str:
    if simulation.plain is None:
        kept = (
            ""
            if simulation.expected_kept is None
            else f" It is expected to keep {decimal(simulation.expected_kept, 1)} customers for "
            f"{unit.whole(simulation.cost)}."
        )
        return f"{simulation.why_not_honest}{kept}"
    if honest is None:
        return (
            f"Do not decide on the naive model alone. {simulation.why_not_honest} "
            "Without scores it is unknown whom the offer would keep."
        )
    net = honest.outcome.net
    width = f"{unit.short(honest.low)} to {unit.short(honest.high)}"
    if net > 0 and honest.low > 0:
        return f"Run the campaign: it is expected to bring {unit.short(net)} net ({width})."
    if net > 0:
        return (
            f"Try it on a small scale: {unit.short(net)} net is expected, but it may lose "
            f"({width})."
        )
    if honest.best_net > 0:
        return f"Do not contact all of them: that loses {unit.short(-net)} ({width})."
    return f"Do not run the campaign: at these costs it loses {unit.short(-net)} ({width})."


def _only_those(unit: Unit, honest: HonestOutcome, totals: AudienceTotals) -> str:
    contact = (
        f"Contact the {count(honest.pays_for)} of {count(totals.customers)} for whom it pays off"
    )
    unknown = totals.customers - min(totals.scored, totals.valued)
    without = f" {several(unknown, 'customer')} without a score or a value cannot be judged."
    known = totals.customers - unknown
    if honest.pays_for >= known:
        return f"{contact}.{without}"
    return (
        f"{contact}: {unit.short(honest.best_net)} net instead of "
        f"{unit.short(honest.outcome.net)}. The others are too likely to stay, or their value is "
        f"too low.{without if unknown else ''}"
    )


def _when(reading: Reading) -> str:
    window = outcome_window(reading)
    if window is None:
        return "The scores do not say when customers leave: their labels have no date."
    start, end = window
    return (
        f"Contact them soon: the scores are about {start} to {end - timedelta(days=1)}. Measure "
        "the result after that."
    )
