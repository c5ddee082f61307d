"""What a reader must know beside every figure of the churn score: waivers, and a suspected leak.

Every surface prints the sentences made here, so none can praise a score that a waiver let through.
"""

from __future__ import annotations

from math import ceil
from typing import Literal

from pydantic import computed_field

from regulars.release.churn_report import TrainingReport
from regulars.release.contract import ReleaseModel
from regulars.release.evaluation_facts import AuditedInput

WHOLE_ESTIMATOR = "*"
CautionKind = Literal["waiver", "suspicion"]


class ScoreCaution(ReleaseModel):
    """Why figures of the churn score may be too good.

    `input` is the waived feature, or `*` for the whole estimator. `roc_auc` is what the input
    reaches alone, or the estimator in all; `ceiling` is `churn.suspect_above`, `strongest` the
    feature that reaches most alone. `ships` is false where the estimator scores nobody.
    """

    kind: CautionKind
    input: str
    roc_auc: float | None = None
    ceiling: float | None = None
    strongest: str = ""
    strongest_auc: float | None = None
    ships: bool = True
    by: str = ""
    why: str = ""

    @computed_field  # type: ignore[prop-decorator]
    @property
    def sentence(self) -> str:
        """The caution as people read it."""
        return self._suspicion if self.kind == "suspicion" else self._waiver

    @property
    def _waiver(self) -> str:
        name = "the whole score" if self.input == WHOLE_ESTIMATOR else f"the feature '{self.input}'"
        reaches = "" if self.roc_auc is None else f", which reaches ROC AUC {self.roc_auc:.3f}"
        alone = " alone" if reaches and self.input != WHOLE_ESTIMATOR else ""
        return (
            f"Waiver: the leakage guard refused {name}{reaches}{alone}. {self.by} waived it, "
            f"because: {self.why.rstrip('.')}. All figures of the churn score rest on it."
        )

    @property
    def _suspicion(self) -> str:
        who = "the churn score" if self.ships else "the model that does not ship"
        reached = f" of {self.roc_auc:.3f}" if self.roc_auc is not None else ""
        above = f" ({self.ceiling:g})" if self.ceiling is not None else ""
        strongest = (
            f" The strongest feature is '{self.strongest}', {self.strongest_auc:.3f} alone."
            if self.strongest and self.strongest_auc is not None
            else ""
        )
        return (
            f"A leak is suspected: {who} has a ROC AUC{reached}, not below churn.suspect_above"
            f"{above}, and no feature or small group of features explains it.{strongest} Check "
            "that every feature was known before customers left. If so, write "
            f"{self._text_to_write} in the project file."
        )

    @property
    def _text_to_write(self) -> str:
        """What accepts the score: halfway from its ROC AUC to 1, since the next one will differ."""
        accepted = None if self.roc_auc is None else ceil(500 * (1 + self.roc_auc)) / 1000
        if accepted is None or accepted >= 1:
            return "`leakage: {accept: [{column: '*', by: YOUR NAME, why: YOUR REASON}]}`"
        return f"`churn: {{suspect_above: {accepted:g}}}`"


def cautions_of(report: TrainingReport) -> tuple[ScoreCaution, ...]:
    """The suspicion first, then every waiver that the training needed."""
    lines = report.leakage_audit
    suspected = [_suspicion(report, line) for line in lines if line.verdict == "suspected"]
    waived = [
        ScoreCaution(
            kind="waiver",
            input=line.input,
            roc_auc=line.auc_alone,
            by=line.waived_by,
            why=line.waiver_reason,
        )
        for line in lines
        if line.verdict == "waived"
    ]
    return (*suspected, *waived)


def _suspicion(report: TrainingReport, line: AuditedInput) -> ScoreCaution:
    inputs = [each for each in report.leakage_audit if each.input != WHOLE_ESTIMATOR]
    strongest = max(inputs, key=lambda each: each.auc_alone or 0.0, default=None)
    return ScoreCaution(
        kind="suspicion",
        input=line.input,
        roc_auc=line.auc_alone,
        ceiling=report.suspect_above,
        strongest=strongest.input if strongest else "",
        strongest_auc=strongest.auc_alone if strongest else None,
        ships=report.shipped == report.champion,
    )
