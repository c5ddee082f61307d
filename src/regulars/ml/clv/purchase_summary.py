"""Purchase histories reduced to what the purchase estimators need: (x, t_x, T) in a named unit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from regulars.core.calendar import DAYS_PER_PERIOD, Grain
from regulars.core.errors import DataError, NotEnoughData
from regulars.ml.spans import Floats, floats


@dataclass(frozen=True)
class Summary:
    """One history per customer, all in `unit`.

    `x` is the number of repeat purchase days (the first is not counted), `t_x` the time from the
    first to the last purchase, `T` the time from the first purchase to the end of observation;
    each has shape (n,). `customers` are the codes of the rows where they were built from codes,
    `log_gaps` the sum of the logarithms of each customer's times between purchases.
    Raises DataError when a history cannot be: negative, not finite, or not 0 <= t_x <= T.
    """

    x: Floats
    t_x: Floats
    T: Floats
    unit: Grain
    customers: NDArray[np.int64] | None = None
    log_gaps: Floats | None = None

    def __post_init__(self) -> None:
        if self.unit not in DAYS_PER_PERIOD:
            raise DataError(f"unknown time unit {self.unit!r}", hint="Use day, week or month.")
        if not self.x.shape == self.t_x.shape == self.T.shape or self.x.ndim != 1:
            raise DataError("x, t_x and T must be one-dimensional and of the same length")
        wrong = np.flatnonzero(~_possible(self.x, self.t_x, self.T))
        if wrong.size:
            row = int(wrong[0])
            raise DataError(
                f"{wrong.size} of {len(self)} purchase histories cannot be, the first at row {row}:"
                f" x={self.x[row]:g}, t_x={self.t_x[row]:g}, T={self.T[row]:g}",
                hint="Needed: x >= 0, 0 <= t_x <= T, and t_x = 0 exactly where x = 0.",
            )

    def __len__(self) -> int:
        return int(self.x.shape[0])

    @property
    def repeat_buyers(self) -> int:
        """Customers who bought on more than one day."""
        return int(np.count_nonzero(self.x))

    def take(self, rows: NDArray[np.intp]) -> Summary:
        """The customers at these positions."""
        codes = None if self.customers is None else self.customers[rows]
        gaps = None if self.log_gaps is None else self.log_gaps[rows]
        return Summary(self.x[rows], self.t_x[rows], self.T[rows], self.unit, codes, gaps)

    @classmethod
    def from_arrays(cls, x: ArrayLike, t_x: ArrayLike, T: ArrayLike, *, unit: Grain) -> Summary:
        """A summary from arrays that someone else counted; `unit` is that of t_x and T."""
        return cls(floats(x), floats(t_x), floats(T), unit)

    @classmethod
    def from_days(
        cls,
        customers: ArrayLike,
        days: ArrayLike,
        *,
        as_of: np.datetime64 | int,
        unit: Grain,
        passed: Callable[[NDArray[np.int64]], Floats] | None = None,
    ) -> Summary:
        """A summary from purchases: integer customer codes and days, each of shape (rows,).

        `days` are datetime64 or integer day numbers; purchases at or after `as_of` are left out, so
        observation ends with the day before it. Several purchases of a customer on one day count
        once. Rows come back in the order of the codes. `passed` gives the time of another clock
        that had passed on each day, in days. Raises NotEnoughData when nothing is left.
        """
        code, day, end, _ = before(customers, days, as_of)
        code, day = customer_days(code, day)
        first = np.flatnonzero(np.concatenate(([True], code[1:] != code[:-1])))
        last = np.concatenate((first[1:], [code.size])) - 1
        time = np.append(day, end - 1)
        time = (time if passed is None else passed(time)) / DAYS_PER_PERIOD[unit]
        gaps = np.diff(time[:-1], prepend=0.0)
        gaps[first] = 1.0
        return cls(
            x=(last - first).astype(np.float64),
            t_x=time[last] - time[first],
            T=time[-1] - time[first],
            unit=unit,
            customers=code[first],
            log_gaps=np.add.reduceat(np.log(gaps), first),
        )


@dataclass(frozen=True)
class Histories:
    """Distinct (x, t_x, T) with the number of customers who share each: `weight`, shape (m,).

    `row` gives, for every customer, the position of the history: shape (n,).
    """

    x: Floats
    t_x: Floats
    T: Floats
    weight: Floats
    row: NDArray[np.intp]


def distinct(x: Floats, t_x: Floats, T: Floats) -> Histories:
    """Histories without their duplicates; most customers of a large base share theirs."""
    first, row = distinct_rows(x, t_x, T)
    weight = np.bincount(row, minlength=first.size).astype(np.float64)
    return Histories(x[first], t_x[first], T[first], weight, row)


def distinct_rows(*columns: Floats) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Positions (m,) of one row of each distinct kind, and the kind of every row (n,).

    The kinds are ordered by their values, whatever the order of the rows.
    """
    codes = np.zeros(columns[0].shape, dtype=np.int64)
    for column in columns:
        values, code = np.unique(column, return_inverse=True)
        codes = codes * values.size + code
    _, first, row = np.unique(codes, return_index=True, return_inverse=True)
    return first, row


def customer_days(
    codes: NDArray[np.int64], days: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Each (customer, day) once, sorted by customer, then day."""
    earliest = days.min()
    width = int(days.max() - earliest) + 1
    keys = np.sort(codes * width + (days - earliest))
    keys = keys[np.concatenate(([True], keys[1:] != keys[:-1]))]
    return keys // width, keys % width + earliest


def day_numbers(days: ArrayLike) -> NDArray[np.int64]:
    """Days since 1970-01-01 of datetime64 values of any resolution; integers as they are."""
    values = np.asarray(days)
    if values.dtype.kind == "M":
        if np.isnat(values).any():
            raise DataError("purchase days are missing", hint="Drop rows without a date first.")
        return values.astype("datetime64[D]").astype(np.int64)
    if values.dtype.kind not in "iu":
        raise DataError(f"purchase days must be dates or whole day numbers, not {values.dtype}")
    return values.astype(np.int64)


def before(
    customers: ArrayLike, days: ArrayLike, as_of: np.datetime64 | int
) -> tuple[NDArray[np.int64], NDArray[np.int64], int, NDArray[np.bool_]]:
    """Codes and day numbers of the purchases before `as_of`, its day number, and which rows.

    Raises DataError for values that are no codes or days, NotEnoughData when nothing is left.
    """
    code = np.asarray(customers)
    if code.dtype.kind not in "iu":
        raise DataError(f"customers must be integer codes, not {code.dtype}")
    day = day_numbers(days)
    if code.shape != day.shape or code.ndim != 1:
        raise DataError("customers and days must be one-dimensional and of the same length")
    end = int(day_numbers(as_of))
    kept = day < end
    if not kept.any():
        raise NotEnoughData(f"no purchase before {as_of}")
    return code[kept].astype(np.int64), day[kept], end, kept


def _possible(x: Floats, t_x: Floats, T: Floats) -> NDArray[np.bool_]:
    with np.errstate(invalid="ignore"):
        ordered = (x >= 0) & (t_x >= 0) & (t_x <= T) & np.isfinite(T) & np.isfinite(x)
    possible: NDArray[np.bool_] = ordered & ((x > 0) == (t_x > 0))
    return possible
