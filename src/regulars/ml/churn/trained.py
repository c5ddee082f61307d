"""The outcome of training: a fitted score, its test, and everything a report needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from regulars.features.frames import Frame
from regulars.ml.calibration import Calibrated
from regulars.ml.churn.dependence import Dependence
from regulars.ml.churn.grouping import GroupImportance
from regulars.ml.churn.money import Advice
from regulars.ml.churn.out_of_fold import OutOfFoldScores
from regulars.ml.churn.problem import ChurnProblem
from regulars.ml.churn.recalibration import Recalibration
from regulars.ml.churn.recipe_choice import RecipeChoice
from regulars.ml.churn.segment_calibration import SegmentCalibration
from regulars.ml.churn.verdict import Verdict
from regulars.ml.estimators.ablation import Ordinary
from regulars.ml.evaluation import Confusion, Curves, Scoreboard, ScoreRow
from regulars.ml.leakage import Audit
from regulars.ml.splits import Plan
from regulars.ml.support import without_unsupported


@dataclass(frozen=True)
class TrainedChurn:
    """A fitted churn score with its papers.

    `estimator` was refitted on every closed cutoff; `champion` names the recipe that was chosen,
    `shipped` what scores customers (the champion, recency or the base rate). `tested` holds the
    test rows (customer_id, as_of, churn_probability, churned): honest scores for ranking.
    `out_of_fold` scores customers that were learned from, where the test was out of fold.
    `threshold` is where F1, precision and recall of the scoreboard were taken.
    """

    problem: ChurnProblem
    estimator: Calibrated
    champion: str
    shipped: str
    verdict: Verdict
    plan: Plan | None
    plan_words: str
    calibration_words: str
    threshold: float
    scoreboard: Scoreboard
    validation: tuple[ScoreRow, ...]
    confusion: Confusion
    curves: Curves
    money: Advice | None
    audit: Audit
    importance: tuple[GroupImportance, ...]
    dependence: tuple[Dependence, ...]
    segments: tuple[SegmentCalibration, ...]
    ordinary: Ordinary
    tested: pa.Table
    kinds: Mapping[str, str]
    # Estimators that an earlier version saved have none of the three.
    out_of_fold: OutOfFoldScores | None = None
    recalibration: Recalibration | None = None
    choice: RecipeChoice | None = None

    @property
    def inputs(self) -> tuple[str, ...]:
        """Inputs the score was trained with, in order."""
        return tuple(self.kinds)

    def predict(self, frame: Frame) -> np.ndarray:
        """Churn probabilities, shape (n,), through the same support guard as in training."""
        return self.estimator.predict(self.prepared(frame))

    def scores(self, frame: Frame, *, customers: Sequence[str] | None = None) -> np.ndarray:
        """Probabilities to act on, shape (n,): no row is scored by what learned its outcome.

        `customers` are the ids that the rows were learned under, by default those of the frame.
        """
        predicted = self.predict(frame)
        # Estimators of earlier versions did not keep their scores out of fold.
        if self.out_of_fold is None:
            return predicted
        known = frame.customers.tolist() if customers is None else customers
        return self.out_of_fold.replacing(predicted, self.prepared(frame), customers=known)

    def prepared(self, frame: Frame) -> Frame:
        """The inputs of training, null where a window is longer than the history."""
        # Inputs that came later take no part: the estimator has never seen them.
        chosen = frame.select(list(self.kinds))
        # Windows that were too long for the history at training stay out of scoring for good.
        if self.problem.history_from is None:
            return chosen
        return without_unsupported(
            chosen, reach=self.problem.reach, history_from=self.problem.history_from
        )
