"""What every test may use: the shared real data, and a watch over skipped tests.

`--strict-skips` (continuous integration) fails the run for every skip that is not excused below.
An excuse holds only while its cause does: once the folder is there, the test must run.
"""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import pytest
from dbt_common.tests import enable_test_caching
from hypothesis import HealthCheck, settings

# The same day border and the same patience for `pytest` alone as for `make test`: the threads of
# numerical libraries read their setting when they are first loaded, which is after this line.
os.environ |= {"TZ": "UTC", "OMP_WAIT_POLICY": "PASSIVE", "DO_NOT_TRACK": "1"}
if hasattr(time, "tzset"):
    time.tzset()

# No test is timed: a busy machine is no failure.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

# dbt's own switch for test suites: a macro is parsed once per process and not once per project.
enable_test_caching()

pytest_plugins = ["pytester"]

# Whole runs over and over, many folders, real files, two engines or killed halfway: `make test-slow`.
SLOW = (
    "acceptance/",
    "engines/test_increments.py",
    "engines/test_same_company.py",
    "flows/test_damaged_states.py",
    "flows/test_killed_runs.py",
    "flows/test_same_bytes.py",
    "ingest/inference/test_preset_totals.py",
    "ingest/inference/test_real_files.py",
    "project/test_walkthrough.py",
    "serve/dashboard/test_browser.py",
    "serve/test_same_answers.py",
    "transform/test_dbt_extension.py",
    "transform/test_incremental.py",
    "transform/test_order_of_files.py",
    "transform/test_plain_dbt.py",
    "understanding/",
)

# Engines that need an environment of their own, and where those environments are.
ENGINE_MARKS = ("snowflake", "spark")
ENGINES = Path(os.environ.get("ENGINES") or Path(__file__).resolve().parents[1] / ".venv-engines")

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


def data_is_absent(found: re.Match[str]) -> bool:
    """True while the folder that a skip names is really not beside the repository."""
    return not (SHARED_DATA / found["name"]).exists()


def postgres_is_absent(_: re.Match[str]) -> bool:
    """True while no PostgreSQL server program is installed."""
    installed = Path("/usr/lib/postgresql").glob("*/bin/postgres")
    return shutil.which("postgres") is None and not any(installed)


def engine_is_absent(found: re.Match[str]) -> bool:
    """True while the environment in which an engine is tested was not made."""
    return not (ENGINES / found["name"] / "installed").exists()


def java_is_absent(_: re.Match[str]) -> bool:
    """True while no Java is installed."""
    return shutil.which("java") is None


def browser_is_absent(_: re.Match[str]) -> bool:
    """True while no Chromium is installed."""
    return shutil.which("chromium") is None


def environment_is_absent(match: re.Match[str]) -> bool:
    """True while the environment that a skip names was not made."""
    name = match["name"]
    folder = os.environ.get(f"REGULARS_VENV_{name.upper()}", f".venv-{name}")
    return not (Path(__file__).resolve().parents[1] / folder).exists()


def systemd_is_absent(_: re.Match[str]) -> bool:
    """True while systemd-analyze is not installed."""
    return shutil.which("systemd-analyze") is None


def mcp_is_absent(_: re.Match[str]) -> bool:
    """True while the extra of the Model Context Protocol is not installed."""
    return find_spec("mcp") is None


EXCUSES: list[tuple[re.Pattern[str], Callable[[re.Match[str]], bool]]] = [
    (re.compile(r"\.\./shared/data/(?P<name>\w+)"), data_is_absent),
    (re.compile(r"no PostgreSQL server"), postgres_is_absent),
    (re.compile(r"make test-engines ENGINE=(?P<name>\w+)"), engine_is_absent),
    (re.compile(r"no Java is installed"), java_is_absent),
    (re.compile(r"no Chromium"), browser_is_absent),
    (re.compile(r"no environment \.venv-(?P<name>\w+)"), environment_is_absent),
    (re.compile(r"no systemd-analyze"), systemd_is_absent),
    (re.compile(r"needs the extra 'mcp'"), mcp_is_absent),
]


def excused(reason: str) -> bool:
    """True when a pattern matches the reason and its cause still holds."""
    return any(
        holds(found) for pattern, holds in EXCUSES if (found := pattern.search(reason)) is not None
    )


@dataclass(eq=False)
class SkipWatch:
    """Collects skips that nothing excuses, and fails the session for them."""

    unexpected: list[str] = field(default_factory=list)

    def look_at(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        if report.skipped and not hasattr(report, "wasxfail"):
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
            if not excused(str(reason)):
                self.unexpected.append(f"{report.nodeid}: {reason}")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.look_at(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        self.look_at(report)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.unexpected and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        for line in self.unexpected:
            terminalreporter.write_line(f"unexpected skip: {line}", red=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests by where they are, and those of engines that have an environment."""
    tests = Path(__file__).parent
    for item in items:
        place = item.path.relative_to(tests) if item.path.is_relative_to(tests) else item.path
        if place.as_posix().startswith(SLOW):
            item.add_marker("slow")
        if place.as_posix().startswith("orchestration/"):
            item.add_marker("orchestration")
        if any(item.get_closest_marker(name) for name in ENGINE_MARKS):
            item.add_marker("engine")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--strict-skips", action="store_true", help="fail on skips without an excuse")


def pytest_configure(config: pytest.Config) -> None:
    on_worker = hasattr(config, "workerinput")
    if config.getoption("--strict-skips") and not on_worker:
        config.pluginmanager.register(SkipWatch(), "skip-watch")


@pytest.fixture(scope="session")
def shared_data() -> Callable[[str], Path]:
    """The folder of a real data set, by name; skips where it is not beside the repository."""

    def folder(name: str) -> Path:
        if not (SHARED_DATA / name).is_dir():
            pytest.skip(f"../shared/data/{name} is not beside the repository")
        return SHARED_DATA / name

    return folder
