"""How a feature of the catalogue is computed: its operation and what that works on."""

from __future__ import annotations

import re

from regulars.core.names import unique_names
from regulars.core.settings import Project
from regulars.features.entries import Favourite, FeatureEntry, values_of

Operation = tuple[str, tuple[str, ...]]
WORD = re.compile(r"[a-z_][a-z0-9_]*")
TEXT = re.compile(r"'(?:[^']|'')*'")
_KEYWORDS = frozenset({"case", "when", "then", "else", "end", "and", "or", "not", "is", "null"})


def operation(entry: FeatureEntry, *, project: Project, window: int | None) -> Operation:
    """The operation and its arguments; {w} in them stands for the window's suffix."""
    if entry.measure is not None:
        return "aggregate", ()
    if entry.days_since is not None:
        return "days_since", (entry.days_since,)
    if entry.tenure:
        return "tenure", ()
    for name in ("ratio", "deviation", "geometric"):
        arguments = getattr(entry, name)
        if arguments is not None:
            return name, tuple(arguments)
    if entry.share_below is not None:
        return "share_below", (entry.share_below,)
    if entry.parts is not None:
        return "parts", (entry.parts.of, str(entry.parts.count), *entry.parts.names)
    return _composed(entry, project=project, window=window)


def _composed(entry: FeatureEntry, *, project: Project, window: int | None) -> Operation:
    """Operations that are plain SQL over other features."""
    if entry.favourite is not None:
        return "sql", (_favourite(_columns(entry.favourite, project)),)
    if entry.variety is not None:
        columns = _columns(entry.variety, project).values()
        return "sql", (" + ".join(f"case when {one} > 0 then 1 else 0 end" for one in columns),)
    if entry.score is not None:
        terms = (f"coalesce({weight} * ({term}), 0)" for term, weight in entry.score.items())
        return "sql", (" + ".join(terms),)
    if window is not None and (entry.change or entry.momentum or entry.before):
        return _against_before(entry, grain=project.grain, window=window)
    if entry.sql is None:
        raise ValueError(f"the catalogue does not say how to compute {entry.name}")
    return "sql", (entry.sql,)


def _against_before(entry: FeatureEntry, *, grain: str, window: int) -> Operation:
    """A window and the one before it, from the window and the doubled one."""
    name = entry.change or entry.momentum or entry.before
    now, both = (f"{name}_{suffix_of(w, grain)}" for w in (window, 2 * window))
    before = f"({both} - {now})"
    if entry.before:
        return "sql", (before,)
    return ("sql", (f"{now} - {before}",)) if entry.change else ("ratio", (now, before))


def suffix_of(window: int | None, grain: str) -> str:
    """`90d`, `13w`, `3m` or `ever`."""
    return "ever" if window is None else f"{window}{grain[0]}"


def value_columns(prefix: str, values: list[str]) -> dict[str, str]:
    """Column names of per-value measures and features, by value: {'Food': 'lines_in_food'}."""
    return {
        value: f"{prefix}_{name}" for value, name in zip(values, unique_names(values), strict=True)
    }


def _columns(favourite: Favourite, project: Project) -> dict[str, str]:
    """The columns of the values, by value in the order of the alphabet."""
    named = value_columns(favourite.prefix, list(values_of(favourite.values, project)))
    return {value: f"{named[value]}_ever" for value in sorted(named)}


def _favourite(columns: dict[str, str]) -> str:
    names = list(columns.values())
    most = f"greatest({', '.join(names)})" if len(names) > 1 else names[0]
    cases = (f"when {column} = {most} then {quoted(value)}" for value, column in columns.items())
    return f"case when {most} = 0 then null {' '.join(cases)} end"


def quoted(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def words_in(sql: str) -> set[str]:
    """The names that an expression uses, without keywords and texts."""
    return set(WORD.findall(TEXT.sub("", sql))) - _KEYWORDS


def known_terms(score: dict[str, float], known: set[str]) -> dict[str, float]:
    """The terms of a score that a project can compute."""
    return {term: weight for term, weight in score.items() if words_in(term) <= known}
