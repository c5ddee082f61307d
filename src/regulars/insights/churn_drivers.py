"""What drives churn, and what was looked at before anything was learned from it?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from regulars.insights.reading import Reading
from regulars.ml.churn.dependence import DependencePoint
from regulars.ml.churn.segment_calibration import SegmentCalibration


@dataclass(frozen=True)
class Driver:
    """A group of inputs; `share` of all that moves scores, strongest input first."""

    group: str
    share: float
    inputs: tuple[str, ...]
    words: tuple[str, ...]
    actionable: bool


@dataclass(frozen=True)
class AuditedInput:
    """One input: where it comes from, and the verdict; `auc_alone` is what it reaches by itself.

    `future` says what deleting later rows did to it: unchanged, changed, or nothing if nobody did.
    """

    name: str
    lineage: tuple[str, ...]
    verdict: str
    reason: str
    auc_alone: float | None
    accepted_by: str
    accepted_why: str
    future: str = ""


@dataclass(frozen=True)
class LeakageAudit:
    """All audited inputs. `signed` passed only because somebody took responsibility."""

    inputs: tuple[AuditedInput, ...]
    signed: tuple[AuditedInput, ...]

    @property
    def strongest(self) -> AuditedInput | None:
        """The input that says most by itself."""
        known = [one for one in self.inputs if one.auc_alone is not None]
        return max(known, key=lambda one: one.auc_alone or 0.0, default=None)


@dataclass(frozen=True)
class DependenceCurve:
    """How the score depends on one input, in words and along its values."""

    input: str
    words: str
    strength: float
    points: tuple[DependencePoint, ...]


@dataclass(frozen=True)
class GlobalExplanation:
    """What moves scores, how along its values, and in which segments promises were kept."""

    drivers: tuple[Driver, ...]
    dependence: tuple[DependenceCurve, ...]
    segments: tuple[SegmentCalibration, ...]


def explain_globally(reading: Reading) -> GlobalExplanation:
    """The churn score as a whole, from the release."""
    return GlobalExplanation(drivers(reading), dependence(reading), segment_promises(reading))


def dependence(reading: Reading) -> tuple[DependenceCurve, ...]:
    """Curves of the strongest inputs, strongest first."""
    return tuple(
        DependenceCurve(
            str(one["input"]),
            input_words(reading, str(one["input"])),
            float(one["strength"]),
            tuple(DependencePoint(**point) for point in one["points"]),
        )
        for one in (reading.churn or {}).get("dependence") or ()
    )


def segment_promises(reading: Reading) -> tuple[SegmentCalibration, ...]:
    """Promised and seen churn of the test, by segment."""
    return tuple(
        SegmentCalibration.from_json(one) for one in (reading.churn or {}).get("segments") or ()
    )


def drivers(reading: Reading) -> tuple[Driver, ...]:
    """What moves churn scores, strongest first."""
    found = (reading.churn or {}).get("importance") or ()
    return tuple(
        Driver(
            group=str(one.get("group", "")),
            share=float(one.get("share") or 0.0),
            inputs=tuple(one.get("inputs") or ()),
            words=tuple(input_words(reading, name) for name in one.get("inputs") or ()),
            actionable=bool(one.get("actionable")),
        )
        for one in found
    )


def leakage_audit(reading: Reading) -> LeakageAudit:
    """What the leakage guard found, and every signed acceptance, used or not."""
    lines = [_audited(one) for one in (reading.churn or {}).get("audit") or ()]
    signed = [one for one in lines if one.verdict == "accepted"]
    listed = {one.name for one in signed}
    unused = [
        AuditedInput(one["column"], (), "signed", "not needed", None, one["by"], one["why"])
        for one in reading.about.get("accepted_leaks") or ()
        if one["column"] not in listed
    ]
    return LeakageAudit(tuple(lines), (*signed, *unused))


def input_words(reading: Reading, name: str) -> str:
    """An input in words: its description in the catalogue, else its name."""
    described = (reading.about.get("features") or {}).get(name)
    return str(described).rstrip(".") if described else name.replace("_", " ").capitalize()


def _audited(one: Mapping[str, Any]) -> AuditedInput:
    return AuditedInput(
        name=str(one.get("input", "")),
        lineage=tuple(one.get("lineage") or ()),
        verdict=str(one.get("verdict", "")),
        reason=str(one.get("reason", "")),
        auc_alone=one.get("auc_alone"),
        accepted_by=str(one.get("accepted_by", "")),
        accepted_why=str(one.get("accepted_why", "")),
        future=str(one.get("future", "")),
    )
