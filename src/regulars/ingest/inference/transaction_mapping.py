"""Map a table of purchases: when, how much, what, and which rows are refunds or no purchases."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.draft import Draft
from regulars.ingest.inference.moments import Moment
from regulars.ingest.inference.preset_mapping import map_recognised
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.inference.roles import best, points, ranked
from regulars.ingest.sources.scans import quoted
from regulars.warehouse.protocol import Warehouse

AT = "entities.transactions"
_LOST = {"cancelled", "canceled", "failed", "declined", "void", "voided", "rejected", "pending"}
_BACK = {"refund", "refunded", "return", "returned", "chargeback", "reversal", "credit"}
_UNITS = {"distance": "km", "miles": "miles", "points": "points"}
_TEXTS = ("category", "product", "channel", "payment", "currency")


@dataclass(frozen=True)
class Purchases:
    """A table of purchases with its customer column and its time."""

    table: Table
    key: Column
    when: Moment

    def free(self, used: Iterable[str]) -> list[Column]:
        """Columns that nothing uses yet."""
        taken = {*used, self.key.name, *self.when.names}
        return [column for column in self.table.columns.values() if column.name not in taken]


def map_transactions(draft: Draft, warehouse: Warehouse, purchases: Purchases) -> None:
    """The entity `transactions`."""
    table = purchases.table
    if table.preset is not None:
        map_recognised(draft, table, purchases.key)
        return
    draft.put(f"{AT}.source", table.name)
    missing = table.rows - purchases.key.filled
    draft.map_column(
        f"{AT}.columns.customer_id",
        purchases.key,
        f"{purchases.key.distinct:,} customers" + _lacking(missing, "are rejected"),
    )
    purchases.when.put(draft, f"{AT}.columns.occurred_at")
    used: set[str] = set()
    quantity = _first(purchases.free(used), "quantity")
    amount = _map_amount(draft, purchases, quantity, used)
    if quantity is not None:
        draft.map_column(f"{AT}.columns.quantity", quantity)
        used.add(quantity.name)
    order = _map_keys(draft, purchases, used)
    _map_facts(draft, purchases, used)
    _set_refunds(draft, warehouse, purchases, order=order, quantity=quantity)
    _set_idle_rows_apart(draft, warehouse, purchases, amount)
    unused = [column.name for column in purchases.free(used)]
    if unused:
        draft.leave_open(f"columns of {table.name} that nothing uses: {', '.join(unused)}")


def _map_amount(
    draft: Draft, purchases: Purchases, quantity: Column | None, used: set[str]
) -> Column | None:
    numbers = [column for column in purchases.free(used) if column.kind == "number"]
    price = _first(numbers, "unit_price")
    totals = [c for c in ranked(numbers, "amount") if c is not quantity]
    if totals and (points(totals[0].name, "amount") >= 3 or price is None):
        _map_total(draft, totals, used)
        return totals[0]
    if price is not None and quantity is not None:
        sql = f"{draft.use_in_sql(purchases.table, quantity)} * "
        sql += draft.use_in_sql(purchases.table, price)
        draft.put(
            f"{AT}.columns.amount", {"sql": sql}, "no column holds the total: quantity x unit price"
        )
        used.add(price.name)
        _reject_free(draft, price)
        return None
    guess = price or next((c for c in numbers if not c.whole and c is not quantity), None)
    guess = guess or next((c for c in numbers if c is not quantity), None)
    if guess is not None:
        draft.map_column(f"{AT}.columns.amount", guess, "a guess: the name does not say")
        draft.leave_open(f"which column is the amount; taken: {guess.name}")
        used.add(guess.name)
        return guess
    draft.put(f"{AT}.columns.amount", {"sql": "1"}, "no money here: every row counts as 1")
    draft.leave_open("no column holds an amount, so value means the number of rows")
    draft.put("amount_unit", "rows")
    return None


def _map_total(draft: Draft, totals: list[Column], used: set[str]) -> None:
    draft.map_column(f"{AT}.columns.amount", totals[0])
    used.add(totals[0].name)
    unit = next((unit for word, unit in _UNITS.items() if word in totals[0].name), None)
    if unit is not None:
        draft.put("amount_unit", unit, "amounts are no money; the unit is a guess")
        draft.leave_open(f"the unit of the amount '{totals[0].name}'; taken: {unit}")
    if len(totals) > 1 and points(totals[1].name, "amount") >= points(totals[0].name, "amount"):
        other_totals = ", ".join(column.name for column in totals[1:])
        draft.leave_open(f"which column is the amount; taken: {totals[0].name}, not {other_totals}")


def _reject_free(draft: Draft, price: Column) -> None:
    if price.low is None or price.low > 0:
        return
    draft.put(
        f"{AT}.reject",
        [{"when": f"{price.name} <= 0", "because": "the price is zero or less"}],
        "gifts, samples and corrections: rejected with this reason",
    )


def _map_keys(draft: Draft, purchases: Purchases, used: set[str]) -> Column | None:
    """The row's key where a column is unique, and the order where rows are its lines."""
    free = purchases.free(used)
    order = best(free, "order_id")
    key = next((c for c in ranked(free, "transaction_id") if c.unique), None)
    if key is None and order is not None and order.unique:
        key = order
    if key is not None:
        draft.map_column(f"{AT}.columns.transaction_id", key, "a different value in every row")
        used.add(key.name)
    if order is not None and not order.unique and order.distinct < order.filled:
        lines = order.filled / order.distinct
        draft.map_column(
            f"{AT}.columns.order_id", order, f"{lines:.1f} rows each: rows are order lines"
        )
        used.add(order.name)
        return order
    return None


