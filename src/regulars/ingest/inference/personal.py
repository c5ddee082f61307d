"""Personal data: columns that name, reach or place a person, by their values and their name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache

from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.roles import points
from regulars.ingest.inference.vocabulary import concepts, word_files

_FEW = 12  # a 'zip_code' of Urban, Suburban and Rural places nobody
# What the values of a column of this name may be; a number is then not a count or a share.
_NAMES = ("full_name", "first_name", "last_name")
_TEXTS = (*_NAMES, "address", "phone", "email")
# The smallest number that is one of these, and no count of them.
_NUMBERS_TOO = {
    "birth_date": 1900,
    "postal_code": 1000,
    "phone": 100_000,
    "national_id": 100_000,
    "iban": 100_000,
    "card_number": 100_000,
}
_YOUNGEST, _OLDEST = 10, 40  # years before the end of the data: the last day of birth, the first
_NAME = re.compile(r"[A-ZÀ-ÞŁŚŻŹĆŠŽČŘĎŤŇĞİŞА-ЯΑ-Ω][^\W\d_]+(?:[ '’-][^\W\d_]+)?")
_MIDDLE = frozenset({"middle", "ip"})
_THINGS = frozenset({"product", "category", "campaign", "store", "channel", "plan", "segment"})
_NO_PERSON = _THINGS | {"feature_name", "event", "merchant", "country", "city", "region"}


def is_personal(column: Column, *, beside: Iterable[Column] = ()) -> bool:
    """Whether a column of customers should be masked; `beside` are the others of its table.

    A column that is named for the names or the births of people is masked however few they are.
    A lone `Name` may name a plan; beside a first name it is the name of a family.
    """
    if column.kind == "flag":
        return False
    if column.personal or (column.kind == "text" and (column.mails > 0.5 or column.phones > 0.8)):
        return True
    neighbours = [other for other in beside if other is not column]
    if column.kind != "number" and _is_sure(column, neighbours):
        return True
    if are_births(column, neighbours) or _are_names(column, neighbours):
        return True
    return column.distinct > _FEW and _is_named_for_a_person(column)


def is_number_of_a_person(column: Column) -> bool:
    """Whether a key is a number that reaches or names a person beyond this company's files."""
    if column.personal and column.mails <= 0.5:
        return True
    values = [value for value, _ in column.values]
    is_phone = column.phones > 0.8 and all(value.startswith("+") for value in values)
    named = (points(column.name, "national_id") >= 5, points(column.name, "phone") >= 5)
    return is_phone or named[0] or (named[1] and column.phones > 0.8)


def _is_sure(column: Column, beside: Iterable[Column]) -> bool:
    """Whether the name alone says whom it names, or when somebody was born."""
    if column.kind == "date":
        return points(column.name, "birth_date") >= 3
    if concepts(column.name) & _NO_PERSON:
        return False
    fit = max(points(column.name, role) for role in _NAMES)
    return fit >= 5 or (fit >= 3 and any(_names_a_part(other) for other in beside))


def _names_a_part(column: Column) -> bool:
    return max(points(column.name, role) for role in ("first_name", "last_name")) >= 5


def are_births(column: Column, beside: Sequence[Column]) -> bool:
    """Whether days reach over a life and end long before the others of the table do."""
    if column.kind != "date" or column.first_day is None or column.last_day is None:
        return False
    ends = [c.last_day for c in beside if c.kind == "date" and c.last_day is not None]
    if not ends or column.distinct <= _FEW:
        return False
    end = max(ends).year
    return end - column.last_day.year >= _YOUNGEST and end - column.first_day.year >= _OLDEST


def _are_names(column: Column, beside: Sequence[Column]) -> bool:
    """Whether values look like names, in columns side by side whose headers no list knows."""
    return _look_like_names(column) and (
        any(c.mails > 0.5 for c in beside) and any(map(_look_like_names, beside))
    )


def _look_like_names(column: Column) -> bool:
    if column.kind != "text" or column.distinct <= _FEW or concepts(column.name) & _known():
        return False
    return all(_NAME.fullmatch(value) for value, _ in column.values)


def _is_named_for_a_person(column: Column) -> bool:
    """Whether the name tells of a person, and the values may be what it says."""
    if points(column.name, "coordinates") >= 3:
        return True
    fitting = [role for role in _NUMBERS_TOO if points(column.name, role) >= 3]
    if column.kind == "number":
        high = column.high or 0
        return column.whole and any(high >= _NUMBERS_TOO[role] for role in fitting)
    if any(role != "phone" for role in fitting):
        return True
    meanings = concepts(column.name)
    named = any(points(column.name, role) >= 3 for role in _TEXTS) or bool(meanings & _MIDDLE)
    return named and not meanings & _NO_PERSON


@cache
def _known() -> frozenset[str]:
    """Meanings of headers: a header with one of them says what it is."""
    return frozenset(word_files()[0]["terms"]) - {"name"}
