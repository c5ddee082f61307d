"""The sampling profiler gives CPU time to the functions that spend it."""

from __future__ import annotations

import threading

from regulars.core.sampling import Sampler


def busy(sampler: Sampler, looks: int) -> int:
    """Turn until the sampler has looked so often, however slow the machine is."""
    end, turns = sampler.looks + looks, 0
    while sampler.looks < end:
        turns += 1
    return turns


def outer(sampler: Sampler, looks: int) -> None:
    busy(sampler, looks)


def test_cpu_time_goes_to_the_functions_on_the_stack_also_of_other_threads() -> None:
    with Sampler(interval=0.002) as sampler:
        outer(sampler, 20)
        worker = threading.Thread(target=busy, args=(sampler, 20))
        worker.start()
        worker.join()
    spent = {function.name: function for function in sampler.functions()}
    assert spent["outer"].cumulative > 2 * spent["outer"].own
    assert spent["busy"].own > spent["outer"].own
    assert spent["busy"].cumulative > spent["outer"].cumulative
    assert spent["outer"].place.startswith("core/test_sampling.py:")


def test_who_opened_the_sampler_is_not_among_the_functions() -> None:
    with Sampler(interval=0.002) as sampler:
        outer(sampler, 3)
    names = {function.name for function in sampler.functions()}
    assert {"outer", "busy"} <= names
    assert "test_who_opened_the_sampler_is_not_among_the_functions" not in names


def test_the_peak_of_memory_begins_anew_each_time_it_is_taken() -> None:
    with Sampler(interval=0.002) as sampler:
        held = bytearray(200_000_000)
        held[::4096] = b"x" * len(held[::4096])
        high = sampler.taken_peak_mb()
        del held
        busy(sampler, 2)  # a look that began before has ended
        sampler.taken_peak_mb()
        low = sampler.taken_peak_mb()
    assert high is not None
    assert low is not None
    assert high - low > 100
