"""The report of one run, with the stages of the list of steps, beside the run records."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from regulars.core.settings import Project
from regulars.flows.steps import STEPS
from regulars.insights.pipeline_report import Stage, report_of_run, summary_of

REPORT, SUMMARY = "pipeline_report.json", "pipeline_summary.txt"


def pipeline_report(project: Project, run_id: str | None = None) -> dict[str, Any]:
    """One run from the run records, the newest where no id is given.

    Raises DataError where there is no such run.
    """
    stages = [Stage(step.name, step.meaning, step.needs, step.makes) for step in STEPS]
    return report_of_run(project, stages, run_id=run_id)


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
