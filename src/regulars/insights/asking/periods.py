"""Periods in words, relative to the as-of date: half-open, from a first day up to a last one.

`last 3 months` are whole months before the month of the as-of date; days and weeks are counted back
from the as-of date itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from regulars.insights.semantic.definitions import Grain
from regulars.insights.semantic.intent import Period

_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_SHORT = {name[:3]: number for number, name in enumerate(_MONTHS, 1)} | {"sept": 9}
_MONTH_NUMBERS = {**_SHORT, **{name: number for number, name in enumerate(_MONTHS, 1)}}
_MONTH = rf"(?P<month>{'|'.join(sorted(_MONTH_NUMBERS, key=len, reverse=True))})"
_YEAR = r"(?P<year>20\d\d|19\d\d)"
_UNIT = r"(?P<unit>day|week|month|quarter|year)"
_BACK = r"(?:the )?(?:last|past|previous|prior|preceding)"
_NAMES = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4}
_ORDINAL = rf"(?P<ordinal>{'|'.join(_NAMES)})"
_EARLIEST = date(1900, 1, 1)
_EDGE = re.compile(r"(?P<edge>since|after|before|until|starting)(?: in| the| start of)* ")
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"


@dataclass(frozen=True)
class FoundPeriod:
    """A period that words at `at` mean, over `length` characters of the text."""

    period: Period
    length: int


def add_months(day: date, count: int) -> date:
    """The first day of the month that is `count` months after the month of a day."""
    number = day.year * 12 + day.month - 1 + count
    return date(number // 12, number % 12 + 1, 1)


def period_at(text: str, at: int, as_of: date) -> FoundPeriod | None:
    """The longest period that begins at a place of a text; None where none does."""
    candidates = list(_ranges(text, at, as_of))
    candidates += list(_simple(text, at, as_of))
    return max(candidates, key=lambda candidate: candidate.length, default=None)


def _ranges(text: str, at: int, as_of: date) -> Iterator[FoundPeriod]:
    """`from March to May`, `since April 2025`, `before 2025`."""
    opening = re.compile(r"(?:from |between )?").match(text, at)
    begins = opening.end() if opening else at
    for first in _simple(text, begins, as_of):
        joint = re.compile(r" (?:to|through|until|till|up to|and) (?:the end of )?").match(
            text, begins + first.length
        )
        if joint is None or (joint[0].strip() == "and" and not text.startswith("between ", at)):
            continue
        for last in _simple(text, joint.end(), as_of):
            first_period = _without_year(first, last, text[begins : begins + first.length])
            if first_period.start < last.period.end:
                whole = Period(start=first_period.start, end=last.period.end)
                yield FoundPeriod(whole, joint.end() + last.length - at)
    edge = _EDGE.match(text, at)
    if edge is None:
        return
    for named in _simple(text, edge.end(), as_of):
        start, end = {
            "after": (named.period.end, as_of),
            "before": (_EARLIEST, named.period.start),
            "until": (_EARLIEST, named.period.end),
        }.get(edge["edge"], (named.period.start, as_of))
        if start < end:
            yield FoundPeriod(Period(start=start, end=end), edge.end() + named.length - at)


def _without_year(first: FoundPeriod, last: FoundPeriod, words: str) -> Period:
    """`March to May 2024`: a first month without a year is one of the year that follows it."""
    month = _MONTH_NUMBERS.get(words)
    if month is None:
        return first.period
    year = last.period.start.year - (month > last.period.start.month)
    return _months(date(year, month, 1), 1)


def _simple(text: str, at: int, as_of: date) -> Iterator[FoundPeriod]:
    for pattern, meaning in _RULES:
        match = pattern.match(text, at)
        if match is None:
            continue
        try:
            period = meaning(match, as_of)
        except ValueError:  # no such day
            continue
        if period is not None:
            yield FoundPeriod(period, match.end() - at)


def _rolling(match: re.Match[str], as_of: date) -> Period | None:
    count = int(match["count"]) if match.groupdict().get("count") else 1
    return before(as_of, count, match["unit"]) if 0 < count <= 1200 else None  # type: ignore[arg-type]


def before(as_of: date, count: int, unit: Grain) -> Period:
    """So many days or weeks up to a day, or so many whole months, quarters or years before it."""
    if unit in ("day", "week"):
        days = count * (7 if unit == "week" else 1)
        return Period(start=as_of - timedelta(days=days), end=as_of)
    end = containing(as_of, unit).start
    months = count * {"month": 1, "quarter": 3, "year": 12}[unit]
    return Period(start=add_months(end, -months), end=end)


def containing(day: date, unit: Grain) -> Period:
    """The calendar week, month, quarter or year that a day lies in."""
    if unit == "day":
        return Period(start=day, end=day + timedelta(days=1))
    if unit == "week":
        monday = day - timedelta(days=day.weekday())
        return Period(start=monday, end=monday + timedelta(days=7))
    months = {"month": 1, "quarter": 3, "year": 12}[unit]
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    return _months(first, months)


def shifted(period: Period, *, years: int) -> Period:
    """The same period so many years later; 29 February becomes the 28th."""
    return Period(start=_shift(period.start, years), end=_shift(period.end, years))


def preceding(period: Period) -> Period:
    """The period of the same length right before: in months where it is one of whole months."""
    if period.start.day == 1 and period.end.day == 1:
        months = (period.end.year - period.start.year) * 12 + period.end.month - period.start.month
        return Period(start=add_months(period.start, -months), end=period.start)
    return Period(start=period.start - (period.end - period.start), end=period.start)


def _shift(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def _months(first: date, count: int) -> Period:
    return Period(start=first, end=add_months(first, count))


def _to_date(match: re.Match[str], as_of: date) -> Period | None:
    """What has passed of the calendar month, quarter or year of the as-of date."""
    start = containing(as_of, match["unit"]).start  # type: ignore[arg-type]
    return Period(start=start, end=as_of) if start < as_of else containing(as_of, match["unit"])  # type: ignore[arg-type]


def _named_month(match: re.Match[str], as_of: date) -> Period:
    month, year = _MONTH_NUMBERS[match["month"]], match.groupdict().get("year")
    if year is None:
        year = as_of.year if date(as_of.year, month, 1) < as_of else as_of.year - 1
    return _months(date(int(year), month, 1), 1)


def _part_of_year(match: re.Match[str], as_of: date) -> Period | None:
    """A quarter or half by number; without a year the last that has begun."""
    groups = match.groupdict()
    number = int(groups["number"]) if groups.get("number") else _NAMES[groups["ordinal"]]
    months = 3 if "q" in match[0] else 6
    if number > 12 // months:
        return None
    year = groups.get("year")
    first = date(int(year) if year else as_of.year, (number - 1) * months + 1, 1)
    if not year and first >= as_of:
        first = first.replace(year=first.year - 1)
    return _months(first, months)


def _part_of_last_year(match: re.Match[str], as_of: date) -> Period | None:
    groups = match.groupdict()
    year = as_of.year - (groups["which"] != "this")
    if groups.get("month"):
        return _months(date(year, _MONTH_NUMBERS[groups["month"]], 1), 1)
    number = int(groups["number"]) if groups.get("number") else _NAMES[groups["ordinal"]]
    return _months(date(year, (number - 1) * 3 + 1, 1), 3) if number <= 4 else None


def _full_day(match: re.Match[str], _: date) -> Period:
    day = date(int(match["year"]), _MONTH_NUMBERS[match["month"]], int(match["day"]))
    return containing(day, "day")


def _numbers(match: re.Match[str], _: date) -> Period:
    parts = [int(part) for part in match[0].split("-")]
    if len(parts) == 3:
        return containing(date(*parts), "day")
    return containing(date(parts[0], parts[1], 1), "month")


Meaning = Callable[[re.Match[str], date], Period | None]
_END = r"(?= |$)"
_RULES: list[tuple[re.Pattern[str], Meaning]] = [
    (re.compile(rf"{pattern}{_END}"), meaning)
    for pattern, meaning in (
        (rf"{_BACK} (?P<count>\d{{1,4}}) (?:full |whole |calendar )?{_UNIT}", _rolling),
        (rf"{_BACK} (?:full |whole |calendar )?{_UNIT}", _rolling),
        (r"\d{4}-\d{2}-\d{2}", _numbers),
        (r"\d{4}-\d{2}", _numbers),
        (rf"{_DAY} (?:of )?{_MONTH} {_YEAR}", _full_day),
        (rf"{_MONTH} {_DAY} {_YEAR}", _full_day),
        (rf"{_MONTH} (?:of )?(?P<which>last|this) year", _part_of_last_year),
        (rf"{_MONTH}(?: (?:of |in )?{_YEAR})?", _named_month),
        (r"q ?(?P<number>[1-4]) (?:of )?(?P<which>last|this) year", _part_of_last_year),
        (rf"(?:the )?{_ORDINAL} quarter (?:of )?(?P<which>last|this) year", _part_of_last_year),
        (rf"q ?(?P<number>[1-4])(?: (?:of |in )?{_YEAR})?", _part_of_year),
        (rf"(?:the )?{_ORDINAL} quarter(?: (?:of |in )?{_YEAR})?", _part_of_year),
        (rf"quarter (?P<number>[1-4])(?: (?:of |in )?{_YEAR})?", _part_of_year),
        (rf"{_YEAR} q ?(?P<number>[1-4])", _part_of_year),
        (rf"h ?(?P<number>[12])(?: (?:of |in )?{_YEAR})?", _part_of_year),
        (rf"(?:the )?{_ORDINAL} half(?: (?:of |in )?{_YEAR})?", _part_of_year),
        (
            rf"(?:the )?(?:calendar )?(?:year )?{_YEAR}",
            lambda match, _: _months(date(int(match["year"]), 1, 1), 12),
        ),
        (rf"(?:the |so far )?(?:this|current) {_UNIT}(?: so far| to date)?", _to_date),
        (rf"{_UNIT} to date", _to_date),
        (r"(?P<unit>y)td", lambda _, as_of: _whole(as_of, "year")),
        (r"(?P<unit>q)td", lambda _, as_of: _whole(as_of, "quarter")),
        (r"(?P<unit>m)td", lambda _, as_of: _whole(as_of, "month")),
        (r"yesterday", lambda _, as_of: containing(as_of - timedelta(days=1), "day")),
        (r"today", lambda _, as_of: containing(as_of, "day")),
    )
]


def _whole(as_of: date, unit: Grain) -> Period:
    start = containing(as_of, unit).start
    return Period(start=start, end=as_of) if start < as_of else containing(as_of, unit)
