"""What the lines of an order share, before anything is read: fields filled, totals counted once.

This is the one place of the cleaning that looks at other rows, and only at those of the same file:
a delivery is cleaned alike whichever others landed with it.
"""

from __future__ import annotations

from regulars.ingest.clean_entities import EVENTS, CleanEntity, SharedFields
from regulars.ingest.silver.templated import Sql, case, cte, macro, plain, string
from regulars.warehouse.dialect import Dialect

_LINEAGE = ("_batch_id", "_file", "_row_number", "_landed_at")


def landed_rows(entity: CleanEntity, dialect: Dialect) -> str:
    """The landed rows, of current batches only where others do not count any more.

    Where the model of events is a table, an increment reads the new batches alone.
    """
    current = (
        "_batch_id in (\n    select batch_id from {{ source('ops', 'batches') }}"
        "\n    where is_current\n)"
    )
    table = f"{{{{ source('bronze', {string(entity.source or '')}) }}}}"
    rows = f"from {table}" + (f"\nwhere {current}" if entity.reads_current_only else "")
    if not is_taken_in(entity, dialect):
        return rows
    word = "and" if entity.reads_current_only else "where"
    new = f"{word} _batch_id in {{{{ regulars.new_batches() }}}}"
    return f"{rows}\n{{%- if is_incremental() %}}\n{new}\n{{%- endif %}}"


def is_taken_in(entity: CleanEntity, dialect: Dialect) -> bool:
    """Whether typed rows are kept in a table to which new batches are added.

    Only events: what they become does not change afterwards, or everything is built again.
    """
    return dialect.stores_staging and entity.name in EVENTS


def order_ctes(entity: CleanEntity, dialect: Dialect) -> list[str]:
    """The CTEs `numbered`, with the order of every row, and `ordered`, with the shared fields.

    None where the source has no lines of orders.
    """
    shared = entity.shared_fields
    if shared is None:
        return []
    kinds = {dialect.quote(raw.name): raw.origin.delivered_as for raw in entity.raw_columns}
    order = f"{_order(shared, kinds[shared.order], text=dialect.type('varchar'))} as _order"
    columns = []
    for name, kind in kinds.items():
        if name in shared.once:
            columns.append(_once(name, kind))
        elif name in shared.fill or (shared.is_filled_down and name == shared.order):
            columns.append(_filled(name, kind))
        else:
            columns.append(plain(name))
    numbered = cte("numbered", select=["*", order], rest=landed_rows(entity, dialect))
    ordered = cte("ordered", select=[*columns, *_LINEAGE], rest="from numbered")
    return [f"{numbered},\n", f"{ordered},\n"]


def _order(shared: SharedFields, kind: str, *, text: str) -> str:
    """The order of a row, as text; a row without one is an order of its own."""
    number = _value(shared.order, kind)
    if shared.is_filled_down:
        above = "partition by _batch_id, _file order by _row_number"
        return f"cast(count({number}) over (\n    {above}\n) as {text})"
    return f"coalesce(cast({number} as {text}), 'row ' || cast(_row_number as {text}))"


def _value(name: str, kind: str) -> str:
    """A delivered value, null where it is empty."""
    return str(macro("read_text", Sql(name))) if kind == "text" else plain(name)


def _filled(name: str, kind: str) -> str:
    """The first value of the order, where this line has none."""
    first = f"first_value({plain(name)}) over (\n    {_within(name, kind)}\n)"
    given = f"{_value(name, kind)} is not null"
    return f"{case([(given, plain(name))], otherwise=first)} as {plain(name)}"


def _once(name: str, kind: str) -> str:
    """The number of the order on one of its lines, and 0 on the others."""
    is_first = f"row_number() over (\n    {_within(name, kind)}\n) = 1"
    zero = "'0'" if kind == "text" else "0"
    return f"{case([(is_first, plain(name))], otherwise=zero)} as {plain(name)}"


def _within(name: str, kind: str) -> str:
    """The rows of the order, those that have a value first."""
    return (
        "partition by _batch_id, _file, _order\n"
        f"    order by case when {_value(name, kind)} is null then 1 else 0 end, _row_number"
    )
