"""Which churn definition fits a business, from its cleaned tables: a kind, a horizon, its cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from regulars.core.calendar import (
    PERIODS_PER_YEAR,
    USUAL_SPANS,
    Grain,
    mean_days,
    periods_text,
)
from regulars.core.settings import Project
from regulars.features.churn_definition import ChurnDefinition, ChurnKind
from regulars.features.horizons import automated_purchases, horizon_facts, purchase_gaps
from regulars.release.advice_report import (
    AutomatedPurchases,
    ChurnAdvice,
    HorizonFacts,
    KindFit,
    PurchaseGaps,
)
from regulars.warehouse.protocol import Warehouse

# From here on standing orders hide so many who left that a silence tells too late.
MOSTLY_AUTOMATED = 0.3
# A definition by which nearly nobody, or nearly everybody, churns separates no customers.
MIN_CHURN_SHARE, MAX_CHURN_SHARE = 0.02, 0.9
_USUAL = 2  # of the usual spans: a quarter


@dataclass(frozen=True)
class AdviceQuestion:
    """What advice must know of a project besides its tables; `in_use` is its own definition."""

    grain: Grain
    has_transactions: bool
    has_leaving_dates: bool
    has_labels: bool
    in_use: ChurnDefinition | None = None

    @classmethod
    def of(cls, project: Project) -> AdviceQuestion:
        """The question of a project file."""
        customers = project.entities.get("customers")
        return cls(
            grain=project.grain,
            has_transactions="transactions" in project.entities,
            has_leaving_dates=customers is not None and "left_at" in customers.columns,
            has_labels="labels" in project.entities,
            in_use=ChurnDefinition.of(project),
        )

    @property
    def activity_window(self) -> int:
        """Periods before a cutoff in which a customer must have bought to be looked at."""
        stated = self.in_use.activity_window if self.in_use is not None else None
        return stated or PERIODS_PER_YEAR[self.grain]


@dataclass(frozen=True)
class ChurnEvidence:
    """What the tables say: customers with a day of leaving, with a label, and their purchases.

    `label_outcomes` is how many different outcomes the labels say: with fewer than two there is
    nothing to learn.
    """

    customers_who_left: int
    customers_with_label: int
    horizons: tuple[HorizonFacts, ...] = ()
    gaps: PurchaseGaps | None = None
    automated: AutomatedPurchases | None = None
    label_outcomes: int = 2

    @property
    def has_purchase_history(self) -> bool:
        """Whether any horizon is short enough to see who came back after it."""
        return sum(facts.customers for facts in self.horizons if facts.is_closed) > 0

    @property
    def automated_share(self) -> float | None:
        """The share of regular customers who pay without doing anything, where it is large."""
        if self.automated is None or self.automated.share < MOSTLY_AUTOMATED:
            return None
        return self.automated.share


def read_evidence(warehouse: Warehouse, question: AdviceQuestion, *, as_of: date) -> ChurnEvidence:
    """Look at the cleaned tables. Nothing is written."""
    labelled, outcomes = _labels(warehouse) if question.has_labels else (0, 0)
    evidence = ChurnEvidence(
        customers_who_left=_customers_who_left(warehouse) if question.has_leaving_dates else 0,
        customers_with_label=labelled,
        label_outcomes=outcomes,
    )
    if not question.has_transactions:
        return evidence
    horizons = horizon_facts(
        warehouse,
        as_of=as_of,
        grain=question.grain,
        activity_window=question.activity_window,
    )
    return replace(
        evidence,
        horizons=tuple(horizons),
        gaps=purchase_gaps(warehouse, as_of=as_of),
        automated=automated_purchases(warehouse, as_of=as_of, grain=question.grain),
    )


def advise_churn(question: AdviceQuestion, evidence: ChurnEvidence, *, as_of: date) -> ChurnAdvice:
    """The kinds with the best first, the horizon that fits, and what the recommendation costs."""
    kinds = kind_fits(evidence)
    kind = next((fit.kind for fit in kinds if fit.fits), None)
    chosen = choose_horizon(kind, evidence, grain=question.grain)
    return ChurnAdvice(
        as_of=str(as_of),
        grain=question.grain,
        kinds=kinds,
        horizons=evidence.horizons,
        purchase_gaps=evidence.gaps,
        automated=evidence.automated,
        kind=kind,
        horizon=chosen.horizon if chosen else None,
        recommendation=_recommendation(kinds, kind, chosen, grain=question.grain),
        cost=_cost(kind, chosen, grain=question.grain),
        in_use=_in_use(question.in_use),
    )


def kind_fits(evidence: ChurnEvidence) -> tuple[KindFit, ...]:
    """The best kind first: dates of leaving, else a label, else silence or decline."""
    silence = _fit("silence", evidence, fits=_silence_fits(evidence))
    decline = _fit("decline", evidence, fits=evidence.has_purchase_history)
    return (
        _fit("contractual", evidence, fits=evidence.customers_who_left > 0),
        _fit("labelled", evidence, fits=_label_fits(evidence)),
        *((silence, decline) if evidence.automated_share is None else (decline, silence)),
    )


def choose_horizon(
    kind: str | None, evidence: ChurnEvidence, *, grain: Grain
) -> HorizonFacts | None:
    """Near the 80th to 90th percentile of gaps, where it leaves both churned and loyal."""
    gaps = evidence.gaps
    if kind not in ("silence", "decline") or gaps is None or gaps.percentile_90 is None:
        return None
    possible = [
        facts
        for facts in evidence.horizons
        if facts.churn_share is not None and MIN_CHURN_SHARE <= facts.churn_share <= MAX_CHURN_SHARE
    ]
    middle = ((gaps.percentile_80 or 0.0) + gaps.percentile_90) / 2
    return min(
        possible,
        key=lambda facts: abs(mean_days(facts.horizon, grain=grain) - middle),
        default=None,
    )


def _silence_fits(evidence: ChurnEvidence) -> bool:
    return evidence.has_purchase_history and evidence.automated_share is None


def _label_fits(evidence: ChurnEvidence) -> bool:
    return evidence.customers_with_label > 0 and evidence.label_outcomes > 1


def _customers_who_left(warehouse: Warehouse) -> int:
    people = warehouse.relation("gold", "dim_customer")
    return int(warehouse.rows(f"select count(left_at) from {people} where is_current")[0][0])


def _labels(warehouse: Warehouse) -> tuple[int, int]:
    """Customers with a label, and different outcomes of all labels."""
    labels = warehouse.relation("silver", "stg_labels")
    customers, outcomes = warehouse.rows(
        f"select count(distinct customer_id), count(distinct churned) from {labels} "
        "where rejection_reason is null"
    )[0]
    return int(customers), int(outcomes)


def _fit(kind: ChurnKind, evidence: ChurnEvidence, *, fits: bool) -> KindFit:
    reasons = {
        "silence": _why_silence,
        "decline": _why_decline,
        "contractual": _why_contractual,
        "labelled": _why_labelled,
    }
    return KindFit(kind=kind, fits=fits, because=reasons[kind](evidence))


def _why_silence(evidence: ChurnEvidence) -> str:
    if not evidence.has_purchase_history:
        return "no history of purchases is long enough to see a silence in it"
    if evidence.automated_share is not None:
        return (
            f"{_share(evidence.automated_share)} of regular customers pay at a fixed pace without "
            "doing anything, so many who left never fall silent"
        )
    if evidence.customers_who_left:
        return "purchases stop as well, but a day of leaving says more than a silence"
    if _label_fits(evidence):
        return "a silence shows who left, and by when, also without the label"
    return "customers buy without a contract, so only a silence shows that they left"


def _why_decline(evidence: ChurnEvidence) -> str:
    if not evidence.has_purchase_history:
        return "no history of purchases is long enough to see a drop in spend"
    if evidence.automated_share is None:
        return "also counts customers who still buy, but far below their own rate"
    return (
        f"{_share(evidence.automated_share)} of regular customers pay the same at the same "
        "pace without doing anything, so they never fall silent: a drop in spend tells earlier"
    )


def _why_contractual(evidence: ChurnEvidence) -> str:
    if evidence.customers_who_left:
        have = "customer has" if evidence.customers_who_left == 1 else "customers have"
        return f"{evidence.customers_who_left:,} {have} a day on which they left"
    return "no customer has a day of leaving"


def _why_labelled(evidence: ChurnEvidence) -> str:
    if evidence.customers_with_label and not _label_fits(evidence):
        return "the delivered labels all say the same, so there is nothing to learn"
    if evidence.customers_with_label:
        have = "customer has" if evidence.customers_with_label == 1 else "customers have"
        return (
            f"{evidence.customers_with_label:,} {have} a delivered label; it has no date, "
            "so no test in time"
        )
    return "no label is delivered"


def _share(share: float) -> str:
    return f"{100 * share:.0f} %"


def _recommendation(
    kinds: Sequence[KindFit], kind: str | None, chosen: HorizonFacts | None, *, grain: Grain
) -> str:
    if kind is None:
        return (
            "No kind of churn fits: there are no purchases over time, no days of leaving and no "
            "labels."
        )
    because = next(fit.because for fit in kinds if fit.kind == kind)
    if chosen is not None:
        horizon = periods_text(chosen.horizon, grain=grain)
        return f"Use kind '{kind}' with a horizon of {horizon}: {because}."
    if kind == "labelled":
        return f"Use kind 'labelled': {because}."
    if kind != "contractual":
        return (
            f"Kind '{kind}' fits ({because}), but no horizon can be advised: at each that the "
            f"history is long enough for, fewer than {_share(MIN_CHURN_SHARE)} or more than "
            f"{_share(MAX_CHURN_SHARE)} of the customers count as churned, or nobody bought twice."
        )
    usual = periods_text(USUAL_SPANS[grain][_USUAL], grain=grain)
    return f"Use kind '{kind}' with a horizon of {usual}: {because}."


def _cost(kind: str | None, chosen: HorizonFacts | None, *, grain: Grain) -> str:
    if kind == "labelled":
        return "The label has no date: the score cannot be tested on a later day."
    if kind == "contractual":
        return "Only members who cancel count as churned, not members who stay and do nothing."
    if chosen is None:
        return ""
    horizon = periods_text(chosen.horizon, grain=grain)
    less = " Those whose spend drops count too." if kind == "decline" else ""
    return (
        f"After {horizon} of silence {_share(chosen.churn_share or 0.0)} count as churned, and "
        f"{_share(chosen.came_back_share or 0.0)} of them came back within {horizon} more.{less} "
        "A lost customer is detected "
        f"{chosen.noticed_after_days or 0:.0f} days after the last purchase (median)."
    )


def _in_use(definition: ChurnDefinition | None) -> str:
    if definition is None:
        return "The project file defines no churn."
    if definition.horizon is None:
        return f"The project file says: {definition.kind}."
    horizon = periods_text(definition.horizon, grain=definition.grain)
    return f"The project file says: {definition.kind}, {horizon}."
