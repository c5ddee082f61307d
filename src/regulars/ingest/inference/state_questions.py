"""Questions about values of a status of which nobody knows whether they count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

from regulars.core.settings import Answer
from regulars.ingest.inference.amount_mapping import AT
from regulars.ingest.inference.draft import Draft
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.inference.transaction_states import (
    StateColumn,
    values_sql,
)

_HALF = 0.5
_OF_A_QUESTION = 4  # values of which all combinations can be answered


def ask_states(
    draft: Draft,
    table: Table,
    read: StateColumn,
    unknown: Sequence[tuple[str, int]],
    *,
    meanings: Mapping[str, str],
) -> None:
    """Ask which of these values count; an answer adds to the rules that there are.

    `meanings` is what another table says of a value. Enter takes the smaller harm:
    rare rows are left out, and most rows count.
    """
    for place in range(0, len(unknown), _OF_A_QUESTION):
        values = unknown[place : place + _OF_A_QUESTION]
        key = "status" if not place else f"status.{place // _OF_A_QUESTION + 1}"
        if len(values) == 1:
            value, rows = values[0]
            when, is_rare = values_sql(read.column, [value]), _is_rare(read, rows)
            answers = answers_of_state(draft, when, read.column.name, is_rare=is_rare)
        else:
            answers = _answers_of_several(draft, read, values)
        draft.ask(key, _ask(table, read, values, meanings), answers)


def _ask(
    table: Table,
    read: StateColumn,
    values: Sequence[tuple[str, int]],
    meanings: Mapping[str, str],
) -> str:
    column = read.column
    aside = [f"'{value}' ({n:,} rows)" for value, n in column.values if value in read.lost]
    beside = f" (Not completed, so rejected: {', '.join(aside)}.)" if aside else ""
    explained = "".join(meanings.get(value, "") for value, _ in values)
    if len(values) == 1:
        value, rows = values[0]
        which = f"the {rows:,} rows of {table.name} ({rows / max(table.rows, 1):.1%}) whose"
        holds = f"is '{value}'" if value else "holds nothing"
        return f"Do {which} '{column.name}' {holds} count as purchases?{explained}{beside}"
    shown = ", ".join(
        f"'{value or 'empty'}' ({n:,} rows, {n / max(table.rows, 1):.1%})" for value, n in values
    )
    return (
        f"Which of these values of '{column.name}' in {table.name} stand for purchases: {shown}?"
        f"{explained}{beside}"
    )


def _answers_of_several(
    draft: Draft, read: StateColumn, values: Sequence[tuple[str, int]]
) -> list[Answer]:
    """Every combination, the likeliest first, for which the draft holds the rule."""
    likely = tuple(_is_rare(read, rows) for _, rows in values)
    combined = [
        likely,
        *(are for are in product((False, True), repeat=len(values)) if are != likely),
    ]
    texts = [value for value, _ in values]
    at, answers = f"{AT}.reject", []
    first = _rule(read, [t for t, is_lost in zip(texts, likely, strict=True) if is_lost])
    if first:
        draft.put(at, [*(draft.get(at) or []), *first])
    for are_lost in combined:
        rule = _rule(read, [t for t, is_lost in zip(texts, are_lost, strict=True) if is_lost])
        undone: dict[str, Any] = {f"{at}-": first} if first else {}
        settings = undone | ({f"{at}+": rule} if rule else {})
        combination = "; ".join(
            f"'{text or 'empty'}': {'not' if is_lost else 'yes'}"
            for text, is_lost in zip(texts, are_lost, strict=True)
        )
        answers.append(Answer(say=f"{combination}.", set={} if are_lost == likely else settings))
    return answers


def _rule(read: StateColumn, lost: Sequence[str]) -> list[dict[str, str]]:
    because = f"not completed ({read.column.name})"
    return [{"when": values_sql(read.column, lost), "because": because}] if lost else []


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
