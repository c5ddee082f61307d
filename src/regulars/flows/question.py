"""The churn question of a project as learning needs it: rows, windows, inputs and money."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time

import numpy as np

from regulars.core.settings import ChurnSettings, Project
from regulars.features.churn_definition import ChurnDefinition
from regulars.features.cutoffs import Cutoff
from regulars.features.frames import Frame
from regulars.features.input_facts import input_facts
from regulars.flows.worth import value_column
from regulars.ml.churn.money import Money
from regulars.ml.churn.problem import ChurnProblem, Parameters, Search
from regulars.ml.leakage import Acceptance
from regulars.ml.splits import Cutoff as Window


def churn_problem(
    project: Project,
    churn: ChurnSettings,
    *,
    frame: Frame,
    history_from: date | None,
    worth: np.ndarray | None,
    looks_ahead: Mapping[str, str] | None = None,
    parameters: Parameters | None = None,
) -> ChurnProblem:
    """What training must know besides the rows; `worth` (n,) is the value of each row.

    `parameters` are those that an earlier search found.
    `looks_ahead` are inputs that changed when later rows were deleted; None where nobody looked.
    """
    facts, definition = input_facts(project), ChurnDefinition.of(project)
    assert definition is not None
    has_rhythm = "recency_days" in frame.kinds
    return ChurnProblem(
        definition=definition,
        recency_input="recency_days" if has_rhythm else None,
        frequency_input="repeat_days" if has_rhythm else None,
        age_input="first_sale_days" if has_rhythm else None,
        tenure_input="tenure_days" if "tenure_days" in frame.kinds else None,
        value_input=value_column(project),
        history_from=history_from,
        reach=facts.reach_days,
        lineage=facts.lineage,
        outcome_lineage=facts.outcome_lineage,
        outcome_names=facts.outcome_names,
        looks_ahead=looks_ahead,
        group_of=facts.families,
        words_for=facts.words,
        actionable=facts.actionable,
        accept=tuple(Acceptance(one.column, one.by, one.why) for one in project.leakage.accept),
        suspect_above=churn.suspect_above,
        further=tuple(churn.estimators),
        balance=churn.balance,
        search=Search(churn.search.trials, churn.search.seconds) if churn.search else None,
        parameters=parameters or {},
        money=money_of(churn, worth_now(frame, worth)),
    )


def money_of(churn: ChurnSettings, worth: np.ndarray | None) -> Money | None:
    """Costs of a contact, and the middle customer's value; None where nobody's value is known."""
    if worth is None or churn.save_rate <= 0:
        return None
    middle = float(np.nanmedian(worth)) if np.isfinite(worth).any() else 0.0
    return Money(
        contact_cost=churn.contact_cost,
        save_rate=churn.save_rate,
        value=max(middle, 0.0),
        offer_cost=churn.offer_cost,
    )


def worth_now(frame: Frame, worth: np.ndarray | None) -> np.ndarray | None:
    """The values of the newest rows."""
    if worth is None or not len(frame):
        return None
    return np.asarray(worth[frame.as_of == frame.as_of.max()])


def windows_of(cutoffs: list[Cutoff]) -> list[Window]:
    """Cutoffs with their outcome windows, as moments."""
    return [
        Window(_midnight(one.as_of), _midnight(one.outcome_from), _midnight(one.outcome_to))
        for one in cutoffs
    ]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())
