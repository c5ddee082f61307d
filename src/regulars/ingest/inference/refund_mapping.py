"""Map refunds of purchases, and set rows aside that are none or that count twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from regulars.ingest.inference.amount_choice import AmountChoice
from regulars.ingest.inference.amount_mapping import AT, Amount, reject
from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.doubled_rows import find_doubles
from regulars.ingest.inference.draft import Draft
from regulars.ingest.inference.money_columns import number_sql
from regulars.ingest.inference.order_lines import OrderLines
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.inference.purchases import Purchases
from regulars.ingest.inference.refund_marks import say_marks, unsigned_refund_marks
from regulars.ingest.inference.side_columns import SideColumns, put_side_columns
from regulars.ingest.inference.state_mapping import StateMapping
from regulars.ingest.inference.vocabulary import concepts
from regulars.warehouse.protocol import Warehouse


@dataclass
class RefundMapping:
    """Refunds by columns, states and marks; `used` collects raw columns."""

    draft: Draft
    warehouse: Warehouse
    purchases: Purchases
    amount: Amount
    order: Column | None
    used: set[str] = field(default_factory=set)
    lines: OrderLines | None = None

    @property
    def table(self) -> Table:
        """The table of purchases."""
        return self.purchases.table

    def put(
        self, choice: AmountChoice, *, quantity: Column | None, sides: SideColumns | None = None
    ) -> None:
        """Map refunds and states."""
        draft, amount, refunds = self.draft, self.amount, list[str]()
        if sides is not None:
            refunds.append(put_side_columns(draft, self.table, sides, amount))
        paid_back = self._put_refund_column(choice, refunds)
        keys = [column for column in (self.order, *self.purchases.row_keys()) if column is not None]
        states = StateMapping(
            draft,
            self.warehouse,
            self.table,
            amount,
            keys,
            refunds,
            choice.refunded is not None or sides is not None,
            self.purchases.key,
            self.purchases.beside,
            paid_back,
            frozenset(column.name for column in (self.lines.header if self.lines else ())),
        )
        self.used.update(states.run(self.purchases.free(self.used)))
        self.used.update(set_dated_cancellations_aside(draft, self.purchases.free(self.used)))
        marks = unsigned_refund_marks(self.warehouse, self.table, amount, keys)
        if marks is not None and not states.refunds:
            states.refunds.append(marks.when)
            amount.change(f"case when {marks.when} then -abs({{}}) else {{}} end", marks.because)
        low = choice.column.low if choice.column is not None else None
        put_kind(draft, states.refunds, amount, has_negative=low is None or low < 0)
        say_marks(draft, self.warehouse, self.table, order=self.order, quantity=quantity)

    def _put_refund_column(self, choice: AmountChoice, refunds: list[str]) -> str | None:
        """Take off what a column says was paid back of a sale; its SQL, None without one."""
        if choice.refunded is None:
            return None
        self.used.add(choice.refunded.name)
        name = self.draft.use_in_sql(self.table, choice.refunded)
        paid_back = f"coalesce({name}, 0)"
        off = f"{paid_back}{' / 100.0' if choice.cents else ''}"
        if self._has_rows_of_its_own(choice.refunded):
            because = f"rows with nothing but '{name}' give it back"
            self.amount.change(f"coalesce({{}}, case when {paid_back} <> 0 then 0 end)", because)
        before = self.amount.written
        self.amount.change(f"{{}} - abs({off})", f"less what was paid back ('{name}')")
        refunds.append(f"{paid_back} <> 0 and abs({off}) >= {before}")
        return paid_back

    def _has_rows_of_its_own(self, refunded: Column) -> bool:
        """Whether rows that have no amount tell what was paid back."""
        return bool(
            self.warehouse.rows(
                f"select 1 from {self.table.relation} "
                f"where {number_sql(refunded)} <> 0 and ({self.amount.loaded}) is null limit 1"
            )
        )

    def set_doubles_aside(self) -> None:
        """Reject rows that say the same money again."""
        keys = list(
            dict.fromkeys([c for c in (self.order, *self.purchases.row_keys()) if c is not None])
        )
        kinds = [c for c in self.table.columns.values() if c not in (*keys, self.purchases.key)]
        when = self.purchases.when.column
        needed = [self.purchases.key] + ([when] if when is not None else [])
        if not keys or (self.lines is not None and self.lines.header):
            return
        doubles = find_doubles(
            self.warehouse, self.table, self.amount.loaded, keys=keys, kinds=kinds, needed=needed
        )
        if doubles is not None:
            reject(
                self.draft,
                doubles.when,
                f"the same money as the rows of '{doubles.kept}' ({doubles.column.name})",
                f"{doubles.rows:,} rows ('{doubles.aside}' in {doubles.column.name}) add up, key "
                f"by key, to those of '{doubles.kept}': counted once",
            )


def set_idle_rows_apart(draft: Draft, purchases: Purchases, amount: Column | None) -> None:
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


def put_kind(draft: Draft, refunds: Sequence[str], amount: Amount, *, has_negative: bool) -> None:
    """The kind of a row where states or columns tell of refunds; else the sign does."""
    if not refunds:
        return
    conditions = list(refunds)
    if has_negative:
        base = (
            amount.written
            if amount.column is None
            else draft.use_in_sql(amount.table, amount.column)
        )
        conditions.append(f"{base} < 0")
    sql = f"case when {' or '.join(conditions)} then 'refund' else 'sale' end"
    taken = draft.get(f"{AT}.columns.kind")
    if isinstance(taken, str):  # the delivered column is called as ours
        sql = f"case when {' or '.join(conditions)} then 'refund' else lower({taken}) end"
    draft.put(f"{AT}.columns.kind", {"sql": sql}, "what was paid back")


def set_dated_cancellations_aside(draft: Draft, columns: Sequence[Column]) -> list[str]:
    """A date of cancellation on a row says that the purchase did not stay; the names used."""
    used = []
    for column in columns:
        is_one = column.kind == "date" and "cancelled" in concepts(column.name)
        if is_one and column.filled < 0.5 * column.rows:
            text = f"trim(cast({column.name} as varchar))"
            reject(
                draft,
                f"coalesce({text}, '') <> ''",
                f"cancelled ({column.name})",
                f"{column.filled:,} rows with a date in '{column.name}'",
            )
            used.append(column.name)
    return used
