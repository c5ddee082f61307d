"""What a step of a run came to, as typed facts; surfaces make the words (`insights.step_words`)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

Fact = str | int | float | bool | None


class StepStatus(StrEnum):
    """How a step of a run stands in the records."""

    RUNNING = "running"
    DONE = "done"
    SKIPPED = "skipped"
    FAILED = "failed"
    DEFERRED = "deferred"  # a quick run left it to the next run
    INTERRUPTED = "interrupted"

    @property
    def feeds_later_steps(self) -> bool:
        """Whether steps that need this one may run: it was made, or deferred on purpose."""
        return self in (StepStatus.DONE, StepStatus.DEFERRED)


class Reason(StrEnum):
    """Why a step did not do, or not fully do, what it is for."""

    UNCHANGED = "unchanged"  # skipped: its result was made from the same
    NEED_FAILED = "need_failed"  # not begun: a step that it needs failed
    NOTHING_NEW = "nothing_new"  # no source had new rows
    NO_CHURN = "no_churn"  # the project defines no churn
    NOT_DUE = "not_due"  # an estimator is in use, and the schedule or the data ask for no other
    NOT_ENOUGH_DATA = "not_enough_data"
    REJECTED = "rejected"  # trained, and refused by a gate
    NO_CHAMPION = "no_champion"  # there is no estimator that could score
    DEFERRED = "deferred"  # a quick run learns nothing
    CHAMPION_CHANGED = "champion_changed"  # what was made with the champion before does not hold


class WarningKind(StrEnum):
    """What a reader of a step's result should look at."""

    SOURCE_FAILED = "source_failed"  # `subject` is the source, `detail` what was done instead
    FILE_NO_ROWS = "file_no_rows"  # `subject` is a file with a header and nothing below
    FILE_NEW_COLUMNS = "file_new_columns"  # that nothing reads: `facts` has their names
    FILE_ABSENT_COLUMNS = "file_absent_columns"  # that are read, and stay empty for the file
    LOW_REALISED_SCORE = "low_realised_score"  # an earlier score ranked worse than is allowed
    NO_CLUSTERS = "no_clusters"  # there are too few customers to cluster
    DRIFT = "drift"  # `subject` is an input with major drift, the worst first
    SCORE_CAUTION = "score_caution"  # a waiver or a suspected leak (`release.score_cautions`)


class StepWarning(BaseModel):
    """One warning: plain values by name. `detail` is the text of an error, for people."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: WarningKind
    subject: str = ""
    detail: str = ""
    facts: Mapping[str, Fact] = {}


class StepResult(BaseModel):
    """What a step came to. The records keep it as JSON; nothing else is kept of a step's words.

    `counts` are whole numbers by name, `facts` other plain values, `artefacts` the names of files
    and tables beyond those that the step always makes. `output_fingerprint` tells one output from
    another, for steps that can find that there is nothing new.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    reason: Reason | None = None
    counts: Mapping[str, int] = {}
    facts: Mapping[str, Fact] = {}
    warnings: tuple[StepWarning, ...] = ()
    artefacts: tuple[str, ...] = ()
    output_fingerprint: str | None = None
    earlier_words: str | None = None  # the sentence that versions before typed results stored

    def warning(self, kind: WarningKind) -> StepWarning | None:
        """The first warning of a kind."""
        return next((warning for warning in self.warnings if warning.kind == kind), None)


class StepOutcome(BaseModel):
    """How one step of a run ended: done, skipped or failed; `error` is set where it failed."""

    model_config = ConfigDict(frozen=True)

    name: str
    status: StepStatus
    seconds: float
    result: StepResult
    error: str | None = None
