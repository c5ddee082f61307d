"""A table of refunds beside the purchases: its rows take money from them."""

from __future__ import annotations

from regulars.core.settings import Answer
from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.company import Company
from regulars.ingest.inference.draft import Draft
from regulars.ingest.inference.moments import first_of_dates
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.inference.purchases import Purchases
from regulars.ingest.inference.refunds_of_sales import SaleOfRefund
from regulars.ingest.inference.second_money import money_of
from regulars.ingest.inference.united_purchases import refunded_settings
from regulars.warehouse.protocol import Warehouse

AT = "entities.transactions"


def take_refunds_off(
    draft: Draft,
    warehouse: Warehouse,
    company: Company,
    table: Table,
    *,
    key: Column,
    sale: SaleOfRefund | None = None,
) -> bool:
    """Take the rows of a table of refunds from the purchases; asked where these have refunds too.

    False where it cannot be written.
    """
    bought = company.best.purchases
    settings = taken_off_settings(draft, warehouse, company, table, key=key, sale=sale)
    if bought is None or not settings:
        return False
    if _has_refunds(draft, bought.table):
        _ask(draft, table, settings)
        return True
    for path, value in settings.items():
        if path != f"sources.{table.name}" and value is not None:
            draft.put(path, value)
    (draft.get("features") or {}).pop("categories", None)
    because = f"{table.name} ({table.rows:,} rows) is read as refunds, taken off the purchases"
    draft.reasons[("entities", "transactions", "source")] = because
    draft.probable.add(f"{AT}.source")
    draft.leave_open(f"what {table.name} is; taken: its {table.rows:,} rows are refunds")
    return True


def taken_off_settings(
    draft: Draft,
    warehouse: Warehouse,
    company: Company,
    table: Table,
    *,
    key: Column,
    sale: SaleOfRefund | None = None,
) -> dict[str, object]:
    """The settings by which rows of a table take money from the purchases; {} where none can."""
    bought = company.best.purchases
    when = first_of_dates(warehouse, table)
    amount = money_of(table, key)
    if bought is None or when is None or amount is None or draft.get(AT) is None:
        return {}
    if bought.key.phones > 0.5:
        return {}
    return refunded_settings(
        draft,
        warehouse,
        Purchases(table, key, when),
        amount,
        sold=bought.table,
        is_spelled=bool(company.best.spelled),
        sale=sale,
    )


def _has_refunds(draft: Draft, sold: Table) -> bool:
    """Whether the purchases have refunds of their own: by their kind, or by their sign."""
    columns = draft.get(f"{AT}.columns")
    mapped = columns["amount"]
    name = mapped.get("column") if isinstance(mapped, dict) else mapped
    column = sold.columns.get(name or "")
    return "kind" in columns or column is None or column.low is None or column.low < 0


def _ask(draft: Draft, table: Table, settings: dict[str, object]) -> None:
    draft.ask(
        f"refunds.{table.name}",
        f"{table.name} ({table.rows:,} rows) looks like refunds, and the purchases have refunds of "
        "their own. Are they others?",
        [
            Answer(say="No, the same: it is left out."),
            Answer(say="Yes: they are taken off, too.", set=settings),
        ],
    )
