"""Who has not bought for some time: `inactive for 60 days`, `not bought in the last 3 months`."""

from __future__ import annotations

import re
from datetime import date, timedelta

from regulars.insights.asking.periods import add_months
from regulars.insights.semantic.intent import Filter

_TIME = r"(?P<count>\d{1,4}) (?P<unit>day|week|month|year)(?= |$)"
_BUYING = (
    r"(?:bought|buy|purchased?|ordered|order|shopped|shop|spent|spend"
    r"|made (?:a|any) purchase|made (?:a|any) order|placed (?:a|an|any) order)"
)
_NOTHING = (
    r"(?:with no|without a|without an|without any|without|no|with zero) "
    r"(?:purchase|order|sale|activity|transaction)"
)
_WHO = r"(?:(?:who|that|which) )?(?:(?:have|has|had|did|do) )?"
_WITHIN = r"(?: (?:in|for|within|during|over|since))?(?: the)?(?: last| past)?"
_MORE = r"(?P<more> more than| over| longer than)?(?P<minimum> at least)?(?: the)?(?: last| past)?"
_SILENT = re.compile(
    rf"{_WHO}(?:been |are |is |were )?(?:inactive|dormant|silent){_WITHIN}{_MORE} {_TIME}"
)
_NOT_BOUGHT = re.compile(
    rf"{_WHO}(?:not|never) {_BUYING}(?: anything| something)?{_WITHIN}{_MORE} {_TIME}"
)
_NO_PURCHASE = re.compile(rf"{_NOTHING}{_WITHIN}{_MORE} {_TIME}")


def inactivity_at(text: str, at: int, as_of: date) -> tuple[Filter, int] | None:
    """A filter by days since the last sale that words at a place mean, and their length.

    Who bought nothing in the last 60 days bought more than 60 days before the as-of date.
    """
    for pattern in (_SILENT, _NOT_BOUGHT, _NO_PURCHASE):
        match = pattern.match(text, at)
        if match is not None:
            is_from = match["minimum"] is not None or (pattern is _SILENT and not match["more"])
            days = _days(int(match["count"]), match["unit"], as_of)
            silence = Filter(name="recency", operator="from" if is_from else "over", number=days)
            return silence, match.end() - at
    return None


def _days(count: int, unit: str, as_of: date) -> float:
    if unit in ("day", "week"):
        return float(count * (7 if unit == "week" else 1))
    first = add_months(as_of, -count * (12 if unit == "year" else 1))
    last = add_months(first, 1) - timedelta(days=1)
    return float((as_of - first.replace(day=min(as_of.day, last.day))).days)
