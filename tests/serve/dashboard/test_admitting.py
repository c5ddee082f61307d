"""The dashboard answers under its own names, to its own pages, and to who knows its password."""

from __future__ import annotations

import asyncio
import base64
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from regulars.core.errors import SettingsError
from regulars.core.settings import read_project
from regulars.core.settings.dashboard import DashboardSettings
from regulars.serve.dashboard.admitting import Admitting, Entrance, entrance
from tests.full_release import SETTINGS, FullRelease

PASSWORD = "-".join(("correct", "horse", "battery"))
LOCKED = DashboardSettings(password=PASSWORD)
HOST = "localhost:8501"


def basic(password: str) -> str:
    return "Basic " + base64.b64encode(f"anna:{password}".encode()).decode()


def asked(guard: Admitting, kind: str = "http", **headers: str) -> list[dict[str, Any]]:
    """What is sent back to a request with these headers."""
    sent: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        sent.append(message)

    pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": kind, "headers": pairs, "scheme": "http"}
    asyncio.run(guard(scope, None, send))  # type: ignore[arg-type]
    return sent


async def inside(scope: Any, receive: Any, send: Any) -> None:
    """The dashboard behind the guard."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
    else:
        await send({"type": "http.response.start", "status": 200, "headers": []})


@pytest.mark.parametrize(
    ("headers", "admitted"),
    [
        ({"host": HOST}, True),
        ({"host": "127.0.0.1:8501"}, True),
        ({"host": "[::1]:8501"}, True),
        ({"host": HOST, "origin": f"http://{HOST}"}, True),
        ({"host": "dash.example.com", "origin": "https://dash.example.com"}, True),
        ({"host": HOST, "origin": "https://dash.example.com"}, True),  # a proxy changed the host
        ({"host": "evil.example:8501"}, False),
        ({"host": "evil.example", "origin": "http://evil.example"}, False),  # DNS rebinding
        ({"host": HOST, "origin": "http://evil.example"}, False),
        ({"host": HOST, "origin": "http://localhost:3000"}, False),  # another program here
        ({"host": HOST, "origin": "null"}, False),
        ({"host": "localhost@evil.example"}, False),
        ({"host": "[::1"}, False),
        ({}, False),
    ],
)
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_host_and_origin_decide(headers: dict[str, str], admitted: bool, kind: str) -> None:
    guard = Admitting(inside, entrance=Entrance(frozenset({"localhost", "127.0.0.1", "::1", "dash.example.com"})))  # fmt: skip
    first = asked(guard, kind, **headers)[0]
    if kind == "http":
        assert first["status"] == (200 if admitted else 403)
    else:
        assert first["type"] == ("websocket.accept" if admitted else "websocket.close")


def test_a_password_opens_it_and_its_cookie_opens_the_websocket() -> None:
    guard = Admitting(inside, entrance=entrance("127.0.0.1", LOCKED))
    assert asked(guard, host=HOST)[0]["status"] == 401
    opened = asked(guard, host=HOST, authorization=basic(PASSWORD))[0]
    assert opened["status"] == 200
    cookie = dict(opened["headers"])[b"set-cookie"].decode()
    assert "HttpOnly; SameSite=Strict" in cookie
    value = cookie.partition(";")[0]
    assert asked(guard, "websocket", host=HOST)[0]["type"] == "websocket.close"
    accepted = asked(guard, "websocket", host=HOST, cookie=value)[0]
    assert accepted["type"] == "websocket.accept"
    other = Admitting(inside, entrance=entrance("127.0.0.1", LOCKED))
    assert asked(other, host=HOST, cookie=value)[0]["status"] == 401


@pytest.mark.parametrize("sent", [basic("wrong"), basic(""), "Basic !", "Basic", "Bearer x", "é"])
def test_a_wrong_password_is_refused(sent: str) -> None:
    guard = Admitting(inside, entrance=entrance("127.0.0.1", LOCKED), delay=0)
    assert asked(guard, host=HOST, authorization=sent)[0]["status"] == 401


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "192.0.2.7", "dash.example.com"])
def test_other_addresses_need_a_password_or_a_proxy(address: str) -> None:
    with pytest.raises(SettingsError, match="has no password"):
        entrance(address, DashboardSettings(show_personal=True))
    for settings in (LOCKED, DashboardSettings(behind_proxy=True)):
        named = settings.model_copy(update={"hosts": ["Dash.example.com"]})
        assert "dash.example.com" in entrance(address, named).hosts


def test_every_address_needs_a_name() -> None:
    with pytest.raises(SettingsError, match="by which names"):
        entrance("0.0.0.0", LOCKED)
    assert "192.0.2.7" in entrance("192.0.2.7", LOCKED).hosts


def test_the_password_is_not_printed(tmp_path: Path) -> None:
    (tmp_path / "regulars.yaml").write_text(f"{SETTINGS}dashboard: {{password: {PASSWORD}}}\n")
    project = read_project(tmp_path)
    assert PASSWORD not in repr(project) + str(project.model_dump(mode="json"))


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A real dashboard, in a process of its own."""
    pytest.importorskip("streamlit")
    folder = FullRelease().project(tmp_path_factory.mktemp("dashboard"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number: int = free.getsockname()[1]
    command = [sys.executable, "-m", "regulars", "-p", str(folder), "dashboard"]
    process = subprocess.Popen(
        [*command, "--port", str(number)], stdout=subprocess.DEVNULL, env=dict(os.environ)
    )
    try:
        for _ in range(600):
            try:
                socket.create_connection(("127.0.0.1", number)).close()
                break
            except OSError:
                time.sleep(0.1)
        yield number
    finally:
        process.terminate()
        process.wait(20)


@pytest.mark.parametrize(
    ("path", "host", "origin", "status"),
    [
        ("/", "localhost", "http://localhost", 200),
        ("/", "evil.example", "http://evil.example", 403),
        ("/_stcore/stream", "localhost", "http://localhost", 101),
        ("/_stcore/stream", "evil.example", "http://evil.example", 403),
        ("/_stcore/stream", "localhost", "http://evil.example", 403),
    ],
)
def test_a_real_dashboard_refuses_foreign_names(
    port: int, path: str, host: str, origin: str, status: int
) -> None:
    more = "Connection: close"
    if status == 101 or "stream" in path:
        more = (
            "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
        )
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        head = f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nOrigin: {origin}:{port}\r\n{more}"
        connection.sendall(f"{head}\r\n\r\n".encode())
        assert int(connection.recv(1024).split(b" ", 2)[1]) == status
