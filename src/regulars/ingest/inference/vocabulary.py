"""The words of headers in many languages, from `words.yaml`, and what they mean.

A header is split into its words, and those of German, Dutch, Chinese or Japanese into their parts.
Accents and case do not matter: `Kündigungs-Datum`, `kuendigungsdatum` and `KUNDIGUNGSDATUM` all are
the words `cancelled date`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import yaml

from regulars.core.errors import SettingsError

Words = tuple[str, ...]
Meanings = tuple[frozenset[str], ...]

_FILE = Path(__file__).with_name("words.yaml")
_ADDED: list[Path] = []
# Ten times as fast as the one in Python, where libyaml is there.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_LETTERS = str.maketrans(
    {"ß": "ss", "ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i", "№": " no "}
)
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_RUNS = re.compile(r"[a-z]+|[0-9]+|[^\W\d_a-z]+")
# What stands between the parts of a compound word: Kunde-n-nummer, Rechnung-s-datum.
_LINKS = ("", "s", "n", "en", "es", "e", "er", "の", "的", "お", "こ")
_SHORT_PARTS = frozenset({"id", "nr", "no", "dt", "kd", "ts"})
_SHORTEST_PART = 3
_SHORTEST_ENDING = 5


@dataclass(frozen=True)
class Vocabulary:
    """Meanings by word or phrase, and by the beginnings of words."""

    phrases: Mapping[Words, frozenset[str]]
    stems: Mapping[str, frozenset[str]]
    small_words: frozenset[str]
    longest_phrase: int

    def meanings(self, words: Words) -> frozenset[str]:
        """What a word or phrase means; nothing where it is not known."""
        known = self.phrases.get(words)
        if known is not None or len(words) > 1:
            return known or frozenset()
        beginnings = (words[0][:end] for end in range(len(words[0]), 1, -1))
        return next((self.stems[part] for part in beginnings if part in self.stems), frozenset())


def plain(text: str) -> str:
    """Small letters without accents: `Straße` -> strasse, `Płatność` -> platnosc."""
    split = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    return "".join(sign for sign in split if unicodedata.category(sign) != "Mn")


def split_words(text: str) -> Words:
    """The words of a text, in order: `Kunden-Nr. 2` -> kunden, nr, 2; `顧客ID` -> 顧客, id."""
    return tuple(_RUNS.findall(plain(text)))


def header_meanings(name: str) -> Meanings:
    """What each word of a header may mean, small words left out; an unknown word means itself."""
    return _header_meanings(split_words(name), added_files())


def concepts(name: str) -> frozenset[str]:
    """Everything that the words of a header may mean: `Kundennummer` -> customer and key."""
    return frozenset().union(*header_meanings(name))


def add_word_files(files: Iterable[Path]) -> None:
    """Read word files of a user beside the shipped one, in place of those added before."""
    _ADDED[:] = list(files)


def added_files() -> tuple[Path, ...]:
    """The word files beside the shipped one."""
    return tuple(_ADDED)


@lru_cache(maxsize=65536)
def _header_meanings(words: Words, files: tuple[Path, ...]) -> Meanings:
    known = vocabulary(files)
    meanings: list[frozenset[str]] = []
    place = 0
    while place < len(words):
        phrase = _longest_phrase(words[place:], known)
        place += max(len(phrase), 1)
        if phrase:
            meanings.append(known.meanings(phrase))
        elif words[place - 1] not in known.small_words:
            word = words[place - 1]
            meanings += _stem(word, known) or _parts(word, known) or [frozenset({word})]
    return tuple(meanings) or tuple(frozenset({word}) for word in words)


def _longest_phrase(words: Words, known: Vocabulary) -> Words:
    lengths = range(min(known.longest_phrase, len(words)), 0, -1)
    return next((words[:n] for n in lengths if known.meanings(words[:n])), ())


def _stem(word: str, known: Vocabulary) -> list[frozenset[str]]:
    """`Zahlungs-Art`, `invoices`: a known word with the ending of a compound or of a plural."""
    stems = [word.removesuffix(link) for link in _LINKS if link and word.endswith(link)]
    meanings = [known.phrases.get((stem,)) for stem in stems if len(stem) > _SHORTEST_PART]
    return next(([meaning] for meaning in meanings if meaning), [])


def _parts(word: str, known: Vocabulary) -> list[frozenset[str]]:
    """The meanings of a compound word's parts, as few as possible; none where one is unknown."""
    fewest: dict[int, list[frozenset[str]]] = {0: []}
    for start in range(len(word)):
        for end in range(start + 1, len(word) + 1) if start in fewest else ():
            meanings = known.phrases.get((word[start:end],))
            if meanings is None or not _may_be_part(word[start:end]):
                continue
            parts = [*fewest[start], meanings]
            for after in _ends(word, end):
                if after not in fewest or len(parts) < len(fewest[after]):
                    fewest[after] = parts
    return fewest.get(len(word)) or _known_ending(word, known)


