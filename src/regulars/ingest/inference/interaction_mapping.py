"""Map tables of contacts: interactions with the company, and touches by its campaigns."""

from __future__ import annotations

from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.draft import Draft
from regulars.ingest.inference.moments import Moment
from regulars.ingest.inference.preset_mapping import map_recognised
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.inference.roles import best, ranked

_ROLES: dict[str, dict[str, tuple[str, ...]]] = {
    "interactions": {
        "satisfaction": ("number",),
        "duration": ("number",),
        "sentiment": ("number",),
        "channel": ("text",),
        "kind": ("text",),
        "resolved": ("flag", "text"),
    },
    "touches": {
        "campaign": ("text", "number"),
        "channel": ("text",),
        "treated": ("flag", "text"),
        "opened_at": ("date",),
        "clicked_at": ("date",),
        "converted_at": ("date",),
        "cost": ("number",),
    },
}
_MOST_KINDS = 25
_SECONDS = {"min": 60, "hour": 3600, "hr": 3600}


def map_contacts(draft: Draft, entity: str, table: Table, key: Column, *, when: Moment) -> None:
    """The entity `interactions` or `touches`."""
    if table.preset is not None:
        map_recognised(draft, table, key)
        return
    at = f"entities.{entity}"
    draft.put(f"{at}.source", table.name)
    draft.map_column(f"{at}.columns.customer_id", key, f"{key.distinct:,} customers")
    when.put(draft, f"{at}.columns.occurred_at")
    used = {key.name, *when.names}
    name = next((c for c in ranked(_free(table, used), "event_id") if c.unique), None)
    if name is not None:
        identifier = "interaction_id" if entity == "interactions" else "touch_id"
        draft.map_column(f"{at}.columns.{identifier}", name, "a different value in every row")
        used.add(name.name)
    for role, kinds in _ROLES[entity].items():
        best_column = best([c for c in _free(table, used) if c.kind in kinds], role)
        if best_column is not None:
            _put(draft, f"{at}.columns.{role}", table, best_column)
            used.add(best_column.name)
    if entity == "interactions" and draft.get(f"{at}.columns.kind") is None:
        kind = _kind_by_values(table, used)
        if kind is not None:
            draft.map_column(f"{at}.columns.kind", kind, "few different words")
            used.add(kind.name)
    unused = [column.name for column in _free(table, used)]
    if unused:
        draft.leave_open(f"columns of {table.name} that nothing uses: {', '.join(unused)}")


def _kind_by_values(table: Table, used: set[str]) -> Column | None:
    """The column of few words that return in the rows, the fewest first."""
    texts = [c for c in _free(table, used) if c.kind == "text" and 1 < c.distinct <= _MOST_KINDS]
    return min(texts, key=lambda column: column.distinct, default=None)


def _put(draft: Draft, path: str, table: Table, column: Column) -> None:
    if path.endswith(".duration"):
        factor = next((f for word, f in _SECONDS.items() if word in column.name), 1)
        if factor > 1:
            sql = f"{draft.use_in_sql(table, column)} * {factor}"
            draft.put(path, {"sql": sql}, "in seconds")
            return
    if path.endswith(".resolved") and column.kind == "text":
        done = [
            v for v, _ in column.values if v.lower() in ("resolved", "closed", "solved", "done")
        ]
        if done:
            draft.put(path, {"column": column.name, "true": done}, f"of {', '.join(column.words)}")
        return
    draft.map_column(path, column)


def _free(table: Table, used: set[str]) -> list[Column]:
    return [column for column in table.columns.values() if column.name not in used]
