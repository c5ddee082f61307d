"""Values read as dates: of a column, in the table `_values`, each with how often it occurs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from regulars.ingest.inference.clock_formats import IN_FRONT
from regulars.ingest.inference.counted_dates import counted_format
from regulars.ingest.inference.date_formats import (
    LONGEST_DATE,
    DateReading,
    Order,
    Shape,
    read_shapes,
)
from regulars.ingest.inference.zones import ZONE
from regulars.ingest.moment_formats import moment_sql
from regulars.warehouse.protocol import Warehouse

if TYPE_CHECKING:
    from regulars.ingest.inference.column_profiles import Column

MOST_TESTED = 25_000
MOST_SHAPES = 60
FIRST = "1800-01-01"  # nothing happened before: 1-1005 is a number, and no month of the year 1005
FAR = "2090-01-01"  # from here on a date stands for none
_NEARLY_ALL = 0.98


def counted_dates(
    warehouse: Warehouse, column: Column, counts: dict[str, float], *, today: date
) -> Column | None:
    """Numbers that are dates: yyyymmdd, seconds since 1970, days of a spreadsheet."""
    if column.distinct < 2 or counts["digits"] < column.filled:
        return None
    low, high = warehouse.rows(
        "select min(x), max(x) from (select try_cast(value as double) as x from _values)"
    )[0]
    date_format = counted_format(
        column.name, counts, filled=column.filled, bounds=(low, high), today=today
    )
    if date_format is None:
        return None
    dated = dated_column(warehouse, column, DateReading((date_format,)), today=today)
    return dated if dated is not None and not dated.parse_errors else None


def date_reading(
    warehouse: Warehouse, counts: dict[str, float], column: Column, *, order: Order | None
) -> DateReading | None:
    """How most values of a column of texts are written as dates; None where they are none."""
    if counts["iso"] >= _NEARLY_ALL * column.filled and _is_read(warehouse, column):
        return DateReading(())
    rows = warehouse.rows(
        "select min(value), sum(n), coalesce(max(numbers[1]), 0), coalesce(max(numbers[2]), 0) "
        "from (select value, n, "
        "list_transform(regexp_extract_all("
        f"regexp_replace(value, '{IN_FRONT}', ''), "
        r"'\d+'), x -> try_cast(x as int)) as numbers, "
        f"regexp_extract(value, '({ZONE})$') as zone, "
        r"regexp_replace(regexp_replace(value, '\d', '9', 'g'), '\p{L}+', 'a', 'g') as shape, "
        r"list_transform(regexp_extract_all(value, '\p{L}+'), x -> length(x) = 3) as short "
        f"from _values where length(value) <= {LONGEST_DATE} and regexp_matches(value, '[0-9]') "
        f"using sample {MOST_TESTED} rows (reservoir, 7)) "
        f"group by shape, short, zone order by 2 desc limit {MOST_SHAPES}"
    )
    shapes = [Shape(str(value), int(n), int(a), int(b)) for value, n, a, b in rows]
    known = sum(shape.count for shape in shapes)
    readable = [shape for shape in shapes if read_shapes([shape]) is not None]
    if not readable or sum(shape.count for shape in readable) < _NEARLY_ALL * known:
        return None
    return read_shapes(readable, otherwise=order)


def _is_read(warehouse: Warehouse, column: Column) -> bool:
    read = warehouse.rows(
        f"select coalesce(sum(n), 0) from _values where {moment_sql('value', ())} is not null"
    )
    return int(read[0][0]) >= 0.9 * column.filled


def dated_column(
    warehouse: Warehouse, column: Column, reading: DateReading, *, today: date
) -> Column | None:
    """The column as dates; None where too few of its values can be read so."""
    read = moment_sql("value", reading.formats)
    first, last, known, monthly = warehouse.rows(
        f"select min(t) filter (t >= date '{FIRST}'), max(t) filter (t < ?), "
        f"coalesce(sum(n) filter (t >= date '{FIRST}'), 0), "
        f"bool_and(t = date_trunc('month', t)) from (select n, {read} as t from _values)",
        [today + timedelta(days=2)],
    )[0]
    if int(known) < 0.9 * column.filled:
        return None
    far = warehouse.rows(
        f"select value, n from _values where {read} >= date '{FAR}' order by n desc limit 5"
    )
    return replace(
        column,
        far=tuple(str(value) for value, _ in far),
        far_rows=sum(int(n) for _, n in far),
        kind="date",
        dates=reading,
        parse_errors=column.filled - int(known),
        first_day=_day(first),
        last_day=_day(last),
        monthly=bool(monthly) and column.distinct > 1,
    )


def _day(moment: Any) -> date | None:
    return moment.date() if moment is not None else None
