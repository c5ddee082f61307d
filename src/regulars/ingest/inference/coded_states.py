"""States that stand as codes in one table, and as words in a small table of their own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from regulars.ingest.inference.amount_mapping import reject
from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.draft import Draft
from regulars.ingest.inference.money_words import State, state_of
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.inference.roles import points
from regulars.ingest.inference.state_questions import answers_of_state
from regulars.ingest.inference.transaction_states import MOST_STATES, StateColumn, values_sql
from regulars.ingest.inference.vocabulary import concepts
from regulars.ingest.sources.scans import quoted
from regulars.warehouse.protocol import Warehouse

_MOST_LANGUAGES = 12
_MOST_ROWS = 200  # of a table of states, also in several languages
_STATE = frozenset({"status", "stage"})
_SET_ASIDE: tuple[State, ...] = ("pending", "lost", "refund")


@dataclass(frozen=True)
class CodedState:
    """A column of codes as states, the word of each code, and the table that has the words."""

    read: StateColumn
    words: dict[str, str]
    table: str


def coded_states(
    warehouse: Warehouse, table: Table, columns: Iterable[Column], beside: Iterable[Table]
) -> list[CodedState]:
    """Columns of codes that another table names."""
    small = _small(table, beside)
    return [
        CodedState(read, words, name)
        for column in columns
        if _may_be_code(column)
        for name, words in _words(warehouse, column, small)
        if (read := _read(column, words)) is not None
    ]


def explained(
    draft: Draft,
    warehouse: Warehouse,
    table: Table,
    *,
    read: StateColumn,
    beside: Iterable[Table],
) -> tuple[StateColumn, dict[str, str]]:
    """The states that a small table explains in known words; of the others, what it says."""
    if not read.unknown:
        return read, {}
    for name, words in _words(warehouse, read.column, _small(table, beside)):
        draft.consulted.add(name)
        values = dict(read.values)
        for value, _ in read.unknown:
            state = state_of(words.get(value, ""))
            if state is not None:
                values[state] = (*values.get(state, ()), value)
        known = {value for texts in values.values() for value in texts}
        unknown = tuple(pair for pair in read.unknown if pair[0] not in known)
        meanings = {v: f" {name} says of it: '{words[v]}'." for v, _ in unknown if v in words}
        return replace(read, values=values, unknown=unknown), meanings
    return read, {}


def _small(table: Table, beside: Iterable[Table]) -> list[Table]:
    return [other for other in beside if other is not table and 0 < other.rows <= _MOST_ROWS]


def set_coded_aside(
    draft: Draft, warehouse: Warehouse, table: Table, beside: Iterable[Table]
) -> None:
    """Of a recognised export whose preset says nothing of states: those that do not count."""
    for coded in coded_states(warehouse, table, table.columns.values(), beside)[:1]:
        read, words, column = coded.read, coded.words, coded.read.column
        draft.consulted.add(coded.table)
        aside = [code for state in _SET_ASIDE for code in read.values.get(state, ())]
        named = ", ".join(f"{code} = {words[code]}" for code in aside)
        because = f"not completed ({column.name})"
        if aside:
            reject(draft, values_sql(column, aside), because, f"{column.name} {named}")
        if read.unknown:
            _ask(draft, table, read, words)


def _ask(draft: Draft, table: Table, read: StateColumn, words: dict[str, str]) -> None:
    column = read.column
    shown = ", ".join(f"'{words.get(code, code)}' ({code}; {n:,} rows)" for code, n in read.unknown)
    when = values_sql(column, [code for code, _ in read.unknown])
    rows = sum(n for _, n in read.unknown)
    draft.ask(
        f"{table.name}.{column.name}",
        f"What {shown} in '{column.name}' of {table.name} mean: do these rows count?",
        answers_of_state(draft, when, column.name, is_rare=2 * rows < column.filled),
    )


def _may_be_code(column: Column) -> bool:
    is_few = 1 < column.distinct <= MOST_STATES and column.kind in ("number", "text")
    are_words = 2 * sum(state_of(value) is not None for value, _ in column.values) > column.distinct
    return is_few and not are_words and bool(concepts(column.name) & _STATE)


def _words(
    warehouse: Warehouse, column: Column, small: Iterable[Table]
) -> Iterator[tuple[str, dict[str, str]]]:
    """The words of the codes, in a table about states that holds most of them, and its name."""
    codes = {value for value, _ in column.values}
    for other in small:
        for key in other.columns.values():
            is_about = concepts(other.name) & _STATE or concepts(key.name) & _STATE
            named = codes & {value for value, _ in key.values}
            if not is_about or 2 * len(named) <= len(codes) or not _explains(other, key):
                continue
            for text in other.columns.values():
                if text is not key and text.kind == "text" and not points(text.name, "region") > 4:
                    rows = warehouse.rows(
                        f"select trim(cast({quoted(key.name)} as varchar)), "
                        f"min(trim(cast({quoted(text.name)} as varchar))) "
                        f"from {other.relation} group by 1"
                    )
                    yield other.name, {str(code): str(word) for code, word in rows}


def _explains(table: Table, key: Column) -> bool:
    """Whether a code has a row, or one for each language: rows with a status repeat it more."""
    return key.distinct * _MOST_LANGUAGES >= table.rows


def _read(column: Column, words: dict[str, str]) -> StateColumn | None:
    """None where most words are no states, or all of them count."""
    values: dict[State, tuple[str, ...]] = {}
    unknown = []
    for code, rows in column.values:
        state = state_of(words.get(code, code))
        if state is None:
            unknown.append((code, rows))
        else:
            values[state] = (*values.get(state, ()), code)
    known = sum(map(len, values.values()))
    if 2 * known < column.distinct or not values.get("counts"):
        return None
    return StateColumn(column, values, tuple(unknown))
