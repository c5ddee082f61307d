"""States that stand as codes in one table, and as words in a small table of their own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from regulars.core.settings import Answer
from regulars.ingest.inference.amount_mapping import AT, reject
from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.draft import Draft
from regulars.ingest.inference.money_words import State, state_of
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.inference.roles import points
from regulars.ingest.inference.transaction_states import MOST_STATES, StateColumn, values_sql
from regulars.ingest.inference.vocabulary import concepts
from regulars.ingest.sources.scans import quoted
from regulars.warehouse.protocol import Warehouse

_MOST_ROWS = 200  # of a table of states, also in several languages
_STATE = frozenset({"status", "stage"})
_SET_ASIDE: tuple[State, ...] = ("pending", "lost", "refund")


def coded_states(
    warehouse: Warehouse, table: Table, columns: Iterable[Column], beside: Iterable[Table]
) -> list[tuple[StateColumn, dict[str, str]]]:
    """Columns of codes that another table names, as states, with the word of each code."""
    small = [other for other in beside if other is not table and 0 < other.rows <= _MOST_ROWS]
    reads = (
        _read(column, words)
        for column in columns
        if _may_be_code(column)
        for words in _words(warehouse, column, small)
    )
    return [read for read in reads if read is not None]


def set_coded_aside(
    draft: Draft, warehouse: Warehouse, table: Table, beside: Iterable[Table]
) -> None:
    """Of a recognised export whose preset says nothing of states: those that do not count."""
    for read, words in coded_states(warehouse, table, table.columns.values(), beside)[:1]:
        column = read.column
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
    rule = {"when": when, "because": f"not completed ({column.name})"}
    draft.ask(
        f"{table.name}.{column.name}",
        f"What {shown} in '{column.name}' of {table.name} mean: do these rows count?",
        [
            Answer(say="They count."),
            Answer(
                say="They do not count: they are rejected.",
                set={f"{AT}.reject": [*(draft.get(f"{AT}.reject") or []), rule]},
            ),
        ],
    )


def _may_be_code(column: Column) -> bool:
    is_few = 1 < column.distinct <= MOST_STATES and column.kind in ("number", "text")
    return is_few and bool(concepts(column.name) & _STATE)


def _words(
    warehouse: Warehouse, column: Column, small: Iterable[Table]
) -> Iterator[dict[str, str]]:
    """The words of the codes, in a table about states that holds most of them."""
    codes = {value for value, _ in column.values}
    for other in small:
        for key in other.columns.values():
            is_about = concepts(other.name) & _STATE or concepts(key.name) & _STATE
            named = codes & {value for value, _ in key.values}
            if not is_about or 2 * len(named) <= len(codes):
                continue
            for text in other.columns.values():
                if text is not key and text.kind == "text" and not points(text.name, "region") > 4:
                    rows = warehouse.rows(
                        f"select trim(cast({quoted(key.name)} as varchar)), "
                        f"min(trim(cast({quoted(text.name)} as varchar))) "
                        f"from {other.relation} group by 1"
                    )
                    yield {str(code): str(word) for code, word in rows}


def _read(column: Column, words: dict[str, str]) -> tuple[StateColumn, dict[str, str]] | None:
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
    return StateColumn(column, values, tuple(unknown)), words
