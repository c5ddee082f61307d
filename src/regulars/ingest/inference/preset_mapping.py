"""Carry what a preset says of a recognised table into the draft."""

from __future__ import annotations

from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.draft import Draft
from regulars.ingest.inference.moments import Moment
from regulars.ingest.inference.money_words import state_of
from regulars.ingest.inference.preset_columns import (
    amount_sql,
    is_there,
    listed,
    put_column,
    raw_column,
)
from regulars.ingest.inference.preset_files import MEANINGS, Preset, Statuses
from regulars.ingest.inference.preset_tables import (
    ROW_KIND,
    landed_column,
    names_in_sql,
)
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.inference.state_questions import answers_of_state
from regulars.ingest.sources.scans import identifier


def map_recognised(draft: Draft, table: Table, key: Column) -> None:
    """The entity of a recognised table, but for the attributes of customers."""
    preset = _preset(table)
    at = f"entities.{preset.entity}"
    draft.put(f"{at}.source", table.name)
    draft.map_column(
        f"{at}.columns.customer_id",
        key,
        f"{preset.title}: {key.distinct:,} customers" + _lacking(table.rows - key.filled),
    )
    conditions = [names_in_sql(preset.where, table, draft)] if preset.where else []
    is_refund = _set_statuses(draft, table, conditions)
    for name, column in preset.columns.items():
        if is_there(table, column):
            put_column(draft, table, f"{at}.columns.{name}", column)
        elif name in ("occurred_at", "amount"):
            draft.ask(
                f"{table.name}.{name}",
                f"{table.name} is an export of {preset.title} without the column "
                f"'{column.needed_names[0]}', so nothing says its {name}; write "
                f"{at}.columns.{name} into the project file",
            )
    if preset.entity == "transactions":
        _set_refunds(draft, table, is_refund, conditions)
    if conditions:
        text = conditions[0] if len(conditions) == 1 else " and ".join(f"({c})" for c in conditions)
        draft.put(f"{at}.where", text, f"the rows of {preset.title} that are {preset.entity}")
    if preset.note:
        draft.leave_open(f"{preset.title}: {preset.note}")


def correct_customers(draft: Draft, table: Table, key: Column) -> Moment | None:
    """Replace what was guessed of a recognised table of customers; gives the moment of leaving.

    Attributes stay as they were guessed, but those that the preset reads in another way, those
    that are other columns already, and totals up to the day of the export.
    """
    preset, at = _preset(table), "entities.customers"
    draft.get(f"{at}.columns").clear()
    map_recognised(draft, table, key)
    attributes = draft.get(f"{at}.attributes") or {}
    specs = [*preset.columns.values(), *preset.attributes.values()]
    taken = {key.name} | {
        column.name
        for name in [*preset.ignore, *(n for c in specs for n in c.needed_names)]
        if (column := landed_column(table, name)) is not None
    }
    for name in [name for name, value in attributes.items() if raw_column(value) in taken]:
        del attributes[name]
    for name, spec in preset.attributes.items():
        if is_there(table, spec):
            put_column(draft, table, f"{at}.attributes.{name}", spec)
    _mark_personal(draft, table)
    return _moment(table, "left_at")


def _preset(table: Table) -> Preset:
    assert table.preset is not None
    return table.preset


def _moment(table: Table, name: str) -> Moment | None:
    spec = _preset(table).columns.get(name)
    column = landed_column(table, spec.column) if spec and spec.column else None
    return Moment(column) if column is not None else None


def _lacking(missing: int) -> str:
    return f"; {missing:,} rows without one are rejected" if missing > 0 else ""


# Statuses and refunds -----------------------------------------------------------------------


def _set_statuses(draft: Draft, table: Table, conditions: list[str]) -> list[str]:
    """What statuses say: rows to reject and to leave out; gives what makes a row a refund."""
    preset = _preset(table)
    at = f"entities.{preset.entity}.reject"
    is_refund = []
    for name, statuses in preset.statuses.items():
        column = landed_column(table, name)
        if statuses.unless and landed_column(table, statuses.unless):
            continue
        if column is None and statuses.otherwise == "ask":
            draft.leave_open(
                f"{table.name} has no column '{name}', which tells in an export of {preset.title} "
                "what counts; every row counts"
            )
        if column is None:
            continue
        text = _small_letters(column)
        known = _known(statuses, column, taken_back=ROW_KIND in table.columns)
        if known["no_purchase"]:
            conditions.append(f"{text} not in ({listed(known['no_purchase'])})")
        if known["not_counted"]:
            rules = list(draft.get(at) or [])
            when = f"{text} in ({listed(known['not_counted'])})"
            rules.append({"when": when, "because": f"not completed ({name})"})
            draft.put(at, rules, f"what does not count in an export of {preset.title}")
        if known["refunds"]:
            is_refund.append(f"{text} in ({listed(known['refunds'])})")
        _ask_unknown(draft, table, column, known.get("unknown", []))
    return is_refund


