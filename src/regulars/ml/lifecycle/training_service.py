"""One training from data to a champion: is it due, train, judge by gates, record, promote."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

from regulars import __version__
from regulars.core.errors import DataError, NotEnoughData
from regulars.core.settings import ChurnSettings, Project
from regulars.ml.churn.trained import TrainedChurn
from regulars.ml.churn.training import train
from regulars.ml.estimator_index import EstimatorRecord
from regulars.ml.lifecycle.champions import fitting_champion, load_champion
from regulars.ml.lifecycle.checks import check_training_data, enforce_checks
from regulars.ml.lifecycle.gates import judge_gates, needed_of
from regulars.ml.lifecycle.records import Origin, files_of, record_of
from regulars.ml.lifecycle.tracking import need_tracker, track
from regulars.ml.lifecycle.training_data import TrainingData, training_problem
from regulars.ml.lifecycle.training_schedule import (
    Due,
    LowScore,
    low_score,
    record_made_from,
    training_due,
)
from regulars.ml.registry import Registry
from regulars.release.churn_report import BacktestedScore
from regulars.release.evaluation_facts import JudgedGate

Report = Callable[[str], None]
# Inputs that change when later rows are deleted, with a reason each; None where nobody looked.
LooksAhead = Mapping[str, str] | None


class TrainingStatus(StrEnum):
    """What came of a training."""

    PROMOTED = "promoted"
    REJECTED = "rejected"
    NOT_DUE = "not_due"
    NOT_ENOUGH_DATA = "not_enough_data"


@dataclass(frozen=True)
class TrainingOutcome:
    """What came of a training, with the facts that each status has.

    `record` is the candidate of PROMOTED and REJECTED, `due` why NOT_DUE, `lack` what
    NOT_ENOUGH_DATA misses (for people). `champion` is the one in use afterwards and fits today's
    churn definition, `low_score` its weakness where an earlier score ranked badly.
    """

    status: TrainingStatus
    champion: EstimatorRecord | None = None
    low_score: LowScore | None = None
    record: EstimatorRecord | None = None
    due: Due | None = None
    lack: str = ""


@dataclass(frozen=True)
class TrainingService:
    """Trains estimators of one project into its registry.

    `looks_ahead` gives the inputs that look ahead; it is asked only when a training is due, since
    to know it may take a build of all features. `score_date` is the date that customers are scored
    at: a champion that learned later knows the future.
    """

    project: Project
    registry: Registry
    run_id: str
    started_at: datetime
    score_date: date
    looks_ahead: Callable[[], LooksAhead]
    report: Report

    def train(
        self,
        churn: ChurnSettings,
        data: TrainingData,
        backtests: Sequence[BacktestedScore],
        *,
        forced: bool,
    ) -> TrainingOutcome:
        """Train if due or `forced`; raises what is missing only where it was forced.

        A company too young to learn from still gets its tables, segments and release.
        """
        due = training_due(
            churn,
            self.registry.index,
            made_from=data.made_from,
            champion=self.champion,
            backtests=backtests,
            now=self.started_at,
        )
        if not (due.is_due or forced):
            self._serve_again(data)
            return self._outcome(TrainingStatus.NOT_DUE, churn, backtests, due=due)
        try:
            record = self._trained(churn, data)
        except (NotEnoughData, DataError) as lack:
            if forced:
                raise
            status = TrainingStatus.NOT_ENOUGH_DATA
            return self._outcome(status, churn, backtests, lack=lack.what)
        is_rejected = record.status == "rejected"
        status = TrainingStatus.REJECTED if is_rejected else TrainingStatus.PROMOTED
        return self._outcome(status, churn, backtests, record=record)

    @property
    def champion(self) -> EstimatorRecord | None:
        """The champion where it fits today's definition and inputs; else None."""
        return fitting_champion(self.project, self.registry.index, score_date=self.score_date)

    def _trained(self, churn: ChurnSettings, data: TrainingData) -> EstimatorRecord:
        """The record of a new estimator, promoted unless a gate was not passed."""
        if churn.track:
            need_tracker()  # a missing library is reported before the work, not after it
        checks = check_training_data(data.frame)
        enforce_checks(checks)
        index = self.registry.index
        problem = training_problem(self.project, data, looks_ahead=self.looks_ahead(), index=index)
        trained = train(problem, data.frame, data.windows, report=self.report, value=data.values)
        gates = self._gates(churn, trained, data)
        record = record_of(
            self.registry.new_id(self.run_id),
            trained,
            frame=data.frame,
            origin=self._origin(data),
            checks=checks,
            gates=gates,
        )
        self._keep(churn, record, trained, data)
        return self.registry.index.record(record.estimator_id)

    def _gates(
        self, churn: ChurnSettings, trained: TrainedChurn, data: TrainingData
    ) -> tuple[JudgedGate, ...]:
        return judge_gates(
            trained,
            needed=needed_of(churn.gates.model_dump()),
            champion=load_champion(self.registry, self.champion),
            frame=data.frame,
            compared=churn.gates.not_worse_than_champion,
        )

    def _keep(
        self,
        churn: ChurnSettings,
        record: EstimatorRecord,
        trained: TrainedChurn,
        data: TrainingData,
    ) -> None:
        files = files_of(record, trained, frame=data.frame)
        self.registry.add(record, trained, files=files)
        if record.status != "rejected":
            count = len(record.gates)
            why = f"passed {count} gate{'s' if count != 1 else ''}"
            self.registry.promote(record.estimator_id, at=self._moment, why=why)
        self.registry.prune(keep=churn.keep_estimators)
        if churn.track:
            track(record, files, folder=self.project.state)

    def _serve_again(self, data: TrainingData) -> None:
        """Data or settings went back to what they were: the estimator made from them serves again.

        What a person promoted or rolled back to stays, until there is something new to learn from.
        """
        index = self.registry.index
        same = record_made_from(index, data.made_from)
        by_hand = bool(index.promotions) and index.promotions[-1].by_hand
        if same is None or same.status == "rejected" or by_hand:
            return
        if same.estimator_id != index.champion:
            why = "made from the same data, code and settings"
            self.registry.promote(same.estimator_id, at=self._moment, why=why, cause="same_origin")

    def _outcome(
        self,
        status: TrainingStatus,
        churn: ChurnSettings,
        backtests: Sequence[BacktestedScore],
        *,
        record: EstimatorRecord | None = None,
        due: Due | None = None,
        lack: str = "",
    ) -> TrainingOutcome:
        champion = self.champion
        low = None if champion is None else low_score(churn, champion, backtests)
        return TrainingOutcome(status, champion, low, record, due, lack)

    def _origin(self, data: TrainingData) -> Origin:
        return Origin(
            run_id=self.run_id,
            trained_at=self._moment,
            as_of=data.as_of,
            code_version=__version__,
            code_fingerprint=data.code,
            data_fingerprint=data.data,
            made_from=data.made_from,
            settings=data.settings,
        )

    @property
    def _moment(self) -> str:
        return self.started_at.astimezone(UTC).isoformat(timespec="seconds")
