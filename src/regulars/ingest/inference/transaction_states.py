"""Columns that say which rows are sales, which give money back, and which never became a sale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from regulars.core.settings import ENTITY_COLUMNS
from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.invoices import (
    has_claims,
    is_of_invoices,
    state_in_ledger,
    waiting_sales,
)
from regulars.ingest.inference.label_words import value_meaning
from regulars.ingest.inference.money_words import (
    State,
    is_about_delivery,
    is_about_payment,
    state_of,
)
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.inference.roles import points
from regulars.ingest.inference.vocabulary import concepts
from regulars.ingest.sources.scans import quoted
from regulars.warehouse.protocol import Warehouse

MOST_STATES = 25
_FEW = 6
_RELEVANT = 0.005  # of the rows: an unknown value below it is said, and not asked about
_MOSTLY, _MOST = 0.7, 0.6
_FEW_SALES = 0.25  # of the rows with the unknown value
_LOST: tuple[State, ...] = ("pending", "lost")
_SALES: tuple[State, ...] = ("counts", "sale", "partly_refunded")
_CANONICAL = {column.name for column in ENTITY_COLUMNS["transactions"]}
_MOVEMENTS: tuple[State, ...] = ("sale", "no_sale")


@dataclass(frozen=True)
class StateColumn:
    """A column of states or of kinds of movement, with its values by what they mean."""

    column: Column
    values: dict[State, tuple[str, ...]] = field(default_factory=dict)
    unknown: tuple[tuple[str, int], ...] = ()

    @property
    def lost(self) -> tuple[str, ...]:
        """Values of rows that never became a sale."""
        lost = _LOST if self._may_have_sales else ("lost",)
        return tuple(value for state in lost for value in self.values.get(state, ()))

    @property
    def _may_have_sales(self) -> bool:
        """Whether some value may count: else those that wait are all the sales that there are."""
        return bool(self.unknown) or self.has_sales

    @property
    def has_sales(self) -> bool:
        """Whether some value is known to count."""
        return any(self.values.get(state) for state in _SALES)

    @property
    def main_unknown(self) -> tuple[str, int] | None:
        """The unknown value of most rows, where hardly any known one counts: the sales."""
        if not self.values:
            return None
        main = max(self.unknown, key=lambda unknown: unknown[1], default=("", 0))
        sales = {value for state in _SALES for value in self.values.get(state, ())}
        sold = sum(rows for value, rows in self.column.values if value in sales)
        if sold > _FEW_SALES * main[1] or (sold and not (self.lost or self.refunded)):
            return None
        return main if main[1] >= (_MOST if sold else _MOSTLY) * self.column.filled else None

    @property
    def refunded(self) -> tuple[str, ...]:
        """Values of rows whose money went back."""
        return self.values.get("refund", ())

    @property
    def is_movement(self) -> bool:
        """Whether the values are kinds of rows (sale, refund), not states of one (paid, open)."""
        movements = [value for kind in _MOVEMENTS for value in self.values.get(kind, ())]
        states = self.values.get("counts", ())
        named = points(self.column.name, "document_kind") > 0
        return len(movements) > len(states) or (named and not states)


def state_columns(table: Table, columns: Sequence[Column]) -> list[StateColumn]:
    """Columns whose values tell of states, the one about money first."""
    candidates = [read for column in columns if (read := _read(table, column)) is not None]
    return sorted(candidates, key=lambda read: -_rank(read))


def _read(table: Table, column: Column) -> StateColumn | None:
    is_text = column.kind in ("text", "flag")
    if not (is_text or _is_numbered(column)) or not 1 <= column.distinct <= MOST_STATES:
        return None
    values, unknown = _by_state(table, column)
    if not values and _are_of_customers(column):
        return None
    known_rows = column.filled - sum(rows for _, rows in unknown)
    named = _name_points(column)
    tells = {state for state in values if state not in ("sale", "counts", "no_sale")}
    is_known = known_rows >= 0.7 * column.filled
    if not named and (not is_known or not (tells or len(values) > 1)):
        return None
    is_status = max(points(column.name, role) for role in ("status", "stage")) >= 3
    if not is_status and not is_known:
        return None
    if not values and is_text and (column.distinct > _FEW or _are_codes(column)):
        return None  # a region ('state': CA, NY) and not a state
    if not named and not tells and "no_sale" not in values:
        return None
    frozen = {state: tuple(texts) for state, texts in values.items()}
    return StateColumn(column, frozen, tuple(unknown))


def _by_state(table: Table, column: Column) -> tuple[dict[State, list[str]], list[tuple[str, int]]]:
    """The values by what they mean, and those that no list holds, with their rows."""
    values: dict[State, list[str]] = {}
    unknown = []
    invoices, claims = is_of_invoices(table), has_claims(column)
    sold = waiting_sales([value for value, _ in column.values], invoices=invoices)
    for value, rows in column.values:
        state = state_in_ledger(value, invoices=invoices, claims=claims) or state_of(value)
        state = "counts" if value in sold else state
        if state is None:
            unknown.append((value, rows))
        else:
            values.setdefault(state, []).append(value)
    is_pipeline = "stage" in concepts(column.name) and "lost" in values
    if unknown and is_pipeline and {"counts", "sale"} & values.keys():
        values.setdefault("pending", []).extend(value for value, _ in unknown)
        unknown = []  # a pipeline that names what was won and what was lost: the rest is open
    return values, unknown


def _are_of_customers(column: Column) -> bool:
    """Whether most words say who is a customer still, and none what became of a sale."""
    meanings = [value_meaning(value) for value, _ in column.values]
    telling = [
        meaning for meaning in meanings if meaning in ("left", "resting", "stayed", "active")
    ]
    return 2 * len(telling) > len(meanings)


def deciding_columns(table: Table, columns: Sequence[Column]) -> list[str]:
    """Columns that decide which rows count: they are no categories of what was bought."""
    reads = state_columns(table, columns)
    first = [next((r for r in reads if r.is_movement is kind), None) for kind in (True, False)]
    return [
        read.column.name
        for read in first
        if read is not None
        and (read.lost or read.refunded or read.values.get("no_sale"))
        and read.column.name not in _CANONICAL
        and not points(read.column.name, "payment")  # a credit card gives nothing back
    ]


def _is_numbered(column: Column) -> bool:
    """Whether the states are numbers that a table elsewhere explains, or nothing does."""
    is_number = column.kind == "number" and column.whole and column.distinct > 1
    return is_number and _name_points(column) >= 3 and points(column.name, "document_kind") == 0


def _are_codes(column: Column) -> bool:
    return all(len(value) <= 3 and value.isupper() for value, _ in column.values)


def _name_points(column: Column) -> int:
    return max(points(column.name, role) for role in ("status", "stage", "document_kind"))


def _rank(read: StateColumn) -> float:
    """Money before delivery, and a column that says more before one that says less."""
    name = read.column.name
    ranks = float(_name_points(read.column))
    if is_about_delivery(name):
        ranks -= 10
    if is_about_payment(name):
        ranks += 3
    return ranks + len(read.values) / 10 - 2 * len(read.unknown) / max(read.column.distinct, 1)


def with_empty(read: StateColumn) -> StateColumn:
    """The column with rows that hold nothing as one more value of which nobody knows what it means.

    So are codes that the table of their words does not name.
    """
    empty = read.column.rows - read.column.filled
    if not empty or read.is_movement or not (read.lost or read.refunded):
        return read
    return replace(read, unknown=(*read.unknown, ("", empty)))


def relevant_unknown(read: StateColumn) -> list[tuple[str, int]]:
    """Values of which nobody knows what they mean, with their rows, where there are enough."""
    return [
        (value, rows)
        for value, rows in read.unknown
        if rows >= _relevant_rows(read) and (value, rows) != read.main_unknown
    ]


def rare_unknown(read: StateColumn) -> list[tuple[str, int]]:
    """The others, with so few rows that they are said and not asked about."""
    return [(value, rows) for value, rows in read.unknown if rows < _relevant_rows(read)]


def _relevant_rows(read: StateColumn) -> float:
    return max(_RELEVANT * read.column.filled, 1)


def values_sql(column: Column, values: Sequence[str]) -> str:
    """The condition that a raw column holds one of these values, '' for none, whatever the case."""
    texts = dict.fromkeys(text for value in values for text in _spellings(value))
    listed = ", ".join("'" + text.replace("'", "''") + "'" for text in texts if text)
    name = column.name if column.is_text else f"cast({column.name} as varchar)"
    nothing = [f"coalesce(trim({name}), '') = ''"] if "" in texts else []
    return " or ".join([*nothing, f"lower({name}) in ({listed})"] if listed else nothing)


def _spellings(value: str) -> list[str]:
    """Small letters as every engine makes them: some leave letters beyond ASCII as they are.

    A Turkish `İ` is one letter to an engine and two signs to Python.
    """
    ascii_only = "".join(letter.lower() if letter.isascii() else letter for letter in value)
    one_by_one = "".join(letter.lower()[0] for letter in value)
    return [value.lower(), ascii_only, one_by_one]


def negative_share(
    warehouse: Warehouse, table: Table, amount: str, *, read: StateColumn, values: Sequence[str]
) -> float | None:
    """Of the rows with these values, the share whose amount (SQL of the loaded table) is negative.

    None where there are no such rows.
    """
    listed = ", ".join("'" + value.replace("'", "''") + "'" for value in values)
    share = warehouse.rows(
        f"select avg(case when a < 0 then 1.0 else 0.0 end) from (select {amount} as a "
        f"from {table.relation} where trim(cast({quoted(read.column.name)} as varchar)) "
        f"in ({listed})) where a <> 0"
    )[0][0]
    return None if share is None else float(share)


def rows_with_money(
    warehouse: Warehouse, table: Table, amount: str, *, read: StateColumn
) -> dict[str, int]:
    """The rows of each unknown value that have an amount (SQL of the loaded table)."""
    text = f"coalesce(trim(cast({quoted(read.column.name)} as varchar)), '')"
    counted: dict[str, int] = dict(
        warehouse.rows(
            f"select state, count(*) from (select {text} as state, {amount} as a "
            f"from {table.relation}) where a is not null group by 1"
        )
    )
    return {value: int(counted.get(value, 0)) for value, _ in read.unknown}


def has_own_sale(
    warehouse: Warehouse,
    table: Table,
    key: str,
    *,
    read: StateColumn,
    values: Sequence[str],
) -> bool:
    """Whether most of the rows with these values have another row of the same key, which is SQL."""
    listed = ", ".join("'" + value.replace("'", "''") + "'" for value in values)
    state = f"trim(cast({quoted(read.column.name)} as varchar))"
    share = warehouse.rows(
        f"with keyed as (select {key} as k, count(*) filter ({state} in ({listed})) as back, "
        f"count(*) filter ({state} not in ({listed})) as sold from {table.relation} "
        f"where {key} is not null group by 1) "
        "select avg(case when sold > 0 then 1.0 else 0.0 end) from keyed where back > 0"
    )[0][0]
    return float(share or 0.0) >= 0.5
