"""Money: the profit of our threshold beside the best that hindsight would have found.

Where the threshold comes from is decided inside the training part of the split; the test part only
says how it went.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from accuracy.page import Figure
from accuracy.projects import Lesson
from regulars.ml.calibration import Platt
from regulars.ml.churn.candidates import ensemble_for, members_for
from regulars.ml.churn.money import Money, best_possible_profit, realised_profit
from regulars.ml.churn.training_context import TrainingContext
from regulars.ml.log_odds import log_odds

# Value of a customer, save rate and cost of a contact.
SETTINGS = ((500.0, 0.3, 20.0), (500.0, 0.3, 50.0), (1000.0, 0.2, 10.0), (200.0, 0.3, 20.0))
STATES = 20
ENOUGH = 0.98

Threshold = Callable[[np.ndarray, np.ndarray, Money], float]


def at_the_cost(outcome: np.ndarray, probability: np.ndarray, money: Money) -> float:
    """Contact cost / (save rate x value): what is shipped."""
    return money.threshold


def after_platt(outcome: np.ndarray, probability: np.ndarray, money: Money) -> float:
    """The same on probabilities that were recalibrated on these rows."""
    grid = np.linspace(0.001, 0.999, 999)
    calibrated = Platt.learned(outcome, probability)(grid)
    return float(grid[np.argmax(calibrated >= money.threshold)])


def best_of_curve(outcome: np.ndarray, probability: np.ndarray, money: Money) -> float:
    """Where the profit of these rows is highest."""
    order = np.argsort(-probability, kind="stable")
    return float(probability[order][np.cumsum(money.profit(outcome)[order]).argmax()])


def best_of_smooth_curve(outcome: np.ndarray, probability: np.ndarray, money: Money) -> float:
    """Where the churn share of similar scores (a kernel of 0.4 in log-odds) reaches the cost."""
    odds = log_odds(probability)
    low, high = np.quantile(odds, (0.01, 0.99))
    grid = np.linspace(low, high, 200)
    weight = np.exp(-0.5 * ((grid[:, None] - odds) / 0.4) ** 2)
    share = (weight @ outcome) / weight.sum(axis=1)
    return float(1 / (1 + np.exp(-grid[np.argmax(share >= money.threshold)])))


WAYS: dict[str, Threshold] = {
    "cost / (save rate x value)": at_the_cost,
    "the same after recalibration": after_platt,
    "the best point of a smoothed profit curve": best_of_smooth_curve,
    "the best point of the profit curve": best_of_curve,
}


def profit_shares(outcome: np.ndarray, probability: np.ndarray) -> dict[Money, float]:
    """Realised profit at our threshold as a share of the best that any threshold reaches."""
    return {
        money: share_at(money.threshold, outcome, probability, money=money)
        for money in (Money(contact_cost=c, save_rate=s, value=v) for v, s, c in SETTINGS)
    }


def share_at(
    threshold: float, outcome: np.ndarray, probability: np.ndarray, *, money: Money
) -> float:
    """Profit of contacting from a probability on, as a share of the best in hindsight."""
    ours = realised_profit(outcome, probability >= threshold, money=money)
    return ours / best_possible_profit(outcome, probability, money=money)


def money_figures(outcome: np.ndarray, probability: np.ndarray, *, where: str) -> list[Figure]:
    """A figure for each of the four settings of cost and value."""
    return [
        Figure(
            f"{where}: share of the best possible profit (value {money.value:g}, save rate "
            f"{money.save_rate:g}, contact {money.contact_cost:g})",
            share,
            at_least=ENOUGH,
        )
        for money, share in profit_shares(outcome, probability).items()
    ]


def ways_compared(outcome: np.ndarray, promised: np.ndarray, *, draws: int = 200) -> str:
    """Ways to choose the threshold, tried on random parts of the training rows only.

    `promised` are out-of-fold probabilities of the training rows: each draw chooses on 70 % of them
    and looks at the other 30 %.
    """
    random = np.random.default_rng(0)
    lowest: dict[str, list[float]] = {name: [] for name in WAYS}
    for _ in range(draws):
        held = np.zeros(len(outcome), dtype=bool)
        held[random.permutation(len(outcome))[: round(0.3 * len(outcome))]] = True
        for name, way in WAYS.items():
            lowest[name].append(_lowest(way, outcome, promised, held))
    said = ", ".join(f"{name} {np.mean(shares):.3f}" for name, shares in lowest.items())
    return (
        f"How the threshold is chosen was decided on {draws} random parts of the training rows; "
        f"mean of the lowest of the four shares: {said}."
    )


def _lowest(way: Threshold, outcome: np.ndarray, promised: np.ndarray, held: np.ndarray) -> float:
    return min(
        share_at(way(outcome[~held], promised[~held], money), outcome[held], promised[held],
                 money=money)
        for money in (Money(contact_cost=c, save_rate=s, value=v) for v, s, c in SETTINGS)
    )  # fmt: skip


def other_states(lesson: Lesson, probability: np.ndarray) -> list[str]:
    """What to expect: other random states of the split, and outcomes drawn from the scores."""
    lowest = [min(profit_shares(*_split_again(lesson, seed)).values()) for seed in range(STATES)]
    random = np.random.default_rng(0)
    drawn = [
        min(profit_shares((random.random(len(probability)) < probability) * 1.0, probability)
            .values())
        for _ in range(1000)
    ]  # fmt: skip
    return [
        f"The same split with the random states 0 to {STATES - 1}, learned anew each time: the "
        f"lowest of the four shares lies between {min(lowest):.3f} and {max(lowest):.3f}, half of "
        f"them above {np.median(lowest):.3f}; all four reach {ENOUGH} in "
        f"{sum(low >= ENOUGH for low in lowest)} of {STATES}.",
        "The best possible profit is that of the best threshold in hindsight, which profits from "
        "luck on few customers. Were the probabilities of the test exactly true (outcomes drawn "
        f"from them, 1,000 times), all four would reach {ENOUGH} in "
        f"{np.mean([low >= ENOUGH for low in drawn]):.0%}.",
    ]


def _split_again(lesson: Lesson, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Outcomes and scores of the 30 % held out at a random state."""
    learned, test = stratified_parts(lesson, seed)
    problem = replace(lesson.problem, money=None)
    context = TrainingContext(problem, learned.frame.sorted(), members_for(problem), lambda _: None)
    weighed = context.out_of_fold(ensemble_for(problem, tuple(context.members)), context.frame)
    estimator = context.fit(weighed.recipe, context.frame, known=weighed.fitted)
    return test.frame.outcome, estimator.predict(test.frame)


def stratified_parts(lesson: Lesson, seed: int) -> Sequence[Lesson]:
    """The 70 % to learn from and the 30 % to test on, each with its share of churn."""
    from sklearn.model_selection import train_test_split

    outcome = lesson.frame.outcome
    rows = np.arange(len(outcome))
    kept, _ = train_test_split(rows, test_size=0.3, stratify=outcome, random_state=seed)
    mask = np.isin(rows, kept)
    return lesson.take(mask), lesson.take(~mask)
