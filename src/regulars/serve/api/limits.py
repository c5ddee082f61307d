"""How often one caller may ask: a bucket of requests that fills at a steady rate."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

_CALLERS_AT_MOST = 10_000


@dataclass
class _Bucket:
    left: float
    at: float


class RateLimit:
    """At most `rate` requests a second per caller, and `burst` at once; a rate of 0 is no limit."""

    def __init__(self, rate: float, *, burst: int, clock: Callable[[], float]) -> None:
        self._rate = rate
        self._burst = float(max(burst, 1))
        self._clock = clock
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, caller: str) -> float:
        """Take one request; 0 where it may go on, else the seconds until the next one may."""
        if self._rate <= 0:
            return 0.0
        now = self._clock()
        with self._lock:
            bucket = self._buckets.pop(caller, None) or _Bucket(self._burst, now)
            bucket.left = min(self._burst, bucket.left + (now - bucket.at) * self._rate)
            bucket.at = now
            self._buckets[caller] = bucket
            while len(self._buckets) > _CALLERS_AT_MOST:
                self._buckets.popitem(last=False)
            if bucket.left >= 1:
                bucket.left -= 1
                return 0.0
            return (1 - bucket.left) / self._rate