def _small_letters(column: Column) -> str:
    name = identifier(column.name)
    text = name if column.is_text else f"cast({name} as varchar)"
    return f"coalesce(lower(trim({text})), '')"


def _known(statuses: Statuses, column: Column, *, taken_back: bool) -> dict[str, list[str]]:
    """The texts of each meaning; `otherwise` says where values go that are not listed."""
    known = {meaning: [text.lower() for text in getattr(statuses, meaning)] for meaning in MEANINGS}
    listed = {text for texts in known.values() for text in texts}
    unknown = [word for word in column.words if word not in listed]
    known["counts" if taken_back else "not_counted"] += known["refunded"]
    if statuses.otherwise != "ask":
        known[statuses.otherwise] += unknown
        return known
    # Words that never became a sale, or were paid back, in whatever language.
    lost = [word for word in unknown if state_of(word) == "lost"]
    back = [word for word in unknown if state_of(word) == "refund"]
    known["not_counted"] += lost
    known["counts" if taken_back else "not_counted"] += back
    return known | {"unknown": [word for word in unknown if word not in (*lost, *back)]}


def _ask_unknown(draft: Draft, table: Table, column: Column, unknown: list[str]) -> None:
    """Values of a status that the preset does not know: shown with their counts, and asked."""
    if not unknown:
        return
    counts = {value.lower(): n for value, n in column.values}
    shown = ", ".join(f"'{word}' ({counts[word]:,} rows)" for word in unknown)
    when = f"{_small_letters(column)} in ({listed(unknown)})"
    rows = sum(counts[word] for word in unknown)
    draft.ask(
        f"{table.name}.{column.name}",
        f"'{column.name}' of {table.name} holds values that exports of {_preset(table).title} "
        f"are not known to hold: {shown}. Do they count?",
        answers_of_state(
            draft,
            when,
            column.name,
            is_rare=2 * rows < column.filled,
            at=f"entities.{_preset(table).entity}",
        ),
    )


def _set_refunds(draft: Draft, table: Table, is_refund: list[str], conditions: list[str]) -> None:
    """Refunds: rows of a status, or rows made of a column; their amounts are negative."""
    preset, at = _preset(table), "entities.transactions.columns"
    has_refund_rows = ROW_KIND in table.columns
    refund = f"{ROW_KIND} = 'refund'" if has_refund_rows else " or ".join(is_refund)
    if not refund:
        return
    amount = amount_sql(draft, table, preset.columns["amount"])
    back = amount
    if has_refund_rows and preset.refunds is not None:
        spec = preset.columns["amount"].model_copy(
            update={"column": preset.refunds.amount, "sql": None}
        )
        back = amount_sql(draft, table, spec)
        conditions.append(f"{ROW_KIND} = 'sale' or {back} <> 0")
        _date_refunds(draft, table)
        key = draft.get(f"{at}.transaction_id")
        if key is not None:
            text = (
                key["sql"]
                if isinstance(key, dict) and "sql" in key
                else identifier(raw_column(key))
            )
            ending = f"case when {refund} then ' refund' else '' end"
            draft.put(f"{at}.transaction_id", {"sql": f"{text} || {ending}"})
        if is_refund:
            refund += f" or {' or '.join(is_refund)}"
    draft.put(
        f"{at}.amount",
        {"sql": f"case when {refund} then -abs({back}) else {amount} end"},
        f"refunds of {preset.title} are negative, whatever their sign in the files",
    )
    draft.put(f"{at}.kind", {"sql": f"case when {refund} then 'refund' else 'sale' end"})


def _date_refunds(draft: Draft, table: Table) -> None:
    """The time of a refund, where a column of its own holds it."""
    preset, at = _preset(table), "entities.transactions.columns.occurred_at"
    refunds = preset.refunds
    column = landed_column(table, refunds.occurred_at) if refunds and refunds.occurred_at else None
    bought = draft.get(at)
    text = column is not None and column.is_text
    if column is None or not text or not isinstance(raw_column(bought), str):
        return
    own, sale = identifier(column.name), identifier(raw_column(bought))
    sql = (
        f"case when {ROW_KIND} = 'refund' then coalesce(nullif(trim({own}), ''), {sale}) "
        f"else {sale} end"
    )
    formats = (
        {"format": bought["format"]} if isinstance(bought, dict) and "format" in bought else {}
    )
    draft.put(at, {"sql": sql} | formats, "a refund has the time at which it was given")


def _mark_personal(draft: Draft, table: Table) -> None:
    attributes = draft.get("entities.customers.attributes") or {}
    names = _preset(table).personal
    columns = {column.name for name in names if (column := landed_column(table, name))}
    marked = list(draft.get("personal_data") or [])
    marked += [
        name
        for name, value in attributes.items()
        if raw_column(value) in columns and name not in marked
    ]
    kept = [name for name in marked if name in attributes]
    if kept:
        draft.put("personal_data", kept, "masked wherever they are shown, and never a feature")
