"""Names: raw column names as the warehouse knows them, and the nearest known name."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable


def snake_case(name: str) -> str:
    """`Loyalty Number` -> loyalty_number, `CustomerID` -> customer_id, `2nd mail` -> _2nd_mail."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name.strip("\ufeff "))
    snake = re.sub(r"[^0-9a-z]+", "_", spaced.lower()).strip("_") or "column"
    return f"_{snake}" if snake[0].isdigit() else snake


def unique_names(names: Iterable[str]) -> list[str]:
    """Warehouse names of raw columns, in order; a repeated one gets a number."""
    seen: dict[str, int] = {}
    result = []
    for name in map(snake_case, names):
        seen[name] = seen.get(name, 0) + 1
        result.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
    return result


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name most like this one, if any is like it at all."""
    found = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return found[0] if found else None
