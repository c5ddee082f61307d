"""Money whose currency no list knows, by its shape: the same word at the number in every row."""

from __future__ import annotations

import re
from collections.abc import Sequence

from regulars.ingest.number_formats import CURRENCY

_NUMBER = r"-?(?:\d{1,3}(?:[.,' ’\xa0\u202f]\d{3})+|\d+)(?:[.,]\d{1,4})?"
_WORD = r"[^\W\d_][^\d\s()+%-]{0,7}|[^\w\s()+%.,'\"/\\:#@*<>=-][^\d\s]{0,2}"
_MONEY = re.compile(rf"(?P<before>(?:{_WORD})?)\s*(?P<number>{_NUMBER})\s*(?P<after>(?:{_WORD})?)")
_PRICED = re.compile(r".*[.,]\d{2}|.*\d[.,' ’\xa0\u202f]\d{3}(?:\D.*)?")
_FEWEST = 5  # different values
_MOSTLY = 0.8  # are written as prices are: with two decimals, or thousands apart
_NEARLY_ALL = 0.98
# What is counted or measured is no money.
_UNIT_LIST = """
    kg g mg lb lbs oz t km m cm mm mi ft l ml cl gal kwh mwh wh kw h hr hrs std min mins s sec ms
    mb gb kb tb pcs pc stk st szt kom ks x kos buc adet db pkt pt pts mm² m² m³ °c °f bps
"""
_UNITS = frozenset(_UNIT_LIST.split())


def affix_of(values: Sequence[tuple[str, int]]) -> str:
    """The one word before or after (nearly) every number; '' where values are no money of a kind.

    Numbers of documents (INV1023) have neither decimals nor thousands, quantities have a unit.
    """
    fitting = [(_MONEY.fullmatch(value.strip()), rows) for value, rows in values]
    matches = [match for match, _ in fitting if match]
    rows = sum(n for match, n in fitting if match)
    if len(matches) < _FEWEST or rows < _NEARLY_ALL * sum(n for _, n in values):
        return ""
    words = {match["before"] or match["after"] for match in matches}
    is_one_side = len({bool(match["before"]) for match in matches}) == 1 and not any(
        match["before"] and match["after"] for match in matches
    )
    priced = sum(bool(_PRICED.fullmatch(match["number"])) for match in matches)
    word = next(iter(words))
    is_unit = word.lower().rstrip(".") in _UNITS or re.fullmatch(CURRENCY, word)
    is_money = len(words) == 1 and is_one_side and priced >= _MOSTLY * len(matches)
    return word if is_money and not is_unit else ""
