"""How far a database has been read: `ops.watermarks`, one row per delivery of such a source."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa

from regulars.core.errors import SettingsError
from regulars.warehouse.protocol import Warehouse

TABLE = "watermarks"
SCHEMA = pa.schema(
    [
        ("batch_id", pa.string()),
        ("source", pa.string()),
        ("column_name", pa.string()),
        ("kind", pa.string()),
        ("high", pa.string()),
        ("tail_rows", pa.int64()),
    ]
)
_KINDS: dict[str, Any] = {
    "bool": lambda text: text == "True",
    "int": int,
    "float": float,
    "Decimal": Decimal,
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "str": str,
}


@dataclass(frozen=True)
class Watermark:
    """The newest value read of a column that grows.

    `tail_rows` counts the rows from `overlap` before it up to it: where there are more of them
    later, some came late, or with the same value.
    """

    column: str
    high: Any
    tail_rows: int

    def before(self, overlap: float) -> Any:
        """The value so far before the newest one: days for dates and times, else units."""
        return before(self.high, overlap, column=self.column)


def before(value: Any, overlap: float, *, column: str) -> Any:
    """A value of a growing column, less an overlap. Raises SettingsError where that is nothing."""
    if not overlap:
        return value
    if isinstance(value, (date, datetime)):
        return value - timedelta(days=overlap)
    if isinstance(value, Decimal):
        return value - Decimal(str(overlap))
    if isinstance(value, str):
        return _text_before(value, overlap, column=column)
    return value - (int(overlap) if float(overlap).is_integer() else overlap)


def last_watermark(warehouse: Warehouse, source: str, *, batches: set[str]) -> Watermark | None:
    """The newest watermark among these batches of a source."""
    rows = warehouse.rows(
        "select marks.batch_id, marks.column_name, marks.kind, marks.high, marks.tail_rows "
        f"from {warehouse.relation('ops', TABLE)} as marks "
        f"join {warehouse.relation('ops', 'batches')} as batches "
        "on batches.batch_id = marks.batch_id "
        "where marks.source = ? order by coalesce(batches.number, 0) desc, "
        "batches.landed_at desc, batches.batch_id desc",
        [source],
    )
    for batch, column, kind, high, tail in rows:
        if batch in batches:
            return Watermark(column, _KINDS[kind](high), tail)
    return None


def record_watermark(warehouse: Warehouse, mark: Watermark, *, batch_id: str, source: str) -> None:
    """Remember how far a delivery reached."""
    kind = type(mark.high).__name__
    row = {
        "batch_id": batch_id,
        "source": source,
        "column_name": mark.column,
        "kind": kind,
        "high": mark.high.isoformat() if isinstance(mark.high, date) else str(mark.high),
        "tail_rows": mark.tail_rows,
    }
    if kind not in _KINDS:
        raise SettingsError(
            f"since_column: '{mark.column}' holds values of type {kind}, which cannot be compared "
            "from run to run",
            hint="Name a column of numbers, dates, times or text.",
        )
    warehouse.append_table("ops", TABLE, pa.Table.from_pylist([row], schema=SCHEMA))


def _text_before(value: str, overlap: float, *, column: str) -> str:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise SettingsError(
            f"overlap: '{column}' holds text that is no date, so there is nothing to subtract from",
            hint="Leave `overlap` out.",
        ) from None
    earlier = moment - timedelta(days=overlap)
    if len(value) == len("2024-06-22"):
        return earlier.date().isoformat()
    return earlier.isoformat(sep="T" if "T" in value else " ")
