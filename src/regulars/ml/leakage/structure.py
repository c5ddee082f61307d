"""Refusal by name and by lineage, before a value is looked at."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

CHURN_WORDS = frozenset({"churn", "churned", "churner", "attrition", "attrited", "exited"})
LEAVING_WORDS = frozenset(
    {"cancel", "cancelled", "canceled", "cancellation", "leave", "leaving", "left", "exit"}
    | {"termination", "terminated", "closure", "closed", "unsubscribe", "unsubscribed", "quit"}
)
DETAIL_WORDS = frozenset(
    {"reason", "date", "at", "on", "day", "month", "year", "flag", "status", "type", "code"}
)
OUTCOME_NAMES = frozenset({"label", "target", "outcome", "y"})


def refused_by_name(names: Iterable[str], *, outcome_names: Iterable[str] = ()) -> dict[str, str]:
    """Reasons for inputs whose name says that they hold the outcome or how it came about.

    `outcome_names` are the project's own label, outcome and reason columns.
    """
    own = {_plain(name) for name in outcome_names}
    reasons = {name: _reason(name, own) for name in names}
    return {name: reason for name, reason in reasons.items() if reason}


def refused_by_lineage(
    lineage: Mapping[str, tuple[str, ...]], *, outcome_lineage: Iterable[str]
) -> dict[str, str]:
    """Reasons for inputs made from a source that the label is made from.

    A source that serves both in different windows (purchases before and after the cutoff) must
    name its window in the lineage text; equal texts mean the same source and window.
    """
    forbidden = set(outcome_lineage)
    shared = {name: sorted(forbidden.intersection(sources)) for name, sources in lineage.items()}
    return {
        name: f"is made from {', '.join(sources)}, which the label is made from"
        for name, sources in shared.items()
        if sources
    }


def words_of(name: str) -> list[str]:
    """`ChurnReason`, `churn_reason` and `churn reason` all give ['churn', 'reason']."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    return [word for word in re.split(r"[\W_]+", spaced.lower()) if word]


def _reason(name: str, own: set[str]) -> str:
    words = set(words_of(name))
    if _plain(name) in own:
        return "is a label, outcome or reason column of this project"
    if words & CHURN_WORDS or _plain(name) in OUTCOME_NAMES:
        return "has a name that speaks of the outcome itself"
    if words & LEAVING_WORDS and words & DETAIL_WORDS:
        return "has a name that tells how, when or why a customer left"
    return ""


def _plain(name: str) -> str:
    """A name without what spellings differ in; a name of signs alone is itself."""
    return "".join(words_of(name)) or name
