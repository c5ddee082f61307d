"""Searching for parameters: never worse where it looked, kept, and said with what is missing."""

from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np
import pytest

from regulars.core.errors import MissingExtra
from regulars.features.churn_definition import ChurnDefinition
from regulars.features.frames import Frame
from regulars.ml.churn.candidates import FURTHER, members_for
from regulars.ml.churn.problem import ChurnProblem, Search
from regulars.ml.churn.search import judge_of, searched, with_parameters
from regulars.ml.churn.training import train
from regulars.ml.churn.training_context import TrainingContext
from regulars.ml.churn.training_report import training_report
from regulars.ml.splits import plan_cutoffs

ASKED = ChurnProblem(ChurnDefinition("silence", horizon=60), search=Search(3, 60))


def test_what_is_found_is_no_worse_on_the_validation_cutoffs(shoppers) -> None:
    frame, cutoffs = shoppers
    plan = plan_cutoffs(cutoffs)
    assert plan.validate
    context = TrainingContext(ASKED, frame, members_for(ASKED), lambda _: None)
    found = searched(context, plan, Search(6, 60))
    assert set(found) == {"boosted_trees", "logistic_signed_logs"}
    judge = judge_of(context, plan)
    assert judge is not None
    for name, member in context.members.items():
        assert judge(with_parameters(member, found)) <= judge(member), name


def test_parameters_are_kept_and_used_again_without_a_search(snapshot: Frame) -> None:
    problem, few = (
        replace(ASKED, definition=ChurnDefinition("labelled")),
        snapshot.take(np.arange(600)),
    )
    trained = train(problem, few)
    found = training_report(trained).parameters
    assert set(found) == {"boosted_trees", "leafwise_trees", "logistic_splines"}
    told: list[str] = []
    again = train(replace(problem, parameters=found), few, report=told.append)
    assert not [words for words in told if "looking for parameters" in words]
    assert again.predict(few).tobytes() == trained.predict(few).tobytes()
    assert "the figures flatter a little" in trained.plan_words


@pytest.mark.parametrize("package", ["lightgbm", "catboost"])
def test_an_estimator_that_is_not_installed_names_the_command(
    package: str, snapshot: Frame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingExtra) as lack:
        FURTHER[package](0).fit(snapshot)
    assert f"regulars[{package}]" in str(lack.value.hint)
