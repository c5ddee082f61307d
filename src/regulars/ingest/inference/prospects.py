"""Rows of people who are no customers yet: prospects and leads beside the customers."""

from __future__ import annotations

from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.draft import Draft
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.inference.transaction_states import values_sql
from regulars.ingest.inference.vocabulary import concepts, header_meanings

AT = "entities.customers.reject"
_MOST_WORDS = 12
_MOST_OF_ROWS = 0.5
_STATES = frozenset({"status", "stage", "type"})


def reject_prospects(draft: Draft, table: Table) -> None:
    """Reject rows whose status or kind says that they are prospects, and note it."""
    for column in table.columns.values():
        values = _prospects(column)
        rows = sum(n for value, n in column.values if value in values)
        if not values or rows > _MOST_OF_ROWS * table.rows:
            continue
        rule = {"when": values_sql(column, values), "because": f"no customer yet ({column.name})"}
        listed = ", ".join(f"'{value}'" for value in values)
        draft.put(
            AT,
            [*(draft.get(AT) or []), rule],
            f"{rows:,} rows with {listed} in '{column.name}' are no customers yet",
            probable=True,
        )


def _prospects(column: Column) -> list[str]:
    is_state = bool(concepts(column.name) & _STATES) and column.kind == "text"
    if not is_state or not 2 <= column.distinct <= _MOST_WORDS:
        return []
    return [
        value
        for value, _ in column.values
        if all("lead" in meanings for meanings in header_meanings(value))
    ]
