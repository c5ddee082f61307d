"""The retry policy of sources: a server that gives no answer is asked again, later each time."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from regulars.core.errors import SourceUnavailable

log = logging.getLogger(__name__)
LONGEST_WAIT = 300.0  # seconds
Result = TypeVar("Result")


@dataclass(frozen=True)
class RetryPolicy:
    """How to wait between attempts: exponential back-off with jitter.

    `sleep` takes seconds; `jitter` is the share (0 to 1) of a wait that is left to chance, so that
    several readers of one server do not come back at the same moment.
    """

    sleep: Callable[[float], None] = time.sleep
    jitter: float = 0.25

    def run(
        self,
        attempt: Callable[[], Result],
        *,
        retries: int,
        delay: float,
        emit: Callable[[str], None],
    ) -> Result:
        """The result of `attempt`, repeated up to `retries` times while it is SourceUnavailable.

        The first wait is `delay` seconds, each further one twice as long; a server that names a
        time itself (Retry-After) is asked no earlier than that. Any other error is raised at once.
        """
        try:
            return attempt()
        except SourceUnavailable as error:
            unavailable = error
        from httpx_retries import Retry  # loaded only where a first attempt failed

        retry = Retry(
            total=retries,
            backoff_factor=delay / 2,  # the library doubles before the first retry
            backoff_jitter=self.jitter,
            max_backoff_wait=LONGEST_WAIT,
        )
        while not retry.is_exhausted():
            retry = retry.increment()
            wait = max(retry.backoff_strategy(), min(unavailable.retry_after, LONGEST_WAIT))
            log.warning("%s; retry in %.1f s", unavailable.what, wait)
            emit(f"{unavailable.what}; retry {retry.attempts_made} of {retries} in {wait:.0f} s")
            self.sleep(wait)
            try:
                return attempt()
            except SourceUnavailable as error:
                unavailable = error
        raise unavailable
