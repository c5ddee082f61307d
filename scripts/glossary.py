"""Look for words that the glossary replaces, in the source, the docs and the help of every command.

`scripts/glossary.yaml` holds the words, what to write instead, and the lines that may keep one:
an excuse names the file, a part of the line, and the reason. What is still to be renamed is a
number per room that may only fall: `--lower` writes the numbers of today where they are lower.
`--identifiers` counts names of Python such as `found` and `one` by room.
"""

from __future__ import annotations

import argparse
import ast
import os
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

import generate_docs

ROOT = Path(__file__).resolve().parents[1]
GLOSSARY = Path(__file__).with_name("glossary.yaml")
PAGES = ("README.md", "CONTRIBUTING.md")
SUFFIXES = (".py", ".sql", ".yml", ".yaml", ".md", ".html", ".css", ".js", ".txt", ".j2")


@dataclass(frozen=True)
class Word:
    """A word that is refused, and the term of the field."""

    name: str
    use: str
    pattern: re.Pattern[str]


@dataclass(frozen=True)
class Excuse:
    """Lines of one file that may keep a word: those that hold `text`, for a reason."""

    word: str
    file: str
    text: str
    reason: str

    def covers(self, line: Line, word: str) -> bool:
        """Whether it is this excuse that lets the line keep the word."""
        return word == self.word and line.file == self.file and self.text in line.text


@dataclass(frozen=True)
class Line:
    """One line of a text; `number` counts from 1."""

    file: str
    number: int
    text: str

    @property
    def room(self) -> str:
        """The room of a source file, `docs` for a page, `help` for the help of a command."""
        parts = self.file.split("/")
        return parts[2] if parts[:2] == ["src", "regulars"] and len(parts) > 3 else parts[0]


@dataclass(frozen=True)
class Glossary:
    """The words, the excuses, and what is still to be renamed by room."""

    words: tuple[Word, ...]
    names: frozenset[str]
    excuses: tuple[Excuse, ...]
    remaining: Mapping[str, Mapping[str, int]]  # word: room: lines
    identifiers: Mapping[str, int]  # room: names


@dataclass(frozen=True)
class Review:
    """What a look at all lines came to."""

    refused: list[tuple[Line, Word]]
    needless: list[Excuse]

    def counts(self) -> dict[str, dict[str, int]]:
        """Lines that hold a refused word and have no excuse, by word and room."""
        by_word: dict[str, dict[str, int]] = {}
        for (word, room), lines in sorted(
            Counter((word.name, line.room) for line, word in self.refused).items()
        ):
            by_word.setdefault(word, {})[room] = lines
        return by_word


def read_glossary(path: Path = GLOSSARY) -> Glossary:
    """The glossary as data."""
    content: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    return Glossary(
        words=tuple(
            Word(name, word["use"], re.compile(word["pattern"], re.IGNORECASE))
            for name, word in content["words"].items()
        ),
        names=frozenset(content["names"]),
        excuses=tuple(Excuse(**excuse) for excuse in content.get("excuses") or ()),
        remaining=content.get("remaining") or {},
        identifiers=content.get("identifiers") or {},
    )


# Where words are looked for ----------------------------------------------------------------


def text_lines(root: Path) -> Iterator[Line]:
    """Every line of the source and of the pages that are written by hand."""
    pages = [root / name for name in PAGES if (root / name).exists()]
    files = [*(root / "src").rglob("*"), *(root / "docs").rglob("*"), *pages]
    for path in sorted(path for path in files if path.suffix in SUFFIXES):
        text = path.read_text("utf-8")
        # a generated page says what its source says, and the source is read
        if not text.startswith(generate_docs.NOTE):
            name = path.relative_to(root).as_posix()
            yield from (Line(name, n, line) for n, line in enumerate(text.splitlines(), start=1))


def help_lines() -> Iterator[Line]:
    """Every line that `--help` prints, of every command."""
    from typer.testing import CliRunner

    from regulars.cli.app import app

    for name, _ in generate_docs.commands(generate_docs.root_command()):
        words = [*name.split()[1:], "--help"]
        shown = CliRunner().invoke(app, words, env={**os.environ, "COLUMNS": "200"}).output
        for number, text in enumerate(shown.splitlines(), start=1):
            yield Line(f"help/{name}", number, " ".join(text.split()))


def review(glossary: Glossary, lines: list[Line]) -> Review:
    """Lines that hold a refused word without an excuse, and excuses that nothing needs."""
    refused: list[tuple[Line, Word]] = []
    needed: set[Excuse] = set()
    for line in lines:
        for word in glossary.words:
            if word.pattern.search(line.text):
                excuses = [e for e in glossary.excuses if e.covers(line, word.name)]
                needed |= set(excuses)
                if not excuses:
                    refused.append((line, word))
    return Review(refused, [excuse for excuse in glossary.excuses if excuse not in needed])


