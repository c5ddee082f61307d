"""Settings that take a table of contracts in: who joined when, who left when, churn by it."""

from __future__ import annotations

from copy import deepcopy
from datetime import date

from regulars.core.calendar import PERIODS_PER_QUARTER
from regulars.ingest.inference.company import Company
from regulars.ingest.inference.derived_tables import (
    Derived,
    Side,
    base_column,
    build_derived,
    joined_name,
    joined_sql,
    own_names,
)
from regulars.ingest.inference.draft import Draft
from regulars.ingest.inference.moments import Moment
from regulars.ingest.inference.people_joins import Contracts, customers_of_contracts
from regulars.ingest.inference.value_overlap import Overlaps

_AT = "entities.customers"


def contract_settings(
    draft: Draft, overlaps: Overlaps, company: Company, contracts: Contracts, *, today: date
) -> dict[str, object]:
    """What an answer sets that makes these contracts decide who left; none where they cannot."""
    people, table = company.best.people, contracts.table
    mapped = deepcopy(draft.get(_AT))
    if people is None:
        if mapped is not None:
            return {}
        joined = customers_of_contracts(overlaps.warehouse, contracts, today=today)
        names = {column.name: column.name for column in (contracts.start, contracts.end)}
        mapped = {"columns": {"customer_id": contracts.key.name}}
    else:
        if mapped is None or mapped["source"] != people.name:
            return {}
        names = own_names(table, [contracts.start, contracts.end], set(people.columns))
        joined = _joined(overlaps, company, contracts, names, today=today)
    other = Draft(reserved=draft.reserved)
    other.put(_AT, {**mapped, "source": joined.table.name})
    for role, column in (("joined_at", contracts.start), ("left_at", contracts.end)):
        Moment(joined.table.columns[names[column.name]]).put(other, f"{_AT}.columns.{role}")
    source = {**draft.settings["sources"][table.name], "load": "replace"}
    source["path"] = str(table.delivery.pattern.resolve())
    settings: dict[str, object] = {
        f"sources.{table.name}": source,
        f"sources.{joined.table.name}": {"sql": joined.sql},
        _AT: other.get(_AT),
        "churn": {
            "kind": "contractual",
            "horizon": PERIODS_PER_QUARTER[draft.get("grain") or "day"],
        },
    }
    if draft.get("entities.transactions") is not None:
        settings["entities.transactions.members_only"] = True
    return settings


def _joined(
    overlaps: Overlaps,
    company: Company,
    contracts: Contracts,
    names: dict[str, str],
    *,
    today: date,
) -> Derived:
    """The customers with the first beginning and the last end of their contracts."""
    people, table = company.best.people, contracts.table
    assert people is not None
    key = company.best.keys[people.name]
    _, form = overlaps.share(table, contracts.key, people, key)
    on = base_column(key.name)
    side = Side(table, contracts.key, on, names, form, contracts.aggregates)
    return build_derived(
        overlaps.warehouse,
        joined_name(people, table),
        joined_sql(people, [side]),
        [people, table],
        because=f"{table.name} tells who left",
        today=today,
    )
