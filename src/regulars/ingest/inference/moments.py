"""When a row happened: one date column, or year and month (and day) columns."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from regulars.ingest.inference.clock_formats import zone_of_clock
from regulars.ingest.inference.clocks import (
    clock_beside,
    joined_formats,
    joined_mapping,
    loaded_sql,
)
from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.date_formats import format_for
from regulars.ingest.inference.draft import Draft
from regulars.ingest.inference.personal import are_births
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.inference.roles import may_be, points, ranked
from regulars.ingest.inference.value_dates import FAR
from regulars.ingest.inference.vocabulary import concepts, header_meanings
from regulars.ingest.moment_formats import moment_sql
from regulars.ingest.sources.scans import identifier, literal, quoted
from regulars.warehouse.protocol import Warehouse

_WEEK_FORMAT = "%G-W%V"
_NEARLY_ALL = 0.95
_NO_EVENT = frozenset({"birth", "expiry", "due", "end", "left", "churned", "joined"})


@dataclass(frozen=True)
class Moment:
    """A date column, or the columns of its parts: year, month and day, or year and week.

    `clock` has the times of day of the dates in `column`. `guess` says what speaks for it where
    no name does.
    """

    column: Column | None = None
    clock: Column | None = None
    year: Column | None = None
    month: Column | None = None
    day: Column | None = None
    week: Column | None = None
    guess: str = ""

    @property
    def names(self) -> list[str]:
        """The raw columns that it uses."""
        columns = (self.column, self.clock, self.year, self.month, self.day, self.week)
        return [column.name for column in columns if column is not None]

    @property
    def zone(self) -> str | None:
        """The zone that the times name, as they are written."""
        if self.column is None or self.column.dates is None:
            return None
        of_clock = zone_of_clock(self.clock.values[0][0]) if self.clock is not None else None
        return self.column.dates.zone or of_clock

    @property
    def monthly(self) -> bool:
        """Whether it tells the month only."""
        return self.column.monthly if self.column else self.day is None and self.week is None

    @property
    def sql(self) -> str:
        """The moment as a DuckDB timestamp, empty where the date stands for none."""
        if self.column is None or not self.column.far:
            return self._written_sql
        return f"case when {self._written_sql} < timestamp '{FAR}' then {self._written_sql} end"

    @property
    def _written_sql(self) -> str:
        if self.week is not None:
            return moment_sql(f"({self._year_and_week()})", [_WEEK_FORMAT])
        if self.column is None:
            day = _text(self.day) if self.day else "'01'"
            padded = f"lpad({_text(self.month)}, 2, '0') || '-' || lpad({day}, 2, '0')"
            return f"try_cast({_text(self.year)} || '-' || {padded} as timestamp)"
        if self.clock is not None:
            text = loaded_sql(self.column, self.clock)
            return moment_sql(text, joined_formats(self.column, self.clock))
        formats = self.column.dates.formats if self.column.dates else ()
        if not formats and not self.column.is_text:
            return f"try_cast({quoted(self.column.name)} as timestamp)"
        return moment_sql(_text(self.column), formats)

    def _year_and_week(self) -> str:
        """A year and the number of a week in it, such as 2024-W05."""
        year, week = (f"cast({part.name} as varchar)" for part in (self.year, self.week) if part)
        return f"{year} || '-W' || lpad({week}, 2, '0')"

    def put(self, draft: Draft, path: str, because: str = "") -> None:
        """Map it in a draft."""
        because = because or self.guess
        if self.guess:
            draft.probable.add(path)
        if self.column is not None:
            draft.map_column(path, self.column, because)
            if self.clock is not None:
                self._join(draft, path, self.column, self.clock)
            if self.column.far:
                _leave_far_dates_empty(draft, path, self.column)
            return
        if self.week is not None:
            value = {"sql": self._year_and_week(), "format": _WEEK_FORMAT}
            draft.put(path, value, because or "the first day of the week of the year")
            return
        parts = {"year": self.year, "month": self.month, "day": self.day}
        names = {part: column.name for part, column in parts.items() if column is not None}
        draft.put(path, {"parts": names}, because or "the date is spread over columns")

    def _join(self, draft: Draft, path: str, date: Column, clock: Column) -> None:
        names = identifier(date.name), identifier(clock.name)
        reasons = [draft.reasons.get(tuple(path.split(".")), ""), f"at the time in '{clock.name}'"]
        because = "; ".join(reason for reason in reasons if reason)
        draft.put(path, joined_mapping(date, clock, names), because)


def without_far_dates(column: Column, name: str) -> str:
    """A column of dates in SQL, empty where its date stands for none (9999-12-31)."""
    if not column.far:
        return name
    if not column.is_text and not (column.dates and column.dates.formats):
        return f"case when {name} < '{FAR}' then {name} end"
    listed = ", ".join(literal(value) for value in column.far)
    return f"case when trim(cast({name} as varchar)) not in ({listed}) then {name} end"


def _leave_far_dates_empty(draft: Draft, path: str, column: Column) -> None:
    mapped = draft.get(path)
    stated = {"sql": without_far_dates(column, quoted(column.name))}
    if isinstance(mapped, dict):
        stated |= {key: value for key, value in mapped.items() if key != "column"}
    draft.put(path, stated, f"{column.far[0]} stands for no date ({column.far_rows:,} rows)")


def find_moment(table: Table, role: str, *, without: Iterable[str] = ()) -> Moment | None:
    """The column, or the columns of parts, that fit a role such as occurred_at best."""
    taken = set(without)
    free = [column for column in table.columns.values() if column.name not in taken]
    moment = _best_moment(table, free, role)
    if moment is None or moment.column is None or role != "occurred_at":
        return moment
    return Moment(moment.column, clock_beside(moment.column, free))


def _best_moment(table: Table, free: list[Column], role: str) -> Moment | None:
    dated = ranked([column for column in free if column.kind == "date"], role)
    if dated and points(dated[0].name, role) > 1:
        return Moment(dated[0])
    for moment, prefix in _in_parts(free):
        if _prefix_fits(prefix, role):
            return moment
    if dated:
        return Moment(dated[0])
    by_values = _of_a_span(table, role) if role in ("joined_at", "left_at") else None
    if by_values is not None and by_values in free:
        return Moment(by_values)
    rest = [column for column in free if column.kind == "date"]
    if len(rest) > 1:  # the time of a row is what every row has: what came later may be empty
        rest = [column for column in rest if column.filled == column.rows]
    only = [column for column in rest if may_be(column.name, role)]
    if role == "occurred_at" and len(only) == 1:
        return Moment(only[0])
    return None


def _of_a_span(table: Table, role: str) -> Column | None:
    """The end that is open for some by its values (9999-12-31), or the one beginning beside it."""
    dated = table.of_kind("date")
    ends = [c for c in dated if 0 < c.far_rows < c.filled and may_be(c.name, "left_at")]
    if len(ends) != 1:
        return None
    if role == "left_at":
        return ends[0]
    starts = [c for c in dated if c is not ends[0] and not c.far and may_be(c.name, "joined_at")]
    return starts[0] if len(starts) == 1 else None


def first_of_dates(warehouse: Warehouse, table: Table) -> Moment | None:
    """The date that comes before the others of its row, where no name says when it happened."""
    dates = [c for c in table.of_kind("date") if c.filled >= _NEARLY_ALL * table.rows and not c.far]
    of_events = [c for c in dates if not concepts(c.name) & _NO_EVENT]
    dates = of_events or [c for c in dates if "due" in concepts(c.name)]
    dates = [c for c in dates if not are_births(c, [other for other in dates if other is not c])]
    if len(dates) < 2:
        return Moment(dates[0], guess="the only date") if dates else None
    for column in dates:
        own, *rest = [
            Moment(c)._written_sql for c in (column, *(c for c in dates if c is not column))
        ]
        condition = " and ".join(f"{own} <= {later_date}" for later_date in rest)
        share = warehouse.rows(
            f"select avg(case when {condition} then 1.0 else 0.0 end) from {table.relation}"
        )[0][0]
        if float(share or 0.0) >= _NEARLY_ALL:
            later = ", ".join(c.name for c in dates if c is not column)
            return Moment(column, guess=f"it comes before {later}")
    return None


def first_and_last(warehouse: Warehouse, table: Table, moment: Moment) -> tuple[Any, Any]:
    """The first and the last day of a table."""
    if moment.column is not None:
        return moment.column.first_day, moment.column.last_day
    first, last = warehouse.rows(
        f"select cast(min(t) as date), cast(max(t) as date) "
        f"from (select {moment.sql} as t from {table.relation})"
    )[0]
    return first, last


def say_unread_times(draft: Draft, table: Table) -> None:
    """Name columns that seem to be times and cannot be read so, each with a value."""
    for column in table.columns.values():
        if column.unread_time:
            form = format_for(column.unread_time)
            how = f"`format: '{form}'` reads it" if form else "no `format` that is known reads it"
            draft.leave_open(
                f"what time {table.name}.{column.name} tells: most of its values are no times; "
                f"for '{column.unread_time}', {how}"
            )


def day_text(day: date | None) -> str:
    """A day for a comment."""
    return day.isoformat() if day else "unknown"


def _in_parts(columns: list[Column]) -> list[tuple[Moment, str]]:
    """Columns such as `Enrollment Year` and `Enrollment Month`, with the prefix they share."""
    by_name = {column.name: column for column in columns if column.kind in ("number", "text")}
    years = [c for c in by_name.values() if _part_of(c, "year", 1900, 2100)]
    moments = []
    for year in years:
        rest = _beside(year, "year")
        parts = {
            part: next((c for c in by_name.values() if _is_part(c, part, rest)), None)
            for part in _BOUNDS
        }
        if parts["month"] or parts["week"]:
            week = None if parts["month"] else parts["week"]
            day = parts["day"] if parts["month"] else None
            moment = Moment(year=year, month=parts["month"], day=day, week=week)
            moments.append((moment, _prefix(year.name)))
    return moments


_BOUNDS = {"month": (1, 12), "week": (1, 53), "day": (1, 31)}
_DAY = "date"  # the words for a day are those for a date


def _prefix(name: str) -> str:
    match = re.fullmatch(r"(.*?)_?year", name)
    return match[1] if match else ""


def _part_of(column: Column, meaning: str, low: float, high: float) -> bool:
    is_named = any(meaning in words for words in header_meanings(column.name))
    return is_named and _within(column, low, high)


def _is_part(column: Column, part: str, rest: list[frozenset[str]]) -> bool:
    """Whether a column is the month of a year column: the same words beside month and year."""
    meaning = _DAY if part == "day" else part
    low, high = _BOUNDS[part]
    return _part_of(column, meaning, low, high) and _beside(column, meaning) == rest


def _beside(column: Column, meaning: str) -> list[frozenset[str]]:
    return [words for words in header_meanings(column.name) if meaning not in words]


def _prefix_fits(prefix: str, role: str) -> bool:
    if not prefix:
        return role == "occurred_at"
    return points(f"{prefix}_date", role) > 1


def _within(column: Column, low: float, high: float) -> bool:
    if column.low is None or column.high is None:
        return False
    return low <= column.low and column.high <= high


def _text(column: Column | None) -> str:
    return f"trim(cast({quoted(column.name)} as varchar))" if column else "null"
