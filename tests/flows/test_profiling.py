"""The profile of a run: steps, their parts, functions, kept in the project's state."""

from __future__ import annotations

import json
from pathlib import Path

from regulars.core.progress import Silent
from regulars.core.step_results import StepOutcome, StepResult, StepStatus
from regulars.flows.profiling import ProfiledProgress, RunProfile, write_profile


def ended(name: str) -> StepOutcome:
    return StepOutcome(name=name, status=StepStatus.DONE, seconds=0.1, result=StepResult())


def profiled() -> RunProfile:
    """A run of two steps, one of which says what it is at."""
    with ProfiledProgress(Silent()) as progress:
        progress.step_started("clean", index=1, total=2)
        progress.detail("dim_customer", share=0.1)
        progress.detail("fct_transactions", share=0.5)
        progress.detail("dim_customer", share=0.9)
        progress.step_ended(ended("clean"))
        progress.step_started("report", index=2, total=2)
        progress.step_ended(ended("report"))
    return progress.profile("20240622T120000.000")


def test_steps_stand_in_order_and_parts_once_each() -> None:
    profile = profiled()
    assert [cost.step for cost in profile.steps] == ["clean", "report"]
    assert sorted((cost.step, cost.part) for cost in profile.parts) == [
        ("clean", "before its first part"),
        ("clean", "dim_customer"),
        ("clean", "fct_transactions"),
        ("report", "before its first part"),
    ]


def test_parts_add_up_to_their_step_and_steps_to_the_run() -> None:
    profile = profiled()
    clean = profile.steps[0]
    of_clean = sum(part.wall_seconds for part in profile.parts if part.step == "clean")
    assert of_clean <= clean.wall_seconds
    assert sum(step.wall_seconds for step in profile.steps) <= profile.wall_seconds
    assert profile.peak_mb is not None
    assert profile.peak_mb >= max(step.peak_mb or 0.0 for step in profile.steps)


def test_profiles_are_kept_as_json_and_only_the_newest(tmp_path: Path) -> None:
    profile = profiled()
    for number in range(25):
        run_id = f"20240622T1200{number:02d}.000"
        path = write_profile(tmp_path, profile.model_copy(update={"run_id": run_id}))
    kept = sorted(file.name for file in (tmp_path / "profiles").iterdir())
    assert len(kept) == 20
    assert kept[-1] == path.name
    assert RunProfile.model_validate(json.loads(path.read_text("utf-8"))).steps == profile.steps
