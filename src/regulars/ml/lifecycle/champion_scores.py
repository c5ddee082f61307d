"""The champion scores today's customers: predictions, and what their readers should know."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from regulars.features.customer_values import CustomerValues
from regulars.features.cutoffs import Cutoff
from regulars.features.frames import Frame
from regulars.ml.churn.customer_scores import PREDICTIONS, score
from regulars.ml.churn.money import advise_contacts, money_of
from regulars.ml.churn.trained import TrainedChurn
from regulars.ml.churn.training_report import contact_profit
from regulars.ml.estimator_index import EstimatorRecord
from regulars.ml.lifecycle.drift import drift
from regulars.ml.registry import Registry
from regulars.release.churn_report import DriftReport
from regulars.release.contact_costs import ContactCosts
from regulars.release.evaluation_facts import ContactProfit
from regulars.release.migrations import migrate_drift

_NOTE = "scoring"


@dataclass(frozen=True)
class ChampionScores:
    """Predictions of everybody eligible, and how far they differ from those learned from."""

    estimator_id: str
    predictions: pa.Table
    drift: DriftReport


@dataclass(frozen=True)
class LastScoring:
    """What the newest scoring left beside the estimators; `money` where contacts have a cost."""

    estimator_id: str
    drift: DriftReport
    money: ContactProfit | None


def champion_scores(
    registry: Registry,
    champion: EstimatorRecord,
    frame: Frame,
    *,
    costs: ContactCosts,
    cutoff: Cutoff,
    values: CustomerValues | None,
    report: Callable[[str], None],
) -> ChampionScores:
    """Score the eligible customers of a cutoff, and note drift and money beside the estimators.

    `values` are what customers bring who stay, in the order of the frame. The predictions have the
    columns of `ml.churn_predictions`, one row per row of the frame.
    """
    trained: TrainedChurn = registry.load(champion.estimator_id)
    scores = score(trained, frame, values=values, costs=costs, report=report)
    predictions = scores.select(PREDICTIONS.names).cast(PREDICTIONS)
    path = registry.folder(champion.estimator_id) / "population.json"
    drifted = drift(json.loads(path.read_text("utf-8")), trained.prepared(frame))
    note = {
        "estimator_id": champion.estimator_id,
        "as_of": str(cutoff.as_of),
        "customers": predictions.num_rows,
        "drift": drifted.model_dump(mode="json"),
        "money": _contact_advice(costs, predictions, values),
    }
    registry.write_note(_NOTE, note)
    return ChampionScores(champion.estimator_id, predictions, drifted)


def last_scoring(registry: Registry) -> LastScoring | None:
    """The newest scoring, also as an older version noted it; None before any."""
    note = registry.note(_NOTE)
    if note is None:
        return None
    money, drifted = note["money"], migrate_drift(note["drift"])
    return LastScoring(
        note["estimator_id"],
        DriftReport.model_validate(drifted),
        None if money is None else ContactProfit.model_validate(money),
    )


def _contact_advice(
    costs: ContactCosts, predictions: pa.Table, values: CustomerValues | None
) -> dict[str, Any] | None:
    """Whom it pays to contact today: the values of today, not those of the test."""
    money = money_of(costs, None if values is None else values.value)
    if money is None or values is None:
        return None
    probability = predictions["churn_probability"].to_numpy(zero_copy_only=False)
    advice = advise_contacts(probability, money=money, value=np.nan_to_num(values.value))
    return contact_profit(advice).model_dump(mode="json")
