"""What a release needs to score customers who are not in it: models, estimator, standings.

Everything a score rests on lies in the release, so that it scores in the same way for as long as it
is kept.
"""

from __future__ import annotations

import shutil
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

from regulars.core.settings import Project
from regulars.features.catalogue import resolve_catalogue
from regulars.features.customer_values import ValueBasis, value_part_without_prediction
from regulars.features.reading import input_kinds
from regulars.features.tables import read_cutoffs
from regulars.flows.context import RunContext
from regulars.flows.transforming import model_builder, project_mapping, transform_variables
from regulars.ingest.clean_entities import ProjectMapping
from regulars.ingest.silver.generated import cleaning_models
from regulars.ml.estimator_index import EstimatorRecord
from regulars.release.release_files import write_file
from regulars.release.scoring_bundle import (
    CustomerValueSource,
    LayerSchemas,
    NumberBounds,
    ScoringBundle,
    ScoringCutoff,
)
from regulars.release.scoring_files import (
    NEVER_POSTED,
    OPS_TABLES,
    POSTED,
    compile_scoring_models,
    write_standings,
)
from regulars.release.value_report import ValueSource
from regulars.warehouse.building import ModelBuilder
from regulars.warehouse.compiled_models import CompiledModel
from regulars.warehouse.engines.duckdb import DuckDBWarehouse
from regulars.warehouse.engines.duckdb_dialect import DUCKDB

_COMPARING = ("share_below", "parts")


def write_scoring(context: RunContext, champion: EstimatorRecord, folder: Path) -> None:
    """Write `scoring.json`, the estimator and the standings into `<release>/scoring`."""
    scoring = folder / "scoring"
    scoring.mkdir()
    source = context.estimators.folder(champion.estimator_id)
    shutil.copyfile(source / "estimator.joblib", scoring / "estimator.joblib")
    bundle = _bundle(context, champion.estimator_id)
    write_standings(
        context.warehouse,
        scoring,
        expressions=_standings(context.project),
        as_of=bundle.cutoff.as_of,
    )
    write_file(scoring, bundle)


def _bundle(context: RunContext, estimator_id: str) -> ScoringBundle:
    project, warehouse = context.project, context.warehouse
    mapping = project_mapping(project, warehouse)
    features = resolve_catalogue(project).features
    newest = max(read_cutoffs(warehouse), key=lambda cutoff: cutoff.as_of)
    return ScoringBundle(
        estimator_id=estimator_id,
        cutoff=ScoringCutoff(**asdict(newest)),
        grain=project.grain,
        timezone=project.timezone,
        churn_kind=project.churn.kind if project.churn else None,
        models=_models(context, mapping),
        schemas=LayerSchemas(
            silver=warehouse.schema("silver"),
            gold=warehouse.schema("gold"),
            ops=warehouse.schema("ops"),
        ),
        staged_as="stg_",
        posted_columns={name: warehouse.columns("silver", f"stg_{name}") for name in POSTED},
        empty_tables={name: warehouse.columns("silver", f"stg_{name}") for name in NEVER_POSTED},
        ops_tables={name: warehouse.columns("ops", name) for name in OPS_TABLES},
        mapped_columns={
            name: tuple(sorted(entity.columns)) for name, entity in project.entities.items()
        },
        caps=_caps(project),
        attributes={attribute.name: attribute.type for attribute in mapping.attributes},
        inputs=input_kinds(project),
        feature_entities={feature.name: feature.entity for feature in features if feature.kind},
        standings=tuple(sorted(_standings(project))),
        value=_value_source(project),
    )


def _value_source(project: Project) -> CustomerValueSource:
    part = value_part_without_prediction(project)
    if part is None:
        return CustomerValueSource(source="predicted")
    sources: dict[ValueBasis, ValueSource] = {"past": "spend", "delivered": "attribute"}
    source = sources.get(part.basis, "predicted")
    return CustomerValueSource(source=source, column=part.column, times=part.times)


def _standings(project: Project) -> dict[str, str]:
    """Features that compare customers, each with the expression that it compares."""
    return {
        feature.name: feature.args[0]
        for feature in resolve_catalogue(project).features
        if feature.op in _COMPARING
    }


def _models(context: RunContext, mapping: ProjectMapping) -> tuple[CompiledModel, ...]:
    if context.warehouse.engine == "duckdb":
        return compile_scoring_models(model_builder(context))
    # Scores are computed by DuckDB, whatever the run's engine is.
    with closing(
        DuckDBWarehouse(None, schema_prefix=context.project.engine.schema_prefix)
    ) as memory:
        builder = ModelBuilder(
            memory,
            variables=transform_variables(mapping),
            models=cleaning_models(mapping.entities, DUCKDB),
        )
        return compile_scoring_models(builder)


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
