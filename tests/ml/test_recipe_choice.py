"""A member alone is the champion only where it is better in log loss and no worse in ranking."""

from __future__ import annotations

import numpy as np
import pytest

from regulars.ml.churn.recipe_choice import choose_recipe
from regulars.ml.evaluation import Rows
from regulars.ml.log_odds import probability

ROWS = 3000
RANDOM = np.random.default_rng(0)
ODDS = RANDOM.normal(size=ROWS)
OUTCOME = (RANDOM.random(ROWS) < probability(ODDS)).astype(float)
KNOWN = Rows("validation cutoffs", OUTCOME, np.arange(ROWS))
NOISE = RANDOM.normal(size=ROWS)
RIGHT = probability(ODDS)
SURE = probability(3 * ODDS)  # the same order, much too sure of itself
NOISY = probability(0.8 * (ODDS + 0.3 * NOISE))  # another order, a little worse


def test_a_member_that_is_better_in_both_is_the_champion() -> None:
    choice = choose_recipe("blend", {"blend": probability(ODDS + NOISE), "a": RIGHT}, on=KNOWN)
    assert (choice.chosen, choice.reason, choice.member) == ("a", "member_better", "a")
    assert choice.log_loss_gain is not None
    assert choice.log_loss_gain.low > 0


def test_a_member_with_the_same_order_and_a_lower_log_loss_is_the_champion() -> None:
    choice = choose_recipe("blend", {"blend": SURE, "a": RIGHT}, on=KNOWN)
    assert choice.reason == "member_better"
    assert choice.roc_auc_gain is not None
    assert choice.roc_auc_gain.value == pytest.approx(0, abs=1e-9)


def test_a_member_that_ranks_worse_is_not_the_champion_however_low_its_log_loss() -> None:
    choice = choose_recipe("blend", {"blend": SURE, "a": NOISY}, on=KNOWN)
    assert (choice.chosen, choice.reason, choice.member) == ("blend", "ensemble_ranks_better", "a")
    assert choice.log_loss_gain is not None
    assert choice.log_loss_gain.low > 0
    assert choice.roc_auc_gain is not None
    assert choice.roc_auc_gain.value < 0


def test_of_two_members_with_a_lower_log_loss_the_one_that_ranks_no_worse_is_chosen() -> None:
    candidates = {"blend": SURE, "a": NOISY, "b": probability(1.9 * ODDS)}
    lower = choose_recipe("blend", {"blend": SURE, "a": NOISY}, on=KNOWN)
    assert lower.chosen == "blend"
    assert choose_recipe("blend", candidates, on=KNOWN).chosen == "b"


def test_a_lead_within_noise_leaves_the_ensemble() -> None:
    candidates = {"blend": probability(1.02 * ODDS), "a": RIGHT}
    choice = choose_recipe("blend", candidates, on=KNOWN)
    assert (choice.chosen, choice.reason) == ("blend", "ensemble_not_beaten")


def test_a_single_candidate_is_not_compared() -> None:
    choice = choose_recipe("blend", {"a": RIGHT}, on=KNOWN)
    assert (choice.chosen, choice.reason, choice.member) == ("a", "only_candidate", None)
