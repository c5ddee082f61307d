"""Write into a draft which rows are refunds and which are no purchases, by their states."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from regulars.core.settings import ENTITY_COLUMNS, Answer
from regulars.ingest.inference.amount_mapping import AT, Amount, reject
from regulars.ingest.inference.coded_states import coded_states, explained
from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.draft import Draft
from regulars.ingest.inference.harmless_columns import tells_of_customer
from regulars.ingest.inference.kind_columns import kind_columns, leave_events_out
from regulars.ingest.inference.money_sides import Sides, find_sides
from regulars.ingest.inference.money_words import State
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.inference.roles import points
from regulars.ingest.inference.row_flags import flag_states
from regulars.ingest.inference.state_questions import ask_states
from regulars.ingest.inference.transaction_states import (
    StateColumn,
    has_own_sale,
    negative_share,
    rare_unknown,
    relevant_unknown,
    rows_with_money,
    state_columns,
    values_sql,
    with_empty,
)
from regulars.ingest.inference.words import status_meaning
from regulars.ingest.sources.scans import quoted
from regulars.warehouse.protocol import Warehouse

_CANONICAL = {column.name for column in ENTITY_COLUMNS["transactions"]}
_SIGNED = 0.95
_SALES: tuple[State, ...] = ("counts", "sale")
_SALES_OF_CUSTOMER = 3  # rows of a number from which on it is no sale


@dataclass
class StateMapping:
    """What states do to a mapping: conditions of refunds, collected for the kind of a row."""

    draft: Draft
    warehouse: Warehouse
    table: Table
    amount: Amount
    keys: Sequence[Column]
    refunds: list[str]
    has_refund_column: bool
    customer: Column
    beside: Sequence[Table] = ()
    paid_back: str | None = None  # SQL of the column that says how much of a sale was
    sparse: frozenset[str] = frozenset()  # columns that only the first line of an order fills

    def run(self, columns: Sequence[Column]) -> list[str]:
        """Map the columns of states; the names of those used."""
        used = self._map_sides(columns)
        columns = [column for column in columns if column.name not in used]
        for flag in flag_states(self.warehouse, self.table, columns, key=self.customer):
            self._map(flag)
            used.append(flag.column.name)
        columns = [column for column in columns if column.name not in used]
        return used + self._map_states(columns)

    def _map_states(self, columns: Sequence[Column]) -> list[str]:
        named = coded_states(self.warehouse, self.table, columns, self.beside)[:1]
        self.draft.consulted.update(coded.table for coded in named)
        coded = [coded.read for coded in named]
        codes = {read.column.name for read in coded}
        reads = state_columns(self.table, [c for c in columns if c.name not in codes])
        if not any(points(read.column.name, "status") for read in reads):
            reads = [*reads, *coded]
        reads = [read for read in reads if not self._tells_of_customer(read.column)]
        movement = next((read for read in reads if read.is_movement), None)
        status = next((read for read in reads if not read.is_movement), None)
        used = []
        for read in (status, movement):
            if read is not None:
                self._map(read)
                used += [read.column.name] if self._decides(read) else []
        for read in reads:
            if used and read.column.name not in used and (read.lost or read.refunded):
                self.draft.leave_open(
                    f"'{read.column.name}' also tells of states; '{used[0]}' decides what counts"
                )
        return used if used else self._map_kinds(columns)

    def _tells_of_customer(self, column: Column) -> bool:
        tells = tells_of_customer(self.warehouse, self.table, column, key=self.customer)
        if tells:
            self.draft.leave_open(
                f"'{column.name}' of {self.table.name} says the same in all rows of a customer: it "
                "decides of no row whether it counts"
            )
        return tells

    @staticmethod
    def _decides(read: StateColumn) -> bool:
        """Whether a column was mapped or asked about; of kinds of sales the rows may tell more."""
        return not read.is_movement or any(state not in _SALES for state in read.values)

    def _map_kinds(self, columns: Sequence[Column]) -> list[str]:
        """Where no name tells of states, the words that decide what a row is."""
        kinds = [
            read
            for read in kind_columns(self.warehouse, self.table, columns, amount=self.amount.loaded)
            if not self._tells_of_customer(read.states.column)
        ]
        for read in kinds[:1]:
            leave_events_out(self.draft, read)
            self._map(read.states)
        return [read.states.column.name for read in kinds[:1]]

    def _map_sides(self, columns: Sequence[Column]) -> list[str]:
        """Amounts without a sign take it from a column of debit and credit."""
        sides = find_sides(columns)
        if sides is None or self._is_signed():
            return []
        conditions = {v: values_sql(sides.column, [v]) for v in (sides.sale, sides.back)}
        name = self.draft.use_in_sql(self.table, self.amount.column) if (
            self.amount.column is not None) else f"({self.amount.written})"  # fmt: skip
        if not sides.is_clear:
            self._ask_sides(sides, name, conditions)
        back = conditions[sides.back]
        self.refunds.append(back)
        self.amount.change(
            f"case when {back} then -abs({{}}) else {{}} end",
            f"'{sides.back}' in {sides.column.name} is the other side of the account than "
            f"'{sides.sale}': what went back",
        )
        return [sides.column.name]

    def _is_signed(self) -> bool:
        column = self.amount.column
        return column is not None and column.low is not None and column.low < 0

    def _ask_sides(self, sides: Sides, name: str, conditions: dict[str, str]) -> None:
        other = conditions[sides.sale]
        self.draft.ask(
            "sign",
            f"Which side of '{sides.column.name}' in {self.table.name} are the purchases? Both "
            "have about as many rows.",
            [
                Answer(say=f"'{sides.sale}'; '{sides.back}' is what went back."),
                Answer(
                    say=f"'{sides.back}'; '{sides.sale}' is what went back.",
                    set={
                        f"{AT}.columns.amount": {
                            "sql": f"case when {other} then -abs({name}) else {name} end"
                        },
                        f"{AT}.columns.kind": {
                            "sql": f"case when {other} then 'refund' else 'sale' end"
                        },
                    },
                ),
            ],
        )

    def _map(self, read: StateColumn) -> None:
        read, meanings = explained(
            self.draft, self.warehouse, self.table, read=read, beside=self.beside
        )
        read = self._with_lost_that_give_back(self._without_annulled(read))
        if read.refunded:
            self._map_refunds(read)
        lost = read.lost
        if lost:
            self._set_aside(read, lost, f"not completed ({read.column.name})")
        no_sale = read.values.get("no_sale", ())
        if no_sale:
            self._set_aside(read, no_sale, f"no purchase ({read.column.name})")
        if read.values.get("partly_refunded") and not self.has_refund_column:
            share = read.column.share(*map(str.lower, read.values["partly_refunded"]))
            self.draft.leave_open(
                f"how much of the partly refunded rows ({share:.1%}) was paid back: no column "
                "holds it, so they count in full"
            )
        self._ask_unknown(read, meanings)

    def _with_lost_that_give_back(self, read: StateColumn) -> StateColumn:
        """Cancellations with a minus give back what a sale beside them took: they are refunds."""
        table, amount = self.table, self.amount.loaded
        lost = [
            value
            for value in read.values.get("lost", ())
            if (negative_share(self.warehouse, table, amount, read=read, values=[value]) or 0)
            >= _SIGNED
        ]
        if not lost:
            return read
        rest = tuple(value for value in read.values["lost"] if value not in lost)
        back = (*read.refunded, *lost)
        return replace(read, values={**read.values, "lost": rest, "refund": back})

    def _without_annulled(self, read: StateColumn) -> StateColumn:
        """A `Storno` gives money back where it stands beside its sale; else it is the sale itself.

        A sale of its own is one with the same key, or of the same customer and the same amount.
        """
        either = [value for value in read.refunded if status_meaning(value) == "lost"]
        annulled = [value for value in either if not self._gives_back(read, value)]
        if not annulled:
            return read
        back = tuple(value for value in read.refunded if value not in annulled)
        lost = (*read.values.get("lost", ()), *annulled)
        return replace(read, values={**read.values, "refund": back, "lost": lost})

    def _gives_back(self, read: StateColumn, value: str) -> bool:
        table, amount = self.table, self.amount.loaded
        negative = negative_share(self.warehouse, table, amount, read=read, values=[value])
        if negative is None or negative > 0:
            return True
        if self._has_own_sale(replace(read, values={"refund": (value,)})):
            return True
        money = f"({quoted(self.customer.name)}, abs({amount}))"
        return has_own_sale(self.warehouse, table, money, read=read, values=[value])

    def _set_aside(self, read: StateColumn, values: Sequence[str], because: str) -> None:
        when = values_sql(read.column, values)
        if read.column.name in _CANONICAL:
            # A rule sees our column of that name and not the delivered one.
            when = when.replace(f"lower({read.column.name})", "lower(kind)")
            if read.column.name != "kind":
                return
            self.draft.put(f"{AT}.columns.kind", read.column.name)
        rows = sum(n for value, n in read.column.values if value in values)
        reject(self.draft, when, because, f"{rows:,} rows: {', '.join(values)}")

    def _map_refunds(self, read: StateColumn) -> None:
        """Refunds that stand as rows of their own take money; a sale that was refunded is 0."""
        condition = values_sql(read.column, read.refunded)
        if self.paid_back is not None:
            condition = f"{condition} and {self.paid_back} = 0"
        self.refunds.append(condition)
        negative = negative_share(
            self.warehouse, self.table, self.amount.loaded, read=read, values=read.refunded
        )
        if negative is None or negative >= _SIGNED:
            return
        if self.has_refund_column and self.paid_back is None:
            return
        texts = ", ".join(read.refunded)
        if read.is_movement or negative > 0 or self._has_own_sale(read):
            self.amount.change(
                f"case when {condition} then -abs({{}}) else {{}} end",
                f"rows of '{texts}' are refunds without a sign",
            )
            return
        self.amount.change(
            f"case when {condition} then 0 else {{}} end",
            f"'{texts}' says that the sale of the row itself was paid back: nothing is left of it",
        )

    def _has_own_sale(self, read: StateColumn) -> bool:
        return any(
            has_own_sale(
                self.warehouse, self.table, quoted(key.name), read=read, values=read.refunded
            )
            for key in self.keys
            if not _is_of_customer(key, self.customer)
        )

    def _ask_unknown(self, read: StateColumn, meanings: Mapping[str, str]) -> None:
        if read.main_unknown is not None:
            value, rows = read.main_unknown
            self.draft.leave_open(
                f"what '{value}' in '{read.column.name}' means; taken: it counts, as most rows "
                f"have it ({rows:,} rows)"
            )
        if read.column.name in _CANONICAL or (read.is_movement and not read.refunded):
            return
        read = read if read.column.name in self.sparse else with_empty(read)
        money = rows_with_money(self.warehouse, self.table, self.amount.loaded, read=read)
        without = [value for value, _ in read.unknown if not money[value]]
        if without and len(without) < len(money) + len(read.values):
            self._set_aside(read, without, f"no purchase ({read.column.name})")
        unknown = [pair for pair in relevant_unknown(read) if pair[0] not in without]
        ask_states(self.draft, self.table, read, unknown, meanings=meanings)
        rare = ", ".join(f"'{value}' ({rows:,} rows)" for value, rows in rare_unknown(read))
        if rare:
            self.draft.leave_open(f"what {rare} in '{read.column.name}' means; taken: they count")


def _is_of_customer(key: Column, customer: Column) -> bool:
    """Whether a number is that of a customer's mandate or contract, which all sales share."""
    returns = key.filled > _SALES_OF_CUSTOMER * max(key.distinct, 1)
    return returns and key.distinct <= 1.2 * customer.distinct
