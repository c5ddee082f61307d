"""BG/NBD as a churn score: the probability of no purchase within the horizon.

Not 1 - P(alive): BG/NBD sets P(alive) to 1 for everyone who bought once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations
from math import comb
from typing import Any, ClassVar, Self

import numpy as np

from regulars.features.frames import Frame
from regulars.ml.encoding import numbers
from regulars.ml.estimators.protocol import Contributions, newest_cutoffs
from regulars.ml.log_odds import log_odds

Rhythm = tuple[np.ndarray, np.ndarray, np.ndarray]


@dataclass(eq=False)
class NoPurchase:
    """BG/NBD fitted to the newest cutoff's purchase histories; outcomes are not used.

    `frequency_input` counts purchase days after the first one, `recency_input` days since the
    last purchase, `age_input` days since the first; `horizon_days` is the outcome window.
    """

    name: ClassVar[str] = "bg_nbd"

    frequency_input: str
    recency_input: str
    age_input: str
    horizon_days: float
    fitted_: Any = field(init=False, repr=False)
    ordinary_: Rhythm = field(init=False, repr=False)

    def fit(self, frame: Frame) -> Self:
        from regulars.ml.clv.bg_nbd import BgNbd
        from regulars.ml.clv.purchase_summary import Summary

        frequency, since, age = self._rhythm(newest_cutoffs(frame, 1))
        self.ordinary_ = (np.median(frequency), np.median(since), np.median(age))
        last = np.where(frequency > 0, age - since, 0.0)
        self.fitted_ = BgNbd().fit(Summary.from_arrays(frequency, last, age, unit="day"))
        return self

    def predict(self, frame: Frame) -> np.ndarray:
        return self._no_purchase(*self._rhythm(frame))

    def contributions(self, frame: Frame) -> Contributions:
        """Shapley values of the three inputs against the median customer of training."""
        actual = self._rhythm(frame)
        names = (self.frequency_input, self.recency_input, self.age_input)
        outputs = {
            held: log_odds(self._no_purchase(*self._mixed(actual, held)))
            for size in range(4)
            for held in combinations(range(3), size)
        }
        values = np.column_stack([_shapley(outputs, at) for at in range(3)])
        return Contributions(names, values, outputs[()])

    def _rhythm(self, frame: Frame) -> Rhythm:
        """Repeat purchase days, days since the last and days since the first purchase.

        Null (never bought) counts as no repeat, and as last bought when the customer appeared.
        """
        frequency = np.nan_to_num(np.maximum(numbers(frame.inputs[self.frequency_input]), 0.0))
        age = np.maximum(np.nan_to_num(numbers(frame.inputs[self.age_input])), 0.0)
        since = numbers(frame.inputs[self.recency_input])
        since = np.clip(np.where(np.isnan(since), age, since), 0.0, age)
        frequency = np.where(since >= age, 0.0, frequency)
        return frequency, since, age

    def _mixed(self, actual: Rhythm, held: tuple[int, ...]) -> Rhythm:
        rows = len(actual[0])
        frequency, since, age = (
            actual[at] if at in held else np.full(rows, self.ordinary_[at]) for at in range(3)
        )
        return frequency, np.minimum(since, age), age

    def _no_purchase(self, frequency: np.ndarray, since: np.ndarray, age: np.ndarray) -> np.ndarray:
        last = np.where(frequency > 0, age - since, 0.0)
        silent = self.fitted_.probability_of_no_purchase(self.horizon_days, frequency, last, age)
        return np.asarray(silent, dtype=np.float64)


def _shapley(outputs: dict[tuple[int, ...], np.ndarray], player: int) -> np.ndarray:
    """Mean gain of adding the player, over all orders of the three players."""
    other_players = [at for at in range(3) if at != player]
    gains = [
        (outputs[tuple(sorted((*held, player)))] - outputs[held]) / (3 * comb(2, size))
        for size in range(3)
        for held in combinations(other_players, size)
    ]
    return np.asarray(np.sum(gains, axis=0))
