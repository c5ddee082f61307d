"""Map a table of purchases: when, how much, what, and which rows are refunds or no purchases."""

from __future__ import annotations

from dataclasses import dataclass, field

from regulars.ingest.inference.amount_choice import AmountChoice
from regulars.ingest.inference.amount_mapping import AT, Amount, reject_free, say_choice
from regulars.ingest.inference.amount_of_rows import AmountOfRows
from regulars.ingest.inference.coded_states import set_coded_aside
from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.draft import Draft
from regulars.ingest.inference.ledgers import ask_ledger
from regulars.ingest.inference.money_words import part_of
from regulars.ingest.inference.nobody import set_nobody_apart
from regulars.ingest.inference.order_lines import OrderLines, find_order_lines, owner_of_number
from regulars.ingest.inference.prepaid import ask_prepaid
from regulars.ingest.inference.preset_mapping import map_recognised
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.inference.purchases import Purchases
from regulars.ingest.inference.refund_mapping import RefundMapping, set_idle_rows_apart
from regulars.ingest.inference.roles import best, points, ranked
from regulars.ingest.inference.row_kind_questions import ask_row_kinds
from regulars.ingest.inference.row_kinds import RowKinds, find_row_kinds
from regulars.ingest.inference.transaction_states import deciding_columns
from regulars.ingest.inference.unread_money import (
    ask_unread_money,
    ask_which_number,
    ask_which_sum,
)
from regulars.ingest.inference.vocabulary import concepts
from regulars.ingest.sources.scans import quoted
from regulars.warehouse.protocol import Warehouse

_SALE = 5  # points of a name such as sale_id
_MOST_ORDERS = 0.95  # per row, where rows are lines
_MOST_ASKED = 2  # columns
_SURE_NAME = 4  # a fact of the customer is a part of the purchase only where its name says so
_TEXTS = ("category", "product", "channel", "payment", "currency")


def map_transactions(draft: Draft, warehouse: Warehouse, purchases: Purchases) -> None:
    """The entity `transactions`."""
    if purchases.table.preset is not None:
        map_recognised(draft, purchases.table, purchases.key)
        if not purchases.table.preset.statuses:
            set_coded_aside(draft, warehouse, purchases.table, purchases.beside)
        set_nobody_apart(draft, purchases.table, purchases.key)
        return
    _Transactions(draft, warehouse, purchases).run()


