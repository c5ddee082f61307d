"""Every check of the texts can fail; references are written from the code and cannot go stale."""

from __future__ import annotations

from pathlib import Path

import pytest

from check_docs import look
from generate_docs import stale

README = """\
# Anna

See [the guide](docs/guide.md#first-steps), [above](#anna) and [the web](https://example.org).

Run `make demo` or `regulars demo`; `[a](b)` is code.

```
make test
regulars run --json
```
"""
GUIDE = "# Guide\n\n## First steps\n\n[back](../README.md)\n"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A small project whose texts are right."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "README.md").write_text(README)
    (tmp_path / "docs" / "guide.md").write_text(GUIDE)
    (tmp_path / "Makefile").write_text("demo: setup\ntest:\nsetup:\n")
    return tmp_path


def findings(tree: Path) -> list[str]:
    return list(look(tree, known_commands={"demo", "run"}))


def test_a_tree_that_is_right_passes(tree: Path) -> None:
    assert findings(tree) == []


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("[guide](docs/gone.md)", "link to docs/gone.md: not in the tree"),
        ("![picture](picture.png)", "link to picture.png: not in the tree"),
        ("[guide](docs/guide.md#last-steps)", "link to docs/guide.md#last-steps: no such heading"),
        ("[below](#below)", "link to #below: no such heading"),
        ("[out](../outside.md)", "link to ../outside.md: not in the tree"),
        ("As GHOSTS" + ".md says.", "names GHOSTS" + ".md, which is not in the tree"),
        ("Say `make coffee`.", "make coffee: no such target"),
        ("```\nregulars dance\n```", "regulars dance: no such command"),
    ],
)
def test_what_a_text_names_must_exist(tree: Path, text: str, what: str) -> None:
    (tree.parent / "outside.md").touch()
    (tree / "README.md").write_text(f"{README}\n{text}\n")
    (found,) = findings(tree)
    assert what in found
    assert found.startswith("README.md:1")


# put together here, so that this file does not hold what it looks for
@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("open('/ro" + "ot/anna.csv')", "a path of one machine"),
        ("see /wo" + "rk/main/x.py", "a path of one machine"),
        ("--index-u" + "rl https://packages.example.org", "a package index"),
        ("https://packages.example.org/simp" + "le/", "a package index"),
        ("AKIA" + "ABCDEFGHIJKLMNOP", "a key of a cloud account"),
        ("-----BEGIN RSA PRIVATE" + " KEY-----", "a private key"),
        ("ghp_" + "a" * 36, "a token"),
        ("postgresql://anna:hun" + "ter2@db.example.org/shop", "a password in an address"),
        ("pass" + "word = 'hunter2'", "a secret"),
        ("# TO" + "DO: later", "something unfinished"),
        ("a world-" + "class tool", "a promise"),
    ],
)
def test_nothing_private_or_unfinished_stands_in_the_tree(tree: Path, text: str, what: str) -> None:
    (tree / "notes.py").write_text(f"one = 1\n{text}\n")
    (found,) = findings(tree)
    assert found.startswith(f"notes.py:2: {what}")


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://anna:${PASSWORD}@db.example.org/shop",
        "postgresql://anna@db.example.org/shop",
        "password: ${DB_PASSWORD}",
        "PASS" + "WORD = 'NAME_OF_A_VARIABLE'",
        "homework/anna.csv and ./root/anna.csv",
    ],
)
def test_values_from_the_environment_are_no_secrets(tree: Path, text: str) -> None:
    (tree / "notes.yml").write_text(text + "\n")
    assert findings(tree) == []


def test_a_lock_names_no_address(tree: Path) -> None:
    (tree / "requirements").mkdir()
    (tree / "requirements" / "base.txt").write_text("rich==15.0.0\nanna @ file:///tmp/anna\n")
    assert "an address in a lock" in findings(tree)[0]


def test_a_large_file_is_no_part_of_the_project(tree: Path) -> None:
    (tree / "rows.csv").write_bytes(b"1,2,3\n" * 200_000)
    assert findings(tree) == ["rows.csv: larger than 1024 KiB"]


def test_a_reference_that_was_edited_or_is_missing_is_stale(tmp_path: Path) -> None:
    pages = {"a.md": lambda: "A\n", "b.md": lambda: "B\n"}
    (tmp_path / "a.md").write_text("A\n")
    (tmp_path / "b.md").write_text("edited\n")
    assert [file.name for file, _ in stale(tmp_path, pages)] == ["b.md"]
    (tmp_path / "a.md").unlink()
    assert [file.name for file, _ in stale(tmp_path, pages)] == ["a.md", "b.md"]
