"""Ensemble or one member: a member alone must have a lower log loss and rank no worse."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from regulars.ml.evaluation import Estimate, Rows, log_losses, paired_gain

ChoiceReason = Literal[
    "ensemble_not_beaten",
    "ensemble_ranks_better",
    "member_better",
    "only_candidate",
    "history_too_short",
    "undated",
]


@dataclass(frozen=True)
class RecipeChoice:
    """What was chosen, and what `member` gained over the ensemble on the validation cutoffs.

    `member` is the one chosen, or the best of those that were not; gains are positive where it is
    better than the ensemble, and None where nothing was compared.
    """

    chosen: str
    reason: ChoiceReason
    member: str | None = None
    log_loss_gain: Estimate | None = None
    roc_auc_gain: Estimate | None = None


def choose_recipe(ensemble: str, candidates: Mapping[str, np.ndarray], *, on: Rows) -> RecipeChoice:
    """The ensemble unless a member's log loss is lower beyond chance and its ROC AUC no lower.

    `candidates` are probabilities by name, shape (n,). What is tried learned from fewer cutoffs
    than what will be tested. That hurts members unequally (BG/NBD hardly, trees most), so a lead
    within noise says nothing about later cutoffs. And a list of customers is an order: whoever
    ranks worse makes it worse, however well the probabilities are calibrated.
    """
    if ensemble not in candidates:
        return RecipeChoice(next(iter(candidates)), "only_candidate")
    losses = {name: log_losses(on.outcome, each).mean() for name, each in candidates.items()}
    members = sorted(
        (name for name in candidates if name != ensemble), key=lambda name: losses[name]
    )
    gains: dict[str, dict[str, Estimate]] = {}
    for member in members:
        if gains and losses[member] >= losses[ensemble]:
            break  # no lower log loss, like every member after it
        gains[member] = paired_gain(candidates[member], candidates[ensemble], on=on)
    surely_lower = [name for name, gain in gains.items() if gain["log_loss"].above_zero]
    rank_no_worse = [name for name in surely_lower if gains[name]["roc_auc"].value >= 0]
    member = next(iter([*rank_no_worse, *surely_lower, *members]))
    chosen, reason = _decided(ensemble, surely_lower, rank_no_worse)
    gain = gains[member]
    return RecipeChoice(chosen, reason, member, gain["log_loss"], gain["roc_auc"])


def _decided(
    ensemble: str, surely_lower: list[str], rank_no_worse: list[str]
) -> tuple[str, ChoiceReason]:
    if rank_no_worse:
        return rank_no_worse[0], "member_better"
    return ensemble, "ensemble_ranks_better" if surely_lower else "ensemble_not_beaten"
