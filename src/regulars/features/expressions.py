"""Names and texts inside the SQL expressions of features."""

from __future__ import annotations

import re

from regulars.core.names import unique_names
from regulars.core.settings import Project

_WORD = re.compile(r"[a-z_][a-z0-9_]*")
_TEXT = re.compile(r"'(?:[^']|'')*'")
_KEYWORDS = frozenset({"case", "when", "then", "else", "end", "and", "or", "not", "is", "null"})


def suffix_of(window: int | None, grain: str) -> str:
    """The suffix of a window in periods: `90d`, `13w`, `3m` or `ever`."""
    return "ever" if window is None else f"{window}{grain[0]}"


def quoted(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def words_in(sql: str) -> set[str]:
    """The names that an expression uses, without keywords and texts."""
    return set(_WORD.findall(_TEXT.sub("", sql))) - _KEYWORDS


def value_columns(prefix: str, values: list[str]) -> dict[str, str]:
    """Column names of per-value measures and features, by value: {'Food': 'lines_in_food'}."""
    return {
        value: f"{prefix}_{name}" for value, name in zip(values, unique_names(values), strict=True)
    }


def values_of(for_each: str, project: Project) -> dict[str, list[str]]:
    """Values that get columns of their own, each with the raw values that it stands for."""
    listed = getattr(project.features, for_each)
    if isinstance(listed, dict):
        return {str(name): [str(member) for member in members] for name, members in listed.items()}
    return {str(value): [str(value)] for value in listed}
