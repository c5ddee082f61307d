"""Rules that generated tables must keep; each watches the table go by and judges at the end.

The same rules judge a table while it is generated and when it is read back from its file.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from regulars.synthetic.drawing import Ints

Severity = Literal["error", "warning"]
Mask = Callable[[pa.Table], Any]


class Rule(Protocol):
    """`observe` sees every chunk of the table once; `verdict` says (kept, what was found)."""

    @property
    def name(self) -> str: ...

    @property
    def severity(self) -> Severity: ...

    def observe(self, rows: pa.Table) -> None: ...

    def verdict(self) -> tuple[bool, str]: ...


@dataclass
class Share:
    """The share of rows where `counts` is true lies within `tolerance` of `expected`.

    Small tables may be off by four standard errors. `among` limits the rows that are looked at.
    """

    name: str
    counts: Mask
    expected: float
    tolerance: float = 0.01
    among: Mask | None = None
    severity: Severity = "error"
    hits: int = 0
    seen: int = 0

    def observe(self, rows: pa.Table) -> None:
        looked_at = rows.filter(self.among(rows)) if self.among else rows
        self.hits += int(pc.sum(self.counts(looked_at)).as_py() or 0)
        self.seen += looked_at.num_rows

    def verdict(self) -> tuple[bool, str]:
        share = self.hits / self.seen if self.seen else self.expected
        noise = 4 * math.sqrt(self.expected * (1 - self.expected) / max(self.seen, 1))
        kept = abs(share - self.expected) <= max(self.tolerance, noise)
        return kept, f"{share:.4f}, expected {self.expected:.4f}"


@dataclass
class RowCount:
    """The table has about `expected` rows; `tolerance` is relative."""

    expected: int
    tolerance: float = 0.0
    name: str = "number of rows"
    severity: Severity = "error"
    seen: int = 0

    def observe(self, rows: pa.Table) -> None:
        self.seen += rows.num_rows

    def verdict(self) -> tuple[bool, str]:
        kept = abs(self.seen - self.expected) <= self.tolerance * self.expected
        return kept, f"{self.seen:,}, expected {self.expected:,}"


@dataclass
class UniqueKey:
    """No key twice and none missing; keeps all keys, and the columns `also`, for other rules.

    So it is for tables of customers, which fit into memory.
    """

    column: str
    also: tuple[str, ...] = ()
    severity: Severity = "error"
    chunks: dict[str, list[Any]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{self.column} unique"

    def observe(self, rows: pa.Table) -> None:
        for column in (self.column, *self.also):
            self.chunks.setdefault(column, []).extend(plain(rows[column]).chunks)

    def values(self, column: str) -> pa.Array:
        """A kept column of all rows seen so far, in order."""
        arrays = self.chunks.get(column, [])
        return pa.concat_arrays(arrays) if arrays else pa.array([], pa.string())

    @property
    def keys(self) -> pa.Array:
        """Every key seen so far, in order."""
        return self.values(self.column)

    def verdict(self) -> tuple[bool, str]:
        keys = self.keys
        repeated = len(keys) - pc.count_distinct(keys).as_py()
        return repeated == 0 and keys.null_count == 0, f"{repeated:,} of {len(keys):,} repeated"


@dataclass
class RisingKey:
    """Keys fit a template in which # stands for a digit, and each is greater than the one before.

    Rising keys cannot repeat, so that no memory of them is needed at any table size.
    """

    column: str
    template: str
    severity: Severity = "error"
    broken: int = 0
    last: int = -1

    @property
    def name(self) -> str:
        return f"{self.column} unique, as {self.template}"

    def observe(self, rows: pa.Table) -> None:
        for keys in plain(rows[self.column]).chunks:
            self._look_at(keys)

    def _look_at(self, keys: pa.Array) -> None:
        fits = np.asarray(pc.equal(pc.binary_length(keys), len(self.template)).fill_null(False))
        letters = _letters(keys.filter(pa.array(fits)), width=len(self.template))
        template = np.frombuffer(self.template.encode(), dtype=np.uint8)
        free = template == ord("#")
        good = (letters[:, ~free] == template[~free]).all(axis=1)
        numbers = np.zeros(len(letters), dtype=np.int64)
        for place in np.flatnonzero(free).tolist():
            digit = letters[:, place] - ord("0")
            good &= digit <= 9
            numbers = numbers * 10 + digit
        rises = np.diff(numbers, prepend=self.last) > 0
        self.broken += int((~fits).sum()) + int((~(good & rises)).sum())
        self.last = int(numbers[-1]) if len(numbers) else self.last

    def verdict(self) -> tuple[bool, str]:
        return self.broken == 0, f"broken in {self.broken:,} places"


def _letters(keys: pa.Array, *, width: int) -> NDArray[np.uint8]:
    """The bytes of equally long keys without nulls, shape (n, width)."""
    if not len(keys):
        return np.zeros((0, width), dtype=np.uint8)
    _, offsets, data = keys.buffers()
    first = int(np.frombuffer(offsets, dtype=np.int32)[keys.offset])
    letters = np.frombuffer(data, dtype=np.uint8)[first : first + len(keys) * width]
    return letters.reshape(len(keys), width)


@dataclass
class KnownKey:
    """Every value of `column` is a key of another table, which must have gone by before."""

    column: str
    of: UniqueKey
    severity: Severity = "error"
    broken: int = 0
    seen: int = 0

    @property
    def name(self) -> str:
        return f"{self.column} known"

    def observe(self, rows: pa.Table) -> None:
        self.broken += int((positions(rows[self.column], keys=self.of.keys) < 0).sum())
        self.seen += rows.num_rows

    def verdict(self) -> tuple[bool, str]:
        return self.broken == 0, f"{self.broken:,} of {self.seen:,} unknown"


def positions(column: Any, *, keys: pa.Array) -> Ints:
    """Place of each value of `column` among `keys`, -1 where it is none of them or null.

    Of a dictionary only its words are looked up.
    """
    chunks = column.chunks if isinstance(column, pa.ChunkedArray) else [column]
    places = [_places(chunk, keys) for chunk in chunks]
    return np.concatenate(places) if places else np.zeros(0, dtype=np.int64)


def _places(values: Any, keys: pa.Array) -> Ints:
    if pa.types.is_dictionary(values.type):
        words = np.append(_places(values.dictionary, keys), -1)
        texts: Ints = words[np.asarray(values.indices.fill_null(len(words) - 1))]
        return texts
    return np.asarray(pc.index_in(values, value_set=keys).fill_null(-1), dtype=np.int64)


def plain(column: Any) -> Any:
    """A chunked column with any dictionary decoded."""
    return column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column
