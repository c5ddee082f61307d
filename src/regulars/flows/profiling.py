"""Profile a run: seconds and memory by step and by part of a step, CPU time by function.

A part is what a step says it is at: the dbt model or test that is built, or a phase of its work.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from pydantic import BaseModel, ConfigDict

from regulars.core.private_folder import make_private
from regulars.core.progress import Progress
from regulars.core.sampling import FunctionTime, Sampler, cpu_seconds
from regulars.core.step_results import StepOutcome

_FUNCTIONS = 40
_KEPT = 20  # profiles
_AROUND = (
    "regulars/flows/run.py",
    "regulars/flows/steps.py",
    "regulars/cli/",
)  # they call everything
_MATTERS = 0.01  # of all CPU time: a function of a library is named from so much of its own on
_BEFORE_PARTS = "before its first part"


class Cost(BaseModel):
    """What one piece of a run cost; `peak_mb` is the memory of the whole process meanwhile."""

    model_config = ConfigDict(frozen=True)

    step: str
    part: str = ""
    wall_seconds: float
    cpu_seconds: float
    peak_mb: float | None


class FunctionCost(BaseModel):
    """CPU seconds of one function, alone and with what it called."""

    model_config = ConfigDict(frozen=True)

    function: str
    place: str
    own_cpu_seconds: float
    cpu_seconds: float


class RunProfile(BaseModel):
    """Where the time of a run went; parts that took longest, and functions with most CPU first."""

    model_config = ConfigDict(frozen=True)

    run_id: str
    wall_seconds: float
    cpu_seconds: float
    peak_mb: float | None
    steps: tuple[Cost, ...]
    parts: tuple[Cost, ...]
    functions: tuple[FunctionCost, ...]


@dataclass
class _Begun:
    """A piece that has begun."""

    step: str
    part: str = ""
    wall: float = field(default_factory=time.perf_counter)
    cpu: float = field(default_factory=cpu_seconds)
    peak_mb: float = 0.0

    def cost(self) -> Cost:
        return Cost(
            step=self.step,
            part=self.part,
            wall_seconds=time.perf_counter() - self.wall,
            cpu_seconds=cpu_seconds() - self.cpu,
            peak_mb=self.peak_mb or None,
        )


class ProfiledProgress:
    """Progress that measures while another one draws, as a context manager."""

    def __init__(self, drawn: Progress) -> None:
        self._drawn = drawn
        self._sampler = Sampler()
        self._whole = _Begun("")
        self._step = self._part = self._whole
        self._steps: list[Cost] = []
        self._parts: dict[tuple[str, str], Cost] = {}

    def __enter__(self) -> Self:
        self._sampler.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._sampler.__exit__()

    def step_started(self, name: str, *, index: int, total: int) -> None:
        self._note_peak()
        self._step, self._part = _Begun(name), _Begun(name, _BEFORE_PARTS)
        self._drawn.step_started(name, index=index, total=total)

    def detail(self, text: str, *, share: float | None = None) -> None:
        if text != self._part.part:
            self._end_part()
            self._part = _Begun(self._step.step, text)
        self._drawn.detail(text, share=share)

    def step_ended(self, outcome: StepOutcome) -> None:
        self._end_part()
        self._steps.append(self._step.cost())
        self._step = self._part = self._whole
        self._drawn.step_ended(outcome)

    def profile(self, run_id: str) -> RunProfile:
        """Everything measured so far, all of it for a run that has ended."""
        self._note_peak()
        whole = self._whole.cost()
        slowest = sorted(self._parts.values(), key=lambda part: -part.wall_seconds)
        return RunProfile(
            run_id=run_id,
            wall_seconds=whole.wall_seconds,
            cpu_seconds=whole.cpu_seconds,
            peak_mb=whole.peak_mb,
            steps=tuple(self._steps),
            parts=tuple(slowest),
            functions=tuple(
                FunctionCost(
                    function=function.name,
                    place=function.place,
                    own_cpu_seconds=function.own,
                    cpu_seconds=function.cumulative,
                )
                for function in self._functions(whole.cpu_seconds)[:_FUNCTIONS]
            ),
        )

    def _functions(self, cpu: float) -> list[FunctionTime]:
        """Ours, and those of libraries that work themselves instead of passing a call on."""
        return [
            function
            for function in self._sampler.functions()
            if (function.place.startswith("regulars/") or function.own >= _MATTERS * cpu)
            and not function.place.startswith(_AROUND)
        ]

    def _note_peak(self) -> None:
        peak = self._sampler.taken_peak_mb() or 0.0
        for begun in (self._whole, self._step, self._part):
            begun.peak_mb = max(begun.peak_mb, peak)

    def _end_part(self) -> None:
        """Add the part to what the same part took before: a phase may come in turns."""
        self._note_peak()
        cost = self._part.cost()
        key = (cost.step, cost.part)
        self._parts[key] = _added(self._parts[key], cost) if key in self._parts else cost


def _added(first: Cost, second: Cost) -> Cost:
    return first.model_copy(
        update={
            "wall_seconds": first.wall_seconds + second.wall_seconds,
            "cpu_seconds": first.cpu_seconds + second.cpu_seconds,
            "peak_mb": max(first.peak_mb or 0.0, second.peak_mb or 0.0) or None,
        }
    )


def write_profile(state: Path, profile: RunProfile) -> Path:
    """Write a profile into the project's state, and remove all but the newest."""
    make_private(state)
    folder = state / "profiles"
    folder.mkdir(exist_ok=True)
    path = folder / f"{profile.run_id}.json"
    path.write_text(profile.model_dump_json(indent=2), "utf-8")
    for old in sorted(folder.glob("*.json"))[:-_KEPT]:
        old.unlink()
    return path
