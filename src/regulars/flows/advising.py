"""Which kind of churn fits a business, and which horizon, from its cleaned tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from regulars.core.calendar import USUAL_SPANS, mean_days, periods_text
from regulars.core.errors import SettingsError
from regulars.core.settings import Project
from regulars.features.as_of import find_reach
from regulars.features.horizons import (
    Automated,
    HorizonFacts,
    Rhythm,
    automated,
    horizon_facts,
    rhythm,
)
from regulars.flows.context import RunContext
from regulars.flows.session import view
from regulars.warehouse.opening import warehouse_exists
from regulars.warehouse.protocol import Warehouse

MOSTLY_AUTOMATED = 0.3
HARDLY_ANYONE, HARDLY_NOT = 0.02, 0.9


@dataclass(frozen=True)
class KindFit:
    """One kind of churn: whether it fits the data, and why."""

    kind: str
    fits: bool
    because: str


@dataclass(frozen=True)
class ChurnAdvice:
    """Kinds and horizons, what is recommended, and what the recommendation costs, in words.

    `horizon` is in periods of `grain`, None where a horizon plays no part or cannot be judged.
    """

    as_of: str
    grain: str
    kinds: tuple[KindFit, ...]
    horizons: tuple[HorizonFacts, ...]
    rhythm: Rhythm | None
    automated: Automated | None
    kind: str | None
    horizon: int | None
    recommendation: str
    cost: str
    in_use: str

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        found = asdict(self)
        if self.automated is not None:
            found["automated"]["share"] = self.automated.share
        return found


def advise(context: RunContext, *, as_of: date | None = None) -> ChurnAdvice:
    """Look at the cleaned tables of a project. Nothing is written."""
    project, warehouse = context.project, context.warehouse
    day = as_of or find_reach(project, warehouse, as_of=context.as_of).as_of
    horizons: tuple[HorizonFacts, ...] = ()
    pauses = steady = None
    if "transactions" in project.entities:
        horizons = tuple(horizon_facts(project, warehouse, as_of=day))
        pauses = rhythm(warehouse, as_of=day)
        steady = automated(project, warehouse, as_of=day)
    kinds = _kinds(project, warehouse, horizons, steady)
    kind = next((one.kind for one in kinds if one.fits), None)
    chosen = _horizon(project, kind, horizons, pauses)
    return ChurnAdvice(
        as_of=str(day),
        grain=project.grain,
        kinds=kinds,
        horizons=horizons,
        rhythm=pauses,
        automated=steady,
        kind=kind,
        horizon=chosen.horizon if chosen else None,
        recommendation=_recommendation(project, kinds, kind, chosen),
        cost=_cost(project, kind, chosen),
        in_use=_in_use(project),
    )


def advise_project(project: Project, *, clock: Callable[[], datetime]) -> ChurnAdvice:
    """Look at a project from outside of a run. Raises SettingsError before the first one."""
    unmade = SettingsError(
        "there are no cleaned tables yet",
        where=str(project.root),
        hint="`regulars run --steps land,clean` makes them.",
    )
    if not warehouse_exists(project):
        raise unmade
    with view(project, clock) as context:
        if not context.warehouse.columns("gold", "fct_customer_periods"):
            raise unmade
        return advise(context)


def _kinds(
    project: Project,
    warehouse: Warehouse,
    horizons: tuple[HorizonFacts, ...],
    steady: Automated | None,
) -> tuple[KindFit, ...]:
    """The best kind first: dates of leaving, else a label, else silence or decline."""
    left = _leavers(project, warehouse)
    labelled = _labelled(project, warehouse)
    bought = sum(one.customers for one in horizons if one.closed)
    hidden = steady is not None and steady.share >= MOSTLY_AUTOMATED
    why_silence = (
        "customers buy when they like and nobody says goodbye: a silence is all there is to see"
        if bought
        else "no history of purchases is long enough to see a silence in it"
    )
    why_decline = (
        f"{steady.share:.0%} of regular customers pay the same at the same pace without doing "
        "anything, so they never fall silent: a drop in spend tells earlier"
        if steady and hidden
        else "also counts who still buys, but far below the own rate"
    )
    silence = KindFit("silence", bool(bought) and not hidden, why_silence)
    decline = KindFit("decline", bool(bought), why_decline)
    dated = (
        f"{left:,} customers have a day on which they left"
        if left
        else "no customer has a day of leaving"
    )
    flagged = (
        f"{labelled:,} customers have a delivered label; it has no date, so no test in time"
        if labelled
        else "no label is delivered"
    )
    return (
        KindFit("contractual", left > 0, dated),
        KindFit("labelled", labelled > 0, flagged),
        *((decline, silence) if hidden else (silence, decline)),
    )


def _leavers(project: Project, warehouse: Warehouse) -> int:
    customers = project.entities.get("customers")
    if customers is None or "left_at" not in customers.columns:
        return 0
    people = warehouse.relation("gold", "dim_customer")
    return int(warehouse.rows(f"select count(left_at) from {people} where is_current")[0][0])


def _labelled(project: Project, warehouse: Warehouse) -> int:
    if "labels" not in project.entities:
        return 0
    labels = warehouse.relation("silver", "stg_labels")
    return int(warehouse.rows(f"select count(distinct customer_id) from {labels}")[0][0])


def _horizon(
    project: Project,
    kind: str | None,
    horizons: tuple[HorizonFacts, ...],
    pauses: Rhythm | None,
) -> HorizonFacts | None:
    """Near the 80th to 90th percentile of pauses, where it leaves both churned and loyal."""
    if kind not in ("silence", "decline") or pauses is None or pauses.ninetieth is None:
        return None
    possible = [
        one
        for one in horizons
        if one.churn_share is not None and HARDLY_ANYONE <= one.churn_share <= HARDLY_NOT
    ]
    middle = ((pauses.eightieth or 0.0) + pauses.ninetieth) / 2
    return min(
        possible,
        key=lambda one: abs(mean_days(one.horizon, grain=project.grain) - middle),
        default=None,
    )


def _recommendation(
    project: Project, kinds: tuple[KindFit, ...], kind: str | None, chosen: HorizonFacts | None
) -> str:
    if kind is None:
        return "No kind of churn fits: there are neither purchases over time, leavers nor labels."
    because = next(one.because for one in kinds if one.kind == kind)
    if chosen is None:
        ahead = "" if kind == "labelled" else f" with a horizon of {_usual(project)}"
        return f"Use kind '{kind}'{ahead}: {because}."
    return f"Use kind '{kind}' with a horizon of {_length(project, chosen.horizon)}: {because}."


def _cost(project: Project, kind: str | None, chosen: HorizonFacts | None) -> str:
    if kind == "labelled":
        return "The label has no date: the score cannot be tested on a later day."
    if kind == "contractual":
        return "Only who cancels counts: a member who stays and does nothing is not churned."
    if chosen is None:
        return ""
    back = chosen.came_back_share or 0.0
    return (
        f"After {_length(project, chosen.horizon)} of silence {chosen.churn_share or 0:.0%} "
        f"count as churned, {back:.0%} of them come back later all the same, "
        f"and one who is gone is known "
        f"{chosen.noticed_after_days or 0:.0f} days after the last purchase (median)."
    )


def _in_use(project: Project) -> str:
    churn = project.churn
    if churn is None:
        return "The project file defines no churn."
    if churn.kind == "labelled":
        return "The project file says: labelled."
    return f"The project file says: {churn.kind}, {_length(project, churn.horizon)}."


def _usual(project: Project) -> str:
    return _length(project, USUAL_SPANS[project.grain][2])


def _length(project: Project, periods: int) -> str:
    return periods_text(periods, grain=project.grain)
