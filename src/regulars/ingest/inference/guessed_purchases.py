"""Dated rows with money and a key that returns, in words that no list knows: rather purchases."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from regulars.core.settings import Answer
from regulars.ingest.inference.amount_mapping import AT
from regulars.ingest.inference.churn_labels import labels_of
from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.company import Company, Event
from regulars.ingest.inference.customer_mapping import map_bare_customers
from regulars.ingest.inference.customer_offers import (
    loose_keys,
    repeating_keys,
    says_how_often,
)
from regulars.ingest.inference.draft import Draft
from regulars.ingest.inference.experiments import find_experiment
from regulars.ingest.inference.moments import Moment, find_moment, first_of_dates
from regulars.ingest.inference.money_words import part_of
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.inference.second_money import money_of
from regulars.ingest.inference.words import side_meaning
from regulars.ingest.sources.scans import quoted
from regulars.warehouse.protocol import Warehouse

_MOST_OFFERS = 3
_MOSTLY = 0.5
_KEY = f"{AT}.columns.customer_id"
_NO_SALES = ("entities.labels", "entities.interactions", "entities.touches", "churn")


def with_guessed_purchases(warehouse: Warehouse, company: Company) -> Company:
    """The company with its largest table as purchases, where no name tells who its customers are.

    Unchanged where a table tells of customers or contacts, or the rows do not look like purchases.
    """
    whole = company.best
    if whole.people is not None or whole.purchases is not None or whole.contacts:
        return company
    table = max(company.tables.values(), key=lambda table: table.rows)
    event = _purchases(warehouse, table)
    if event is None:
        return company
    keys = whole.keys | {table.name: event.key}
    return replace(company, best=replace(whole, purchases=event, keys=keys))


def _purchases(warehouse: Warehouse, table: Table) -> Event | None:
    offers = _offers(warehouse, table)
    if not offers or table.preset is not None or labels_of(table):
        return None
    key = offers[0]
    when = _moment(warehouse, table, key)
    if when is None or not _holds_money(table, key) or find_experiment(warehouse, table):
        return None
    return Event("transactions", table, key, when)


def _holds_money(table: Table, key: Column) -> bool:
    """Whether there is an amount, a price, or one of two sides of an account."""
    numbers = table.of_kind("number")
    other = any(part_of(c.name) == "unit_price" or side_meaning(c.name) for c in numbers)
    return other or money_of(table, key) is not None


def _moment(warehouse: Warehouse, table: Table, key: Column) -> Moment | None:
    when = find_moment(table, "occurred_at", without=[key.name])
    return when or first_of_dates(warehouse, table) or _only_date(table)


def _offers(warehouse: Warehouse, table: Table) -> list[Column]:
    """Columns that may name who bought: keys by their form, else what stands on several days."""
    offers = repeating_keys(table)
    loose = [column for column in loose_keys(table) if column not in offers]
    lasting = [column for column in loose if _lasts(warehouse, table, column)]
    return [*offers, *lasting][:_MOST_OFFERS]


def _lasts(warehouse: Warehouse, table: Table, column: Column) -> bool:
    when = _moment(warehouse, table, column)
    if when is None or column.name in when.names:
        return False
    share = warehouse.rows(
        "select avg(case when days > 1 then 1.0 else 0.0 end) from ("
        f"select count(distinct {when.sql}) as days from {table.relation} "
        f"where {quoted(column.name)} is not null group by {quoted(column.name)})"
    )[0][0]
    return float(share or 0.0) > _MOSTLY


def _only_date(table: Table) -> Moment | None:
    """The date of rows that have no other, whatever it is called: a deal has the day of its end."""
    dates = table.of_kind("date")
    return Moment(dates[0], guess="the only date") if len(dates) == 1 else None


def ask_whether_purchases(
    draft: Draft, warehouse: Warehouse, company: Company, table: Table
) -> None:
    """Ask who the customer of guessed purchases is, or whether the rows are none."""
    key, when = company.best.keys[table.name], draft.get(f"{AT}.columns.occurred_at")
    answers = [Answer(say=_buys(key))]
    answers += [
        Answer(say=_buys(other), set={_KEY: other.name})
        for other in _offers(warehouse, table)
        if other.name != key.name
    ]
    only = _customers_only(draft, warehouse, table)
    answers.append(Answer(say="No purchases: customers only, without churn.", set=only))
    amount = _name(draft.get(f"{AT}.columns.amount"))
    draft.ask(
        "customers",
        f"Are the {table.rows:,} rows of {table.name} purchases, and whose? Its words are in no "
        f"list; by the values, '{_name(when)}' is the time and '{amount}' the amount.",
        answers,
    )


def _buys(key: Column) -> str:
    return f"Yes, of '{key.label or key.name}': {says_how_often(key)}."


def _name(mapped: Any) -> str:
    if isinstance(mapped, dict):
        return str(mapped.get("column") or mapped.get("sql"))
    return str(mapped)


def _customers_only(draft: Draft, warehouse: Warehouse, table: Table) -> dict[str, Any]:
    """The settings with these rows as customers, and without purchases."""
    plain = Draft(reserved=draft.reserved)
    plain.settings["sources"] = {table.name: dict(draft.settings["sources"][table.name])}
    map_bare_customers(plain, warehouse, table)
    settings: dict[str, Any] = {
        AT: None,
        "entities.customers": plain.settings["entities"]["customers"],
        "not_used": [file.path.name for file in table.delivery.files[:1]],
    }
    return settings | {path: None for path in _NO_SALES if draft.get(path) is not None}
