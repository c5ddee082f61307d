"""A column of amounts in one currency beside those in several: of payouts, or as booked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from regulars.core.settings import Answer
from regulars.ingest.inference.amount_mapping import AT
from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.currency_names import code_of
from regulars.ingest.inference.draft import Draft, number_type
from regulars.ingest.inference.money_columns import number_sql
from regulars.ingest.inference.number_rows import NEARLY_ALL
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.sources.scans import literal, quoted
from regulars.warehouse.protocol import Warehouse

_MOST_SPREAD = 0.25  # of a rate, over all days
_FEWEST = 5  # rows of a currency


@dataclass(frozen=True)
class Converted:
    """The answer that takes the amounts in one currency, and whether they are sure to be that."""

    answer: Answer
    code: str
    name: str
    is_sure: bool


def in_one_currency(
    draft: Draft, warehouse: Warehouse, table: Table, currency: Column
) -> Converted | None:
    """The amounts which are those of one currency there, and others elsewhere."""
    mapped = draft.get(f"{AT}.columns.amount")
    taken = _amount(table, mapped)
    if taken is None:
        return None
    texts: dict[str, list[str]] = {}
    for text, _ in currency.values:
        texts.setdefault(code_of(text) or text, []).append(text)
    for column in table.of_kind("number"):
        if column in (taken, currency) or column.percent or (column.whole and column.unique):
            continue
        for code, spellings in texts.items():
            listed = ", ".join(map(literal, spellings))
            is_own = f"trim({quoted(currency.name)}) in ({listed})"
            if _is_in(warehouse, table, (taken, column), is_own=is_own):
                stated = {f"sources.{table.name}.types.{column.name}": number_type(column)}
                answer = Answer(
                    say=f"{code}, by the amounts of '{column.name}': all rows count.",
                    set={
                        "currency": code,
                        f"{AT}.columns.amount": _instead(mapped, taken.name, column.name),
                        f"{AT}.columns.currency": None,
                        **(stated if column.is_text else {}),
                    },
                )
                is_sure = _have_rates(warehouse, table, (taken, column), currency)
                return Converted(answer, code, column.name, is_sure)
    return None


def take_converted(draft: Draft, taken: Converted) -> None:
    """Write the answer: every row counts, by its amount in the company's currency."""
    because = f"'{taken.name}' has all amounts in {taken.code}, converted at rates that hardly move"
    for path, value in taken.answer.set.items():
        parent, _, last = path.rpartition(".")
        if value is None:
            draft.get(parent).pop(last, None)
        else:
            draft.put(path, value, because if path in ("currency", f"{AT}.columns.amount") else "")


def _have_rates(
    warehouse: Warehouse, table: Table, pair: tuple[Column, Column], currency: Column
) -> bool:
    """Whether every row has the other amount, at a rate that is much the same in a currency.

    A column of payouts is empty for some, or less by a fee: then a person decides.
    """
    amount, other = map(number_sql, pair)
    filled, steady = warehouse.rows(
        "select min(filled), avg(case when spread <= avg_rate * "
        f"{_MOST_SPREAD} then 1.0 else 0.0 end) from (select "
        f"avg(case when {other} is null then 0.0 else 1.0 end) as filled, "
        f"avg({other} / {amount}) as avg_rate, "
        f"coalesce(stddev_pop({other} / {amount}), 0) as spread from {table.relation} "
        f"where {amount} <> 0 group by trim({quoted(currency.name)}) having count(*) >= {_FEWEST})"
    )[0]
    return float(filled or 0) >= NEARLY_ALL and float(steady or 0) == 1.0


def _amount(table: Table, mapped: Any) -> Column | None:
    """The column of the amount, alone or in an expression of no other number."""
    if isinstance(mapped, dict) and "sql" in mapped:
        names = [c for c in table.of_kind("number") if re.search(rf"\b{c.name}\b", mapped["sql"])]
        return names[0] if len(names) == 1 else None
    name = mapped.get("column") if isinstance(mapped, dict) else mapped
    return table.columns.get(name or "")


def _instead(mapped: Any, taken: str, name: str) -> Any:
    if isinstance(mapped, dict) and "sql" in mapped:
        return {"sql": re.sub(rf"\b{re.escape(taken)}\b", name, mapped["sql"])}
    return {**mapped, "column": name} if isinstance(mapped, dict) else name


def _is_in(warehouse: Warehouse, table: Table, pair: tuple[Column, Column], *, is_own: str) -> bool:
    """Whether two columns are equal in the rows of one currency, and hardly ever in the others."""
    amount, other = map(number_sql, pair)
    own, foreign = warehouse.rows(
        f"select avg(case when {is_own} then same end), avg(case when not {is_own} then same end) "
        f"from (select *, case when abs({amount} - {other}) <= 0.011 then 1.0 else 0.0 end as same "
        f"from {table.relation} where {amount} <> 0 and {other} <> 0)"
    )[0]
    return float(own or 0) >= NEARLY_ALL and foreign is not None and float(foreign) < 1 - NEARLY_ALL
