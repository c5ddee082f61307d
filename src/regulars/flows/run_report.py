"""The report of one run: every stage with its status, duration, error and what came of it."""

from __future__ import annotations

import json
import platform
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from regulars.core.errors import DataError
from regulars.core.settings import Project
from regulars.flows.steps import STEPS, Step
from regulars.insights.step_words import step_words
from regulars.release.project_facts import ReleaseManifest
from regulars.release.release_store import Releases
from regulars.warehouse.ledger import Ledger, RunRecord, StepRecord

REPORT, SUMMARY = "pipeline_report.json", "pipeline_summary.txt"
_WELL = frozenset({"done", "skipped"})


@cache
def report_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) that every report of a run keeps to."""
    text = (files("regulars.flows") / "pipeline_report.schema.json").read_text("utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def pipeline_report(project: Project, run_id: str | None = None) -> dict[str, Any]:
    """One run from the run records, the newest where no id is given.

    Raises DataError where there is no such run. A stage that the run did not come to is 'not run'.
    """
    run = _run(project, run_id)
    recorded = {one.step: one for one in Ledger(project.state).steps(run.run_id)}
    made = _made(project, run.run_id)
    return {
        "execution_summary": {
            "project": project.project,
            "run_id": run.run_id,
            "command": run.command,
            "status": run.status,
            "start_time": run.started_at,
            "end_time": run.ended_at,
            "total_execution_time": _seconds(run),
            "as_of": run.as_of or (made.as_of if made else None),
            "error": run.error,
            "environment": {
                "version": run.version,
                "python": platform.python_version(),
                "system": platform.system(),
                "engine": project.engine.type,
            },
        },
        "stage_results": {step.name: _stage(step, recorded.get(step.name)) for step in STEPS},
        "release": _release(project, made) if made else None,
    }


def write_pipeline_report(project: Project, run_id: str) -> tuple[Path, Path]:
    """Write pipeline_report.json and pipeline_summary.txt of a run beside its project's records.

    They describe the newest run; those of earlier ones can be made from the records at any time.
    """
    report = pipeline_report(project, run_id)
    written = project.state / REPORT, project.state / SUMMARY
    for path, text in zip(written, (json.dumps(report, indent=2), summary_of(report)), strict=True):
        draft = path.with_suffix(".new")
        draft.write_text(text, "utf-8")
        draft.replace(path)
    return written


def summary_of(report: dict[str, Any]) -> str:
    """The report as text: the run in three lines, then a line for each stage."""
    run, stages = report["execution_summary"], report["stage_results"]
    took = run["total_execution_time"]
    made = run["environment"]
    lines = [
        f"{run['project']}: run {run['run_id']} {run['status']}"
        + (f" in {took:,.1f} s" if took is not None else ""),
        f"started {run['start_time'][:19]}"
        + (f", looking back from {run['as_of']}" if run["as_of"] else ""),
        f"Regulars {made['version']}, Python {made['python']}, {made['system']}, {made['engine']}",
    ]
    if run["error"]:
        lines.append(f"error: {run['error']}")
    lines.append("")
    lines += [_line(name, stage) for name, stage in stages.items()]
    counted = [stage["status"] for stage in stages.values()]
    said = ", ".join(f"{counted.count(one)} {one}" for one in dict.fromkeys(counted))
    released = report["release"]
    lines += ["", said]
    if released:
        lines.append(f"release {released['release_id']}: {sum(released['tables'].values()):,} rows")
    return "\n".join(lines) + "\n"


def _line(name: str, stage: dict[str, Any]) -> str:
    took = stage["execution_time"]
    seconds = "" if took is None else f"{took:,.1f} s"
    said = stage["error"] or stage["metadata"]["note"] or ""
    return f"{name:<9} {stage['status']:<11} {seconds:>10}  {said}".rstrip()


def _run(project: Project, run_id: str | None) -> RunRecord:
    runs = Ledger(project.state).runs(limit=100_000 if run_id else 1)
    found = next((one for one in runs if run_id in (None, one.run_id)), None)
    if found is None:
        raise DataError(
            f"there is no run {run_id}" if run_id else "nothing has run yet",
            where=str(project.state),
            hint="`regulars status --runs 20` lists runs." if run_id else "Run `regulars run`.",
        )
    return found


def _stage(step: Step, found: StepRecord | None) -> dict[str, Any]:
    status = found.status if found else "not run"
    failed = found is not None and status not in _WELL and status != "running"
    note = step_words(step.name, found.result) if found else None
    return {
        "status": status,
        "success": status in _WELL,
        "execution_time": found.seconds if found else None,
        "start_time": found.started_at if found else None,
        "end_time": found.ended_at if found else None,
        "error": (found.error or note or str(status)) if found and failed else None,
        "metadata": {
            "meaning": step.meaning,
            "note": None if failed else note,
            "needs": list(step.needs),
            "makes": list(step.makes),
            "fingerprint": found.fingerprint if found else None,
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


def _release(project: Project, made: ReleaseManifest) -> dict[str, Any]:
    releases = Releases(project.state)
    current = releases.current().release_id if releases.is_published else None
    return {
        "release_id": made.release_id,
        "is_current": made.release_id == current,
        "tables": made.tables,
    }
