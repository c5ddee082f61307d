"""What drives churn, and what was looked at before anything was learned from it?"""

from __future__ import annotations

from dataclasses import dataclass

from regulars.insights.release_reading import Reading
from regulars.release.evaluation_facts import (
    AuditedInput,
    Dependence,
    ImportanceGroup,
    SegmentCalibration,
)


class Driver(ImportanceGroup):
    """A group of inputs with each input in words; the strongest input comes first."""

    words: tuple[str, ...]


@dataclass(frozen=True)
class LeakageAudit:
    """All audited inputs. `waived` passed only because somebody took responsibility."""

    inputs: tuple[AuditedInput, ...]
    waived: tuple[AuditedInput, ...]

    @property
    def strongest(self) -> AuditedInput | None:
        """The input that says most by itself."""
        known = [line for line in self.inputs if line.auc_alone is not None]
        return max(known, key=lambda line: line.auc_alone or 0.0, default=None)


class DependenceCurve(Dependence):
    """How the score depends on one input, in words and along its values."""

    words: str


@dataclass(frozen=True)
class GlobalExplanation:
    """What moves scores, how along its values, and in which segments predictions were right."""

    drivers: tuple[Driver, ...]
    dependence: tuple[DependenceCurve, ...]
    segments: tuple[SegmentCalibration, ...]


def explain_globally(reading: Reading) -> GlobalExplanation:
    """The churn score as a whole, from the release."""
    return GlobalExplanation(drivers(reading), dependence(reading), segment_calibration(reading))


def dependence(reading: Reading) -> tuple[DependenceCurve, ...]:
    """Curves of the strongest inputs, strongest first."""
    curves = reading.churn.dependence if reading.churn else ()
    return tuple(
        DependenceCurve(**dict(curve), words=input_words(reading, curve.input)) for curve in curves
    )


def segment_calibration(reading: Reading) -> tuple[SegmentCalibration, ...]:
    """Predicted and observed churn of the test, by segment."""
    return reading.churn.segment_calibration if reading.churn else ()


def drivers(reading: Reading) -> tuple[Driver, ...]:
    """What moves churn scores, strongest first."""
    groups = reading.churn.importance if reading.churn else ()
    return tuple(
        Driver(**dict(group), words=tuple(input_words(reading, name) for name in group.inputs))
        for group in groups
    )


def leakage_audit(reading: Reading) -> LeakageAudit:
    """What the leakage guard found, and every waiver, used or not."""
    lines = reading.churn.leakage_audit if reading.churn else ()
    waived = [line for line in lines if line.verdict == "waived"]
    listed = {line.input for line in waived}
    unused = [
        AuditedInput(
            input=waiver.column,
            verdict="not_needed",
            waived_by=waiver.by,
            waiver_reason=waiver.why,
        )
        for waiver in reading.project.waivers
        if waiver.column not in listed
    ]
    return LeakageAudit(lines, (*waived, *unused))


def input_words(reading: Reading, name: str) -> str:
    """An input in words: its description in the catalogue, else its name."""
    description = reading.project.features.get(name)
    return description.rstrip(".") if description else name.replace("_", " ").capitalize()
