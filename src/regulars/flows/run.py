"""Run the steps: skip what has not changed, record how it went, survive being killed.

A step is skipped when its newest result was made from the same inputs, code and as-of date. Its
record is opened before it touches anything and closed after, so a killed step never counts.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from regulars.core.errors import RegularsError, SettingsError
from regulars.core.progress import Progress
from regulars.core.settings import Project
from regulars.core.step_results import Reason, StepOutcome, StepResult, StepStatus
from regulars.flows.context import RunContext, RunOptions
from regulars.flows.run_report import write_pipeline_report
from regulars.flows.session import Clock, Session, session
from regulars.flows.staleness import (
    LastResult,
    PlanItem,
    StepFacts,
    Wish,
    first_missing_need,
    judge_step,
    plan_steps,
)
from regulars.flows.step_performance import log_performance
from regulars.flows.steps import NAMES, STEP_NAMED, STEPS, chosen_steps, step_fingerprints
from regulars.insights.step_words import outcome_words
from regulars.warehouse.ledger import Ledger
from regulars.warehouse.opening import warehouse_exists

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class RunRequest(RunOptions):
    """What is asked of a run: which steps, and how.

    `force` runs even what has not changed. After a failed step, `keep_going` runs those that can.
    """

    only: list[str] | None = None
    resume_from: str | None = None
    force: bool = False
    keep_going: bool = False
    command: str = "regulars run"


@dataclass(frozen=True)
class RunOutcome:
    """How a run ended. `recovered` describes a run that died while it held the project."""

    run_id: str
    steps: tuple[StepOutcome, ...]
    recovered: str | None

    @property
    def all_skipped(self) -> bool:
        """Whether nothing had changed."""
        return all(step.status == StepStatus.SKIPPED for step in self.steps)


Around = Callable[[str, Callable[[], StepResult]], StepResult]


def run(
    project: Project,
    request: RunRequest,
    *,
    progress: Progress,
    clock: Clock,
    around: Around = lambda _, make: make(),
) -> RunOutcome:
    """Run what is stale, in order. Raises the first step's error unless `keep_going`.

    `around` is given each step that runs, by name, and calls it: an orchestrator makes it a task.
    """
    _check(request)  # a wrong request leaves no record
    run_id, is_done = None, False
    try:
        with session(project, request.command, clock, progress=progress, options=request) as held:
            run_id = held.context.run_id
            outcomes = _Run(held, request, clock, around).outcomes()
            held.failed = any(outcome.status == StepStatus.FAILED for outcome in outcomes)
        is_done = not held.failed
    finally:
        if run_id is not None:
            write_pipeline_report(project, run_id)
            _tell(project, run_id=run_id, is_done=is_done, clock=clock)
    return RunOutcome(run_id, tuple(outcomes), held.recovered)


def _tell(project: Project, *, run_id: str, is_done: bool, clock: Clock) -> None:
    """Tell about the run whoever wants to know; a project without channels imports nothing."""
    if project.alerts.has_channel or project.alerts.heartbeat:
        from regulars.flows.sending_alerts import alert_after_run

        alert_after_run(project, run_id=run_id, is_done=is_done, clock=clock)
    if project.alerts.release_webhook:
        from regulars.flows.announcing_releases import announce_after_run

        announce_after_run(project, clock=clock)


def _check(request: RunRequest) -> None:
    """Raises SettingsError for an unknown step, and for a quick run of stated steps."""
    chosen_steps(request.only, resume_from=request.resume_from)
    if request.quick and (request.only or request.resume_from):
        raise SettingsError(
            "--quick chooses the steps itself",
            hint="Leave out --steps and --resume-from, or leave out --quick.",
        )


def plan(request: RunRequest, *, context: RunContext) -> list[PlanItem]:
    """Which steps would run, and why, without touching the warehouse.

    Raises SettingsError for a step that is not there, or whose input is not there.
    """
    facts, wish = _gathered(request, context)
    items = plan_steps(facts, wish)
    missing = first_missing_need(items, facts, has_warehouse=wish.has_warehouse)
    if missing is not None:
        step, need = missing
        raise SettingsError(
            f"the step {step} needs what {need} makes, and {need} has not succeeded yet",
            hint=f"`regulars run --resume-from {need}`, or just `regulars run`.",
        )
    return items


def _gathered(request: RunRequest, context: RunContext) -> tuple[dict[str, StepFacts], Wish]:
    fingerprints = step_fingerprints(context)
    facts = {name: _facts(name, fingerprints[name], context) for name in NAMES}
    retrained = {"train"} if request.retrain else set[str]()
    wish = Wish(
        chosen_steps(request.only, resume_from=request.resume_from),
        forced=frozenset(NAMES if request.force else retrained),
        resume_from=request.resume_from,
        has_warehouse=warehouse_exists(context.project),
        quick=request.quick,
    )
    return facts, wish


def _facts(name: str, fingerprint: str, context: RunContext) -> StepFacts:
    step = STEP_NAMED[name]
    last = _last_result(context.ledger, name)
    return StepFacts(name, step.needs, fingerprint, last, step.always_run_reason(context))


def _last_result(ledger: Ledger, name: str) -> LastResult | None:
    last, first = ledger.last_result(name), ledger.first_result(name)
    if last is None or first is None:
        return None
    since = last.ended_at or last.started_at
    return LastResult(last.status, last.fingerprint, since, last.step_id, first.step_id)


class _Run:
    """One run that has the project: its steps in order."""

    def __init__(self, held: Session, request: RunRequest, clock: Clock, around: Around) -> None:
        self._around = around
        self._context = held.context
        self._ledger = held.context.ledger
        self._request = request
        self._clock = clock

    def outcomes(self) -> list[StepOutcome]:
        """Run or skip every step of the plan."""
        items = plan(self._request, context=self._context)
        progress = self._context.progress
        outcomes: dict[str, StepOutcome] = {}
        for index, item in enumerate(items, start=1):
            progress.step_started(item.step, index=index, total=len(items))
            outcome = self._outcome(self._decided(item), outcomes)
            outcomes[item.step] = outcome
            progress.step_ended(outcome)
        return list(outcomes.values())

    def _decided(self, item: PlanItem) -> PlanItem:
        """Whether a step that was left open runs, now that the steps it needs have ended."""
        if not item.is_open:
            return item
        names = (item.step, *STEP_NAMED[item.step].needs)
        facts = {
            name: StepFacts(name, STEP_NAMED[name].needs, "", _last_result(self._ledger, name))
            for name in names
        }
        step = replace(facts[item.step], fingerprint=item.fingerprint)
        return judge_step(step, facts, Wish((item.step,), quick=self._request.quick))

    def _outcome(self, item: PlanItem, before: Mapping[str, StepOutcome]) -> StepOutcome:
        failed = [
            need
            for need in STEP_NAMED[item.step].needs
            if need in before and before[need].status == StepStatus.FAILED
        ]
        if failed:
            result = StepResult(reason=Reason.NEED_FAILED, facts={"need": failed[0]})
            return StepOutcome(name=item.step, status=StepStatus.FAILED, seconds=0.0, result=result)
        return self._run_step(item) if item.is_stale else self._skip(item)

    def _skip(self, item: PlanItem) -> StepOutcome:
        step_id = self._ledger.start_step(
            self._context.run_id,
            step=item.step,
            fingerprint=item.fingerprint,
            now=self._clock(),
            status=StepStatus.SKIPPED,
        )
        result = StepResult(reason=Reason.UNCHANGED, facts={"since": item.subject})
        outcome = StepOutcome(name=item.step, status=StepStatus.SKIPPED, seconds=0.0, result=result)
        return self._closed(step_id, outcome)

    def _run_step(self, item: PlanItem) -> StepOutcome:
        log.info("step %s begins: %s %s", item.step, item.reason, item.subject)
        # What follows from this step does not hold any more from here on, whatever happens next.
        step_id = self._ledger.start_step(
            self._context.run_id,
            step=item.step,
            fingerprint=item.fingerprint,
            now=self._clock(),
        )
        before, processor = time.perf_counter(), time.process_time()
        outcome = StepOutcome(
            name=item.step, status=StepStatus.FAILED, seconds=0.0, result=StepResult()
        )
        try:
            result = self._made(item.step)
            is_deferred = result.reason is Reason.DEFERRED
            status = StepStatus.DEFERRED if is_deferred else StepStatus.DONE
            outcome = outcome.model_copy(update={"status": status, "result": result})
        except BaseException as problem:
            error = str(problem) or type(problem).__name__
            outcome = outcome.model_copy(update={"error": error})
            if not (self._request.keep_going and isinstance(problem, RegularsError)):
                raise
        finally:
            seconds = time.perf_counter() - before
            outcome = self._closed(step_id, outcome.model_copy(update={"seconds": seconds}))
            log_performance(outcome, processor_seconds=time.process_time() - processor)
        return outcome

    def _made(self, name: str) -> StepResult:
        step = STEP_NAMED[name]
        makes = step.defer if self._request.quick and step.defer else step.run
        return self._around(name, lambda: makes(self._context))

    def _closed(self, step_id: int, outcome: StepOutcome) -> StepOutcome:
        self._ledger.end_step(step_id, outcome, now=self._clock())
        words, seconds = outcome_words(outcome), outcome.seconds
        level = logging.ERROR if outcome.status == StepStatus.FAILED else logging.INFO
        log.log(level, "step %s %s in %.1f s: %s", outcome.name, outcome.status, seconds, words)
        return outcome


__all__ = ["NAMES", "STEPS", "RunOutcome", "RunRequest", "StepOutcome", "plan", "run"]
