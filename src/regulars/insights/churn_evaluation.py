"""How good is the churn score, how was it tested, and how far do predictions meet outcomes?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from regulars.insights.cautions import score_cautions
from regulars.insights.not_yet_computed import why_not_yet
from regulars.insights.release_reading import Reading
from regulars.insights.run_history import step_result
from regulars.insights.step_words import step_words
from regulars.release.churn_report import ChurnReport, Rung
from regulars.release.evaluation_facts import (
    CalibrationPoint,
    ContactProfit,
    EvaluatedScore,
    GainPoint,
    RecipeChoice,
)
from regulars.release.score_cautions import ScoreCaution

_IN_TIME = "The score was tested once, on a later date than anything it had learned from"
_RUNGS: dict[Rung, str] = {
    "full": f"{_IN_TIME}; it was chosen, and its calibrator validated, on earlier dates.",
    "no_calibration_cutoff": (
        f"{_IN_TIME}; it was chosen on earlier dates. The history is too short to "
        "validate a calibrator."
    ),
    "no_validation": (
        f"{_IN_TIME}. The history is too short to choose between models, so the default one "
        "was used."
    ),
    "no_test_in_time": (
        "No test later in time was possible: the history is too short. The figures come from "
        "customers that the score had not seen, at dates that it had; expect somewhat worse."
    ),
    "undated": (
        "No test in time was possible: the delivered outcomes have no dates. The figures come "
        "from customers that the score had not seen; how it holds up later is not known."
    ),
}
TESTED_IN_TIME = frozenset({"full", "no_calibration_cutoff", "no_validation"})


class ScoreLine(EvaluatedScore):
    """One model on some rows, in words; `ships` marks what scores customers."""

    words: str
    ships: bool = False


@dataclass(frozen=True)
class ChurnScoreboard:
    """The test and its verdict.

    `cautions` must be read beside every figure. `how_tested` says in words what kind of test was
    possible, `plan` which dates served for what, `choice` why the champion is an ensemble or one
    member, where the two were compared. `verdict` is the sentence to remember; `beats_recency` is
    None where there is no recency to beat. `ranks` is false where everyone gets the same
    probability. Where `champion` is not `shipped`, the simpler score scores customers.
    """

    label: str
    kind: str
    cautions: tuple[ScoreCaution, ...]
    rung: str
    how_tested: str
    plan: str
    choice: str
    calibration: str
    verdict: str
    beats_recency: bool | None
    ranks: bool
    champion: str
    shipped: str
    threshold: float | None
    cutoffs: Mapping[str, tuple[str, ...]]
    lines: tuple[ScoreLine, ...]
    subgroups: tuple[ScoreLine, ...]
    validation: tuple[ScoreLine, ...]

    @property
    def tested_in_time(self) -> bool:
        """Whether the test came later in time than everything learned from."""
        return self.rung in TESTED_IN_TIME

    @property
    def champion_line(self) -> ScoreLine | None:
        """The champion on the test rows."""
        return next((line for line in self.lines if line.kind == "champion"), None)

    @property
    def shipping(self) -> ScoreLine | None:
        """What scores customers, on the test rows."""
        return next((line for line in self.lines if line.ships), self.champion_line)


def churn_scoreboard(reading: Reading) -> ChurnScoreboard | None:
    """The test of the churn score; None where the release has none (see `why_no_churn`)."""
    report = reading.churn
    if report is None:
        return None
    return ChurnScoreboard(
        label=report.label,
        kind=report.kind,
        cautions=score_cautions(reading),
        rung=report.rung,
        how_tested=_RUNGS[report.rung],
        plan=report.plan,
        choice=_choice(report.recipe_choice),
        calibration=report.calibration,
        verdict=report.verdict,
        beats_recency=_beats_recency(report),
        ranks=report.ranks_customers,
        champion=named(report.champion),
        shipped=named(report.shipped),
        threshold=report.threshold,
        cutoffs=report.cutoffs,
        lines=_without_twins(_lines(report.scoreboard.rows, report.shipped), report.champion),
        subgroups=_lines(report.scoreboard.subgroups),
        validation=_lines(report.validation),
    )


def why_no_churn(reading: Reading) -> str:
    """Why a release says nothing about churn, in a sentence."""
    if reading.project.churn is None:
        return "The project file defines no churn: add `churn:` to it and run again."
    not_yet = why_not_yet(reading, "churn_score")
    if not_yet:
        return not_yet
    words = step_words("train", step_result(reading, "train"))
    because = f" The training step says: {words}." if words else ""
    return f"No churn score has been trained for this release.{because}"


def _lines(scores: Sequence[EvaluatedScore], shipped: str = "") -> tuple[ScoreLine, ...]:
    return tuple(
        ScoreLine(
            **dict(score),
            words=named(score.name),
            ships=bool(shipped) and score.name == shipped and score.kind != "optimistic",
        )
        for score in scores
    )


def _choice(choice: RecipeChoice | None) -> str:
    """Why the ensemble or a member is the champion; nothing where the two were not compared."""
    if choice is None or choice.member is None:
        return ""
    member = named(choice.member)
    if choice.reason == "member_better":
        return (
            f"The champion is one member alone, {member}: on the validation cutoffs its log loss "
            "was lower than that of the ensemble beyond noise, and its ROC AUC was no lower."
        )
    if choice.reason == "ensemble_ranks_better":
        return (
            f"The ensemble is the champion: one member alone, {member}, had a lower log loss on "
            "the validation cutoffs, but it ranked customers worse."
        )
    return (
        "The ensemble is the champion: no member had a lower log loss beyond noise on the "
        "validation cutoffs."
    )


def _without_twins(lines: tuple[ScoreLine, ...], champion: str) -> tuple[ScoreLine, ...]:
    """A baseline that is the champion itself is said once, in the champion's line."""
    return tuple(
        line for line in lines if line.kind in ("champion", "optimistic") or line.name != champion
    )


