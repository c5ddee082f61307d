"""Times by five fields, as cron has them: parsed, compared, and written for other schedulers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

_FIELDS = (
    ("minute", 0, 59), ("hour", 0, 23), ("day of the month", 1, 31), ("month", 1, 12),
    ("day of the week", 0, 7),
)  # fmt: skip
_WEEKDAYS = ("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat")
_DAY = 24 * 60


@dataclass(frozen=True)
class Cron:
    """The values of each field, ascending; a field that was `*` is None."""

    text: str
    minutes: tuple[int, ...] | None
    hours: tuple[int, ...] | None
    days: tuple[int, ...] | None
    months: tuple[int, ...] | None
    weekdays: tuple[int, ...] | None  # Sunday is 0

    @property
    def longest_gap(self) -> int:
        """An upper bound of the minutes from one time to the next."""
        times = self._times()
        within = max((later - earlier for earlier, later in pairwise(times)), default=0)
        overnight = _DAY - times[-1] + times[0]
        return max(within, overnight + _DAY * (self._longest_days() - 1))

    def _times(self) -> list[int]:
        hours = range(24) if self.hours is None else self.hours
        minutes = range(60) if self.minutes is None else self.minutes
        return [60 * hour + minute for hour in hours for minute in minutes]

    def _longest_days(self) -> int:
        """Days from one day to the next, at most."""
        if self.months is not None:
            return 366
        if self.days is not None and self.weekdays is None:
            return 62 if max(self.days) > 28 and len(self.days) == 1 else 31
        if self.weekdays is not None:  # with days of the month too, cron takes either
            week = [*self.weekdays, self.weekdays[0] + 7]
            return max(later - earlier for earlier, later in pairwise(week))
        return 1

    def calendars(self) -> Iterator[str]:
        """The same for systemd (`OnCalendar`); two where cron takes a day of either kind."""
        clock = f"{_list(self.hours)}:{_list(self.minutes)}:00"
        months = _list(self.months)
        if self.days is not None or self.weekdays is None:
            yield f"*-{months}-{_list(self.days)} {clock}"
        if self.weekdays is not None:
            names = ",".join(_WEEKDAYS[day] for day in self.weekdays)
            yield f"{names} *-{months}-* {clock}"


def _list(values: tuple[int, ...] | None) -> str:
    return "*" if values is None else ",".join(f"{value:02d}" for value in values)


def parse_cron(text: str) -> Cron:
    """Five fields of numbers, `*`, lists, ranges and steps. Raises ValueError for others."""
    fields = text.split()
    if len(fields) != len(_FIELDS):
        raise ValueError(
            f"'{text}' has {len(fields)} fields, not minute, hour, day, month, day of the week, "
            "as in '30 2 * * *'"
        )
    minutes, hours, days, months, weekdays = (
        _values(field, name, low=low, high=high)
        for field, (name, low, high) in zip(fields, _FIELDS, strict=True)
    )
    if weekdays is not None:
        weekdays = tuple(sorted({day % 7 for day in weekdays}))
    return Cron(" ".join(fields), minutes, hours, days, months, weekdays)


def _values(field: str, name: str, *, low: int, high: int) -> tuple[int, ...] | None:
    if field == "*":
        return None
    values: set[int] = set()
    for part in field.split(","):
        bounds, _, step = part.partition("/")
        first, _, last = bounds.partition("-")
        try:
            begin = low if bounds == "*" else int(first)
            end = high if bounds == "*" or (step and not last) else int(last or first)
            every = int(step) if step else 1
        except ValueError:
            raise ValueError(f"'{part}' is no {name}") from None
        if not (low <= begin <= end <= high and every > 0):
            raise ValueError(f"'{part}' is no {name} ({low} to {high})")
        values.update(range(begin, end + 1, every))
    return tuple(sorted(values))
