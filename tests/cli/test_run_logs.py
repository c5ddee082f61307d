"""A run leaves three logs: everything, errors, performance; with its id, and no personal data."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from regulars.cli.app import main
from regulars.core.run_logs import configure_logging
from regulars.warehouse.ledger import Ledger
from tests.flows.conftest import SALES, SETTINGS
from tests.small_projects import SmallProject, small_project

CANARY = "canary-anna-4711"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[SmallProject]:
    """The shop with a customer whom no log may name; afterwards no log is written any more."""
    sales = SALES.replace("anna", CANARY) + f"5,{CANARY},no day,1\n"
    yield small_project(tmp_path / "shop", {"regulars.yaml": SETTINGS, "sales.csv": sales})
    forget_handlers()


def forget_handlers() -> None:
    root = logging.getLogger("regulars")
    for handler in list(root.handlers):
        root.removeHandler(handler)
        handler.close()
    root.propagate = True


def run(shop: SmallProject, *words: str) -> int:
    with pytest.raises(SystemExit) as left:
        main(["run", "--project", str(shop.folder), *words])
    return int(left.value.code or 0)


def lines(shop: SmallProject, name: str) -> list[str]:
    return (shop.project.state / "logs" / name).read_text("utf-8").splitlines()


def test_a_run_leaves_three_logs_as_json_and_names_no_customer(shop: SmallProject) -> None:
    assert run(shop, "--steps", "land,clean", "--log-format", "json") == 0
    everything = [json.loads(line) for line in lines(shop, "regulars.log")]
    (record,) = Ledger(shop.project.state).runs()
    assert {line["run_id"] for line in everything} == {record.run_id}
    steps = [json.loads(line) for line in lines(shop, "performance.log")]
    assert [step["step"] for step in steps] == ["land", "clean"]
    assert all(step["processor_seconds"] > 0 and step["peak_megabytes"] > 0 for step in steps)
    assert lines(shop, "errors.log") == []
    (shop.folder / "sales.csv").unlink()
    assert run(shop, "--steps", "land", "--log-format", "json") == 1
    (error,) = [json.loads(line) for line in lines(shop, "errors.log")]
    assert (error["level"], "land" in error["message"]) == ("error", True)
    for path in (shop.project.state / "logs").iterdir():
        assert CANARY not in path.read_text("utf-8")
        assert path.stat().st_mode & 0o077 == 0 or shop.project.state.stat().st_mode & 0o077 == 0


def test_the_second_project_of_a_process_has_logs_of_its_own(tmp_path: Path) -> None:
    try:
        for name in ("first", "second", "second"):
            configure_logging(tmp_path / name)
            logging.getLogger("regulars.x").info("this is %s", name)
    finally:
        forget_handlers()
    first = (tmp_path / "first" / "logs" / "regulars.log").read_text("utf-8")
    assert ("this is first" in first, "second" in first) == (True, False)
    second = (tmp_path / "second" / "logs" / "regulars.log").read_text("utf-8")
    assert second.count("this is second") == 2


def test_a_log_file_that_grows_is_rotated(tmp_path: Path) -> None:
    configure_logging(tmp_path)
    try:
        for _ in range(12):
            logging.getLogger("regulars.x").info("x" * 500_000)
    finally:
        forget_handlers()
    names = sorted(path.name for path in (tmp_path / "logs").iterdir())
    assert names == ["errors.log", "performance.log", "regulars.log", "regulars.log.1"]
