"""Accuracy of churn scores on the public data sets, beside what each figure must reach.

Run: python scripts/accuracy_figures.py [data set ...] [--shared ../shared/data] [--write PAGE]

Every figure comes by the path that all projects take: project file, run, gold.ml_training_data,
training. `--write` replaces the sections of the chosen data sets in a page and keeps the others.
Exits with 1 where a figure is not what it must be.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from accuracy import dated, guards, reasons, snapshots
from accuracy.page import Section, page, sections_of

ROOT = Path(__file__).resolve().parents[1]
Made = Callable[[Path, Path], Section]
SECTIONS: dict[str, Made] = {
    "telco": snapshots.telco,
    "bank": snapshots.bank,
    "airline": dated.airline,
    "retail": dated.retail,
    "cdnow": dated.cdnow,
    "saas": dated.saas,
    "adventureworks": dated.adventureworks,
    "reasons": reasons.section,
    "guard: clean and planted": guards.planted,
    "guard: shuffled labels": guards.shuffled,
    "guard: future invariance": guards.invariance,
}
INTRO = """\
Figures of churn scores on public data sets, beside what they must reach. Each comes by the path
that every project takes: project file, `land > clean > features`, `gold.ml_training_data`,
training. The test is later in time than what was learned, unless the section says that the data
has no dates. Nothing was tuned to a test set; a figure that misses says so. The data sets are not
part of this repository.

`python scripts/accuracy_figures.py NAME --shared FOLDER` prints the section NAME; with `--write
docs/accuracy.md` it replaces the section on this page. A figure without a bound stands beside the
others for comparison."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the sections asked for, and write them where asked."""
    asked = _arguments(arguments)
    made = []
    for name in asked.sections or list(SECTIONS):
        with tempfile.TemporaryDirectory() as folder:
            before = time.perf_counter()
            section = SECTIONS[name](asked.shared, Path(folder))
        made.append(section)
        print(section.markdown())
        print(f"({time.perf_counter() - before:.0f} s)\n", flush=True)
        if asked.write:
            write(asked.write, section)
    missed = [f"{section.name}: {what}" for section in made for what in section.missed()]
    for one in missed:
        print(f"missed: {one}")
    return 1 if missed else 0


def write(path: Path, section: Section) -> None:
    """Put a section into the page, in the order of SECTIONS."""
    there = sections_of(path.read_text("utf-8")) if path.exists() else {}
    there[section.name] = section.markdown()
    path.write_text(page(INTRO, {name: there[name] for name in SECTIONS if name in there}), "utf-8")


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sections", nargs="*", help=", ".join(SECTIONS))
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--write", type=Path, metavar="PAGE")
    found = parser.parse_args(arguments)
    unknown = set(found.sections) - set(SECTIONS)
    if unknown:
        parser.error(f"no section {', '.join(sorted(unknown))}; there are {', '.join(SECTIONS)}")
    return found


if __name__ == "__main__":
    sys.exit(main())
