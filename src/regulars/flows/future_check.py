"""The check that deletes the future, for the project of a run."""

from __future__ import annotations

from regulars.core.fingerprints import code_fingerprint, fingerprint, transform_fingerprint
from regulars.core.settings import Project
from regulars.core.settings.staleness_groups import CLEAN_SETTINGS, SettingsGroup, settings_in
from regulars.flows.context import RunContext
from regulars.flows.transforming import write_dbt_project
from regulars.ml.leakage.future_deletion import FutureCheck
from regulars.warehouse.dbt import DbtProject
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
        dbt_project=_past_dbt_project,
        run_id=context.run_id,
        started_at=context.started_at,
        report=context.progress.detail,
    )


def _past_dbt_project(project: Project, past: Warehouse) -> DbtProject:
    return write_dbt_project(project, past, state=project.state / "past")
