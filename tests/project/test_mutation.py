"""Changes of the code are made in a copy, and what tests say of them is counted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import mutation
from mutation import Mutation, Result

CODE = "def is_before(day, border):\n    return day < border\n\n\ndef unused():\n    return 1\n"
TEST = (
    "from regulars.ml.days import is_before\n\n\n"
    "def test_the_border_is_outside():\n    assert not is_before(3, 3)\n"
)
BORDER = Mutation(
    name="border", file="src/regulars/ml/days.py", old="day < border", new="day <= border",
    tests=("tests/test_days.py",), why="a border is half-open",
)  # fmt: skip
UNUSED = replace(BORDER, name="unused", old="return 1", new="return 2")
UNREADABLE = replace(BORDER, name="syntax", old="def unused():", new="def unused(")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A small project with one test."""
    files = {"src/regulars/__init__.py": "", "src/regulars/ml/__init__.py": "",
             "src/regulars/ml/days.py": CODE, "tests/test_days.py": TEST}  # fmt: skip
    for name, text in files.items():
        (tmp_path / "anna" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "anna" / name).write_text(text)
    return tmp_path / "anna"


def verdicts(root: Path, *mutations: Mutation) -> dict[str, str]:
    results = mutation.try_all(list(mutations), root=root, workers=2, seconds=60)
    return {result.name: result.verdict for result in results}


def test_a_change_is_noticed_or_survives_or_cannot_be_read(root: Path) -> None:
    assert verdicts(root, BORDER, UNUSED, UNREADABLE) == {
        "border": "noticed",
        "unused": "survived",
        "syntax": "broken",
    }
    assert (root / BORDER.file).read_text() == CODE


def test_tests_that_fail_without_the_change_say_nothing(root: Path) -> None:
    (root / "tests" / "test_days.py").write_text("def test_red():\n    assert False\n")
    assert verdicts(root, BORDER) == {"border": "red before"}


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"old": "day"}, "has its text 2 times"),
        ({"old": "gone"}, "has its text 0 times"),
        ({"file": "src/regulars/ml/gone.py"}, "has its text 0 times"),
        ({"new": BORDER.old}, "changes nothing"),
        ({"tests": ("tests/test_gone.py",)}, "there is no tests/test_gone.py"),
        (
            {"tests": ("tests/test_days.py::test_gone",)},
            "there is no tests/test_days.py::test_gone",
        ),
    ],
)
def test_a_change_that_cannot_be_made_is_named(
    root: Path, changes: dict[str, object], what: str
) -> None:
    (found,) = mutation.problems([replace(BORDER, **changes)], root)  # type: ignore[arg-type]
    assert what in found


def test_a_name_comes_once(root: Path) -> None:
    assert list(mutation.problems([BORDER, BORDER], root)) == ["border: the name comes twice"]


def test_the_page_counts_what_was_run_and_lists_survivors() -> None:
    kept = replace(UNUSED, excuse="nothing calls it")
    results = {
        "border": Result("border", BORDER.key, "noticed", "tests/test_days.py", 1),
        "unused": Result("unused", kept.key, "survived", "", 1),
    }
    text = mutation.page([BORDER, kept, UNREADABLE], results)
    assert "| ml | 3 | 2 | 1 | 1 |" in text
    assert "- **unused** (`src/regulars/ml/days.py`): nothing calls it." in text
    assert "| syntax | `ml/days.py` | a border is half-open | not run |" in text


def test_a_result_of_another_change_does_not_count() -> None:
    results = {"border": Result("border", "other", "noticed", "", 1)}
    assert mutation.result_of(BORDER, results) is None


def test_every_change_of_the_list_can_be_made() -> None:
    assert list(mutation.problems(mutation.read_mutations())) == []
