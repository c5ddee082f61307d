"""Times of day in a column of their own, joined to the dates of the same rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.roles import points
from regulars.ingest.inference.vocabulary import header_meanings
from regulars.ingest.sources.scans import quoted

_MOST_FORMATS = 12
_PLAIN_HALF = "replace(replace(lower({}), '. m.', 'm'), '.m.', 'm')"
_TIME_IN_FORMAT = re.compile(r"[T ,]+%[HI].*$")
_MIDNIGHT = re.compile(r"[T ,]+(?:0?0:00(?::00(?:[.,]0+)?)?|12:00(?::00)? ?[Aa][Mm])$")
_WITHOUT_MIDNIGHT = "regexp_replace({}, '[T ,]+[0-9]?[0-9]:00(:00([.,]0+)?)?( ?[Aa][Mm])?$', '')"
_HAS_TIME = re.compile(r"\d:\d\d")
_MOMENT = frozenset({"date", "time"})
_OF_ANY_EVENT = frozenset({"created", "placed", "start"})


def clock_beside(date: Column, columns: Iterable[Column]) -> Column | None:
    """The column with the times of day of a column of dates, by the words that both share."""
    if date.far or any(_has_time(value) for value, _ in date.values):
        return None
    clocks = [c for c in columns if c.clocks and not points(c.name, "duration")]
    words = _words(date.name)
    fitting = [clock for clock in clocks if _words(clock.name) == words]
    if not fitting:  # `Order Date` and `Time`, `Datum` and `Beginn`: the only one of its table
        fitting = [c for c in clocks if all(word & _OF_ANY_EVENT for word in _words(c.name))]
        fitting = fitting if len(clocks) == 1 else []
    return fitting[0] if len(fitting) == 1 else None


def _words(name: str) -> list[frozenset[str]]:
    """What a name says beside that it is a date or a time."""
    return [meanings for meanings in header_meanings(name) if not meanings & _MOMENT]


def _has_time(date: str) -> bool:
    """Whether a date has a time of day of its own, other than midnight."""
    return _HAS_TIME.search(date) is not None and _MIDNIGHT.search(date) is None


def joined_sql(date: Column, clock: Column, names: tuple[str, str]) -> str:
    """Date and time of day as one text, the date alone where a row has no time; `names` are SQL."""
    day, time = names
    if not date.is_text:
        day = f"cast(cast({day} as date) as varchar)"
    elif any(_HAS_TIME.search(value) for value, _ in date.values):
        day = _WITHOUT_MIDNIGHT.format(day)
    if not clock.is_text:
        time = f"cast({time} as varchar)"
    elif any("m." in value.lower() for value, _ in clock.values):
        time = _PLAIN_HALF.format(time)
    return f"{day} || coalesce(' ' || {time}, '')"


def joined_formats(date: Column, clock: Column, *, days: Sequence[str] = ()) -> list[str]:
    """The formats of `joined_sql`: with the time of day, then without."""
    written = days or (date.dates.formats if date.dates is not None else ())
    plain = [_TIME_IN_FORMAT.sub("", day) for day in written or _iso_formats(date)]
    plain = list(dict.fromkeys(plain))
    return [f"{day} {time}" for day in plain for time in clock.clocks][:_MOST_FORMATS] + plain


def _iso_formats(date: Column) -> list[str]:
    marks = [mark for mark in "-/" if any(value[4:5] == mark for value, _ in date.values)]
    return [f"%Y{mark}%m{mark}%d" for mark in marks]


def joined_mapping(
    date: Column, clock: Column, names: tuple[str, str], *, days: Sequence[str] = ()
) -> dict[str, Any]:
    """The setting that reads a date and a time of day from two columns; `names` are SQL."""
    return {
        "sql": joined_sql(date, clock, names),
        "format": joined_formats(date, clock, days=days),
    }


def loaded_sql(date: Column, clock: Column) -> str:
    """`joined_sql` on the loaded table."""
    return f"trim({joined_sql(date, clock, (quoted(date.name), quoted(clock.name)))})"
