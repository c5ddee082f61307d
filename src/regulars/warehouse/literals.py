"""Values in the text of a statement."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime

_MARK = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|\?""")


def filled_in(sql: str, values: Sequence[object], literal: Callable[[object], str]) -> str:
    """The statement with its values in place of the question marks that are neither text nor names.

    Raises ValueError where their numbers differ.
    """
    waiting = list(values)

    def fill(match: re.Match[str]) -> str:
        mark = match.group()
        if mark != "?":
            return mark
        if not waiting:
            raise ValueError("more marks than values")
        return literal(waiting.pop(0))

    text = _MARK.sub(fill, sql)
    if waiting:
        raise ValueError("more values than marks")
    return text


def duckdb_literal(value: object) -> str:
    """A value as DuckDB writes it. Raises ValueError for one of another kind."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int) and abs(value) < 2**63:
        return f"cast({value} as bigint)"
    if isinstance(value, str) and "\0" not in value:
        return "'" + value.replace("'", "''") + "'"
    if isinstance(value, datetime) and value.tzinfo is None:
        return f"timestamp '{value.isoformat(' ')}'"
    if isinstance(value, date) and not isinstance(value, datetime):
        return f"date '{value.isoformat()}'"
    raise ValueError(f"no literal for {type(value).__name__}")
