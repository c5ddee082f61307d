"""Run the steps: skip what has not changed, record how it went, survive being killed.

A step is skipped when its newest result was made from the same inputs, code and as-of date. Its
record is opened before it touches anything and closed after, so a killed step never counts.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from regulars import __version__
from regulars.core.errors import RegularsError, SettingsError
from regulars.core.lock import project_lock
from regulars.core.progress import Progress
from regulars.core.settings import Project
from regulars.core.step_results import Reason, StepOutcome, StepResult, StepStatus
from regulars.flows.context import RunContext
from regulars.flows.run_report import write_pipeline_report
from regulars.flows.steps import NAMES, Step, chosen_steps, step_fingerprints
from regulars.insights.step_words import outcome_words
from regulars.warehouse.ledger import Ledger
from regulars.warehouse.opening import warehouse_exists

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class RunRequest:
    """What is asked of a run. `as_of` overrides the project file; `force` ignores fingerprints.

    `retrain` trains, whatever the schedule says and though nothing changed. `strict` stops at a
    failed check of severity error; `accept_shrink` lets full deliveries in below their floor;
    without `plots` the report step draws no PNG figures.
    """

    only: list[str] | None = None
    resume_from: str | None = None
    force: bool = False
    keep_going: bool = False
    as_of: date | None = None
    strict: bool = False
    accept_shrink: bool = False
    retrain: bool = False
    plots: bool = True
    command: str = "regulars run"


@dataclass(frozen=True)
class PlannedStep:
    """A step and whether it would run; `because` is the reason in words.

    Where it `depends`, only what the steps it needs come to make decides, when its turn comes.
    """

    step: Step
    fingerprint: str
    stale: bool
    because: str
    depends: bool = False


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


def plan(project: Project, request: RunRequest, *, context: RunContext) -> list[PlannedStep]:
    """Which steps would run, and why, without touching the warehouse."""
    fingerprints = step_fingerprints(context)
    ledger = Ledger(project.state)
    there = warehouse_exists(project)
    planned: list[PlannedStep] = []
    for step in chosen_steps(request.only, resume_from=request.resume_from):
        stale, because = _staleness(step, fingerprints[step.name], ledger, request, there=there)
        item = PlannedStep(step, fingerprints[step.name], stale, because)
        item = item if stale else _outlook(item, planned, context=context)
        if item.stale or item.depends:
            coming = {one.step.name for one in planned if one.stale or one.depends}
            _need_results(step, ledger, coming=coming, there=there)
        planned.append(item)
    return planned


def _outlook(
    item: PlannedStep, before: Sequence[PlannedStep], *, context: RunContext
) -> PlannedStep:
    """A step that nothing has made stale yet: whether it asks, and what the others may change."""
    asks = item.step.always_run_reason(context)
    if asks is not None:
        return replace(item, stale=True, because=asks)
    needs = [one for one in before if one.step.name in item.step.needs]
    certain = [
        one for one in needs if one.stale and one.because != one.step.always_run_reason(context)
    ]
    if certain:
        return replace(item, stale=True, because=f"{certain[0].step.name} runs again", depends=True)
    perhaps = [one for one in needs if one.stale or one.depends]
    if perhaps:
        said = f"{item.because}, unless {perhaps[0].step.name} finds something new"
        return replace(item, because=said, depends=True)
    return item


def _staleness(
    step: Step, fingerprint: str, ledger: Ledger, request: RunRequest, *, there: bool
) -> tuple[bool, str]:
    if request.force or (request.retrain and step.name == "train"):
        return True, "asked for"
    if not there:
        return True, "there is no warehouse yet"
    if step.name == request.resume_from:
        return True, "asked to resume here"
    last = ledger.last_result(step.name)
    if last is None:
        return True, "never ran"
    if last.status != "done":
        return True, f"was {'interrupted' if last.status == 'running' else last.status} last time"
    if last.fingerprint != fingerprint:
        return True, "inputs, settings or code changed"
    newer = [need for need in step.needs if _made_id(ledger, need) > last.step_id]
    if newer:
        return True, f"{newer[0]} ran since"
    return False, f"nothing changed since {last.ended_at or last.started_at}"


def _made_id(ledger: Ledger, step: str) -> int:
    first = ledger.first_result(step)
    return first.step_id if first else 0


def _need_results(step: Step, ledger: Ledger, *, coming: set[str], there: bool) -> None:
    """Raise SettingsError for a step whose input is not there and is not coming."""
    for need in step.needs:
        last = ledger.last_result(need) if there else None
        if need not in coming and (last is None or last.status != "done"):
            raise SettingsError(
                f"the step {step.name} needs what {need} makes, and {need} has not ended well yet",
                hint=f"`regulars run --resume-from {need}`, or just `regulars run`.",
            )


def run(
    project: Project,
    request: RunRequest,
    *,
    progress: Progress,
    clock: Callable[[], datetime],
) -> RunOutcome:
    """Run what is stale, in order. Raises the first step's error unless `keep_going`."""
    started = clock()
    with project_lock(project.state, command=request.command, now=started) as recovered:
        run_id = Ledger(project.state).new_run_id(started)
        context = RunContext(
            project,
            run_id,
            started,
            progress,
            as_of=request.as_of,
            retrain=request.retrain,
            strict=request.strict,
            accept_shrink=request.accept_shrink,
            plots=request.plots,
        )
        ledger = context.ledger
        planned = plan(project, request, context=context)
        ledger.start_run(run_id, command=request.command, now=started, version=__version__)
        status, error = "failed", None
        try:
            outcomes = _run_steps(planned, request, context=context, clock=clock)
            status = (
                "failed"
                if any(outcome.status == StepStatus.FAILED for outcome in outcomes)
                else "done"
            )
        except BaseException as problem:
            error = f"{type(problem).__name__}: {problem}"
            raise
        finally:
            context.close()
            ledger.end_run(
                run_id, status=status, now=clock(), as_of=_as_of_text(context), error=error
            )
            write_pipeline_report(project, run_id)
    return RunOutcome(run_id, tuple(outcomes), recovered)


