"""What surrounds every request: an id, a measured time, and an answer even when all fails."""

from __future__ import annotations

import hashlib
import logging
import re
import secrets
import time
from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from regulars.serve.api.access_trail import AccessTrail
from regulars.serve.api.problems import unexpected

_log = logging.getLogger(__name__)
_GIVEN_ID = re.compile(r"[\w.-]{1,64}", re.ASCII)
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class Measures:
    """Counters of one app, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)  # memory and CPU time, where the system tells
        self.requests = Counter(
            "regulars_requests_total",
            "Requests by route, method and status.",
            ["route", "method", "status"],
            registry=self.registry,
        )
        self.seconds = Histogram(
            "regulars_request_seconds",
            "Time to answer, by route.",
            ["route"],
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self.open = Gauge(
            "regulars_requests_open", "Requests being answered.", registry=self.registry
        )
        self.cached = Counter(
            "regulars_cache_total", "Looks into the cache.", ["outcome"], registry=self.registry
        )
        self.scored = Counter(
            "regulars_customers_scored_total", "Customers scored.", registry=self.registry
        )


class Observing:
    """Gives each request an id, tells it back, counts and times it, and writes one log line."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        measures: Measures,
        trail: AccessTrail,
        now: Callable[[], str],
    ) -> None:
        self._app = app
        self._measures = measures
        self._trail = trail
        self._now = now

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(scope)
        scope.setdefault("state", {})["request_id"] = request_id
        status, started, begun = 500, time.perf_counter(), False

        async def emit(message: Message) -> None:
            nonlocal status, begun
            begun = True
            if message["type"] == "http.response.start":
                status = message["status"]
                own = _headers(scope, request_id)
                message["headers"] = [*message.get("headers", ()), *own]
            await send(message)

        self._measures.open.inc()
        try:
            await self._app(scope, receive, emit)
        except Exception:
            _log.exception("request %s failed", request_id)
            if begun:  # the caller sees a broken stream, not a whole answer
                raise
            await unexpected(Request(scope))(scope, receive, emit)
        finally:
            self._measures.open.dec()
            self._count(scope, status=status, seconds=time.perf_counter() - started)

    def _count(self, scope: Scope, *, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "none")
        self._measures.requests.labels(route, scope["method"], str(status)).inc()
        self._measures.seconds.labels(route).observe(seconds)
        caller = scope["state"].get("caller")
        name = getattr(caller, "name", "nobody")
        self._trail.note(
            name,
            route=route,
            status=status,
            sees_personal=getattr(caller, "sees_personal", False),
            at=self._now(),
        )
        _log.info(
            "%s %s %s %d in %.1f ms by %s%s",
            scope["state"]["request_id"],
            scope["method"],
            route,
            status,
            1000 * seconds,
            name,
            _customer(scope),
        )


def _customer(scope: Scope) -> str:
    """The customer who was asked for, by id and in ASCII: no id can write a line of its own."""
    customer_id = scope.get("path_params", {}).get("customer_id")
    if customer_id is None:
        return ""
    if scope["state"].get("has_personal_ids"):  # who knows the id can compute the same digest
        return f", customer sha256:{hashlib.sha256(customer_id.encode()).hexdigest()[:16]}"
    return f", customer {customer_id!a}"


def _request_id(scope: Scope) -> str:
    """The id that the caller sent, where it is harmless, or a new one."""
    given = dict(scope["headers"]).get(b"x-request-id", b"").decode("latin-1")
    return given if _GIVEN_ID.fullmatch(given) else secrets.token_hex(8)


def _headers(scope: Scope, request_id: str) -> list[tuple[bytes, bytes]]:
    """Headers of every answer: the id, the release that was read, no copies, no guessed types."""
    headers = [(b"x-request-id", request_id.encode()), (b"x-content-type-options", b"nosniff")]
    if scope["path"].startswith("/api/"):
        headers.append((b"cache-control", b"no-store"))
    release = scope["state"].get("release_id")
    if release is not None:
        headers.append((b"x-regulars-release", str(release).encode()))
    return headers
