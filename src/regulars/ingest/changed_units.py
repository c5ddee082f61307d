"""Amounts in another unit: cents where there were euros, or a decimal mark that is misread."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from regulars.core.errors import DataError
from regulars.ingest.file_mapping import MappedColumn
from regulars.ingest.number_formats import number_sql
from regulars.warehouse.protocol import Warehouse

MIN_VALUES = 30  # of a file and of those before it; fewer may differ by chance
# No season multiplies the middle amount by it, and cents do by a hundred.
MIN_FACTOR = 20.0


@dataclass(frozen=True)
class _Spread:
    """The 10th percentile, the median and the 90th percentile of absolute amounts."""

    low: float
    median: float
    high: float


def check_unit(
    warehouse: Warehouse,
    column: MappedColumn,
    *,
    file: str,
    now: Collection[str],
    before: Collection[str],
) -> None:
    """Raise DataError where a file's amounts lie apart from all before, by a factor of 20 or more.

    `now` and `before` are different delivered texts of the column.
    """
    new, old = _spread(warehouse, column, now), _spread(warehouse, column, before)
    if new is None or old is None:
        return
    smaller, larger = sorted((new, old), key=lambda spread: spread.median)
    if smaller.high < larger.low and larger.median >= MIN_FACTOR * smaller.median:
        raise DataError(
            f"the column '{column.name}', from which {column.read_by} is read, has a median of "
            f"{new.median:,.2f} where it was {old.median:,.2f} before: it may be in another unit; "
            "nothing was landed",
            where=file,
            hint="Correct the file. If the amounts are right, "
            "`regulars run --accept-schema` lands it as it is.",
        )


def _spread(warehouse: Warehouse, column: MappedColumn, texts: Collection[str]) -> _Spread | None:
    mark = column.rules.decimal if column.rules is not None else "."
    count, low, median, high = warehouse.scan(
        "select count(*), quantile_cont(x, 0.1), quantile_cont(x, 0.5), quantile_cont(x, 0.9) "
        f"from (select abs({number_sql('value', decimal=mark)}) as x "
        "from (select trim(unnest(?::varchar[])) as value)) where x > 0",
        [sorted(texts)],
    )[0]
    return _Spread(float(low), float(median), float(high)) if count >= MIN_VALUES else None
