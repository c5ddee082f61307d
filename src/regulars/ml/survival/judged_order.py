"""How well attributes order the ends of memberships: Harrell's C on members held apart."""

from __future__ import annotations

import numpy as np

from regulars.core.errors import DataError, LeakageError, MissingExtra, NotEnoughData
from regulars.features.frames import Frame
from regulars.ml.spans import Floats
from regulars.ml.survival.concordance import concordance
from regulars.ml.survival.disguised_durations import find_disguises
from regulars.ml.survival.durations import Durations
from regulars.ml.survival.life_regression import CoxLife
from regulars.release.value_report import Concordance

FOLDS = 3
MOST_ROWS = 6_000
MIN_ENDS = 60
RESAMPLES = 100
LEVEL = 0.95


def judged_order(frame: Frame, durations: Durations, *, seed: int = 7) -> Concordance | None:
    """Harrell's C of a Cox regression on members that it did not learn from, with an interval.

    The interval is that of fitted regressions: it draws the members again that they are judged on,
    and not those that they learned from. One row per member. Inputs that restate the duration are
    left out. None where lifelines is not installed, where too few have left, or where no regression
    can be fitted.
    """
    draw = np.random.default_rng(seed)
    rows = np.sort(draw.permutation(len(frame))[:MOST_ROWS])
    frame, durations = frame.take(rows), durations.take(rows)
    disguised = {disguise.input_name for disguise in find_disguises(frame, durations)}
    inputs = [name for name in frame.inputs.column_names if name not in disguised]
    if not inputs or int(durations.ended.sum()) < MIN_ENDS:
        return None
    fold = draw.permutation(len(frame)) % FOLDS
    try:
        return _over_folds(frame.select(inputs), durations, fold, draw=draw)
    except (MissingExtra, NotEnoughData, DataError, LeakageError):
        return None


def _over_folds(
    frame: Frame, durations: Durations, fold: np.ndarray, *, draw: np.random.Generator
) -> Concordance:
    values: list[float] = []
    resampled = np.zeros(RESAMPLES)
    for number in range(FOLDS):
        learned, held = np.flatnonzero(fold != number), np.flatnonzero(fold == number)
        model = CoxLife(penalty=0.01).fit(frame.take(learned), durations.take(learned))
        risk, lives = model.risk(frame.take(held)), durations.take(held)
        values.append(concordance(lives, risk))
        resampled += _resampled(lives, risk, draw) / FOLDS
    tail = 100 * (1 - LEVEL) / 2
    low, high = np.percentile(resampled, [tail, 100 - tail])
    return Concordance(
        value=float(np.mean(values)),
        low=float(low),
        high=float(high),
        customers=len(frame),
        ended=int(durations.ended.sum()),
        inputs=len(frame.inputs.column_names),
    )


def _resampled(lives: Durations, risk: Floats, draw: np.random.Generator) -> Floats:
    """The concordance of members drawn again, (RESAMPLES,)."""
    drawn = (draw.integers(0, risk.size, risk.size) for _ in range(RESAMPLES))
    return np.asarray([concordance(lives.take(rows), risk[rows]) for rows in drawn])
