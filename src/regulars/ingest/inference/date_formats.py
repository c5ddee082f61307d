"""Dates in text: which formats they have, and whether the day or the month comes first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from regulars.ingest.inference.clock_formats import (
    split_time,
    without_time_in_front,
    zone_behind,
)
from regulars.ingest.inference.vocabulary import concepts
from regulars.ingest.inference.words import is_weekday, month_number

Order = Literal["day", "month"]

LONGEST_DATE = 45
_TOKENS = re.compile(r"\d+|[^\W\d_]+|[\W_]+")
_PACKED = {
    14: "%Y%m%d%H%M%S",
    12: "%Y%m%d%H%M",
    8: "%Y%m%d",
}
# Day, month and the beginning of the year, also with words between them: 9 tháng 3 năm 2024.
_SHORT_NUMBERS = re.compile(r"(?:[^\W\d_]+ )?\d{1,2}[^\d:]{1,12}\d{1,2}[^\d:]{1,12}\d")
_WEEK_MARKS = frozenset({"w", "kw", "wk", "s"})
_QUARTER_MARKS = frozenset({"q", "t", "k"})
_WEEKDAY = re.compile(r"(?P<name>[^\W\d_]{2,}\.?)(?P<mark>,? +)(?=.*\d)")
_SHORT_WEEKDAY = 3


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
    zone: str | None = None  # that stands behind all times, by name


def read_shapes(shapes: Sequence[Shape], *, otherwise: Order | None = None) -> DateReading | None:
    """Formats for dates of these shapes; None where one of them is no date.

    Numbers up to 12 may be day or month, so all shapes of a column decide together, unless they
    contradict one another. `otherwise` holds where nothing in the column decides.
    """
    numeric = [shape for shape in shapes if _is_numeric(shape)]
    order = _order(numeric)
    ambiguous = bool(numeric) and order is None
    fallback = otherwise or ("day" if any(map(_is_rather_day_first, numeric)) else "month")
    zones = {zone_behind(shape.example) for shape in shapes} - {None}
    if len(zones) > 1:
        return None  # read in one zone, the times of others would be hours off
    formats = []
    for shape in shapes:
        pattern = _format(shape, order or _order([shape]) or fallback)
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
        (zones.pop() or None) if zones else None,
    )


def format_for(value: str) -> str | None:
    """The format that would read a single value; None where it is no date that can be read."""
    day = without_time_in_front(value)
    numbers = [int(number) for number in re.findall(r"\d+", day)][:2]
    first, second = [*numbers, 0, 0][:2]
    reading = read_shapes([Shape(value, 1, first, second)])
    return reading.formats[0] if reading else None


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


def _is_numeric(shape: Shape) -> bool:
    """Whether day and month are both numbers, in an order that the shape does not tell."""
    day = without_time_in_front(shape.example)
    numbers = _SHORT_NUMBERS.match(day)
    if numbers is None or any(map(_is_named_month, _TOKENS.findall(numbers[0]))):
        return False
    return not _is_year_first(shape)


def _is_rather_day_first(shape: Shape) -> bool:
    """Whether dots stand in a date, or a word between day and month: 9 tháng 3 năm 2024."""
    between = _SHORT_NUMBERS.match(without_time_in_front(shape.example))
    has_words = between is not None and any(map(str.isalpha, _TOKENS.findall(between[0])[1:]))
    return "." in shape.example or (has_words and "月" not in shape.example)


def _is_named_month(word: str) -> bool:
    return len(word) > 2 and month_number(word) is not None


def _is_year_first(shape: Shape) -> bool:
    """Whether the first of three short numbers must be a year: 24-03-05 beside 99-12-31."""
    return shape.first > 31 and shape.second <= 12


def _format(shape: Shape, order: Order) -> str | None:
    example, time_format, first = split_time(shape.example)
    weekday = _WEEKDAY.match(example)
    lead = ""
    if weekday and _is_day_in_front(weekday["name"], example[weekday.end() :]):
        lead = "%a" if len(weekday["name"].rstrip(".")) <= _SHORT_WEEKDAY else "%A"
        lead += weekday["mark"] if weekday["name"][-1] != "." else "." + weekday["mark"]
        example = example[weekday.end() :]
    date_format = _date_format(_TOKENS.findall(example), replace(shape, example=example), order)
    return None if date_format is None else f"{first}{lead}{date_format}{time_format}"


def _is_day_in_front(name: str, rest: str) -> bool:
    """Whether a name is that of a weekday; `mar` is one only before another month's name."""
    has_month = any(len(word) > 2 and month_number(word) for word in _TOKENS.findall(rest))
    return is_weekday(name) and (has_month or month_number(name) is None)


