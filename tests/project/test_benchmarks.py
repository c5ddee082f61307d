"""The command that measures every figure: a row that fails stops no other, and misses are named."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Any]]:
    """Modules of the folder, which are scripts and no package."""
    monkeypatch.syspath_prepend(str(FOLDER))
    before = set(sys.modules)
    yield importlib.import_module
    for name in set(sys.modules) - before:
        path = getattr(sys.modules[name], "__file__", None) or ""
        if path.startswith(str(FOLDER)):
            del sys.modules[name]


def test_a_row_that_fails_keeps_what_it_measured_and_says_why(
    load: Callable[[str], Any], tmp_path: Path
) -> None:
    measuring, command = load("measuring"), load("all")

    def row(scale: float, place: Path) -> Iterator[object]:
        yield measuring.absolute("first", measuring.Cost(1.0, 2.0, 3.0), goal=5.0)
        raise RuntimeError("the second one broke")

    def lacking(scale: float, place: Path) -> Iterator[object]:
        raise measuring.Skipped("nothing to measure with")
        yield

    failed = command.measured("row", row, scale=0.1, place=tmp_path)
    assert (failed["kind"], failed["lack"]) == ("failed", "RuntimeError: the second one broke")
    assert [line["value"] for line in failed["lines"]] == [2.0]
    skipped = command.measured("other", lacking, scale=0.1, place=tmp_path)
    assert (skipped["kind"], skipped["lack"]) == ("skipped", "nothing to measure with")


def test_the_page_names_what_is_missed_and_by_how_much_and_what_was_not_measured(
    load: Callable[[str], Any],
) -> None:
    measuring, page = load("measuring"), load("page")
    ours, theirs = measuring.Cost(8.0, 9.0, 100.0), measuring.Cost(2.0, 3.0, 50.0)
    lines = [
        measuring.ratio("slow", ours, theirs, beside="a script", goal=2.0).to_json(),
        measuring.ratio("fast", theirs, ours, beside="a script", goal=2.0).to_json(),
    ]
    result = {
        "row": "pair", "at": "2026-11-28", "machine": "2 cores, 8 GB of memory", "load": 0.1,
        "lines": lines, "lack": "polars is not installed", "kind": "skipped",
    }  # fmt: skip
    text = page.figures([result])
    assert "- slow: 3.00 x instead of 2 x, 1.5 times the goal" in text
    assert "- fast" not in text
    assert "- `pair` (skipped): polars is not installed" in text
    assert "2 cores, 8 GB of memory, 2026-11-28" in text
