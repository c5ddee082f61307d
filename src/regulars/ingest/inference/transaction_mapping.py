"""Map a table of purchases: when, how much, what, and which rows are refunds or no purchases."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from regulars.ingest.inference.amount_choice import AmountChoice, Reckoning, choose_amount
from regulars.ingest.inference.amount_mapping import (
    AT,
    Amount,
    reckoned_sql,
    reject,
    reject_free,
    say_choice,
)
from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.doubled_rows import find_doubles
from regulars.ingest.inference.draft import Draft
from regulars.ingest.inference.minor_units import is_in_cents
from regulars.ingest.inference.moments import Moment
from regulars.ingest.inference.money_columns import load_numbers
from regulars.ingest.inference.money_words import part_of, part_points
from regulars.ingest.inference.order_lines import (
    OrderLines,
    OrderTotals,
    find_order_lines,
    find_order_totals,
    owner_of_number,
    same_day_share,
)
from regulars.ingest.inference.preset_mapping import map_recognised
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.inference.refund_marks import say_marks, unsigned_refund_marks
from regulars.ingest.inference.roles import best, points, ranked
from regulars.ingest.inference.running_totals import running_totals
from regulars.ingest.inference.state_mapping import (
    StateMapping,
    put_kind,
    set_dated_cancellations_aside,
)
from regulars.ingest.inference.vocabulary import concepts
from regulars.warehouse.protocol import Warehouse

_TEXTS = ("category", "product", "channel", "payment", "currency")
_MOST_NUMBERS = 40  # columns of a table that are looked at for money


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
    if purchases.table.preset is not None:
        map_recognised(draft, purchases.table, purchases.key)
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
    once: list[str] = field(default_factory=list)

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
        quantity = self._quantity()
        choice = self._choose(quantity, order)
        amount = Amount.of(draft, self.table, choice)
        self.used |= {column.name for column in choice.columns}
        self._say_parts(choice)
        say_choice(draft, choice)
        if choice.reckoned is not None:
            reject_free(draft, choice.reckoned.price)
        if quantity is not None:
            draft.map_column(f"{AT}.columns.quantity", quantity)
            self.used.add(quantity.name)
        self._put_keys(order)
        self._put_facts(choice)
        self._put_refunds(amount, choice, order=order, quantity=quantity)
        self._set_doubles_aside(amount, order)
        amount.reasons += self._reasons(choice)
        amount.put()
        self._put_lines()
        _set_idle_rows_apart(draft, self.purchases, choice.column)
        unused = [column.name for column in self.purchases.free(self.used)]
        if unused:
            draft.leave_open(f"columns of {self.table.name} that nothing uses: {', '.join(unused)}")

    def _say_parts(self, choice: AmountChoice) -> None:
        """Numbers that arithmetic explains by the amount are not asked about."""
        names = {column.name for column in choice.columns}
        sums = [e for e in choice.sums if e.names & names]
        parts = {name for equation in sums for name in equation.names} - names
        for name in sorted(parts):
            equation = next(e for e in sums if name in e.names)
            self.draft.leave_open(f"'{name}' is part of the amount ({equation}) and counts there")
        self.used |= {name for name in parts if part_of(name) not in ("discount", "refunded")}

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

    def _order(self) -> Column | None:
        """The column that numbers orders, where a number stands on several rows."""
        for order in ranked(self.purchases.free(()), "order_id"):
            if not order.unique and 1 < order.distinct < order.rows and order.kind != "date":
                return order
        return None

    def _quantity(self) -> Column | None:
        numbers = [c for c in self.purchases.free(()) if c.kind == "number"]
        named = best(numbers, "quantity")
        if named is not None:
            return named
        scored = [(part_points(c.name, "quantity"), c) for c in numbers if c.whole]
        top = max(scored, key=lambda pair: pair[0], default=(0, None))
        return top[1] if top[0] >= 4 else None

    def _choose(self, quantity: Column | None, order: Column | None) -> AmountChoice:
        """The amount of a row; an order's total that every line repeats counts once."""
        columns = self._numbers()
        purchases = self.purchases
        running = running_totals(
            self.warehouse, self.table, columns, key=purchases.key, when=purchases.when
        )
        numbers = load_numbers(self.warehouse, self.table, columns)
        choice = choose_amount(numbers, columns, quantity=quantity, running=running)
        if choice.column is not None and choice.column.name in running:
            choice.reasons.append(running[choice.column.name])
        for name, why in running.items():
            self.draft.leave_open(f"'{name}' is no amount: {why}")
            self.used.add(name)
        if order is not None and choice.column is not None:
            self._settle_level(choice, order, columns)
        if choice.column is not None:
            choice.cents = is_in_cents(
                self.draft, self.table, choice.column, columns=columns, numbers=numbers
            )
        return choice

    def _settle_level(self, choice: AmountChoice, order: Column, columns: list[Column]) -> None:
        """Lines where they add up to the order's total; else the total, once for each order."""
        reckoned = choice.product(columns)
        money = [c for c in columns if part_of(c.name) not in ("unit_price", "quantity")]
        totals = find_order_totals(
            self.warehouse,
            self.table,
            order,
            money,
            reckoned=reckoned_sql(reckoned) if reckoned else None,
        )
        column = choice.column
        assert column is not None
        if column.name not in totals.repeated or not self._are_orders(order):
            return
        if totals.adds_up is not None and totals.adds_up[0] == column.name:
            self._use_lines(choice, totals, reckoned)
            return
        self.once = [name for name in totals.repeated if self._counts_once(name, choice)]
        choice.reasons.append(
            f"the total of the order '{order.name}': it counts once, whatever its lines"
        )

    def _use_lines(
        self, choice: AmountChoice, totals: OrderTotals, reckoned: Reckoning | None
    ) -> None:
        assert totals.adds_up is not None
        total, lines = totals.adds_up
        if lines == "reckoned":
            choice.column, choice.reckoned = None, reckoned
        else:
            choice.column = self.table.columns[lines]
        self.used.add(total)
        choice.reasons.append(f"the lines of an order add up to '{total}'")

    def _counts_once(self, name: str, choice: AmountChoice) -> bool:
        is_amount = choice.column is not None and name == choice.column.name
        return is_amount or (choice.refunded is not None and name == choice.refunded.name)

    def _are_orders(self, order: Column) -> bool:
        """Whether the rows of a number are of one day: payments of a contract are not its lines."""
        if self.lines is not None and self.lines.header:
            return True
        return same_day_share(self.warehouse, self.table, order, self.purchases.when.sql) >= 0.95

    def _numbers(self) -> list[Column]:
        """Number columns that may be money or quantities: no keys, no numbers of rows."""
        free = [c for c in self.purchases.free(()) if c.kind == "number"]
        return [c for c in free if not _is_key(c)][:_MOST_NUMBERS]

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

    def _put_facts(self, choice: AmountChoice) -> None:
        for role in _TEXTS:
            texts = [
                c for c in self.purchases.free(self.used)
                if c.kind in ("text", "flag") or role == "product"
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

    def _put_refunds(
        self,
        amount: Amount,
        choice: AmountChoice,
        *,
        order: Column | None,
        quantity: Column | None,
    ) -> None:
        draft, refunds = self.draft, []
        if choice.refunded is not None:
            self.used.add(choice.refunded.name)
            name = draft.use_in_sql(self.table, choice.refunded)
            off = f"coalesce({name}, 0){' / 100.0' if choice.cents else ''}"
            before = amount.written
            amount.change(f"{{}} - abs({off})", f"less what was paid back ('{name}')")
            refunds.append(f"coalesce({name}, 0) <> 0 and abs({off}) >= {before}")
        keys = [column for column in (order, *self._row_keys()) if column is not None]
        states = StateMapping(
            draft, self.warehouse, self.table, amount, keys, refunds, choice.refunded is not None
        )
        self.used.update(states.run(self.purchases.free(self.used)))
        self.used.update(set_dated_cancellations_aside(draft, self.purchases.free(self.used)))
        marks = unsigned_refund_marks(self.warehouse, self.table, amount, keys)
        if marks is not None and not states.refunds:
            states.refunds.append(marks.when)
            amount.change(f"case when {marks.when} then -abs({{}}) else {{}} end", marks.because)
        low = choice.column.low if choice.column is not None else None
        put_kind(draft, states.refunds, amount, has_negative=low is None or low < 0)
        say_marks(draft, self.warehouse, self.table, order=order, quantity=quantity)

    def _row_keys(self) -> list[Column]:
        """Columns by which a refund may refer to its sale."""
        named = [c for role in ("order_id", "transaction_id") for c in ranked(
            self.table.columns.values(), role)]  # fmt: skip
        return [
            c for c in named if not c.unique and c.distinct > 1 and c is not self.purchases.key
        ][:3]

    def _set_doubles_aside(self, amount: Amount, order: Column | None) -> None:
        keys = list(dict.fromkeys([c for c in (order, *self._row_keys()) if c is not None]))
        kinds = [c for c in self.table.columns.values() if c not in (*keys, self.purchases.key)]
        when = self.purchases.when.column
        needed = [self.purchases.key] + ([when] if when is not None else [])
        if not keys or (self.lines is not None and self.lines.header):
            return
        doubles = find_doubles(
            self.warehouse, self.table, amount.loaded, keys=keys, kinds=kinds, needed=needed
        )
        if doubles is not None:
            reject(
                self.draft,
                doubles.when,
                f"the same money as the rows of '{doubles.kept}' ({doubles.column.name})",
                f"{doubles.rows:,} rows ('{doubles.aside}' in {doubles.column.name}) add up, key "
                f"by key, to those of '{doubles.kept}': counted once",
            )

    def _reasons(self, choice: AmountChoice) -> list[str]:
        return [reason for reason in choice.reasons if self._concerns(reason, choice)]

    def _concerns(self, reason: str, choice: AmountChoice) -> bool:
        names = [c.name for c in choice.columns]
        return any(name in reason for name in names) or "order" in reason

    def _put_lines(self) -> None:
        """How the lines of an order share its fields, as a setting of the source."""
        lines = self.lines
        if lines is None or not (lines.header or self.once):
            return
        fill = [column.name for column in lines.header]
        if lines.is_filled_down:
            fill.insert(0, lines.order.name)
        setting: dict[str, object] = {"order": lines.order.name}
        if fill:
            setting["fill"] = fill
        if self.once:
            setting["once"] = self.once
        because = "lines of an order"
        if fill:
            because += f": only the first says {', '.join(fill[:4])}"
        self.draft.put(f"sources.{self.table.name}.order_lines", setting, because)


def _is_key(column: Column) -> bool:
    """Whole numbers that name something: no amount, however large they are."""
    if not column.whole:
        return False
    named = max(points(column.name, role) for role in ("order_id", "transaction_id", "customer_id"))
    return named >= 3 or (column.unique and column.rows > 50 and points(column.name, "amount") == 0)


def _set_idle_rows_apart(draft: Draft, purchases: Purchases, amount: Column | None) -> None:
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


def _lacking(missing: int, what: str) -> str:
    return f"; {missing:,} rows without one {what}" if missing else ""
