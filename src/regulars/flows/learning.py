"""The steps that learn: train the churn estimator and judge it; score with the champion."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from regulars import __version__
from regulars.core.errors import DataError, NotEnoughData
from regulars.core.settings import ChurnSettings
from regulars.core.step_results import Fact, Reason, StepResult, StepWarning, WarningKind
from regulars.features.churn_definition import ChurnDefinition
from regulars.features.cutoffs import Cutoff
from regulars.features.frames import Frame
from regulars.features.reading import input_kinds, read_population
from regulars.features.tables import read_cutoffs
from regulars.flows.context import RunContext
from regulars.flows.invariance import examine_future, known_invariance
from regulars.flows.lessons import Lesson, problem_of, read_lesson
from regulars.flows.retraining import fallen, made_before, training_due
from regulars.flows.reviewing import review_scores, store_scores
from regulars.flows.transforming import SERVING, build_models
from regulars.flows.worth import values_today
from regulars.ml.churn.predictions import PREDICTIONS
from regulars.ml.lifecycle.realised import Realised
from regulars.ml.registry import EstimatorRecord

if TYPE_CHECKING:
    from regulars.ml.lifecycle.records import Origin


def train_churn(context: RunContext) -> StepResult:
    """Train, judge, and promote where every gate is passed.

    A company too young to learn from still gets its tables, segments and release. What is
    learned waits for the schedule of the project file unless the run was asked to train.
    """
    churn = context.project.churn
    if churn is None:
        return StepResult(reason=Reason.NO_CHURN)
    lesson = read_lesson(context)
    champion = fitting_champion(context)
    series = review_scores(context, as_of=_score_cutoff(context).as_of)
    due = training_due(
        churn,
        context.estimators.index,
        made_from=lesson.made_from,
        champion=champion,
        series=series,
        now=context.started_at,
    )
    if not (due.train or context.options.retrain):
        _use_what_is_known(context, lesson)
        return _training_result(context, Reason.NOT_DUE, {"detail": due.because})
    try:
        return _trained(context, churn, lesson)
    except (NotEnoughData, DataError) as lack:
        if context.options.retrain:
            raise
        return _training_result(context, Reason.NOT_ENOUGH_DATA, {"detail": lack.what})
    finally:
        write_model_runs(context)


def _trained(context: RunContext, churn: ChurnSettings, lesson: Lesson) -> StepResult:
    """Check the data, train, judge; promote unless a gate was not passed."""
    from regulars.ml.churn.training import train
    from regulars.ml.lifecycle.checks import check_training_data, enforce_checks
    from regulars.ml.lifecycle.gates import judge_gates, needed_of
    from regulars.ml.lifecycle.records import files_of, record_of
    from regulars.ml.lifecycle.tracking import need_tracker, track

    if churn.track:
        need_tracker()
    checks = check_training_data(lesson.frame)
    enforce_checks(checks)
    if context.project.leakage.check_future and known_invariance(context) is None:
        examine_future(context)
    trained = train(
        problem_of(context, churn, lesson),
        lesson.frame,
        lesson.windows,
        report=context.progress.detail,
        value=lesson.worth,
    )
    gates = judge_gates(
        trained,
        needed=needed_of(churn.gates.model_dump()),
        champion=_loaded_champion(context),
        frame=lesson.frame,
        compared=churn.gates.not_worse_than_champion,
    )
    registry, origin = context.estimators, _origin(context, lesson)
    record = record_of(
        registry.new_id(context.run_id),
        trained,
        frame=lesson.frame,
        origin=origin,
        checks=checks,
        gates=gates,
    )
    files = files_of(record, trained, frame=lesson.frame)
    registry.add(record, trained, files=files)
    if record.status != "rejected":
        registry.promote(record.estimator_id, at=origin.trained_at, why=_passed(gates))
    registry.prune(keep=churn.keep_estimators)
    if churn.track:
        track(record, files, folder=context.project.state)
    return _record_result(context, record)


def _origin(context: RunContext, lesson: Lesson) -> Origin:
    from regulars.ml.lifecycle.records import Origin

    return Origin(
        run_id=context.run_id,
        trained_at=moment_of(context),
        as_of=lesson.as_of,
        code_version=__version__,
        code_fingerprint=lesson.code,
        data_fingerprint=lesson.data,
        made_from=lesson.made_from,
        settings=lesson.settings,
    )


def _passed(gates: Sequence[Any]) -> str:
    return f"passed {len(gates)} gate{'s' if len(gates) != 1 else ''}"


def _record_result(context: RunContext, record: EstimatorRecord) -> StepResult:
    facts: dict[str, Fact] = {
        "estimator_id": record.estimator_id,
        "roc_auc": record.metric("roc_auc"),
        "calibration_error": record.metric("calibration_error"),
    }
    if record.status == "rejected":
        return _training_result(context, Reason.REJECTED, {**facts, "detail": record.because})
    return StepResult(facts={**facts, "shipped": record.shipped, "verdict": record.verdict})


def _training_result(context: RunContext, reason: Reason, facts: Mapping[str, Fact]) -> StepResult:
    """Why there is no new champion, and which one stays in use with what weakness."""
    champion = fitting_champion(context)
    if champion is None or context.project.churn is None:
        return StepResult(reason=reason, facts=facts)
    low = fallen(context.project.churn, champion, _series(context))
    warning = StepWarning(
        kind=WarningKind.LOW_REALISED_SCORE, subject=champion.estimator_id, detail=low
    )
    return StepResult(
        reason=reason,
        facts={**facts, "champion": champion.estimator_id},
        warnings=(warning,) if low else (),
    )


def _series(context: RunContext) -> list[Realised]:
    return [Realised(**one) for one in context.estimators.note("realised") or ()]


def fitting_champion(context: RunContext) -> EstimatorRecord | None:
    """The champion where it has today's churn definition and inputs that there are; else None.

    One that learned after the as-of date of this run knows the future, and is no champion here.
    """
    champion, definition = (
        context.estimators.index.champion_record,
        ChurnDefinition.of(context.project),
    )
    if champion is None or definition is None or champion.definition_key != definition.key:
        return None
    if champion.as_of > str(_score_cutoff(context).as_of):
        return None
    kinds = input_kinds(context.project)
    return champion if all(kinds.get(n) == k for n, k in champion.features.items()) else None


def _loaded_champion(context: RunContext) -> Any:
    champion = fitting_champion(context)
    if champion is None:
        return None
    try:
        return context.estimators.load(champion.estimator_id)
    except DataError:
        return None


def _use_what_is_known(context: RunContext, lesson: Lesson) -> None:
    """Data or settings went back to what they were: the estimator made from them serves again.

    What a person promoted or rolled back to stays, until there is something new to learn from.
    """
    index = context.estimators.index
    same = made_before(index, lesson.made_from)
    by_hand = bool(index.promotions) and index.promotions[-1].by_hand
    if same is None or same.status == "rejected" or same.estimator_id == index.champion or by_hand:
        return
    why = "made from the same data, code and settings"
    context.estimators.promote(
        same.estimator_id, at=moment_of(context), why=why, cause="same_origin"
    )


def moment_of(context: RunContext) -> str:
    """When this run began, as text in UTC."""
    return context.started_at.astimezone(UTC).isoformat(timespec="seconds")


def write_model_runs(context: RunContext) -> None:
    """One row per estimator that was ever fitted here, into the warehouse."""
    from regulars.ml.lifecycle.records import model_runs

    table = model_runs(context.estimators.index.estimators)
    context.warehouse.replace_table("ml", "model_runs", table)


def score_customers(context: RunContext) -> StepResult:
    """Write a prediction for everybody in the population, then the serving tables."""
    table, result = PREDICTIONS.empty_table(), StepResult(reason=Reason.NO_CHAMPION)
    champion = fitting_champion(context) if context.project.churn else None
    if champion is not None:
        table, result = _scored(context, champion)
    write_model_runs(context)
    context.warehouse.replace_table("ml", "churn_predictions", table)
    build_models(context, SERVING)
    return result.model_copy(update={"counts": {"customers": table.num_rows}})


def _scored(context: RunContext, champion: EstimatorRecord) -> tuple[pa.Table, StepResult]:
    from regulars.ml.churn.scoring import score

    registry, cutoff = context.estimators, _score_cutoff(context)
    frame = read_population(context.project, context.warehouse, as_of=cutoff.as_of)
    if not len(frame):
        return PREDICTIONS.empty_table(), StepResult()
    trained = registry.load(champion.estimator_id)
    worth = values_today(context, as_of=cutoff.as_of)
    found = score(trained, frame, value=worth, report=context.progress.detail)
    table = found.select(PREDICTIONS.names).cast(PREDICTIONS)
    if context.project.churn is not None and context.project.churn.kind != "labelled":
        store_scores(context, table, estimator_id=champion.estimator_id, cutoff=cutoff)
    note = _scoring_note(context, champion, trained, frame=frame, table=table, worth=worth)
    registry.write_note("scoring", note)
    drift = note["drift"]["warning"]
    warning = StepWarning(kind=WarningKind.DRIFT, subject=champion.estimator_id, detail=drift)
    return table, StepResult(
        facts={"estimator_id": champion.estimator_id}, warnings=(warning,) if drift else ()
    )


def _scoring_note(
    context: RunContext,
    champion: EstimatorRecord,
    trained: Any,
    *,
    frame: Frame,
    table: pa.Table,
    worth: np.ndarray | None,
) -> dict[str, Any]:
    """What readers of the scores should know of this scoring: drift, and the money of today."""
    from regulars.flows.question import money_of
    from regulars.ml.churn.money import advise_contacts
    from regulars.ml.lifecycle.drift import drift

    path = context.estimators.folder(champion.estimator_id) / "population.json"
    population = json.loads(path.read_text("utf-8"))
    churn = context.project.churn
    money = None if churn is None else money_of(churn, worth)
    advice = None
    if money is not None:
        probability = table["churn_probability"].to_numpy(zero_copy_only=False)
        known = None if worth is None else np.nan_to_num(worth)
        advice = advise_contacts(probability, money=money, value=known).to_json()
    return {
        "estimator_id": champion.estimator_id,
        "as_of": str(_score_cutoff(context).as_of),
        "customers": table.num_rows,
        "drift": drift(population, trained.prepared(frame)).to_json(),
        "money": advice,
    }


def _score_cutoff(context: RunContext) -> Cutoff:
    return max(read_cutoffs(context.warehouse), key=lambda one: one.as_of)
