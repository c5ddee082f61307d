"""Which columns of different tables hold the same values: by sketches of their distinct values.

A sketch keeps the values whose hashes are smallest. The same value has the same hash everywhere, so
two sketches tell how much two columns share, however many rows their tables have.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.key_names import names_agree
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.sources.scans import quoted
from regulars.warehouse.protocol import Warehouse

MOST_HASHES = 1024
LONGEST_KEY = 60
LEAST_SHARE = 0.05  # fewer common values join nothing
_FEW_COMMON = 5  # fewer common values than these may be chance
_FAR_UP = 10_000_000
_ENOUGH = 20  # hashes that tell a share
_MOST_COLUMNS = 60  # of a table: a snapshot of 500 columns is not searched for keys whole

_NUMBERED = re.compile(r"([a-z]{1,4})[\s._/#-]*[0-9]+$")

Form = Literal["exact", "alike"]


@dataclass(frozen=True)
class Sketch:
    """The smallest hashes of a column's values; all of them where there are few."""

    hashes: frozenset[int]

    def share_in(self, other: Sketch) -> tuple[float, int]:
        """The share of these values that the other holds, and how many were compared."""
        mine = self.hashes
        if len(other.hashes) >= MOST_HASHES:
            limit = max(other.hashes)
            mine = frozenset(value for value in mine if value <= limit)
        return (len(mine & other.hashes) / len(mine) if mine else 0.0), len(mine)


@dataclass(frozen=True)
class Link:
    """A column whose values another table's column holds; `share` is the share that it holds."""

    table: Table
    column: Column
    to: Table
    to_column: Column
    share: float
    form: Form = "exact"
    named: bool = False

    @property
    def is_key(self) -> bool:
        """Whether the other column is (nearly) unique: each row here belongs to one row there."""
        return self.to_column.distinct >= 0.98 * self.to.rows


class Overlaps:
    """The overlaps of columns that may be keys, each computed once."""

    def __init__(self, warehouse: Warehouse, tables: list[Table]) -> None:
        self.warehouse = warehouse
        self.tables = tables
        self._sketches: dict[tuple[str, str, Form], Sketch] = {}

    def extended(self, tables: list[Table]) -> Overlaps:
        """The same with further tables; what was computed stays."""
        more = Overlaps(self.warehouse, [*self.tables, *tables])
        more._sketches = self._sketches
        return more

    def share(
        self, table: Table, column: Column, to: Table, to_column: Column
    ) -> tuple[float, Form]:
        """The share of one column's values that the other holds, as written or else alike."""
        share = self._share((table, column), (to, to_column), "exact")
        if share >= LEAST_SHARE or not names_agree(
            table.name, column.name, to.name, to_column.name
        ):
            return share, "exact"
        if _number_other_things(column, to_column):
            return share, "exact"
        alike = self._share((table, column), (to, to_column), "alike")
        return (alike, "alike") if alike > share else (share, "exact")

    def _share(
        self, nearer: tuple[Table, Column], other: tuple[Table, Column], form: Form
    ) -> float:
        mine = self._sketch(*nearer, form)
        share, compared = mine.share_in(self._sketch(*other, form))
        if compared < min(_ENOUGH, len(mine.hashes)):
            share = self._whole_share(nearer, other, form)
        # A sample of the other column lacks values that all its rows hold.
        return min(share / other[1].coverage, 1.0)

    def _sketch(self, table: Table, column: Column, form: Form) -> Sketch:
        at = (table.name, column.name, form)
        if at not in self._sketches:
            value = _value(column, form)
            hashes = self.warehouse.rows(
                f"select distinct hash(value) from (select {value} as value "
                f"from {table.relation}) where value <> '' order by 1 limit {MOST_HASHES}"
            )
            self._sketches[at] = Sketch(frozenset(row[0] for row in hashes))
        return self._sketches[at]

    @cached_property
    def links(self) -> list[Link]:
        """Columns whose values a (nearly) unique column of another table holds."""
        return [link for link in self._candidate_links() if _is_believable(link)]

    def _candidate_links(self) -> Iterator[Link]:
        targets = [
            (table, column)
            for table in self.tables
            for column in key_like(table)
            if column.distinct > 1 and column.distinct >= 0.98 * table.rows
        ]
        for table in self.tables:
            for column in key_like(table):
                for to, to_column in targets:
                    if to is table or not _same_shape(column, to_column):
                        continue
                    named = names_agree(table.name, column.name, to.name, to_column.name)
                    if named or not _is_too_few_for(column, to_column):
                        share, form = self.share(table, column, to, to_column)
                        yield Link(table, column, to, to_column, share, form, named)

    def _whole_share(
        self, nearer: tuple[Table, Column], other: tuple[Table, Column], form: Form
    ) -> float:
        """By all values: where a column with few is looked for among very many."""
        own_values, other_values = (
            f"select {_value(column, form)} as value from {table.relation}"
            for table, column in (nearer, other)
        )
        share = self.warehouse.rows(
            f"select avg(case when value in ({other_values}) then 1.0 else 0.0 end) "
            f"from (select distinct value from ({own_values}) where value <> '')"
        )[0][0]
        return float(share or 0.0)


