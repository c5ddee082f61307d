"""Gates: what a new churn score must reach on its test before it may score customers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import pyarrow as pa

from regulars.features.frames import Frame
from regulars.ml.churn.trained import TrainedChurn
from regulars.ml.churn.verdict import BASE_RATE, CHAMPION
from regulars.ml.evaluation import Estimate, Rows, ScoreRow, paired_gain
from regulars.release.evaluation_facts import JudgedGate

LOWER_IS_BETTER = frozenset({"calibration_error"})


def shipping_row(trained: TrainedChurn) -> ScoreRow:
    """The line of the scoreboard of what would score customers."""
    if trained.verdict.ships == CHAMPION:
        return trained.scoreboard.ours
    return trained.scoreboard.row(trained.shipped) or trained.scoreboard.ours


def judge_gates(
    trained: TrainedChurn,
    *,
    needed: Mapping[str, float],
    champion: TrainedChurn | None,
    frame: Frame,
    compared: bool = True,
) -> tuple[JudgedGate, ...]:
    """Every gate that applies: beside the base rate, beside the champion, and those asked for.

    `needed` maps a metric to the least value (calibration_error: the most). `frame` holds the rows
    the candidate was tested on, among others, so that the champion can be scored on them; it is
    not compared with the champion where `compared` is false.
    """
    shipped_row = shipping_row(trained)
    gates = [_beats_base_rate(trained, champion)]
    if champion is not None and compared:
        gates.append(gate_beside_champion(trained, champion, frame=frame))
    gates += [_reaches(shipped_row, metric, bound) for metric, bound in needed.items()]
    return tuple(gates)


def rejections(gates: tuple[JudgedGate, ...]) -> str:
    """Why a candidate is rejected, in words; empty where every gate was passed."""
    return "; ".join(f"{gate.name}: {gate.reason}" for gate in gates if not gate.passed)


class Comparison(StrEnum):
    """How a candidate can be compared with the champion: the best way that is still honest."""

    SAME_TEST = "both were tested on the same rows"
    RESCORED = "the champion scores the rows of the candidate's test"
    OWN_TESTS = "each on its own test"


@dataclass(frozen=True)
class Compared:
    """A way to compare, with the champion's probabilities on the candidate's test rows.

    `scores` has shape (n,), NaN where the champion scored nobody; None for `OWN_TESTS`.
    """

    by: Comparison
    scores: np.ndarray | None = None


def gate_beside_champion(
    trained: TrainedChurn, champion: TrainedChurn, *, frame: Frame
) -> JudgedGate:
    """Not worse than the champion, beyond noise, by the best comparison that there is."""
    name = "not worse than the champion"
    if champion.problem.definition.key != trained.problem.definition.key:
        return _gate(name, passed=True, reason="the champion has another churn definition")
    compared = compared_with(trained, champion, frame=frame)
    if compared.scores is None:
        return _by_intervals(name, shipping_row(trained), shipping_row(champion))
    known = np.isfinite(compared.scores)
    outcome, probability, customers = _tested(trained)
    if len(np.unique(outcome[known])) < 2:
        return _by_intervals(name, shipping_row(trained), shipping_row(champion))
    champion_probability = compared.scores[known]
    on = Rows("the same test", outcome[known], customers[known])
    gain = paired_gain(probability[known], champion_probability, on=on)
    words = f"ROC AUC {_figure(gain['roc_auc'])}, log loss {_figure(gain['log_loss'])} better"
    return _gate(name, passed=not is_certainly_worse(gain), reason=f"on the same test: {words}")


def compared_with(trained: TrainedChurn, champion: TrainedChurn, *, frame: Frame) -> Compared:
    """How these two can be compared on the candidate's test.

    Where both were tested on the same rows, the honest scores of the two tests. Where the champion
    learned only what was known before the candidate's test, its scores of those rows. Else it has
    seen part of the answers, and only the intervals of their own tests are left.
    """
    test = trained.plan.test if trained.plan else None
    if _same_test(trained, champion):
        scores = _looked_up(champion.tested, trained.tested, dated=test is not None)
        return Compared(Comparison.SAME_TEST, scores)
    learned = champion.plan.closed if champion.plan else ()
    if test is None or not learned or max(cutoff.outcome_to for cutoff in learned) > test.as_of:
        return Compared(Comparison.OWN_TESTS)
    rows = frame.take(frame.as_of == np.datetime64(test.as_of, "us")).sorted()
    # Another population or inputs that are gone: the champion cannot stand in this test.
    if set(champion.kinds) - set(rows.kinds) or len(rows) != trained.tested.num_rows:
        return Compared(Comparison.OWN_TESTS)
    return Compared(Comparison.RESCORED, champion.predict(rows))


def is_certainly_worse(gain: Mapping[str, Estimate]) -> bool:
    """Worse beyond noise in ranking or in log loss, and not better beyond noise in the other.

    Log loss counts by itself: probabilities that are too sure of themselves rank as well as before,
    and every figure in money made from them is wrong.
    """
    auc, loss = gain["roc_auc"], gain["log_loss"]
    return (auc.high < 0 and not loss.above_zero) or (loss.high < 0 and not auc.above_zero)


def _same_test(trained: TrainedChurn, champion: TrainedChurn) -> bool:
    plan, champion_plan = trained.plan, champion.plan
    if plan is None or champion_plan is None:
        return plan is champion_plan
    return plan.test is not None and plan.test == champion_plan.test


def _looked_up(scored: pa.Table, wanted: pa.Table, *, dated: bool) -> np.ndarray:
    """Probabilities of `scored` in the row order of `wanted`, shape (n,)."""
    keys = ["customer_id", "as_of"] if dated else ["customer_id"]
    place = wanted.select(keys).append_column("place", pa.array(range(wanted.num_rows)))
    joined = place.join(scored.select([*keys, "churn_probability"]), keys, join_type="left outer")
    values = joined.sort_by("place")["churn_probability"].cast(pa.float64())
    return np.asarray(values.to_numpy(zero_copy_only=False), dtype=np.float64)


def _tested(trained: TrainedChurn) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    table = trained.tested
    return (
        np.asarray(table["churned"].to_numpy(zero_copy_only=False), dtype=np.float64),
        np.asarray(table["churn_probability"].to_numpy(zero_copy_only=False), dtype=np.float64),
        table["customer_id"].to_numpy(zero_copy_only=False),
    )


def _by_intervals(name: str, row: ScoreRow, champion_row: ScoreRow) -> JudgedGate:
    mine, other = row.metrics["roc_auc"], champion_row.metrics["roc_auc"]
    reason = (
        f"ROC AUC {mine.value:.3f} ({mine.low:.3f} to {mine.high:.3f}) against "
        f"{other.value:.3f} ({other.low:.3f} to {other.high:.3f}) on its own test; the champion "
        "has learned from outcomes of this one"
    )
    return _gate(name, passed=not mine.high < other.low, reason=reason)


def _beats_base_rate(trained: TrainedChurn, champion: TrainedChurn | None) -> JudgedGate:
    """The base rate ships where nothing beats it, but it never takes the place of a ranking."""
    name = "beats the base rate"
    if trained.verdict.ships != BASE_RATE:
        return _gate(name, passed=True, reason=f"{trained.shipped} ranks customers")
    definition = trained.problem.definition
    comparable = champion is not None and champion.problem.definition.key == definition.key
    if comparable and champion is not None and champion.verdict.ships_ranking:
        return _gate(name, passed=False, reason="no usable signal, and the champion has one")
    return _gate(name, passed=True, reason="no usable signal: the base rate itself, no ranking")


def _reaches(row: ScoreRow, metric: str, bound: float) -> JudgedGate:
    value = row.metrics[metric].value if metric in row.metrics else float("nan")
    upper = metric in LOWER_IS_BETTER
    passed = bool(value <= bound if upper else value >= bound)
    reason = f"{value:.3f}, {'at most' if upper else 'at least'} {bound:g}"
    return _gate(metric, passed=passed, reason=reason)


def _gate(name: str, *, passed: bool, reason: str) -> JudgedGate:
    return JudgedGate(name=name, passed=passed, reason=reason)


def _figure(gain: Estimate) -> str:
    return f"{gain.value:+.3f} ({gain.low:+.3f} to {gain.high:+.3f})"


def needed_of(settings: Mapping[str, Any]) -> dict[str, float]:
    """Figures that a project file asks for."""
    return {
        name: float(bound)
        for name, bound in settings.items()
        if bound is not None and not isinstance(bound, bool)
    }
