"""Score the offline parser: questions with hand-written SQL as the truth, on demo companies.

    python scripts/ask_score.py [FOLDER] [--wrong] [--refused]

FOLDER holds a demo company for each recipe; one that is missing is made. Prints precision (of the
questions answered), recall (of all that have an answer), and refusals by kind. Fails below the
aims.
"""

from __future__ import annotations

import argparse
import math
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from regulars.core.settings import read_project
from regulars.insights.asking.answers import Answer, Assistant
from regulars.insights.asking.refusals import NotUnderstood
from regulars.insights.release_reading import Reading, read_current
from regulars.insights.semantic.planning import Unanswerable

QUESTIONS = Path(__file__).with_name("ask") / "questions.yaml"
PRECISION, RECALL = 0.99, 0.88


@dataclass(frozen=True)
class Outcome:
    """What became of a wording: right, wrong, or the kind of its refusal."""

    recipe: str
    question: str
    outcome: str
    is_foreign: bool
    milliseconds: float
    detail: str = ""


def company(folder: Path, recipe: str) -> Reading:
    """The release of a demo company, made where it is missing."""
    place = folder / recipe
    if not (place / "regulars.yaml").exists():
        command = [sys.executable, "-m", "regulars", "demo", "--recipe", recipe, str(place)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return read_current(read_project(place))


def outcome_of(assistant: Assistant, recipe: str, entry: dict[str, Any], question: str) -> Outcome:
    """Ask one wording, and compare the rows with those of the truth."""
    is_foreign, begun = entry.get("from") == "before", time.perf_counter()
    try:
        intent = assistant.understand(question).intent
        assistant.questions.sql(assistant.questions.plan(intent))
        taken = 1000 * (time.perf_counter() - begun)
        answer = assistant.answer(intent, question)
    except (NotUnderstood, Unanswerable) as refusal:
        kind = refusal.kind if isinstance(refusal, NotUnderstood) else refusal.reason
        return Outcome(recipe, question, kind, is_foreign, math.nan, refusal.what)
    truth = assistant.questions.reading.arrow(entry["sql"])
    is_right = _same(answer, truth.to_pylist(), width=truth.num_columns)
    return Outcome(
        recipe, question, "right" if is_right else "wrong", is_foreign, taken, answer.sentence
    )


def _same(answer: Answer, truth: Sequence[dict[str, Any]], *, width: int) -> bool:
    """Whether the first columns of an answer hold the rows of the truth, in any order.

    The columns of an answer may stand in another order; a figure beside the asked ones is no error.
    """
    names = [column.key for column in answer.columns][:width]
    given = sorted((list(map(row.get, names)) for row in answer.rows), key=_place)
    wanted = sorted((list(row.values()) for row in truth), key=_place)
    return len(given) == len(wanted) and all(
        _alike(one, other)
        for row, true_row in zip(given, wanted, strict=True)
        for one, other in zip(row, true_row, strict=True)
    )


def _place(row: Sequence[Any]) -> tuple[str, ...]:
    """Where a row stands among others: by its names, then by its numbers."""
    words = [_text(value) for value in row if not _is_number(value)]
    return (*words, *(f"{float(value):+030.4f}" for value in row if _is_number(value)))


def _alike(value: Any, truth: Any) -> bool:
    """Equal, or a number that differs by the rounding of exact sums to six places."""
    if _is_number(value) and _is_number(truth):
        return math.isclose(float(value), float(truth), rel_tol=1e-6, abs_tol=2e-6)
    return _text(value) == _text(truth)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _text(value: Any) -> str:
    return str(value)[:10] if isinstance(value, date) else str(value)


def main() -> None:
    """Print the score; exit code 1 below the aims."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=Path("build/ask"))
    parser.add_argument("--wrong", action="store_true", help="list wrong answers")
    parser.add_argument("--refused", action="store_true", help="list refused questions")
    options = parser.parse_args()
    content = yaml.safe_load(QUESTIONS.read_text("utf-8"))
    scope = content.pop("out_of_scope")
    outcomes: list[Outcome] = []
    answered_outside: list[str] = []
    for recipe, entries in content.items():
        assistant = Assistant(company(options.folder, recipe))
        outcomes += [
            outcome_of(assistant, recipe, entry, question)
            for entry in entries
            for question in entry["ask"]
        ]
        answered_outside += [f"{recipe}: {text}" for text in scope if _is_answered(assistant, text)]
    for each in outcomes:
        if (options.wrong and each.outcome == "wrong") or (
            options.refused and each.outcome not in ("right", "wrong")
        ):
            print(f"{each.outcome:<13} {each.recipe}: {each.question}\n{'':14}{each.detail}")
    for text in answered_outside:
        print(f"out of scope, answered: {text}")
    entries = sum(len(entries) for entries in content.values())
    sys.exit(
        _print(outcomes, entries, outside=len(scope) * len(content), answered=answered_outside)
    )


def _is_answered(assistant: Assistant, question: str) -> bool:
    try:
        assistant.ask(question)
    except (NotUnderstood, Unanswerable):
        return False
    return True


def _print(outcomes: list[Outcome], entries: int, *, outside: int, answered: list[str]) -> int:
    """The figures; 1 where one is below its aim."""
    print(f"{entries} questions in {len(outcomes)} wordings")
    fails = False
    for name, chosen in (
        ("all", outcomes),
        ("of earlier systems", [each for each in outcomes if each.is_foreign]),
    ):
        counts = Counter(each.outcome for each in chosen)
        given = counts["right"] + counts["wrong"]
        precision, recall = counts["right"] / max(given, 1), counts["right"] / max(len(chosen), 1)
        print(
            f"{name + ':':<20} precision {precision:.1%} ({counts['wrong']} wrong of {given} "
            f"answered), recall {recall:.1%} of {len(chosen)}"
        )
        fails |= precision < PRECISION or recall < RECALL
    refused = Counter(each.outcome for each in outcomes if each.outcome not in ("right", "wrong"))
    print(
        "refusals: " + (", ".join(f"{kind} {count}" for kind, count in refused.items()) or "none")
    )
    print(f"out of scope: {outside - len(answered)} of {outside} refused")
    times = sorted(each.milliseconds for each in outcomes if not math.isnan(each.milliseconds))
    print(f"question to SQL: 95 % within {times[int(0.95 * len(times))]:.0f} ms")
    return int(fails or bool(answered))


if __name__ == "__main__":
    main()