def _value(column: Column, form: Form) -> str:
    """A key as text, in DuckDB: keys held as floating point are whole, 17850.0 is 17850."""
    text = f"trim(cast({quoted(column.name)} as varchar))"
    if column.kind == "number":
        text = f"regexp_replace({text}, '\\.0+$', '')"
    return alike_sql(text) if form == "alike" else text


def alike_sql(value: str) -> str:
    """Spellings of one key made equal: case, blanks and marks, `C00000012` and 12."""
    plain = f"regexp_replace(lower({value}), '[\\s._/#-]+', '', 'g')"
    return f"regexp_replace({plain}, '^[a-z]{{0,4}}0*([0-9]+)$', '\\1')"


def _number_other_things(column: Column, other: Column) -> bool:
    """Whether both write letters before every number, and never the same: TH0012 is not KH0012."""
    letters, other_letters = _letters(column), _letters(other)
    return bool(letters and other_letters) and not letters & other_letters


def _letters(column: Column) -> set[str]:
    """The letters before the numbers of a column's values; none where some have no letters."""
    matches = [_NUMBERED.match(value.lower()) for value, _ in column.values]
    return {match[1] for match in matches if match} if all(matches) else set()


def key_like(table: Table) -> list[Column]:
    """Columns that may be keys by their values: texts and whole numbers, no long texts."""
    columns = [
        column
        for column in table.columns.values()
        if column.kind in ("text", "number")
        and (column.kind == "text" or column.whole)
        and column.distinct > 1
        and all(len(value) <= LONGEST_KEY for value, _ in column.values[:10])
    ]
    return columns[:_MOST_COLUMNS]


def _same_shape(nearer: Column, other: Column) -> bool:
    """Whether values could be equal at all; columns of other shapes are not compared."""
    if nearer.kind == other.kind == "number":
        return not (
            nearer.low is not None
            and other.low is not None
            and nearer.high is not None
            and other.high is not None
            and (nearer.low > other.high or other.low > nearer.high)
        )
    return (nearer.mails > 0.5) == (other.mails > 0.5)


def _is_too_few_for(column: Column, to_column: Column) -> bool:
    """Whether a column has so few values that only its name could make it a key of the other."""
    return column.distinct < _FEW_COMMON or 50 * column.distinct < to_column.distinct


def _is_believable(link: Link) -> bool:
    """Whether an overlap is more than chance: numbers from 1 on are found in every such column."""
    if link.share < 0.2 or (link.form == "alike" and not link.named):
        return False
    if link.named:
        return True
    few = min(link.column.distinct, link.to_column.distinct) < _FEW_COMMON
    if few or link.share < 0.5:
        return False
    if not _counts_from_one(link.to_column):
        return True
    # Two systems seldom count from the same large number on.
    is_far_up = (link.to_column.low or 0) > _FAR_UP
    return is_far_up and link.share >= 0.98 and link.column.distinct >= _ENOUGH


def _counts_from_one(column: Column) -> bool:
    if column.kind != "number" or column.low is None or column.high is None:
        return False
    return column.high - max(column.low, 0) < 10 * column.distinct
