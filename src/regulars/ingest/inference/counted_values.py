"""Values of categories, channels and the like that get features of their own."""

from __future__ import annotations

from regulars.ingest.inference.draft import Draft
from regulars.ingest.inference.profiled_tables import Table

MOST_LISTED = 30
_LISTS = {
    "categories": "entities.transactions.columns.category",
    "channels": "entities.transactions.columns.channel",
    "payments": "entities.transactions.columns.payment",
    "interaction_kinds": "entities.interactions.columns.kind",
    "interaction_channels": "entities.interactions.columns.channel",
}


def set_values_to_count(draft: Draft, tables: dict[str, Table]) -> None:
    """List the categories, channels and so on that get features of their own."""
    for setting, path in _LISTS.items():
        entity = path.split(".")[1]
        name = draft.get(path)
        if not isinstance(name, str):
            continue
        column = tables[draft.get(f"entities.{entity}.source")].columns[name]
        values = [value for value, _ in column.values[:MOST_LISTED]]
        if column.distinct > MOST_LISTED and entity == "transactions":
            draft.leave_open(
                f"features.{setting}: '{name}' has {column.distinct:,} values; "
                f"the {MOST_LISTED} most frequent are listed, the others count together"
            )
        draft.put(f"features.{setting}", values)
        draft.reasons["features",] = "values with features of their own; others count together"
