"""A question as tokens: words in one form, numbers with their sign, and where each stood."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_TOKEN = re.compile(
    r"\d{4}-\d{2}-\d{2}|\d{4}-\d{2}(?!\d)"  # dates
    r"|[$€£¥₹]?\d+(?:,\d{3})*(?:\.\d+)?(?:%|[km](?!\w)|(?!\w))"  # numbers
    r"|[^\W\d]+(?:['’][^\W\d_]+)?|\w+|[&%<>=]+"
)
_SPLIT = re.compile(r"[_'’]")
_NUMBER = re.compile(r"[$€£¥₹]?(\d+(?:,\d{3})*(?:\.\d+)?)(%|k|m)?$")
_NUMBER_NAMES = "zero one two three four five six seven eight nine ten eleven twelve"
_NUMBER_WORDS = {word: str(number) for number, word in enumerate(_NUMBER_NAMES.split(" "))}
_NOT_PLURAL = "this less is has was does its us plus yes always various"
_KEPT = frozenset(_NOT_PLURAL.split(" "))
_SCALES = {"k": 1_000.0, "m": 1_000_000.0}


@dataclass(frozen=True)
class Token:
    """A word: `norm` is what it is compared by, `text` what stood there, from `start` to `end`."""

    norm: str
    text: str
    start: int
    end: int

    @property
    def number(self) -> float | None:
        """The number that it is; a share for one in percent."""
        match = _NUMBER.match(self.norm)
        if match is None:
            return None
        value = float(match[1].replace(",", ""))
        if match[2] == "%":
            return value / 100
        return value * _SCALES.get(match[2] or "", 1.0)


def tokens_of(text: str) -> tuple[Token, ...]:
    """The tokens of a question, or of a name in the vocabulary."""
    plain = unicodedata.normalize("NFKC", text)
    return tuple(
        Token(normalized(match[0]), match[0], match.start(), match.end())
        for match in _TOKEN.finditer(plain.replace("_", " "))
    )


def words_of(text: str) -> tuple[str, ...]:
    """What a name is compared by."""
    return tuple(token.norm for token in tokens_of(text))


def normalized(word: str) -> str:
    """A word without case, accents and plural: `Categories` and `category` are one."""
    plain = unicodedata.normalize("NFKD", word.casefold().replace("ß", "ss"))
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    plain = re.sub(r"['’]s$", "", plain).replace("’", "'")
    return _NUMBER_WORDS.get(plain) or _singular(plain)


def _singular(word: str) -> str:
    if (
        len(word) < 4
        or not word.endswith("s")
        or word in _KEPT
        or word.endswith(("ss", "us", "is"))
    ):
        return word
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return word[:-1]
