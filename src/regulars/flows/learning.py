"""The steps that learn: train the churn estimator, score customers."""

from __future__ import annotations

from typing import Any

from regulars.core.fingerprints import fingerprint
from regulars.core.settings import Project
from regulars.features.problem import input_facts, label_sentence
from regulars.features.tables import read_cutoffs
from regulars.flows import transforming
from regulars.flows.context import RunContext
from regulars.ml.churn.predictions import PREDICTIONS

_DAYS = {"day": 1, "week": 7, "month": 30}


def churn_settings(context: RunContext) -> Any:
    """Settings that decide what is learned."""
    return context.project.model_dump(mode="json", include={"churn", "leakage", "value"})


def value_settings(context: RunContext) -> Any:
    """Settings that decide value and priority."""
    return context.project.model_dump(mode="json", include={"value", "churn"})


def train_churn(context: RunContext) -> str:
    """Train on every closed cutoff; says what was learned, or why nothing was."""
    if context.project.churn is None:
        context.estimators.clear()
        return "the project defines no churn"
    context.estimators.clear()
    return "no estimator yet"


def score_customers(context: RunContext) -> str:
    """Write a prediction for everybody in the population, then the serving tables."""
    context.warehouse.replace_table("ml", "churn_predictions", PREDICTIONS.empty_table())
    transforming.build_serving(context)
    return "nobody scored"
