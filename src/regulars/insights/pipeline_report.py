"""The report of one run: every stage with its status, duration, error and what came of it."""

from __future__ import annotations

import json
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from regulars.core.errors import DataError
from regulars.core.settings import Project
from regulars.core.step_results import StepStatus
from regulars.insights.step_words import step_words
from regulars.release.release_store import Releases
from regulars.warehouse.ledger import Ledger, RunRecord, StepRecord

if TYPE_CHECKING:
    from regulars.release.project_facts import ReleaseManifest

_WELL = frozenset({StepStatus.DONE, StepStatus.SKIPPED, StepStatus.DEFERRED})
_LOOKED_AT = 50


@dataclass(frozen=True)
class Stage:
    """A stage that a run may have: its meaning, the stages that it needs, what it makes."""

    name: str
    meaning: str
    needs: tuple[str, ...]
    makes: tuple[str, ...]


@cache
def report_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) that every report of a run keeps to."""
    text = (files("regulars.insights") / "pipeline_report.schema.json").read_text("utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def report_of_run(
    project: Project, stages: Sequence[Stage], *, run_id: str | None = None
) -> dict[str, Any]:
    """One run from the run records, the newest that had stages where no id is given.

    Raises DataError where there is no such run. A stage that the run did not come to is 'not run'.
    """
    run = _run(project, run_id)
    recorded = {record.step: record for record in Ledger(project.state).steps(run.run_id)}
    manifest = _made(project, run.run_id)
    return {
        "execution_summary": {
            "project": project.project,
            "run_id": run.run_id,
            "command": run.command,
            "status": run.status,
            "start_time": run.started_at,
            "end_time": run.ended_at,
            "total_execution_time": _seconds(run),
            "as_of": run.as_of or (manifest.as_of if manifest else None),
            "error": run.error,
            "environment": {
                "version": run.version,
                "python": platform.python_version(),
                "system": platform.system(),
                "engine": project.engine.type,
            },
        },
        "stage_results": {stage.name: _stage(stage, recorded.get(stage.name)) for stage in stages},
        "release": _release(project, manifest) if manifest else None,
    }


def summary_of(report: dict[str, Any]) -> str:
    """The report as text: the run in three lines, then a line for each stage."""
    run, stages = report["execution_summary"], report["stage_results"]
    took = run["total_execution_time"]
    environment = run["environment"]
    lines = [
        f"{run['project']}: run {run['run_id']} {run['status']}"
        + (f" in {took:,.1f} s" if took is not None else ""),
        f"started {run['start_time'][:19]}"
        + (f", looking back from {run['as_of']}" if run["as_of"] else ""),
        f"Regulars {environment['version']}, Python {environment['python']}, "
        f"{environment['system']}, {environment['engine']}",
    ]
    if run["error"]:
        lines.append(f"error: {run['error']}")
    lines.append("")
    lines += [_line(name, stage) for name, stage in stages.items()]
    counted = [stage["status"] for stage in stages.values()]
    by_status = ", ".join(f"{counted.count(status)} {status}" for status in dict.fromkeys(counted))
    released = report["release"]
    lines += ["", by_status]
    if released:
        lines.append(f"release {released['release_id']}: {sum(released['tables'].values()):,} rows")
    return "\n".join(lines) + "\n"


def _line(name: str, stage: dict[str, Any]) -> str:
    took = stage["execution_time"]
    seconds = "" if took is None else f"{took:,.1f} s"
    words = stage["error"] or stage["metadata"]["note"] or ""
    return f"{name:<9} {stage['status']:<11} {seconds:>10}  {words}".rstrip()


def _run(project: Project, run_id: str | None) -> RunRecord:
    ledger = Ledger(project.state)
    runs = ledger.runs(limit=100_000 if run_id else _LOOKED_AT)
    if run_id:
        wanted = next((run for run in runs if run.run_id == run_id), None)
    else:
        # A session that checked or compared something has a record too, and no stages.
        staged = (run for run in runs if ledger.steps(run.run_id))
        wanted = next(staged, runs[0] if runs else None)
    if wanted is None:
        raise DataError(
            f"there is no run {run_id}" if run_id else "nothing has run yet",
            where=str(project.state),
            hint="`regulars status --runs 20` lists runs." if run_id else "Run `regulars run`.",
        )
    return wanted


def _stage(stage: Stage, record: StepRecord | None) -> dict[str, Any]:
    status = record.status if record else "not run"
    has_failed = record is not None and status not in _WELL and status != StepStatus.RUNNING
    note = step_words(stage.name, record.result) if record else None
    return {
        "status": status,
        "success": status in _WELL,
        "execution_time": record.seconds if record else None,
        "start_time": record.started_at if record else None,
        "end_time": record.ended_at if record else None,
        "error": (record.error or note or str(status)) if record and has_failed else None,
        "metadata": {
            "meaning": stage.meaning,
            "note": None if has_failed else note,
            "needs": list(stage.needs),
            "makes": list(stage.makes),
            "fingerprint": record.fingerprint if record else None,
        },
    }


def _seconds(run: RunRecord) -> float | None:
    if run.ended_at is None:
        return None
    span = datetime.fromisoformat(run.ended_at) - datetime.fromisoformat(run.started_at)
    return span.total_seconds()


def _made(project: Project, run_id: str) -> ReleaseManifest | None:
    """The release that a run made; None where it made none, or it has been removed."""
    releases = Releases(project.state)
    there = (releases.path(run_id) / "manifest.json").exists()
    return releases.read(run_id) if there else None


def _release(project: Project, manifest: ReleaseManifest) -> dict[str, Any]:
    releases = Releases(project.state)
    current = releases.current().release_id if releases.is_published else None
    return {
        "release_id": manifest.release_id,
        "is_current": manifest.release_id == current,
        "tables": manifest.tables,
    }
