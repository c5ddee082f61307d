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

from regulars.core.calendar import PERIODS_PER_YEAR
from regulars.core.errors import SettingsError
from regulars.core.settings import Project
from regulars.features.catalogue import resolve_catalogue
from regulars.features.expressions import suffix_of
from regulars.features.reading import scored_rows
from regulars.warehouse.protocol import Warehouse

# A mapped attribute, what was spent in a trailing window, or what is expected to be spent.
ValueKind = Literal["attribute", "past_value", "predicted_value"]

# Where each kind of value lies, and which of its rows belongs to a label.
_TABLES: dict[ValueKind, tuple[str, str, str]] = {
    "attribute": ("gold", "dim_customer", "and customer_values.is_current"),
    "past_value": ("gold", "customer_features", "and labels.as_of = customer_values.as_of"),
    "predicted_value": ("ml", "customer_value", ""),
}


@dataclass(frozen=True)
class ValueColumn:
    """A column that holds a value of customers, and the kind of that value."""

    kind: ValueKind
    name: str

    @classmethod
    def of(cls, project: Project) -> ValueColumn | None:
        """What the project file calls the value of a customer; None where nothing can say it."""
        source = project.value.source
        if source == "attribute" and project.value.attribute is not None:
            return cls("attribute", project.value.attribute)
        if source == "predicted":
            return cls("predicted_value", "predicted_value")
        name = past_value_column(project) if source == "spend" else None
        return None if name is None else cls("past_value", name)

    @classmethod
    def at_cutoffs(cls, project: Project) -> ValueColumn | None:
        """The value at past cutoffs: predicted values exist for today only, so past ones stand in.

        None where nothing can say it.
        """
        today = cls.of(project)
        if today is None or today.kind != "predicted_value":
            return today
        name = past_value_column(project)
        return None if name is None else cls("past_value", name)


def value_column(project: Project) -> str | None:
    """The name of the column that holds a customer's value; None where nothing can say it."""
    column = ValueColumn.of(project)
    return None if column is None else column.name


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
    """Value of every labelled row, in the order of `read_labelled`, shape (n,)."""
    column = ValueColumn.at_cutoffs(project)
    if column is None:
        return None
    return _read(warehouse, column, "labels.churned is not null")


def values_today(project: Project, warehouse: Warehouse, *, as_of: date) -> np.ndarray | None:
    """Value of everyone in the population now, in the order of `read_population`, shape (n,)."""
    column = ValueColumn.of(project)
    if column is None:
        return None
    return _read(warehouse, column, scored_rows(warehouse, as_of=as_of, labels="labels."))


def _read(warehouse: Warehouse, column: ValueColumn, condition: str) -> np.ndarray:
    layer, table, belongs = _TABLES[column.kind]
    rows = warehouse.arrow(
        f'select cast(customer_values."{column.name}" as double precision) as customer_value '
        f"from {warehouse.relation('gold', 'churn_labels')} as labels "
        f"inner join {warehouse.relation('gold', 'customer_features')} as features "
        "on labels.customer_id = features.customer_id and labels.as_of = features.as_of "
        f"left join {warehouse.relation(layer, table)} as customer_values "
        f"on labels.customer_id = customer_values.customer_id {belongs} "
        f"where {condition} order by labels.as_of, labels.customer_id"
    )
    values = rows["customer_value"].cast(pa.float64()).to_numpy(zero_copy_only=False)
    return np.asarray(values, dtype=np.float64)
