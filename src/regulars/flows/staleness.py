"""Which steps are stale, and why: one pass over the list, from facts alone.

Nothing is read here and nothing is worded: `run.py` gathers the facts, surfaces make the words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from regulars.core.step_results import StepStatus


class Staleness(StrEnum):
    """Why a step runs, or does not."""

    ASKED_FOR = "asked_for"
    NO_WAREHOUSE = "no_warehouse"
    RESUMED = "resumed"
    NEVER_RAN = "never_ran"
    DID_NOT_END_WELL = "did_not_end_well"  # `subject` is how it ended
    DEFERRED = "deferred"  # a quick run left it to this one
    CHANGED = "changed"  # inputs, settings, code or the as-of date
    NEED_RAN_SINCE = "need_ran_since"  # `subject` is the needed step
    NEED_RUNS_AGAIN = "need_runs_again"  # `subject` is the needed step
    ALWAYS_RUNS = "always_runs"  # `subject` is the reason of the step
    UNCHANGED = "unchanged"  # `subject` is since when
    NEED_MAY_CHANGE = "need_may_change"  # as UNCHANGED, unless the needed step finds something new


@dataclass(frozen=True)
class LastResult:
    """What the records say of a step: its newest result, and where that output was first made."""

    status: StepStatus
    fingerprint: str
    since: str
    step_id: int
    output_id: int


@dataclass(frozen=True)
class StepFacts:
    """What decides about one step. `always_run_reason` is set where it runs every time."""

    name: str
    needs: tuple[str, ...]
    fingerprint: str
    last: LastResult | None = None
    always_run_reason: str | None = None


@dataclass(frozen=True)
class Wish:
    """What is asked of a plan: its steps, those that run in any case, the one to resume from.

    For a `quick` run, a step that was deferred with the same inputs is as good as done.
    """

    steps: tuple[str, ...]
    forced: frozenset[str] = frozenset()
    resume_from: str | None = None
    has_warehouse: bool = True
    quick: bool = False


@dataclass(frozen=True)
class PlanItem:
    """A step, whether it would run, and why.

    One that `is_open` is decided when its turn comes, by what the steps that it needs then made.
    """

    step: str
    fingerprint: str
    is_stale: bool
    reason: Staleness
    subject: str = ""
    is_open: bool = False

    @property
    def is_certain(self) -> bool:
        """Whether the step runs for a reason of its own: what it made before does not hold."""
        return self.is_stale and self.reason is not Staleness.ALWAYS_RUNS


def plan_steps(facts: Mapping[str, StepFacts], wish: Wish) -> list[PlanItem]:
    """The steps of the wish, which names each after those that it needs."""
    planned: dict[str, PlanItem] = {}
    for name in wish.steps:
        item = judge_step(facts[name], facts, wish)
        needs = [planned[need] for need in facts[name].needs if need in planned]
        planned[name] = _judge_by_needs(item, needs)
    return list(planned.values())


def judge_step(step: StepFacts, others: Mapping[str, StepFacts], wish: Wish) -> PlanItem:
    """One step by its own facts and the outputs of the steps it needs, as they are on record."""
    reason, subject = _own_reason(step, others, wish)
    is_stale = reason is not Staleness.UNCHANGED
    return PlanItem(step.name, step.fingerprint, is_stale, reason, subject)


def _own_reason(
    step: StepFacts, facts_by_step: Mapping[str, StepFacts], wish: Wish
) -> tuple[Staleness, str]:
    last = step.last
    if step.name in wish.forced:
        return Staleness.ASKED_FOR, ""
    if not wish.has_warehouse:
        return Staleness.NO_WAREHOUSE, ""
    if step.name == wish.resume_from:
        return Staleness.RESUMED, ""
    if last is None:
        return Staleness.NEVER_RAN, ""
    if last.status == StepStatus.DEFERRED and not wish.quick:
        return Staleness.DEFERRED, ""
    if not last.status.feeds_later_steps:
        return Staleness.DID_NOT_END_WELL, last.status
    if last.fingerprint != step.fingerprint:
        return Staleness.CHANGED, ""
    newer = [need for need in step.needs if _output_id(facts_by_step.get(need)) > last.step_id]
    if newer:
        return Staleness.NEED_RAN_SINCE, newer[0]
    if step.always_run_reason is not None:
        return Staleness.ALWAYS_RUNS, step.always_run_reason
    return Staleness.UNCHANGED, last.since


def _judge_by_needs(item: PlanItem, needs: Sequence[PlanItem]) -> PlanItem:
    """A step that nothing has made stale yet, by what will become of the steps that it needs."""
    if item.is_stale:
        return item
    certain = [need.step for need in needs if need.is_certain]
    possible = [need.step for need in needs if need.is_stale or need.is_open]
    if certain:
        return replace(
            item, is_stale=True, is_open=True, reason=Staleness.NEED_RUNS_AGAIN, subject=certain[0]
        )
    if possible:
        return replace(item, is_open=True, reason=Staleness.NEED_MAY_CHANGE, subject=possible[0])
    return item


def _output_id(step: StepFacts | None) -> int:
    return step.last.output_id if step is not None and step.last is not None else 0


def first_missing_need(
    items: Sequence[PlanItem], facts: Mapping[str, StepFacts], *, has_warehouse: bool
) -> tuple[str, str] | None:
    """A step that may run and one that it needs, whose result is not there and is not coming."""
    coming: set[str] = set()
    for item in items:
        if item.is_stale or item.is_open:
            for need in facts[item.step].needs:
                last = facts[need].last if has_warehouse else None
                if need not in coming and (last is None or not last.status.feeds_later_steps):
                    return item.step, need
            coming.add(item.step)
    return None