def _as_of_text(context: RunContext) -> str | None:
    return context.as_of.isoformat() if context.as_of else None


def _run_steps(
    planned: Sequence[PlannedStep],
    request: RunRequest,
    *,
    context: RunContext,
    clock: Callable[[], datetime],
) -> list[StepOutcome]:
    outcomes: list[StepOutcome] = []
    failed: set[str] = set()
    for index, item in enumerate(planned, start=1):
        name = item.step.name
        item = _decided(item, request, context=context)  # noqa: PLW2901 - its turn has come
        context.progress.step_started(name, index=index, total=len(planned))
        blocked = [need for need in item.step.needs if need in failed]
        if blocked:
            outcome = StepOutcome(
                name=name,
                status=StepStatus.FAILED,
                seconds=0.0,
                result=StepResult(reason=Reason.NEED_FAILED, facts={"need": blocked[0]}),
            )
        elif item.stale:
            outcome = _run_step(item, request, context=context, clock=clock)
        else:
            outcome = _skip(item, context=context, clock=clock)
        if outcome.status == StepStatus.FAILED:
            failed.add(name)
        outcomes.append(outcome)
        context.progress.step_ended(outcome)
    return outcomes


def _decided(item: PlannedStep, request: RunRequest, *, context: RunContext) -> PlannedStep:
    """Whether a step that depends on others runs, now that they have."""
    if not item.depends:
        return item
    stale, because = _staleness(item.step, item.fingerprint, context.ledger, request, there=True)
    return replace(item, stale=stale, because=because, depends=False)


def _skip(item: PlannedStep, *, context: RunContext, clock: Callable[[], datetime]) -> StepOutcome:
    ledger, name = context.ledger, item.step.name
    last = ledger.last_result(name)
    since = (last.ended_at or last.started_at) if last else None
    result = StepResult(reason=Reason.UNCHANGED, facts={"since": since})
    step_id = ledger.start_step(
        context.run_id,
        step=name,
        fingerprint=item.fingerprint,
        now=clock(),
        status=StepStatus.SKIPPED,
    )
    ledger.end_step(step_id, status=StepStatus.SKIPPED, now=clock(), seconds=0.0, result=result)
    return StepOutcome(name=name, status=StepStatus.SKIPPED, seconds=0.0, result=result)


def _run_step(
    item: PlannedStep,
    request: RunRequest,
    *,
    context: RunContext,
    clock: Callable[[], datetime],
) -> StepOutcome:
    name = item.step.name
    log.info("step %s begins: %s", name, item.because)
    # What follows from this step does not hold any more from here on, whatever happens next.
    step_id = context.ledger.start_step(
        context.run_id, step=name, fingerprint=item.fingerprint, now=clock()
    )
    before = time.perf_counter()

    def close(
        status: StepStatus, *, result: StepResult | None = None, error: str | None = None
    ) -> StepOutcome:
        seconds = time.perf_counter() - before
        context.ledger.end_step(
            step_id, status=status, now=clock(), seconds=seconds, result=result, error=error
        )
        outcome = StepOutcome(
            name=name, status=status, seconds=seconds, result=result or StepResult(), error=error
        )
        log.info("step %s %s in %.1f s: %s", name, status, seconds, outcome_words(outcome))
        return outcome

    try:
        return close(StepStatus.DONE, result=item.step.run(context))
    except BaseException as error:
        outcome = close(StepStatus.FAILED, error=str(error) or type(error).__name__)
        if request.keep_going and isinstance(error, RegularsError):
            return outcome
        raise


__all__ = ["NAMES", "PlannedStep", "RunOutcome", "RunRequest", "StepOutcome", "plan", "run"]
