"""Dirt on purpose: faults of real deliveries, put into clean rows and counted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from regulars.core.errors import DataError
from regulars.synthetic.company_size import SECONDS_PER_DAY, Size
from regulars.synthetic.drawing import Flags, Ints
from regulars.synthetic.raw_columns import iso_text, stamps
from regulars.synthetic.recipe import TableSpec
from regulars.synthetic.rule_kinds import plain

BAD_DATES = ("31/02/2024", "2024-13-01", "0000-00-00", "unknown", "45123", "2999-12-31")
BAD_STAMPS = np.array(["2999-12-31", "1900-01-01"], dtype="datetime64[us]")
BAD_MONTH = 13
LATE_BY_DAYS = 12.0


@dataclass(frozen=True)
class Dirt:
    """Shares (0 to 1) of rows, or of cells for nulls and wrong case, that get each fault."""

    duplicates: float = 0.0
    nulls: float = 0.0
    bad_dates: float = 0.0
    orphans: float = 0.0
    wrong_case: float = 0.0
    late_rows: float = 0.0

    def __post_init__(self) -> None:
        for share in fields(self):
            if not 0.0 <= getattr(self, share.name) <= 1.0:
                raise DataError(f"the share of {share.name} must lie between 0 and 1")

    @classmethod
    def light(cls) -> Dirt:
        """A little of everything: what a decent delivery looks like."""
        return cls(0.005, 0.005, 0.002, 0.002, 0.01, 0.01)


@dataclass
class Soiler:
    """Puts dirt into one table chunk by chunk; `counts` says how much of what."""

    spec: TableSpec
    dirt: Dirt
    size: Size
    counts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.rng = self.size.rng(f"dirt {self.spec.name}")

    def soil(self, rows: pa.Table) -> tuple[pa.Table, pa.Table | None]:
        """The dirty rows, and apart from them the rows that become known late, if any."""
        late = None
        if self.dirt.late_rows and self.spec.occurred:
            rows, late = self._held_back(rows)
        rows = self._orphaned(rows)
        rows = self._emptied(rows)
        rows = self._in_wrong_case(rows)
        rows = self._misdated(rows)
        return self._repeated(rows), late

    def _hit(self, rows: pa.Table, *, fault: str, column: str | None = None) -> Flags:
        """Which rows get this fault, counted; cells that are empty anyway get none."""
        hit: Flags = self.rng.random(rows.num_rows) < getattr(self.dirt, fault)
        if column is not None:
            hit &= np.asarray(rows[column].is_valid())
        self.counts[fault] += int(hit.sum())
        return hit

    def _held_back(self, rows: pa.Table) -> tuple[pa.Table, pa.Table]:
        """Every row gets `known_at`; late rows, known before the end of history, leave the file."""
        happened = happened_at(rows, self.spec.occurred)
        delay = 1.0 + self.rng.exponential(LATE_BY_DAYS, rows.num_rows)
        known = happened + np.rint(delay * SECONDS_PER_DAY).astype(np.int64)
        drawn = self.rng.random(rows.num_rows) < self.dirt.late_rows
        late = drawn & (known < self.size.ends_at)
        self.counts["late_rows"] += int(late.sum())
        rows = _with_known_at(rows, np.where(late, known, happened), self.spec.occurred)
        return rows.filter(pa.array(~late)), rows.filter(pa.array(late))

    def _orphaned(self, rows: pa.Table) -> pa.Table:
        if self.spec.customer is None or not self.dirt.orphans:
            return rows
        hit = self._hit(rows, fault="orphans")
        at = rows.column_names.index(self.spec.customer)
        ids = rows.column(at)
        strangers = stranger_like(ids, customers=self.size.customers)
        orphaned = pc.if_else(pa.array(hit), strangers, plain(ids))
        return rows.set_column(at, self.spec.customer, _like(ids, orphaned))

    def _emptied(self, rows: pa.Table) -> pa.Table:
        for column in self.spec.optional if self.dirt.nulls else ():
            hit = self._hit(rows, fault="nulls", column=column)
            at = rows.column_names.index(column)
            cells = pc.if_else(pa.array(hit), None, plain(rows.column(at)))
            rows = rows.set_column(at, column, _like(rows.column(at), cells))
        return rows

    def _in_wrong_case(self, rows: pa.Table) -> pa.Table:
        for column in self.spec.words if self.dirt.wrong_case else ():
            hit = self._hit(rows, fault="wrong_case", column=column)
            at = rows.column_names.index(column)
            words = plain(rows.column(at))
            padded = pc.binary_join_element_wise(pc.utf8_swapcase(words), "", " ")
            cells = pc.if_else(pa.array(hit), padded, words)
            rows = rows.set_column(at, column, _like(rows.column(at), cells))
        return rows

    def _misdated(self, rows: pa.Table) -> pa.Table:
        for column in self.spec.dates if self.dirt.bad_dates else ():
            hit = self._hit(rows, fault="bad_dates", column=column)
            at = rows.column_names.index(column)
            dates = plain(rows.column(at))
            if not self.spec.file.endswith(".parquet") and not pa.types.is_integer(dates.type):
                dates = dates.cast(pa.string())
            cells = pc.if_else(pa.array(hit), self._bad_date(dates), dates)
            rows = rows.set_column(at, column, _like(rows.column(at), cells))
        return rows

    def _bad_date(self, dates: Any) -> Any:
        """Impossible dates of the column's own type, one per row."""
        if pa.types.is_integer(dates.type):
            return pa.scalar(BAD_MONTH, dates.type)
        if pa.types.is_string(dates.type):
            return pa.array(BAD_DATES).take(pa.array(self.rng.integers(0, 6, len(dates))))
        drawn = BAD_STAMPS[self.rng.integers(0, len(BAD_STAMPS), len(dates))]
        return pa.array(drawn).cast(dates.type)

    def _repeated(self, rows: pa.Table) -> pa.Table:
        hit = np.flatnonzero(self._hit(rows, fault="duplicates"))
        if not len(hit):
            return rows
        return pa.concat_tables([rows, rows.take(pa.array(hit))])


