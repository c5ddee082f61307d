"""Columns of few words that may decide what a row is, in whatever language, by how rows behave.

Rows of a word that repeat an earlier sale of their customer may be what was paid back; rows that
lack a date which all others have, or hold one that no other has, may never have become a sale.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.harmless_columns import is_harmless, is_property
from regulars.ingest.inference.moments import Moment
from regulars.ingest.inference.money_words import State, state_of
from regulars.ingest.inference.purchases import Purchases
from regulars.ingest.inference.vocabulary import concepts
from regulars.ingest.sources.scans import literal, quoted
from regulars.warehouse.protocol import Warehouse

Sign = Literal["mirror", "lacks", "alone", "opaque"]

_KINDS = frozenset({"type", "status", "stage", "document", "cancelled", "refund"})
_TELLING: tuple[State, ...] = ("lost", "pending", "refund")

_MOST_WORDS, _MOST_OPAQUE, _MOST_CODES = 12, 8, 6
_REPEATS = 5  # rows of a word, on average
_LEAST, _MOST = 0.005, 0.3  # of the rows: a word of which there is something to ask
_LEAST_ROWS = 8
_MAIN = 0.6  # of the rows have the word of a sale, where nothing but a rare other word tells
_OF_ROWS = 0.5  # of the customers with a word, the share that also has rows with another
_MIRRORED, _BY_CHANCE = 0.8, 0.3
_SOON = 0.35  # of the usual time between two equal sales
_HARDLY, _NEARLY_ALL = 0.05, 0.9
_MOST_DATES = 8


@dataclass(frozen=True)
class Suspect:
    """A word whose rows may be no sales: how many they are, their money, and what tells so."""

    value: str
    rows: int
    money: float
    sign: Sign
    because: str = ""

    @property
    def state(self) -> State | None:
        """What lists say that the word means for a sale."""
        return state_of(self.value)

    @property
    def is_cancelled(self) -> bool:
        """Whether the word says by itself that the row was annulled."""
        return self.state == "lost" and "cancelled" in concepts(self.value)


@dataclass(frozen=True)
class RowKinds:
    """A column of few words, the word of most rows, and those that may be no sales."""

    column: Column
    main: str
    suspects: tuple[Suspect, ...]

    @property
    def says_so(self) -> bool:
        """Whether the words say it, so that nobody needs to be asked."""
        return all(suspect.is_cancelled for suspect in self.suspects)

    @property
    def is_named(self) -> bool:
        """Whether the header, or a word that lists know, is about kinds or states of rows."""
        named = concepts(self.column.name) & _KINDS
        return bool(named) or any(s.state in _TELLING for s in self.suspects)

    @property
    def has_signs(self) -> bool:
        """Whether the rows themselves tell, and not only that nobody knows the words."""
        return any(suspect.sign != "opaque" for suspect in self.suspects)


@dataclass(frozen=True)
class _Word:
    """A word of a column: its rows, their money, and how many of its customers have others too."""

    value: str
    rows: int
    money: float
    negative: float
    mixed: float


def find_row_kinds(
    warehouse: Warehouse, purchases: Purchases, columns: Sequence[Column], *, amount: str
) -> list[RowKinds]:
    """Columns that may decide what a row is; `amount` is SQL of the loaded table."""
    reads = (
        _read(warehouse, purchases, column, columns=columns, amount=amount)
        for column in columns
        if _may_be(purchases, column)
    )
    kinds = [read for read in reads if read is not None]
    return sorted(kinds, key=lambda read: (not read.has_signs, len(read.suspects)))


def _may_be(purchases: Purchases, column: Column) -> bool:
    is_code = column.kind == "number" and column.whole and column.distinct <= _MOST_CODES
    if not (is_code or column.kind in ("text", "flag")) or column.name in purchases.facts:
        return False
    is_few = 1 <= column.distinct <= _MOST_WORDS and column.filled >= _REPEATS * column.distinct
    is_word = column.distinct > 1 or column.filled < column.rows
    return is_few and is_word and not is_harmless(column)


def _read(
    warehouse: Warehouse,
    purchases: Purchases,
    column: Column,
    *,
    columns: Sequence[Column],
    amount: str,
) -> RowKinds | None:
    base = _rows_sql(purchases, column, amount)
    words = _words(warehouse, base)
    total = sum(word.rows for word in words)
    rare = [word for word in words[1:] if _may_be_other(word, total)]
    if not rare:
        return None
    main = words[0]
    signs = dict(_mirrors(warehouse, base, main, rare))
    signs = dict(_by_dates(warehouse, purchases, column, rare)) | signs
    suspects = [
        Suspect(word.value, word.rows, word.money, *signs[word.value])
        for word in rare
        if word.value in signs
    ]
    if not suspects and _is_opaque(column, main, words, total=total):
        suspects = [Suspect(word.value, word.rows, word.money, "opaque") for word in rare]
    if not suspects or is_property(warehouse, purchases, column, suspects[0].value, among=columns):
        return None
    return RowKinds(column, main.value, tuple(suspects))


def _may_be_other(word: _Word, total: int) -> bool:
    """Whether a word stands in some rows, of customers who have others, and no sign tells."""
    is_some = word.rows >= max(_LEAST_ROWS, _LEAST * total) and word.rows <= _MOST * total
    return is_some and word.mixed >= _OF_ROWS and word.negative < _HARDLY


def _is_opaque(column: Column, main: _Word, words: Sequence[_Word], *, total: int) -> bool:
    """Whether nobody knows what the words say, and one of them stands in most rows."""
    is_mark = (column.distinct > 1 or column.kind == "flag") and column.kind != "number"
    codes = all(len(w.value) <= 3 and w.value.isupper() for w in words)
    few = len(words) <= _MOST_OPAQUE and is_mark
    return few and main.rows >= _MAIN * total and not (codes and len(words) > 2)


def _rows_sql(purchases: Purchases, column: Column, amount: str) -> str:
    return (
        f"select coalesce(trim(cast({quoted(column.name)} as varchar)), '') as v, "
        f"round({amount}, 2) as a, {quoted(purchases.key.name)} as who, "
        f"cast({purchases.when.sql} as timestamp) as t from {purchases.table.relation}"
    )


def _words(warehouse: Warehouse, base: str) -> list[_Word]:
    rows = warehouse.rows(
        f"with r as ({base}), "
        "own as (select who, v, count(*) as n from r where who is not null group by 1, 2), "
        "everybody as (select who, sum(n) as n from own group by 1), "
        "mixed as (select own.v, avg(case when own.n < everybody.n then 1.0 else 0.0 end) as share "
        "from own inner join everybody on own.who = everybody.who where everybody.n > 1 "
        "group by 1) "
        "select r.v, count(*), coalesce(sum(r.a), 0), "
        "coalesce(avg(case when r.a < 0 then 1.0 else 0.0 end), 0), coalesce(max(mixed.share), 0) "
        "from r left join mixed on mixed.v = r.v group by 1 order by 2 desc, 1"
    )
    return [_Word(str(v), int(n), float(a), float(b), float(m)) for v, n, a, b, m in rows]


def _mirrors(
    warehouse: Warehouse, base: str, main: _Word, rare: Sequence[_Word]
) -> Iterator[tuple[str, tuple[Sign, str]]]:
    """Words whose rows repeat an earlier sale of the same customer, as other sales do not.

    Where all pay the same again and again, they follow it far sooner than the next sale does.
    """
    listed = ", ".join(literal(word.value) for word in rare)
    sold = (
        f"r as ({base}), sold as (select who, a as m, t from r "
        f"where v = {literal(main.value)} and a > 0 and who is not null and t is not null)"
    )
    chance, usual = warehouse.rows(
        f"with {sold} select avg(case when gap is null then 0.0 else 1.0 end), median(gap) from "
        "(select epoch(t - lag(t) over (partition by who, m order by t)) as gap from sold)"
    )[0]
    for value, share, gap in warehouse.rows(
        f"with {sold}, back as (select v, who, abs(a) as m, t from r "
        f"where v in ({listed}) and a <> 0 and who is not null and t is not null), "
        "met as (select back.v, epoch(back.t - sold.t) as gap from back asof left join sold "
        "on back.who = sold.who and back.m = sold.m and back.t >= sold.t) "
        "select v, count(gap) / count(*), median(gap) from met group by 1"
    ):
        is_soon = gap is not None and bool(usual) and float(gap) <= _SOON * float(usual)
        if float(share) >= _MIRRORED and (float(chance or 0) <= _BY_CHANCE or is_soon):
            because = f"{float(share):.0%} of them repeat an earlier amount of the same customer"
            yield str(value), ("mirror", because)


def _by_dates(
    warehouse: Warehouse, purchases: Purchases, column: Column, rare: Sequence[_Word]
) -> Iterator[tuple[str, tuple[Sign, str]]]:
    """Words that lack a date which the other rows have, or have one that no other row has."""
    dates = [
        date
        for date in purchases.table.of_kind("date")
        if date.name not in purchases.when.names
        and _LEAST * date.rows <= date.filled - date.far_rows <= (1 - _LEAST) * date.rows
    ][:_MOST_DATES]
    if not dates:
        return
    text = f"coalesce(trim(cast({quoted(column.name)} as varchar)), '')"
    given = ", ".join(f"count({Moment(date).sql})" for date in dates)
    counted: Mapping[str, tuple[int, ...]] = {
        str(v): tuple(map(int, counts))
        for v, *counts in warehouse.rows(
            f"select {text}, count(*), {given} from {purchases.table.relation} group by 1"
        )
    }
    for word in rare:
        rows, *have = counted[word.value]
        in_others = [sum(c[n] for v, c in counted.items() if v != word.value)
                  for n in range(len(dates) + 1)]  # fmt: skip
        for date, own, rest in zip(dates, have, in_others[1:], strict=True):
            if own <= _HARDLY * rows and rest >= _NEARLY_ALL * in_others[0]:
                yield word.value, ("lacks", f"they have no '{date.name}', and the others have one")
            elif own >= _NEARLY_ALL * rows and rest <= _HARDLY * in_others[0]:
                yield word.value, ("alone", f"they alone have a '{date.name}'")
