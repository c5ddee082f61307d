"""Churn estimators, one per file, behind the protocol in `protocol`."""

from regulars.ml.estimators.base_rate import BaseRate
from regulars.ml.estimators.blend import Blend
from regulars.ml.estimators.boosted_trees import BoostedTrees
from regulars.ml.estimators.deeper_trees import DeeperTrees
from regulars.ml.estimators.histogram_trees import HistogramTrees
from regulars.ml.estimators.no_purchase import NoPurchase
from regulars.ml.estimators.protocol import ChurnEstimator, Contributions, unfitted
from regulars.ml.estimators.random_forest import RandomForest
from regulars.ml.estimators.recency import Recency
from regulars.ml.estimators.ridge_logistic import RidgeLogistic
from regulars.ml.estimators.spline_logistic import SplineLogistic
from regulars.ml.estimators.stack import Stack
from regulars.ml.estimators.tenure_hazard import TenureHazard

__all__ = [
    "BaseRate",
    "Blend",
    "BoostedTrees",
    "ChurnEstimator",
    "Contributions",
    "DeeperTrees",
    "HistogramTrees",
    "NoPurchase",
    "RandomForest",
    "Recency",
    "RidgeLogistic",
    "SplineLogistic",
    "Stack",
    "TenureHazard",
    "unfitted",
]
