"""A frame of the caller as rows to learn from, and back as what the caller's estimator knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from regulars.core.errors import DataError
from regulars.core.names import nearest
from regulars.features.frames import Frame, InputKind, plain_ids

if TYPE_CHECKING:
    from regulars.notebook.frames import FrameKind

# Where a frame knows no date, all rows stand at one.
_NO_DATE = date(2000, 1, 1)
_POSITION = "position"
_NUMBER = r"^[-+]?\d+(\.\d*)?([eE][-+]?\d+)?$"
_MOST_NUMBERS_AS_TEXT = 0.02  # the share of texts in a column of numbers that are read as null


@dataclass(frozen=True)
class OwnFrame:
    """Rows to learn from, the columns as they were given, and which of them are no inputs.

    `left_out` names columns that nothing can be learned from, with the reason. `kind` is the
    library of the frame.
    """

    frame: Frame
    given: pa.Table
    left_out: dict[str, str]
    kind: FrameKind

    def inputs_of(self, frame: Frame) -> pa.Table:
        """The columns of these rows as they were given."""
        return self.given.take(frame.keys[_POSITION])


def own_frame(
    table: pa.Table,
    *,
    kind: FrameKind,
    customer_id: str | None = None,
    as_of: str | None = None,
    churned: np.ndarray | None = None,
    target: str | None = None,
    kinds: Mapping[str, InputKind] | None = None,
) -> OwnFrame:
    """The frame of a table of one row per customer, or per customer and date.

    Without `customer_id` each row is a customer. `kinds` are those that were learned before; else
    types tell them. Raises DataError for a column that is not there.
    """
    for name in filter(None, (customer_id, as_of, target)):
        check_column(name, table)
    keys = {customer_id, as_of, target}
    inputs: dict[str, pa.ChunkedArray] = {}
    input_kinds: dict[str, InputKind] = {}
    left_out = {}
    for name in table.column_names:
        if name in keys:
            continue
        known = kinds.get(name) if kinds is not None else None
        column, input_kind, why = _input(table[name]) if known is None else _as(table[name], known)
        if input_kind is None:
            left_out[name] = why
        else:
            inputs[name], input_kinds[name] = column, input_kind
    if not inputs:
        raise DataError("there is no column to learn from", hint=_reasons(left_out))
    frame = Frame(_keys(table, customer_id, as_of), pa.table(inputs), input_kinds, churned)
    return OwnFrame(frame, table.select(list(inputs)), left_out, kind)


def check_column(name: str, table: pa.Table) -> None:
    """Raise DataError, with the nearest name, where a table has no such column."""
    if name in table.column_names:
        return
    near = nearest(name, table.column_names)
    raise DataError(
        f"there is no column '{name}'" + (f"; did you mean '{near}'?" if near else ""),
        hint=f"The columns are: {', '.join(table.column_names)}.",
    )


def outcomes_of(column: pa.ChunkedArray, *, positive: object = None) -> np.ndarray:
    """A column of two values as 0/1, shape (n,); `positive` is the one of who churned.

    By default 1, true, yes, or the word that says so. Raises DataError where that is not clear.
    """
    column = _decoded(column)
    if column.null_count:
        raise DataError(
            f"the outcome is not known in {column.null_count:,} rows", hint="Leave them out."
        )
    values = sorted(pc.unique(column).to_pylist(), key=str)
    if positive is None:
        churned = [value for value in values if str(value).strip().casefold() in _CHURNED]
        if len(values) != 2 or len(churned) != 1:
            raise DataError(
                f"which outcome is churn? The values are: {', '.join(map(str, values[:8]))}",
                hint="Name it: positive=...; there must be two values.",
            )
        positive = churned[0]
    elif positive not in values:
        raise DataError(f"no row has the outcome {positive!r}")
    positive = values[values.index(positive)]  # true where 1 was named
    chosen = pc.equal(column, pa.scalar(positive, column.type))
    return np.asarray(chosen.cast(pa.float64()).to_numpy(zero_copy_only=False))


_CHURNED = frozenset(
    {"1", "1.0", "true", "yes", "y", "churn", "churned", "left", "lost", "exited", "cancelled"}
)


def _keys(table: pa.Table, customer_id: str | None, as_of: str | None) -> pa.Table:
    rows = table.num_rows
    position = pa.array(np.arange(rows))
    # padded, so that their order as text is that of the rows
    names = _ids(table[customer_id]) if customer_id else _numbered(rows)
    days = _days(table[as_of], as_of) if as_of else pa.repeat(_moment(), rows)
    return pa.table({"customer_id": names, "as_of": days, _POSITION: position})


def _ids(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if column.null_count:
        raise DataError(
            f"{column.null_count:,} rows name no customer", hint="Leave them out: dropna(...)."
        )
    return plain_ids(column).cast(pa.string())


def _days(column: pa.ChunkedArray, name: str) -> pa.ChunkedArray:
    """The day of each row at midnight."""
    try:
        days = _decoded(column).cast(pa.timestamp("us"), safe=False).cast(pa.date32(), safe=False)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise DataError(f"'{name}' holds no days: {error}", hint="Write YYYY-MM-DD.") from None
    if days.null_count:
        raise DataError(f"'{name}' is empty in {days.null_count:,} rows")
    return days.cast(pa.timestamp("us"))


def _decoded(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Categories as the values that they stand for."""
    is_coded = pa.types.is_dictionary(column.type)
    return column.cast(column.type.value_type) if is_coded else column


