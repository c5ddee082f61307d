"""Bytes that are expensive to compute and cheap to store: in Redis if there is one, else in memory.

Keys carry the id of what never changes (a release, a delivery), so nothing is ever stale. A cache
that is away is no error: it is said once in the log, and work goes on in the process.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Protocol

from regulars.core.errors import MissingExtra

_log = logging.getLogger(__name__)
_BYTES_AT_MOST = 64 * 2**20
_SECONDS_KEPT = 24 * 3600
_PATIENCE = 0.25  # seconds to wait for an answer: a slow cache is worse than none
_AGAIN_AFTER = 30.0


class Cache(Protocol):
    """Something that may still know what was put into it."""

    def get(self, key: str) -> bytes | None:
        """What was put there; None where it is not known any more."""

    def put(self, key: str, value: bytes) -> None:
        """Keep a value for as long as there is room."""


class LocalCache:
    """The values used last, up to so many bytes, in this process; many threads may use it."""

    def __init__(self, *, bytes_at_most: int = _BYTES_AT_MOST) -> None:
        self._most = bytes_at_most
        self._values: OrderedDict[str, bytes] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def get(self, key: str) -> bytes | None:
        with self._lock:
            value = self._values.get(key)
            if value is not None:
                self._values.move_to_end(key)
            return value

    def put(self, key: str, value: bytes) -> None:
        with self._lock:
            self._size += len(value) - len(self._values.pop(key, b""))
            self._values[key] = value
            while self._size > self._most:
                _, gone = self._values.popitem(last=False)
                self._size -= len(gone)


class RedisCache:
    """Values in Redis for a day, shared by processes; while it is away, those of this process."""

    def __init__(
        self, url: str, *, prefix: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        try:
            import redis
        except ImportError:
            raise MissingExtra("redis", extra="redis") from None
        self._failure: type[Exception] = redis.RedisError
        self._client: Any = redis.Redis.from_url(
            url, socket_timeout=_PATIENCE, socket_connect_timeout=_PATIENCE
        )
        self._prefix = prefix
        self._clock = clock
        self._local = LocalCache()
        self._away_until: float | None = None
        self._said = False

    def get(self, key: str) -> bytes | None:
        if self._is_away():
            return self._local.get(key)
        try:
            stored: bytes | None = self._client.get(self._prefix + key)
        except self._failure as error:
            self._lost(error)
            return self._local.get(key)
        self._back()
        return stored

    def put(self, key: str, value: bytes) -> None:
        if self._is_away():
            self._local.put(key, value)
            return
        try:
            self._client.set(self._prefix + key, value, ex=_SECONDS_KEPT)
        except self._failure as error:
            self._lost(error)
            self._local.put(key, value)

    def _is_away(self) -> bool:
        return self._away_until is not None and self._clock() < self._away_until

    def _lost(self, error: Exception) -> None:
        self._away_until = self._clock() + _AGAIN_AFTER
        if not self._said:
            self._said = True
            _log.warning("the cache is away, going on without it: %s", type(error).__name__)

    def _back(self) -> None:
        if self._away_until is not None:
            self._away_until, self._said = None, False
            _log.warning("the cache is back")


def open_cache(url: str | None, *, prefix: str) -> Cache:
    """The cache that a project asks for: `redis://host:port/db`, or the process itself.

    Raises MissingExtra where Redis is asked for and its client is not installed.
    """
    return RedisCache(url, prefix=f"regulars:{prefix}:") if url else LocalCache()
