"""Ask again where a server gives no answer: later each time, and not all at the same moment."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from regulars.core.errors import SourceUnavailable

log = logging.getLogger(__name__)
_JITTER = 0.25
_LONGEST = 300.0
Result = TypeVar("Result")


@dataclass(frozen=True)
class Patience:
    """How one waits: `sleep` takes seconds, `chance` gives numbers from 0 up to 1."""

    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random

    def tried(
        self,
        call: Callable[[], Result],
        *,
        retries: int,
        delay: float,
        tell: Callable[[str], None],
    ) -> Result:
        """What `call` gives, called again up to `retries` times while it gives no answer.

        The waits are `delay` seconds, doubled each time (300 at most), and up to a quarter longer
        by chance. Any other error than SourceUnavailable ends it at once.
        """
        for attempt in range(retries):
            try:
                return call()
            except SourceUnavailable as error:
                wait = min(delay * 2**attempt, _LONGEST) * (1 + _JITTER * self.chance())
                log.warning("%s; asked again in %.1f s", error.what, wait)
                tell(f"{error.what}; asked again in {wait:.0f} s ({attempt + 1} of {retries})")
                self.sleep(wait)
        return call()
