"""Names: raw column names as the warehouse knows them, and the nearest known name."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable

from regulars.core.errors import SettingsError


def snake_case(name: str) -> str:
    """`Loyalty Number` -> loyalty_number, `CustomerID` -> customer_id, `2nd mail` -> _2nd_mail."""
    plain = _without_accents(name.strip("\ufeff "))
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", plain)
    snake = re.sub(r"[\W_]+", "_", spaced.lower()).strip("_") or "column"
    return f"_{snake}" if snake[0].isdigit() else snake


def unique_names(names: Iterable[str]) -> list[str]:
    """Warehouse names of raw columns, in order; a repeated one gets a number."""
    taken: set[str] = set()
    result = []
    for wanted in map(snake_case, names):
        name, number = wanted, 1
        while name in taken:
            number += 1
            name = f"{wanted}_{number}"
        taken.add(name)
        result.append(name)
    return result


def resolve_column(name: str, bronze_columns: Iterable[str]) -> str:
    """The landed column that a project file means: by its landed name or its original one.

    Raises SettingsError, with the nearest name, where there is no such column.
    """
    known = list(bronze_columns)
    for candidate in (name, name.strip().lower(), snake_case(name)):
        if candidate in known:
            return candidate
    raw = [column for column in known if not column.startswith("_")]
    near = nearest(snake_case(name), raw)
    raise SettingsError(
        f"there is no column '{name}'" + (f"; did you mean '{near}'?" if near else ""),
        hint=f"The columns are: {', '.join(raw) or 'none'}.",
    )


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name most like this one, if any is like it at all."""
    found = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return found[0] if found else None


def _without_accents(text: str) -> str:
    """`Straße` -> Strasse, `Größe` -> Grosse; letters without a plain form stay as they are."""
    split = unicodedata.normalize("NFKD", text.replace("ß", "ss"))
    return "".join(sign for sign in split if not unicodedata.combining(sign))
