"""The sampling profiler gives CPU time to the functions that spend it."""

from __future__ import annotations

import threading
import time

from regulars.core.sampling import Sampler


def busy(seconds: float) -> int:
    end, turns = time.thread_time() + seconds, 0
    while time.thread_time() < end:
        turns += 1
    return turns


def outer(seconds: float) -> None:
    busy(seconds)


def test_cpu_time_goes_to_the_functions_on_the_stack_also_of_other_threads() -> None:
    with Sampler(interval=0.002) as sampler:
        outer(0.2)
        worker = threading.Thread(target=busy, args=(0.2,))
        worker.start()
        worker.join()
    spent = {function.name: function for function in sampler.functions()}
    assert spent["outer"].cumulative > 2 * spent["outer"].own
    assert spent["busy"].own > spent["outer"].own
    assert spent["busy"].cumulative > spent["outer"].cumulative
    assert spent["outer"].place.startswith("core/test_sampling.py:")


def test_who_opened_the_sampler_is_not_among_the_functions() -> None:
    with Sampler(interval=0.002) as sampler:
        outer(0.05)
    names = {function.name for function in sampler.functions()}
    assert {"outer", "busy"} <= names
    assert "test_who_opened_the_sampler_is_not_among_the_functions" not in names


def test_the_peak_of_memory_begins_anew_each_time_it_is_taken() -> None:
    with Sampler(interval=0.002) as sampler:
        held = bytearray(200_000_000)
        held[::4096] = b"x" * len(held[::4096])
        high = sampler.taken_peak_mb()
        del held
        time.sleep(0.05)
        sampler.taken_peak_mb()
        low = sampler.taken_peak_mb()
    assert high is not None
    assert low is not None
    assert high - low > 100
