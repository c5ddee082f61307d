"""Accounts that are filled up and used: amounts with a sign that move a balance.

A canteen, a car wash or a library of prints takes little, often, off what is paid in now and then.
Both are the customer's: which of them are the purchases is asked.
"""

from __future__ import annotations

from regulars.core.settings import Answer
from regulars.ingest.inference.amount_choice import AmountChoice
from regulars.ingest.inference.amount_mapping import AT
from regulars.ingest.inference.draft import Draft
from regulars.ingest.inference.money_columns import number_sql
from regulars.ingest.inference.profiled_tables import Table
from regulars.warehouse.protocol import Warehouse

_FEWEST = 0.02  # of the rows on the rarer side
_OFTEN = 2  # times as many rows take off as pay in


def ask_prepaid(draft: Draft, warehouse: Warehouse, table: Table, choice: AmountChoice) -> bool:
    """Ask whether what is taken off or what is paid in are purchases; what is taken off is first.

    Only where a balance follows the amount, and it falls more often, by less, than it rises.
    """
    column = choice.column
    if column is None or column.name not in choice.moves or (column.low or 0) >= 0:
        return False
    amount = number_sql(column)
    taken, taken_mean, paid, paid_mean = warehouse.rows(
        f"select count(*) filter (a < 0), avg(-a) filter (a < 0), count(*) filter (a > 0), "
        f"avg(a) filter (a > 0) from (select {amount} as a from {table.relation})"
    )[0]
    is_some = min(int(taken), int(paid)) >= _FEWEST * table.rows / table.factor
    if not is_some or int(taken) < _OFTEN * int(paid) or float(taken_mean) > float(paid_mean):
        return False
    name = draft.use_in_sql(table, column)
    part = f"{name} / 100.0" if choice.cents else name
    draft.ask(
        "sign",
        f"The balance of {table.name} falls by '{name}' in {taken:,} rows (by {taken_mean:,.2f} on "
        f"average) and rises in {paid:,} (by {paid_mean:,.2f}). Which of them are the purchases?",
        [
            Answer(say="What is taken off: it was used. Paying in is no purchase."),
            Answer(say="What is paid in. Using it is no purchase.", set=_counted(part, name, ">")),
        ],
    )
    for path, value in _counted(f"-({part})", name, "<").items():
        draft.put(path, value, "a balance that is filled up and used")
    return True


def _counted(amount: str, name: str, sign: str) -> dict[str, object]:
    return {
        f"{AT}.columns.amount": {"sql": amount},
        f"{AT}.columns.kind": {"sql": f"case when {name} {sign} 0 then 'sale' else 'other' end"},
    }
