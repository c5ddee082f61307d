"""What training is given: rows of the closed cutoffs, what each is worth, and the question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from regulars.core.fingerprints import code_fingerprint, fingerprint
from regulars.core.settings import ChurnSettings
from regulars.features.as_of import find_reach
from regulars.features.cutoffs import Cutoff
from regulars.features.frames import Frame
from regulars.features.reading import read_labelled
from regulars.features.tables import read_cutoffs
from regulars.flows.context import RunContext
from regulars.flows.invariance import known_invariance
from regulars.flows.worth import values_at_cutoffs

if TYPE_CHECKING:
    from regulars.ml.churn.problem import ChurnProblem, Parameters
    from regulars.ml.splits import Cutoff as Window

# What an estimator is made by, besides rows and settings: a correction here is worth a training.
_CODE = (
    "regulars.ml.churn.training",
    "regulars.ml.lifecycle.gates",
    "regulars.features.reading",
)
# Settings that say when to learn, not what.
_SCHEDULE = {"retrain", "retrain_below", "keep_estimators", "track"}


def churn_settings(context: RunContext) -> Any:
    """Settings that decide what is learned, and when."""
    return context.project.model_dump(mode="json", include={"churn", "leakage", "value"})


@dataclass(frozen=True)
class Lesson:
    """What there is to learn from: rows of the closed cutoffs, what each is worth, fingerprints."""

    frame: Frame
    closed: list[Cutoff]
    worth: np.ndarray | None
    as_of: str
    history_from: Any
    data: str
    code: str
    settings: dict[str, Any]

    @property
    def windows(self) -> list[Window]:
        """The cutoffs with their outcome windows, as moments."""
        from regulars.flows.question import windows_of

        return windows_of(self.closed)

    @property
    def made_from(self) -> str:
        """A digest of data, code and settings together."""
        return fingerprint(self.data, self.code, self.settings, self.history_from)


def read_lesson(context: RunContext) -> Lesson:
    """Everything that training learns from, as it is in the warehouse now."""
    cutoffs = read_cutoffs(context.warehouse)
    closed = [
        one
        for one in cutoffs
        if one.is_closed and one.role != "review" and one.outcome_to > one.outcome_from
    ]
    frame = read_labelled(context.project, context.warehouse)
    worth = values_at_cutoffs(context)
    if closed:
        days = np.array([np.datetime64(one.as_of, "us") for one in closed])
        chosen = np.isin(frame.as_of, days)
        frame, worth = frame.take(chosen), None if worth is None else worth[chosen]
    from regulars.ml.lifecycle.records import data_fingerprint

    reach = find_reach(context.project, context.warehouse, as_of=context.as_of)
    settings = churn_settings(context)
    settings["churn"] = {
        name: value for name, value in settings["churn"].items() if name not in _SCHEDULE
    }
    return Lesson(
        frame=frame,
        closed=closed,
        worth=worth,
        as_of=str(reach.as_of),
        history_from=reach.first_event,
        data=data_fingerprint(frame),
        code=code_fingerprint(*_CODE),
        settings=settings,
    )


def problem_of(context: RunContext, churn: ChurnSettings, lesson: Lesson) -> ChurnProblem:
    """The question, with what is known of inputs that look ahead."""
    from regulars.flows.question import churn_problem

    found = known_invariance(context)
    return churn_problem(
        context.project,
        churn,
        frame=lesson.frame,
        history_from=lesson.history_from,
        worth=lesson.worth,
        looks_ahead=None if found is None else found.refusals,
        parameters=_found_before(context, churn) if churn.search else None,
    )


def _found_before(context: RunContext, churn: ChurnSettings) -> Parameters:
    """Parameters of the newest training that was asked to search in the same way."""
    assert churn.search is not None
    asked = churn.search.model_dump(mode="json")
    for one in reversed(context.estimators.index.estimators):
        before = one.settings.get("churn", {})
        if (before.get("search"), before.get("estimators")) == (asked, list(churn.estimators)):
            return one.parameters
    return {}
