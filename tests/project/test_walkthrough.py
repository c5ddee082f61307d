"""docs/walkthrough.md runs from its first command to its last snippet, in an empty folder."""

from __future__ import annotations

import contextlib
import logging
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from regulars.cli.app import app

PAGE = Path(__file__).resolve().parents[2] / "docs" / "walkthrough.md"
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
    assert words[0] == "regulars", line
    done = CliRunner().invoke(app, words[1:])
    assert done.exit_code == 0, f"{line}\n{done.output}\n{done.exception!r}"


def test_every_command_and_snippet_of_the_walkthrough_runs(folder: Path) -> None:
    blocks = BLOCK.findall(PAGE.read_text("utf-8"))
    assert {kind for kind, _ in blocks} == {"sh", "python"}
    names: dict[str, Any] = {}
    for kind, text in blocks:
        if kind == "sh":
            for line in text.splitlines():
                obey(line)
        else:
            exec(compile(text, str(PAGE), "exec"), names)
    assert (folder / "handout" / "report.html").exists()
