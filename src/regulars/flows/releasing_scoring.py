"""What a release needs to score customers who are not in it: models, estimator, standings.

The models are those of the run, compiled once more with `scoring: true`: where the run compares a
customer with all others, they ask for the place among the population of the release. Everything a
score rests on lies in the release, so that it scores in the same way for as long as it is kept.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from regulars.core.fingerprints import fingerprint, transform_fingerprint
from regulars.core.settings import Project
from regulars.features.catalogue import resolve_catalogue
from regulars.features.reading import input_kinds
from regulars.features.tables import read_cutoffs
from regulars.flows.context import RunContext
from regulars.flows.transforming import dbt_project, transform_variables
from regulars.flows.worth import value_column
from regulars.ml.registry import EstimatorRecord
from regulars.release.release_files import write_file
from regulars.release.scoring_bundle import (
    CustomerValueSource,
    LayerSchemas,
    NumberBounds,
    ScoringBundle,
    ScoringCutoff,
)
from regulars.warehouse.dbt import CompiledModel, DbtProject

POSTED = ("customers", "transactions", "interactions", "touches")
_NOT_POSTED = ("labels", "identities", "categories")
_ASKED = ["+customer_features", "+churn_labels"]
_OPS = ("run_context", "cutoffs", "batches", "new_batches")
_STANDINGS = ("share_below", "parts")


def write_scoring(context: RunContext, champion: EstimatorRecord, folder: Path) -> None:
    """Write `scoring.json`, the estimator and the standings into `<release>/scoring`."""
    project, warehouse = context.project, context.warehouse
    place = folder / "scoring"
    place.mkdir()
    source = context.estimators.folder(champion.estimator_id)
    shutil.copyfile(source / "estimator.joblib", place / "estimator.joblib")
    variables = transform_variables(project, warehouse)
    catalogue = resolve_catalogue(project)
    newest = max(read_cutoffs(warehouse), key=lambda one: one.as_of)
    standings = {one.name: one.args[0] for one in catalogue.features if one.op in _STANDINGS}
    _write_standings(context, standings, as_of=newest.as_of.isoformat(), path=place)
    bundle = ScoringBundle(
        estimator_id=champion.estimator_id,
        cutoff=ScoringCutoff(**asdict(newest)),
        grain=project.grain,
        timezone=project.timezone,
        churn_kind=project.churn.kind if project.churn else None,
        models=tuple(_models(context, variables)),
        schemas=LayerSchemas(
            silver=warehouse.schema("silver"),
            gold=warehouse.schema("gold"),
            ops=warehouse.schema("ops"),
        ),
        posted_columns={name: warehouse.columns("silver", f"base_{name}") for name in POSTED},
        empty_tables={name: warehouse.columns("silver", f"base_{name}") for name in _NOT_POSTED},
        ops_tables={name: warehouse.columns("ops", name) for name in _OPS},
        mapped_columns={
            name: tuple(sorted(mapping.columns)) for name, mapping in project.entities.items()
        },
        caps=_caps(project),
        attributes={one["name"]: one["type"] for one in variables["attributes"]},
        inputs=input_kinds(project),
        feature_entities={one.name: one.entity for one in catalogue.features if one.kind},
        standings=tuple(sorted(standings)),
        value=CustomerValueSource(source=project.value.source, column=value_column(project)),
    )
    write_file(place, bundle)


def _models(context: RunContext, variables: dict[str, Any]) -> list[CompiledModel]:
    """The models that features and population come from, compiled for DuckDB; kept between runs."""
    made_from = fingerprint(variables, transform_fingerprint(), context.warehouse.engine)
    kept = context.project.state / "scoring" / "models.json"
    if kept.exists():
        told = json.loads(kept.read_text("utf-8"))
        if told["made_from"] == made_from:
            return [CompiledModel(**one) for one in told["models"]]
    found = _transformation(context, variables).compile(
        _ASKED,
        exclude=[f"+base_{name}" for name in (*POSTED, *_NOT_POSTED)],
        variables={"scoring": True},
    )
    kept.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"made_from": made_from, "models": [asdict(one) for one in found]})
    kept.write_text(text, "utf-8")
    return found


def _transformation(context: RunContext, variables: dict[str, Any]) -> DbtProject:
    """The run's own dbt project, or one of DuckDB where the run is on another engine."""
    if context.warehouse.engine == "duckdb":
        return dbt_project(context)
    output = {"type": "duckdb", "path": ":memory:", "schema": "main", "threads": 1}
    return DbtProject(context.project.state / "scoring", output=output, variables=variables)


def _write_standings(
    context: RunContext, standings: dict[str, str], *, as_of: str, path: Path
) -> None:
    """Sorted values that customers are compared by, one file per feature."""
    relation = context.warehouse.relation("gold", "customer_features")
    for name, expression in standings.items():
        found = context.warehouse.arrow(
            f"select cast({expression} as double precision) as place from {relation} "
            f"where as_of = timestamp '{as_of} 00:00:00' and \"{name}\" is not null order by 1"
        )
        table = pa.table({"place": found["place"].cast(pa.float64())})
        pq.write_table(table, path / f"{name}.parquet", compression="zstd")


def _caps(project: Project) -> dict[str, dict[str, NumberBounds]]:
    """Bounds of numbers by entity and column."""
    return {
        entity: {
            name: NumberBounds(min=bounds.min, max=bounds.max)
            for name, bounds in mapping.caps.items()
            if bounds.is_set
        }
        for entity, mapping in project.entities.items()
        if any(bounds.is_set for bounds in mapping.caps.values())
    }
