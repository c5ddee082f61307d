"""Ask what the files leave open, at a terminal: numbered answers, and what each would mean."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml
from rich.console import Console
from rich.prompt import Prompt

from regulars.cli.console import add_row, answer_console, answer_table, print_table, say
from regulars.cli.init_preview import totals_text
from regulars.core.counts import several
from regulars.core.errors import RegularsError
from regulars.core.settings import Question, project_of_text
from regulars.ingest.inference.file_changes import open_questions, with_answer

_EVIDENCE, _LATER = "?", "s"
# What each answer would mean is computed only where that is not waited for.
_MAX_ROWS = 200_000


def ask_open_questions(target: Path) -> None:
    """Ask one question after the other; each answer is in the file before the next is asked."""
    console = answer_console()
    for number, question in enumerate(questions := open_questions(_text(target)), start=1):
        if not question.answers:
            continue
        say(console, "")
        say(console, f"Question {number} of {len(questions)}: {question.ask}", style="bold")
        _print_answers(console, question, target)
        chosen = _chosen(console, question, target)
        if chosen is not None:
            target.write_text(with_answer(_text(target), question.key, chosen), "utf-8")
    left = len(open_questions(_text(target)))
    if left:
        say(console, f"{several(left, 'question')} left open in {target.name}")


def _text(target: Path) -> str:
    return target.read_text("utf-8")


def _chosen(console: Console, question: Question, target: Path) -> int | None:
    """The number of the answer; None where the question is left open."""
    numbers = [str(number) for number in range(1, len(question.answers) + 1)]
    while True:
        choice = Prompt.ask(
            "Answer (Enter: 1, ?: evidence, s: leave it open)",
            console=console,
            choices=[*numbers, _EVIDENCE, _LATER],
            show_choices=False,
            show_default=False,
            default="1",
        )
        if choice == _EVIDENCE:
            _print_evidence(console, question, target)
        else:
            return None if choice == _LATER else int(choice)


def _print_answers(console: Console, question: Question, target: Path) -> None:
    table = answer_table(["", "answer", "what it would mean"], drop=["what it would mean"])
    table.has_header = False
    meanings = _meanings(question, target)
    for number, answer in enumerate(question.answers, start=1):
        add_row(table, f"  {number}", answer.meaning, meanings.get(number, ""))
    print_table(console, table)


def _meanings(question: Question, target: Path) -> dict[int, str]:
    """The totals that each answer would give; none where the files are too large to wait for."""
    from regulars.flows.previewing import preview_project

    meanings: dict[int, str] = {}
    for number in range(1, len(question.answers) + 1):
        try:
            changed = with_answer(_text(target), question.key, number)
            preview = preview_project(project_of_text(changed, target), now=datetime.now(UTC))
        except RegularsError as error:
            meanings[number] = error.what
            continue
        meanings[number] = totals_text(preview)
        if sum(preview.rows_read.values()) > _MAX_ROWS:
            return {}
    return meanings if len(set(meanings.values())) > 1 else {}


def _print_evidence(console: Console, question: Question, target: Path) -> None:
    """The settings that the answers decide, as they are now and as each answer has them."""
    settings = yaml.safe_load(_text(target))
    answers = question.answers
    paths = dict.fromkeys(path for answer in answers for path in answer.set)
    table = answer_table(["setting", "now", *map(str, range(1, len(answers) + 1))])
    for path in paths:
        values = [answer.set.get(path, "as now") for answer in answers]
        add_row(table, path, _shown(_at(settings, path.removesuffix("+"))), *map(_shown, values))
    print_table(console, table)
    for reason in _comments_above(_text(target), paths):
        say(console, f"  {reason}")


def _at(settings: Mapping[str, Any], path: str) -> Any:
    value: Any = settings
    for part in path.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def _shown(value: Any) -> str:
    if isinstance(value, dict | list):
        return yaml.safe_dump(value, default_flow_style=True, width=10_000).strip()
    return "–" if value is None else str(value)


def _comments_above(text: str, paths: Mapping[str, Any]) -> list[str]:
    """The reasons that stand in the file above these settings."""
    names = {path.removesuffix("+").rpartition(".")[2] for path in paths}
    lines, reasons, above = text.splitlines(), [], []
    for line in lines:
        bare = line.strip()
        if bare.startswith("# "):
            above.append(bare[2:])
            continue
        if above and bare.partition(":")[0] in names:
            reasons.append(f"{bare.partition(':')[0]}: {' '.join(above)}")
        above = []
    return reasons
