"""Questions about values of a status of which nobody knows whether they count."""

from __future__ import annotations

from collections.abc import Sequence

from regulars.core.names import snake_case
from regulars.core.settings import Answer
from regulars.ingest.inference.amount_mapping import AT
from regulars.ingest.inference.draft import Draft
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.inference.transaction_states import (
    StateColumn,
    values_sql,
)


def ask_states(
    draft: Draft, table: Table, read: StateColumn, unknown: Sequence[tuple[str, int]]
) -> None:
    """Ask for each value whether its rows count; an answer adds to the rules that there are."""
    column = read.column.name
    aside = [f"'{value}' ({n:,} rows)" for value, n in read.column.values if value in read.lost]
    beside = f" (Not completed, so rejected: {', '.join(aside)}.)" if aside else ""
    for value, rows in unknown:
        rule = {"when": values_sql(read.column, [value]), "because": f"not completed ({column})"}
        draft.ask(
            _question_key(value, unknown),
            f"Do the {rows:,} rows of {table.name} ({rows / max(table.rows, 1):.1%}) whose "
            f"'{column}' is '{value}' count as purchases?{beside}",
            [
                Answer(say="They count."),
                Answer(say="They do not: rejected.", set={f"{AT}.reject+": [rule]}),
            ],
        )


def _question_key(value: str, unknown: Sequence[tuple[str, int]]) -> str:
    """`status`, and with the value behind it where several are asked about."""
    if len(unknown) == 1:
        return "status"
    names = [snake_case(text).strip("_") for text, _ in unknown]
    name, place = snake_case(value).strip("_"), [text for text, _ in unknown].index(value) + 1
    return f"status.{name if name.isascii() and names.count(name) == 1 else place}"
