"""Who may open the dashboard: pages and websocket under its own names only, with its password."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hmac
import ipaddress
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from regulars.core.errors import SettingsError
from regulars.core.settings.dashboard import DashboardSettings

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_LOCAL = ("localhost", "127.0.0.1", "::1")
_EVERY_ADDRESS = ("0.0.0.0", "::")
_COOKIE = "regulars_dashboard"
_REALM = b'Basic realm="Regulars", charset="UTF-8"'


@dataclass(frozen=True)
class Entrance:
    """Host names under which the dashboard answers, and its password where it has one."""

    hosts: frozenset[str]
    password: str | None = None


def entrance(address: str, settings: DashboardSettings) -> Entrance:
    """How a dashboard at this address is entered.

    Raises SettingsError where other machines could reach it and nobody asks who they are, or
    where nothing says by which name they call it.
    """
    names = {name.lower() for name in settings.hosts}
    if not is_loopback(address):
        if settings.password is None and not settings.behind_proxy:
            raise SettingsError(
                f"on {address}, other machines can open the dashboard, and it has no password",
                hint="Set `dashboard.password: ${DASHBOARD_PASSWORD}` in regulars.yaml, or "
                "`dashboard.behind_proxy: true` where only a proxy that asks for a login can "
                "reach this address, or leave --address out.",
            )
        if address not in _EVERY_ADDRESS:
            names.add(address.lower())
        elif not names:
            raise SettingsError(
                f"on {address}, the dashboard does not know by which names it is called",
                hint="List them in regulars.yaml: `dashboard.hosts: [dashboard.example.com]`.",
            )
    password = settings.password.get_secret_value() if settings.password else None
    return Entrance(frozenset({*_LOCAL, *names}), password)


def is_loopback(address: str) -> bool:
    """Whether an address is reached from the same machine only."""
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


class Admitting:
    """Refuses pages and websockets of other names, of other sites, and without the password.

    A site that lets its own name point to this machine (DNS rebinding) comes under that name; a
    page of another site comes with its own origin.
    """

    def __init__(self, app: ASGIApp, *, entrance: Entrance, delay: float = 1.0) -> None:
        self._app = app
        self._delay = delay  # seconds after a wrong password
        self._entrance = entrance
        self._session = secrets.token_urlsafe(32)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = _headers(scope["headers"])
        if not _is_named(headers, self._entrance.hosts):
            await _refuse(scope, send, status=403, words=b"This is not a name of the dashboard.")
        elif self._has_session(headers):
            await self._app(scope, receive, send)
        elif self._knows_password(headers):
            await self._app(scope, receive, self._with_session(scope, send))
        else:
            if "authorization" in headers:
                await asyncio.sleep(self._delay)
            words = b"The dashboard needs its password."
            await _refuse(scope, send, status=401, words=words)

    def _has_session(self, headers: Mapping[str, str]) -> bool:
        if self._entrance.password is None:
            return True
        try:
            morsel = SimpleCookie(headers.get("cookie", "")).get(_COOKIE)
        except CookieError:
            return False
        return morsel is not None and _same(morsel.value, self._session)

    def _knows_password(self, headers: Mapping[str, str]) -> bool:
        scheme, _, encoded = headers.get("authorization", "").partition(" ")
        try:
            text = base64.b64decode(encoded, validate=True).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError):
            return False
        sent = text.partition(":")[2]  # any user name will do
        return scheme.lower() == "basic" and _same(sent, self._entrance.password or "")

    def _with_session(self, scope: Scope, send: Send) -> Send:
        """Sends a cookie too: not every browser repeats the password for a websocket."""
        secure = "; Secure" if scope["scheme"] in ("https", "wss") else ""
        cookie = f"{_COOKIE}={self._session}; Path=/; HttpOnly; SameSite=Strict{secure}"

        async def sending(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.accept"):
                given = message.get("headers", ())
                message["headers"] = [*given, (b"set-cookie", cookie.encode())]
            await send(message)

        return sending


def _headers(pairs: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in pairs}


def _is_named(headers: Mapping[str, str], hosts: frozenset[str]) -> bool:
    """Whether the host is one of ours, and the page that asks, where there is one, is our own.

    A proxy may rewrite the host; then the origin has a name that the project file lists.
    """
    host = headers.get("host", "")
    if _name_in(f"//{host}") not in hosts:
        return False
    origin = headers.get("origin")
    if origin is None:
        return True
    foreign = hosts.difference(_LOCAL)
    return origin.partition("://")[2] == host or _name_in(origin) in foreign


def _name_in(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None


def _same(sent: str, expected: str) -> bool:
    return hmac.compare_digest(sent.encode(), expected.encode())


async def _refuse(scope: Scope, send: Send, *, status: int, words: bytes) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]
    if status == 401:
        headers.append((b"www-authenticate", _REALM))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": words})
