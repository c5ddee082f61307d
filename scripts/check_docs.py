"""Check the texts: links and commands that exist, references that are up to date, nothing private.

Looks at the files that git knows, so a folder of results beside them is nobody's concern.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import generate_docs

ROOT = Path(__file__).resolve().parents[1]
LARGEST = 1024 * 1024  # bytes; a tracked file above it is data, and data stays outside
_LINK = re.compile(r"!?\[[^\]]*\]\(\s*<?([^)\s>]+)>?[^)]*\)")
_FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
_CODE = re.compile(_FENCE.pattern + r"|`[^`\n]+`", re.MULTILINE | re.DOTALL)
Finding = tuple[int, str]  # line, what


@dataclass(frozen=True)
class Text:
    """A tracked text file and the tree that it stands in."""

    root: Path
    name: str

    @property
    def path(self) -> Path:
        return self.root / self.name

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @property
    def is_markdown(self) -> bool:
        return self.name.endswith(".md")

    def line(self, position: int) -> int:
        """The number of the line that a position lies in."""
        return self.text.count("\n", 0, position) + 1

    def find(self, pattern: str) -> Iterator[tuple[int, re.Match[str]]]:
        """(line, match) of every match."""
        for found in re.finditer(pattern, self.text):
            yield self.line(found.start()), found


def tracked(root: Path) -> list[Path]:
    """Files that git knows and that are there, or all files where there is no repository."""
    done = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, check=False)
    if done.returncode == 0:
        paths = [root / name for name in done.stdout.decode().split("\0") if name]
    else:
        paths = [path for path in root.rglob("*") if ".git" not in path.parts]
    return sorted(path for path in paths if path.is_file())


def texts(root: Path) -> Iterator[Text]:
    """The tracked files that are UTF-8 text."""
    for path in tracked(root):
        text = Text(root, path.relative_to(root).as_posix())
        try:
            without_nul = "\0" not in text.text
        except UnicodeDecodeError:
            continue
        if without_nul:
            yield text


# Links and names ---------------------------------------------------------------------------


def anchors(text: str) -> set[str]:
    """The anchors that a reader of Markdown makes from headings."""
    headings = re.findall(r"^#+ +(.+?) *#*$", _FENCE.sub("", text), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def links(text: Text) -> Iterator[Finding]:
    """Relative links of Markdown files lead to a file of the tree, and to a heading in it."""
    if not text.is_markdown:
        return
    # code is blanked out, not removed, so that positions keep their lines
    plain = _CODE.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text.text)
    for found in _LINK.finditer(plain):
        target, _, anchor = found[1].partition("#")
        if re.match(r"[a-z][a-z+.-]*:", found[1]):
            continue
        path = (text.path.parent / target).resolve() if target else text.path
        if not path.exists() or not path.is_relative_to(text.root.resolve()):
            yield text.line(found.start()), f"link to {found[1]}: not in the tree"
        elif anchor and path.suffix == ".md" and anchor not in anchors(path.read_text("utf-8")):
            yield text.line(found.start()), f"link to {found[1]}: no such heading"


def named_documents(text: Text) -> Iterator[Finding]:
    """A document in capitals that a text names is in the tree."""
    for line, found in text.find(r"\b[A-Z]{4,}\.md\b"):
        if not any(text.root.rglob(found[0])):
            yield line, f"names {found[0]}, which is not in the tree"


def spoken(text: Text, program: str) -> Iterator[tuple[int, str]]:
    """(line, word) of every word that follows a program's name in the code of a Markdown file."""
    if text.is_markdown:
        for code in _CODE.finditer(text.text):
            pattern = rf"(?:^|`|\n)\s*(?:\$ )?{program} +([a-z][a-z-]*)"
            for found in re.finditer(pattern, code[0]):
                yield text.line(code.start() + found.start(1)), found[1]


def make_targets(text: Text) -> Iterator[Finding]:
    """`make X` in the code of a Markdown file is a target of the Makefile."""
    makefile = text.root / "Makefile"
    rules = makefile.read_text(encoding="utf-8") if makefile.exists() else ""
    known = re.findall(r"^([a-z-]+):", rules, flags=re.MULTILINE)
    yield from ((n, f"make {w}: no such target") for n, w in spoken(text, "make") if w not in known)


def command_names(text: Text, known: set[str]) -> Iterator[Finding]:
    """`regulars X` in the code of a Markdown file is a command."""
    for line, word in spoken(text, "regulars"):
        if word not in known:
            yield line, f"regulars {word}: no such command"


# Nothing private, nothing unfinished; a letter in brackets keeps a pattern from finding itself ----

PATTERNS = {
    "a path of one machine": r"(?<![\w.~])/(?:work|root|farm|(?:home|Users)/(?!anna\b)\w+|tmp/w)/",
    "a package index": r"(?<!no-emit-)\b(?:index-ur[l]|find-link[s])\b|pythonhoste[d]|/simpl[e]/",
    "a key of a cloud account": r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE KEY-----",
    "a token": r"\b(?:gh[pousr]_\w{30,}|xox[abpr]-[\w-]{10,}|sk-[\w-]{20,}|hvs\.\w{20,})",
    "a password in an address": r"\b[a-z+]+://[^\s:/@'\"]+:[^\s:/@'\"${}<>]{3,}@[\w.-]",
    "a secret": r"(?i)\b(?:password|secret|api_?key|token)\b['\"]?\s*[:=]\s*"
    r"['\"](?-i:(?![A-Z_0-9]+['\"]))[^'\"\s${}<>]{6,}['\"]",
    "something unfinished": r"\b(?:TOD[O]|FIXM[E]|XX[X]|HAC[K])\b",
    "a promise": r"(?i)\b(?:production-grad[e]|world-clas[s]|state-of-the-ar[t]|blazing fas[t])\b",
}


def patterns(text: Text) -> Iterator[Finding]:
    """What may stand nowhere in the tree."""
    for what, pattern in PATTERNS.items():
        for line, found in text.find(pattern):
            yield line, f"{what}: {found[0][:60].strip()}"


def lock_lines(text: Text) -> Iterator[Finding]:
    """A lock names versions, not places."""
    if text.name.startswith("requirements/"):
        for line, found in text.find(r"\b(?:https?|file|git\+\w+):\S*|^-e .*"):
            yield line, f"an address in a lock: {found[0]}"


CHECKS: tuple[Callable[[Text], Iterator[Finding]], ...] = (
    links, named_documents, make_targets, patterns, lock_lines,
)  # fmt: skip


def look(root: Path, *, known_commands: set[str]) -> Iterator[str]:
    """One line for everything to mend below a folder."""
    for text in texts(root):
        for check in CHECKS:
            yield from (f"{text.name}:{line}: {what}" for line, what in check(text))
        found = command_names(text, known_commands)
        yield from (f"{text.name}:{line}: {what}" for line, what in found)
    for path in tracked(root):
        if path.stat().st_size > LARGEST:
            yield f"{path.relative_to(root)}: larger than {LARGEST // 1024} KiB"


def main() -> int:
    """Print what is to be mended; 1 where there is something."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    found = list(look(ROOT, known_commands=generate_docs.verbs()))
    found += [
        f"docs/{f.name}: not up to date: make docs" for f, _ in generate_docs.stale(ROOT / "docs")
    ]
    print(*found, sep="\n", end="\n" if found else "")
    print(f"texts: {len(found)} findings in {len(tracked(ROOT))} files")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
