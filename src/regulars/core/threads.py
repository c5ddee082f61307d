"""How many threads linear algebra may take while something small is computed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def one_thread() -> Iterator[None]:
    """Matrix products and clusters on one thread, in this process and for as long as this lasts.

    Fits are made of thousands of small products. Shared between threads each takes as long, for the
    threads wait for one another in a loop that keeps the processors busy. XGBoost takes
    the number of threads that each fit gives it.
    """
    # Loaded before they are counted: libraries that came later would take all threads.
    import sklearn.cluster  # noqa: F401
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1):
        yield
