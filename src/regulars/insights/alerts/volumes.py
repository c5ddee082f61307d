"""Did a day bring far fewer or far more rows than the days before it?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median
from zoneinfo import ZoneInfo

EARLIER_DAYS = 28
_FEWEST_DAYS = 7


@dataclass(frozen=True)
class UnusualVolume:
    """Rows of a day, which are below half of `low` or above twice `high` of the days before."""

    day: date
    rows: int
    low: int
    high: int
    days: int


def judge_volume(
    landings: Iterable[tuple[datetime, int]], *, timezone: str, now: datetime
) -> UnusualVolume | None:
    """Compare the newest day that can be judged with the days before it, never with itself.

    `landings` are moments with their new rows. A day can be judged once it is over, or has had as
    many landings as the days before (median). Fewer than a week of days says nothing. Days of rest
    keep the lowest day at zero rows.
    """
    zone = ZoneInfo(timezone)
    counts: dict[date, list[int]] = defaultdict(list)
    for moment, landed in landings:
        counts[moment.astimezone(zone).date()].append(landed)
    days = sorted(counts)
    if days and days[-1] == now.astimezone(zone).date():
        usual = median(len(counts[day]) for day in days[:-1]) if days[:-1] else 0
        if len(counts[days[-1]]) < usual:
            days.pop()
    earlier = days[:-1][-EARLIER_DAYS:]
    if len(earlier) < _FEWEST_DAYS:
        return None
    rows = [sum(counts[day]) for day in earlier]
    newest, low, high = sum(counts[days[-1]]), min(rows), max(rows)
    if 2 * newest < low or newest > 2 * high:
        return UnusualVolume(days[-1], newest, low, high, len(earlier))
    return None
