"""The check that deletes the future, for the project of a run."""

from __future__ import annotations

from regulars.core.fingerprints import code_fingerprint, fingerprint, transform_fingerprint
from regulars.core.settings import Project
from regulars.core.settings.staleness_groups import CLEAN_SETTINGS, SettingsGroup, settings_in
from regulars.flows.context import RunContext
from regulars.flows.transforming import project_models
from regulars.ml.leakage.future_deletion import FutureCheck
from regulars.warehouse.building import ModelBuilder
from regulars.warehouse.protocol import Warehouse


def future_check(context: RunContext) -> FutureCheck:
    """The check of this project, with what decides whether an earlier result still counts."""
    settings = settings_in(context.project, (*CLEAN_SETTINGS, SettingsGroup.WINDOWS))
    code = code_fingerprint("regulars.flows.transforming", "regulars.ingest.derived")
    return FutureCheck(
        context.project,
        context.warehouse,
        context.estimators,
        definition=fingerprint(settings, code, transform_fingerprint()),
        models_of=_past_models,
        run_id=context.run_id,
        started_at=context.started_at,
        report=context.progress.detail,
    )


def _past_models(project: Project, past: Warehouse) -> ModelBuilder:
    return project_models(project, past, state=project.state / "past")
