"""The report of the churn estimator: how it was trained and tested, and what became of it since."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from regulars.core.calendar import Grain
from regulars.release.contract import ReleaseFile, ReleaseModel
from regulars.release.evaluation_facts import (
    AuditedInput,
    CheckedRule,
    ConfusionMatrix,
    ContactProfit,
    Cutoffs,
    Dependence,
    EvaluatedScore,
    EvaluatedScores,
    EvaluationCurves,
    Figure,
    ImportanceGroup,
    Improvements,
    JudgedGate,
    Parameters,
    Recalibration,
    RecipeChoice,
    SegmentCalibration,
)
from regulars.release.project_facts import ChurnKind

Rung = Literal["full", "no_calibration_cutoff", "no_validation", "no_test_in_time", "undated"]
TrainingStatus = Literal["candidate", "champion", "retired", "rejected"]


class TrainedDefinition(ReleaseModel):
    """The churn definition that an estimator was trained for; lengths in periods of `grain`."""

    kind: ChurnKind
    grain: Grain = "day"
    horizon: int | None = None
    gap: int = 0
    activity_window: int | None = None
    decline_below: float | None = None


class EstimatorRun(ReleaseFile):
    """What is known of one fitted estimator.

    `definition` is None where the first version trained it, `label` says it in a sentence.
    `made_from` digests data, code and settings together: equal ones give the same estimator.
    `parameters` are those that a search found, by estimator. `metrics` are those of what ships, on
    its test. `features` maps the inputs to their kinds. `because` says why it has its status;
    `has_files` is false once its files were pruned.
    """

    file_name: ClassVar[str] = "model_run_metadata.json"

    estimator_id: str
    run_id: str
    definition: TrainedDefinition | None = None
    kind: ChurnKind | None = None
    label: str = ""
    trained_at: str
    as_of: str
    code_version: str
    made_from: str
    data_fingerprint: str
    code_fingerprint: str
    recipe: str
    shipped: str
    rows: int
    churned: int
    verdict: str
    settings: dict[str, Any] = {}
    features: dict[str, str] = {}
    parameters: Parameters = {}
    cutoffs: Cutoffs = {}
    metrics: dict[str, Figure] = {}
    checks: tuple[CheckedRule, ...] = ()
    gates: tuple[JudgedGate, ...] = ()
    status: TrainingStatus = "candidate"
    because: str = ""
    has_files: bool = True


class TrainingSummary(ReleaseModel):
    """One training in a line: what shipped, its figures and gates, and its status with the reason.

    `has_files` is false once its files were pruned. `cautions` are sentences that must be read
    beside the figures of the estimator in use.
    """

    estimator_id: str
    status: TrainingStatus
    cautions: tuple[str, ...] = ()
    because: str = ""
    trained_at: str = ""
    as_of: str = ""
    recipe: str = ""
    shipped: str = ""
    metrics: dict[str, float | None] = {}
    gates: tuple[JudgedGate, ...] = ()
    has_files: bool = True


class TrainingReport(ReleaseFile):
    """What one training gave, without the fitted estimator and the rows of its test.

    `rung` says which kind of test the history allowed, `plan` which dates served for what.
    `champion` is the best model, `shipped` the one that scores customers: a simpler one where the
    champion does not beat it. `improvements` maps a baseline to what the champion gains over it.
    `suspect_above` is the ROC AUC from which the whole estimator is suspected of a leak.
    `recipe_choice` and `recalibration` say why the champion is what it is; reports of earlier
    versions have neither.
    """

    file_name: ClassVar[str] = "report.json"

    definition: TrainedDefinition | None = None
    kind: ChurnKind
    label: str
    horizon_days: int | None = None
    champion: str
    shipped: str
    ranks_customers: bool = True
    verdict: str = ""
    improvements: Improvements = {}
    rung: Rung
    plan: str = ""
    cutoffs: Cutoffs = {}
    recipe_choice: RecipeChoice | None = None
    recalibration: Recalibration | None = None
    calibration: str = ""
    parameters: Parameters = {}
    threshold: float | None = None
    scoreboard: EvaluatedScores = EvaluatedScores()
    validation: tuple[EvaluatedScore, ...] = ()
    confusion: ConfusionMatrix | None = None
    curves: EvaluationCurves = EvaluationCurves()
    money: ContactProfit | None = None
    importance: tuple[ImportanceGroup, ...] = ()
    dependence: tuple[Dependence, ...] = ()
    segment_calibration: tuple[SegmentCalibration, ...] = ()
    leakage_audit: tuple[AuditedInput, ...] = ()
    suspect_above: float | None = None
    inputs: dict[str, str] = {}


class InputDrift(ReleaseModel):
    """One input, its population stability index, and what that means.

    `expected` is the index that the time passed brings by itself, as the training data show it;
    `psi` is what exceeds it twice over.
    """

    input: str
    psi: float
    expected: float = 0.0
    verdict: Literal["stable", "moderate", "major"]


class DriftThresholds(ReleaseModel):
    """From which index on an input has drifted moderately, and majorly."""

    moderate: float = 0.1
    major: float = 0.25


class DriftReport(ReleaseModel):
    """How far the customers scored now differ from those that were learned from, worst first.

    `not_judged` are inputs of which no earlier cutoff shows how they change as time passes.
    """

    customers: int
    inputs: tuple[InputDrift, ...] = ()
    not_judged: tuple[str, ...] = ()
    thresholds: DriftThresholds = DriftThresholds()

    @property
    def major(self) -> tuple[InputDrift, ...]:
        """Inputs with major drift, the worst first."""
        return tuple(line for line in self.inputs if line.verdict == "major")


class BacktestedScore(ReleaseModel):
    """Scores given at `as_of`, backtested against what had happened by `outcome_to`."""

    as_of: str
    estimator_id: str
    outcome_to: str
    customers: int
    predicted: float
    observed: float
    metrics: dict[str, Figure] = {}


class ChurnReport(TrainingReport):
    """The report of the estimator in use, with what has become of it since its training.

    `money` is about the customers scored now, `money_on_test` about those of the test.
    """

    file_name: ClassVar[str] = "churn.json"

    estimator: EstimatorRun | None = None
    money_on_test: ContactProfit | None = None
    drift: DriftReport | None = None
    backtests: tuple[BacktestedScore, ...] = ()
    trainings: tuple[TrainingSummary, ...] = ()
