"""The customers to explore in a release: all at one past date, with their outcomes."""

from __future__ import annotations

from pathlib import Path

from regulars.warehouse.protocol import Warehouse

MAX_EXPLORED = 50_000
_KEYS = frozenset({"customer_id", "as_of", "role", "churned"})


def write_explored(
    warehouse: Warehouse, folder: Path, *, max_customers: int = MAX_EXPLORED
) -> dict[str, int]:
    """Write explored_customers.parquet and churn_by_cutoff.parquet into a release.

    Explored are the customers of the newest date whose outcome is known, as they were then: inputs
    first, outcome later. Where no outcome is known, those of the as-of date, without one. Of more
    than `max_customers` a sample is taken that is the same every time. Returns the rows of each
    file by its name.
    """
    labels = warehouse.relation("gold", "churn_labels")
    dates = warehouse.export_parquet(
        f"select as_of, count(*) as customers, "
        f"cast(sum(case when churned then 1 else 0 end) as bigint) as churned "
        f"from {labels} where churned is not null group by as_of order by as_of",
        folder / "churn_by_cutoff.parquet",
    )
    query = _explored(warehouse, labels, max_customers=max_customers)
    customers = warehouse.export_parquet(query, folder / "explored_customers.parquet")
    return {"explored_customers": customers, "churn_by_cutoff": dates}


def _explored(warehouse: Warehouse, labels: str, *, max_customers: int) -> str:
    """The explored customers, by id; `segment_then` is the segment on or before that date."""
    inputs = [
        f'chosen."{name}"'
        for name in warehouse.columns("gold", "ml_training_data")
        if name not in _KEYS
    ]
    chosen = _chosen(warehouse, labels, max_customers=max_customers)
    history = warehouse.relation("gold", "customer_segment_history")
    keys = ["chosen.customer_id", "chosen.as_of", "chosen.churned"]
    columns = ", ".join([*keys, *inputs, "history.segment as segment_then"])
    return (
        f"select {columns} from ({chosen}) as chosen left join {history} as history "
        f"on chosen.customer_id = history.customer_id and history.as_of = "
        f"(select max(as_of) from {history} where as_of <= (select max(as_of) from ({chosen}) as "
        f"dated)) order by chosen.customer_id"
    )


def _chosen(warehouse: Warehouse, labels: str, *, max_customers: int) -> str:
    newest = f"(select max(as_of) from {labels} where churned is not null)"
    if warehouse.rows(f"select {newest}")[0][0] is not None:
        source = warehouse.relation("gold", "ml_training_data")
        where, churned = f"as_of = {newest} and churned is not null", "*"
    else:
        source = warehouse.relation("gold", "customer_features")
        where = f"as_of = (select max(as_of) from {source})"
        churned = "*, cast(null as boolean) as churned"
    everyone = f"select {churned} from {source} where {where}"
    customers = warehouse.rows(f"select count(*) from {source} where {where}")[0][0]
    if customers <= max_customers:
        return everyone
    return f"{everyone} order by md5(customer_id), customer_id limit {max_customers}"
