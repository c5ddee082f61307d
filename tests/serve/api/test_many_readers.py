"""Fifty clients read while releases come and go, and while the process that makes them is killed."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.serve.api.conftest import PROJECT, Shop
from tests.serve.api.publishing import NAMES, publish

httpx = pytest.importorskip("httpx", reason="needs httpx")

CLIENTS = 50
PATIENCE = 120  # seconds until the readers are taken to have failed
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    (tmp_path / "regulars.yaml").write_text(PROJECT)
    publish(tmp_path / ".regulars", 0)
    return Shop(tmp_path)


def read_until(
    shop: Shop, is_done: Callable[[], bool], newer_was_read: threading.Event | None = None
) -> list[int]:
    """Let fifty clients read until it is done; the numbers of the releases that they saw.

    The event is set when one of them reads a newer release than the first.

    A read fails where it is no answer, or where its customers are not all of the release it names.
    """
    app = shop.app()
    seen: list[int] = []

    async def client(number: int) -> None:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as session:
            reads, was_done = 0, False
            while reads < 3 or not was_done:
                was_done = is_done()  # before the read: the last one sees the last release
                # a question of its own each time, so that no cache answers
                answer = await session.get(
                    f"/api/customers?limit={5 + reads % 500}&min_risk={number}"
                )
                assert answer.status_code == 200, answer.text
                release = int(answer.headers["X-Regulars-Release"][1:])
                customers = answer.json()["customers"]
                assert [one["customer_id"] for one in customers] == list(NAMES)
                assert {one["value_if_stays"] for one in customers} == {float(release)}
                seen.append(release)
                if release > 0 and newer_was_read is not None:
                    newer_was_read.set()
                reads += 1

    async def everybody() -> None:
        await asyncio.gather(*(client(number) for number in range(CLIENTS)))

    asyncio.run(everybody())
    return seen


def test_no_read_fails_or_mixes_while_releases_are_published(shop: Shop) -> None:
    publisher = threading.Thread(
        target=lambda: [publish(shop.root / ".regulars", number) for number in range(1, 13)]
    )
    publisher.start()
    seen = read_until(shop, lambda: not publisher.is_alive())
    publisher.join()
    assert max(seen) == 12
    assert len(seen) >= 3 * CLIENTS


def test_a_killed_publisher_leaves_the_last_whole_release(shop: Shop) -> None:
    state = shop.root / ".regulars"
    command = [sys.executable, "-m", "tests.serve.api.publishing", str(state), "1"]
    path = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    child = subprocess.Popen(
        command,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": path},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

    newer_was_read = threading.Event()

    def killed_in_the_middle() -> None:
        assert child.stdin is not None
        assert child.stdout is not None
        with child.stdin, child.stdout:
            try:
                for _ in range(3):
                    child.stdin.write("\n")
                    child.stdin.flush()
                    assert child.stdout.readline()
                assert newer_was_read.wait(PATIENCE)
                child.stdin.write("\n")
                child.stdin.flush()
            finally:
                child.kill()
                child.wait()
        publish(state, 500_000)  # the next run

    killer = threading.Thread(target=killed_in_the_middle)
    killer.start()
    seen = read_until(shop, lambda: not killer.is_alive(), newer_was_read)
    killer.join()
    assert seen[-1] == 500_000
    assert any(0 < number < 500_000 for number in seen)
