"""Customers and their subscriptions in two exports of one system, joined into one table."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from regulars.core.settings import Source
from regulars.ingest.inference.draft import Draft
from regulars.ingest.inference.preset_tables import preset_keys
from regulars.ingest.inference.profiled_tables import Table, profiled
from regulars.ingest.sources.scans import identifier
from regulars.warehouse.protocol import Warehouse

_LEAST_KNOWN = 0.3  # of the subscriptions, how many must be of customers in the other export


def with_contracts(
    warehouse: Warehouse, tables: list[Table], *, draft: Draft, today: date
) -> list[Table]:
    """The tables, with the contracts of a system joined to its customers where both are there."""
    for contracts in [table for table in tables if _has_contracts(table)]:
        for people in tables:
            if not _describes_people(people, contracts):
                continue
            joined = _joined(warehouse, people, contracts, draft=draft, today=today)
            if joined is not None:
                kept = [table for table in tables if table not in (people, contracts)]
                return [*kept, joined]
    return tables


def _has_contracts(table: Table) -> bool:
    return table.preset is not None and (
        table.preset.entity == "customers" and "left_at" in table.preset.columns
    )


def _describes_people(table: Table, contracts: Table) -> bool:
    return (
        table.preset is not None
        and contracts.preset is not None
        and table.preset.entity == "customers"
        and table.preset.system == contracts.preset.system
        and "left_at" not in table.preset.columns
    )


def _joined(
    warehouse: Warehouse, people: Table, contracts: Table, *, draft: Draft, today: date
) -> Table | None:
    """One row per customer with the dates and attributes of its contracts; None: no such key."""
    assert people.preset is not None
    assert contracts.preset is not None
    here, there = preset_keys(people)[:1], preset_keys(contracts)[:1]
    if not here or not there:
        return None
    key, other = identifier(here[0].name), identifier(there[0].name)
    specs = {**contracts.preset.columns, **contracts.preset.attributes}
    taken = {column.column for column in specs.values() if column.column in contracts.columns}
    added = ", ".join(f"contract.{identifier(str(name))}" for name in sorted(map(str, taken)))
    sql = (
        f"select people.*, {added} from {{people}} as people left join {{contracts}} as contract "
        f"on people.{key} = contract.{other}"
    )
    in_memory = sql.format(people=people.relation, contracts=contracts.relation)
    known = warehouse.rows(
        f"select avg(case when {other} in (select {key} from {people.relation}) then 1.0 else 0 "
        f"end) from {contracts.relation}"
    )[0][0]
    if float(known or 0) < _LEAST_KNOWN:
        return None
    name = f"{people.name}_with_contracts"
    warehouse.execute(f"create or replace table {warehouse.relation('main', name)} as {in_memory}")
    stated = sql.format(people=_source(people), contracts=_source(contracts))
    because = f"contracts of {contracts.preset.title} joined to {people.preset.title}"
    draft.put(f"sources.{name}.sql", stated, because)
    delivery = replace(people.delivery, name=name, source=Source(sql=stated))
    preset = people.preset.model_copy(
        update={
            "columns": people.preset.columns | contracts.preset.columns,
            "attributes": people.preset.attributes | contracts.preset.attributes,
        }
    )
    return replace(profiled(warehouse, delivery, today=today), preset=preset)


def _source(table: Table) -> str:
    """What stands for a table in a query over sources: its name, or its own query."""
    return f"({table.source.sql})" if table.source.sql else f"{{{table.name}}}"
