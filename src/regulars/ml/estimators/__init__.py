"""Churn estimators, one per file, behind the protocol in `protocol`."""

from regulars.ml.estimators.base_rate import BaseRate
from regulars.ml.estimators.blend import Blend
from regulars.ml.estimators.boosted_trees import BoostedTrees
from regulars.ml.estimators.catboost_trees import CatBoostTrees
from regulars.ml.estimators.decision_tree import DecisionTree
from regulars.ml.estimators.deeper_trees import DeeperTrees
from regulars.ml.estimators.histogram_trees import HistogramTrees
from regulars.ml.estimators.leafwise_trees import LeafwiseTrees
from regulars.ml.estimators.lightgbm_trees import LightGBMTrees
from regulars.ml.estimators.naive_bayes import NaiveBayes
from regulars.ml.estimators.nearest_neighbours import NearestNeighbours
from regulars.ml.estimators.no_purchase import NoPurchase
from regulars.ml.estimators.protocol import ChurnEstimator, Contributions, unfitted
from regulars.ml.estimators.random_forest import RandomForest
from regulars.ml.estimators.rebalanced import Balance, Rebalanced
from regulars.ml.estimators.recency import Recency
from regulars.ml.estimators.ridge_logistic import RidgeLogistic
from regulars.ml.estimators.spline_logistic import SplineLogistic
from regulars.ml.estimators.stack import Stack
from regulars.ml.estimators.support_vectors import SupportVectors
from regulars.ml.estimators.tenure_hazard import TenureHazard

__all__ = [
    "Balance",
    "BaseRate",
    "Blend",
    "BoostedTrees",
    "CatBoostTrees",
    "ChurnEstimator",
    "Contributions",
    "DecisionTree",
    "DeeperTrees",
    "HistogramTrees",
    "LeafwiseTrees",
    "LightGBMTrees",
    "NaiveBayes",
    "NearestNeighbours",
    "NoPurchase",
    "RandomForest",
    "Rebalanced",
    "Recency",
    "RidgeLogistic",
    "SplineLogistic",
    "Stack",
    "SupportVectors",
    "TenureHazard",
    "unfitted",
]
