"""What a command cost: wall and CPU seconds, and peak memory, of a process of its own."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
DATA = ROOT.parent / "shared" / "data"
THREADS = 2


@dataclass(frozen=True)
class Cost:
    """Seconds of the wall, of all threads together, and the peak of memory in MB."""

    wall: float
    cpu: float
    peak_mb: float

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.wall + other.wall, self.cpu + other.cpu, max(self.peak_mb, other.peak_mb))


class Skipped(Exception):
    """A row that cannot be measured here, and why."""


class Failed(Exception):
    """A command that ended with an error; the message has the end of what it said."""


def run(command: Sequence[str], *, folder: Path | None = None) -> tuple[Cost, str]:
    """The cost of a command with everything it starts, and its standard output."""
    environment = os.environ | {"PYTHONPATH": f"{ROOT / 'src'}:{HERE}", "TZ": "UTC"}
    environment.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    began = time.perf_counter()
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        cwd=folder, env=environment,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        said = process.stdout.read()
        # wait4 tells of this child alone, and of those that it waited for
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    cost = Cost(time.perf_counter() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
    if process.returncode:
        raise Failed(f"{' '.join(command[1:4])} ended with {process.returncode}: {said[-600:]}")
    return cost, said


@contextmanager
def spent() -> Iterator[dict[str, float]]:
    """What the lines inside cost this process, filled in when they have ended."""
    cost: dict[str, float] = {}
    wall, cpu = time.perf_counter(), time.process_time()
    yield cost
    cost["wall"], cost["cpu"] = time.perf_counter() - wall, time.process_time() - cpu
    cost["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def regulars(*words: str, folder: Path) -> Cost:
    """The cost of a command of ours in a project's folder."""
    return run([sys.executable, "-m", "regulars", *words], folder=folder)[0]


def profiled(*words: str, folder: Path) -> tuple[Cost, dict[str, Cost]]:
    """The cost of `regulars run`, and of each step of it."""
    whole = regulars("run", "--profile", *words, folder=folder)
    path = max((folder / ".regulars" / "profiles").glob("*.json"))
    steps = json.loads(path.read_text("utf-8"))["steps"]
    return whole, {
        step["step"]: Cost(step["wall_seconds"], step["cpu_seconds"], step["peak_mb"] or 0.0)
        for step in steps
    }


def plain(script: str, *words: object) -> tuple[Cost, dict[str, Any]]:
    """The cost of a plain implementation in `plain`, and the object that it prints last."""
    command = [sys.executable, str(HERE / "plain" / script), *map(str, words)]
    cost, said = run(command)
    told: dict[str, Any] = json.loads(said.splitlines()[-1])
    return Cost(**told.pop("cost")) if "cost" in told else cost, told


@dataclass(frozen=True)
class Line:
    """One comparison of a row: ours beside a yardstick, or beside a number of seconds.

    `value` is what is compared with `goal`: a ratio, or seconds where there is no yardstick.
    """

    what: str
    ours: Cost | None
    yardstick: str
    theirs: Cost | None
    value: float
    goal: float
    unit: str = "x"
    note: str = ""

    @property
    def is_met(self) -> bool:
        """Whether the goal is reached."""
        return self.value <= self.goal

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return asdict(self)


def ratio(
    what: str, ours: Cost, theirs: Cost, *, beside: str, goal: float, by: str = "cpu",
    note: str = "",
) -> Line:  # fmt: skip
    """Ours over theirs, in CPU seconds unless `by` is `wall`."""
    value = getattr(ours, by) / max(getattr(theirs, by), 1e-9)
    return Line(what, ours, beside, theirs, value, goal, note=note)


def absolute(what: str, ours: Cost, *, goal: float, by: str = "cpu", note: str = "") -> Line:
    """Seconds of ours alone."""
    unit = "s CPU" if by == "cpu" else "s"
    return Line(what, ours, "", None, getattr(ours, by), goal, unit, note)
