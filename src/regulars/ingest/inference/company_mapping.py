"""Write a company into a draft: its entities, then what kind of business it is."""

from __future__ import annotations

from regulars.ingest.inference.business import set_currency
from regulars.ingest.inference.churn_choice import (
    ends_memberships,
    set_churn,
    set_data_end,
    set_grain,
)
from regulars.ingest.inference.churn_labels import STRONG
from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.company import Company, Event
from regulars.ingest.inference.counted_values import set_values_to_count
from regulars.ingest.inference.customer_mapping import (
    ask_repeated_key,
    map_bare_customers,
    map_customers,
    row_key,
)
from regulars.ingest.inference.customer_offers import repeating_keys
from regulars.ingest.inference.day_of_leaving import ask_day_of_leaving
from regulars.ingest.inference.draft import Draft
from regulars.ingest.inference.equal_keys import make_keys_equal
from regulars.ingest.inference.experiments import ask_experiment, find_experiment
from regulars.ingest.inference.guessed_purchases import (
    ask_whether_purchases,
    with_guessed_purchases,
)
from regulars.ingest.inference.interaction_mapping import map_contacts
from regulars.ingest.inference.key_names import customer_points, means_another_key
from regulars.ingest.inference.label_choice import ChosenLabel, choose_label, map_labels
from regulars.ingest.inference.moments import Moment
from regulars.ingest.inference.nobody import nobody_values, reject_customer_nobody
from regulars.ingest.inference.personal import is_number_of_a_person
from regulars.ingest.inference.preset_mapping import correct_customers
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.inference.purchases import Purchases
from regulars.ingest.inference.rival_keys_question import ask_rival_keys, say_instead
from regulars.ingest.inference.row_facts import say_facts
from regulars.ingest.inference.table_roles import purchase_signs
from regulars.ingest.inference.tenure import set_tenure
from regulars.ingest.inference.times_of_company import set_timezone
from regulars.ingest.inference.transaction_mapping import map_transactions
from regulars.ingest.inference.value_choice import set_value
from regulars.warehouse.protocol import Warehouse


def map_company(draft: Draft, warehouse: Warehouse, company: Company) -> None:
    """Map the tables of a company, then say what kind of business they tell of."""
    named, company = company, with_guessed_purchases(warehouse, company)
    whole = company.best
    for derived_table in company.derived:
        draft.put(
            f"sources.{derived_table.table.name}.sql", derived_table.sql, derived_table.because
        )
    people, label, left = whole.people, None, None
    purchases = None
    if whole.purchases is not None:
        bought = whole.purchases
        facts = frozenset(
            fact.column.name for derived in company.derived for fact in derived.facts.values()
        )
        purchases = Purchases(
            bought.table, bought.key, bought.when, facts, tuple(company.tables.values())
        )
    if people is not None:
        label, left = _map_people(draft, warehouse, company, people, purchases=purchases)
    elif purchases is None and (known := _recognised_contacts(company)) is not None:
        at = "entities.customers"
        draft.put(f"{at}.source", known.table.name)
        draft.map_column(f"{at}.columns.customer_id", known.key, "whoever was in touch")
    elif purchases is None:
        people, label, left = _map_rows(draft, warehouse, company)
    if purchases is not None:
        _map_purchases(draft, warehouse, company, purchases)
    for event in whole.contacts:
        map_contacts(draft, event.role, event.table, event.key, when=event.when)
    if left is not None and ends_memberships(draft, left):
        label = None  # the dates say more: when, and of whom it is not known yet
    if people is not None:
        _map_label(draft, warehouse, company, people, label=label)
    _set_loads(draft, company)
    make_keys_equal(draft, warehouse, company)
    _mask_key(draft, company)
    _set_business(draft, warehouse, company, purchases, left=left, labelled=label is not None)
    if purchases is not None and company is not named:
        ask_whether_purchases(draft, warehouse, company, purchases.table)


def _mask_key(draft: Draft, company: Company) -> None:
    """A tax number, a phone or a number of the state stays personal where it is the key."""
    keys = [company.best.keys.get(entity["source"]) for entity in draft.get("entities").values()]
    if any(key is not None and is_number_of_a_person(key) for key in keys):
        known = draft.get("personal_data") or []
        because = "masked wherever they are shown, and never a feature"
        draft.put("personal_data", [*dict.fromkeys([*known, "customer_id"])], because)


def _map_people(
    draft: Draft,
    warehouse: Warehouse,
    company: Company,
    people: Table,
    *,
    purchases: Purchases | None,
) -> tuple[ChosenLabel | None, Moment | None]:
    """Map the table of customers; gives the label and the moment of leaving, where it has them."""
    key = company.best.keys[people.name]
    label = choose_label(people, warehouse, has_purchases=purchases is not None)
    _find_experiment(draft, warehouse, people, purchases, label=label)
    left = map_customers(draft, warehouse, people, key, label=label)
    for derived_table in company.derived:
        say_facts(draft, derived_table.facts)
    if people.preset is not None:
        left = correct_customers(draft, people, key)
    elif left is None and label is None:
        ask_day_of_leaving(draft, warehouse, people, purchases)
    return label, left


