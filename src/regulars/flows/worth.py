"""What a customer is worth: an attribute, net spend in a trailing window, or the predicted value.

Training and scoring ask here, so that the money of a test and the priorities of today rest on the
same value.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa

from regulars.core.calendar import PERIODS_PER_YEAR
from regulars.core.errors import SettingsError
from regulars.core.settings import Project
from regulars.features.catalogue import resolve_catalogue
from regulars.features.expressions import suffix_of
from regulars.flows.context import RunContext


def value_column(project: Project) -> str | None:
    """The column that says what a customer is worth; None where nothing can say it."""
    source = project.value.source
    if source == "attribute":
        return project.value.attribute
    if source == "predicted":
        return "predicted_value"
    return spend_column(project)


def spend_column(project: Project) -> str | None:
    """Sales less refunds in the trailing window: a year, or the longest there is."""
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


def values_at_cutoffs(context: RunContext) -> np.ndarray | None:
    """Value of every labelled row, in the order of `read_labelled`, shape (n,).

    Predicted values exist for today only: at past cutoffs trailing net spend stands for them.
    """
    return _values(context, "labels.churned is not null", today=False)


def values_today(context: RunContext, *, as_of: date) -> np.ndarray | None:
    """Value of everyone in the population now, in the order of `read_population`, shape (n,)."""
    return _values(context, f"labels.as_of = timestamp '{as_of} 00:00:00'", today=True)


def _values(context: RunContext, condition: str, *, today: bool) -> np.ndarray | None:
    project, warehouse = context.project, context.warehouse
    source = project.value.source
    name = value_column(project)
    if source == "predicted" and not today:
        name, source = spend_column(project), "spend"
    if name is None:
        return None
    layer, table, dated = {
        "attribute": ("gold", "dim_customer", "and worth.is_current"),
        "spend": ("gold", "customer_features", "and labels.as_of = worth.as_of"),
        "predicted": ("ml", "customer_value", ""),
    }[source]
    found = warehouse.arrow(
        f'select cast(worth."{name}" as double precision) as worth '
        f"from {warehouse.relation('gold', 'churn_labels')} as labels "
        f"inner join {warehouse.relation('gold', 'customer_features')} as features "
        "on labels.customer_id = features.customer_id and labels.as_of = features.as_of "
        f"left join {warehouse.relation(layer, table)} as worth "
        f"on labels.customer_id = worth.customer_id {dated} "
        f"where {condition} order by labels.as_of, labels.customer_id"
    )
    values = found["worth"].cast(pa.float64()).to_numpy(zero_copy_only=False)
    return np.asarray(values, dtype=np.float64)
