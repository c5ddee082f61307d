"""The audit table: every input, where it comes from, and whether it may be learned from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from regulars.core.errors import LeakageError

Verdict = Literal["passed", "refused", "accepted", "suspected"]
WHOLE_ESTIMATOR = "*"


@dataclass(frozen=True)
class LeakageWaiver:
    """A refusal that somebody waives: who takes responsibility, and why.

    `column` is an input's name, or `*` for an estimator that is suspiciously good as a whole.
    """

    column: str
    by: str
    why: str


# The name in problems that the first version saved with its estimators.
Acceptance = LeakageWaiver


@dataclass(frozen=True)
class AuditLine:
    """One input: its lineage, the verdict with its reason, and the AUC it reaches alone.

    `future` says what deleting later rows did to it; empty where nobody looked.
    """

    input: str
    lineage: tuple[str, ...]
    verdict: Verdict
    reason: str = ""
    auc_alone: float | None = None
    accepted_by: str = ""
    accepted_why: str = ""
    future: Literal["", "unchanged", "changed"] = ""


@dataclass(frozen=True)
class Audit:
    """All lines, in the order of the inputs; line `*` speaks of the whole estimator.

    It is `suspected` where no input or small group explains how good the estimator is.
    """

    lines: tuple[AuditLine, ...]

    @property
    def refused(self) -> tuple[AuditLine, ...]:
        """Lines that stop the run."""
        return tuple(line for line in self.lines if line.verdict == "refused")

    @property
    def suspected(self) -> AuditLine | None:
        """The line of an estimator that is too good to be true, and that nothing explains."""
        return next((line for line in self.lines if line.verdict == "suspected"), None)

    @property
    def strongest(self) -> AuditLine | None:
        """The input that ranks churners best alone."""
        known = [line for line in self.lines if line.input != WHOLE_ESTIMATOR]
        return max(known, key=lambda line: line.auc_alone or 0.0, default=None)

    @property
    def accepted(self) -> tuple[AuditLine, ...]:
        """Lines that only pass because somebody signed for them; every report prints these."""
        return tuple(line for line in self.lines if line.verdict == "accepted")

    def with_refusals(self, reasons: Mapping[str, str]) -> Audit:
        """The audit with these inputs refused as well; earlier verdicts keep their reason."""
        return Audit(
            tuple(
                replace(line, verdict="refused", reason=reasons[line.input])
                if line.input in reasons and line.verdict == "passed"
                else line
                for line in self.lines
            )
        )

    def with_future(self, looks_ahead: Mapping[str, str]) -> Audit:
        """The audit after later rows were deleted: `looks_ahead` maps what changed to a reason."""
        audit = Audit(
            tuple(
                replace(line, future="changed" if line.input in looks_ahead else "unchanged")
                for line in self.lines
            )
        )
        return audit.with_refusals(looks_ahead)

    def with_line(self, line: AuditLine) -> Audit:
        """The audit with one more line."""
        return Audit((*self.lines, line))

    def with_waivers(self, waivers: Iterable[LeakageWaiver]) -> Audit:
        """The audit in which refusals that somebody waives pass."""
        by_column = {waiver.column: waiver for waiver in waivers}
        return Audit(tuple(_waived(line, by_column.get(line.input)) for line in self.lines))

    def enforce(self) -> None:
        """Raise LeakageError naming every refused input with its reason."""
        if not self.refused:
            return
        named = "; ".join(f"'{line.input}' {line.reason}" for line in self.refused)
        raise LeakageError(
            f"a feature knows the outcome: {named}",
            where="leakage guard",
            hint=(
                f"Remove {'it' if len(self.refused) == 1 else 'these'} from the mapping, or, where "
                "you know that customers who stay have the same, waive it in the project file: "
                "leakage: accept: [{column, by, why}]."
            ),
        )


def _waived(line: AuditLine, waiver: LeakageWaiver | None) -> AuditLine:
    if waiver is None or line.verdict != "refused":
        return line
    return replace(line, verdict="accepted", accepted_by=waiver.by, accepted_why=waiver.why)
