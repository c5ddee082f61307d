"""Times of day: behind a date, in front of it, or in a column of their own."""

from __future__ import annotations

import re

from regulars.ingest.inference.zones import ZONE, zone_named
from regulars.warehouse.protocol import Warehouse

_MOST_SHAPES = 20
# What people write behind a time, in whatever letters; capitals are a zone, and a, p and m a half.
_WORD = r"(?P<word> ?(?:Uhr|(?![ap]\.?$|[ap]\.? ?m\b)[^\W\d_A-Z]{1,5}\.?))?"
_LEADS = (
    "um|at|à|alle ore|alle|ore|om|às|o|ob|u|la ora|a las|las|kl|kl\\.|klo|klokken|godz\\.|godz|"
    "saat|pukul|jam|kell|lúc|в|об|στις|@|-|–"
)
_CLOCK = (
    r"(?P<hour>\d{1,2})(?P<colon>[:.])\d{2}"
    r"(?P<second>(?P=colon)\d{2}(?:(?P<mark>[.,])(?P<part>\d{1,6}))?)?"
    rf"(?P<half> ?[AaPp][Mm])?{_WORD}"
)
_BEHIND = re.compile(
    rf"(?P<lead>[T ,]+(?:(?:{_LEADS}) )?){_CLOCK}"
    rf"(?:(?P<gap> ?)(?P<offset>Z|UTC|GMT|[+-]\d{{2}}:?\d{{2}}|[+-]\d{{2}})|(?P<zone>{ZONE}))?$"
)
# 14.33 is a time behind a date only: in front of a year it would be a day.
_IN_FRONT = re.compile(rf"{_CLOCK.replace('[:.]', ':')}(?P<gap>[ ,]+)(?=\S)")
# The same for DuckDB, to find day and month behind it.
IN_FRONT = r"^\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?( ?[AaPp][Mm])?( ?(Uhr|uur|hrs|h))?[ ,]+"
_ALONE = re.compile(
    r"(?P<hour>\d{1,2})(?P<colon>[:hH])\d{2}(?P<second>:\d{2}(?:(?P<mark>[.,])\d{1,6})?)?"
    rf"(?:(?P<gap> ?)(?P<half>[AaPp](?:\. ?)?[Mm]\.?))?{_WORD}(?P<zone>{ZONE})?"
)


def split_time(text: str) -> tuple[str, str, str]:
    """A date without its time, the format of the time behind it, and of a time in front of it."""
    behind, in_front = _BEHIND.search(text), _IN_FRONT.match(text)
    if behind is not None:
        offset = f"{behind['gap']}%z" if behind["offset"] else behind["zone"] or ""
        return text[: behind.start()], f"{behind['lead']}{_format(behind)}{offset}", ""
    if in_front is not None:
        return text[in_front.end() :], "", f"{_format(in_front)}{in_front['gap']}"
    return text, "", ""


def without_time_in_front(text: str) -> str:
    """A date without the time in front of it."""
    return _IN_FRONT.sub("", text, count=1)


def zone_behind(text: str) -> str | None:
    """The zone that stands behind a time by name, '' where none does; None without a time."""
    behind = _BEHIND.search(text)
    if behind is None:
        return None
    return (zone_named(behind["zone"]) or behind["zone"]) if behind["zone"] else ""


def _format(time: re.Match[str]) -> str:
    hour = "%I" if time["half"] else "%H"
    parts = f"%S{time['mark'] + '%f' if time['part'] else ''}" if time["second"] else ""
    half = time["half"].replace(time["half"].strip(), "%p") if time["half"] else ""
    clock = time["colon"].join(part for part in (hour, "%M", parts) if part)
    return f"{clock}{half}{time['word'] or ''}"


def clock_formats(warehouse: Warehouse) -> tuple[str, ...]:
    """The formats that read all of `_values` as times of day; none where some are no such times."""
    shapes = warehouse.rows(
        r"select min(value), max(value) from _values "
        r"group by regexp_replace(value, '\d', '9', 'g') "
        f"order by count(*) desc limit {_MOST_SHAPES + 1}"
    )
    formats = {clock_format(str(value)) for shape in shapes for value in shape}
    zones = {zone_of_clock(str(value)) for shape in shapes for value in shape}
    if len(shapes) > _MOST_SHAPES or None in formats or len(zones) > 1:
        return ()
    return tuple(sorted(form for form in formats if form is not None))


def clock_format(value: str) -> str | None:
    """The format of a time of day, once `a. m.` is written as `am`; None where it is none."""
    clock = _ALONE.fullmatch(value)
    if clock is None or int(clock["hour"]) > (12 if clock["half"] else 23):
        return None
    seconds = f":%S{clock['mark'] + '%f' if clock['mark'] else ''}" if clock["second"] else ""
    half = f"{clock['gap']}%p" if clock["half"] else ""
    rest = f"{half}{clock['word'] or ''}{clock['zone'] or ''}"
    return f"{'%I' if clock['half'] else '%H'}{clock['colon']}%M{seconds}{rest}"


def zone_of_clock(value: str) -> str | None:
    """The zone that stands behind a time of day by name."""
    clock = _ALONE.fullmatch(value)
    return zone_named(clock["zone"]) or clock["zone"] if clock and clock["zone"] else None
