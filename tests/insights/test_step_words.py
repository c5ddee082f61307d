"""What a step came to, in words: they follow from the facts, and every fact has words."""

from __future__ import annotations

import pytest

from regulars.core.step_results import (
    Reason,
    StepOutcome,
    StepResult,
    StepStatus,
    StepWarning,
    WarningKind,
)
from regulars.features.as_of import AsOfSource
from regulars.flows.steps import NAMES
from regulars.ingest.increments import FullBuild
from regulars.insights.step_words import (
    AS_OF_SOURCES,
    FULL_BUILDS,
    NOT_DUE_WORDS,
    STEP_WORDS,
    outcome_words,
    step_words,
)
from regulars.ml.lifecycle.training_schedule import DueReason

LOW = StepWarning(
    kind=WarningKind.LOW_REALISED_SCORE,
    subject="e1",
    facts={"as_of": "2024-05-01", "roc_auc": 0.6, "bound": 0.7},
)
CLEANED = {"read": 6000, "kept": 5998, "rejected": 2, "merged": 0, "new_deliveries": 1}


def drifted(name: str, psi: float) -> StepWarning:
    return StepWarning(kind=WarningKind.DRIFT, subject=name, facts={"psi": psi})


def test_every_step_and_every_source_of_a_fact_has_words() -> None:
    assert tuple(STEP_WORDS) == NAMES
    assert set(FULL_BUILDS) == set(FullBuild)
    assert set(AS_OF_SOURCES) == set(AsOfSource)
    trains = {DueReason.NO_CHAMPION, DueReason.LOW_SCORE, DueReason.CHANGED}
    assert set(NOT_DUE_WORDS) == set(DueReason) - trains


@pytest.mark.parametrize(
    ("step", "result", "words"),
    [
        ("land", StepResult(counts={"rows": 3000, "sources": 2, "malformed_lines": 0}),
         "3,000 rows from 2 sources"),
        ("land", StepResult(reason=Reason.NOTHING_NEW, counts={"rows": 0, "sources": 1}),
         "nothing new"),
        ("clean", StepResult(counts=CLEANED),
         "read 6,000 = kept 5,998 + rejected 2 + merged 0 (1 new delivery)"),
        ("clean", StepResult(counts=CLEANED, facts={"full_build": "rows_may_change",
                                                    "entity": "touches"}),
         "read 6,000 = kept 5,998 + rejected 2 + merged 0 "
         "(everything: touches may change rows that are in already)"),
        ("check", StepResult(counts={"checks": 9, "passed": 6, "errors": 1, "warnings": 2,
                                     "notes": 0}),
         "6 of 9 checks passed, 1 error, 2 warnings"),
        ("segment", StepResult(counts={"customers": 1200, "segments": 9}),
         "1,200 customers in 9 segments"),
        ("segment", StepResult(counts={"customers": 0, "segments": 0}),
         "no segments: no customer has bought anything"),
        ("features", StepResult(counts={"features": 12, "customers": 1, "cutoffs": 1},
                                facts={"as_of": "2024-06-22", "as_of_source": "asked_for",
                                       "grain": "day"}),
         "12 features of 1 customer as of 2024-06-22 (as asked for), at 1 date"),
        ("report", StepResult(counts={"bytes": 2_000_000, "figures": 1}), "2.0 MB, 1 figure"),
        ("train", StepResult(reason=Reason.NO_CHURN), "the project defines no churn"),
        ("value", StepResult(counts={"customers": 199, "members": 1200},
                             facts={"horizon": "12 months", "method": "contract",
                                    "no_lifetimes": "", "days_of_next_365": 301.4}),
         "199 customers valued over 12 months by contract; 1,200 members expected to stay 301 "
         "of the next 365 days on average"),
        ("value", StepResult(reason=Reason.NOT_ENOUGH_DATA, counts={"customers": 0, "members": 0},
                             facts={"detail": "nobody bought", "no_lifetimes": "nobody left"}),
         "no customer has a predicted value: nobody bought; time-to-churn is not available: nobody left"),
        ("train", StepResult(reason=Reason.NOT_DUE,
                             facts={"due": "same_origin", "same": "e2", "status": "rejected",
                                    "because": "recall too low", "champion": "e1"}),
         "not trained: data, code and settings are those of e2 (rejected: recall too low); "
         "e1 stays in use"),
        ("train", StepResult(reason=Reason.NOT_DUE,
                             facts={"due": "recent", "age_days": 3, "schedule": "weekly"}),
         "not trained: the newest training is 3 days old, and churn.retrain is weekly; nobody is scored"),
        ("train", StepResult(reason=Reason.NOT_DUE,
                             facts={"due": "by_hand_only", "champion": "e1"}, warnings=(LOW,)),
         "not trained: churn.retrain is manual; e1 stays in use; warning: the scores of 2024-05-01 "
         "reached an observed ROC AUC of 0.60, below 0.7"),
        ("score", StepResult(counts={"customers": 3}, facts={"estimator_id": "e1", "inputs": 9},
                             warnings=(drifted("city", 0.5), drifted("orders", 0.3))),
         "3 customers scored by e1; warning: 2 of 9 features show major drift since training: "
         "city (PSI 0.50), orders (PSI 0.30)"),
        ("score", StepResult(counts={"customers": 3}, facts={"estimator_id": "e1", "inputs": 9},
                             warnings=(drifted("city", 0.5),)),
         "3 customers scored by e1; warning: 1 of 9 features shows major drift since training: "
         "city (PSI 0.50)"),
        ("clean", StepResult(reason=Reason.UNCHANGED, facts={"since": "2024-06-22"}),
         "nothing changed since 2024-06-22"),
        ("clean", StepResult(earlier_words="as version 1.0 said"), "as version 1.0 said"),
        ("clean", StepResult(), ""),
        ("clean", StepResult(counts={"of another version": 1}), ""),
        ("clean", None, ""),
    ],
)  # fmt: skip
def test_words_follow_from_the_facts(step: str, result: StepResult | None, words: str) -> None:
    assert step_words(step, result) == words


def test_an_error_comes_before_what_a_step_came_to() -> None:
    failed = {"name": "clean", "status": StepStatus.FAILED, "seconds": 0.0}
    error = StepOutcome(**failed, result=StepResult(), error="the disk is full")
    assert outcome_words(error) == "the disk is full"
    need = StepResult(reason=Reason.NEED_FAILED, facts={"need": "land"})
    assert outcome_words(StepOutcome(**failed, result=need)) == "needs land, which failed"
