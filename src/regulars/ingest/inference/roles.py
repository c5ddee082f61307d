"""What a column may be for, by its name: points per role, the highest wins.

Words and rules are in `words.yaml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.vocabulary import (
    Meanings,
    added_files,
    header_meanings,
    word_files,
)

_LATER_COLUMN = re.compile(r"_?\d+$")  # address_2: one of several columns of a kind
_LESS_FOR_LATER = 3


@dataclass(frozen=True)
class _Rule:
    """Meanings that a header must have and may have, and whether others may be beside them."""

    required: Meanings
    optional: frozenset[str]
    is_open: bool

    def holds(self, words: Meanings) -> bool:
        """Whether the words of a header are those of the rule."""
        allowed = self.optional.union(*self.required)
        if not self.is_open and any(not word & allowed for word in words):
            return False
        return _each_has_a_word(self.required, words)


Rules = Sequence[tuple[int, _Rule]]


def points(name: str, role: str) -> int:
    """How well a name fits a role; 0 where it does not."""
    return _points(name, role, added_files())


def may_be(name: str, role: str) -> bool:
    """Whether a name at least does not speak against a role."""
    return _may_be(header_meanings(name), role, added_files())


def ranked(columns: Iterable[Column], role: str) -> list[Column]:
    """The columns that fit a role, the best first, else in their order."""
    fitting = [column for column in columns if points(column.name, role)]
    return sorted(fitting, key=lambda column: -points(column.name, role))


def best(columns: Iterable[Column], role: str) -> Column | None:
    """The column that fits a role best."""
    return next(iter(ranked(columns, role)), None)


def table_points(name: str, kind: str) -> int:
    """How well the name of a file fits a kind of table, such as `transactions` or `refunds`."""
    return _most(header_meanings(name), _rules("tables", added_files()).get(kind, ()))


@lru_cache(maxsize=65536)
def _points(name: str, role: str, files: tuple[Path, ...]) -> int:
    words, rules = header_meanings(name), _rules("roles", files)[role]
    if not _may_be(words, role, files):
        return 0
    fitting = _most(words, rules)
    if fitting or not _LATER_COLUMN.search(name):
        return fitting
    first_name = _LATER_COLUMN.sub("", name)
    return max(0, _most(header_meanings(first_name), rules) - _LESS_FOR_LATER)


def _may_be(words: Meanings, role: str, files: tuple[Path, ...]) -> bool:
    rules = _rules("never", files).get(role, ())
    # A word of several meanings speaks against a role only where all of them do.
    against = frozenset().union(*(r.required[0] for _, r in rules if len(r.required) == 1))
    if any(word <= against for word in words):
        return False
    return not any(len(rule.required) > 1 and rule.holds(words) for _, rule in rules)


def _most(words: Meanings, rules: Rules) -> int:
    return max((value for value, rule in rules if rule.holds(words)), default=0)


def _each_has_a_word(required: Meanings, words: Meanings) -> bool:
    if not required:
        return True
    return any(
        word & required[0] and _each_has_a_word(required[1:], (*words[:i], *words[i + 1 :]))
        for i, word in enumerate(words)
    )


@cache
def _rules(section: str, files: tuple[Path, ...]) -> Mapping[str, Rules]:
    """The rules of a section by role; those of `never` have no points and are open."""
    rules: dict[str, list[tuple[int, _Rule]]] = {}
    for content in word_files(files):
        groups = {
            name: frozenset(members.split("|"))
            for name, members in (word_files()[0]["groups"] | (content.get("groups") or {})).items()
        }
        for role, stated in (content.get(section) or {}).items():
            by_points: dict[int, Any] = stated if isinstance(stated, dict) else {0: stated}
            rules.setdefault(role, []).extend(
                (value, _rule(text + (" *" if section == "never" else ""), groups))
                for value, texts in by_points.items()
                for text in texts
            )
    return rules


def _rule(text: str, groups: Mapping[str, frozenset[str]]) -> _Rule:
    required, optional = [], frozenset[str]()
    slots = [slot for slot in text.split() if slot != "*"]
    for slot in slots:
        names = slot.strip("()").split("|")
        meanings = frozenset().union(*(groups.get(name, frozenset({name})) for name in names))
        if slot.startswith("("):
            optional |= meanings
        else:
            required.append(meanings)
    return _Rule(tuple(required), optional, is_open="*" in text.split())
