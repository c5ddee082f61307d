"""Questions about values of a status of which nobody knows whether they count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from regulars.core.names import snake_case
from regulars.core.settings import Answer
from regulars.ingest.inference.amount_mapping import AT
from regulars.ingest.inference.draft import Draft
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.inference.transaction_states import (
    StateColumn,
    values_sql,
)

_HALF = 0.5


def ask_states(
    draft: Draft,
    table: Table,
    read: StateColumn,
    unknown: Sequence[tuple[str, int]],
    *,
    meanings: Mapping[str, str],
) -> None:
    """Ask for each value whether its rows count; an answer adds to the rules that there are.

    `meanings` is what another table says of a value. Enter takes the smaller harm:
    rare rows are left out, and most rows count.
    """
    column = read.column.name
    aside = [f"'{value}' ({n:,} rows)" for value, n in read.column.values if value in read.lost]
    beside = f" (Not completed, so rejected: {', '.join(aside)}.)" if aside else ""
    for value, rows in unknown:
        is_named = f"is '{value}'" if value else "holds nothing"
        draft.ask(
            _question_key(value, unknown),
            f"Do the {rows:,} rows of {table.name} ({rows / max(table.rows, 1):.1%}) whose "
            f"'{column}' {is_named} count as purchases?{meanings.get(value, '')}{beside}",
            answers_of_state(
                draft, values_sql(read.column, [value]), column, is_rare=_is_rare(read, rows)
            ),
        )


def answers_of_state(
    draft: Draft, when: str, column: str, *, is_rare: bool, at: str = AT
) -> list[Answer]:
    """That these rows count or do not; of rare rows the draft holds that they do not."""
    rule = {"when": when, "because": f"not completed ({column})"}
    they_count, they_do_not = "They count.", "They do not: rejected."
    if is_rare:
        draft.put(f"{at}.reject", [*(draft.get(f"{at}.reject") or []), rule])
        return [Answer(say=they_do_not), Answer(say=they_count, set={f"{at}.reject-": [rule]})]
    return [Answer(say=they_count), Answer(say=they_do_not, set={f"{at}.reject+": [rule]})]


def _is_rare(read: StateColumn, rows: int) -> bool:
    """Whether other rows are known to count, or are more."""
    highest = max(n for _, n in read.column.values)
    return rows < highest and (read.has_sales or rows < _HALF * read.column.filled)


def _question_key(value: str, unknown: Sequence[tuple[str, int]]) -> str:
    """`status`, and with the value behind it where several are asked about."""
    if len(unknown) == 1:
        return "status"
    names = [snake_case(text).strip("_") for text, _ in unknown]
    name, place = snake_case(value).strip("_"), [text for text, _ in unknown].index(value) + 1
    return f"status.{name if name.isascii() and names.count(name) == 1 else place}"
