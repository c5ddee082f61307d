"""The walkthrough and the tasks run from the first command to the last, in an empty folder."""

from __future__ import annotations

import contextlib
import logging
import os
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from regulars.cli.app import app

DOCS = Path(__file__).resolve().parents[2] / "docs"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """An empty folder to work in; the log files of the project are closed in the end."""
    with contextlib.chdir(tmp_path):
        yield tmp_path
    log = logging.getLogger("regulars")
    for handler in list(log.handlers):
        log.removeHandler(handler)
        handler.close()


def obey(line: str) -> None:
    """Run one command of the page."""
    words = shlex.split(line)
    if words[0] == "cd":
        os.chdir(words[1])  # the fixture goes back
        return
    assert words[0] == "regulars", line
    done = CliRunner().invoke(app, words[1:])
    assert done.exit_code == 0, f"{line}\n{done.output}\n{done.exception!r}"


def follow(page: Path) -> set[str]:
    """Run the commands and the Python of a page, and tell which kinds of code it has."""
    blocks = BLOCK.findall(page.read_text("utf-8"))
    names: dict[str, Any] = {}
    for kind, text in blocks:
        if kind == "sh":
            for line in text.splitlines():
                obey(line)
        else:
            exec(compile(text, str(page), "exec"), names)
    return {kind for kind, _ in blocks}


def test_every_command_and_snippet_of_the_walkthrough_runs(folder: Path) -> None:
    assert follow(DOCS / "walkthrough.md") == {"sh", "python"}
    assert (folder / "handout" / "report.html").exists()


@pytest.mark.slow
def test_every_command_and_snippet_of_the_tasks_runs(folder: Path) -> None:
    assert follow(DOCS / "tasks.md") == {"sh", "python"}
    assert (folder / "shop" / "win-back.csv").exists()
    assert (folder / "shop" / "handout" / "report.html").exists()
    assert (folder / "shop-backup.tar").exists()