def _date_format(tokens: list[str], shape: Shape, order: Order) -> str | None:
    numbers = [place for place, token in enumerate(tokens) if token.isdigit()]
    names = [i for i, token in enumerate(tokens) if len(token) > 2 and month_number(token)]
    if len(names) == 1 and 1 <= len(numbers) <= 2:
        meanings = _beside_a_name([tokens[place] for place in numbers])
    elif len(numbers) == 3 and not any(map(_is_plain_word, tokens)):
        meanings = _of_three([tokens[place] for place in numbers], shape, order)
    elif not names and len(numbers) == 2:
        meanings = _of_two(tokens, numbers)
    elif not names and len(numbers) == 1 and len(tokens) == 1:
        return _PACKED.get(len(tokens[0]))
    else:
        return None
    if meanings is None:
        return None
    parts = [token.replace("%", "%%") for token in tokens]
    for place, meaning in zip(numbers, meanings, strict=True):
        parts[place] = meaning
    for place in names:
        parts[place] = "%b" if len(tokens[place]) == 3 else "%B"
    return "".join(parts)


def _is_plain_word(token: str) -> bool:
    """A word that stands for nothing in a date; 年 and 月 do."""
    return token.isalpha() and token.isascii()


def _beside_a_name(numbers: list[str]) -> tuple[str, ...] | None:
    """Day and year, or a year alone, beside the name of a month."""
    sizes = tuple(map(len, numbers))
    if any(size in (3,) or size > 4 for size in sizes):
        return None
    if len(numbers) == 1:
        return ("%Y",) if sizes == (4,) else ("%y",)
    if sizes[0] == 4:
        return ("%Y", "%d")
    return ("%d", "%Y") if sizes[1] == 4 else ("%d", "%y")


def _of_three(numbers: list[str], shape: Shape, order: Order) -> tuple[str, ...] | None:
    sizes = tuple(map(len, numbers))
    if sizes[0] == 4 and max(sizes[1:]) <= 2:
        return ("%Y", "%m", "%d")
    if max(sizes[:2]) > 2 or sizes[2] not in (1, 2, 4):
        return None
    if _is_year_first(shape) and sizes[2] <= 2:
        return ("%y", "%m", "%d")
    year = "%Y" if sizes[2] == 4 else "%y"
    return ("%d", "%m", year) if order == "day" else ("%m", "%d", year)


def _of_two(tokens: list[str], numbers: list[int]) -> tuple[str, ...] | None:
    """A year and a month, a week or a quarter of it, by the mark before it."""
    sizes = [len(tokens[place]) for place in numbers]
    if sorted(sizes)[1] != 4 or sorted(sizes)[0] > 2:
        return None
    short = numbers[0] if sizes[0] < 4 else numbers[1]
    words = [token.lower() for token in tokens if token.isalpha()]
    kinds = frozenset().union(*map(concepts, words)) if words else frozenset()
    if {*words} & _WEEK_MARKS or "week" in kinds:
        part, year = "%V", "%G"
    elif {*words} & _QUARTER_MARKS or "quarter" in kinds:
        part, year = "%q", "%Y"
    elif all(not word.isascii() or word in ("m",) for word in words):
        part, year = "%m", "%Y"
    else:
        return None
    if part == "%m" and not 1 <= int(tokens[short]) <= 12:
        return None
    return (part, year) if short == numbers[0] else (year, part)
