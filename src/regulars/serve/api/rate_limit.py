"""How often one caller may ask: a moving window of requests."""

from __future__ import annotations

from limits import RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter


class _Window(RateLimitItemPerSecond):
    """`amount` requests within any `seconds`, which need not be a whole number."""

    __slots__ = ["seconds"]

    def __init__(self, amount: int, seconds: float) -> None:
        super().__init__(amount)
        self.seconds = seconds

    def get_expiry(self) -> float:  # type: ignore[override]  # the storage in memory takes both
        return self.seconds


class RateLimit:
    """At most `burst` requests of one caller in any `burst / rate` seconds.

    So `burst` may come at once and `rate` a second in the long run. A rate of 0 is no limit.
    """

    def __init__(self, rate: float, *, burst: int) -> None:
        burst = max(burst, 1)
        self._window = _Window(burst, burst / rate) if rate > 0 else None
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def wait(self, caller: str) -> float:
        """Take one request; 0 where it may go on, else seconds after which one certainly may."""
        if self._window is None or self._limiter.hit(self._window, caller):
            return 0.0
        return self._window.seconds
