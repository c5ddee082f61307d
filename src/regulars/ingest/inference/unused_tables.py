"""Tables that no entity uses though they tell of the customers: a question, and no note."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from regulars.core.settings import Answer
from regulars.ingest.derived import sources_named
from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.company import Company, Event
from regulars.ingest.inference.contract_answers import contract_settings
from regulars.ingest.inference.draft import Draft
from regulars.ingest.inference.key_names import customer_points
from regulars.ingest.inference.moments import Moment, find_moment, first_of_dates
from regulars.ingest.inference.people_joins import Contracts, span_of
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.inference.purchases import Purchases
from regulars.ingest.inference.refund_tables import take_refunds_off, taken_off_settings
from regulars.ingest.inference.refunds_of_sales import sale_of_refund
from regulars.ingest.inference.rival_purchases import both_count
from regulars.ingest.inference.roles import points, table_points
from regulars.ingest.inference.second_money import is_other_money, money_of
from regulars.ingest.inference.table_roles import event_role, is_of_refunds, is_one_each
from regulars.ingest.inference.united_purchases import mapped_alone
from regulars.ingest.inference.value_overlap import Overlaps
from regulars.warehouse.protocol import Warehouse

_BY_FAR = 5  # times as many rows as any table that is used
_MOST_CUSTOMERS = 0.5  # of its keys, so many are customers
_FEW_CUSTOMERS = 0.5  # of those who bought: a row for each of more is a summary of them
_LEFT_OUT = "It is left out."


@dataclass(frozen=True)
class _Unused:
    """An unused table, the column that names its customer, and what it would be."""

    table: Table
    key: Column | None
    holds: str
    purchases: Purchases | None = None
    contracts: Contracts | None = None


def used_sources(draft: Draft) -> set[str]:
    """The sources that entities use, and those that they are made of."""
    used = {entity["source"] for entity in draft.settings["entities"].values()}
    for name in list(used):
        used |= _bases(name, draft.settings["sources"])
    return used


def ask_for_unused_tables(
    draft: Draft, warehouse: Warehouse, company: Company, *, today: date
) -> set[str]:
    """Ask where an unused table has dated money, beginnings and ends, or by far the most rows.

    Returns the names of the tables that are asked about.
    """
    names = set()
    used, tables = used_sources(draft), company.tables
    overlaps = Overlaps(warehouse, list(tables.values()))
    for table in tables.values():
        if table.name in used or table.source.sql is not None:
            continue
        key = _key_of_customers(overlaps, company, table)
        if key is None and takes_sales_back(draft, overlaps, company, table):
            names.add(table.name)
            continue
        is_beside = key is None and _shares_a_file(table, [tables[n] for n in used if n in tables])
        if key is None and not is_beside:
            continue
        if key is not None and _is_taken_off(draft, warehouse, company, table, key=key):
            names.add(table.name)
            continue
        purchases = _dated_money(warehouse, company, (table, key), used=used)
        candidate = _what_it_holds(draft, company, table, key, purchases=purchases, used=used)
        if candidate is not None:
            answers = _answers(draft, overlaps, company, candidate, today=today)
            _ask(draft, candidate, answers)
            names.add(table.name)
    return names


def takes_sales_back(draft: Draft, overlaps: Overlaps, company: Company, table: Table) -> bool:
    """Take refunds off that name no customer but their sale; ask where no name says refunds."""
    sale = sale_of_refund(overlaps, company, table)
    if sale is None:
        return False
    warehouse, who = overlaps.warehouse, sale.customer
    if is_of_refunds(table):
        return take_refunds_off(draft, warehouse, company, table, key=who, sale=sale)
    if not is_other_money(warehouse, company, table, who):
        return False
    settings = taken_off_settings(draft, warehouse, company, table, key=who, sale=sale)
    if not settings:
        return False
    draft.ask(
        f"refunds.{table.name}",
        f"{table.name} ({table.rows:,} rows) is not used. It has dated money, and its "
        f"'{sale.column.name}' names a sale of {sale.sold.name}. Is it left out?",
        [
            Answer(say=_LEFT_OUT),
            Answer(say="Its rows are refunds: they are taken off the purchases.", set=settings),
        ],
    )
    return True


def _is_taken_off(
    draft: Draft, warehouse: Warehouse, company: Company, table: Table, *, key: Column
) -> bool:
    """Whether the rows are refunds that were taken off the purchases, or asked about."""
    return is_of_refunds(table) and take_refunds_off(draft, warehouse, company, table, key=key)


def _what_it_holds(
    draft: Draft,
    company: Company,
    table: Table,
    key: Column | None,
    *,
    purchases: Purchases | None,
    used: set[str],
) -> _Unused | None:
    is_open = any(question.key == "purchases" for question in draft.questions)
    if purchases is not None:
        money = f"dated money ('{purchases.when.names[0]}'): it may be purchases, or refunds"
        return None if is_open else _Unused(table, key, money, purchases if key else None)
    if key is None:
        return None
    known = draft.get("entities.customers.columns.left_at") or draft.get("entities.labels")
    span = None if known else span_of(table, key)
    if span is not None:
        start, end = span
        span_text = f"when something began ('{start.name}') and ended ('{end.name}')"
        contracts = Contracts(table, key, start, end)
        return _Unused(table, key, f"{span_text}: it may tell who left", contracts=contracts)
    most_rows = max(
        (company.tables[name].rows for name in used if name in company.tables), default=0
    )
    if table.rows >= _BY_FAR * most_rows and find_moment(table, "occurred_at", without=[key.name]):
        return _Unused(table, key, "by far the most rows: it may be what customers do")
    return None


def _dated_money(
    warehouse: Warehouse,
    company: Company,
    keyed: tuple[Table, Column | None],
    *,
    used: set[str],
) -> Purchases | None:
    """The purchases that a table may be, unless their money is that of the table in use."""
    table, key = keyed
    without = [key.name] if key is not None else []
    when = find_moment(table, "occurred_at", without=without)
    if when is None and key is not None:
        when = first_of_dates(warehouse, table)
    if when is None or event_role(table) != "transactions" or _tells_leaving(when):
        return None
    first = key or next(iter(table.columns.values()))
    if money_of(table, key) is None or table.preset is not None:
        return None
    if key is None:  # prices and budgets of a workbook have few rows, or no time of their own
        people = company.best.people
        is_long = people is not None and table.rows >= people.rows
        named = when.column is not None and points(when.column.name, "occurred_at") >= 3
        is_sale = is_long and named and company.best.purchases is None
        return Purchases(table, first, when) if is_sale else None
    is_summary = is_one_each(key) and key.distinct >= _FEW_CUSTOMERS * _customers(company)
    if is_summary or not is_other_money(warehouse, company, table, key):
        return None
    return Purchases(table, key, when)


def _customers(company: Company) -> int:
    bought = company.best.purchases
    return bought.key.distinct if bought is not None else 0


def _tells_leaving(when: Moment) -> bool:
    name = when.names[0]
    return points(name, "left_at") > points(name, "occurred_at")


def _key_of_customers(overlaps: Overlaps, company: Company, table: Table) -> Column | None:
    """The column of a table that holds customers, by the chosen keys or by a column of one name."""
    people, keys = company.best.people, company.best.keys
    known = people or (company.best.purchases.table if company.best.purchases else None)
    if known is None or known.name not in keys:
        return None
    pairs = [(keys[table.name], keys[known.name])] if table.name in keys else []
    pairs += [
        (column, known.columns[column.name])
        for column in table.columns.values()
        if column.name in known.columns and customer_points(table.name, column.name) >= 3
    ]
    for column, other in pairs:
        if overlaps.share(table, column, known, other)[0] >= _MOST_CUSTOMERS:
            return column
    return None


def _shares_a_file(table: Table, tables: list[Table]) -> bool:
    paths = {file.path for file in table.delivery.files}
    return any(paths & {file.path for file in other.delivery.files} for other in tables)


def _ask(draft: Draft, candidate: _Unused, answers: list[Answer]) -> None:
    table, key = candidate.table, candidate.key
    joined = f"'{key.name}' joins it to the customers" if key else "the customers share its file"
    is_second = any(question.key == "unused_table" for question in draft.questions)
    draft.ask(
        f"unused_table.{table.name}" if is_second else "unused_table",
        f"{table.name} ({table.rows:,} rows) is not used. It has {candidate.holds}; {joined}. "
        "Is it left out? A source with `sql:` can join it.",
        answers,
    )


def _answers(
    draft: Draft, overlaps: Overlaps, company: Company, candidate: _Unused, *, today: date
) -> list[Answer]:
    answers = [Answer(say=_LEFT_OUT)]
    instead = _as_transactions(draft, overlaps.warehouse, company, candidate)
    if instead:
        answers.append(Answer(say="It is the purchases, and nothing else is.", set=instead))
        bought = candidate.purchases
        if bought is not None:
            other = Event("transactions", candidate.table, bought.key, bought.when)
            answers += both_count(draft, overlaps.warehouse, company, other)
    answers += _as_refunds(draft, overlaps.warehouse, company, candidate)
    contracts = candidate.contracts
    if contracts is not None:
        settings = contract_settings(draft, overlaps, company, contracts, today=today)
        start, end = contracts.start.name, contracts.end.name
        meaning = f"It tells who left: customers are members from '{start}' to '{end}'."
        answers += [Answer(say=meaning, set=settings)] if settings else []
    return answers


def _as_refunds(
    draft: Draft, warehouse: Warehouse, company: Company, candidate: _Unused
) -> list[Answer]:
    if candidate.purchases is None or candidate.key is None:
        return []
    table, key = candidate.table, candidate.key
    settings = taken_off_settings(draft, warehouse, company, table, key=key)
    meaning = "Its rows are refunds: they are taken off the purchases."
    return [Answer(say=meaning, set=settings)] if settings else []


def _as_transactions(
    draft: Draft, warehouse: Warehouse, company: Company, candidate: _Unused
) -> dict[str, object]:
    """The settings with its rows as the only purchases; none where that is not all they need."""
    table, mapped = candidate.table, draft.get("entities.transactions")
    is_refund = table_points(table.name, "refunds") > 0
    if (
        candidate.purchases is None
        or mapped is None
        or is_refund
        or table.name in company.best.spelled
    ):
        return {}
    other = mapped_alone(draft, warehouse, candidate.purchases)
    if other is None:
        return {}
    settings: dict[str, object] = {
        f"sources.{table.name}": other.settings["sources"][table.name],
        "entities.transactions": other.settings["entities"]["transactions"],
    }
    if draft.get("features.categories") is not None:
        settings["features.categories"] = None
    return settings


def _bases(name: str, sources: dict[str, dict[str, str]]) -> set[str]:
    """The sources that a source is made of, and those that they are made of."""
    named = set(sources_named(sources[name].get("sql", "")))
    return named.union(*(_bases(base, sources) for base in named))