def _map_purchases(
    draft: Draft, warehouse: Warehouse, company: Company, purchases: Purchases
) -> None:
    map_transactions(draft, warehouse, purchases)
    say_instead(draft, purchases.table, purchases.key, company.best.instead)
    ask_rival_keys(draft, purchases.table, purchases.key, company.best.rivals)
    people, keys = company.best.people, company.best.keys
    if people is not None and people.name in keys:
        nobody = nobody_values(purchases.key)
        reject_customer_nobody(draft, warehouse, people, keys[people.name], nobody=nobody)
    _find_experiment(draft, warehouse, purchases.table, purchases, label=None)


def _map_rows(
    draft: Draft, warehouse: Warehouse, company: Company
) -> tuple[Table, ChosenLabel | None, Moment | None]:
    """Map the rows of the largest table as customers, by a key that numbers them or by none."""
    keys, people = company.best.keys, max(company.tables.values(), key=lambda table: table.rows)
    label = choose_label(people, warehouse)
    _find_experiment(draft, warehouse, people, None, label=label)
    key = row_key(people, keys.get(people.name))
    if key is None or _is_of_events(people, key):
        keys.pop(people.name, None)
        map_bare_customers(draft, warehouse, people, label)
        return people, label, None
    keys[people.name] = key
    return people, label, map_customers(draft, warehouse, people, key, label=label)


def _recognised_contacts(company: Company) -> Event | None:
    """Contacts of a known system: where nothing else is there, they tell who customers are."""
    events = company.best.contacts
    return next((event for event in events if event.table.preset is not None), None)


def _is_of_events(table: Table, key: Column) -> bool:
    """Whether a key rather numbers purchases, loans or visits: others' keys return in its rows."""
    if means_another_key(key.name) and purchase_signs(table, key):
        return True
    if customer_points(table.name, key.name) >= 2 or not table.of_kind("date"):
        return False
    return bool(repeating_keys(table))


def _find_experiment(
    draft: Draft,
    warehouse: Warehouse,
    table: Table,
    purchases: Purchases | None,
    *,
    label: ChosenLabel | None,
) -> None:
    """Ask before an experiment is taken for a company: one without money and without leavers."""
    has_money = draft.get("entities.transactions.columns.amount") not in (None, {"sql": "1"})
    if has_money or (label is not None and label.label.strength == STRONG):
        return
    if purchases is not None and table is not purchases.table:
        return
    experiment = find_experiment(warehouse, table)
    if experiment is not None:
        draft.experiment = experiment
        ask_experiment(draft, experiment)


def _set_loads(draft: Draft, company: Company) -> None:
    """What a delivery of the joined tables means; a query has no deliveries of its own."""
    used = {entity["source"] for entity in draft.get("entities").values()}
    for derived_table in company.derived:
        draft.get(f"sources.{derived_table.table.name}").pop("load", None)
        for name in derived_table.whole if derived_table.table.name in used else ():
            if draft.get(f"sources.{name}.sql") is None:
                draft.put(f"sources.{name}.load", "replace", "each delivery is the whole table")


def _map_label(
    draft: Draft,
    warehouse: Warehouse,
    company: Company,
    people: Table,
    *,
    label: ChosenLabel | None,
) -> None:
    """The label, if there is one, and whom it is about."""
    key = company.best.keys.get(people.name)
    if label is not None:
        label_table = company.label or people
        if label_table is not people:
            label = choose_label(label_table, warehouse) or label
        _put_label(
            draft, warehouse, label_table, company.best.keys.get(label_table.name), label=label
        )
    if key is not None:
        ask_repeated_key(draft, warehouse, people, key)


def _put_label(
    draft: Draft, warehouse: Warehouse, people: Table, key: Column | None, *, label: ChosenLabel
) -> None:
    map_labels(draft, people, key or label.label.column, label, warehouse=warehouse)
    if key is not None:
        return
    at = "entities.labels.columns.customer_id"
    draft.put(at, draft.get("entities.customers.columns.customer_id"))


def _set_business(
    draft: Draft,
    warehouse: Warehouse,
    company: Company,
    purchases: Purchases | None,
    *,
    left: Moment | None,
    labelled: bool,
) -> None:
    set_grain(
        draft,
        purchases.when if purchases else left,
        warehouse=warehouse,
        table=purchases.table if purchases else None,
        people=company.best.people,
    )
    is_recognised = any(table.preset is not None for table in company.tables.values())
    set_churn(
        draft,
        warehouse,
        purchases,
        left=left,
        labelled=labelled,
        is_recognised=is_recognised,
        customers=company.tables.get(draft.get("entities.customers.source") or ""),
    )
    if purchases is not None:
        set_data_end(draft, warehouse, purchases.table, purchases.when)
    tables = company.tables
    if purchases is None and "customers" in draft.get("entities"):
        set_value(draft, tables[draft.get("entities.customers.source")])
        set_tenure(draft, tables[draft.get("entities.customers.source")])
    used = [tables[entity["source"]] for entity in draft.get("entities").values()]
    set_currency(draft, warehouse, used)
    set_values_to_count(draft, tables)
    set_timezone(draft, company.best)