def _map_facts(draft: Draft, purchases: Purchases, used: set[str]) -> None:
    for role in _TEXTS:
        texts = [c for c in purchases.free(used) if c.kind in ("text", "flag") or role == "product"]
        column = _first(texts, role)
        if column is not None:
            draft.map_column(f"{AT}.columns.{role}", column)
            used.add(column.name)
    discount = _first([c for c in purchases.free(used) if c.kind == "number"], "discount")
    if discount is not None:
        draft.map_column(f"{AT}.columns.discount", discount)
        used.add(discount.name)
    status = _first([c for c in purchases.free(used) if c.kind == "text"], "status")
    if status is not None and status.distinct <= 12:
        _map_status(draft, status)
        used.add(status.name)


def _map_status(draft: Draft, status: Column) -> None:
    lost = [value for value in status.words if value in _LOST]
    back = [value for value in status.words if value in _BACK]
    if back:
        sql = f"case when lower({status.name}) in ({_listed(back)}) then 'refund' else 'sale' end"
        draft.put(f"{AT}.columns.kind", {"sql": sql}, "by the status; amounts are taken as signed")
        draft.leave_open(f"whether amounts of {', '.join(back)} rows are already negative")
    if lost:
        rules = list(draft.get(f"{AT}.reject") or [])
        rules.append(
            {
                "when": f"lower({status.name}) in ({_listed(lost)})",
                "because": f"not completed ({status.name})",
            }
        )
        draft.put(f"{AT}.reject", rules, "rows that are no purchases, rejected with the reason")


def _set_refunds(
    draft: Draft,
    warehouse: Warehouse,
    purchases: Purchases,
    *,
    order: Column | None,
    quantity: Column | None,
) -> None:
    """Say what negative rows are: cancellations with a mark in the order's number, or returns."""
    if quantity is None or quantity.low is None or quantity.low >= 0:
        return
    marks = _marks_of_cancellations(warehouse, purchases.table, order, quantity)
    draft.put(
        f"{AT}.columns.quantity",
        draft.get(f"{AT}.columns.quantity"),
        f"negative ones are refunds, by the sign of the amount{marks}",
    )


def _marks_of_cancellations(
    warehouse: Warehouse, table: Table, order: Column | None, quantity: Column
) -> str:
    """Letters that orders begin with whose quantities are (nearly) all negative."""
    if order is None or not order.is_text or quantity.is_text:
        return ""
    rows = warehouse.rows(
        f"select regexp_extract({quoted(order.name)}, '^[A-Za-z]+') as mark, count(*) as n "
        f"from {table.relation} group by 1 "
        f"having mark <> '' and avg(case when {quoted(quantity.name)} < 0 then 1 else 0 end) > 0.9 "
        "order by n desc"
    )
    return "".join(f"; {n:,} rows of orders {mark}... are cancellations" for mark, n in rows)


def _set_idle_rows_apart(
    draft: Draft, warehouse: Warehouse, purchases: Purchases, amount: Column | None
) -> None:
    """A table with a row per customer and period has rows in which nothing happened."""
    if amount is None or not purchases.when.monthly or amount.low is None or amount.low < 0:
        return
    idle = dict(amount.values).get("0", 0) + dict(amount.values).get("0.0", 0)
    if idle < 0.1 * purchases.table.rows:
        return
    name = draft.use_in_sql(purchases.table, amount)
    draft.put(
        f"{AT}.columns.kind",
        {"sql": f"case when {name} > 0 then 'sale' else 'other' end"},
        f"{idle:,} rows tell of a month without activity",
    )


def _first(columns: list[Column], role: str) -> Column | None:
    return best(columns, role)


def _lacking(missing: int, what: str) -> str:
    return f"; {missing:,} rows without one {what}" if missing else ""


def _listed(words: list[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)
