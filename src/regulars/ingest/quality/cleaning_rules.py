"""The cleaning rules of one column, in the words of the transform."""

from __future__ import annotations

from typing import Any

from regulars.core.settings import ColumnMapping
from regulars.ingest.sources.scans import literal


def cleaning_rules(one: ColumnMapping) -> dict[str, Any]:
    """What the macros `cleaned` and `rejection` need: texts and constants as SQL literals.

    `texts` maps delivered texts in small letters; a canonical text stands for itself, so that
    `others` never replaces it.
    """
    known = {text.casefold(): text for text in one.values.values()}
    known |= {delivered.casefold(): text for delivered, text in one.values.items()}
    return {
        "texts": [[literal(delivered), literal(text)] for delivered, text in known.items()],
        "others": None if one.others is None else literal(one.others),
        "case": one.case,
        "default": _constant(one.default),
        "least": _number(one.min),
        "most": _number(one.max),
        "not_before": one.not_before and str(one.not_before),
    }


def _constant(value: str | bool | float | None) -> str | None:
    if isinstance(value, str):
        return literal(value)
    return None if value is None else str(value).lower()


def _number(value: float | None) -> float | int | None:
    """Whole numbers read better in a reason: 18, not 18.0."""
    return int(value) if value is not None and value == int(value) else value
