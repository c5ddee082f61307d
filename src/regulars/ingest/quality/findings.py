"""What a check found, how bad that is, and what all checks together say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from regulars.core.settings import CheckSettings

SEVERITIES = ("error", "warning", "info")


@dataclass(frozen=True)
class Finding:
    """One check. `severity` says how bad a failure is; `failures` counts rows where it does.

    `rows_sql` is a query for the rows behind it, where there are any to look at.
    """

    name: str
    kind: str
    severity: str
    passed: bool
    message: str
    table: str | None = None
    failures: int | None = None
    details: dict[str, Any] = field(default_factory=dict)
    rows_sql: str | None = None
    seconds: float = 0.0

    @property
    def status(self) -> str:
        """pass, fail (an error), warn, or info."""
        if self.passed:
            return "pass"
        return {"error": "fail", "warning": "warn", "info": "info"}[self.severity]


@dataclass(frozen=True)
class CheckSummary:
    """All checks of a run; the data is valid when none of severity error failed.

    `pass_rate` is between 0 and 1; `errors`, `warnings` and `info` count failed checks.
    """

    total_checks: int
    passed: int
    failed: int
    errors: int
    warnings: int
    info: int
    pass_rate: float
    is_valid: bool


def summarise(findings: Sequence[Finding]) -> CheckSummary:
    """Count what passed and what did not."""
    passed = sum(finding.passed for finding in findings)
    errors, warnings, info = (
        sum(not finding.passed and finding.severity == severity for finding in findings)
        for severity in SEVERITIES
    )
    rate = passed / len(findings) if findings else 1.0
    return CheckSummary(
        len(findings), passed, len(findings) - passed, errors, warnings, info, rate, errors == 0
    )


def with_settings(findings: Iterable[Finding], settings: CheckSettings) -> list[Finding]:
    """The findings with the severities of the project file; those that are off are left out."""
    kept = []
    for finding in findings:
        severity = settings.severity.get(finding.name) or settings.severity.get(finding.kind)
        if severity != "off":
            kept.append(replace(finding, severity=severity) if severity else finding)
    return kept