def happened_at(rows: pa.Table, occurred: tuple[str, ...]) -> Ints:
    """Seconds since 1970: of a timestamp or ISO text, or of the last day of (year, month)."""
    if len(occurred) == 2:
        year, month = (np.asarray(rows[column], dtype=np.int64) for column in occurred)
        months = (year - 1970) * 12 + month  # already the month after
        ends = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
        return (ends - 1) * SECONDS_PER_DAY
    moments = plain(rows[occurred[0]]).cast(pa.timestamp("s"), safe=False)
    return np.asarray(moments).astype("datetime64[s]").astype(np.int64)


def stranger_like(ids: Any, *, customers: int) -> Any:
    """An id of the same pattern as these that no customer has: its number lies beyond them all."""
    if pa.types.is_integer(ids.type):
        return pa.scalar(9_999_999, ids.type)
    example = pc.drop_null(plain(ids))[0].as_py()
    prefix = example.rstrip("0123456789")
    return pa.scalar(f"{prefix}{customers + 7:0{len(example) - len(prefix)}d}")


def _with_known_at(rows: pa.Table, known: Ints, occurred: tuple[str, ...]) -> pa.Table:
    """`known_at` as text where the event time is text or a month, else as timestamps."""
    as_text = len(occurred) == 2 or not pa.types.is_timestamp(rows[occurred[0]].type)
    return rows.append_column("known_at", iso_text(known) if as_text else stamps(known))


def _like(before: Any, after: Any) -> Any:
    """Text goes back to a dictionary where it came from one, so that files stay small."""
    if pa.types.is_dictionary(before.type):
        return after.dictionary_encode().cast(before.type)
    return after
