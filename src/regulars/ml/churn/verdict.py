"""What the test says in one sentence, and which score may ship after it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from regulars.ml.evaluation import Estimate, Rows, measure, measure_with_intervals, paired_gain

CHAMPION, RECENCY, BASE_RATE = "champion", "recency", "base_rate"


@dataclass(frozen=True)
class Verdict:
    """Which score ships (champion, recency or base_rate), and why.

    `gains` maps a baseline to what the champion gains over it on ROC AUC, log loss and Brier.
    """

    ships: str
    words: str
    gains: Mapping[str, Mapping[str, Estimate]]

    @property
    def ships_ranking(self) -> bool:
        """False where every customer gets the same probability."""
        return self.ships != BASE_RATE


def judge(ours: np.ndarray, baselines: Mapping[str, np.ndarray], *, on: Rows) -> Verdict:
    """Compare the champion with the baselines on the test rows.

    'Beats' means a paired 95 % interval above 0 on ROC AUC or log loss. Where the champion shows no
    signal or does not beat recency, the simpler score ships.
    """
    gains = {name: paired_gain(ours, baseline, on=on) for name, baseline in baselines.items()}
    # First the question whether there is anything to rank by, then whether it beats the obvious.
    recency = baselines.get(RECENCY)
    if not _signal(gains[BASE_RATE]):
        return _without_signal(ours, baselines, gains, on=on)
    if recency is None:
        return Verdict(CHAMPION, _alone(ours, on), gains)
    gain = gains[RECENCY]
    both = f"{_both(ours, recency, on)}: {_gain(gain['roc_auc'])} on ROC AUC"
    # One certain gain is enough: ranking serves lists, log loss serves money.
    if gain["roc_auc"].above_zero:
        return Verdict(CHAMPION, f"Beats days since the last purchase, {both}.", gains)
    if gain["log_loss"].above_zero:
        words = (
            f"Beats days since the last purchase on log loss ({_gain(gain['log_loss'])}); "
            f"the gain in ranking is within noise, {both}."
        )
        return Verdict(CHAMPION, words, gains)
    # A tie goes to what everybody understands and what needs no retraining.
    words = f"Within noise of days since the last purchase, {both}; the simpler score ships."
    return Verdict(RECENCY, words, gains)


def _signal(gain: Mapping[str, Estimate]) -> bool:
    """A gain beyond noise over the base rate, both in ranking and in log loss."""
    # Both: money needs probabilities that hold, and those without an order are chance.
    return gain["roc_auc"].above_zero and gain["log_loss"].above_zero


def _without_signal(
    predicted: np.ndarray,
    baselines: Mapping[str, np.ndarray],
    gains: Mapping[str, Mapping[str, Estimate]],
    *,
    on: Rows,
) -> Verdict:
    words = f"No usable signal: {_lack(predicted, gains[BASE_RATE], on)}"
    # Recency can have a signal where the champion has none: it cannot overfit.
    if _recency_has_signal(baselines, on):
        return Verdict(RECENCY, f"{words}; days since the last purchase ships instead.", gains)
    words = f"{words}; all customers get the base rate and no ranking ships."
    return Verdict(BASE_RATE, words, gains)


def _lack(predicted: np.ndarray, gain: Mapping[str, Estimate], on: Rows) -> str:
    """What is missing: an order that is no chance, or a log loss below that of the base rate."""
    if not gain["roc_auc"].above_zero:
        return f"{_auc(predicted, on)}, which may be chance"
    log_loss = gain["log_loss"]
    no_better = "is worse than" if log_loss.high < 0 else "has no sure gain over"
    return (
        f"the log loss {no_better} the base rate ({_gain(log_loss)}), "
        f"although the order is better than chance, {_auc(predicted, on)}"
    )


def _recency_has_signal(baselines: Mapping[str, np.ndarray], on: Rows) -> bool:
    recency, share = baselines.get(RECENCY), baselines[BASE_RATE]
    if recency is None:
        return False
    return _signal(paired_gain(recency, share, on=on))


def _alone(predicted: np.ndarray, on: Rows) -> str:
    return (
        f"{_auc(predicted, on)} on {on.words}; "
        "there is no days-since-last-purchase to compare with."
    )


def _auc(predicted: np.ndarray, on: Rows) -> str:
    auc = measure_with_intervals(predicted, on=on, threshold=0.5)["roc_auc"]
    return f"ROC AUC {auc.value:.3f} (95 % interval {auc.low:.3f} to {auc.high:.3f})"


def _both(predicted: np.ndarray, recency: np.ndarray, on: Rows) -> str:
    mine = measure(on.outcome, predicted, threshold=0.5)
    other = measure(on.outcome, recency, threshold=0.5)
    return f"ROC AUC {mine['roc_auc']:.3f} against {other['roc_auc']:.3f}"


def _gain(gain: Estimate) -> str:
    return f"{gain.value:+.3f}, 95 % interval {gain.low:+.3f} to {gain.high:+.3f}"
