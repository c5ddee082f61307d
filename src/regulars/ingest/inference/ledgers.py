"""Journals with both sides of every entry: no list of purchases, whichever side is taken."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from regulars.core.settings import Answer
from regulars.ingest.inference.amount_mapping import AT
from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.draft import Draft
from regulars.ingest.inference.money_columns import number_sql
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.inference.side_columns import SideColumns
from regulars.ingest.inference.value_overlap import key_like
from regulars.ingest.sources.scans import literal, quoted
from regulars.warehouse.protocol import Warehouse

_NEARLY_ALL, _HARDLY_ANY = 0.95, 0.05
_LEAST_OF_ENTRY, _MOST_OF_ENTRY = 1.8, 30.0  # rows
_MOST_ACCOUNTS = 200
_MOST_ENTRIES = 6  # columns that are tried
_MANY = 5  # customers


def ask_ledger(draft: Draft, warehouse: Warehouse, table: Table, sides: SideColumns) -> None:
    """Ask in place of the side of the purchases, where debits and credits of each entry are equal.

    The first answer changes nothing, and says what is missing; others take the debits of an account
    whose rows alone name customers.
    """
    entry = next(_entries(warehouse, table, sides), None)
    if entry is None:
        return
    draft.questions[:] = [question for question in draft.questions if question.key != "sign"]
    debit, credit = _debit_and_credit(sides)
    answers = [
        Answer(
            say=f"The debits of '{value}' ({rows:,} rows) are sales to '{who.name}', and its "
            "credits their payments.",
            set=_settings(draft, table, (account, value), who, debit=debit),
        )
        for account, value, who, rows in _of_customers(warehouse, table, entry, debit)
    ]
    draft.ask(
        "ledger",
        f"{table.name} is a ledger with both sides: in each '{entry.name}', '{debit.name}' and "
        f"'{credit.name}' are equal. Sales, their payments and the accounts against them stand "
        "side by side, so its rows are no purchases as they are. Better than it is a list of "
        "invoices; else map the rows of one account, with `where`.",
        answers,
    )


def _debit_and_credit(sides: SideColumns) -> tuple[Column, Column]:
    is_credit = sides.is_credit
    return (sides.back, sides.sale) if is_credit else (sides.sale, sides.back)


def _entries(warehouse: Warehouse, table: Table, sides: SideColumns) -> Iterator[Column]:
    first, second = (f"coalesce({number_sql(c)}, 0)" for c in (sides.sale, sides.back))
    columns = [
        column
        for column in key_like(table)
        if column.filled >= _NEARLY_ALL * table.rows
        and _LEAST_OF_ENTRY * column.distinct <= column.filled <= _MOST_OF_ENTRY * column.distinct
    ]
    for column in columns[:_MOST_ENTRIES]:
        share = warehouse.rows(
            "select avg(case when abs(d - c) < 0.02 then 1.0 else 0.0 end) from "
            f"(select sum({first}) as d, sum({second}) as c from {table.relation} "
            f"group by {quoted(column.name)})"
        )[0][0]
        if float(share or 0.0) >= _NEARLY_ALL:
            yield column


def _of_customers(
    warehouse: Warehouse, table: Table, entry: Column, debit: Column
) -> Iterator[tuple[Column, str, Column, int]]:
    """Accounts whose debits name customers in a column that the rows of no other account fill."""
    accounts = [c for c in key_like(table) if c is not entry and c.distinct <= _MOST_ACCOUNTS]
    for account in accounts:
        for who in key_like(table):
            is_free = who not in (account, entry) and who.distinct >= _MANY
            if not is_free or who.filled > _NEARLY_ALL * table.rows:
                continue
            for value, rows, filled, elsewhere in _filled(
                warehouse, table, account, who, debit=debit
            ):
                if rows and filled >= _NEARLY_ALL and elsewhere <= _HARDLY_ANY:
                    yield account, value, who, rows


def _filled(
    warehouse: Warehouse, table: Table, account: Column, who: Column, *, debit: Column
) -> list[tuple[str, int, float, float]]:
    """By account: its debits, the share of them that a column fills, and of other rows."""
    given = f"nullif(trim(cast({quoted(who.name)} as varchar)), '') is not null"
    return [
        (str(value), int(rows), float(filled or 0), (who.filled - int(own)) / max(table.rows, 1))
        for value, rows, filled, own in warehouse.rows(
            f"select trim(cast({quoted(account.name)} as varchar)) as v, "
            f"count(*) filter (coalesce({number_sql(debit)}, 0) <> 0), "
            f"avg(case when {given} then 1.0 else 0.0 end), "
            f"count(*) filter ({given}) from {table.relation} group by 1 order by 4 desc limit 3"
        )
    ]


def _settings(
    draft: Draft, table: Table, account: tuple[Column, str], who: Column, *, debit: Column
) -> dict[str, Any]:
    column, value = account
    name = column.name if column.is_text else f"cast({column.name} as varchar)"
    amount = draft.use_in_sql(table, debit)
    return {
        f"{AT}.where": f"{name} = {literal(value)} and coalesce({amount}, 0) <> 0",
        f"{AT}.columns.customer_id": who.name,
        f"{AT}.columns.amount": {"sql": amount},
        f"{AT}.columns.kind": None,
    }
