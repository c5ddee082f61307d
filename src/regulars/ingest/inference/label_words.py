"""What words say of leaving, from `leaving` of `words.yaml`: values of a label, and names."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from regulars.ingest.inference.vocabulary import added_files, concepts, listed, word_files
from regulars.ingest.inference.words import answer_meaning, is_unknown, label_meaning

Meaning = Literal["left", "resting", "stayed", "active", "yes", "no", "unknown"]

Kind = Literal[
    "target",
    "state",
    "afterwards",
    "no_label",
    "narrows",
    "arm",
    "treatment",
    "control",
    "response",
]

_STATES: tuple[Meaning, ...] = ("left", "resting", "stayed", "active")
_OPPOSITE: dict[Meaning, Meaning] = {
    "left": "stayed",
    "resting": "active",
    "stayed": "left",
    "active": "resting",
}


def value_meaning(text: str) -> Meaning | None:
    """What a value says of the customer; None for a word of another kind."""
    words = _words(text)
    if not words:
        return "unknown"  # a dash, a question mark
    whole = "_".join(words)
    meanings: tuple[Meaning, ...] = ("yes", "no", "unknown")
    for meaning in meanings:
        if whole in _listed(meaning).words:
            return meaning
    is_stage = any(_fits(word, "stage") for word in (whole, *words))
    is_stage = is_stage and not _listed("not").words & set(words)
    return _state_of(words) or ("stayed" if is_stage else _in_another_language(text))


def _in_another_language(text: str) -> Meaning | None:
    """What the word list of all languages says of a value."""
    if is_unknown(text):
        return "unknown"
    answer, label = answer_meaning(text), label_meaning(text)
    if answer is not None:
        return "yes" if answer else "no"
    return None if label is None else "left" if label else "stayed"


def name_meaning(name: str) -> Meaning | None:
    """What the name of a column says that a yes in it means: left, stayed and so on."""
    state = _state_of(_words(name))
    if state is None:
        known = concepts(name)
        state = "left" if known & {"churned", "left"} else None
    return state


def is_named(name: str, kind: Kind) -> bool:
    """Whether a name is one of this kind, by one of its words."""
    return any(_fits(word, kind) for word in _words(name))


def is_plain(name: str) -> bool:
    """Whether a name holds a state and nothing that narrows it: is_active, not active_loans."""
    return all(_fits(word, "around") or _state_of([word]) is not None for word in _words(name))


def _state_of(words: list[str]) -> Meaning | None:
    """The first state that a word names; a word before it may turn it round."""
    for meaning in _STATES:
        if "_".join(words) in _listed(meaning).words:
            return meaning
        for at, word in enumerate(words):
            if _fits(word, meaning):
                is_negated = at > 0 and words[at - 1] in _listed("not").words
                return _OPPOSITE[meaning] if is_negated else meaning
    return None


def _fits(word: str, kind: str) -> bool:
    listed = _listed(kind)
    is_formed_so = word.startswith(listed.begins) or word.endswith(listed.ends)
    return word in listed.words or is_formed_so


def _words(text: str) -> list[str]:
    """The words of a value or a name in small letters, without accents."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", text)
    folded = unicodedata.normalize("NFKD", spaced.casefold())
    plain = "".join(letter for letter in folded if not unicodedata.combining(letter))
    parts = re.split(r"[^\w.+-]+|_+|-(?=[^\d])", plain)
    return [word for word in parts if re.search(r"\w", word)]


@dataclass(frozen=True)
class _Words:
    """Words of a kind, and what further ones begin or end with."""

    words: frozenset[str]
    begins: tuple[str, ...]
    ends: tuple[str, ...]


def _listed(kind: str) -> _Words:
    return _words_of(kind, added_files())


@cache
def _words_of(kind: str, files: tuple[Path, ...]) -> _Words:
    """The words of a kind in all word files; `word*` and `*word` are beginnings and ends."""
    contents = [content.get("leaving") or {} for content in word_files(files)]
    words = [word for content in contents for word in listed(content.get(kind) or "")]
    return _Words(
        frozenset(word for word in words if "*" not in word),
        tuple(word[:-1] for word in words if word.endswith("*")),
        tuple(word[1:] for word in words if word.startswith("*")),
    )
