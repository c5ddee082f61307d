"""Columns that look like money where no amount was found: asked about before rows are counted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from regulars.core.settings import Answer
from regulars.ingest.inference.amount_choice import AmountChoice
from regulars.ingest.inference.amount_mapping import AT
from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.currency_names import code_of
from regulars.ingest.inference.draft import Draft, number_type
from regulars.ingest.inference.money_words import amount_points, part_of
from regulars.ingest.inference.profiled_tables import Table

_NAMED = 3  # points of a name that says that the column holds an amount
_MOST = 4  # answers
_FEW = 10  # different values of a code
_COMMA = re.compile(r".*\d,\d{1,2}\D*")


def ask_unread_money(
    draft: Draft, table: Table, choice: AmountChoice, columns: Sequence[Column]
) -> None:
    """Ask which column is the amount before value means the number of rows."""
    if choice.column is not None or choice.reckoned is not None:
        return
    money = [column for column in columns if _looks_like_money(column)]
    money.sort(key=lambda column: (part_of(column.name) is not None, -amount_points(column.name)))
    if not money:
        return
    named = ", ".join(f"'{c.name}' (such as {c.values[0][0]})" for c in money[:_MOST])
    draft.ask(
        "amount",
        f"Which column of {table.name} holds the amount? {named} look like money, but none was "
        "taken.",
        [
            Answer(say="None: every row counts as 1."),
            *(
                Answer(say=f"'{c.name}'.", set={f"{AT}.columns.amount": _mapping(c)})
                for c in money[:_MOST]
            ),
        ],
    )


def ask_which_number(
    draft: Draft, table: Table, choice: AmountChoice, columns: Sequence[Column]
) -> None:
    """Ask which column is the amount where no name, sign or sum says it, and there are several."""
    if choice.column is None or choice.is_named:
        return
    rest = [c for c in columns if _may_be_money(c, choice) or _looks_like_money(c)]
    taken, mapped = choice.column.name, draft.get(f"{AT}.columns.amount")
    answers = [
        Answer(
            say=f"'{c.name}' (such as {c.values[0][0]}).",
            set={f"{AT}.columns.amount": _instead(mapped, taken, c), **_types(table, c, mapped)},
        )
        for c in rest[: _MOST - 1]
    ]
    if answers:
        draft.ask(
            "amount",
            f"Which column of {table.name} holds the amount? No name says it; '{taken}' is taken "
            f"(such as {choice.column.values[0][0]}).",
            [Answer(say=f"'{taken}'."), *answers],
        )


def ask_which_sum(draft: Draft, table: Table, choice: AmountChoice) -> None:
    """Ask which of two columns the customer pays, where a third that no name tells is between."""
    if choice.column is None:
        return
    taken, mapped = choice.column, draft.get(f"{AT}.columns.amount")
    doubt = next((doubt for doubt in choice.doubts if doubt[0] == taken.name), None)
    if doubt is None:
        return
    other = table.columns[doubt[1]]
    draft.ask(
        "amount",
        f"Which column of {table.name} is what the customer pays? {doubt[2]} in (nearly) every "
        "row, and no name says what the difference is.",
        [
            Answer(say=f"'{taken.name}' (such as {taken.values[0][0]})."),
            Answer(
                say=f"'{other.name}' (such as {other.values[0][0]}).",
                set={
                    f"{AT}.columns.amount": _instead(mapped, taken.name, other),
                    **_types(table, other, mapped),
                },
            ),
        ],
    )


def _may_be_money(column: Column, choice: AmountChoice) -> bool:
    """Whether a number is neither a key, a share nor known to be something else."""
    if column.kind != "number" or column.percent or column.name in choice.parts:
        return False
    is_key = column.whole and (column.unique or column.distinct <= _FEW)
    return not is_key and part_of(column.name) is None and column.name not in choice.no_money


def _instead(mapped: Any, taken: str, column: Column) -> Any:
    """The mapping of the amount with another column in its place."""
    if isinstance(mapped, dict) and "sql" in mapped:
        return {"sql": re.sub(rf"\b{re.escape(taken)}\b", column.name, mapped["sql"])}
    return column.name if column.affix else _mapping(column)


def _types(table: Table, column: Column, mapped: Any) -> dict[str, Any]:
    is_in_sql = isinstance(mapped, dict) and "sql" in mapped
    if not column.is_text or column.kind != "number" or not (is_in_sql or column.affix):
        return {}
    return {f"sources.{table.name}.types.{column.name}": number_type(column)}


def _looks_like_money(column: Column) -> bool:
    if column.percent or column.kind not in ("number", "text") or not column.values:
        return False
    with_digits = sum(bool(re.search(r"\d", value)) for value, _ in column.values)
    if column.kind == "text" and with_digits < 0.5 * len(column.values):
        return False
    has_sign = any(map(code_of, column.currencies))
    is_named = amount_points(column.name) >= _NAMED
    return has_sign or (is_named and (column.kind == "text" or part_of(column.name) is None))


def _mapping(column: Column) -> Any:
    commas = sum(bool(_COMMA.fullmatch(value)) for value, _ in column.values)
    is_comma = column.decimal == "," or (
        column.kind == "text" and commas > 0.5 * len(column.values)
    )
    return {"column": column.name, "decimal": ","} if is_comma else column.name
