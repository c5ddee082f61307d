"""What values mean, in many languages, from `words.yaml`: statuses, labels, answers, months."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal, cast

from regulars.ingest.inference.vocabulary import Words, added_files, listed, plain, word_files

StatusMeaning = Literal["counts", "pending", "lost", "refund"]
DocumentMeaning = Literal["refund", "sale"]
LedgerMeaning = Literal["claim", "settlement", "issued", "draft", "progress"]
Side = Literal["debit", "credit"]
MovementMeaning = Literal["partly_refunded", "no_sale"]

_MOST_WORDS = 6


def status_meaning(value: str) -> StatusMeaning | None:
    """Whether a purchase with this status counts; None where the words do not say.

    `pending` has not been paid (yet), `lost` never will be, `refund` was paid back.
    """
    by_weight = ("refund", "lost", "pending", "counts")
    return cast("StatusMeaning | None", _meaning("status", value, by_weight))


def label_meaning(value: str) -> bool | None:
    """Whether a label of a customer says that they left; None where it does not say."""
    meaning = _meaning("label", value, ("left", "stayed"))
    return {"left": True, "stayed": False}.get(meaning or "")


def is_unknown(value: str) -> bool:
    """Whether a value says that nothing is known: `unknown`, `n/a`, `keine Angabe`, `不明`."""
    return _whole("label", value) == "unknown"


def answer_meaning(value: str) -> bool | None:
    """Whether a value says yes or no: `oui`, `nein`, `是`, `1`, `x`; None for other values."""
    return {"yes": True, "no": False}.get(_whole("answer", value) or "")


def document_meaning(value: str) -> DocumentMeaning | None:
    """Whether a kind of document is a refund (`Gutschrift`, `credit note`) or a sale."""
    return cast("DocumentMeaning | None", _meaning("document", value, ("refund", "sale")))


def movement_meaning(value: str) -> MovementMeaning | None:
    """Whether a part of a sale came back, or a row is none (`payout`, `fee`, `Auszahlung`)."""
    by_weight = ("partly_refunded", "no_sale")
    return cast("MovementMeaning | None", _meaning("movement", value, by_weight))


def ledger_meaning(value: str) -> LedgerMeaning | None:
    """Whether a value names an invoice, what settles one, or the state of one."""
    return cast("LedgerMeaning | None", _whole("ledger", value))


def side_meaning(value: str) -> Side | None:
    """On which side of an account an amount stands: `Dr`, `Haben`, `abono`; None for others."""
    return cast("Side | None", _whole("side", value))


def means_nobody(value: str) -> bool:
    """Whether a value in place of a customer says that there is none: `WALKIN`, `Laufkunde`."""
    return _whole("nobody", value) is not None or is_unknown(value)


def is_beside_the_sale(value: str) -> bool:
    """Whether a value says how something was paid, sent or sold: `Visa`, `Abholung`, `online`."""
    kinds = ("payment", "delivery", "channel", "person")
    return _meaning("beside_the_sale", value, kinds) is not None


def spoken_currency(words: str) -> str | None:
    """The currency that is paid where this word of a header is spoken, and nowhere else."""
    return _whole("spoken_where", words)


def month_number(value: str) -> int | None:
    """The number of a month's name or short form: `März`, `mai`, `janv.`; None for others."""
    month = _whole("month", value)
    return None if month is None else int(month)


def is_weekday(value: str) -> bool:
    """Whether a value is the name or the short form of a day of the week: `Di`, `martes`."""
    return _whole("weekday", value) is not None


def month_names() -> dict[str, int]:
    """The plain names and short forms of months that are one word, with their numbers."""
    months = _known("month", added_files())
    return {words[0]: int(number) for words, number in months.items() if len(words) == 1}


def _whole(group: str, value: str) -> str | None:
    """The meaning of a value that is a known word or phrase."""
    return _known(group, added_files()).get(_value_words(value))


def _meaning(group: str, value: str, by_weight: tuple[str, ...]) -> str | None:
    """The meaning of a value as a whole, else of the weightiest phrase in it."""
    known, words = _known(group, added_files()), _value_words(value)
    if words in known or len(words) > _MOST_WORDS or _negations() & set(words):
        return known.get(words)
    size = len(words)
    phrases = {words[a:b] for a in range(size) for b in range(a + 1, size + 1)}
    meanings = {known[phrase] for phrase in phrases & known.keys()}
    return next((meaning for meaning in by_weight if meaning in meanings), None)


@cache
def _negations() -> frozenset[str]:
    return frozenset(plain(word) for word in listed(word_files()[0]["negations"]))


@lru_cache(maxsize=4096)
def _value_words(value: str) -> Words:
    """`ClosedWon`, `closed_won` and `Closed - Won` are two words; a lone sign is one."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", value)
    words = re.findall(r"\d+(?:\.\d+)?|[^\W_]+", plain(spaced))
    return tuple(words) or (value.strip(),)


@cache
def _known(group: str, files: tuple[Path, ...]) -> dict[Words, str]:
    """Meanings by the words of a value."""
    known: dict[Words, str] = {}
    for content in word_files(files):
        for meaning, words in ((content.get("values") or {}).get(group) or {}).items():
            for word in listed(words):
                known.setdefault(_value_words(word), str(meaning))
    return known
