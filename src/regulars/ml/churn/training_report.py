"""A training as a file of the release: what estimators compute, under the names that readers use.

What estimators computed is pickled with the champion and keeps its classes for that reason; what
people and programs read is `regulars.release`. This module is the only way from one to the other.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict

from regulars.features.churn_definition import definition_sentence
from regulars.ml.churn.money import Advice
from regulars.ml.churn.recipe_choice import RecipeChoice
from regulars.ml.churn.segment_calibration import SegmentCalibration
from regulars.ml.churn.trained import TrainedChurn
from regulars.ml.evaluation import Confusion, Curves, Estimate, ScoreRow
from regulars.ml.leakage import Audit
from regulars.ml.splits import Plan, TrainingCutoff
from regulars.release import evaluation_facts as facts
from regulars.release.churn_report import TrainedDefinition, TrainingReport

_SCORE_KINDS: dict[str, facts.ScoreKind] = {
    "ours": "champion",
    "member": "member",
    "baseline": "baseline",
    "optimistic": "optimistic",
}


def training_report(trained: TrainedChurn) -> TrainingReport:
    """What one training gave, without the fitted estimator and the rows of its test."""
    problem, verdict, plan = trained.problem, trained.verdict, trained.plan
    return TrainingReport(
        definition=TrainedDefinition(**problem.definition.to_json()),
        kind=problem.kind,
        label=definition_sentence(problem.definition),
        horizon_days=problem.horizon_days,
        champion=trained.champion,
        shipped=trained.shipped,
        ranks_customers=verdict.ships_ranking,
        verdict=verdict.words,
        improvements={
            name: {metric: figure(estimate) for metric, estimate in gain.items()}
            for name, gain in verdict.gains.items()
        },
        rung=plan.rung if plan else "undated",
        plan=trained.plan_words,
        cutoffs=_cutoffs(plan),
        recipe_choice=_recipe_choice(trained.choice) if trained.choice else None,
        recalibration=_recalibration(trained),
        calibration=trained.calibration_words,
        parameters={name: dict(values) for name, values in problem.parameters.items()},
        threshold=trained.threshold,
        scoreboard=facts.EvaluatedScores(
            rows=_scores(trained.scoreboard.rows), subgroups=_scores(trained.scoreboard.slices)
        ),
        validation=_scores(trained.validation),
        confusion=_confusion(trained.confusion),
        curves=curves_of(trained.curves),
        money=contact_profit(trained.money) if trained.money else None,
        importance=tuple(facts.ImportanceGroup(**asdict(group)) for group in trained.importance),
        dependence=tuple(facts.Dependence(**asdict(curve)) for curve in trained.dependence),
        segment_calibration=tuple(_segment(segment) for segment in trained.segments),
        leakage_audit=audited_inputs(trained.audit),
        suspect_above=problem.suspect_above,
        inputs=dict(trained.kinds),
    )


def figure(estimate: Estimate) -> facts.Figure:
    """A figure with its interval; None where it is not defined."""
    return facts.Figure(**estimate.to_json())


def contact_profit(advice: Advice) -> facts.ContactProfit:
    """What contacting brings, as readers see it."""
    return facts.ContactProfit(**asdict(advice))


def audited_inputs(audit: Audit) -> tuple[facts.AuditedInput, ...]:
    """Every input with its verdict, in the order of the audit."""
    return tuple(
        facts.AuditedInput(
            input=line.input,
            lineage=line.lineage,
            # Saved estimators of the first version say accepted.
            verdict="waived" if line.verdict == "accepted" else line.verdict,
            reason=line.reason,
            auc_alone=line.auc_alone,
            waived_by=line.accepted_by,
            waiver_reason=line.accepted_why,
            future=line.future,
        )
        for line in audit.lines
    )


def _recipe_choice(choice: RecipeChoice) -> facts.RecipeChoice:
    return facts.RecipeChoice(
        chosen=choice.chosen,
        reason=choice.reason,
        member=choice.member,
        log_loss_gain=figure(choice.log_loss_gain) if choice.log_loss_gain else None,
        roc_auc_gain=figure(choice.roc_auc_gain) if choice.roc_auc_gain else None,
    )


def _recalibration(trained: TrainedChurn) -> facts.Recalibration | None:
    decision, shipped = trained.recalibration, trained.estimator.platt
    if decision is None:
        return None
    return facts.Recalibration(
        applied=decision.calibrator is not None,
        reason=decision.reason,
        validations=tuple(
            facts.CalibratorValidation(
                learned_at=each.learned_at,
                validated_at=each.validated_at,
                log_loss_gain=figure(each.gain),
                helped=each.helped,
            )
            for each in decision.validations
        ),
        slope=shipped.slope,
        intercept=shipped.intercept,
    )


def _scores(rows: Iterable[ScoreRow]) -> tuple[facts.EvaluatedScore, ...]:
    return tuple(
        facts.EvaluatedScore(
            name=row.name,
            kind=_SCORE_KINDS[row.kind],
            rows=row.rows,
            n=row.n,
            metrics={name: figure(estimate) for name, estimate in row.metrics.items()},
            note=row.note,
        )
        for row in rows
    )


def _confusion(confusion: Confusion) -> facts.ConfusionMatrix:
    return facts.ConfusionMatrix(
        threshold=confusion.threshold,
        true_positives=confusion.called_and_churned,
        false_positives=confusion.called_and_stayed,
        false_negatives=confusion.missed,
        true_negatives=confusion.rightly_left,
        classes=tuple(facts.ClassReport(**asdict(each)) for each in confusion.classes),
    )


def curves_of(curves: Curves) -> facts.EvaluationCurves:
    """Both curves under the names that readers use."""
    return facts.EvaluationCurves(
        calibration=tuple(
            facts.CalibrationPoint(
                predicted=point.promised,
                observed=point.seen,
                low=point.low,
                high=point.high,
                n=point.n,
            )
            for point in curves.calibration
        ),
        cumulative_gains=tuple(facts.GainPoint(**asdict(point)) for point in curves.gain),
    )


def _segment(segment: SegmentCalibration) -> facts.SegmentCalibration:
    return facts.SegmentCalibration(
        by=segment.by,
        level=segment.level,
        n=segment.n,
        predicted=segment.promised,
        observed=segment.seen,
        low=segment.low,
        high=segment.high,
    )


def _cutoffs(plan: Plan | None) -> dict[str, tuple[str, ...]]:
    if plan is None:
        return {}
    parts: dict[str, tuple[TrainingCutoff, ...]] = {
        "train": plan.train,
        "validate": plan.validate,
        "calibrate": tuple(validation.validate_at for validation in plan.calibrator_validations),
        "test": (plan.test,) if plan.test else (),
    }
    return {
        part: tuple(f"{cutoff.as_of:%Y-%m-%d}" for cutoff in cutoffs)
        for part, cutoffs in parts.items()
    }
