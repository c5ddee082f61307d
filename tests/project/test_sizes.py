"""The size table tells the truth, and --strict fails on what is too large."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import sizes

SCRIPT = Path(sizes.__file__)
ANNA = '''
class Anna:
    def greet(self, whom, how="warmly", *, loudly=False, **others):
        """Say hello.

        In many lines.
        """
        # politely
        first = whom

        return first
'''


def write(root: Path, name: str, text: str) -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(text)


def test_a_function_is_measured_without_its_docstring_and_self(tmp_path: Path) -> None:
    write(tmp_path, "src/anna.py", ANNA)
    (found,) = sizes.functions_of(tmp_path / "src" / "anna.py", tmp_path)
    assert found == sizes.Function(
        where="src/anna.py:3 greet", name="greet", body=3, positional=2, parameters=4
    )


def test_comments_are_counted_per_hundred_lines(tmp_path: Path) -> None:
    write(tmp_path, "anna.py", "# why\nanna = '# not a comment'\n\nben = 1\ncleo = 2\n")
    assert sizes.comment_share([tmp_path / "anna.py"]) == pytest.approx(25)


@pytest.mark.parametrize(
    ("name", "text", "what"),
    [
        ("src/long.py", "anna = 1\n" * 501, "module 501, limit 500"),
        ("src/f.py", "def f():\n" + "    anna = 1\n" * 51, "function body 51, limit 50"),
        ("src/f.py", "def f(*, a, b, c, d, e, f, g, h): ...\n", "parameters 8, limit 7"),
        ("src/x/transform/models/a.sql", "select 1\n" * 121, "SQL model 121, limit 120"),
        ("tests/test_a.py", "def test_a():\n" + "    anna = 1\n" * 41, "test 41, limit 40"),
    ],
)
def test_strict_fails_above_a_limit(tmp_path: Path, name: str, text: str, what: str) -> None:
    write(tmp_path, name, text)
    command = [sys.executable, str(SCRIPT), str(tmp_path)]
    shown = subprocess.run(command, capture_output=True, text=True, check=False)
    assert what in shown.stdout
    assert shown.returncode == 0
    assert subprocess.run([*command, "--strict"], capture_output=True, check=False).returncode == 1


def test_options_of_a_command_are_not_counted_as_parameters(tmp_path: Path) -> None:
    write(tmp_path, "src/regulars/cli/run.py", "def run(*, a, b, c, d, e, f, g, h): ...\n")
    assert [line for kind in sizes.measure(tmp_path) for line in kind.complaints()] == []


SHOP = {
    "core/days.py": "anna = 1\n" * 10,
    "ml/days.py": "from regulars.core.days import anna\nfrom regulars.ml import trees\n",
    "ml/trees.py": "# why\nfrom regulars.ml.days import anna\n\nben = 1\nben = 2\nben = 3\n",
    "ml/rules.sql": "select 1\nselect 2\n",
}


def house(root: Path, modules: dict[str, str]) -> sizes.House:
    for name, text in modules.items():
        write(root, f"src/regulars/{name}", text)
    return sizes.measure_house(root)


def test_rooms_are_measured_apart_and_together(tmp_path: Path) -> None:
    measured = house(tmp_path, SHOP)
    assert measured.rooms["core"] == sizes.Room(10, 10, 10, 10, 0, 0)
    assert measured.rooms["ml"] == sizes.Room(8, 4, 6, 6, 14.3, 2)
    assert measured.rooms["all"].lines == 18


def test_a_base_name_of_two_modules_and_a_circle_are_counted(tmp_path: Path) -> None:
    measured = house(tmp_path, SHOP)
    assert measured.twice == 1
    assert sizes.import_cycles(tmp_path / "src") == [["regulars.ml.days", "regulars.ml.trees"]]


def test_imports_for_types_alone_are_no_circle(tmp_path: Path) -> None:
    typed = (
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from regulars.ml import days\n"
    )
    assert house(tmp_path, {**SHOP, "ml/trees.py": typed}).cycles == 0


def test_rooms_stand_beside_those_of_the_first_version(tmp_path: Path) -> None:
    before = house(tmp_path / "before", {"core/days.py": "anna = 1\n" * 4})
    after = house(tmp_path / "after", SHOP)
    lines = list(sizes.room_table(before, after))
    assert [line.split()[:4] for line in lines if line.startswith(("core", "ml "))] == [
        ["core", "4", ">", "10"],
        ["ml", "-", ">", "8"],
    ]
    assert sizes.read_house(sizes.FIRST_VERSION).rooms["flows"].lines == 4014
