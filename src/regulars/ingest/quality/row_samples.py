"""Statistics that need the values themselves, from every k-th row."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from regulars.warehouse.protocol import Warehouse

Values = np.ndarray[tuple[int], np.dtype[np.float64]]


@dataclass(frozen=True)
class Sampled:
    """One column among the rows looked at; quartiles by linear interpolation.

    `far_out` is the share of values too many interquartile ranges beyond the quartiles.
    """

    looked_at: int
    distinct_values: int | None = None
    quartile_1: float | None = None
    median: float | None = None
    quartile_3: float | None = None
    skew: float | None = None
    far_out: float | None = None


def look_at(
    warehouse: Warehouse, usable: str, *, columns: dict[str, str], every: int, far_out: float
) -> dict[str, Sampled]:
    """Look at every so many rows of `usable` (table and condition), column by column."""
    double = warehouse.sql_type("double")
    listed = ", ".join(
        f'cast("{name}" as {double}) as "{name}"' if kind in ("number", "integer") else f'"{name}"'
        for name, kind in columns.items()
    )
    some = f" and mod(row_number, {every}) = 0" if every > 1 else ""
    values = warehouse.arrow(f"select {listed} from {usable}{some}")
    return {name: _sampled(values[name], kind, far_out=far_out) for name, kind in columns.items()}


def _sampled(values: pa.ChunkedArray, kind: str, *, far_out: float) -> Sampled:
    distinct = pc.count_distinct(values, mode="only_valid").as_py()
    looked_at = len(values)
    if kind not in ("number", "integer"):
        return Sampled(looked_at, distinct)
    numbers: Values = values.drop_null().to_numpy()
    if len(numbers) == 0:
        return Sampled(looked_at, distinct)
    low, middle, high = (float(quantile) for quantile in np.quantile(numbers, [0.25, 0.5, 0.75]))
    reach = far_out * (high - low)
    beyond = float(np.mean((numbers < low - reach) | (numbers > high + reach)))
    return Sampled(looked_at, distinct, low, middle, high, _skew(numbers), beyond)


def _skew(numbers: Values) -> float | None:
    """The third standardised moment, to nine digits."""
    deviation = numbers.std()
    if deviation == 0:
        return None
    return float(f"{np.mean(((numbers - numbers.mean()) / deviation) ** 3):.9g}")
