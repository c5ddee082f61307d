"""Names for the columns of a file without a header, guessed by what they hold."""

from __future__ import annotations

from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.profiled_tables import Table


def guessed_names(table: Table) -> dict[str, str]:
    """New names by old ones: customer_id, date, quantity, amount; the rest keep their numbers."""
    names = {name: name for name in table.columns}
    columns = list(table.columns.values())
    wanted = {
        "date": next((c for c in columns if c.kind == "date"), None),
        "customer_id": next((c for c in columns if _names_someone(c)), None),
        "amount": next((c for c in reversed(columns) if c.kind == "number" and not c.whole), None),
        "quantity": next((c for c in columns if _counts(c)), None),
    }
    for name, column in wanted.items():
        if column is not None and names[column.name] == column.name:
            names[column.name] = name
    return names


def _names_someone(column: Column) -> bool:
    """Many values, most of them in several rows."""
    like_a_key = column.kind == "text" or (column.kind == "number" and column.whole)
    return like_a_key and column.distinct**2 > column.rows and column.distinct <= column.filled


def _counts(column: Column) -> bool:
    small = column.low is not None and column.low >= 0 and column.distinct**2 <= column.rows
    return column.kind == "number" and column.whole and small
