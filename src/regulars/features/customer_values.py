"""Which column holds a customer's value, of which kind, and the values of the labelled rows.

Training and scoring ask here, so that the money of a test and the priorities of today rest on the
same value.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
import pyarrow as pa

from regulars.core.calendar import MONTHS_PER_YEAR, PERIODS_PER_YEAR
from regulars.core.errors import SettingsError
from regulars.core.settings import Project
from regulars.features.catalogue import resolve_catalogue
from regulars.features.expressions import suffix_of
from regulars.features.reading import scored_rows
from regulars.warehouse.protocol import Warehouse

# Delivered as the value of a life, expected to be spent, or spent in the last 12 months.
ValueBasis = Literal["delivered", "predicted", "past"]
_MONTHS = {"month": MONTHS_PER_YEAR, "life": 1}


@dataclass(frozen=True)
class ValuePart:
    """A column that says what a customer brings who stays, and on what that rests."""

    basis: ValueBasis
    table: str
    column: str
    times: int = 1

    def variables(self) -> dict[str, str | int]:
        """The same for the dbt models."""
        return {"basis": self.basis, "table": self.table, "column": self.column}


@dataclass(frozen=True)
class CustomerValues:
    """Values given that the customer stays, shape (n,), nan where unknown; `basis` has one each."""

    value: np.ndarray
    basis: tuple[ValueBasis | None, ...]


def value_parts(project: Project) -> tuple[ValuePart, ...]:
    """Where the value of a customer who stays is read, the best first; empty: nothing says it."""
    source, attribute = project.value.source, project.value.attribute
    if source == "attribute" and attribute is not None:
        return (ValuePart("delivered", "dim_customer", attribute),)
    column = past_value_column(project)
    past = () if column is None else (ValuePart("past", "customer_features", column),)
    if source == "spend":
        return past
    return (ValuePart("predicted", "customer_value", "value_if_stays"), *past)


def value_part_without_prediction(project: Project) -> ValuePart | None:
    """What stands in where there is no prediction: at past cutoffs, and for posted customers.

    A charge per month over the 12 months of the horizon is what a member pays who stays.
    """
    value = project.value
    if value.attribute is not None and value.attribute_per is not None:
        months = _MONTHS[value.attribute_per]
        if value.source != "spend":
            basis: ValueBasis = "predicted" if value.attribute_per == "month" else "delivered"
            return ValuePart(basis, "dim_customer", value.attribute, months)
    column = past_value_column(project)
    return None if column is None else ValuePart("past", "customer_features", column)


def past_value_column(project: Project) -> str | None:
    """Sales less refunds in the trailing window: a year, or the longest there is.

    None without transactions. Raises SettingsError where the project file names a window that
    features do not have.
    """
    if "transactions" not in project.entities:
        return None
    windows = resolve_catalogue(project).windows
    wanted = project.value.window
    if wanted is not None and wanted not in windows:
        raise SettingsError(
            f"value.window: there is no window of {wanted} {project.grain}s",
            where=str(project.file),
            hint=f"The windows are {', '.join(map(str, windows))}; see features.windows.",
        )
    year = PERIODS_PER_YEAR[project.grain]
    window = wanted or (year if year in windows else max(windows))
    return f"net_amount_{suffix_of(window, project.grain)}"


def values_at_cutoffs(project: Project, warehouse: Warehouse) -> np.ndarray | None:
    """Value of every labelled row, in the order of `read_labelled`, shape (n,); None: unknown."""
    part = value_part_without_prediction(project)
    if part is None:
        return None
    return _read(warehouse, (part,), "labels.churned is not null").value


def values_today(project: Project, warehouse: Warehouse, *, as_of: date) -> CustomerValues | None:
    """Values of everyone in the population now, in the order of `read_population`, shape (n,).

    None where nobody's value is known.
    """
    parts = value_parts(project)
    if not parts:
        return None
    values = _read(warehouse, parts, scored_rows(warehouse, as_of=as_of, labels="labels."))
    return values if np.isfinite(values.value).any() else None


_ALIASES = {"dim_customer": "customers", "customer_features": "features", "customer_value": "ahead"}


def _read(warehouse: Warehouse, parts: tuple[ValuePart, ...], condition: str) -> CustomerValues:
    columns = [
        f'cast({_ALIASES[part.table]}."{part.column}" as double precision)' for part in parts
    ]
    # What was refunded beyond what was sold is a loss that has happened: it is not at risk.
    known = [
        f"case when {column} < 0 then 0 else {part.times} * {column} end"
        for part, column in zip(parts, columns, strict=True)
    ]
    bases = " ".join(
        f"when {column} is not null then '{part.basis}'"
        for part, column in zip(parts, columns, strict=True)
    )
    ahead = (
        f"left join {warehouse.relation('ml', 'customer_value')} as ahead "
        "on labels.customer_id = ahead.customer_id "
        if any(part.table == "customer_value" for part in parts)
        else ""
    )
    rows = warehouse.arrow(
        f"select coalesce({', '.join(known)}) as value, case {bases} end as basis "
        f"from {warehouse.relation('gold', 'churn_labels')} as labels "
        f"inner join {warehouse.relation('gold', 'customer_features')} as features "
        "on labels.customer_id = features.customer_id and labels.as_of = features.as_of "
        f"left join {warehouse.relation('gold', 'dim_customer')} as customers "
        f"on labels.customer_id = customers.customer_id and customers.is_current {ahead}"
        f"where {condition} order by labels.as_of, labels.customer_id"
    )
    value = rows["value"].cast(pa.float64()).to_numpy(zero_copy_only=False)
    return CustomerValues(np.asarray(value, dtype=np.float64), tuple(rows["basis"].to_pylist()))
