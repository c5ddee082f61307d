"""Refunds that only the number of a document tells of: a letter before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from regulars.ingest.inference.amount_mapping import AT, Amount
from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.draft import Draft
from regulars.ingest.inference.money_columns import number_sql
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.sources.scans import quoted
from regulars.warehouse.protocol import Warehouse

# Credit note, credit memo, Gutschrift, avoir, nota de credito, nota di credito, return, refund.
_MARKS = ("cn", "cm", "crn", "gs", "gu", "gut", "av", "avoir", "nc", "ncr", "ret", "ref", "refund",
          "credit", "rma", "storno", "kor", "zw", "abo", "reso")  # fmt: skip
_MOST_OF_ROWS = 0.4


@dataclass(frozen=True)
class Marks:
    """Rows whose document's number begins with a mark of refunds, though amounts have no sign."""

    when: str
    because: str


def unsigned_refund_marks(
    warehouse: Warehouse, table: Table, amount: Amount, keys: Sequence[Column]
) -> Marks | None:
    """Numbers of two kinds, one marked as refunds, whose amounts are all positive."""
    for key in keys:
        if not key.is_text:
            continue
        rows = warehouse.rows(
            f"select lower(regexp_extract(trim({quoted(key.name)}), '^[A-Za-z]+')) as mark, "
            f"count(*), min(a) from (select *, {amount.loaded} as a from {table.relation}) "
            "group by 1 order by 2 desc limit 12"
        )
        marked = [(mark, int(n), low) for mark, n, low in rows if mark in _MARKS]
        other = sum(int(n) for mark, n, _ in rows if mark not in _MARKS)
        number = sum(n for _, n, _ in marked)
        if not marked or not other or number > _MOST_OF_ROWS * (number + other):
            continue
        if any(low is None or low < 0 for _, _, low in marked):
            continue
        when = " or ".join(f"lower({key.name}) like '{mark}%'" for mark, _, _ in marked)
        texts = ", ".join(mark.upper() for mark, _, _ in marked)
        return Marks(
            f"({when})", f"{number:,} documents whose number begins with {texts} are refunds"
        )
    return None


def say_marks(
    draft: Draft,
    warehouse: Warehouse,
    table: Table,
    *,
    order: Column | None,
    quantity: Column | None,
) -> None:
    """Say what negative rows are: cancellations with a mark in the order's number, or returns."""
    if quantity is None or quantity.low is None or quantity.low >= 0:
        return
    marks = _marks_of_cancellations(warehouse, table, order, quantity)
    draft.put(
        f"{AT}.columns.quantity",
        draft.get(f"{AT}.columns.quantity"),
        f"negative ones are refunds, by the sign of the amount{marks}",
    )


def _marks_of_cancellations(
    warehouse: Warehouse, table: Table, order: Column | None, quantity: Column
) -> str:
    """Letters that orders begin with whose quantities are (nearly) all negative."""
    if order is None or not order.is_text:
        return ""
    rows = warehouse.rows(
        f"select regexp_extract({quoted(order.name)}, '^[A-Za-z]+') as mark, count(*) as n "
        f"from {table.relation} group by 1 "
        f"having mark <> '' and avg(case when {number_sql(quantity)} < 0 then 1 else 0 end) > 0.9 "
        "order by n desc"
    )
    return "".join(f"; {n:,} rows of orders {mark}... are cancellations" for mark, n in rows)
