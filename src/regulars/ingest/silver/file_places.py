"""How generated models ask for the place of a row's file among all files."""

from __future__ import annotations

FILE_ORDER = """file_order as (

    select * from {{ source('ops', 'file_order') }}

),
"""


def join_file_order(rows: str) -> str:
    """A join from rows with their lineage; a query that gathers rows has no file of its own."""
    return (
        f"left join file_order\n    on\n        {rows}.batch_id = file_order.batch_id\n"
        f"        and {rows}.file_name = file_order.file"
    )
