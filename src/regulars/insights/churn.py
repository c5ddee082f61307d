"""How good is the churn score, how was it tested, and what drives it?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from regulars.insights.estimator_names import named
from regulars.insights.reading import Reading
from regulars.insights.step_words import step_words
from regulars.insights.steps import step_result
from regulars.release.churn_report import ChurnReport, Rung
from regulars.release.evaluation_facts import EvaluatedScore

_IN_TIME = "The score was tested once, on a later date than anything it had learned from"
_RUNGS: dict[Rung, str] = {
    "full": f"{_IN_TIME}; it was chosen and calibrated on earlier dates of their own.",
    "no_calibration_cutoff": (
        f"{_IN_TIME}. The history is too short for a calibration date of its own, so calibration "
        "was judged on customers that the score had not seen."
    ),
    "no_validation": (
        f"{_IN_TIME}. The history is too short to choose between ways of scoring, so the default "
        "one was used."
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

    `how_tested` says in words what kind of test was possible, `plan` which dates served for what.
    `verdict` is the sentence to remember; `beats_recency` is None where there is no recency to
    beat. `ranks` is false where everyone gets the same probability. Where `champion` is not
    `shipped`, the simpler score scores customers.
    """

    label: str
    kind: str
    rung: str
    how_tested: str
    plan: str
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
        rung=report.rung,
        how_tested=_RUNGS[report.rung],
        plan=report.plan,
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