def _numbered(rows: int) -> pa.Array:
    return pa.array([f"{number:012d}" for number in range(rows)])


def _moment() -> pa.Scalar:
    return pa.scalar(_NO_DATE, pa.date32()).cast(pa.timestamp("us"))


def _input(column: pa.ChunkedArray) -> tuple[pa.ChunkedArray, InputKind | None, str]:
    """A column as an input with its kind; None with the reason where it is none."""
    column = _decoded(column)
    kind = column.type
    if column.null_count == len(column):
        return column, None, "it is empty"
    if pa.types.is_boolean(kind):
        return column, "flag", ""
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return column.cast(pa.float64(), safe=False), "number", ""
    if pa.types.is_temporal(kind):
        return column, None, "it is a moment: turn it into days before the day of the row"
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        numbers = _numbers_as_text(column)
        return (column, "category", "") if numbers is None else (numbers, "number", "")
    return column, None, f"its type is {kind}"


def _as(column: pa.ChunkedArray, kind: InputKind) -> tuple[pa.ChunkedArray, InputKind, str]:
    """A column of a kind that is known, whatever the values of these few rows look like."""
    column = _decoded(column)
    if kind == "category":
        return column.cast(pa.string()), kind, ""
    if kind == "flag":
        return column.cast(pa.bool_()), kind, ""
    is_text = pa.types.is_string(column.type) or pa.types.is_large_string(column.type)
    return _as_numbers(column) if is_text else column.cast(pa.float64(), safe=False), kind, ""


def _as_numbers(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Texts as numbers, null where they are none."""
    plain = pc.utf8_trim_whitespace(column.cast(pa.string()))
    is_number = pc.match_substring_regex(plain, _NUMBER)
    return pc.if_else(is_number, plain, None).cast(pa.float64())


def _numbers_as_text(column: pa.ChunkedArray) -> pa.ChunkedArray | None:
    """Numbers that are written as text, blanks as null; None where they are words."""
    plain = pc.utf8_trim_whitespace(column.cast(pa.string()))
    is_number = pc.match_substring_regex(plain, _NUMBER)
    known = len(plain) - plain.null_count - (pc.sum(pc.equal(plain, "")).as_py() or 0)
    if not known or (pc.sum(is_number).as_py() or 0) < (1 - _MOST_NUMBERS_AS_TEXT) * known:
        return None
    return _as_numbers(column)


def _reasons(left_out: dict[str, str]) -> str | None:
    return "; ".join(f"{name}: {why}" for name, why in left_out.items()) or None


def columns_of(names: Sequence[str], table: pa.Table) -> pa.Table:
    """These columns. Raises DataError, with the nearest name, for one that is not there."""
    for name in names:
        check_column(name, table)
    return table.select(list(names))
