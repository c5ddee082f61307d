"""Days as people write them in Python: a date, a moment, or text."""

from __future__ import annotations

from datetime import date, datetime

from regulars.core.errors import SettingsError


def as_day(day: date | str | None, *, what: str) -> date | None:
    """The day, None where none is asked for. Raises SettingsError for what is no day."""
    if isinstance(day, datetime):
        return day.date()
    if day is None or isinstance(day, date):
        return day
    try:
        return date.fromisoformat(day)
    except (TypeError, ValueError):
        raise SettingsError(f"{what}: {day!r} is not a day", hint="Write YYYY-MM-DD.") from None
