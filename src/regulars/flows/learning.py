"""The steps that learn: train the churn estimator, score customers."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

import numpy as np
import pyarrow as pa

from regulars.core.errors import NotEnoughData
from regulars.core.settings import ChurnSettings, Project
from regulars.features.as_of import find_reach
from regulars.features.cutoffs import Cutoff
from regulars.features.frames import Frame
from regulars.features.problem import input_facts, label_sentence
from regulars.features.reading import read_labelled, read_population
from regulars.features.tables import read_cutoffs
from regulars.flows import transforming
from regulars.flows.context import RunContext
from regulars.ml.churn.predictions import PREDICTIONS

_DAYS = {"day": 1, "week": 7, "month": 30}
_YEAR = {"day": 365, "week": 52, "month": 12}


def churn_settings(context: RunContext) -> Any:
    """Settings that decide what is learned."""
    return context.project.model_dump(mode="json", include={"churn", "leakage", "value"})


def value_settings(context: RunContext) -> Any:
    """Settings that decide value and priority."""
    return context.project.model_dump(mode="json", include={"value", "churn"})


def value_input(project: Project) -> str | None:
    """The column that says what a customer is worth: an attribute, or trailing spend."""
    if project.value.attribute is not None:
        return project.value.attribute
    if "transactions" not in project.entities:
        return None
    window = project.value.window or _YEAR[project.grain]
    return f"amount_{window}{project.grain[0]}"


def train_churn(context: RunContext) -> str:
    """Train on every closed cutoff; says what was learned, or why nothing was.

    A company too young to learn from still gets its tables, segments and release.
    """
    churn = context.project.churn
    context.estimators.clear()
    if churn is None:
        return "the project defines no churn"
    from regulars.ml.churn.training import train

    cutoffs = read_cutoffs(context.warehouse)
    closed = [one for one in cutoffs if one.is_closed and one.outcome_to > one.outcome_from]
    frame = read_labelled(context.project, context.warehouse)
    reach = find_reach(context.project, context.warehouse, as_of=context.as_of)
    problem = _problem(context.project, churn, frame=frame, history_from=reach.first_event)
    try:
        trained = train(problem, frame, _dated(closed), report=context.progress.detail)
    except NotEnoughData as lack:
        return f"nothing was learned: {lack.what}"
    context.estimators.save(context.run_id, trained, trained.to_json())
    ours = trained.scoreboard.ours
    return (
        f"{trained.shipped} ships: ROC AUC {ours['roc_auc']:.3f}, "
        f"calibration error {ours['calibration_error']:.3f}; {trained.verdict.words}"
    )


def score_customers(context: RunContext) -> str:
    """Write a prediction for everybody in the population, then the serving tables."""
    table = PREDICTIONS.empty_table()
    if context.estimators.current_report() is not None:
        table = _scored(context)
    context.warehouse.replace_table("ml", "churn_predictions", table)
    transforming.build_serving(context)
    return f"{table.num_rows:,} customers scored"


def _scored(context: RunContext) -> pa.Table:
    from regulars.ml.churn.scoring import score

    project = context.project
    as_of = max(one.as_of for one in read_cutoffs(context.warehouse))
    frame = read_population(project, context.warehouse, as_of=as_of)
    if not len(frame):
        return PREDICTIONS.empty_table()
    worth = value_input(project)
    found = score(
        context.estimators.champion(),
        frame,
        value=None if worth is None else frame.inputs[worth].to_numpy(zero_copy_only=False),
        report=context.progress.detail,
    )
    return found.select(PREDICTIONS.names).cast(PREDICTIONS)


def _problem(
    project: Project, churn: ChurnSettings, *, frame: Frame, history_from: date | None
) -> Any:
    from regulars.ml.churn.problem import ChurnProblem
    from regulars.ml.leakage import Acceptance

    facts = input_facts(project)
    has_rhythm = "recency_days" in frame.kinds
    return ChurnProblem(
        kind=churn.kind,
        label=label_sentence(project),
        horizon_days=churn.horizon * _DAYS[project.grain],
        recency_input="recency_days" if has_rhythm else None,
        frequency_input="repeat_days" if has_rhythm else None,
        age_input="first_sale_days" if has_rhythm else None,
        tenure_input="tenure_days" if "tenure_days" in frame.kinds else None,
        value_input=value_input(project),
        history_from=history_from,
        reach=facts.reach_days,
        lineage=facts.lineage,
        outcome_lineage=facts.outcome_lineage,
        outcome_names=facts.outcome_names,
        group_of=facts.families,
        words_for=facts.words,
        actionable=facts.actionable,
        accept=tuple(Acceptance(one.column, one.by, one.why) for one in project.leakage.accept),
        suspect_above=churn.suspect_above,
        money=_money(project, churn, frame),
    )


def _money(project: Project, churn: ChurnSettings, frame: Frame) -> Any:
    """Costs of a contact, and the middle customer's value; None where nobody's value is known."""
    from regulars.ml.churn.money import Money

    worth = value_input(project)
    if worth is None or worth not in frame.kinds or churn.save_rate <= 0 or not len(frame):
        return None
    newest = frame.take(frame.as_of == frame.as_of.max())
    values = newest.inputs[worth].cast(pa.float64()).to_numpy(zero_copy_only=False)
    middle = float(np.nanmedian(values)) if np.isfinite(values).any() else 0.0
    return Money(
        contact_cost=churn.contact_cost,
        save_rate=churn.save_rate,
        value=max(middle, 0.0),
        offer_cost=churn.offer_cost,
    )


def _dated(cutoffs: list[Cutoff]) -> list[Any]:
    from regulars.ml.splits import Cutoff as Window

    return [
        Window(
            *(
                datetime.combine(day, time())
                for day in (one.as_of, one.outcome_from, one.outcome_to)
            )
        )
        for one in cutoffs
    ]
