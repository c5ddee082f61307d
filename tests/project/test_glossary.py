"""The field's words: no line says a word that the glossary replaces, unless it is excused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import glossary
from glossary import Excuse, Glossary, Line, Word

MEND = Word("mend", "correct", re.compile(r"\bmend", re.IGNORECASE))
EXCUSE = Excuse("mend", "docs/roads.md", "Mend Street", "the name of a street")


def words(**changes: object) -> Glossary:
    content = {
        "words": (MEND,),
        "names": frozenset({"found", "one"}),
        "excuses": (),
        "remaining": {},
        "identifiers": {},
    }
    return Glossary(**{**content, **changes})  # type: ignore[arg-type]


def complaints(known: Glossary, *lines: Line, names: dict[str, int] | None = None) -> list[str]:
    reviewed = glossary.review(known, list(lines))
    return list(glossary.problems(known, reviewed=reviewed, identifiers=names or {}))


def test_a_refused_word_is_named_with_the_word_to_write() -> None:
    line = Line("src/regulars/cli/anna.py", 3, "# Mend it.")
    assert complaints(words(), line) == ["cli: 'mend' in 1 lines, 0 allowed; write: correct"]


def test_an_excused_line_may_keep_the_word_and_no_other_line() -> None:
    known = words(excuses=(EXCUSE,))
    street = Line("docs/roads.md", 1, "Turn left into Mend Street.")
    assert complaints(known, street) == []
    assert len(complaints(known, street, Line("docs/roads.md", 2, "They mend it."))) == 1


def test_an_excuse_that_no_line_needs_is_a_problem() -> None:
    (found,) = complaints(words(excuses=(EXCUSE,)), Line("docs/roads.md", 1, "Turn left."))
    assert "is not needed" in found


@pytest.mark.parametrize(("lines", "problems"), [(1, 0), (2, 0), (3, 1)])
def test_what_is_still_to_be_renamed_may_only_fall(lines: int, problems: int) -> None:
    known = words(remaining={"mend": {"ml": 2}})
    shown = [Line("src/regulars/ml/anna.py", n, "mend()") for n in range(lines)]
    assert len(complaints(known, *shown)) == problems


def test_numbers_are_lowered_and_never_raised() -> None:
    known = words(remaining={"mend": {"ml": 5, "cli": 1}}, identifiers={"ml": 9, "cli": 2})
    lines = [Line(f"src/regulars/{room}/a.py", n, "mend") for room in ("ml", "cli") for n in (1, 2)]
    numbers = glossary.lowered(
        known, reviewed=glossary.review(known, lines), identifiers={"ml": 4, "cli": 3}
    )
    assert numbers == {
        "remaining": {"mend": {"cli": 1, "ml": 2}},
        "identifiers": {"ml": 4, "cli": 2},
    }


def test_names_are_counted_where_they_are_given(tmp_path: Path) -> None:
    file = tmp_path / "src" / "regulars" / "ml" / "anna.py"
    file.parent.mkdir(parents=True)
    file.write_text(
        "def one(found, ben):\n    for one in found:\n        one.found = found\n    return one\n"
    )
    assert glossary.count_identifiers(tmp_path, frozenset({"found", "one"})) == {"ml": 4}


def test_source_pages_and_help_are_read_and_generated_pages_are_not(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "src").mkdir()
    (tmp_path / "README.md").write_text("Anna\n")
    (tmp_path / "docs" / "cli.md").write_text(f"{glossary.generate_docs.NOTE}\nmend\n")
    (tmp_path / "src" / "a.sql").write_text("select 1\n-- mend\n")
    found = [(line.file, line.number) for line in glossary.text_lines(tmp_path)]
    assert found == [("README.md", 1), ("src/a.sql", 1), ("src/a.sql", 2)]
    shown = [line.text for line in glossary.help_lines() if line.file == "help/regulars run"]
    assert any("--resume-from" in line for line in shown)


def test_this_tree_says_the_words_of_the_field() -> None:
    known = glossary.read_glossary()
    lines = [*glossary.text_lines(glossary.ROOT), *glossary.help_lines()]
    names = glossary.count_identifiers(glossary.ROOT, known.names)
    assert complaints(known, *lines, names=names) == []