# Names -------------------------------------------------------------------------------------


def names_of(tree: ast.AST) -> Iterator[str]:
    """Names that a module gives: of variables, parameters, attributes, functions, classes."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.attr


def count_identifiers(root: Path, names: frozenset[str]) -> dict[str, int]:
    """How many names of the list each room gives."""
    counts: Counter[str] = Counter()
    for path in sorted((root / "src").rglob("*.py")):
        room = Line(path.relative_to(root).as_posix(), 1, "").room
        tree = ast.parse(path.read_text("utf-8"), filename=str(path))
        counts[room] += sum(name in names for name in names_of(tree))
    return {room: count for room, count in sorted(counts.items()) if count}


# The numbers that may only fall ------------------------------------------------------------


def problems(
    glossary: Glossary, *, reviewed: Review, identifiers: Mapping[str, int]
) -> Iterator[str]:
    """One line for each number that rose, each new word, and each excuse that nothing needs."""
    for word, rooms in reviewed.counts().items():
        for room, lines in rooms.items():
            allowed = glossary.remaining.get(word, {}).get(room, 0)
            if lines > allowed:
                use = next(w.use for w in glossary.words if w.name == word)
                yield f"{room}: '{word}' in {lines} lines, {allowed} allowed; write: {use}"
    for room, count in identifiers.items():
        allowed = glossary.identifiers.get(room, 0)
        if count > allowed:
            yield f"{room}: {count} names that say nothing, {allowed} allowed"
    for excuse in reviewed.needless:
        yield f"{excuse.file}: the excuse of '{excuse.word}' ({excuse.text!r}) is not needed"


def lowered(
    glossary: Glossary, *, reviewed: Review, identifiers: Mapping[str, int], first: bool = False
) -> dict[str, Any]:
    """The two tables of numbers, lowered to what is there today."""
    counts = reviewed.counts()
    remaining = {
        word: {
            room: lines if first else min(lines, glossary.remaining.get(word, {}).get(room, 0))
            for room, lines in rooms.items()
        }
        for word, rooms in counts.items()
    }
    names = {
        room: count if first else min(count, glossary.identifiers.get(room, 0))
        for room, count in identifiers.items()
    }
    return {"remaining": remaining, "identifiers": names}


def write_numbers(path: Path, numbers: dict[str, Any]) -> None:
    """Replace the two tables at the end of the glossary's file."""
    text = path.read_text("utf-8")
    head = text.split("\nremaining:")[0].rstrip("\n")
    path.write_text(head + "\n" + yaml.safe_dump(numbers, sort_keys=False, width=100), "utf-8")


def main() -> int:
    """Print what is refused; 1 where a number rose or an excuse is not needed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--show", metavar="WORD", help="print every line that holds this word")
    parser.add_argument("--identifiers", action="store_true", help="count names by room")
    parser.add_argument("--lower", action="store_true", help="write the numbers of today")
    options = parser.parse_args()
    glossary = read_glossary()
    identifiers = count_identifiers(ROOT, glossary.names)
    if options.identifiers:
        for room, count in identifiers.items():
            print(f"{room:<14}{count:>6}")
        print(f"{'all':<14}{sum(identifiers.values()):>6}")
        return 0
    reviewed = review(glossary, [*text_lines(ROOT), *help_lines()])
    if options.show:
        for line, word in reviewed.refused:
            if options.show in (word.name, "all"):
                print(f"{line.file}:{line.number}: [{word.name}] {line.text.strip()[:140]}")
        return 0
    if options.lower:
        first = not glossary.remaining and not glossary.identifiers
        numbers = lowered(glossary, reviewed=reviewed, identifiers=identifiers, first=first)
        write_numbers(GLOSSARY, numbers)
        glossary = read_glossary()
    complaints = list(problems(glossary, reviewed=reviewed, identifiers=identifiers))
    print(*complaints, sep="\n", end="\n" if complaints else "")
    rooms = Counter(line.room for line, _ in reviewed.refused)
    print(f"{'room':<14}{'lines':>7}{'names':>7}")
    for room in sorted({*rooms, *identifiers}):
        print(f"{room:<14}{rooms[room]:>7}{identifiers.get(room, 0):>7}")
    print(f"{'all':<14}{sum(rooms.values()):>7}{sum(identifiers.values()):>7}")
    return int(bool(complaints))


if __name__ == "__main__":
    sys.exit(main())
