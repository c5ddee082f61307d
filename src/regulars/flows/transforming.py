"""The models that the steps of a session build, and the dbt project that holds them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from regulars.core.errors import TransformError
from regulars.core.settings import Project
from regulars.features.variables import feature_variables
from regulars.flows.context import RunContext
from regulars.ingest.batch_records import replaced_sources
from regulars.ingest.clean_entities import ProjectMapping
from regulars.ingest.mapping import resolve_mapping
from regulars.ingest.silver.generated import cleaning_models
from regulars.segments.segment_rules import segment_variables
from regulars.warehouse.building import ModelBuilder
from regulars.warehouse.compiled_models import compiled_folder
from regulars.warehouse.dialects import dialect_of
from regulars.warehouse.node_results import NodeResult, Report
from regulars.warehouse.protocol import Warehouse


def model_builder(context: RunContext) -> ModelBuilder:
    """The models of the session, made from the project file and the landed columns.

    They are written as a dbt project too, for those who read them or call dbt.
    """
    if context.models is None:
        context.models = project_models(context.project, context.warehouse)
        context.models.write_dbt_project(context.project.state)
    return context.models


def project_models(
    project: Project, warehouse: Warehouse, *, state: Path | None = None
) -> ModelBuilder:
    """The models of a project in a warehouse; their SQL is written into the project's state."""
    mapping = project_mapping(project, warehouse)
    return ModelBuilder(
        warehouse,
        variables=transform_variables(mapping),
        models=cleaning_models(mapping.entities, dialect_of(warehouse.engine)),
        compiled=compiled_folder(state or project.state),
    )


def project_mapping(project: Project, warehouse: Warehouse) -> ProjectMapping:
    """The mapping of the project file, resolved against what was landed."""
    return resolve_mapping(
        project,
        {name: warehouse.columns("bronze", name) for name in project.sources},
        dialect=dialect_of(warehouse.engine),
        replaced=replaced_sources(warehouse),
    )


def transform_variables(mapping: ProjectMapping) -> dict[str, Any]:
    """Everything that the models after cleaning need to know, from the project file and bronze."""
    variables = mapping.variables()
    return {
        **variables,
        **feature_variables(mapping.project, attributes=variables["attributes"]),
        "segments": segment_variables(mapping.project),
    }


def build_models(
    context: RunContext, select: Sequence[str], *, full: bool = True
) -> list[NodeResult]:
    """Build models. Raises TransformError if one fails."""
    return model_builder(context).build(select, full=full, report=model_progress(context))


def build_and_test_models(context: RunContext, select: Sequence[str]) -> None:
    """Build models and test them. Raises TransformError if a model or a test fails."""
    build_models(context, select)
    failed = [
        result for result in run_model_tests(context, select) if result.status in ("fail", "error")
    ]
    if failed:
        rows = f" ({failed[0].failures:,} rows)" if failed[0].failures else ""
        raise TransformError(f"the check {failed[0].name}{rows} failed")


def run_model_tests(context: RunContext, select: Sequence[str]) -> list[NodeResult]:
    """Run the tests of models that are built."""
    return model_builder(context).test(select, report=model_progress(context))


def model_progress(context: RunContext) -> Report:
    """What tells the run's progress which model or test is being worked on."""

    def tell(text: str, index: int, total: int) -> None:
        name = text.rsplit(maxsplit=1)[-1]
        context.progress.detail(name, share=index / max(total, 1))

    return tell
