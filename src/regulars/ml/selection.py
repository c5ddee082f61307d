"""Which inputs tell most about the outcome: six views of the training rows, and their vote.

For people who choose inputs or want to read about them. Training does not need it: the support
guard and regularised estimators see to what is of no use.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import rankdata

from regulars.core.errors import NotEnoughData
from regulars.features.frames import Frame
from regulars.ml.encoding import Encoder
from regulars.ml.splits import customer_folds

SEED = 42
MOST_ROWS = 10_000
SAME = 0.95
METHODS = ("variance", "correlation", "univariate", "mutual_information", "recursive", "shap")


@dataclass(frozen=True)
class Ranking:
    """The inputs in the order of `method`, and what every view says of each.

    `scores` are (inputs,) per view, higher is better; `kept` says which `top` inputs a view would
    keep; `votes`, (inputs,), counts the views that would. Of equal votes, the better mean place in
    the views comes first.
    """

    method: str
    top: int
    inputs: tuple[str, ...]
    scores: dict[str, np.ndarray]
    kept: dict[str, np.ndarray]
    rows: int

    @property
    def votes(self) -> np.ndarray:
        """How many views keep each input, shape (inputs,)."""
        return np.asarray(sum(is_kept.astype(int) for is_kept in self.kept.values()))

    @property
    def chosen(self) -> tuple[str, ...]:
        """The inputs that the method keeps; by vote, those that two views or more keep."""
        if self.method == "vote":
            return tuple(np.array(self.inputs)[self.votes >= 2][: self.top].tolist())
        return tuple(np.array(self.inputs)[self.kept[self.method]].tolist())


def rank_inputs(frame: Frame, *, method: str, top: int) -> Ranking:
    """Rank the inputs of training rows by one of METHODS or by 'vote'.

    More than MOST_ROWS rows are sampled. Raises NotEnoughData where fewer than 20 customers of
    either outcome are there.
    """
    sample = _sample(frame)
    if min(sample.outcome.sum(), (1 - sample.outcome).sum()) < 20:
        raise NotEnoughData(
            "there are fewer than 20 training rows of one outcome",
            hint="Lengthen the history, or look at `regulars churn`.",
        )
    encoder = Encoder()
    matrix = encoder.fit(sample)
    filled = np.where(np.isnan(matrix), np.nanmedian(matrix, axis=0), matrix)
    views = {name: _VIEWS[name] for name in (METHODS if method == "vote" else (method,))}
    scores = {
        name: _by_input(view(filled, sample), encoder.source_, inputs=len(encoder.inputs_))
        for name, view in views.items()
    }
    kept = {name: _best(score, top=top) for name, score in scores.items()}
    ranking = Ranking(method, top, encoder.inputs_, scores, kept, len(sample))
    places = np.mean([rankdata(-score) for score in scores.values()], axis=0)
    order = np.lexsort((np.array(encoder.inputs_), places, -ranking.votes))
    return Ranking(
        method,
        top,
        tuple(encoder.inputs_[at] for at in order),
        {name: score[order] for name, score in scores.items()},
        {name: is_kept[order] for name, is_kept in kept.items()},
        len(sample),
    )


def _sample(frame: Frame) -> Frame:
    if len(frame) <= MOST_ROWS:
        return frame
    chosen = np.random.default_rng(SEED).choice(len(frame), MOST_ROWS, replace=False)
    return frame.take(np.sort(chosen))


def _by_input(columns: np.ndarray, source: np.ndarray, *, inputs: int) -> np.ndarray:
    """The best encoded column of each input, shape (inputs,)."""
    best = np.zeros(inputs)
    np.maximum.at(best, source, columns)
    return best


def _best(scores: np.ndarray, *, top: int) -> np.ndarray:
    """The inputs with the `top` highest scores above zero, shape (inputs,)."""
    order = np.argsort(-scores, kind="stable")[:top]
    kept = np.zeros(len(scores), dtype=bool)
    kept[order] = scores[order] > 0
    return kept


def _scaled(matrix: np.ndarray) -> np.ndarray:
    spread = matrix.std(axis=0)
    return np.asarray((matrix - matrix.mean(axis=0)) / np.where(spread > 0, spread, 1.0))


def _variance(matrix: np.ndarray, frame: Frame) -> np.ndarray:
    """Variance between the lowest and the highest value as 0 and 1."""
    lowest, highest = matrix.min(axis=0), matrix.max(axis=0)
    return np.asarray(
        ((matrix - lowest) / np.where(highest > lowest, highest - lowest, 1.0)).var(axis=0)
    )


def _univariate(matrix: np.ndarray, frame: Frame) -> np.ndarray:
    """F of an analysis of variance, one input at a time (scikit-learn's SelectKBest)."""
    from sklearn.feature_selection import f_classif

    return np.asarray(np.nan_to_num(f_classif(matrix, frame.outcome)[0], posinf=0.0))


def _mutual_information(matrix: np.ndarray, frame: Frame) -> np.ndarray:
    """Mutual information with the outcome, in nats."""
    from sklearn.feature_selection import mutual_info_classif

    return np.asarray(mutual_info_classif(matrix, frame.outcome, random_state=SEED))


def _correlation(matrix: np.ndarray, frame: Frame) -> np.ndarray:
    """Correlation with the outcome, 0 for all but the first of inputs that say the same (0.95)."""
    scaled = _scaled(matrix)
    with_outcome = np.abs(scaled.T @ _scaled(frame.outcome[:, None])[:, 0]) / len(matrix)
    among = np.abs(scaled.T @ scaled) / len(matrix)
    kept: list[int] = []
    for at in np.argsort(-with_outcome, kind="stable"):
        if not kept or among[at, kept].max() <= SAME:
            kept.append(int(at))
    scores = np.zeros(matrix.shape[1])
    scores[kept] = with_outcome[kept]
    return scores


def _recursive(matrix: np.ndarray, frame: Frame) -> np.ndarray:
    """One over the place in recursive elimination by logistic regression (RFECV).

    How many stay is found by folds of customers; of those, a larger coefficient says a bit more.
    """
    from sklearn.feature_selection import RFECV
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import PredefinedSplit

    selector: Any = RFECV(
        LogisticRegression(C=0.1, max_iter=100),
        step=0.25,
        cv=PredefinedSplit(customer_folds(frame, folds=3)),
        scoring="neg_log_loss",
        min_features_to_select=min(5, matrix.shape[1]),
    )
    selector.fit(_scaled(matrix), frame.outcome)
    scores = 1.0 / selector.ranking_
    weights = np.abs(selector.estimator_.coef_[0])
    scores[selector.support_] += 0.1 * weights / max(weights.max(), 1e-12)
    return np.asarray(scores)


def _shap(matrix: np.ndarray, frame: Frame) -> np.ndarray:
    """Mean absolute contribution in log-odds by TreeSHAP of boosted trees."""
    import xgboost

    rows = xgboost.DMatrix(matrix, frame.outcome)
    settings = {"objective": "binary:logistic", "max_depth": 4, "eta": 0.1, "seed": SEED}
    trees = xgboost.train({**settings, "nthread": 2}, rows, num_boost_round=100)
    contributions = trees.predict(rows, pred_contribs=True)[:, :-1]
    return np.asarray(np.abs(contributions).mean(axis=0), dtype=np.float64)


_VIEWS: dict[str, Callable[[np.ndarray, Frame], np.ndarray]] = {
    "variance": _variance,
    "correlation": _correlation,
    "univariate": _univariate,
    "mutual_information": _mutual_information,
    "recursive": _recursive,
    "shap": _shap,
}
