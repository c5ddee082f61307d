"""The leakage guard by itself: every input, where it comes from, and whether it may be learned."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from regulars.core.errors import SettingsError
from regulars.core.progress import Progress
from regulars.core.settings import ChurnSettings, Project
from regulars.flows.context import RunContext
from regulars.flows.invariance import Invariance, examine_future
from regulars.flows.lessons import problem_of, read_lesson
from regulars.flows.session import session
from regulars.ml.leakage import Audit
from regulars.warehouse.opening import warehouse_exists

NO_FUTURE = "no past cutoff has a future to delete: outcomes without dates, or a short history"


@dataclass(frozen=True)
class AuditAnswer:
    """All inputs with their verdicts, and what deleting the future showed (None: nothing to)."""

    audit: Audit
    invariance: Invariance | None

    @property
    def words(self) -> str:
        """What was done about the future."""
        return self.invariance.words if self.invariance else NO_FUTURE

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return {
            "refused": [line.input for line in self.audit.refused],
            "future": self.invariance.to_json() if self.invariance else None,
            "words": self.words,
            "inputs": self.audit.to_json(),
        }


def audit_project(
    project: Project, *, progress: Progress, clock: Callable[[], datetime]
) -> AuditAnswer:
    """Delete the future of a past cutoff, compare, and judge every input. Trains nothing.

    Raises SettingsError where there are no features yet or no churn is defined.
    """
    need_features(project)
    with session(project, "regulars churn audit", clock, progress=progress) as held:
        return _audited(held.context)


def need_features(project: Project) -> ChurnSettings:
    """The churn settings. Raises SettingsError where there are none, or nothing ran yet."""
    if project.churn is None or not warehouse_exists(project):
        raise SettingsError(
            "there is nothing to look at yet",
            where=str(project.file),
            hint="`regulars run` first; the project file must define churn.",
        )
    return project.churn


def _audited(context: RunContext) -> AuditAnswer:
    from regulars.ml.churn.training import audit_churn

    churn = context.project.churn
    assert churn is not None
    invariance = examine_future(context)
    lesson = read_lesson(context)
    audit = audit_churn(problem_of(context, churn, lesson), lesson.frame, lesson.windows)
    return AuditAnswer(audit, invariance)