def _ends(word: str, end: int) -> list[int]:
    """Where the next part of a compound word may begin; it does not end with a link."""
    links = [link for link in _LINKS if word.startswith(link, end)]
    return [end + len(link) for link in links if not link or end + len(link) < len(word)]


def _known_ending(word: str, known: Vocabulary) -> list[frozenset[str]]:
    """`Behandlungsdatum`: an unknown beginning and a long known ending."""
    for start in range(_SHORTEST_PART, len(word) - _SHORTEST_ENDING + 1):
        meanings = known.phrases.get((word[start:],))
        if meanings and word.isascii():
            return [frozenset({word[:start]}), meanings]
    return []


def _may_be_part(part: str) -> bool:
    return len(part) >= _SHORTEST_PART or part in _SHORT_PARTS or not part.isascii()


@cache
def vocabulary(files: tuple[Path, ...] = ()) -> Vocabulary:
    """The words of the shipped file and of others."""
    phrases: dict[Words, set[str]] = {}
    stems: dict[str, set[str]] = {}
    small: set[str] = set()
    for content in word_files(files):
        small |= {plain(word) for word in listed(content.get("small_words") or "")}
        for meaning, words in (content.get("terms") or {}).items():
            for word in (meaning.replace("_", " "), *listed(words)):
                if word.endswith("*"):
                    stems.setdefault(plain(word[:-1]), set()).add(meaning)
                else:
                    phrases.setdefault(split_words(word), set()).add(meaning)
    phrases.pop((), None)
    return Vocabulary(
        {words: frozenset(meanings) for words, meanings in phrases.items()},
        {stem: frozenset(meanings) for stem, meanings in stems.items()},
        frozenset(small),
        max(map(len, phrases)),
    )


@cache
def word_files(files: tuple[Path, ...] = ()) -> tuple[dict[str, Any], ...]:
    """What the word files hold, the shipped one first."""
    return tuple(_word_file(file) for file in (_FILE, *files))


def _word_file(file: Path) -> dict[str, Any]:
    """A word file. Raises SettingsError, with the file, where it is none."""
    try:
        content = yaml.load(file.read_text(encoding="utf-8"), Loader=_LOADER) or {}
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise SettingsError(f"is no YAML: {error}", where=str(file)) from None
    sections = word_files()[0] if file != _FILE else content
    unknown = set(content) - set(sections) if isinstance(content, dict) else {"a list"}
    if unknown:
        raise SettingsError(
            f"has {', '.join(sorted(map(str, unknown)))}, which no word file has",
            where=str(file),
            hint=f"The parts are: {', '.join(sections)}.",
        )
    return dict(content)


def listed(words: object) -> list[str]:
    """The words of a comma-separated text, with umlauts as one letter and as two."""
    stripped = [word.strip() for word in str(words).split(",") if word.strip()]
    return list(dict.fromkeys(w for word in stripped for w in (word, word.translate(_UMLAUTS))))
