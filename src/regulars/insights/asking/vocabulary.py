"""The closed vocabulary of a release: every phrase that names a metric, a dimension or a value."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from regulars.insights.asking.phrases import phrases
from regulars.insights.asking.places import STATES
from regulars.insights.asking.tokens import words_of
from regulars.insights.semantic.definitions import Dimension, Metric
from regulars.insights.semantic.layer import SemanticLayer

_SIMILAR, _LETTERS = 0.84, 4
# Values that are words of every question: they count beside the name of their dimension only.
_COMMON = frozenset({"yes", "no", "other", "unknown", "none", "all", "true", "false", "not known"})
_GENERAL_ENDS = ("type", "method", "name", "status")
_SEXES = {"m": ("male", "men"), "f": ("female", "women")}
_RISKS = {"High": "high", "Medium": "medium", "Low": "low"}


@dataclass(frozen=True)
class Meaning:
    """What a phrase may mean: a metric, a dimension, or a value of one.

    A `weak` value counts only beside another value of its dimension; `in_period` is a meaning that
    a question about a period has.
    """

    kind: str
    name: str
    value: str | bool | None = None
    weak: bool = False
    in_period: bool = False


@dataclass(frozen=True)
class Vocabulary:
    """Meanings by phrase; `longest` is the number of words of the longest phrase."""

    meanings: Mapping[tuple[str, ...], tuple[Meaning, ...]]
    cased: Mapping[str, Meaning]

    @cached_property
    def longest(self) -> int:
        """Words of the longest phrase."""
        return max((len(words) for words in (*self.meanings, *phrases())), default=1)

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset(word for words in (*self.meanings, *phrases()) for word in words)

    @cached_property
    def _named(self) -> tuple[str, ...]:
        """Words that a misspelt one may be corrected to."""
        return tuple(
            sorted({word for words in self.meanings for word in words if len(word) >= _LETTERS})
        )

    def knows(self, word: str) -> bool:
        """Whether a word is part of any phrase."""
        return word in self._words

    def corrected(self, word: str) -> str | None:
        """The one word that a misspelt one is most like; None where none, or two, are like it."""
        if len(word) < _LETTERS or not word.isalpha():
            return None
        near = difflib.get_close_matches(word, self._named, n=2, cutoff=_SIMILAR)
        if not near or (near[0][0], near[0][-1]) != (word[0], word[-1]):
            return None  # another end is another word: employee and employed
        ratios = [difflib.SequenceMatcher(None, word, candidate).ratio() for candidate in near]
        return near[0] if len(near) == 1 or ratios[0] > ratios[1] else None


def vocabulary(layer: SemanticLayer) -> Vocabulary:
    """The vocabulary of a release."""
    meanings: dict[tuple[str, ...], list[Meaning]] = defaultdict(list)
    cased: dict[str, Meaning] = {}
    own: set[tuple[str, ...]] = set()  # what the project itself calls so
    for dimension in layer.dimensions.values():
        for phrase, meaning in _of_dimension(dimension):
            _add(meanings, phrase, meaning)
            if meaning.kind == "dimension" and dimension.is_attribute:
                own.add(words_of(phrase))
        for code, meaning in _codes(dimension):
            cased[code] = meaning
    for metric in layer.metrics.values():
        is_own = metric.name.startswith("attribute_")
        for phrase, meaning in _of_metric(metric, layer):
            if words_of(phrase) in own:
                continue
            if is_own:  # a builtin metric of the same name gives way
                meanings[words_of(phrase)] = [
                    kept for kept in meanings[words_of(phrase)] if kept.kind != "metric"
                ]
            _add(meanings, phrase, meaning)
    _short_names(meanings, layer)
    return Vocabulary({words: tuple(known) for words, known in meanings.items()}, cased)


def _add(meanings: dict[tuple[str, ...], list[Meaning]], phrase: str, meaning: Meaning) -> None:
    words = words_of(phrase)
    if words and meaning not in meanings[words]:
        meanings[words].append(meaning)


def _of_metric(metric: Metric, layer: SemanticLayer) -> Iterator[tuple[str, Meaning]]:
    meaning = Meaning("metric", metric.name)
    for phrase in (metric.label, *metric.words, *metric.ambiguous, *metric.words_de):
        yield phrase, meaning
    if layer.has_order_rows:
        for phrase in metric.words_if_rows:
            yield phrase, meaning
    for phrase in metric.words_in_period:
        yield phrase, Meaning("metric", metric.name, in_period=True)


def _of_dimension(dimension: Dimension) -> Iterator[tuple[str, Meaning]]:
    if dimension.name == "customer":
        return
    for phrase in (*dimension.words, dimension.label, *dimension.words_de):
        yield phrase, Meaning("dimension", dimension.name)
    for phrase in dimension.words_for_true:
        yield phrase, Meaning("value", dimension.name, True)
    for phrase in dimension.words_for_false:
        yield phrase, Meaning("value", dimension.name, False)
    if dimension.name == "risk_category":
        yield from _risks()
        return
    for value in dimension.values:
        if dimension.kind == "yes_no" or value.casefold() in _COMMON:
            continue
        meaning = Meaning("value", dimension.name, value)
        if len(value) > 1 and not value.replace(" ", "").isdigit() and not _is_code(value):
            yield value, meaning
        for phrase in _SEXES.get(value.casefold()[:1], ()) if _is_sex(dimension) else ():
            yield phrase, meaning
        if value in STATES and _is_code(value):
            yield STATES[value], meaning


def _risks() -> Iterator[tuple[str, Meaning]]:
    for value, word in _RISKS.items():
        meaning = Meaning("value", "risk_category", value)
        for phrase in (
            f"{word} risk", f"{word} churn risk", f"at {word} risk", f"risk {word}",
            f"at {word} churn risk", f"at {word} risk of churn", f"at {word} risk of churning",
            f"at {word} risk of leaving",
            f"{word} risk of churn", f"{word} risk of leaving", f"risk category {word}",
            f"risk level {word}", f"risk band {word}",
        ):  # fmt: skip
            yield phrase, meaning
        yield word, Meaning("value", "risk_category", value, weak=True)
    # `customers at risk` may be those of one band or of two: it is asked back
    for value in ("High", "Medium"):
        yield "at risk", Meaning("value", "risk_category", value)
    for phrase in ("not scored", "unscored", "without a score"):
        yield phrase, Meaning("value", "risk_category", "Not Scored")


def _is_sex(dimension: Dimension) -> bool:
    return {value.casefold() for value in dimension.values} <= {
        "m", "f", "male", "female", "other", "unknown", "divers", "d",
    }  # fmt: skip


def _is_code(value: str) -> bool:
    return len(value) == 2 and value.isupper()


def _codes(dimension: Dimension) -> Iterator[tuple[str, Meaning]]:
    """Two capital letters: a value only where the question writes them so."""
    for value in dimension.values:
        if _is_code(value) and dimension.kind == "text":
            yield value, Meaning("value", dimension.name, value)


def _short_names(meanings: dict[tuple[str, ...], list[Meaning]], layer: SemanticLayer) -> None:
    """`card` for the attribute `card type`, where nothing else is called so."""
    attributes = [each for each in layer.dimensions.values() if each.is_attribute]
    ends = [words_of(phrase)[-1:] for each in attributes for phrase in each.words[:1]]
    for dimension in attributes:
        for phrase in dimension.words:
            words = words_of(phrase)
            if len(words) < 2:
                continue
            short = words[:-1] if words[-1] in _GENERAL_ENDS else words[-1:]
            if ends.count(short) < 2 and short not in meanings and short not in phrases():
                meanings[short].append(Meaning("dimension", dimension.name))
