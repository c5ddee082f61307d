"""How a score was tested: figures with intervals, curves, errors, and what a contact brings."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from regulars.release.contract import ReleaseModel

ScoreKind = Literal["champion", "member", "baseline", "optimistic"]


class Figure(ReleaseModel):
    """A figure with its 95 % interval; None where it is not defined."""

    value: float | None
    low: float | None = None
    high: float | None = None


class EvaluatedScore(ReleaseModel):
    """One model on some rows.

    `kind`: the champion, a member of it or a rival, a baseline that it must beat, or optimistic (a
    random split, for comparison with what others publish). `rows` says in words which rows it was
    measured on, `n` how many.
    """

    name: str
    kind: ScoreKind
    rows: str
    n: int
    metrics: dict[str, Figure]
    note: str = ""

    def __getitem__(self, metric: str) -> Figure:
        return self.metrics.get(metric, Figure(value=None))


class EvaluatedScores(ReleaseModel):
    """All models on the test rows, the champion first, and the champion on subgroups of them."""

    rows: tuple[EvaluatedScore, ...] = ()
    subgroups: tuple[EvaluatedScore, ...] = ()


class RecipeChoice(ReleaseModel):
    """Why the ensemble or one member is the champion.

    Gains are those of `member`, the best rival of the ensemble, over the ensemble on the validation
    cutoffs, positive where it is better; a member is chosen where its log loss is lower beyond
    chance and its ROC AUC no lower. None where nothing was compared.
    """

    chosen: str
    reason: Literal[
        "ensemble_not_beaten",
        "ensemble_ranks_better",
        "member_better",
        "only_candidate",
        "history_too_short",
        "undated",
    ]
    member: str | None = None
    log_loss_gain: Figure | None = None
    roc_auc_gain: Figure | None = None


class CalibratorValidation(ReleaseModel):
    """What a calibrator learned at `learned_at` gained in log loss at the later `validated_at`.

    Dates of cutoffs; halves of the customers where outcomes have no dates.
    """

    learned_at: tuple[str, ...]
    validated_at: str
    log_loss_gain: Figure
    helped: bool


class Recalibration(ReleaseModel):
    """Whether probabilities pass through a calibrator, and the validations behind that.

    One is applied where it helped beyond chance in each of two validations, learned each time from
    a stretch that holds the season of the cutoff. `slope` and `intercept` are those of what ships,
    in log-odds: 1 and 0 where nothing is changed.
    """

    applied: bool
    reason: Literal["validations_agree", "validations_disagree", "history_too_short"]
    validations: tuple[CalibratorValidation, ...] = ()
    slope: float = 1.0
    intercept: float = 0.0


class CalibrationPoint(ReleaseModel):
    """A tenth of the tested customers: churn predicted, and observed with its 95 % interval."""

    predicted: float
    observed: float
    low: float
    high: float
    n: int


class GainPoint(ReleaseModel):
    """Contacting the riskiest `contacted` share finds `found` of all who churned."""

    contacted: float
    found: float
    lift: float


class EvaluationCurves(ReleaseModel):
    """Calibration by tenths of customers, and cumulative gains."""

    calibration: tuple[CalibrationPoint, ...] = ()
    cumulative_gains: tuple[GainPoint, ...] = ()


class ClassReport(ReleaseModel):
    """One class: of those called so, how many were (precision); of those who were, how many found.

    Undefined figures are 0. `support` counts the customers of the class.
    """

    name: str
    precision: float
    recall: float
    f1: float
    support: int


class ConfusionMatrix(ReleaseModel):
    """Customers called churned from `threshold` on, against what happened; churned is positive."""

    threshold: float
    true_positives: int
    false_positives: int
    false_negatives: int
    true_negatives: int
    classes: tuple[ClassReport, ...] = ()


class ProfitPoint(ReleaseModel):
    """Contacting the `contacts` most profitable customers: expected profit, and its range."""

    contacts: int
    share: float
    profit: float
    low: float
    high: float


class ContactProfit(ReleaseModel):
    """For how many customers a contact pays, from which probability on, and what that brings.

    `low` and `high` come from save rates of half and one and a half times the stated one.
    """

    contacts: int
    threshold: float
    profit: float
    low: float
    high: float
    curve: tuple[ProfitPoint, ...] = ()


class ImportanceGroup(ReleaseModel):
    """A group of inputs that say one thing: its `share` of what moves scores, strongest first."""

    group: str
    inputs: tuple[str, ...] = ()
    share: float = 0.0
    strength: float = 0.0
    actionable: bool = False


class DependencePoint(ReleaseModel):
    """Customers of one level, or between two values, of an input.

    `effect` is what the input adds to their log-odds on average, `score` their mean probability.
    """

    level: str
    low: float | None
    high: float | None
    n: int
    effect: float
    score: float


class Dependence(ReleaseModel):
    """How the score depends on one input, along its values."""

    input: str
    strength: float
    points: tuple[DependencePoint, ...] = ()


class SegmentCalibration(ReleaseModel):
    """One segment of the tested customers, `level` of the input `by`.

    Mean predicted probability and observed churn share with Wilson's 95 % interval, `low` to
    `high`.
    """

    by: str
    level: str
    n: int
    predicted: float
    observed: float
    low: float
    high: float

    @property
    def is_within_interval(self) -> bool:
        """Whether the prediction lies within the interval of what was observed."""
        return self.low <= self.predicted <= self.high


class AuditedInput(ReleaseModel):
    """One input: its lineage, the verdict with its reason, and the AUC that it reaches alone.

    `input` is `*` where the whole estimator is meant. A waived one passed only because the waiver
    names who takes responsibility, and why. `future` says what deleting later rows did to the
    input; it is empty where nobody looked.
    """

    input: str
    lineage: tuple[str, ...] = ()
    verdict: Literal["passed", "refused", "waived", "suspected", "not_needed"]
    reason: str = ""
    auc_alone: float | None = None
    waived_by: str = ""
    waiver_reason: str = ""
    future: Literal["", "unchanged", "changed"] = ""


Parameters = dict[str, dict[str, Any]]
Improvements = dict[str, dict[str, Figure]]
Cutoffs = dict[str, tuple[str, ...]]


class CheckedRule(ReleaseModel):
    """A rule that training data must meet: what was found, and whether it blocks training."""

    name: str
    passed: bool
    finding: str
    blocks: bool = True


class JudgedGate(ReleaseModel):
    """What a new score had to reach to replace the one in use."""

    name: str
    passed: bool
    reason: str = Field(default="")
