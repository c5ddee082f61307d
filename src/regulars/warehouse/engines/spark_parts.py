"""The parts of a `with` query, of which Spark computes each as often as it is read."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SKIPPED = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|/\*.*?\*/""", re.DOTALL)
_WITH = re.compile(r"\s*with\b\s*", re.IGNORECASE)
_PART = re.compile(r"\s*([A-Za-z_]\w*)\s+as\s*\(", re.IGNORECASE)
_COMMA = re.compile(r"\s*,")


@dataclass(frozen=True)
class QueryPart:
    """A named part of a query, the query itself last, without a name; how often it is read."""

    name: str
    sql: str
    reads: int = 0


def parts_of(sql: str) -> list[QueryPart]:
    """The parts of a query in their order; one alone where it has no parts."""
    plain = _SKIPPED.sub(lambda match: _blank(match.group()), sql)
    begin = _WITH.match(plain)
    if begin is None:
        return [QueryPart("", sql)]
    named, at = [], begin.end()
    while match := _PART.match(plain, at):
        end = _end(plain, match.end())
        named.append((match[1], match.end(), end))
        comma = _COMMA.match(plain, end + 1)
        at = comma.end() if comma else end + 1
        if comma is None:
            break
    if not named:
        return [QueryPart("", sql)]
    parts = []
    for name, first, end in named:
        reads = len(re.findall(rf"\b(?:from|join)\s+{name}\b", plain[end:], re.IGNORECASE))
        parts.append(QueryPart(name, sql[first:end], reads))
    return [*parts, QueryPart("", sql[at:])]


def _blank(text: str) -> str:
    """As many blanks, so that places stay."""
    return re.sub(r"[^\n]", " ", text)


def _end(plain: str, at: int) -> int:
    """The place of the bracket that closes the one before `at`."""
    depth = 1
    while depth:
        depth += {"(": 1, ")": -1}.get(plain[at], 0)
        at += 1
    return at - 1