def _beats_recency(report: ChurnReport) -> bool | None:
    improvement = report.improvements.get("recency")
    if not improvement:
        return None
    figures = [improvement[name] for name in ("roc_auc", "log_loss") if name in improvement]
    return any(figure.low is not None and figure.low > 0 for figure in figures)


@dataclass(frozen=True)
class ChurnCurves:
    """All curves of the test; empty where the release has none."""

    calibration: tuple[CalibrationPoint, ...] = ()
    cumulative_gains: tuple[GainPoint, ...] = ()
    money: ContactProfit | None = None

    @property
    def predicted(self) -> float | None:
        """Mean churn probability of the tested customers."""
        return self._mean([point.predicted for point in self.calibration])

    @property
    def observed(self) -> float | None:
        """Share of the tested customers who did churn."""
        return self._mean([point.observed for point in self.calibration])

    def _mean(self, values: list[float]) -> float | None:
        rows = sum(point.n for point in self.calibration)
        total = sum(value * point.n for value, point in zip(values, self.calibration, strict=True))
        return total / rows if rows else None

    def at(self, contacted: float) -> GainPoint | None:
        """The point nearest to contacting this share."""
        return min(
            self.cumulative_gains, key=lambda point: abs(point.contacted - contacted), default=None
        )


def churn_curves(reading: Reading) -> ChurnCurves:
    """Calibration, cumulative gains and profit of the test."""
    report = reading.churn
    if report is None:
        return ChurnCurves()
    return ChurnCurves(
        report.curves.calibration, report.curves.cumulative_gains, money=report.money
    )


_NAMES = {
    "base_rate": "base rate (one probability for all)",
    "bg_nbd": "buying rhythm (BG/NBD)",
    "blend": "blend of several",
    "boosted_trees": "boosted trees",
    "deeper_trees": "deeper boosted trees",
    "histogram_trees": "histogram boosted trees",
    "leafwise_trees": "deep boosted trees, early stopped",
    "logistic": "logistic regression",
    "logistic_signed_logs": "logistic regression",
    "logistic_splines": "logistic regression on splines",
    "no_purchase": "buying rhythm (BG/NBD)",
    "random split": "the champion on a random split",
    "random_forest": "random forest",
    "recency": "days since the last purchase",
    "spline_logistic": "logistic regression on splines",
    "stack": "weighted combination of several",
    "tenure": "time since joining",
    "tenure_hazard": "time since joining",
}


def named(name: str) -> str:
    """`bg_nbd` in words; an unknown name without its underscores."""
    return _NAMES.get(name, name.replace("_", " "))
