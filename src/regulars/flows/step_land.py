"""The step that lands new rows of every source, as delivered."""

from __future__ import annotations

from collections.abc import Iterator

from regulars.core.fingerprints import fingerprint
from regulars.core.step_results import Reason, StepResult, StepWarning, WarningKind
from regulars.flows.context import RunContext
from regulars.ingest.batch_records import current_batches
from regulars.ingest.landed import LandedSource
from regulars.ingest.landing import land
from regulars.ingest.quality.floor import without_floors
from regulars.warehouse.opening import warehouse_place


def land_sources(context: RunContext) -> StepResult:
    """Land every source; its output is the batches that count, and where they are."""
    project, accepts_shrink = context.project, context.options.accept_shrink
    landed = land(
        without_floors(project) if accepts_shrink else project,
        context.warehouse,
        now=context.started_at,
        report=lambda text, share: context.progress.detail(text, share=share),
        accepts_schema=context.options.accept_schema,
    )
    batches = fingerprint(current_batches(context.warehouse), warehouse_place(project))
    return StepResult(
        reason=None if landed.anything_new else Reason.NOTHING_NEW,
        counts={
            "rows": landed.rows,
            "sources": len(landed.sources),
            "malformed_lines": landed.malformed,
            "outside_lines": landed.outside,
        },
        warnings=tuple(warning for source in landed.sources for warning in _warnings(source)),
        output_fingerprint=batches,
    )


def _warnings(source: LandedSource) -> Iterator[StepWarning]:
    if source.failure:
        yield StepWarning(
            kind=WarningKind.SOURCE_FAILED, subject=source.source, detail=source.failure
        )
    for observation in source.observations:
        yield StepWarning(
            kind=WarningKind(f"file_{observation.kind}"),
            subject=observation.file,
            facts={"columns": ", ".join(observation.columns)},
        )
