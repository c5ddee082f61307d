"""Who asks, what they may, and which release they read."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.routing import APIRoute
from fastapi.security import APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer

from regulars.insights.release_reading import Reading
from regulars.serve.api.current import CurrentRelease
from regulars.serve.api.keys import Keys, Scope
from regulars.serve.api.problems import Refusal
from regulars.serve.api.rate_limit import RateLimit

LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "[::1]"})
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


async def caller(
    request: Request,
    bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)] = None,
    header: Annotated[str | None, Security(_header)] = None,
) -> Caller:
    """Who asks. Refuses a wrong or missing key (401), and who asks too often (429)."""
    dependencies: Dependencies = request.app.state.dependencies
    address = request.client.host if request.client else "nobody"
    text = bearer.credentials if bearer else header
    try:
        current_caller = _known(dependencies.keys, text, host=request.headers.get("host", ""))
    except Refusal:
        _wait(dependencies, f"address {address}")
        raise
    _wait(
        dependencies, current_caller.name if dependencies.keys.are_needed else f"address {address}"
    )
    return current_caller


def _known(keys: Keys, text: str | None, *, host: str) -> Caller:
    if text is not None:
        key = keys.find(text)
        if key is None:
            raise _unauthorised("This key is unknown or was revoked.")
        return Caller(f"key {key.key_id}", frozenset(key.scopes))
    if keys.are_needed:
        raise _unauthorised("This needs a key.")
    if host.rsplit(":", 1)[0] not in LOCAL_HOSTS and host not in LOCAL_HOSTS:
        # a page in somebody's browser must not reach a server without keys under another name
        raise Refusal(403, "Without keys, only callers on this machine are answered.", hint=_CREATE)
    return Caller("local", _LOCAL)


_CREATE = "Create one with `regulars keys create NAME --scope read`."


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
            raise Refusal(
                422,
                f"There is no parameter '{name}' here.",
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
