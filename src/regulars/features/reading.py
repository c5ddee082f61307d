"""Read frames from the warehouse: inputs by the catalogue, rows sorted by key."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pyarrow as pa

from regulars.core.settings import Project
from regulars.features.catalogue import resolve_catalogue
from regulars.features.frames import Frame, InputKind
from regulars.warehouse.protocol import Warehouse

_ATTRIBUTE_KINDS: dict[str, InputKind] = {
    "category": "category",
    "number": "number",
    "flag": "flag",
}


def input_kinds(project: Project) -> dict[str, InputKind]:
    """Every input that learning may see, with its kind: features first, then attributes."""
    kinds = dict(resolve_catalogue(project).inputs)
    customers = project.entities.get("customers")
    for name, attribute in (customers.attributes if customers else {}).items():
        if attribute.feature and attribute.type in _ATTRIBUTE_KINDS:
            kinds[name] = _ATTRIBUTE_KINDS[attribute.type]
    return kinds


def read_labelled(project: Project, warehouse: Warehouse) -> Frame:
    """All rows whose outcome is known, with it."""
    return _read(project, warehouse, "churned is not null")


def read_population(project: Project, warehouse: Warehouse, *, as_of: date) -> Frame:
    """The population at an as-of date, for scoring: only those who have not left.

    Outcomes are left out even where known.
    """
    frame = _read(project, warehouse, scored_rows(warehouse, as_of=as_of))
    return Frame(frame.keys, frame.inputs, frame.kinds, None)


def scored_rows(warehouse: Warehouse, *, as_of: date, labels: str = "") -> str:
    """The condition on rows of labels whose customers are scored: eligible, and have not left.

    `labels` is what the table is called in the query, with its dot.
    """
    left = warehouse.relation("gold", "customers_who_left")
    return (
        f"{labels}as_of = timestamp '{as_of.isoformat()} 00:00:00' "
        f"and {labels}customer_id not in (select customer_id from {left})"
    )


def read_everyone(project: Project, warehouse: Warehouse, *, as_of: Sequence[date]) -> Frame:
    """Everyone who was there at these as-of dates, in the population of churn or not."""
    kinds = input_kinds(project)
    dates = ", ".join(f"timestamp '{day.isoformat()} 00:00:00'" for day in as_of)
    columns = ", ".join(["customer_id", "as_of", *(f'"{name}"' for name in kinds)])
    table = warehouse.arrow(
        f"select {columns} from {warehouse.relation('gold', 'customer_features')} "
        f"where as_of in ({dates}) order by as_of, customer_id"
    )
    return Frame(
        keys=table.select(["customer_id", "as_of"]).combine_chunks(),
        inputs=plain_inputs(table.select(list(kinds)), kinds).combine_chunks(),
        kinds=kinds,
    )


def read_attributes(project: Project, warehouse: Warehouse, *, as_of: date) -> Frame | None:
    """The attributes of current customers but tenure, without features; None where there are none.

    They are what was known of a customer all along.
    """
    customers = project.entities.get("customers")
    tenure = project.churn.tenure_attribute if project.churn is not None else None
    known = {*(customers.attributes if customers else {})} - {tenure}
    kinds = {name: kind for name, kind in input_kinds(project).items() if name in known}
    if not kinds:
        return None
    columns = ", ".join(["customer_id", *(f'"{name}"' for name in kinds)])
    table = warehouse.arrow(
        f"select {columns} from {warehouse.relation('gold', 'dim_customer')} "
        "where is_current and not is_inferred order by customer_id"
    )
    moment = pa.scalar(as_of, pa.date32()).cast(pa.timestamp("us"))
    keys = pa.table({"customer_id": table["customer_id"], "as_of": pa.repeat(moment, len(table))})
    return Frame(
        keys=keys.combine_chunks(),
        inputs=plain_inputs(table.select(list(kinds)), kinds).combine_chunks(),
        kinds=kinds,
    )


def _read(project: Project, warehouse: Warehouse, condition: str) -> Frame:
    kinds = input_kinds(project)
    columns = ", ".join(f'"{name}"' for name in kinds)
    table = warehouse.arrow(
        f"select customer_id, as_of, churned{', ' + columns if columns else ''} "
        f"from {warehouse.relation('gold', 'ml_training_data')} "
        f"where {condition} order by as_of, customer_id"
    )
    churned = table["churned"].cast(pa.float64()).to_numpy(zero_copy_only=False)
    return Frame(
        keys=table.select(["customer_id", "as_of"]).combine_chunks(),
        inputs=plain_inputs(table.select(list(kinds)), kinds).combine_chunks(),
        kinds=kinds,
        churned=np.asarray(churned, dtype=np.float64),
    )


def plain_inputs(inputs: pa.Table, kinds: dict[str, InputKind]) -> pa.Table:
    """Numbers as doubles: decimals and integers are exact in the warehouse, not in learning."""
    columns = [
        inputs[name].cast(pa.float64()) if kind == "number" else inputs[name]
        for name, kind in kinds.items()
    ]
    return pa.table(columns, names=list(kinds))