@dataclass
class _Transactions:
    """The mapping of one table of purchases, step by step."""

    draft: Draft
    warehouse: Warehouse
    purchases: Purchases
    used: set[str] = field(default_factory=set)
    lines: OrderLines | None = None

    @property
    def table(self) -> Table:
        return self.purchases.table

    def run(self) -> None:
        """Map the columns, then refunds, what does not count, and what would count twice."""
        draft = self.draft
        draft.put(f"{AT}.source", self.table.name)
        order = self._order()
        if order is not None:
            self.lines = find_order_lines(self.warehouse, self.table, order)
        self._put_customer_and_time()
        amounts = AmountOfRows(draft, self.warehouse, self.purchases, self.lines, self.used)
        quantity = amounts.quantity()
        choice = amounts.choose(quantity, order)
        amount = Amount.of(draft, self.table, choice)
        self.used |= {column.name for column in choice.columns}
        amounts.say_parts(choice)
        say_choice(draft, choice)
        ask_unread_money(draft, self.table, choice, self.purchases.free(self.used))
        if choice.reckoned is not None:
            reject_free(draft, choice.reckoned.price)
        if quantity is not None:
            draft.map_column(f"{AT}.columns.quantity", quantity)
            self.used.add(quantity.name)
        self._put_keys(order)
        kinds = self._row_kinds(amount)
        self._put_facts([read.column.name for read in kinds if read.has_signs])
        refunds = RefundMapping(
            draft, self.warehouse, self.purchases, amount, order, self.used, self.lines
        )
        refunds.put(choice, quantity=quantity, sides=amounts.sides)
        refunds.set_doubles_aside()
        amount.reasons += self._reasons(choice)
        amount.put()
        self._ask_row_kinds(kinds, amount)
        if amounts.sides is not None:
            ask_ledger(draft, self.warehouse, self.table, amounts.sides)
        self._put_lines(amounts.once)
        set_idle_rows_apart(draft, self.purchases, choice.column)
        ask_which_number(draft, self.table, choice, self.purchases.free(self.used))
        ask_which_sum(draft, self.table, choice)
        ask_prepaid(draft, self.warehouse, self.table, choice)
        self._say_unused()

    def _say_unused(self) -> None:
        unused = ", ".join(column.name for column in self.purchases.free(self.used))
        if unused:
            self.draft.leave_open(f"columns of {self.table.name} that nothing uses: {unused}")

    def _put_customer_and_time(self) -> None:
        key = self.purchases.key
        missing = self.table.rows - key.filled
        if self.lines is not None and key in self.lines.header:
            missing = 0
        self.draft.map_column(
            f"{AT}.columns.customer_id",
            key,
            f"{key.distinct:,} customers" + _lacking(missing, "are rejected"),
        )
        self.purchases.when.put(self.draft, f"{AT}.columns.occurred_at")
        set_nobody_apart(self.draft, self.table, key)

    def _order(self) -> Column | None:
        """The column that numbers orders, where a number stands on several rows."""
        for order in ranked(self.purchases.free(()), "order_id"):
            is_money = bool(order.currencies) or (order.kind == "number" and not order.whole)
            repeats = not order.unique and 1 < order.distinct < order.rows
            if repeats and order.kind != "date" and not is_money:
                return order
        return self._repeated_sale()

    def _repeated_sale(self) -> Column | None:
        """A number of the sale that its lines share: of one customer each, and not of each row."""
        for sale in ranked(self.purchases.free(()), "transaction_id"):
            named = points(sale.name, "transaction_id") >= _SALE
            if not named or not 1 < sale.distinct < _MOST_ORDERS * sale.filled:
                continue
            who, number = quoted(self.purchases.key.name), quoted(sale.name)
            several = self.warehouse.rows(
                f"select count(*) from (select {number} from {self.table.relation} "
                f"group by 1 having count(distinct {who}) > 1)"
            )[0][0]
            if int(several) == 0:
                return sale
        return None

    def _put_keys(self, order: Column | None) -> None:
        """The row's key where a column is unique, and the order where rows are its lines."""
        draft, free = self.draft, self.purchases.free(self.used)
        unique_orders = [c for c in ranked(free, "order_id") if c.unique]
        key = next((c for c in ranked(free, "transaction_id") if c.unique), None)
        key = key or next(iter(unique_orders), None)
        if key is not None:
            draft.map_column(f"{AT}.columns.transaction_id", key, "a different value in every row")
            self.used.add(key.name)
        if order is None:
            return
        self.used.add(order.name)
        average = order.filled / max(order.distinct, 1)
        because = f"{average:.1f} rows each: rows are order lines"
        if self.lines is not None and self.lines.shares_fields:
            draft.map_column(f"{AT}.columns.order_id", order, because)
            return
        self._put_order(order, because)

    def _put_order(self, order: Column, because: str) -> None:
        shops = [
            c for c in self.purchases.free(self.used)
            if c.kind in ("text", "number") and 1 < c.distinct <= 500
            and concepts(c.name) & {"store", "year"}
        ]  # fmt: skip
        beside = owner_of_number(self.warehouse, self.table, order, shops, key=self.purchases.key)
        if beside is None:
            self.draft.map_column(f"{AT}.columns.order_id", order, because)
            return
        sql = f"cast({beside.name} as varchar) || ' ' || cast({order.name} as varchar)"
        self.draft.put(
            f"{AT}.columns.order_id",
            {"sql": sql},
            f"{because}; its numbers begin anew, so '{beside.name}' belongs to it",
        )

    def _row_kinds(self, amount: Amount) -> list[RowKinds]:
        """Columns that may decide what a row is; where rows have no money, nothing tells."""
        if amount.loaded == "1" or (self.lines is not None and self.lines.shares_fields):
            return []
        free = self.purchases.free(self.used)
        return find_row_kinds(self.warehouse, self.purchases, free, amount=amount.loaded)

    def _ask_row_kinds(self, kinds: list[RowKinds], amount: Amount) -> None:
        """Ask about those that nothing else used: what rows tell, else the one that may decide."""
        free = [read for read in kinds if read.column.name not in self.used]
        is_decided = self.draft.get(f"{AT}.reject") or self.draft.get(f"{AT}.columns.kind")
        columns = [read for read in free if read.has_signs or read.says_so][:_MOST_ASKED]
        if not columns:
            columns = [read for read in free if read.is_named or not is_decided][:1]
        for read in columns:
            self.used.add(read.column.name)
            ask_row_kinds(self.draft, self.warehouse, self.purchases, read, amount=amount)

    def _put_facts(self, telling: list[str]) -> None:
        """Map what was bought and how; `telling` are columns that may say what a row is."""
        deciding = [*telling, *deciding_columns(self.table, self.purchases.free(self.used))]
        for role in _TEXTS:
            texts = [
                c for c in self.purchases.free({*self.used, *deciding})
                if (c.kind in ("text", "flag") or role == "product")
                and not (c.name in self.purchases.facts and points(c.name, role) < _SURE_NAME)
            ]  # fmt: skip
            column = best(texts, role)
            if column is not None:
                self.draft.map_column(f"{AT}.columns.{role}", column)
                self.used.add(column.name)
        numbers = [c for c in self.purchases.free(self.used) if c.kind == "number"]
        discount = best(numbers, "discount") or next(
            (c for c in numbers if part_of(c.name) == "discount"), None
        )
        if discount is not None:
            self.draft.map_column(f"{AT}.columns.discount", discount)
            self.used.add(discount.name)

    def _reasons(self, choice: AmountChoice) -> list[str]:
        return [reason for reason in choice.reasons if self._concerns(reason, choice)]

    def _concerns(self, reason: str, choice: AmountChoice) -> bool:
        names = [c.name for c in choice.columns]
        return any(name in reason for name in names) or "order" in reason

    def _put_lines(self, once: list[str]) -> None:
        """How the lines of an order share its fields, as a setting of the source."""
        lines = self.lines
        if lines is None or not (lines.header or once):
            return
        fill = [column.name for column in lines.header]
        if lines.is_filled_down:
            fill.insert(0, lines.order.name)
        setting: dict[str, object] = {"order": lines.order.name}
        if fill:
            setting["fill"] = fill
        if once:
            setting["once"] = once
        because = "lines of an order"
        if fill:
            because += f": only the first says {', '.join(fill[:4])}"
        self.draft.put(f"sources.{self.table.name}.order_lines", setting, because)


def _lacking(missing: int, what: str) -> str:
    return f"; {missing:,} rows without one {what}" if missing else ""
