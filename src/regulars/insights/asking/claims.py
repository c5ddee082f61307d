"""Cover a question with claims: each says what some of its words mean; none is left over.

The longest phrase wins, then a name before a word of another kind. A word of four letters or more
that is nobody's is corrected where exactly one known word is very like it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from regulars.insights.asking.inactivity import inactivity_at
from regulars.insights.asking.periods import period_at
from regulars.insights.asking.phrases import Role, phrases
from regulars.insights.asking.tokens import Token, tokens_of
from regulars.insights.asking.vocabulary import Meaning, Vocabulary
from regulars.insights.semantic.intent import Filter, Period

_NOT = re.compile(r"n['’]t\b")
_IS = re.compile(r"\b(what|who|how|where)['’]s\b", re.IGNORECASE)
_BOUNDS = frozenset({Role.OVER, Role.FROM, Role.UNDER, Role.UP_TO})
# What a number may be counted in: `over 60 days`, `more than 500 euros`.
_UNIT_WORDS = "% percent day month year dollar euro pound usd eur gbp km kilometer point tag"
_UNITS = frozenset(_UNIT_WORDS.split(" "))
_BEFORE_MAY = frozenset(
    {"in", "of", "since", "for", "during", "from", "to", "and", "until", "before"}
)


@dataclass(frozen=True)
class Claim:
    """What the words from `start` up to `end` mean; one of the fields is set."""

    start: int
    end: int
    words: str
    roles: tuple[tuple[Role, str], ...] = ()
    meanings: tuple[Meaning, ...] = ()
    period: Period | None = None
    number: float | None = None
    unit: str = ""
    filter: Filter | None = None

    def has(self, role: Role) -> bool:
        """Whether the words may do this."""
        return any(known is role for known, _ in self.roles)

    def about(self, role: Role) -> str | None:
        """The grain or aggregate of a role; None where the words do not have it."""
        return next((what for known, what in self.roles if known is role), None)

    def of(self, kind: str) -> tuple[Meaning, ...]:
        """The meanings of a kind: metric, dimension or value."""
        return tuple(meaning for meaning in self.meanings if meaning.kind == kind)


@dataclass(frozen=True)
class Covered:
    """Claims in order, words that nobody knows, and words read as others."""

    text: str
    claims: tuple[Claim, ...]
    unknown: tuple[str, ...]
    corrected: tuple[tuple[str, str], ...]


def covered(question: str, vocabulary: Vocabulary, *, as_of: date) -> Covered:
    """Cover a question."""
    text = _IS.sub(r"\1 is", _NOT.sub(" not", question))
    tokens, corrected = _corrected(tokens_of(text), vocabulary)
    claims: list[Claim] = []
    unknown: list[str] = []
    at = 0
    while at < len(tokens):
        claim = _best(tokens, at, vocabulary=vocabulary, as_of=as_of, last=claims[-1:])
        if claim is None:
            unknown.append(tokens[at].text)
            at += 1
        else:
            claims.append(claim)
            at = claim.end
    return Covered(text, tuple(claims), tuple(dict.fromkeys(unknown)), corrected)


def _corrected(
    tokens: tuple[Token, ...], vocabulary: Vocabulary
) -> tuple[tuple[Token, ...], tuple[tuple[str, str], ...]]:
    kept, corrected = [], []
    for token in tokens:
        better = None
        if not vocabulary.knows(token.norm) and token.number is None:
            better = None if _is_dated(token.norm) else vocabulary.corrected(token.norm)
        if better:
            corrected.append((token.text, better))
        kept.append(replace(token, norm=better) if better else token)
    return tuple(kept), tuple(corrected)


def _is_dated(word: str) -> bool:
    return period_at(word, 0, date(2000, 1, 1)) is not None or word in (
        "since", "until", "quarter", "month", "week", "year", "before", "after", "yesterday",
    )  # fmt: skip


def _best(
    tokens: tuple[Token, ...], at: int, *, vocabulary: Vocabulary, as_of: date, last: list[Claim]
) -> Claim | None:
    """The longest claim from a token on; of two as long, the first of these kinds."""
    candidates = [
        *_named(tokens, at, vocabulary),
        *_dated(tokens, at, as_of=as_of, last=last),
        *_inactive(tokens, at, as_of),
        *_phrased(tokens, at, vocabulary.longest),
        *_numbered(tokens, at),
    ]
    if last and any(last[0].has(role) for role in (*_BOUNDS, Role.BETWEEN)) and tokens[at].number:
        candidates = [claim for claim in candidates if claim.period is None] or candidates
    return max(candidates, key=lambda claim: claim.end, default=None)


def _claim(tokens: tuple[Token, ...], start: int, end: int) -> Claim:
    return Claim(start, end, " ".join(token.text for token in tokens[start:end]))


def _named(tokens: tuple[Token, ...], at: int, vocabulary: Vocabulary) -> Iterator[Claim]:
    for length in range(min(vocabulary.longest, len(tokens) - at), 0, -1):
        words = tuple(token.norm for token in tokens[at : at + length])
        meanings = vocabulary.meanings.get(words, ())
        if meanings:
            roles = phrases().get(words, ())
            yield replace(_claim(tokens, at, at + length), meanings=meanings, roles=roles)
            break
    code = vocabulary.cased.get(tokens[at].text)
    if code is not None and sum(token.text.isupper() for token in tokens) <= 4:
        yield replace(_claim(tokens, at, at + 1), meanings=(code,))


def _phrased(tokens: tuple[Token, ...], at: int, longest: int) -> Iterator[Claim]:
    for length in range(min(longest, len(tokens) - at), 0, -1):
        words = tuple(token.norm for token in tokens[at : at + length])
        if roles := phrases().get(words):
            yield replace(_claim(tokens, at, at + length), roles=roles)
            return


def _numbered(tokens: tuple[Token, ...], at: int) -> Iterator[Claim]:
    number = tokens[at].number
    if number is None:
        return
    unit = tokens[at + 1].norm if at + 1 < len(tokens) else ""
    is_unit = unit in _UNITS and (at + 2 >= len(tokens) or tokens[at + 2].norm != "of")
    claim = _claim(tokens, at, at + (2 if is_unit else 1))
    is_share = (unit if is_unit else tokens[at].norm)[-1:] == "%" or (is_unit and unit == "percent")
    divided = is_share and tokens[at].norm[-1:] != "%"
    yield replace(
        claim,
        number=number / 100 if divided else number,
        unit="%" if is_share else unit if is_unit else "",
    )


def _dated(
    tokens: tuple[Token, ...], at: int, *, as_of: date, last: list[Claim]
) -> Iterator[Claim]:
    text, ends = _joined(tokens)
    begins = ends[at] - len(tokens[at].norm)
    period = period_at(text, begins, as_of)
    if period is None or begins + period.length not in ends[at:]:
        return
    end = ends.index(begins + period.length) + 1
    word = tokens[at]
    if end == at + 1 and word.norm == "may" and word.text != "May":
        previous = tokens[at - 1].norm if at else ""
        if previous not in _BEFORE_MAY:
            return
    yield replace(_claim(tokens, at, end), period=period.period)


def _inactive(tokens: tuple[Token, ...], at: int, as_of: date) -> Iterator[Claim]:
    text, ends = _joined(tokens)
    begins = ends[at] - len(tokens[at].norm)
    inactive = inactivity_at(text, begins, as_of)
    if inactive is not None and begins + inactive[1] in ends[at:]:
        end = ends.index(begins + inactive[1]) + 1
        yield replace(_claim(tokens, at, end), filter=inactive[0])


def _joined(tokens: tuple[Token, ...]) -> tuple[str, list[int]]:
    """The words with a space between them, and where each ends."""
    ends, length = [], -1
    for token in tokens:
        length += 1 + len(token.norm)
        ends.append(length)
    return " ".join(token.norm for token in tokens), ends
