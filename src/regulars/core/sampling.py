"""A sampling profiler: which functions the CPU time of this process goes to, and peak memory.

A thread looks at the stacks of all Python threads every few milliseconds, and gives the CPU time
since its last look to the functions that are on them. Work of threads that are not Python's (those
of DuckDB, of OpenMP) goes to the Python functions that wait for it meanwhile.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FrameType

_INTERVAL = 0.01  # seconds; a look takes about 0.2 ms
_TASKS = Path("/proc/self/task")
_STATM = Path("/proc/self/statm")


@dataclass(frozen=True)
class FunctionTime:
    """CPU seconds of a function: `own` without, `cumulative` with what it called."""

    name: str
    place: str
    own: float
    cumulative: float


def cpu_seconds() -> float:
    """CPU time of this process, all threads, and of its children that have ended."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


class Sampler:
    """A context manager that samples while it is open."""

    def __init__(self, *, interval: float = _INTERVAL) -> None:
        self._interval = interval
        self._ended = threading.Event()
        self._watched = threading.get_ident()
        self._thread = threading.Thread(target=self._sample, name="profile", daemon=True)
        self._own: Counter[CodeType] = Counter()
        self._cumulative: Counter[CodeType] = Counter()
        self._around: set[CodeType] = set()
        self._peak_mb = 0.0
        self._peak_lock = threading.Lock()  # or a look could bring back a peak already taken
        self.looks = 0

    def __enter__(self) -> Sampler:
        self._around = {frame.f_code for frame in _callers(sys._getframe())}
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def taken_peak_mb(self) -> float | None:
        """Peak memory in MB since the last call; None where the system does not tell."""
        with self._peak_lock:
            peak, self._peak_mb = max(self._peak_mb, _memory_mb()), 0.0
        return peak or None

    def functions(self) -> list[FunctionTime]:
        """All functions below the one that opened the sampler, most CPU time with calls first."""
        return [
            FunctionTime(
                name=code.co_qualname,
                place=f"{_shortened(code.co_filename)}:{code.co_firstlineno}",
                own=self._own[code],
                cumulative=seconds,
            )
            for code, seconds in self._cumulative.most_common()
            if code not in self._around
        ]

    def _sample(self) -> None:
        before, threads_before = time.process_time(), _thread_seconds()
        while not self._ended.wait(self._interval):
            now, threads = time.process_time(), _thread_seconds()
            spent = {
                thread: seconds - threads_before.get(thread, 0.0)
                for thread, seconds in threads.items()
            }
            sampling = spent.pop(threading.get_native_id(), 0.0)
            self._give(max(now - before - sampling, 0.0), spent)
            with self._peak_lock:
                self._peak_mb = max(self._peak_mb, _memory_mb())
            before, threads_before = now, threads
            self.looks += 1

    def _give(self, seconds: float, spent: dict[int, float]) -> None:
        """Divide the seconds between Python threads as they spent CPU time of their own."""
        stacks = sys._current_frames()
        natives = {thread.ident: thread.native_id for thread in threading.enumerate()}
        shares = {ident: spent.get(natives.get(ident) or 0, 0.0) for ident in stacks}
        total = sum(shares.values())
        if not total:
            shares, total = {self._watched: 1.0}, 1.0
        for ident, share in shares.items():
            if share and ident in stacks:
                self._note(stacks[ident], seconds * share / total)

    def _note(self, frame: FrameType, seconds: float) -> None:
        self._own[frame.f_code] += seconds  # type: ignore[assignment]  # a counter of floats
        for code in {each.f_code for each in _callers(frame)}:
            self._cumulative[code] += seconds  # type: ignore[assignment]


def _callers(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        yield frame
        frame = frame.f_back


def _thread_seconds() -> dict[int, float]:
    """CPU seconds of every thread of this process by its native id; empty outside of Linux."""
    seconds = {}
    for thread in threading.enumerate():
        try:
            times = (_TASKS / str(thread.native_id) / "schedstat").read_text("ascii")
            seconds[thread.native_id or 0] = int(times.split()[0]) / 1e9
        except (OSError, ValueError, IndexError):
            continue  # the thread has ended, or the system does not tell
    return seconds


def _memory_mb() -> float:
    """Resident memory now; its peak so far on systems that know only that; else 0."""
    try:
        pages = int(_STATM.read_text("ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
    except (OSError, ValueError, IndexError):
        return _peak_so_far_mb()


def _peak_so_far_mb() -> float:
    try:
        import resource
    except ImportError:  # Windows
        return 0.0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6


def _shortened(path: str) -> str:
    """The path from its package on: `regulars/flows/run.py`."""
    for root in ("site-packages/", "dist-packages/", "/src/"):
        _, is_below, rest = path.rpartition(root)
        if is_below:
            return rest
    return "/".join(Path(path).parts[-2:])
