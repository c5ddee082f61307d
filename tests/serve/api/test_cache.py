"""Answers are remembered in Redis where there is one, and nobody notices when it is away."""

from __future__ import annotations

import logging
import shutil
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from regulars.core.cache import LocalCache, RedisCache, open_cache
from tests.serve.api.conftest import Shop
from tests.small_release import SmallRelease, person

redis = pytest.importorskip("redis", reason="needs the extra 'redis'")


@dataclass
class RedisServer:
    """A real server on a free port of this machine."""

    port: int
    process: subprocess.Popen[str]

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def values(self) -> dict[bytes, bytes]:
        """All that it holds."""
        with redis.Redis.from_url(self.url) as client:
            return {key: client.get(key) for key in client.keys("*")}

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("redis-server is not installed")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        program,
        "--port",
        str(port),
        "--bind",
        "127.0.0.1",
        "--save",
        "",
        "--appendonly",
        "no",
    ]
    process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert any("Ready to accept connections" in line for line in process.stdout)
    found = RedisServer(port, process)
    yield found
    found.stop()


def hits(client: Any) -> float:
    text = client.get("/metrics").text
    lines = [
        line for line in text.splitlines() if line.startswith('regulars_cache_total{outcome="hit"}')
    ]
    return float(lines[0].split()[-1]) if lines else 0.0


def with_cache(shop: Shop, server: RedisServer) -> Any:
    return shop.client(app=shop.app(cache=open_cache(server.url, prefix="shop")))


def test_two_processes_share_what_one_of_them_found(shop: Shop, server: RedisServer) -> None:
    first, second = with_cache(shop, server), with_cache(shop, server)
    found = first.get("/api/customers/anna").content
    assert second.get("/api/customers/anna").content == found
    assert (hits(first), hits(second)) == (0, 1)


def test_a_new_release_is_never_answered_from_the_old_one(shop: Shop, server: RedisServer) -> None:
    client = with_cache(shop, server)
    before = client.get("/api/customers/anna").json()
    shop.publish(SmallRelease(customers=[person("anna", risk=0.2)]), "second")
    after = client.get("/api/customers/anna").json()
    assert (before["risk_score"], after["risk_score"]) == (80.0, 20.0)
    assert {key.split(b"|")[0].split(b":")[-1] for key in server.values()} == {
        b"20240622T120000.000", b"second",
    }  # fmt: skip


def test_personal_data_never_reach_the_cache(shop: Shop, server: RedisServer) -> None:
    app = shop.app(cache=open_cache(server.url, prefix="shop"))
    shown = shop.client("read", "personal", app=app)
    assert shown.get("/api/customers/anna").json()["attributes"]["name"] == "Anna Berg"
    assert shown.get("/api/customers/anna/reasons").status_code == 200
    assert b"Anna Berg" not in b"".join(server.values().values())


def test_a_cache_that_goes_away_is_said_once_and_missed_by_nobody(
    shop: Shop, server: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    client = with_cache(shop, server)
    assert client.get("/api/customers/anna").status_code == 200
    server.stop()
    with caplog.at_level(logging.WARNING, "regulars.core.cache"):
        answers = [client.get(f"/api/customers/{one}") for one in ("anna", "ben", "cleo", "anna")]
    assert {one.status_code for one in answers} == {200}
    said = [one.getMessage() for one in caplog.records if one.name == "regulars.core.cache"]
    assert [one[:17] for one in said] == ["the cache is away"]
    assert hits(client) == 1  # the process remembered the second look at anna


def test_a_cache_that_comes_back_is_used_again(server: RedisServer) -> None:
    seconds = 0.0
    away = RedisCache("redis://127.0.0.1:1/0", prefix="x:", clock=lambda: seconds)
    away.put("key", b"value")
    assert away.get("key") == b"value"
    away._client = redis.Redis.from_url(server.url)
    assert away.get("key") == b"value"  # too soon to ask again
    seconds = 60.0
    assert away.get("key") is None
    away.put("key", b"newer")
    assert server.values() == {b"x:key": b"newer"}


def test_the_process_keeps_what_was_used_last_within_its_room() -> None:
    cache = LocalCache(bytes_at_most=10)
    cache.put("a", b"12345")
    cache.put("b", b"12345")
    assert cache.get("a") == b"12345"
    cache.put("c", b"123")
    assert [cache.get(key) for key in "abc"] == [b"12345", None, b"123"]
    cache.put("d", b"x" * 11)
    assert cache.get("d") is None


def test_without_an_address_the_process_is_the_cache() -> None:
    assert isinstance(open_cache(None, prefix="shop"), LocalCache)
