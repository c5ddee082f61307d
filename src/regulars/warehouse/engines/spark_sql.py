"""Standard SQL as Spark reads it: the same statements, with Spark's quotes, texts and types."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from regulars.warehouse.literals import duckdb_literal

Place = tuple[str, str]
# Texts, names in quotes (a relation is two of them) and comments; all else are words of SQL.
_PARTS = re.compile(
    r"""(?P<text>'(?:[^']|'')*')"""
    r"""|(?P<schema>"(?:[^"]|"")+")\.(?P<table>"(?:[^"]|"")+")"""
    r"""|(?P<name>"(?:[^"]|"")+")"""
    r"""|(?P<comment>--[^\n]*|/\*.*?\*/)""",
    re.DOTALL,
)
_WORDS = (
    (re.compile(r"\bvarchar\b(?!\s*\()", re.IGNORECASE), "string"),
    (re.compile(r"\bdouble precision\b", re.IGNORECASE), "double"),
    (re.compile(r"\b(?:timestamptz|timestamp with time zone)\b", re.IGNORECASE), "timestamp_ltz"),
    (re.compile(r"\bhugeint\b", re.IGNORECASE), "decimal(38, 0)"),
    # Spark orders every window; rows that are numbered in no order are numbered in any.
    (
        re.compile(r"\brow_number\(\)\s+over\s+\(\)", re.IGNORECASE),
        "row_number() over (order by 1)",
    ),
)


def view_name(place: Place) -> str:
    """What a relation is called in a session: its schema and its name."""
    return "`" + "__".join(place).replace("`", "``") + "`"


def relations_in(sql: str) -> list[Place]:
    """Pairs of quoted names in a statement, each once: relations, or a table's columns."""
    return list(
        dict.fromkeys(
            (unquoted(match["schema"]), unquoted(match["table"]))
            for match in _PARTS.finditer(sql)
            if match["schema"]
        )
    )


def spark_sql(sql: str, is_relation: Callable[[Place], bool]) -> str:
    """A statement in Spark's words."""
    written, end = [], 0
    for match in _PARTS.finditer(sql):
        written += [_words(sql[end : match.start()]), _part(match, is_relation)]
        end = match.end()
    return "".join([*written, _words(sql[end:])])


def quoted(name: str) -> str:
    """A name of a column."""
    return "`" + name.replace("`", "``") + "`"


def unquoted(name: str) -> str:
    """A name without its double quotes, if it has any."""
    return name[1:-1].replace('""', '"') if name.startswith('"') else name


def literal(value: object) -> str:
    """A value in standard SQL. Raises ValueError for one of another kind."""
    if isinstance(value, float):
        return f"cast('{value!r}' as double)"
    if isinstance(value, datetime) and value.tzinfo is not None:
        return f"cast('{value.isoformat(' ')}' as timestamptz)"
    return duckdb_literal(value)


def _part(match: re.Match[str], is_relation: Callable[[Place], bool]) -> str:
    if match["text"]:
        plain = match["text"][1:-1].replace("''", "'")
        return "'" + plain.replace("\\", "\\\\").replace("'", "\\'") + "'"
    if match["name"]:
        return quoted(unquoted(match["name"]))
    if match["schema"]:
        place = (unquoted(match["schema"]), unquoted(match["table"]))
        return view_name(place) if is_relation(place) else ".".join(map(quoted, place))
    return " "


def _words(sql: str) -> str:
    for pattern, word in _WORDS:
        sql = pattern.sub(word, sql)
    return sql
