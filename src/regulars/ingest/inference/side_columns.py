"""Two columns of money, one of debits and one of credits, of which a row fills one.

The side of the purchases is that of most rows that are sales by their kind, or of most rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations

from regulars.core.settings import Answer
from regulars.ingest.inference.amount_choice import AmountChoice
from regulars.ingest.inference.amount_mapping import AT, Amount
from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.draft import Draft
from regulars.ingest.inference.money_columns import number_sql
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.inference.transaction_states import state_columns
from regulars.ingest.inference.vocabulary import split_words
from regulars.ingest.inference.words import side_meaning
from regulars.ingest.sources.scans import quoted
from regulars.warehouse.protocol import Warehouse

_CLEAR = 0.65  # of the rows: with less on the larger side nobody knows which one is sales
_BOTH = 0.05  # of the rows may have a debit and a credit
_SHORTEST = 2  # letters of a word that says a side: `c` and `d` say other things too


@dataclass(frozen=True)
class SideColumns:
    """The column of the purchases and that of what went back."""

    sale: Column
    back: Column
    is_clear: bool

    @property
    def is_credit(self) -> bool:
        """Whether the purchases were taken from the credits."""
        return any(_side(word) == "credit" for word in split_words(self.sale.name))


def find_side_columns(
    warehouse: Warehouse, table: Table, numbers: Sequence[Column], choice: AmountChoice
) -> SideColumns | None:
    """The pair that the chosen amount is of; any pair where no name says what the amount is."""
    for debit, credit in permutations(numbers, 2):
        is_chosen = choice.column in (debit, credit) or not choice.is_named
        if not _is_pair(debit.name, credit.name) or not (is_chosen or choice.column is None):
            continue
        for where in (_are_sales(table), "true"):
            left, right, both = _rows(warehouse, table, debit, credit, where=where)
            total = left + right + both
            if not total:
                continue
            if both > _BOTH * total:
                break
            sale, back = (debit, credit) if left > right else (credit, debit)
            return SideColumns(sale, back, max(left, right) >= _CLEAR * total)
    return None


def _is_pair(debit: str, credit: str) -> bool:
    """Whether two names differ by the word of their side only, or are the sides' names."""
    if (side_meaning(debit), side_meaning(credit)) == ("debit", "credit"):
        return len(debit) >= _SHORTEST and len(credit) >= _SHORTEST
    first, second = split_words(debit), split_words(credit)
    if len(first) != len(second):
        return False
    different = [pair for pair in zip(first, second, strict=True) if pair[0] != pair[1]]
    return len(different) == 1 and [_side(word) for word in different[0]] == ["debit", "credit"]


def _side(word: str) -> str | None:
    return side_meaning(word) if len(word) >= _SHORTEST else None


def _are_sales(table: Table) -> str:
    """The condition that the kind of a row is that of a sale, on the loaded table."""
    for read in state_columns(table, list(table.columns.values())):
        sales = [*read.values.get("sale", ()), *read.values.get("counts", ())]
        if sales and read.refunded + read.values.get("no_sale", ()):
            listed = ", ".join("'" + value.replace("'", "''") + "'" for value in sales)
            return f"trim(cast({quoted(read.column.name)} as varchar)) in ({listed})"
    return "true"


def _rows(
    warehouse: Warehouse, table: Table, debit: Column, credit: Column, *, where: str
) -> tuple[int, int, int]:
    sides = [f"coalesce({number_sql(column)}, 0) <> 0" for column in (debit, credit)]
    left, right, both = warehouse.rows(
        "select count(*) filter (d and not c), count(*) filter (c and not d), "
        f"count(*) filter (c and d) from (select {sides[0]} as d, {sides[1]} as c "
        f"from {table.relation} where {where})"
    )[0]
    return int(left), int(right), int(both)


def put_side_columns(draft: Draft, table: Table, sides: SideColumns, amount: Amount) -> str:
    """The amount of a row from both columns; the condition of what went back."""
    sale, back = (draft.use_in_sql(table, column) for column in (sides.sale, sides.back))
    part = amount.written.replace(sale, "{}")  # in cents it is divided
    if not sides.is_clear:
        _ask(draft, table, sides, part)
    amount.column, amount.written = None, _sql(sale, back, part)
    amount.reasons.append(f"'{sides.sale.name}' less '{sides.back.name}', the other side")
    return _went_back(sale, back)


def _sql(sale: str, back: str, part: str) -> str:
    return f"coalesce(nullif({part.format(sale)}, 0), -abs({part.format(back)}))"


def _went_back(sale: str, back: str) -> str:
    return f"coalesce({back}, 0) <> 0 and coalesce({sale}, 0) = 0"


def _ask(draft: Draft, table: Table, sides: SideColumns, part: str) -> None:
    sale, back = sides.sale.name, sides.back.name
    kind = f"case when {_went_back(back, sale)} then 'refund' else 'sale' end"
    draft.ask(
        "sign",
        f"Which of '{sale}' and '{back}' in {table.name} holds the purchases? Both have about as "
        "many rows.",
        [
            Answer(say=f"'{sale}'; '{back}' is what went back."),
            Answer(
                say=f"'{back}'; '{sale}' is what went back.",
                set={
                    f"{AT}.columns.amount": {"sql": _sql(back, sale, part)},
                    f"{AT}.columns.kind": {"sql": kind},
                },
            ),
        ],
    )
