"""Columns of few words that decide what a row is, by what stands beside the words: an event log,
in which only some events have an amount, and words that lists know under headers that none does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from regulars.core.settings import Answer
from regulars.ingest.inference.amount_mapping import AT
from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.draft import Draft
from regulars.ingest.inference.money_words import State, state_of
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.inference.roles import points
from regulars.ingest.inference.transaction_states import StateColumn, values_sql
from regulars.ingest.sources.scans import quoted
from regulars.warehouse.protocol import Warehouse

_MOST_KINDS = 12
_REPEATS = 5  # rows of a value, on average: words, and no names
_NEARLY_ALL, _HARDLY_ANY = 0.98, 0.02
_RELEVANT = 0.005  # of the rows
_IDLE = 0.05  # of the rows: an event log has more of them without an amount
_ELSE = ("region", "country", "city", "store", "seller", "gender", "currency", "product",
         "payment", "email", "phone", "full_name", "first_name", "last_name")  # fmt: skip
_TELL: tuple[State, ...] = ("refund", "lost", "pending", "partly_refunded")


@dataclass(frozen=True)
class KindColumn:
    """A column of kinds of rows: what they mean, and those that are no purchases but events."""

    states: StateColumn
    events: tuple[_Kind, ...] = ()


@dataclass(frozen=True)
class _Kind:
    """A word of a column: its rows, and of them the shares with an amount, with 0, below 0."""

    value: str
    rows: int
    filled: float
    zero: float
    negative: float


def kind_columns(
    warehouse: Warehouse, table: Table, columns: Sequence[Column], *, amount: str
) -> list[KindColumn]:
    """Columns that decide what a row is, though no name says so; `amount` is SQL of the table."""
    reads = [
        _read(column, _kinds(warehouse, table, column, amount))
        for column in columns
        if _may_be(column)
    ]
    return [read for read in reads if read is not None]


def leave_events_out(draft: Draft, read: KindColumn) -> None:
    """Rows of other events are no purchases that lack an amount: left out, and said."""
    if not read.events:
        return
    column, values = read.states.column, [event.value for event in read.events]
    name = column.name if column.is_text else f"cast({column.name} as varchar)"
    is_event = values_sql(column, values)
    counts = ", ".join(f"'{event.value}' ({event.rows:,} rows)" for event in read.events)
    because = f"{counts} in '{column.name}' never have an amount: other events, and no purchases"
    draft.put(f"{AT}.where", f"{name} is null or not ({is_event})", because)
    draft.leave_open(f"what customers did besides buying: {because}")
    _ask_refunds_without_money(draft, read)


def _ask_refunds_without_money(draft: Draft, read: KindColumn) -> None:
    """Refunds whose amount no column holds are missing in every figure: nobody may overlook it."""
    refunds = [event for event in read.events if state_of(event.value) == "refund"]
    if not refunds:
        return
    counts = ", ".join(f"'{event.value}' ({event.rows:,} rows)" for event in refunds)
    draft.ask(
        "refund_events",
        f"{counts} in '{read.states.column.name}' are refunds, and no column says how much was "
        "paid back. Are purchases counted in full?",
        [Answer(say="Yes: all figures are before refunds.")],
    )


def _may_be(column: Column) -> bool:
    few = 2 <= column.distinct <= _MOST_KINDS and column.filled >= _REPEATS * column.distinct
    if column.kind != "text" or not few or 2 * column.filled < column.rows:
        return False
    return max(points(column.name, role) for role in _ELSE) < 4


def _kinds(warehouse: Warehouse, table: Table, column: Column, amount: str) -> list[_Kind]:
    rows = warehouse.rows(
        "select v, count(*), avg(case when a is null then 0.0 else 1.0 end), "
        "coalesce(avg(case when a = 0 then 1.0 else 0.0 end), 0.0), "
        "coalesce(avg(case when a < 0 then 1.0 else 0.0 end), 0.0) "
        f"from (select trim(cast({quoted(column.name)} as varchar)) as v, {amount} as a "
        f"from {table.relation}) where v <> '' group by 1 order by 2 desc, 1"
    )
    return [_Kind(str(v), int(n), float(a), float(z), float(b)) for v, n, a, z, b in rows]


def _read(column: Column, kinds: Sequence[_Kind]) -> KindColumn | None:
    log = _event_log(column, kinds)
    if log is not None:
        return log
    states = _by_words(column, kinds) or _by_zeros(column, kinds)
    return KindColumn(states) if states is not None else None


def _event_log(column: Column, kinds: Sequence[_Kind]) -> KindColumn | None:
    """Every word has an amount in (nearly) all of its rows or in none: those are other events."""
    idle = [kind for kind in kinds if kind.filled <= _HARDLY_ANY]
    paid = [kind for kind in kinds if kind.filled >= _NEARLY_ALL]
    rows = sum(kind.rows for kind in kinds)
    if not idle or not paid or len(idle) + len(paid) < len(kinds):
        return None
    if sum(kind.rows for kind in idle) < _IDLE * rows:
        return None
    values, unknown = _sorted(paid)
    states = StateColumn(column, values, unknown if len(paid) > 1 else ())
    return KindColumn(states, tuple(idle))


def _by_words(column: Column, kinds: Sequence[_Kind]) -> StateColumn | None:
    """Two words at least are known, and one of them does not count or was paid back."""
    values, unknown = _sorted(kinds)
    telling = [value for state in _TELL for value in values.get(state, ())]
    rows = sum(kind.rows for kind in kinds if kind.value in telling)
    known = sum(len(words) for words in values.values())
    if known < 2 or rows < _RELEVANT * column.filled or rows > 0.9 * column.filled:
        return None
    return StateColumn(column, values, unknown)


def _by_zeros(column: Column, kinds: Sequence[_Kind]) -> StateColumn | None:
    """Some words stand only where the amount is 0, the others hardly ever: asked about."""
    nothing = [k for k in kinds if k.zero >= _NEARLY_ALL and k.rows >= _RELEVANT * column.filled]
    with_money = [kind for kind in kinds if kind not in nothing]
    if not nothing or not with_money or any(kind.zero > _HARDLY_ANY for kind in with_money):
        return None
    values, _ = _sorted(with_money)
    values["counts"] = tuple(kind.value for kind in with_money if state_of(kind.value) is None)
    unknown = tuple((kind.value, kind.rows) for kind in nothing)
    return StateColumn(column, {s: v for s, v in values.items() if v}, unknown)


def _sorted(
    kinds: Sequence[_Kind],
) -> tuple[dict[State, tuple[str, ...]], tuple[tuple[str, int], ...]]:
    """The words by what they mean, and those that no list knows, with their rows."""
    values: dict[State, tuple[str, ...]] = {}
    for value, state in _known(kinds):
        values[state] = (*values.get(state, ()), value)
    unknown = tuple((kind.value, kind.rows) for kind in kinds if state_of(kind.value) is None)
    return values, unknown


def _known(kinds: Sequence[_Kind]) -> Iterator[tuple[str, State]]:
    for kind in kinds:
        state = state_of(kind.value)
        if state is not None:
            yield kind.value, state
