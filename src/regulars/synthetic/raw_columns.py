"""Arrow columns made from NumPy arrays without a Python object per row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from regulars.synthetic.drawing import Flags, Floats, Ints

_FOUR_DIGITS = (
    (np.arange(10_000)[:, None] // np.array([1000, 100, 10, 1]) % 10 + ord("0"))
    .astype(np.uint8)
    .reshape(10_000, 4)
)


def category(
    values: Sequence[str] | pa.Array, codes: NDArray[Any], *, absent: Flags | None = None
) -> pa.DictionaryArray:
    """A dictionary column: row i holds `values[codes[i]]`, or null where `absent`."""
    indices = pa.array(codes.astype(np.int32, copy=False), mask=absent)
    words = values if isinstance(values, pa.Array) else pa.array(values, pa.string())
    return pa.DictionaryArray.from_arrays(indices, words)


def yes_no(flags: Flags) -> pa.DictionaryArray:
    """Flags as the words Yes and No."""
    return category(("No", "Yes"), flags)


def numbered(*parts: bytes | tuple[Ints, int], rows: int) -> pa.StringArray:
    """Text of fixed width such as CUST00000042, from literals and (numbers, digits) pairs.

    Numbers must be non-negative and fit their digits; rows x width must stay below 2 GiB.
    """
    widths = [len(part) if isinstance(part, bytes) else part[1] for part in parts]
    letters = np.empty((rows, sum(widths)), dtype=np.uint8)
    at = 0
    for part, width in zip(parts, widths, strict=True):
        into = letters[:, at : at + width]
        if isinstance(part, bytes):
            into[:] = np.frombuffer(part, dtype=np.uint8)
        else:
            _write_digits(into, part[0])
        at += width
    return fixed_text(letters)


def fixed_text(letters: NDArray[np.uint8]) -> pa.StringArray:
    """Text of equal length from its bytes, shape (n, width); their number stays below 2 GiB."""
    rows, width = letters.shape
    offsets = np.arange(rows + 1, dtype=np.int32) * np.int32(width)
    return pa.StringArray.from_buffers(rows, pa.py_buffer(offsets), pa.py_buffer(letters))


def _write_digits(into: NDArray[np.uint8], numbers: Ints) -> None:
    """Decimal digits, right-aligned and zero-filled, four at a time by table."""
    rest = numbers
    for stop in range(into.shape[1], 0, -4):
        width = min(4, stop)
        rest, group = np.divmod(rest, 10_000)
        into[:, stop - width : stop] = _FOUR_DIGITS[group, 4 - width :]


def stamps(seconds: NDArray[Any]) -> pa.TimestampArray:
    """Seconds since 1970 as timestamps in microseconds, without a time zone."""
    return pa.array((seconds * 1_000_000).astype("datetime64[us]"))


def days(epoch_days: NDArray[Any]) -> pa.Date32Array:
    """Days since 1970 as dates."""
    return pa.array(epoch_days.astype(np.int32)).cast(pa.date32())


def iso_text(seconds: NDArray[Any]) -> pa.StringArray:
    """Seconds since 1970 as text such as 2025-06-22 14:05:00."""
    moments = pa.array(seconds.astype("datetime64[s]"))
    return pc.strftime(moments, format="%Y-%m-%d %H:%M:%S").cast(pa.string())


def money(cents: Ints) -> pa.Decimal128Array:
    """Whole cents as DECIMAL(12, 2); the 128-bit words are written directly."""
    words = np.empty((len(cents), 2), dtype=np.int64)
    words[:, 0] = cents
    words[:, 1] = cents >> 63
    buffers = [None, pa.py_buffer(words)]
    return pa.Decimal128Array.from_buffers(pa.decimal128(12, 2), len(cents), buffers)


def with_cents(amounts: Floats) -> Floats:
    """Amounts rounded to two decimals."""
    rounded: Floats = np.round(amounts, 2)
    return rounded
