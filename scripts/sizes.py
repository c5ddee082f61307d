"""Print the sizes of modules, functions, SQL models and tests beside the aims, and by room.

`--strict` fails on what lies above a 'look again' limit; an aim that is missed is only shown. The
table by room stands beside the first version, measured once by `--save` at commit f470c3e.
"""

from __future__ import annotations

import argparse
import ast
import io
import json
import math
import statistics
import sys
import tokenize
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FIRST_VERSION = Path(__file__).with_name("sizes_first_version.json")
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
        middle = f"median {statistics.median(values):g}, max {max(values)}"
        shares = [
            f"{sum(value <= limit for value in values) / len(values):.0%} within {limit}"
            for limit in self.within
        ]
        return f"{self.name:<15}{len(self.sizes):>6}  {middle:<22}{', '.join(shares):<32}{self.aim}"

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
    bodies, test_bodies = ([(f.where, f.body) for f in measured] for measured in (source, tests))
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


# By room -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Room:
    """The Python modules of a room; `sql` are the lines of its SQL files."""

    lines: int
    median: float
    within_90: int  # 90 % of the modules have at most so many lines
    largest: int
    comments: float  # per 100 lines that are not blank
    sql: int


@dataclass(frozen=True)
class House:
    """All rooms, and what is counted over all of them."""

    rooms: Mapping[str, Room]
    twice: int  # base names that more than one module has
    cycles: int  # groups of modules that import one another


def measure_house(root: Path) -> House:
    """The rooms below `src/regulars`, and everything together as `all`."""
    package = root / "src" / "regulars"
    folders = sorted(path for path in package.iterdir() if path.is_dir())
    rooms = {folder.name: measure_room(folder) for folder in folders if any(files(folder, "*.*"))}
    stems = Counter(path.stem for path in package.rglob("*.py") if path.stem != "__init__")
    return House(
        rooms={**rooms, "all": measure_room(package)},
        twice=sum(count > 1 for count in stems.values()),
        cycles=len(import_cycles(root / "src")),
    )


def measure_room(folder: Path) -> Room:
    """The sizes of the modules below a folder; empty files do not count."""
    modules = files(folder, "*.py")
    counts = sorted(path.read_text("utf-8").count("\n") for path in modules) or [0]
    return Room(
        lines=sum(counts),
        median=statistics.median(counts),
        within_90=counts[math.ceil(0.9 * len(counts)) - 1],
        largest=counts[-1],
        comments=round(comment_share(modules), 1),
        sql=sum(path.read_text("utf-8").count("\n") for path in files(folder, "*.sql")),
    )


def import_cycles(source: Path) -> list[list[str]]:
    """Groups of modules that import one another, directly or not; type checking does not count."""
    paths = {_module_name(path, source): path for path in source.rglob("*.py")}
    imports = {name: _imported(path, known=set(paths)) - {name} for name, path in paths.items()}
    reached = {name: _reachable(name, imports) for name in imports}
    groups = {
        frozenset({other for other in reached[name] if name in reached[other]}) for name in imports
    }
    return sorted(sorted(group) for group in groups if len(group) > 1)


def _module_name(path: Path, source: Path) -> str:
    parts = path.relative_to(source).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imported(path: Path, *, known: set[str]) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"), filename=str(path))
    skipped: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            skipped |= {inner for child in node.body for inner in ast.walk(child)}
    names: set[str] = set()
    for node in ast.walk(tree):
        if node in skipped:
            continue
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            members = {f"{node.module}.{alias.name}" for alias in node.names}
            # `from package import module` imports the module; other names come from the package
            names |= (members & known) or {node.module}
    return names & known


def _reachable(start: str, imports: Mapping[str, set[str]]) -> set[str]:
    reached: set[str] = set()
    waiting = list(imports[start])
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += imports[name]
    return reached


def read_house(path: Path) -> House:
    """A house as `--save` wrote it."""
    content = json.loads(path.read_text("utf-8"))
    rooms = {name: Room(**room) for name, room in content["rooms"].items()}
    return House(rooms=rooms, twice=content["twice"], cycles=content["cycles"])


def room_table(before: House, after: House) -> Iterator[str]:
    """One line per room, before and after; `-` for a room that one of the two does not have."""
    heads = ("lines", "median", "90 %", "largest", "comments", "SQL lines")
    yield f"{'before > after':<12}" + "".join(f"{head:>17}" for head in heads)
    names = sorted({*before.rooms, *after.rooms} - {"all"})
    for name in [*names, "all"]:
        pair = (before.rooms.get(name), after.rooms.get(name))
        columns = zip(*(_figures(room) for room in pair), strict=True)
        yield f"{name:<12}" + "".join(f"{f'{old} > {new}':>17}" for old, new in columns)
    aims = ("", "120 to 150", "300", "300", "4 to 8", "")
    yield f"{'aim':<12}" + "".join(f"{aim:>17}" for aim in aims)
    yield f"base names of more than one module: {before.twice} > {after.twice}, aim 0 in a room"
    yield f"groups of modules that import one another: {before.cycles} > {after.cycles}, aim 0"


def _figures(room: Room | None) -> list[str]:
    if room is None:
        return ["-"] * len(Room.__dataclass_fields__)
    return [f"{value:g}" for value in asdict(room).values()]


def main() -> int:
    """Print the tables; 1 with --strict where something is too large."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", nargs="?", type=Path, default=ROOT)
    parser.add_argument("--strict", action="store_true", help="fail above a 'look again' limit")
    parser.add_argument("--save", type=Path, metavar="FILE", help="write the rooms to a JSON file")
    options = parser.parse_args()
    kinds = measure(options.root)
    print(f"{'':<15}{'count':>6}  {'measured':<22}{'':<32}aim")
    for kind in kinds:
        print(kind.row())
    share = f"{comment_share(files(options.root / 'src', '*.py')):.1f} per 100 lines"
    print(f"{'comments':<23}{share:<54}4 to 8, saying why")
    complaints = [line for kind in kinds for line in kind.complaints()]
    print(*complaints, sep="\n", end="\n" if complaints else "")
    if (options.root / "src" / "regulars").is_dir():
        house = measure_house(options.root)
        print("", *room_table(read_house(FIRST_VERSION), house), sep="\n")
        if options.save is not None:
            options.save.write_text(json.dumps(asdict(house), indent=2) + "\n", "utf-8")
    return 1 if options.strict and complaints else 0


if __name__ == "__main__":
    sys.exit(main())
