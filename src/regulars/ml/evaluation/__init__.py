"""How good a score is: metrics, intervals by customer, curves, the scoreboard."""

from regulars.ml.evaluation.classes import Confusion
from regulars.ml.evaluation.curves import CalibrationPoint, Curves, GainPoint, curves
from regulars.ml.evaluation.intervals import (
    Estimate,
    beats,
    measure_with_intervals,
    paired_gain,
)
from regulars.ml.evaluation.metrics import METRICS, calibration_error, log_losses, measure
from regulars.ml.evaluation.resamples import Rows
from regulars.ml.evaluation.scoreboard import Scoreboard, ScoreRow, score_row

__all__ = [
    "METRICS",
    "CalibrationPoint",
    "Confusion",
    "Curves",
    "Estimate",
    "GainPoint",
    "Rows",
    "ScoreRow",
    "Scoreboard",
    "beats",
    "calibration_error",
    "curves",
    "log_losses",
    "measure",
    "measure_with_intervals",
    "paired_gain",
    "score_row",
]
