"""Numbers that are dates: yyyymmdd, seconds since 1970, days of a spreadsheet."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

from regulars.ingest.inference.vocabulary import concepts
from regulars.ingest.moment_formats import COUNTED

# A name that tells of a time, and one that tells of something else though its values fit.
_TIMES = frozenset(
    {"date", "time", "created", "placed", "joined", "start", "end", "closed", "updated", "birth",
     "opened", "clicked", "converted", "month", "period", "sap_date", "sap_posting_date"}
)  # fmt: skip
_OTHERS = frozenset(
    {"key", "amount", "total", "price", "quantity", "phone", "postal", "revenue", "spend", "value",
     "count", "days", "duration", "age", "national_id", "iban", "card", "balance", "cost", "tenure",
     "points", "product"}
)  # fmt: skip
_FIRST_SECOND = datetime(1990, 1, 1, tzinfo=UTC).timestamp()
_FIRST_SHEET_DAY = 20_000  # 1954-10-03
_SHEET_BEGIN = date(1899, 12, 30)
_YEARS_AHEAD = timedelta(days=5 * 365)


def counted_format(
    name: str,
    counts: Mapping[str, float],
    *,
    filled: int,
    bounds: tuple[float | None, float | None],
    today: date,
) -> str | None:
    """The format that reads these numbers as dates; None where they are numbers.

    `counts` says how many of the `filled` rows pass which test. Eight digits that all are days are
    dates whatever the name. Shorter numbers and seconds are dates only where the name agrees.
    """
    if counts["compact"] >= filled:
        return "%Y%m%d"
    meanings, (low, high) = concepts(name), bounds
    if low is None or high is None or meanings & _OTHERS or not meanings & (_TIMES | {"week"}):
        return None
    if counts["year_month"] >= filled:
        return "%Y%m"
    if counts["year_week"] >= filled and "week" in meanings:
        return "%G%V"
    if counts["short_compact"] >= filled:
        return "%y%m%d"
    last_day = today + _YEARS_AHEAD
    last_second = datetime(last_day.year, last_day.month, 1, tzinfo=UTC).timestamp()
    for unit, size in COUNTED.items():
        if _FIRST_SECOND * size <= low and high <= last_second * size:
            return unit
    is_sheet = low >= _FIRST_SHEET_DAY and high <= (last_day - _SHEET_BEGIN).days
    return "excel" if is_sheet else None
