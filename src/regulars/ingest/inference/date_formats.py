"""Dates in text: which formats they have, and whether the day or the month comes first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Order = Literal["day", "month"]

# Year first, day and month as numbers, a month's name in the middle, a month's name in front.
SHAPE = r"^(\d{1,4}|[A-Za-z]{3,9})([-/. ])(\d{1,2}|[A-Za-z]{3,9})([-/., ]+)(\d{4}|\d{1,2})(.*)$"
_TIMES = (
    (r"", ""),
    (r"\d{1,2}:\d{2}", "%H:%M"),
    (r"\d{1,2}:\d{2}:\d{2}", "%H:%M:%S"),
    (r"\d{1,2}:\d{2}:\d{2}\.\d+", "%H:%M:%S.%f"),
    (r"\d{1,2}:\d{2} [AaPp][Mm]", "%I:%M %p"),
    (r"\d{1,2}:\d{2}[AaPp][Mm]", "%I:%M%p"),
    (r"\d{1,2}:\d{2}:\d{2} [AaPp][Mm]", "%I:%M:%S %p"),
)


@dataclass(frozen=True)
class Shape:
    """Dates that look alike: an example, how many, and the largest first and second number."""

    example: str
    count: int
    first: int
    second: int


@dataclass(frozen=True)
class DateReading:
    """Formats to try in order, who comes first and whether that is evident, and what says so."""

    formats: tuple[str, ...]
    order: Order | None = None
    ambiguous: bool = False
    because: str = ""


def read_shapes(shapes: Sequence[Shape], *, otherwise: Order | None = None) -> DateReading | None:
    """Formats for dates of these shapes; None where one of them is no date.

    Numbers up to 12 may be day or month, so all shapes of a column decide together, unless they
    contradict one another. `otherwise` holds where nothing in the column decides.
    """
    numeric = [shape for shape in shapes if _is_numeric(shape.example)]
    order = _order(numeric)
    ambiguous = bool(numeric) and order is None
    fallback = otherwise or ("day" if any("." in shape.example for shape in numeric) else "month")
    formats = []
    for shape in shapes:
        pattern = _format(shape.example, order or _order([shape]) or fallback)
        if pattern is None:
            return None
        formats.append(pattern)
    # Two-digit years first: %Y would read 21 as the year 21.
    in_order = sorted(set(formats), key=lambda date_format: ("%Y" in date_format, date_format))
    return DateReading(
        tuple(in_order),
        (order or fallback) if numeric else None,
        ambiguous,
        _because(numeric, order, fallback),
    )


def _order(shapes: Iterable[Shape]) -> Order | None:
    first = max((shape.first for shape in shapes), default=0)
    second = max((shape.second for shape in shapes), default=0)
    if first > 12 >= second:
        return "day"
    return "month" if second > 12 >= first else None


def _because(numeric: Sequence[Shape], order: Order | None, fallback: Order) -> str:
    if not numeric:
        return ""
    if order is None:
        return f"nothing tells day from month; read as {fallback} first"
    place = "first" if order == "day" else "second"
    top = max((shape.first if order == "day" else shape.second) for shape in numeric)
    return f"{order} first: the {place} number goes up to {top}"


def _is_numeric(example: str) -> bool:
    """Whether day and month are both numbers, in an order that the shape does not tell."""
    return re.match(r"\d{1,2}[-/. ]\d{1,2}[-/. ]", example) is not None


def _format(example: str, order: Order) -> str | None:
    match = re.match(SHAPE, example)
    if match is None:
        return None
    first, mark, second, next_mark, third, rest = match.groups()
    year = "%Y" if len(third) == 4 else "%y"
    if first.isdigit() and len(first) == 4:
        middle = "%m" if second.isdigit() else _month(second)
        parts = ("%Y", middle, "%d")
    elif not first.isdigit():
        parts = (_month(first), "%d", year)
    elif not second.isdigit():
        parts = ("%d", _month(second), year)
    else:
        parts = ("%d", "%m", year) if order == "day" else ("%m", "%d", year)
    time = _time(rest)
    return None if time is None else f"{parts[0]}{mark}{parts[1]}{next_mark}{parts[2]}{time}"


def _month(name: str) -> str:
    return "%b" if len(name) == 3 else "%B"


def _time(rest: str) -> str | None:
    lead = re.match(r"[ T,]*", rest)
    between = lead[0] if lead else ""
    for pattern, time_format in _TIMES:
        if re.fullmatch(pattern, rest[len(between) :]):
            return between + time_format if time_format else ""
    return None
