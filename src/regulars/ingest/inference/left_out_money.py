"""Files with money that a project without purchases leaves out."""

from __future__ import annotations

from collections.abc import Iterable

from regulars.ingest.inference.draft import Draft
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.inference.second_money import money_of


def put_left_out_money(draft: Draft, tables: Iterable[Table], used: set[str]) -> None:
    """Name them in the project file; of a table in use, where its times cannot be read."""
    if "transactions" in draft.settings["entities"]:
        return
    names = dict.fromkeys(
        table.delivery.files[0].path.name for table in tables if _is_left_out(table, used)
    )
    if names:
        because = "dated money that nothing reads: the report says so first"
        draft.put("not_used", list(names), because)


def _is_left_out(table: Table, used: set[str]) -> bool:
    if table.source.sql is not None or money_of(table, None) is None:
        return False
    is_unread = any(column.unread_time for column in table.columns.values())
    return is_unread or (table.name not in used and bool(table.of_kind("date")))
