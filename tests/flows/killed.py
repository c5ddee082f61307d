"""Run a project and die, or stop, at a stated moment: `python killed.py FOLDER STEP NUMBER`.

The moment is the NUMBER-th thing that is told of a step (0: its beginning). The process kills
itself as the kernel would, or waits for a line where NUMBER is 'wait'.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

from regulars.core.progress import Silent
from regulars.core.settings import read_project
from regulars.flows.run import RunRequest, run


class Deadly(Silent):
    """Progress that ends the process when it is told of the stated moment."""

    def __init__(self, step: str, moment: str) -> None:
        self._wanted = (step, moment)
        self._step, self._told = "", 0

    def step_started(self, name: str, *, index: int, total: int) -> None:
        self._step, self._told = name, -1
        self.detail(name)

    def detail(self, text: str, *, share: float | None = None) -> None:
        self._told += 1
        step, moment = self._wanted
        if self._step != step:
            return
        if moment == "wait":
            print("holding", flush=True)
            sys.stdin.readline()
        elif self._told == int(moment):
            print("killed", flush=True)
            os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    run(
        read_project(Path(sys.argv[1])),
        RunRequest(),
        progress=Deadly(sys.argv[2], sys.argv[3]),
        clock=lambda: datetime.now(UTC),
    )
