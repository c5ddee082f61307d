"""A date by whose values customers left, where its name does not say so: a question."""

from __future__ import annotations

from collections.abc import Iterator

from regulars.core.calendar import PERIODS_PER_QUARTER, Grain
from regulars.core.settings import Answer
from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.customer_attributes import AT as ATTRIBUTES
from regulars.ingest.inference.draft import Draft
from regulars.ingest.inference.moments import Moment
from regulars.ingest.inference.outcome_columns import outcome_columns
from regulars.ingest.inference.preset_columns import raw_column
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.inference.purchases import Purchases
from regulars.ingest.inference.roles import may_be, points
from regulars.ingest.inference.vocabulary import concepts
from regulars.ingest.sources.scans import quoted
from regulars.warehouse.protocol import Warehouse

_CUSTOMERS = "entities.customers.columns"
_NEARLY_ALL, _SOME = 0.98, 0.01
_LEAST = 10  # rows with both dates
_DAYS_AFTER = 31  # a last bill may follow
_MOST_AFTER = 0.02  # of the purchases of those who have the date
NO_LEAVING = frozenset(
    {"birth", "last", "login", "updated", "order", "purchase", "payment", "invoice", "delivery",
     "shipping", "due", "consent", "visit", "mailing", "opened", "clicked", "converted", "refund"}
)  # fmt: skip


def ask_day_of_leaving(
    draft: Draft, warehouse: Warehouse, people: Table, purchases: Purchases | None
) -> None:
    """Ask whether a date that some customers have, never before their beginning, ended it.

    Where there are purchases, only if those who have the date bought (nearly) nothing after it.
    """
    key = people.columns.get(str(raw_column(draft.get(f"{_CUSTOMERS}.customer_id") or "")))
    for start, end in _spans(people):
        if not _comes_after(warehouse, people, start, end):
            continue
        if purchases is not None and (
            key is None or not _ends_purchases(warehouse, people, key, end, purchases=purchases)
        ):
            continue
        _ask(draft, warehouse, people, start=start, end=end)
        return


def _spans(people: Table) -> Iterator[tuple[Column, Column]]:
    """Pairs of a date that all rows have and one that some have, by names nothing else."""
    dates = [c for c in people.of_kind("date") if not concepts(c.name) & NO_LEAVING]
    starts = [c for c in dates if c.filled >= _NEARLY_ALL * c.rows and not c.far]
    for end in dates:
        have = end.filled - end.far_rows
        if _SOME * end.rows <= have <= _NEARLY_ALL * end.rows and may_be(end.name, "left_at"):
            named = sorted(starts, key=lambda start: -points(start.name, "joined_at"))
            yield from ((start, end) for start in named[:1])


def _comes_after(warehouse: Warehouse, people: Table, start: Column, end: Column) -> bool:
    first, last = Moment(start).sql, Moment(end).sql
    both, after = warehouse.rows(
        f"select count(*), coalesce(sum(case when b >= a then 1 else 0 end), 0) from "
        f"(select {first} as a, {last} as b from {people.relation}) "
        "where a is not null and b is not null"
    )[0]
    return int(both) >= _LEAST and int(after) >= _NEARLY_ALL * int(both)


def _ends_purchases(
    warehouse: Warehouse, people: Table, key: Column, end: Column, *, purchases: Purchases
) -> bool:
    """Whether purchases stop at the date: a first purchase or a change of plan ends nothing."""
    table, who = purchases.table, quoted(purchases.key.name)
    gone, all_rows, later = warehouse.rows(
        f"with gone as (select trim(cast({quoted(key.name)} as varchar)) as who, "
        f"max({Moment(end).sql}) as ended from {people.relation} group by 1), "
        f"bought as (select trim(cast({who} as varchar)) as who, {purchases.when.sql} as t "
        f"from {table.relation}) "
        "select count(distinct gone.who), count(*), "
        f"coalesce(sum(case when t > ended + interval {_DAYS_AFTER} day then 1 else 0 end), 0) "
        "from gone inner join bought on gone.who = bought.who "
        f"where ended < (select max(t) from bought) - interval {2 * _DAYS_AFTER} day"
    )[0]
    return int(gone) >= _LEAST and int(later) <= _MOST_AFTER * int(all_rows)


def _ask(draft: Draft, warehouse: Warehouse, people: Table, *, start: Column, end: Column) -> None:
    have = end.filled - end.far_rows
    draft.ask(
        "left_at",
        f"Is '{end.label or end.name}' the day on which a customer left? {have:,} of the "
        f"{people.rows:,} rows of {people.name} have one, never before "
        f"'{start.label or start.name}'.",
        [
            Answer(
                say="Yes: it ends a membership, and who has none is a customer still.",
                set=settings_of_leaving(draft, warehouse, people, start=start, end=end),
            ),
            Answer(say="No: it tells something else."),
        ],
    )


def settings_of_leaving(
    draft: Draft, warehouse: Warehouse, people: Table, *, start: Column | None, end: Column
) -> dict[str, object]:
    """What the answer sets: the dates, churn by them, and no attribute that tells the outcome."""
    other = Draft(reserved=draft.reserved)
    Moment(end).put(other, f"{_CUSTOMERS}.left_at")
    if start is not None and draft.get(f"{_CUSTOMERS}.joined_at") is None:
        Moment(start).put(other, f"{_CUSTOMERS}.joined_at")
    columns = other.get(_CUSTOMERS)
    settings = {f"{_CUSTOMERS}.{name}": value for name, value in columns.items()}
    attributes = {name: raw_column(v) for name, v in (draft.get(ATTRIBUTES) or {}).items()}
    rest = [people.columns[name] for name in attributes.values() if name in people.columns]
    ended = f"case when {Moment(end).sql} is null then 0 else 1 end"
    dropped = {*outcome_columns(warehouse, people, ended, columns=rest), end.name}
    dropped |= {start.name} if start is not None else set()
    for name, column in attributes.items():
        if column in dropped:
            settings[f"{ATTRIBUTES}.{name}"] = None
    grain: Grain = draft.get("grain") or "day"
    settings["churn"] = {"kind": "contractual", "horizon": PERIODS_PER_QUARTER[grain]}
    if draft.get("entities.transactions") is not None:
        settings["entities.transactions.members_only"] = True
    return settings
