"""Bounds for caps, computed from the data by an explicit command, never by a run.

This is the one place where a rule looks at other rows. Its result is a constant in the project
file, so that a delivery of tomorrow never changes a row of yesterday.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from regulars.core.errors import DataError, SettingsError
from regulars.core.names import nearest
from regulars.core.settings import ENTITY_COLUMNS, Project
from regulars.core.settings.entities import EntityName
from regulars.warehouse.protocol import Warehouse

_EVENTS = ("transactions", "interactions", "touches")
_DIGITS = 4  # of a number in the tables


@dataclass(frozen=True)
class ComputedCap:
    """Bounds of one number: quartiles and `iqr` interquartile ranges beyond them.

    `min` is None where no value lies below it: a bound that does nothing is not written.
    """

    entity: EntityName
    column: str
    iqr: float
    quartile_1: float
    quartile_3: float
    min: float | None
    max: float
    values: int
    below: int
    above: int

    @property
    def bounds(self) -> dict[str, float]:
        """What the project file is to say."""
        bounds = {"iqr": self.iqr, "min": self.min, "max": self.max}
        return {name: value for name, value in bounds.items() if value is not None}


def wanted_caps(
    project: Project, asked: Mapping[str, float]
) -> list[tuple[EntityName, str, float]]:
    """Entity, column and interquartile ranges: as asked for, else of all caps that state `iqr`.

    `asked` names columns alone (age) or with their entity (customers.age). Raises SettingsError
    for a name that is no mapped number, or where nothing is asked for.
    """
    numbers = {
        f"{entity}.{column}": (entity, column)
        for entity in project.entities
        for column in _numbers(project, entity)
    }
    stated = {
        f"{entity}.{column}": bounds.iqr
        for entity, mapping in project.entities.items()
        for column, bounds in mapping.caps.items()
        if bounds.iqr is not None
    }
    wanted = {_full_name(name, numbers): factor for name, factor in asked.items()} or stated
    if not wanted:
        raise SettingsError(
            "no cap of the project file says 'iqr'",
            hint=f"Name columns: regulars caps {next(iter(numbers), 'amount')}=3",
        )
    return [(*numbers[name], factor) for name, factor in wanted.items()]


def _numbers(project: Project, entity: EntityName) -> list[str]:
    mapping = project.entities[entity]
    canonical = {column.name for column in ENTITY_COLUMNS[entity] if column.type == "number"}
    attributes = [name for name, rule in mapping.attributes.items() if rule.type == "number"]
    return [name for name in mapping.columns if name in canonical] + attributes


def _full_name(name: str, numbers: Mapping[str, object]) -> str:
    fitting = [full for full in numbers if name in (full, full.partition(".")[2])]
    if len(fitting) == 1:
        return fitting[0]
    near = nearest(name, [*numbers, *(full.partition(".")[2] for full in numbers)])
    problem = f"'{name}' is no mapped number"
    if fitting:
        problem = f"'{name}' is in {' and '.join(fitting)}"
    raise SettingsError(
        problem + (f"; did you mean '{near}'?" if near and not fitting else ""),
        hint=f"The numbers are: {', '.join(numbers)}.",
    )


def compute_cap(
    warehouse: Warehouse, entity: EntityName, column: str, *, iqr: float, as_of: date
) -> ComputedCap:
    """Quartiles (linear interpolation) of what was delivered, known and had happened by `as_of`.

    Raises DataError where there is no value.
    """
    table = "int_customers_versioned" if entity == "customers" else f"int_{entity}_resolved"
    uncapped = f"{column}_uncapped"
    name = uncapped if uncapped in warehouse.columns("silver", table) else column
    double = warehouse.sql_type("double")
    values = (
        f'select cast("{name}" as {double}) as value from ({_known(warehouse, entity)}) as known'
    )
    values = f"{values} where {name} is not null"
    low, high = warehouse.rows(
        "select percentile_cont(0.25) within group (order by value), "
        f"percentile_cont(0.75) within group (order by value) from ({values}) as numbers",
        [as_of] * _marks(entity),
    )[0]
    if low is None:
        raise DataError(
            f"{entity}.{column} has no value before {as_of}", hint="Try a later --as-of."
        )
    reach = iqr * (high - low)
    lowest, highest = round(low - reach, _DIGITS), round(high + reach, _DIGITS)
    count, below, above = warehouse.rows(
        f"select count(*), count(case when value < {lowest!r} then 1 end), "
        f"count(case when value > {highest!r} then 1 end) from ({values}) as numbers",
        [as_of] * _marks(entity),
    )[0]
    return ComputedCap(
        entity, column, iqr, float(low), float(high), lowest if below else None, highest,
        int(count), int(below), int(above),
    )  # fmt: skip


def _marks(entity: EntityName) -> int:
    return 1 if entity == "customers" else 2


def _known(warehouse: Warehouse, entity: EntityName) -> str:
    """Rows that count; of customers the version valid at the date, or else their first one."""
    if entity in _EVENTS:
        return (
            f"select * from {warehouse.relation('silver', f'int_{entity}_resolved')} "
            "where is_kept and not is_deleted and occurred_at < cast(? as date) "
            "and coalesce(known_at, occurred_at) < cast(? as date)"
        )
    versions = warehouse.relation("silver", "int_customers_versioned")
    return (
        "select * from (select *, row_number() over (partition by customer_id order by "
        "case when version_from < cast(? as date) then version_from end desc nulls last, "
        "version_from) "
        f"as newest from {versions} where key_rank = 1 and not is_deleted) as versions "
        "where newest = 1"
    )
