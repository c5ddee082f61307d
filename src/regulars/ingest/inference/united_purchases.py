"""Purchases in two tables of different columns, as one source: a shop's and a till's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.currency_names import code_of
from regulars.ingest.inference.date_formats import format_for
from regulars.ingest.inference.draft import Draft
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.inference.purchases import Purchases
from regulars.ingest.inference.refunds_of_sales import SaleOfRefund, joined_sale
from regulars.ingest.inference.transaction_mapping import map_transactions
from regulars.ingest.inference.value_overlap import alike_sql
from regulars.ingest.moment_formats import moment_sql
from regulars.ingest.sources.scans import identifier, literal, quoted
from regulars.warehouse.protocol import Warehouse

PART = "sold_in"
_TEXTS = ("category", "product", "channel", "payment", "currency")
_NUMBERS = ("quantity", "discount")


@dataclass(frozen=True)
class _Part:
    """One of the tables: its purchases as they are mapped when they are the only ones."""

    table: Table
    mapping: Mapping[str, Any]
    source: Mapping[str, Any]
    is_refund: bool = False  # its rows take money from the purchases of the other
    sale: SaleOfRefund | None = None

    @property
    def columns(self) -> Mapping[str, Any]:
        """The mapping of the canonical columns."""
        columns: Mapping[str, Any] = self.mapping["columns"]
        return columns

    @property
    def types(self) -> dict[str, Any]:
        """How its texts are read before expressions use them, with those of plain mappings."""
        types = dict(self.source.get("types", {}))
        for role in ("amount", *_NUMBERS):
            mapped = self.columns.get(role)
            if isinstance(mapped, str):
                types.setdefault(mapped, "number")
            elif isinstance(mapped, dict) and "column" in mapped:
                mark = mapped.get("decimal", ".")
                decimal = "number" if mark == "." else {"type": "number", "decimal": mark}
                types.setdefault(mapped["column"], decimal)
        return types

    def sql(self, role: str) -> str | None:
        """A canonical column as an expression over the raw columns; None where it has none."""
        mapped, is_taken = self.columns.get(role), self.is_refund and role == "amount"
        name = mapped.get("column") if isinstance(mapped, dict) else mapped
        if name is None:
            return mapped.get("sql") if isinstance(mapped, dict) else None
        return f"-abs({identifier(name)})" if is_taken else identifier(name)

    @property
    def formats(self) -> list[str]:
        """The formats of its times, stated or those that its values have."""
        mapped = self.columns["occurred_at"]
        stated = mapped.get("format", []) if isinstance(mapped, dict) else []
        if stated:
            return [stated] if isinstance(stated, str) else list(stated)
        name = mapped if isinstance(mapped, str) else mapped.get("column", "")
        column = self.table.columns.get(name)
        values = [value for value, _ in column.values] if column is not None else []
        return [form for form in dict.fromkeys(map(format_for, values)) if form is not None]


def united_settings(
    draft: Draft,
    warehouse: Warehouse,
    first: Purchases,
    second: Purchases,
    *,
    is_spelled: bool,
) -> dict[str, Any]:
    """The settings by which the purchases of both tables count; {} where they cannot be written.

    `is_spelled`: tables write the customer's key in different ways. Nothing is written where times
    or numbers of the two would be read in different ways under one name.
    """
    if second.table.source.sql is not None or max(first.key.phones, second.key.phones) > 0.5:
        return {}
    parts = _parts(draft, warehouse, first, second)
    if parts is None or not _can_be_united(warehouse, parts):
        return {}
    has_mails = max(first.key.mails, second.key.mails) > 0.5
    return _settings(draft, parts, has_mails=has_mails, is_spelled=is_spelled)


def refunded_settings(
    draft: Draft,
    warehouse: Warehouse,
    refunds: Purchases,
    amount: Column,
    *,
    sold: Table,
    is_spelled: bool,
    sale: SaleOfRefund | None = None,
) -> dict[str, Any]:
    """The settings by which rows of another table take money from the purchases of the draft.

    `sale` tells how a row finds its customer, where it names none itself.
    """
    alone = Draft(reserved=draft.reserved)
    alone.map_column("columns.customer_id", refunds.key)
    alone.map_column("columns.amount", amount)
    refunds.when.put(alone, "columns.occurred_at")
    other = draft.settings["sources"][refunds.table.name]
    path = str(refunds.table.delivery.pattern.resolve())
    parts = (
        _Part(sold, draft.get("entities.transactions"), draft.get(f"sources.{sold.name}")),
        _Part(refunds.table, alone.settings, {**other, "path": path}, is_refund=True, sale=sale),
    )
    if not _can_be_united(warehouse, parts):
        return {}
    return _settings(draft, parts, has_mails=refunds.key.mails > 0.5, is_spelled=is_spelled)


def _settings(
    draft: Draft, parts: tuple[_Part, _Part], *, has_mails: bool, is_spelled: bool
) -> dict[str, Any]:
    name = "_and_".join(part.table.name for part in parts)
    types = parts[1].types | parts[0].types
    source: dict[str, Any] = {"sql": _union_sql(parts)}
    mapping = _united_mapping(name, parts)
    if has_mails:
        mapping["columns"]["customer_id"]["case"] = "lower"
    elif is_spelled:
        mapping["columns"]["customer_id"]["sql"] = alike_sql(_either(parts, "customer_id"))
    if draft.get("entities.transactions.members_only") is not None:
        mapping["members_only"] = draft.get("entities.transactions.members_only")
    settings: dict[str, Any] = {
        f"sources.{parts[1].table.name}": dict(parts[1].source),
        f"sources.{name}": source | ({"types": types} if types else {}),
        "entities.transactions": mapping,
    }
    if draft.get("features.categories") is not None:
        settings["features.categories"] = None
    return settings


def mapped_alone(draft: Draft, warehouse: Warehouse, purchases: Purchases) -> Draft | None:
    """A draft with these as the only purchases; None where that leaves a question open."""
    table = purchases.table
    alone = Draft(reserved=draft.reserved)
    alone.settings["sources"] = {table.name: dict(draft.settings["sources"][table.name])}
    map_transactions(alone, warehouse, purchases)
    if alone.questions or "entities" not in alone.settings:
        return None
    if alone.get("entities.transactions.columns.amount") == {"sql": "1"}:
        return None  # rows that count as 1 each are no money beside that of others
    if table.source.sql is None:
        path = str(table.delivery.pattern.resolve())
        alone.settings["sources"][table.name]["path"] = path
    return alone


def _parts(
    draft: Draft, warehouse: Warehouse, first: Purchases, second: Purchases
) -> tuple[_Part, _Part] | None:
    drafts = [mapped_alone(draft, warehouse, purchases) for purchases in (first, second)]
    parts = [
        _Part(
            purchases.table,
            alone.settings["entities"]["transactions"],
            alone.settings["sources"][purchases.table.name],
        )
        for purchases, alone in zip((first, second), drafts, strict=True)
        if alone is not None
    ]
    return (parts[0], parts[1]) if len(parts) == 2 else None


def _can_be_united(warehouse: Warehouse, parts: Sequence[_Part]) -> bool:
    if any(
        "order_lines" in part.source or not part.sql("occurred_at") or not part.sql("amount")
        for part in parts
    ):
        return False
    first, second = (part.types for part in parts)
    names = set(parts[0].table.columns) & set(parts[1].table.columns)
    if any(first.get(name) != second.get(name) for name in names & {*first, *second}):
        return False
    return all(_are_read_alike(warehouse, part, _formats(parts)) for part in parts)


def _are_read_alike(warehouse: Warehouse, part: _Part, formats: Sequence[str]) -> bool:
    """Whether the times of a table are the same when those of the other are read beside them."""
    text = f"trim(cast({part.sql('occurred_at')} as varchar))"
    alone, beside = (moment_sql(text, list(forms)) for forms in (part.formats, formats))
    different = warehouse.rows(
        f"select count(*) from {part.table.relation} where {alone} is distinct from {beside} "
        f"or ({alone} is null and {text} <> '')"
    )
    return bool(part.formats) and int(different[0][0]) <= 0.01 * part.table.rows


def _formats(parts: Iterable[_Part]) -> list[str]:
    formats = list(dict.fromkeys(form for part in parts for form in part.formats))
    return sorted(formats, key=lambda form: "%Y" in form)  # %Y would read 21 as the year 21


def _union_sql(parts: Sequence[_Part]) -> str:
    names = list(dict.fromkeys(name for part in parts for name in part.table.columns))
    return " union all ".join(_select(part, names) for part in parts)


def _select(part: _Part, names: Iterable[str]) -> str:
    columns = [f"cast({_from_part(part, name)} as varchar) as {quoted(name)}" for name in names]
    listed = ", ".join([f"{literal(part.table.name)} as {PART}", *columns])
    return f"select {listed} from {{{part.table.name}}}{joined_sale(part.sale)}"


def _from_part(part: _Part, name: str) -> str:
    if part.sale is not None and name == part.sale.customer.name:
        return "sale._who"
    given = f"refund.{quoted(name)}" if part.sale is not None else quoted(name)
    return given if name in part.table.columns else "null"


def _united_mapping(name: str, parts: Sequence[_Part]) -> dict[str, Any]:
    columns: dict[str, Any] = {
        "customer_id": {"sql": _either(parts, "customer_id")},
        "occurred_at": {"sql": _either(parts, "occurred_at"), "format": _formats(parts)},
        "amount": {"sql": _either(parts, "amount")},
    }
    for role in (*_TEXTS, *_NUMBERS):
        if any(part.sql(role) for part in parts):
            columns[role] = {"sql": _either(parts, role)}
    if "currency" in columns and (texts := _currencies(parts)):
        columns["currency"]["values"] = texts
    keys = {
        role: [part.sql(role) or part.sql("transaction_id") for part in parts]
        for role in ("order_id", "transaction_id")
    }
    for role, sqls in keys.items():
        if all(sqls) and any(part.sql(role) for part in parts):
            columns[role] = {"sql": _numbered(parts, sqls)}
    if any(part.sql("kind") or part.is_refund for part in parts):
        columns["kind"] = {"sql": _case(parts, [_kind(part) for part in parts])}
    rules = [
        rule | {"when": f"{PART} = {literal(part.table.name)} and ({rule['when']})"}
        for part in parts
        for rule in part.mapping.get("reject", [])
    ]
    where = [
        f"{PART} = {literal(part.table.name)} and ({part.mapping.get('where') or 'true'})"
        for part in parts
    ]
    mapping: dict[str, Any] = {"source": name, "columns": columns}
    if any(part.mapping.get("where") for part in parts):
        mapping["where"] = f"({where[0]}) or ({where[1]})"
    return mapping | ({"reject": rules} if rules else {})


def _currencies(parts: Sequence[_Part]) -> dict[str, str]:
    """The codes of currencies that stand as signs or names."""
    return {
        text: code
        for part in parts
        for column in part.table.columns.values()
        if column.name in (part.sql("currency") or "")
        for text, _ in column.values
        if (code := code_of(text)) is not None and code != text.upper()
    }


def _kind(part: _Part) -> str:
    amount = part.sql("amount")
    if part.is_refund:
        return "'refund'"
    return part.sql("kind") or f"case when {amount} < 0 then 'refund' else 'sale' end"


def _numbered(parts: Sequence[_Part], sqls: Sequence[str | None]) -> str:
    """Numbers of two tables, which may be the same, with the name of the table before them."""
    return f"{PART} || ' ' || " + _case(parts, [f"cast({sql} as varchar)" for sql in sqls])


def _either(parts: Sequence[_Part], role: str) -> str:
    sqls = [part.sql(role) or "null" for part in parts]
    return sqls[0] if sqls[0] == sqls[1] else _case(parts, sqls)


def _case(parts: Sequence[_Part], sqls: Sequence[str]) -> str:
    name = literal(parts[0].table.name)
    return f"case when {PART} = {name} then {sqls[0]} else {sqls[1]} end"
