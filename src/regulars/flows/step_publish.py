"""The step that makes the staged release the current one."""

from __future__ import annotations

from regulars.core.errors import ReleaseError
from regulars.core.step_results import StepResult
from regulars.flows.context import RunContext
from regulars.release.release_store import Releases


def staged_release(context: RunContext) -> str:
    """The release that was staged last, by the run records.

    Not the newest by its time: a clock that was ahead once must not decide what readers see.
    """
    staged = context.ledger.last_result("stage")
    if staged is None:
        raise ReleaseError("no release was staged", hint="Run `regulars run --resume-from stage`.")
    return staged.run_id  # a release is named after the run that staged it


def publish(context: RunContext) -> StepResult:
    """Make the staged release the current one; old releases go, the newest few stay."""
    releases: Releases = context.releases
    release_id = staged_release(context)
    releases.publish(release_id)
    releases.prune(keep=context.project.release.keep)
    return StepResult(facts={"release_id": release_id})
