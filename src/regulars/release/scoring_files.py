"""Files beside the scoring bundle: compiled models, and the values that customers are compared by.

Models are those of the run, compiled once more with `scoring: true`: where the run compares a
customer with all others, they ask for the place among the population of the release.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from regulars.warehouse.building import ModelBuilder
from regulars.warehouse.compiled_models import CompiledModel
from regulars.warehouse.protocol import Warehouse

# Entities whose rows are handed in to be scored, and those whose tables stay empty then.
POSTED = ("customers", "transactions", "interactions", "touches")
NEVER_POSTED = ("labels", "identities", "categories")
OPS_TABLES = ("run_context", "cutoffs", "batches", "new_batches", "file_order")
_WANTED = ["+customer_features", "+churn_labels"]


def compile_scoring_models(builder: ModelBuilder) -> tuple[CompiledModel, ...]:
    """The models that features and population come from."""
    models = builder.compile(
        _WANTED,
        exclude=[f"stg_{name}" for name in (*POSTED, *NEVER_POSTED)],
        variables={"scoring": True},
    )
    return tuple(models)


def write_standings(
    warehouse: Warehouse, folder: Path, *, expressions: Mapping[str, str], as_of: date
) -> None:
    """Sorted values that customers are compared by, one file per feature and its expression."""
    relation = warehouse.relation("gold", "customer_features")
    for name, expression in expressions.items():
        values = warehouse.arrow(
            f"select cast({expression} as double precision) as place from {relation} "
            f"where as_of = timestamp '{as_of} 00:00:00' and \"{name}\" is not null order by 1"
        )
        table = pa.table({"place": values["place"].cast(pa.float64())})
        pq.write_table(table, folder / f"{name}.parquet", compression="zstd")
