"""How good is the churn score, how was it tested, and what drives it?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from regulars.insights.estimator_names import named
from regulars.insights.reading import Reading
from regulars.insights.step_words import step_words
from regulars.insights.steps import step_result

_IN_TIME = "The score was tested once, on a later date than anything it had learned from"
_RUNGS = {
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


@dataclass(frozen=True)
class Figure:
    """A figure with its 95 % interval; None where it is not defined."""

    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class ScoreLine:
    """One way of scoring on some rows; `kind` is ours, member, baseline or optimistic."""

    name: str
    words: str
    kind: str
    rows: str
    n: int
    metrics: Mapping[str, Figure]
    note: str = ""
    ships: bool = False

    def __getitem__(self, metric: str) -> Figure:
        return self.metrics.get(metric, Figure(None))


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
    slices: tuple[ScoreLine, ...]
    validation: tuple[ScoreLine, ...]

    @property
    def tested_in_time(self) -> bool:
        """Whether the test came later in time than everything learned from."""
        return self.rung in TESTED_IN_TIME

    @property
    def ours(self) -> ScoreLine | None:
        """The champion on the test rows."""
        return next((line for line in self.lines if line.kind == "ours"), None)

    @property
    def shipping(self) -> ScoreLine | None:
        """What scores customers, on the test rows."""
        return next((line for line in self.lines if line.ships), self.ours)


def churn_scoreboard(reading: Reading) -> ChurnScoreboard | None:
    """The test of the churn score; None where the release has none (see `why_no_churn`)."""
    report = reading.churn
    if report is None:
        return None
    board = report.get("scoreboard") or {}
    champion = str(report.get("champion", ""))
    shipped = str(report.get("shipped") or champion)
    rung = str(report.get("rung", ""))
    return ChurnScoreboard(
        label=str(report.get("label") or reading.about.get("label", "")),
        kind=str(report.get("kind") or reading.about.get("churn_kind", "")),
        rung=rung,
        how_tested=_RUNGS.get(rung, ""),
        plan=str(report.get("plan", "")),
        calibration=str(report.get("calibration", "")),
        verdict=str(report.get("verdict") or board.get("verdict", "")),
        beats_recency=_beats_recency(report),
        ranks=bool(report.get("ships_ranking", True)),
        champion=named(champion),
        shipped=named(shipped),
        threshold=report.get("threshold"),
        cutoffs={part: tuple(days) for part, days in (report.get("cutoffs") or {}).items()},
        lines=_without_twins(_lines(board.get("rows"), shipped), champion),
        slices=_lines(board.get("slices"), ""),
        validation=_lines(report.get("validation"), ""),
    )


def why_no_churn(reading: Reading) -> str:
    """Why a release says nothing about churn, in a sentence."""
    if reading.about.get("churn_kind") is None:
        return "The project file defines no churn: add `churn:` to it and run again."
    words = step_words("train", step_result(reading, "train"))
    because = f" The training step says: {words}." if words else ""
    return f"No churn score has been trained for this release.{because}"


def _lines(rows: Any, shipped: str) -> tuple[ScoreLine, ...]:
    return tuple(
        ScoreLine(
            name=str(row.get("name", "")),
            words=named(str(row.get("name", ""))),
            kind=str(row.get("kind", "")),
            rows=str(row.get("rows", "")),
            n=int(row.get("n") or 0),
            metrics={
                name: Figure(figure.get("value"), figure.get("low"), figure.get("high"))
                for name, figure in (row.get("metrics") or {}).items()
            },
            note=str(row.get("note", "")),
            ships=bool(shipped) and row.get("name") == shipped and row.get("kind") != "optimistic",
        )
        for row in rows or ()
    )


def _without_twins(lines: tuple[ScoreLine, ...], champion: str) -> tuple[ScoreLine, ...]:
    """A baseline that is the champion itself is said once, in the champion's line."""
    return tuple(
        line for line in lines if line.kind in ("ours", "optimistic") or line.name != champion
    )


def _beats_recency(report: Mapping[str, Any]) -> bool | None:
    gain = (report.get("gains") or {}).get("recency")
    if not gain:
        return None
    lows = [(gain.get(metric) or {}).get("low") for metric in ("roc_auc", "log_loss")]
    return any(low is not None and low > 0 for low in lows)
