"""What other tables say of each customer: attributes, contracts, and a second file to score."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from regulars.ingest.derived import sources_named
from regulars.ingest.inference.churn_labels import labels_of
from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.company import Whole
from regulars.ingest.inference.derived_tables import (
    Derived,
    Side,
    base_column,
    build_derived,
    joined_name,
    joined_sql,
    own_names,
)
from regulars.ingest.inference.moments import find_moment, without_far_dates
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.inference.roles import points
from regulars.ingest.inference.row_facts import sides_of_rows
from regulars.ingest.inference.table_roles import is_one_each, purchase_signs
from regulars.ingest.inference.value_overlap import Overlaps
from regulars.ingest.sources.scans import literal, quoted
from regulars.warehouse.protocol import Warehouse

_MOST_SIDES = 5
_MOST_CUSTOMERS = 0.5
_LEAST_LEFT = 0.01  # of the customers; a date of leaving that nobody has tells nothing


@dataclass(frozen=True)
class Contracts:
    """A table with a beginning and an end per contract, one or several for a customer."""

    table: Table
    key: Column
    start: Column
    end: Column

    @property
    def aggregates(self) -> dict[str, str]:
        """The first beginning, and the last end unless one contract is open."""
        start, end = _time_sql(self.start), _time_sql(self.end)
        open_ended = f"count(*) > count({end})"
        return {
            self.start.name: f"min({start})",
            self.end.name: f"case when {open_ended} then null else max({end}) end",
        }


def contracts_of(warehouse: Warehouse, table: Table, key: Column) -> Contracts | None:
    """The contracts of a table where they tell who left and who stays."""
    span = span_of(table, key)
    contracts = Contracts(table, key, *span) if span is not None else None
    return contracts if contracts and _tells_leaving(warehouse, contracts) else None


def span_of(table: Table, key: Column) -> tuple[Column, Column] | None:
    """Columns by whose names or values something of a customer began, and ended for some."""
    start, end = (find_moment(table, role, without=[key.name]) for role in ("joined_at", "left_at"))
    if start is None or end is None or start.column is None or end.column is None:
        return None
    named = min(points(start.column.name, "joined_at"), points(end.column.name, "left_at")) >= 3
    is_open = 0 < end.column.filled - end.column.far_rows <= 0.98 * table.rows
    is_span = (named or end.column.far_rows > 0) and start.column is not end.column
    return (start.column, end.column) if is_span and is_open else None


def with_facts(
    warehouse: Warehouse, overlaps: Overlaps, whole: Whole, *, today: date
) -> Derived | None:
    """The customers with what other tables say of each of them."""
    people = whole.people
    if people is None or people.preset is not None:
        return None
    taken = set(people.columns)
    sides = list(_sides(warehouse, overlaps, whole, people, taken=taken))
    on_rows = list(sides_of_rows(warehouse, overlaps, whole, people, taken=taken))
    facts = {name: fact for _, held in on_rows for name, fact in held.items()}
    sides = [*sides, *(side for side, _ in on_rows)][:_MOST_SIDES]
    if not sides:
        return None
    tables = [side.table for side in sides]
    derived_table = build_derived(
        warehouse,
        joined_name(people, tables[0]),
        joined_sql(people, sides),
        [people, *tables],
        because=f"what {', '.join(t.name for t in tables)} say of each customer comes along",
        today=today,
    )
    repeated = {side.table.name for side, _ in on_rows}
    whole_parts = tuple(name for name in derived_table.parts if name not in repeated)
    return replace(derived_table, whole=whole_parts, facts=facts)


def most_have(overlaps: Overlaps, whole: Whole, customers: Table, contracts: Table) -> bool:
    """Whether most customers have a contract; who buys without one leaves in another way."""
    if whole.purchases is None:
        return True
    nearer, other = whole.keys[customers.name], whole.keys[contracts.name]
    return overlaps.share(customers, nearer, contracts, other)[0] >= _MOST_CUSTOMERS


def customers_of_contracts(warehouse: Warehouse, contracts: Contracts, *, today: date) -> Derived:
    """One row per customer of a table of contracts, where no table describes the customers."""
    table, key = contracts.table, quoted(contracts.key.name)
    rest = {
        name: f"max({quoted(name)})"
        for name, column in table.columns.items()
        if column is not contracts.key and column.kind != "empty" and not column.unique
    }
    columns = ", ".join(f"{sql} as {quoted(n)}" for n, sql in (rest | contracts.aggregates).items())
    return build_derived(
        warehouse,
        f"customers_of_{table.name}",
        f"select {key}, {columns} from {{{table.name}}} group by {key}",
        [table],
        because="a row per customer: the first beginning, and the last end unless one is open",
        today=today,
    )


def train_and_test(warehouse: Warehouse, tables: list[Table], *, today: date) -> Derived | None:
    """Two tables of the same columns but for the label: together the customers to score."""
    for train in tables:
        labelled = {label.column.name for label in labels_of(train)}
        for test in tables:
            missing = set(train.columns) - set(test.columns)
            is_same = len(test.columns) >= 3 and set(test.columns) <= set(train.columns)
            if is_same and missing and missing <= labelled:
                because = f"{test.name} has the columns of {train.name} but no label: it is scored"
                return _united(warehouse, train, test, missing, because=because, today=today)
    return None


def _united(
    warehouse: Warehouse,
    train: Table,
    test: Table,
    missing: set[str],
    *,
    because: str,
    today: date,
) -> Derived:
    names = [quoted(name) for name in train.columns]
    there = ["null" if name in missing else quoted(name) for name in train.columns]
    sql = (
        f"select {', '.join(names)} from {{{train.name}}} "
        f"union all select {', '.join(there)} from {{{test.name}}}"
    )
    name = f"{train.name}_and_{test.name}"
    return build_derived(warehouse, name, sql, [train, test], because=because, today=today)


def _sides(
    warehouse: Warehouse, overlaps: Overlaps, whole: Whole, people: Table, *, taken: set[str]
) -> Iterator[Side]:
    used = {event.table.name for event in (*whole.contacts, whole.purchases) if event}
    used |= set(sources_named(people.source.sql or ""))
    on = base_column(whole.keys[people.name].name)
    for table in overlaps.tables:
        key = whole.keys.get(table.name)
        is_free = key is not None and table is not people and table.name not in used
        if key is None or not is_free or table.source.sql is not None:
            continue
        share, form = overlaps.share(table, key, people, whole.keys[people.name])
        if share < 0.5:
            continue
        contracts = contracts_of(warehouse, table, key)
        if contracts is not None and not most_have(overlaps, whole, people, table):
            continue
        if contracts is not None and not is_one_each(key):
            columns = [contracts.start, contracts.end, *_terms(contracts)]
            names = own_names(table, columns, taken)
            yield Side(table, key, on, names, form, contracts.aggregates)
        elif is_one_each(key) and (contracts is not None or not purchase_signs(table, key)):
            # A label comes along too: with it, columns that tell the outcome are recognised.
            facts = [c for c in table.columns.values() if c is not key and c.kind != "empty"]
            if names := own_names(table, facts, taken):
                yield Side(table, key, on, names, form)


def _terms(contracts: Contracts) -> list[Column]:
    """Texts of the contract that say something, such as the plan."""
    dates = (contracts.start, contracts.end, contracts.key)
    return [
        column
        for column in contracts.table.columns.values()
        if column not in dates
        and column.kind == "text"
        and 2 <= column.distinct <= 30
        and not points(column.name, "status")
    ]


def _tells_leaving(warehouse: Warehouse, contracts: Contracts) -> bool:
    """Whether some customers have no open contract, and some have one."""
    left = contracts.aggregates[contracts.end.name]
    share = warehouse.rows(
        f"select avg(case when ended is null then 0.0 else 1.0 end) from (select {left} as ended "
        f"from {contracts.table.relation} group by {quoted(contracts.key.name)})"
    )[0][0]
    return _LEAST_LEFT <= float(share or 0.0) < 1.0


def _time_sql(column: Column) -> str:
    """A date of a contract that can be compared; dates in ISO compare as texts."""
    name = without_far_dates(column, quoted(column.name))
    if not column.is_text:
        return name
    text = f"nullif(trim({name}), '')"
    formats = column.dates.formats if column.dates else ()
    if not formats:
        return text
    return f"try_strptime({text}, [{', '.join(map(literal, formats))}])"
