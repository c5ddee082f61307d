"""A Prefect server on this machine, whose scheduled runs of both flows appear and publish."""

from __future__ import annotations

import json
import queue
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from regulars.flows.steps import NAMES
from regulars.warehouse.ledger import Ledger
from tests.alert_sinks import web_sink
from tests.orchestration.conftest import Tools, deployed, tools
from tests.small_projects import SmallProject

# An answer has 200 rows at most, and runs that are scheduled only may fill it.
COMPLETED = {"state": {"type": {"any_": ["COMPLETED"]}}}


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


@pytest.fixture(scope="module")
def prefect(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tools]:
    """The programs of Prefect and a server that they know."""
    port = free_port()
    prefect = tools(
        "prefect",
        PREFECT_HOME=str(tmp_path_factory.mktemp("prefect")),
        PREFECT_API_URL=f"http://127.0.0.1:{port}/api",
        PREFECT_SERVER_ANALYTICS_ENABLED="false",
        PREFECT_SERVER_LOGGING_LEVEL="INFO",
        PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS="5",
        PREFECT_WORKER_QUERY_SECONDS="2",
        PREFECT_LOGGING_TO_API_ENABLED="false",
        PYTHONUNBUFFERED="1",
    )
    with running(prefect, "server", "start", "--host", "127.0.0.1", "--port", str(port)) as server:
        server.wait_for("Uvicorn running on")
        yield prefect


class Running:
    """A program of Prefect, whose lines a thread reads: a full pipe would stop it."""

    def __init__(self, prefect: Tools, *words: str, folder: Path | None) -> None:
        self.process = subprocess.Popen(
            [prefect.path("prefect"), *words],
            cwd=folder, env=prefect.environment(), text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        self.lines: queue.Queue[str | None] = queue.Queue()
        self.reader = threading.Thread(target=self.read)
        self.reader.start()

    def read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout:
            for line in self.process.stdout:
                self.lines.put(line)
        self.lines.put(None)

    def wait_for(self, pattern: str) -> None:
        """Return when a line like this has come; fails where the program ends before."""
        before, is_there = [], False
        while not is_there:
            line = self.lines.get()
            if line is None:
                pytest.fail(f"the program ended before {pattern!r}:\n{''.join(before[-60:])}")
            before.append(line)
            is_there = re.search(pattern, line) is not None

    def wait_until(self, holds: Callable[[], bool]) -> None:
        """Look again with every line that the program writes, and every second: it may hold lines.

        Fails where the program ends before.
        """
        while not holds():
            with suppress(queue.Empty):
                if self.lines.get(timeout=1) is None:
                    pytest.fail("the program ended before")


@contextmanager
def running(prefect: Tools, *words: str, folder: Path | None = None) -> Iterator[Running]:
    program = Running(prefect, *words, folder=folder)
    try:
        yield program
    finally:
        program.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            program.process.wait(timeout=20)
        program.process.kill()  # a worker that is asked once may go on with its next runs
        program.reader.join()
        program.process.wait()


def ask(prefect: Tools, path: str, **content: Any) -> list[dict[str, Any]]:
    address = f"{prefect.variables['PREFECT_API_URL']}/{path}/filter"
    answer = httpx.post(address, json=content, timeout=60).raise_for_status().json()
    assert isinstance(answer, list)
    return answer


def completed(prefect: Tools) -> set[str]:
    """The deployments of which a run has completed."""
    names = {row["id"]: row["name"] for row in ask(prefect, "deployments")}
    runs = ask(prefect, "flow_runs", flow_runs=COMPLETED)
    return {names[run["deployment_id"]] for run in runs}


def test_scheduled_runs_of_both_flows_publish_what_the_command_line_publishes(
    prefect: Tools, scheduled_shop: SmallProject, tmp_path: Path
) -> None:
    by_hand = scheduled_shop.copied(tmp_path / "by hand")
    folder = deployed(scheduled_shop, "prefect")[0].parent
    prefect.call("prefect", "work-pool", "create", "regulars", "--type", "process")
    prefect.call("prefect", "--no-prompt", "deploy", "--all", folder=folder)
    with running(prefect, "worker", "start", "--pool", "regulars", folder=folder) as worker:
        worker.wait_until(lambda: completed(prefect) == {"run", "data"})
    names = {row["id"]: row["name"] for row in ask(prefect, "deployments")}
    runs = ask(prefect, "flow_runs", flow_runs=COMPLETED)
    assert all(run["auto_scheduled"] for run in runs)
    assert {names[run["deployment_id"]] for run in runs} == {"run", "data"}
    tasks = {row["name"] for row in ask(prefect, "task_runs", task_runs=COMPLETED)}
    assert tasks == set(NAMES)
    rows = [json.loads(row["data"]) for row in ask(prefect, "artifacts") if row["key"] == "steps"]
    assert all([step["step"] for step in steps] == list(NAMES) for steps in rows)
    recorded = Ledger(scheduled_shop.project.state).runs()
    assert {run.command for run in recorded} == {"prefect"}
    by_hand.run()
    same = subprocess.run(
        [sys.executable, "-m", "regulars", "parity", str(scheduled_shop.folder), str(by_hand.folder)],
        capture_output=True, text=True,
    )  # fmt: skip
    assert same.returncode == 0, same.stdout + same.stderr


def test_apprise_reaches_a_service(scheduled_shop: SmallProject, checkers: Tools) -> None:
    """In this environment, for Prefect brings Apprise."""
    scheduled_shop.write(
        {
            "regulars.yaml": (scheduled_shop.folder / "regulars.yaml").read_text()
            + "alerts: {apprise: APPRISE_URLS}\n"
        }
    )
    with web_sink() as sink:
        known = Tools(checkers.folder, {"APPRISE_URLS": f"json://127.0.0.1:{sink.port}/"})
        known.call("regulars", "alerts", "test", "--project", scheduled_shop.folder)
    (posted,) = sink.received
    assert "corner shop" in posted["title"]
