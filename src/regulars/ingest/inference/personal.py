"""Personal data: columns that name, reach or place a person, by their values and their name."""

from __future__ import annotations

from collections.abc import Iterable

from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.roles import points
from regulars.ingest.inference.vocabulary import concepts

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
    if column.kind != "number" and _is_sure(column, beside):
        return True
    return column.distinct > _FEW and _is_named_for_a_person(column)


def _is_sure(column: Column, beside: Iterable[Column]) -> bool:
    """Whether the name alone says whom it names, or when somebody was born."""
    if column.kind == "date":
        return points(column.name, "birth_date") >= 3
    if concepts(column.name) & _NO_PERSON:
        return False
    fit = max(points(column.name, role) for role in _NAMES)
    return fit >= 5 or (fit >= 3 and any(points(c.name, "first_name") >= 5 for c in beside))


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
