"""The amount of a row of purchases: which number, of the order or of its line, in which unit."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass, field

from regulars.ingest.inference.amount_choice import AmountChoice, Reckoning, choose_amount
from regulars.ingest.inference.amount_mapping import reckoned_sql
from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.document_references import referring_columns
from regulars.ingest.inference.draft import Draft
from regulars.ingest.inference.minor_units import is_in_cents
from regulars.ingest.inference.money_columns import load_numbers, number_sql
from regulars.ingest.inference.money_words import part_of, part_points
from regulars.ingest.inference.order_extras import added_to_orders, is_of_the_order
from regulars.ingest.inference.order_lines import (
    OrderLines,
    OrderTotals,
    find_order_totals,
    same_day_share,
)
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.inference.purchases import Purchases
from regulars.ingest.inference.refunds_in_text import refunded_in_text
from regulars.ingest.inference.roles import best, points
from regulars.ingest.inference.running_totals import running_totals
from regulars.ingest.inference.side_columns import SideColumns, find_side_columns
from regulars.ingest.inference.vocabulary import concepts
from regulars.warehouse.protocol import Warehouse

_MOST_NUMBERS = 40  # columns of a table that are looked at for money


@dataclass
class AmountOfRows:
    """The choice of the amount; `used` collects raw columns, `once` totals that lines repeat."""

    draft: Draft
    warehouse: Warehouse
    purchases: Purchases
    lines: OrderLines | None
    used: set[str] = field(default_factory=set)
    once: list[str] = field(default_factory=list)
    sides: SideColumns | None = None

    @property
    def table(self) -> Table:
        """The table of purchases."""
        return self.purchases.table

    def quantity(self) -> Column | None:
        """The column of how many units a row is about."""
        numbers = [c for c in self.purchases.free(()) if c.kind == "number"]
        named = best(numbers, "quantity")
        if named is not None:
            return named
        scored = [(part_points(c.name, "quantity"), c) for c in numbers if c.whole]
        top = max(scored, key=lambda pair: pair[0], default=(0, None))
        return top[1] if top[0] >= 4 else None

    def choose(self, quantity: Column | None, order: Column | None) -> AmountChoice:
        """The amount of a row; an order's total that every line repeats counts once."""
        purchases, columns = self.purchases, self._amounts()
        running = running_totals(
            self.warehouse, self.table, columns, key=purchases.key, when=purchases.when
        )
        numbers = load_numbers(self.warehouse, self.table, columns)
        choice = choose_amount(numbers, columns, quantity=quantity, running=set(running))
        if choice.column is None and choice.reckoned is None:
            choice.column = _only_fee(columns, without=running)
        if choice.column is not None and choice.column.name in running:
            choice.reasons.append(running[choice.column.name].why)
        choice.moves = {total.step for total in running.values() if total.step is not None}
        for name, total in running.items():
            self.draft.leave_open(f"'{name}' is no amount: {total.why}")
            self.used.add(name)
        self.sides = find_side_columns(self.warehouse, self.table, columns, choice)
        if self.sides is not None:
            self._take_side(choice, self.sides)
        elif order is not None and choice.column is not None:
            self._settle_level(choice, order, columns)
        if choice.column is not None and choice.refunded is None and self.sides is None:
            choice.refunded = refunded_in_text(
                self.warehouse, self.table, number_sql(choice.column), purchases.free(self.used)
            )
        if order is not None and self.sides is None:
            self._take_once(choice, order, columns)
        if choice.column is not None:
            choice.cents = is_in_cents(
                self.draft, self.table, choice.column, columns=columns, numbers=numbers
            )
        return choice

    def _take_side(self, choice: AmountChoice, sides: SideColumns) -> None:
        choice.column, choice.reckoned, choice.refunded = sides.sale, None, None
        choice.is_named = True
        choice.rivals = [c for c in choice.rivals if c not in (sides.sale, sides.back)]
        self.used.add(sides.back.name)

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
        if "line" in concepts(column.name):
            return  # lines of one price each, and no total of the order
        self.once = [name for name in totals.repeated if self._counts_once(name, choice)]
        choice.reasons.append(
            f"the total of the order '{order.name}': it counts once, whatever its lines"
        )

    def _take_once(self, choice: AmountChoice, order: Column, columns: list[Column]) -> None:
        """Shipping and refunds of an order, which its lines repeat, count once beside them."""
        line = self._line_sql(choice)
        if line is None or self.once or not self._are_orders(order):
            return
        money = [c for c in columns if c not in choice.columns]
        repeated = find_order_totals(self.warehouse, self.table, order, money).repeated
        extra = added_to_orders(
            self.warehouse, self.table, order, line, columns=money, repeated=repeated
        )
        if extra is not None:
            total, choice.added = extra
            names = " and ".join(f"'{column.name}'" for column in choice.added)
            choice.reasons.append(
                f"with {names} of the order '{order.name}', once: '{total.name}' holds them, too"
            )
            choice.rivals = [column for column in choice.rivals if column is not total]
            self.used.add(total.name)
            self.once += [column.name for column in choice.added]
        back = choice.refunded
        if back is not None and is_of_the_order(
            self.warehouse, self.table, order, line, refunded=back
        ):
            choice.reasons.append(f"'{back.name}' is of the order '{order.name}': it counts once")
            self.once.append(back.name)

    @staticmethod
    def _line_sql(choice: AmountChoice) -> str | None:
        if choice.reckoned is not None:
            return reckoned_sql(choice.reckoned)
        return number_sql(choice.column) if choice.column is not None else None

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

    def _amounts(self) -> list[Column]:
        """Number columns without those that name another row's document."""
        columns = self._numbers()
        referring = referring_columns(self.warehouse, self.table, columns)
        for column, key in referring:
            self.draft.leave_open(f"'{column.name}' is no amount: it names a '{key.name}'")
            self.used.add(column.name)
        return [c for c in columns if all(c is not column for column, _ in referring)]

    def _numbers(self) -> list[Column]:
        """Number columns that may be money or quantities: no keys, no numbers of rows."""
        free = [c for c in self.purchases.free(()) if c.kind == "number"]
        return [c for c in free if not _is_key(c)][:_MOST_NUMBERS]

    def say_parts(self, choice: AmountChoice) -> None:
        """Numbers that arithmetic explains by the amount are not asked about."""
        names = {column.name for column in choice.columns}
        sums = [e for e in choice.sums if e.names & names]
        parts = {name for equation in sums for name in equation.names} - names
        for name in sorted(parts):
            equation = next(e for e in sums if name in e.names)
            self.draft.leave_open(f"'{name}' is part of the amount ({equation}) and counts there")
        self.used |= {name for name in parts if part_of(name) not in ("discount", "refunded")}


def _only_fee(columns: Sequence[Column], *, without: Container[str]) -> Column | None:
    """Dues and fees are what members pay, where the rows have no other money."""
    fees = [
        column
        for column in columns
        if column.name not in without and part_of(column.name) == "fee" and column.distinct
    ]
    return fees[0] if len(fees) == 1 else None


def _is_key(column: Column) -> bool:
    """Whole numbers that name something: no amount, however large they are."""
    if not column.whole:
        return False
    named = max(points(column.name, role) for role in ("order_id", "transaction_id", "customer_id"))
    return named >= 3 or (column.unique and column.rows > 50 and points(column.name, "amount") == 0)
