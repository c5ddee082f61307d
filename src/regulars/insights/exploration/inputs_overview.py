"""How much data is there, how complete is it, and which dates does it cover?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from regulars.insights.exploration.categories import CategorySummary
from regulars.insights.exploration.explored_customers import Explored
from regulars.insights.exploration.numbers import NumberSummary
from regulars.insights.release_reading import Reading

_MANY_VALUES = 0.5
_NO_SPREAD = 1e-9


@dataclass(frozen=True)
class DeliveredColumn:
    """One mapped column of an entity among the rows kept: type, missing values, first and last.

    `least` and `most` are given for dates and numbers that are not personal data.
    """

    entity: str
    column: str
    type: str
    rows: int
    missing: int
    least: str | None
    most: str | None


@dataclass(frozen=True)
class DataOverview:
    """The data in a few figures: rows per entity, and the table of explored customers.

    `first_day` to `last_day` are the months with activity. `missing` counts empty cells of the
    explored inputs, `constant` names inputs with one value only, `many_values` categories in which
    more than half of the customers differ.
    """

    entities: dict[str, int]
    columns: tuple[DeliveredColumn, ...]
    first_month: date | None
    last_month: date | None
    customers: int
    inputs: int
    numbers: int
    categories: int
    missing: int
    missing_share: float
    duplicates: int
    constant: tuple[str, ...]
    many_values: tuple[str, ...]


def data_overview(
    reading: Reading,
    seen: Explored,
    *,
    numbers: tuple[NumberSummary, ...],
    categories: tuple[CategorySummary, ...],
) -> DataOverview:
    """The overview, from the profile of the delivered columns and the summaries of the inputs."""
    inputs = len(numbers) + len(categories)
    missing = sum(summary.missing for summary in numbers) + sum(
        summary.missing for summary in categories
    )
    span = reading.rows('select min(month) as "first", max(month) as "last" from kpi_by_period')[0]
    different = reading.rows(
        "select count(*) - count(distinct customer_id) as twice from explored_customers"
    )[0]
    return DataOverview(
        entities=_entities(reading),
        columns=_columns(reading),
        first_month=span["first"],
        last_month=span["last"],
        customers=seen.customers,
        inputs=inputs,
        numbers=len(numbers),
        categories=len(categories),
        missing=missing,
        missing_share=missing / (inputs * seen.customers) if inputs * seen.customers else 0.0,
        duplicates=int(different["twice"]),
        constant=_constant(numbers, categories),
        many_values=tuple(
            summary.name
            for summary in categories
            if summary.distinct > _MANY_VALUES * seen.customers
        ),
    )


def _constant(
    numbers: tuple[NumberSummary, ...], categories: tuple[CategorySummary, ...]
) -> tuple[str, ...]:
    flat = [
        summary.name
        for summary in numbers
        if summary.known
        and not summary.missing
        and (summary.most or 0.0) - (summary.least or 0.0) <= _NO_SPREAD
    ]
    same = [summary.name for summary in categories if summary.distinct == 1 and not summary.missing]
    return (*flat, *same)


def _entities(reading: Reading) -> dict[str, int]:
    rows = reading.rows(
        "select entity, kept_rows from row_reconciliation order by kept_rows desc, entity"
    )
    return {row["entity"]: int(row["kept_rows"]) for row in rows}


def _columns(reading: Reading) -> tuple[DeliveredColumn, ...]:
    known = reading.columns("column_profile")
    kind = 'type as "type"' if "type" in known else "'' as \"type\""
    span = (
        "case when type in ('number', 'date', 'timestamp') then least end as least, "
        "case when type in ('number', 'date', 'timestamp') then most end as most"
        if {"type", "least", "most"} <= set(known)
        else "null as least, null as most"
    )
    personal = set(reading.project.personal_data)
    rows = reading.rows(
        f'select entity, column_name as "column", {kind}, rows, missing, {span} '
        "from column_profile order by entity, column_name"
    )
    return tuple(
        DeliveredColumn(
            **(row | {"least": None, "most": None} if row["column"] in personal else row)
        )
        for row in rows
    )
