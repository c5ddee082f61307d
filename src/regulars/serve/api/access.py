"""Who asks, what they may, and which release they read."""

from __future__ import annotations

import ipaddress
import logging
import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.routing import APIRoute
from fastapi.security import APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection

from regulars.core.errors import DataError
from regulars.core.names import nearest
from regulars.insights.release_reading import Reading
from regulars.serve.api.current import CurrentRelease
from regulars.serve.api.keys import Keys, Scope
from regulars.serve.api.problems import Refusal
from regulars.serve.api.rate_limit import RateLimit

LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "[::1]"})
_OF_A_PROXY = ("forwarded", "via", "x-forwarded-for", "x-real-ip")
_log = logging.getLogger(__name__)
_bearer = HTTPBearer(auto_error=False, description="Authorization: Bearer rg_...")
_header = APIKeyHeader(name="X-API-Key", auto_error=False, description="The same key.")


@dataclass(frozen=True)
class Caller:
    """Who asks. Without keys in the project, local callers read and score, masked."""

    name: str
    scopes: frozenset[Scope]

    @property
    def sees_personal(self) -> bool:
        """Whether personal data are shown instead of masked."""
        return "personal" in self.scopes


_LOCAL: frozenset[Scope] = frozenset({"read", "score"})


@dataclass(frozen=True)
class Dependencies:
    """What stands before every answer: keys, limits, and the release to read."""

    keys: Keys
    limit: RateLimit
    current: CurrentRelease
    now: Callable[[], str]


def admit(dependencies: Dependencies, connection: HTTPConnection) -> Caller:
    """Who asks. Refuses a wrong or missing key (401), and who asks too often (429).

    Reads nothing but the request line, the headers and the address of the peer.
    """
    address = connection.client.host if connection.client else "nobody"
    try:
        current_caller = _known(dependencies, _sent_key(connection.headers), connection)
    except Refusal:
        _wait(dependencies, f"address {address}")
        raise
    except DataError as error:
        _log.error("%s", error)  # its words name a file of the server
        raise Refusal(503, "The keys cannot be read, so no key works.", hint=_RESTORE) from None
    _wait(
        dependencies, current_caller.name if dependencies.keys.are_needed else f"address {address}"
    )
    connection.state.caller = current_caller
    return current_caller


async def caller(
    request: Request,
    bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)] = None,
    header: Annotated[str | None, Security(_header)] = None,
) -> Caller:
    """A dependency: who asks, admitted before the body where the request has one."""
    admitted: Caller | None = getattr(request.state, "caller", None)
    return admitted or admit(request.app.state.dependencies, request)


def _sent_key(headers: Headers) -> str | None:
    """The key as it was sent: `Authorization: Bearer ...` first, then `X-API-Key`."""
    scheme, _, text = headers.get("authorization", "").partition(" ")
    return text.strip() if scheme.lower() == "bearer" else headers.get("x-api-key")


def _known(dependencies: Dependencies, text: str | None, connection: HTTPConnection) -> Caller:
    keys = dependencies.keys
    if keys.are_lost:
        raise Refusal(503, "The file of keys is gone, so no key works.", hint=_RESTORE)
    if text is not None:
        key = keys.find(text, at=dependencies.now())
        if key is None:
            raise _unauthorised("This key is unknown, expired, or was revoked.")
        return Caller(f"key {key.key_id}", frozenset(key.scopes))
    if keys.are_needed:
        raise _unauthorised("This needs a key.")
    if not _is_local(connection):
        raise Refusal(403, "Without keys, only callers on this machine are answered.", hint=_CREATE)
    return Caller("local", _LOCAL)


def _is_local(connection: HTTPConnection) -> bool:
    """Whether the peer is on this machine, asks for itself, and asks this machine by its name.

    The address of the peer decides; headers can only refuse. A proxy on this machine speaks for
    others; a page in somebody's browser can reach this machine under a name of its own.
    """
    peer = connection.client.host if connection.client else ""
    headers = connection.headers
    host = headers.get("host", "")
    named_here = host in LOCAL_HOSTS or host.rsplit(":", 1)[0] in LOCAL_HOSTS
    return is_this_machine(peer) and named_here and not any(name in headers for name in _OF_A_PROXY)


def is_this_machine(host: str) -> bool:
    """Whether an address is reached from the same machine only."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


_CREATE = "Create one with `regulars keys create NAME --scope read`."
_RESTORE = "Restore api_keys.json from a backup, or create keys with `regulars keys create`."


def _unauthorised(detail: str) -> Refusal:
    return Refusal(401, detail, hint=_CREATE, headers={"WWW-Authenticate": "Bearer"})


def _wait(dependencies: Dependencies, name: str) -> None:
    seconds = dependencies.limit.wait(name)
    if seconds > 0:
        raise Refusal(
            429,
            "Too many requests.",
            hint=f"Ask again in {seconds:g} seconds.",
            headers={"Retry-After": str(math.ceil(seconds))},
        )


def require_scope(scope: Scope) -> Callable[..., Awaitable[Caller]]:
    """A dependency: the caller, who has this scope; else 403."""

    async def allowed(
        request: Request, current_caller: Annotated[Caller, Depends(caller)]
    ) -> Caller:
        if scope not in current_caller.scopes:
            raise Refusal(
                403,
                f"This needs a key with the scope '{scope}'.",
                hint=f"Create one with `regulars keys create NAME --scope {scope}`.",
            )
        _know_parameters(request)
        return current_caller

    return allowed


def release(request: Request) -> Reading:
    """The current release, the same for the whole of a request."""
    dependencies: Dependencies = request.app.state.dependencies
    release_id, reading = dependencies.current.reading()
    request.state.release_id = release_id
    return reading


async def released(request: Request) -> Reading:
    """A dependency: the same, without a thread: only a pointer is read."""
    return release(request)


def _know_parameters(request: Request) -> None:
    """A parameter that means nothing is refused: a misspelt filter would choose everybody."""
    route = request.scope.get("route")
    if not isinstance(route, APIRoute):
        return
    known = _parameters(route)
    for name in request.query_params:
        if name not in known:
            near = nearest(name, sorted(known))
            raise Refusal(
                422,
                f"There is no parameter '{name}' here"
                + (f"; did you mean '{near}'?" if near else "."),
                hint=f"There are: {', '.join(sorted(known)) or 'none'}.",
            )


def _parameters(route: APIRoute) -> frozenset[str]:
    parameters: frozenset[str] | None = getattr(route, "_regulars_parameters", None)
    if parameters is None:
        names: set[str] = set()
        waiting = [route.dependant]
        while waiting:
            dependant = waiting.pop()
            names.update(str(field.alias) for field in dependant.query_params)
            waiting.extend(dependant.dependencies)
        parameters = frozenset(names)
        route._regulars_parameters = parameters  # type: ignore[attr-defined]
    return parameters


Read = Annotated[Caller, Depends(require_scope("read"))]
Score = Annotated[Caller, Depends(require_scope("score"))]
Admin = Annotated[Caller, Depends(require_scope("admin"))]
Release = Annotated[Reading, Depends(released)]
