"""Personal data: columns that name, reach or place a person, by their values and their name."""

from __future__ import annotations

from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.roles import points
from regulars.ingest.inference.vocabulary import concepts

_FEW = 12  # a 'zip_code' of Urban, Suburban and Rural places nobody
# What the values of a column of this name may be; a number is then not a count or a share.
_TEXTS = ("full_name", "first_name", "last_name", "address", "phone", "email")
_NUMBERS_TOO = ("postal_code", "birth_date", "national_id", "iban", "card_number", "coordinates")
_MIDDLE = frozenset({"middle", "ip"})
_THINGS = frozenset({"product", "category", "campaign", "store", "channel", "plan", "segment"})
_NO_PERSON = _THINGS | {"feature_name", "event", "merchant", "country", "city", "region"}


def is_personal(column: Column) -> bool:
    """Whether a column of customers should be masked."""
    if column.kind == "flag":
        return False
    if column.personal or (column.kind == "text" and (column.mails > 0.5 or column.phones > 0.8)):
        return True
    return column.distinct > _FEW and _is_named_for_a_person(column)


def _is_named_for_a_person(column: Column) -> bool:
    """Whether the name tells of a person, and the values may be what it says."""
    meanings = concepts(column.name)
    if any(points(column.name, role) >= 3 for role in _NUMBERS_TOO):
        return True
    if column.kind == "number" and not (column.whole and points(column.name, "phone") >= 5):
        return False
    named = any(points(column.name, role) >= 3 for role in _TEXTS) or bool(meanings & _MIDDLE)
    return named and not meanings & _NO_PERSON
