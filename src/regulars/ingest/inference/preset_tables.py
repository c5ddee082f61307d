"""Tables that a preset recognises: their rows, their customer column and their time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from regulars.core.settings import Source
from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.draft import Draft
from regulars.ingest.inference.moments import Moment
from regulars.ingest.inference.preset_files import KINDS, PLACEHOLDER, Preset, best_preset
from regulars.ingest.inference.profiled_tables import Table, profiled
from regulars.ingest.sources.scans import identifier
from regulars.warehouse.protocol import Warehouse

ROW_KIND = "row_kind"  # of a row that is made of an export's: sale or refund
_FIRST_ROW = "order by _file, _row_number"


def recognised(table: Table, presets: Iterable[Preset]) -> Preset | None:
    """The preset whose export this table is, by its header; None where it is none."""
    return best_preset(presets, table.columns)


def with_preset(
    warehouse: Warehouse, table: Table, presets: Sequence[Preset], *, draft: Draft, today: date
) -> Table:
    """The table with the preset that recognises it, else as it is.

    Where the rows to map are not those of the files, the result is a table of its own: a source
    with `sql:` over the one of the files.
    """
    preset = recognised(table, presets)
    if preset is None:
        return table
    named = replace(table, preset=preset)
    draft.reasons["sources", table.name] = f"recognised as an export of {preset.title}"
    if preset.timezone is not None:
        draft.put("timezone", preset.timezone, f"times in exports of {preset.title} are in it")
    sql = _rows_sql(named, preset)
    if sql is None:
        return named
    name = f"{table.name}_{'with_refunds' if preset.refunds else 'rows'}"
    draft.put(f"sources.{name}.sql", sql, f"the rows of {preset.title} that are mapped")
    delivery = replace(table.delivery, name=name, source=Source(sql=sql))
    in_memory = sql.replace(f"{{{table.name}}}", table.relation).replace(_FIRST_ROW, "order by 1")
    relation = warehouse.relation("main", name)
    if preset.query is None and preset.once_per is None:
        # The same rows twice, as sales and as refunds: there is nothing new to look at.
        warehouse.execute(f"create or replace view {relation} as {in_memory}")
        columns = table.columns | {ROW_KIND: _row_kind(table.rows)}
        return replace(named, name=name, delivery=delivery, relation=relation, columns=columns)
    warehouse.execute(f"create or replace table {relation} as {in_memory}")
    return replace(profiled(warehouse, delivery, today=today), preset=preset)


def ask_for_customers(draft: Draft, tables: Iterable[Table]) -> None:
    """Ask who the customer is where rows of a recognised export would be taken for customers."""
    source = draft.get("entities.customers.source")
    key = draft.get("entities.customers.columns.customer_id")
    for table in tables:
        preset = table.preset
        if preset is None or table.name != source or preset.entity == "customers":
            continue
        if key not in [column.name for column in preset_keys(table)]:
            draft.ask(
                f"{table.name}.customer_id",
                f"{table.name} is an export of {preset.title}, and none of its columns names the "
                f"customer ({', '.join(preset.customer)}); export it with one of them, or add an "
                "export that has it",
            )


def _row_kind(rows: int) -> Column:
    values = (("sale", rows), ("refund", rows))
    return Column(ROW_KIND, "VARCHAR", "text", rows=rows, filled=rows, distinct=2, values=values)


def landed_column(table: Table, name: str) -> Column | None:
    """The column of a recognised table that has this name in the export."""
    landed = table.preset.landed(name, table.columns) if table.preset else None
    return table.columns[landed] if landed else None


def preset_keys(table: Table) -> list[Column]:
    """The columns that may name the customer of a recognised table, the best first."""
    names = table.preset.customer if table.preset else []
    columns = [landed_column(table, name) for name in names]
    filled = [column for column in columns if column is not None and column.filled]
    return sorted(filled, key=lambda column: column.filled < 0.5 * column.rows)


def rank(table: Table) -> int:
    """How much a recognised table tells of purchases, by its kind of system; 0 tells most."""
    return KINDS.index(table.preset.kind) if table.preset else len(KINDS)


def preset_moment(table: Table) -> Moment | None:
    """When the rows of a recognised table happened, as far as a column of dates tells it."""
    column = table.preset.columns.get("occurred_at") if table.preset else None
    for name in column.needed_names if column else ():
        landed = landed_column(table, name)
        if landed is not None:
            return Moment(landed)
    return None


def _rows_sql(table: Table, preset: Preset) -> str | None:
    """The query for the rows to map, over the source of the files; None where they are its rows."""
    source = f"{{{table.name}}}"
    sql = None
    if preset.query is not None:
        sql = names_in_sql(preset.query.replace("{table}", "\0"), table).replace("\0", source)
        source = f"({sql.strip()})"
    if preset.once_per is not None and (per := landed_column(table, preset.once_per)):
        window = f"(partition by {identifier(per.name)} {_FIRST_ROW})"
        numbered = (
            f"select origin.*, row_number() over {window} as row_of_order from {source} as origin"
        )
        sql = f"select * from ({numbered}) as numbered where row_of_order = 1"
        source = f"({sql})"
    refunded = landed_column(table, preset.refunds.amount) if preset.refunds else None
    if refunded is not None and refunded.filled:
        # Which of them are refunds is left to `where`, which reads numbers on every engine.
        sql = " union all ".join(
            f"select origin.*, '{kind}' as {ROW_KIND} from {source} as origin"
            for kind in ("sale", "refund")
        )
    return sql


def names_in_sql(sql: str, table: Table, draft: Draft | None = None) -> str:
    """An expression of a preset with the landed columns for the names in braces.

    A column of the export that is not there is null. `{Price:number}` has its type stated in the
    draft's source.
    """
    parts, at = [], 0
    for match in PLACEHOLDER.finditer(sql):
        column = landed_column(table, match[1])
        name = "null" if column is None else identifier(column.name)
        if column is not None and match[2] and draft is not None:
            draft.use_in_sql(table, column)
        parts += [sql[at : match.start()], name]
        at = match.end()
    return "".join([*parts, sql[at:]])
