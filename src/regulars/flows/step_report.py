"""The step that writes the report of the release that was staged."""

from __future__ import annotations

from regulars.core.step_results import StepResult
from regulars.flows.context import RunContext
from regulars.flows.step_publish import staged_release


def write_report(context: RunContext) -> StepResult:
    """Write the report of the staged release into its folder."""
    from regulars.serve.reports.report import write_report_of

    folder = context.releases.path(staged_release(context))
    path = write_report_of(folder, figures=context.options.plots)
    figures = len(list((folder / "figures").glob("*.png")))
    return StepResult(counts={"bytes": path.stat().st_size, "figures": figures})
