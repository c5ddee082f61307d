"""Print the sizes of modules, functions, SQL models and tests beside the aims.

`--strict` fails on what lies above a 'look again' limit; an aim that is missed is only shown.
"""

from __future__ import annotations

import argparse
import ast
import io
import statistics
import sys
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
Definition = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Function:
    """A function as measured; self and cls are not counted, nor is the docstring."""

    where: str
    name: str
    body: int
    positional: int
    parameters: int


@dataclass(frozen=True)
class Kind:
    """Things of one kind, (where, size) each, beside their aim and the limit to look again at."""

    name: str
    sizes: list[tuple[str, int]]
    aim: str
    within: tuple[int, ...]
    look_again: int | None = None

    def row(self) -> str:
        """One line of the table."""
        values = [size for _, size in self.sizes] or [0]
        found = f"median {statistics.median(values):g}, max {max(values)}"
        shares = [
            f"{sum(value <= limit for value in values) / len(values):.0%} within {limit}"
            for limit in self.within
        ]
        return f"{self.name:<15}{len(self.sizes):>6}  {found:<22}{', '.join(shares):<32}{self.aim}"

    def complaints(self) -> list[str]:
        """One line for everything above the limit."""
        limit = self.look_again
        return [
            f"look again: {where}: {self.name} {size}, limit {limit}"
            for where, size in self.sizes
            if limit is not None and size > limit
        ]


def measure_function(node: Definition, *, where: str, method: bool) -> Function:
    """Measure one definition."""
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    static = any(isinstance(d, ast.Name) and d.id == "staticmethod" for d in node.decorator_list)
    arguments = node.args
    positional = len(arguments.posonlyargs) + len(arguments.args) - int(method and not static)
    starred = sum(star is not None for star in (arguments.vararg, arguments.kwarg))
    return Function(
        where=f"{where}:{node.lineno} {node.name}",
        name=node.name,
        body=(body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0,
        positional=positional,
        parameters=positional + len(arguments.kwonlyargs) + starred,
    )


def functions_of(path: Path, root: Path) -> Iterator[Function]:
    """Every function of a file, nested ones too."""
    where = path.relative_to(root).as_posix()
    for parent in ast.walk(ast.parse(path.read_text(encoding="utf-8"), filename=where)):
        for node in ast.iter_child_nodes(parent):
            if isinstance(node, Definition):
                is_method = isinstance(parent, ast.ClassDef)
                yield measure_function(node, where=where, method=is_method)


def comment_share(paths: list[Path]) -> float:
    """Comments per 100 lines that are not blank."""
    comments = total = 0
    for path in paths:
        text = path.read_text(encoding="utf-8")
        tokens = tokenize.generate_tokens(io.StringIO(text).readline)
        comments += sum(token.type == tokenize.COMMENT for token in tokens)
        total += sum(bool(line.strip()) for line in text.splitlines())
    return 100 * comments / max(total, 1)


def files(folder: Path, pattern: str) -> list[Path]:
    """Files below a folder that are not empty, in order."""
    return sorted(path for path in folder.rglob(pattern) if path.stat().st_size)


def measure(root: Path) -> list[Kind]:
    """Everything that is measured below a project's folder."""

    def lines(paths: list[Path]) -> list[tuple[str, int]]:
        return [(p.relative_to(root).as_posix(), p.read_text().count("\n")) for p in paths]

    def functions(folder: str) -> list[Function]:
        return [f for path in files(root / folder, "*.py") for f in functions_of(path, root)]

    source = functions("src")
    # the parameters of a command are the options that its user sees: not ours to make fewer
    called = [function for function in source if "/cli/" not in function.where]
    tests = [function for function in functions("tests") if function.name.startswith("test_")]
    modules, models = files(root / "src", "*.py"), files(root / "src", "transform/models/**/*.sql")
    bodies, test_bodies = ([(f.where, f.body) for f in found] for found in (source, tests))
    counts = [(f.where, f.parameters) for f in called]
    by_position = [(f.where, f.positional) for f in called]
    return [
        Kind("module", lines(modules), "median 150, 90% within 300", (300,), 500),
        Kind("function body", bodies, "75% within 15, 90% within 30", (15, 30), 50),
        Kind("parameters", counts, "4", (4,), 7),
        Kind("positional", by_position, "2, others by keyword", (2,)),
        Kind("SQL model", lines(models), "median 40", (40,), 120),
        Kind("test", test_bodies, "median 12", (12,), 40),
    ]


def main() -> int:
    """Print the table; 1 with --strict where something is too large."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", nargs="?", type=Path, default=ROOT)
    parser.add_argument("--strict", action="store_true", help="fail above a 'look again' limit")
    options = parser.parse_args()
    kinds = measure(options.root)
    print(f"{'':<15}{'count':>6}  {'found':<22}{'':<32}aim")
    for kind in kinds:
        print(kind.row())
    share = f"{comment_share(files(options.root / 'src', '*.py')):.1f} per 100 lines"
    print(f"{'comments':<23}{share:<54}4 to 8, saying why")
    complaints = [line for kind in kinds for line in kind.complaints()]
    print(*complaints, sep="\n", end="\n" if complaints else "")
    return 1 if options.strict and complaints else 0


if __name__ == "__main__":
    sys.exit(main())
