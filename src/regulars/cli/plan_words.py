"""The words for why a step runs, or does not."""

from __future__ import annotations

from collections.abc import Mapping

from regulars.flows.staleness import PlanItem, Staleness

_WORDS: Mapping[Staleness, str] = {
    Staleness.ASKED_FOR: "asked for",
    Staleness.NO_WAREHOUSE: "there is no warehouse yet",
    Staleness.RESUMED: "asked to resume here",
    Staleness.NEVER_RAN: "never ran",
    Staleness.DID_NOT_END_WELL: "ended as {subject} last time",
    Staleness.DEFERRED: "left to this run by `regulars run --quick`",
    Staleness.CHANGED: "inputs, settings or code changed",
    Staleness.NEED_RAN_SINCE: "{subject} ran since",
    Staleness.NEED_RUNS_AGAIN: "{subject} runs again",
    Staleness.ALWAYS_RUNS: "{subject} may hold new data",
    Staleness.UNCHANGED: "nothing changed since {subject}",
    Staleness.NEED_MAY_CHANGE: "nothing changed, unless {subject} finds something new",
}


def plan_words(item: PlanItem) -> str:
    """Why a step runs or not, in a few words."""
    return _WORDS[item.reason].format(subject=item.subject)
