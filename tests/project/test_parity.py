"""docs/parity.md: every row has something to run, and it exists; the first five parts are whole."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from generate_docs import verbs

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "parity.md"
ROW = re.compile(r"^\| (\d+) \| (.+?) \| (.+?) \|$", re.MULTILINE)


def rows() -> dict[int, str]:
    return {int(number): shown for number, _, shown in ROW.findall(PAGE.read_text("utf-8"))}


def broken(shown: str) -> list[str]:
    """What a cell names that is not there: commands, test files, links."""
    missing = [
        f"no command {verb}"
        for verb in re.findall(r"`regulars(?: --\w+)* ([a-z]+)", shown)
        if verb not in verbs()
    ]
    named = re.findall(r"(tests/[\w/.]+)|\]\(([\w.-]+\.md)\)", shown)
    for test, page in named:
        path = ROOT / test if test else ROOT / "docs" / page
        if not path.exists():
            missing.append(f"no file {test or page}")
    return missing


def test_every_row_up_to_107_is_there_with_something_to_look_at() -> None:
    found = rows()
    assert set(range(1, 108)) <= set(found)
    assert all("`" in shown or "](" in shown for shown in found.values())


def test_every_row_of_the_dashboard_is_there() -> None:
    assert set(range(115, 133)) <= set(rows())


@pytest.mark.parametrize("number", sorted(rows()))
def test_what_a_row_names_exists(number: int) -> None:
    assert broken(rows()[number]) == []


def test_a_command_or_a_file_that_is_not_there_is_found() -> None:
    assert broken("`regulars fly`, see [nothing](nothing.md) and tests/nothing.py") == [
        "no command fly",
        "no file nothing.md",
        "no file tests/nothing.py",
    ]
