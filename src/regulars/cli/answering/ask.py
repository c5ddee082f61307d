"""Print answers to questions in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import typer

from regulars.cli.console import (
    add_row,
    answer_console,
    answer_table,
    plain,
    print_json,
    print_table,
    say,
)
from regulars.core.errors import DataError, ReleaseError
from regulars.core.settings import Project
from regulars.core.spreadsheets import csv_text
from regulars.insights.asking.answers import Answer, Assistant
from regulars.insights.asking.facts import facts_of
from regulars.insights.asking.memory import Memory
from regulars.insights.asking.tokens import words_of
from regulars.insights.release_reading import Reading, read_current
from regulars.insights.semantic.intent import Intent
from regulars.release.release_store import Releases

_BAR = "█"
_WIDTH = 24


class QuestionedProject:
    """A project whose current release is asked."""

    def __init__(self, project: Project, *, as_json: bool) -> None:
        self._project = project
        self._as_json = as_json
        self._memory = Memory(project.state, project.root)

    def ask(self, question: str, *, follow: bool, sql: bool, csv: bool) -> None:
        """Answer a question, or a follow-up of the last one."""
        assistant = Assistant(read_current(self._project))
        last = self._memory.recall().intent if follow else None
        kept = None if follow else self._memory.kept().get(words_of(question))
        if kept is not None:
            answer = assistant.answer(kept, question)
        else:
            answer = assistant.ask(question, last=last)
        self._print(answer, sql=sql, csv=csv)

    def replay(self, answer_id: str, *, sql: bool, csv: bool) -> None:
        """Compute an earlier answer again, on the release that it was about."""
        remembered = self._memory.recall(answer_id)
        folder = Releases(self._project.state).path(remembered.release_id)
        if not folder.exists():
            raise ReleaseError(
                f"the release {remembered.release_id} of this answer was removed",
                hint=f'Ask again: regulars ask "{remembered.question}"',
            )
        answer = Assistant(Reading(folder)).answer(remembered.intent, remembered.question)
        self._print(answer, sql=sql, csv=csv)

    def keep(self, words: str) -> None:
        """Make words mean the last question from now on."""
        last = self._memory.recall()
        Assistant(read_current(self._project)).answer(last.intent)
        self._memory.keep(words, last.intent)
        say(answer_console(), f"Kept: '{words}' means what '{last.question}' meant.")

    def check(self) -> None:
        """Answer every kept question. Raises DataError where one has no answer any more."""
        assistant, results = Assistant(read_current(self._project)), []
        for words, intent in self._memory.kept().items():
            results.append({"question": " ".join(words), "problem": _problem(assistant, intent)})
        if self._as_json:
            print_json(results)
        failed = [result for result in results if result["problem"]]
        if failed:
            raise DataError(
                f"{failed[0]['question']}: {failed[0]['problem']}", where="questions.yaml"
            )
        if not self._as_json:
            say(answer_console(), f"{len(results)} kept questions have an answer.")

    def suggest(self) -> None:
        """Print questions that the release answers, by category."""
        offered = Assistant(read_current(self._project)).suggested
        if self._as_json:
            print_json(offered)
            return
        console = answer_console()
        for category in dict.fromkeys(suggestion.category for suggestion in offered):
            say(console, category, style="bold")
            for suggestion in offered:
                if suggestion.category == category:
                    say(console, f'  regulars ask "{suggestion.question}"')

    def _print(self, answer: Answer, *, sql: bool, csv: bool) -> None:
        answer_id = self._memory.remember(answer)
        if csv:
            typer.echo(csv_text(answer.values), nl=False)
        elif self._as_json:
            print_json({"id": answer_id, **plain(facts_of(answer))})
        else:
            _print_answer(answer, answer_id, sql=sql)


def _problem(assistant: Assistant, intent: Intent) -> str | None:
    try:
        assistant.answer(intent)
    except DataError as error:
        return error.what
    return None


def _print_answer(answer: Answer, answer_id: str, *, sql: bool) -> None:
    console = answer_console()
    for written, known in answer.corrected:
        say(console, f"Read '{written}' as '{known}'.", style="yellow")
    say(console, answer.sentence, style="bold")
    if len(answer.rows) > 1:
        _print_rows(answer)
    for label, definition in answer.definitions:
        say(console, f"{label}: {definition}", style="dim")
    if answer.filters:
        say(console, f"Filters: {'; '.join(answer.filters)}.", style="dim")
    say(
        console,
        f"Time: {answer.period}. Release {answer.release_id}, answer {answer_id}.",
        style="dim",
    )
    if sql:
        say(console, "")
        for line in answer.sql.splitlines():
            say(console, line)


def _print_rows(answer: Answer) -> None:
    """The table, with a bar for the first figure where the answer has a chart."""
    console = answer_console()
    numbers = [column.heading for column in answer.columns if column.is_number]
    figure = next(column for column in answer.columns if column.is_number)
    has_bars = answer.chart in ("bar", "line")
    table = answer_table([*answer.headings, *([""] if has_bars else [])], numbers, drop=[""])
    bars = _bars([row.get(figure.key) for row in answer.rows]) if has_bars else []
    for at, cells in enumerate(answer.cells):
        add_row(table, *cells, *([bars[at]] if has_bars else []))
    print_table(console, table)


def _bars(values: Sequence[Any]) -> list[str]:
    """Bars in proportion to the largest value; none for what is not above 0."""
    numbers = [float(value or 0) for value in values]
    largest = max([0.0, *numbers])
    return [
        _BAR * round(_WIDTH * max(number, 0) / largest) if largest else "" for number in numbers
    ]
