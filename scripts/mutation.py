"""Change the code in one place at a time, and see whether the tests notice.

    python scripts/mutation.py                     every change, each against the tests it names
    python scripts/mutation.py --only ml,flows     changes of these rooms, or of these names
    python scripts/mutation.py --all               each against the whole suite (hours)
    python scripts/mutation.py --write             and write docs/mutation.md

`scripts/mutations.yaml` holds the changes. Each stands at a text that its file has exactly once, so
the list cannot rot unseen (`--anchors` checks it, and so does a test). A change is made in a copy
of the tree, never here. In the end the tests that failed run without a change: only those that pass
then noticed something. Results are kept in a file (`--results`), so that a run can go on.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

import yaml

ROOT = Path(__file__).resolve().parents[1]
MUTATIONS = Path(__file__).with_name("mutations.yaml")
PAGE = ROOT / "docs" / "mutation.md"
AIM = 0.95
TREE = ("src", "tests", "scripts", "docs", "examples", "benchmarks")
Verdict = Literal["noticed", "survived", "broken", "red before"]


@dataclass(frozen=True)
class Mutation:
    """One change: `old` becomes `new` in `file`, and `tests` should notice."""

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]
    why: str
    excuse: str = ""  # why it may survive: the change makes no difference that a user can see

    @property
    def room(self) -> str:
        """The room of the file."""
        parts = self.file.split("/")
        return parts[2] if parts[:2] == ["src", "regulars"] else parts[0]

    @property
    def key(self) -> str:
        """What the change is, so that an older result of another change is not taken for it."""
        text = "\0".join((self.file, self.old, self.new, *self.tests))
        return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Result:
    """What came of one change: the first test that failed, or none."""

    name: str
    key: str
    verdict: Verdict
    test: str
    seconds: float


# The list ----------------------------------------------------------------------------------


def read_mutations(path: Path = MUTATIONS) -> list[Mutation]:
    """The changes, in the order of the file."""
    content: list[dict[str, Any]] = yaml.safe_load(path.read_text("utf-8"))
    return [Mutation(**{**entry, "tests": tuple(entry["tests"])}) for entry in content]


def problems(mutations: Iterable[Mutation], root: Path = ROOT) -> Iterator[str]:
    """One line for each change that cannot be made, names no tests that exist, or comes twice."""
    names: Counter[str] = Counter()
    for mutation in mutations:
        names[mutation.name] += 1
        if names[mutation.name] == 2:
            yield f"{mutation.name}: the name comes twice"
        file = root / mutation.file
        count = file.read_text("utf-8").count(mutation.old) if file.exists() else 0
        if count != 1:
            yield f"{mutation.name}: {mutation.file} has its text {count} times, not once"
        if mutation.old == mutation.new:
            yield f"{mutation.name}: changes nothing"
        missing = [test for test in mutation.tests if not _exists(root, test)]
        yield from (f"{mutation.name}: there is no {test}" for test in missing)


def _exists(root: Path, test: str) -> bool:
    """Whether a test file or folder is there, and the test of it that is named."""
    place, _, name = test.partition("::")
    path = root / place
    return path.exists() and (not name or f"def {name}(" in path.read_text("utf-8"))


def chosen(mutations: list[Mutation], only: str | None) -> list[Mutation]:
    """Those of the rooms or names in a list with commas; all when there is none."""
    words = set(only.split(",")) if only else set()
    return [m for m in mutations if not words or m.room in words or m.name in words]


# Copies of the tree ------------------------------------------------------------------------


def copy_tree(root: Path, folder: Path) -> Path:
    """A copy of what tests need, with the shared data beside it where they are beside `root`."""
    copy = folder / "tree"
    copy.mkdir(parents=True)
    ignored = shutil.ignore_patterns("__pycache__", ".*")
    for name in TREE:
        if (root / name).is_dir():
            shutil.copytree(root / name, copy / name, ignore=ignored)
    for path in root.iterdir():
        if path.is_file():
            shutil.copy2(path, copy / path.name)
    shared = root.parent / "shared"
    if shared.is_dir():
        (folder / "shared").symlink_to(shared)
    return copy


@contextmanager
def changed(copy: Path, mutation: Mutation) -> Iterator[None]:
    """The tree with the change in it, and as it was in the end."""
    file = copy / mutation.file
    before = file.read_bytes()
    text = before.decode("utf-8")
    if text.count(mutation.old) != 1:
        raise ValueError(f"{mutation.name}: {mutation.file} does not have its text exactly once")
    file.write_bytes(text.replace(mutation.old, mutation.new).encode("utf-8"))
    try:
        yield
    finally:
        file.write_bytes(before)


_OPTIONS = (
    "-q",
    "-n",
    "0",
    "-p",
    "no:randomly",
    "-p",
    "no:cacheprovider",
    "--no-header",
    "--tb=no",
)


def _environment(copy: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(copy / "src")}


def run_tests(copy: Path, tests: Iterable[str], *, seconds: float) -> tuple[Verdict, str]:
    """Run tests in a copy until the first failure; a run without an end says nothing."""
    command = [sys.executable, "-m", "pytest", "-x", *_OPTIONS, *tests]
    try:
        done = subprocess.run(
            command, cwd=copy, env=_environment(copy), capture_output=True, text=True, check=False,
            timeout=seconds,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return "broken", f"no end after {seconds:g} s"
    failed = [line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    first = failed[0].split(" - ")[0] if failed else ""
    if done.returncode == 0:
        return "survived", ""
    # 1: a test failed. Anything else, such as a module that cannot be read, is no test of a test
    return ("noticed", first) if done.returncode == 1 else ("broken", first or done.stderr[-200:])


def try_mutation(copy: Path, mutation: Mutation, *, whole: bool, seconds: float) -> Result:
    """Make one change in a copy and run the tests that should notice, or all."""
    began = time.monotonic()
    with changed(copy, mutation):
        verdict, test = run_tests(copy, ["tests"] if whole else mutation.tests, seconds=seconds)
    return Result(mutation.name, mutation.key, verdict, test, round(time.monotonic() - began, 1))


def try_all(
    mutations: list[Mutation], *, root: Path, workers: int, whole: bool = False, seconds: float
) -> Iterator[Result]:
    """A result for each change, as they come; each worker has a copy of its own."""
    with tempfile.TemporaryDirectory() as folder:
        copies: queue.Queue[Path] = queue.Queue()
        for number in range(workers):
            copies.put(copy_tree(root, Path(folder) / str(number)))

        def work(mutation: Mutation) -> Result:
            copy = copies.get()
            try:
                return try_mutation(copy, mutation, whole=whole, seconds=seconds)
            finally:
                copies.put(copy)

        noticed: list[Result] = []
        with ThreadPoolExecutor(workers) as pool:
            waiting = [pool.submit(work, mutation) for mutation in mutations]
            for result in (done.result() for done in as_completed(waiting)):
                noticed += [result] if result.test.startswith("FAILED") else []
                yield result
        red = red_tests(copies.get(), sorted({r.test.removeprefix("FAILED ") for r in noticed}))
        for result in noticed:
            if result.test.removeprefix("FAILED ") in red:
                yield replace(result, verdict="red before")


def red_tests(copy: Path, tests: list[str]) -> set[str]:
    """Which of these tests fail without any change: what they say counts for nothing."""
    if not tests:
        return set()
    command = [sys.executable, "-m", "pytest", *_OPTIONS, *tests]
    done = subprocess.run(
        command, cwd=copy, env=_environment(copy), capture_output=True, text=True, check=False
    )
    return {
        line.split(" - ")[0].split(maxsplit=1)[1]
        for line in done.stdout.splitlines()
        if line.startswith(("FAILED", "ERROR"))
    }


# The page ------------------------------------------------------------------------------


def table(mutations: list[Mutation], results: Mapping[str, Result]) -> Iterator[str]:
    """One line per room: how many changes, how many were tried, noticed, survived."""
    yield "| room | changes | run | noticed | survived |"
    yield "| --- | ---: | ---: | ---: | ---: |"
    rooms = sorted({mutation.room for mutation in mutations})
    for room in [*rooms, "all"]:
        group = [m for m in mutations if room in (m.room, "all")]
        verdicts = Counter(r.verdict for m in group if (r := result_of(m, results)) is not None)
        run = verdicts["noticed"] + verdicts["survived"]
        yield f"| {room} | {len(group)} | {run} | {verdicts['noticed']} | {verdicts['survived']} |"


def result_of(mutation: Mutation, results: Mapping[str, Result]) -> Result | None:
    """The result of this very change, where it was tried."""
    result = results.get(mutation.name)
    return result if result is not None and result.key == mutation.key else None


def noticed_share(mutations: list[Mutation], results: Mapping[str, Result]) -> float:
    """Of the changes that were run, the share that tests noticed."""
    verdicts = Counter(r.verdict for m in mutations if (r := result_of(m, results)) is not None)
    run = verdicts["noticed"] + verdicts["survived"]
    return verdicts["noticed"] / run if run else 0.0


def page(mutations: list[Mutation], results: Mapping[str, Result]) -> str:
    """docs/mutation.md."""
    run = [m for m in mutations if (r := result_of(m, results)) and r.verdict in _COUNTED]
    survivors = [m for m in run if _verdict(m, results) == "survived"]
    lines = [
        "<!-- Written by `python scripts/mutation.py --write`; do not edit. -->", "",
        "# Do the tests notice?", "",
        "Mutation testing changes the code in one place at a time and looks whether a test fails. "
        f"The list has {len(mutations)} changes across the rooms, each at a decision that matters: "
        "borders of dates, exact sums, gates, masking, locks. "
        f"{len(run)} of them were run, each against the tests that should notice; "
        f"{len(run) - len(survivors)} were noticed "
        f"({noticed_share(mutations, results):.1%}; aim: {AIM:.0%}).", "",
        "`python scripts/mutation.py --write` runs them again and writes this page.", "",
        *table(mutations, results), "",
        "## Changes that no test notices", "",
        *(_survivor(m) for m in survivors),
        *([] if survivors else ["None."]), "",
        "## All changes", "",
        "| change | file | matters because | result |", "| --- | --- | --- | --- |",
        *(_row(m, results) for m in mutations),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


_COUNTED = ("noticed", "survived")


def _verdict(mutation: Mutation, results: Mapping[str, Result]) -> str:
    result = result_of(mutation, results)
    return "not run" if result is None else result.verdict


def _survivor(mutation: Mutation) -> str:
    return f"- **{mutation.name}** (`{mutation.file}`): {mutation.excuse or 'a test is missing'}."


def _row(mutation: Mutation, results: Mapping[str, Result]) -> str:
    file = mutation.file.removeprefix("src/regulars/")
    why = mutation.why.replace("|", "\\|")
    return f"| {mutation.name} | `{file}` | {why} | {_verdict(mutation, results)} |"


def read_results(path: Path) -> dict[str, Result]:
    """Results of earlier runs by name; none where there is no file."""
    if not path.exists():
        return {}
    return {name: Result(**result) for name, result in json.loads(path.read_text("utf-8")).items()}


def write_results(path: Path, results: Mapping[str, Result]) -> None:
    """Keep the results, so that a run that was stopped goes on."""
    content = {name: asdict(results[name]) for name in sorted(results)}
    path.write_text(json.dumps(content, indent=1) + "\n", "utf-8")


def main() -> int:
    """Run the changes; 1 where one survived without an excuse, or the list is not right."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--only", help="rooms or names, separated by commas")
    parser.add_argument("--anchors", action="store_true", help="only check the list")
    parser.add_argument("--all", action="store_true", help="run the whole suite for each change")
    parser.add_argument("--again", action="store_true", help="also what has a result already")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=600, help="longest time of one change")
    parser.add_argument("--results", type=Path, default=ROOT / ".mutation.json")
    parser.add_argument("--write", action="store_true", help="write docs/mutation.md")
    options = parser.parse_args()
    every = read_mutations()
    complaints = list(problems(every))
    print(*complaints, sep="\n", end="\n" if complaints else "")
    if options.anchors or complaints:
        print(f"{len(every)} changes, {len(complaints)} that cannot be made")
        return int(bool(complaints))
    results = read_results(options.results)
    asked = [
        m
        for m in chosen(every, options.only)
        if options.again or _verdict(m, results) not in _COUNTED
    ]
    for result in try_all(
        asked, root=ROOT, workers=options.workers, whole=options.all,
        seconds=options.seconds,
    ):  # fmt: skip
        results[result.name] = result
        write_results(options.results, results)
        print(
            f"{result.verdict:<11}{result.seconds:>7.1f} s  {result.name}  {result.test}",
            flush=True,
        )
    print(*table(every, results), sep="\n")
    if options.write:
        PAGE.write_text(page(every, results), "utf-8")
    open_ones = [m.name for m in every if _verdict(m, results) == "survived" and not m.excuse]
    return int(bool(open_ones))


if __name__ == "__main__":
    sys.exit(main())
