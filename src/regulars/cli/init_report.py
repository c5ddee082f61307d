"""What `regulars init` prints: what it understood, what to look at, and a preview."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regulars.cli import state
from regulars.cli.console import (
    add_row,
    answer_console,
    answer_table,
    print_json,
    print_table,
    say,
)
from regulars.cli.init_preview import print_preview
from regulars.core.counts import several
from regulars.core.errors import RegularsError
from regulars.core.settings import Question, project_of_text, read_project
from regulars.ingest.inference.file_changes import open_questions
from regulars.insights.understood_settings import understood

if TYPE_CHECKING:
    from regulars.flows.preview_contents import Preview
    from regulars.ingest.inference.draft import Proposal


class InitReport:
    """The answer of one `init`; `proposal` is None where the file was there already."""

    def __init__(self, target: Path, proposal: Proposal | None) -> None:
        self._target = target
        self._proposal = proposal
        self._console = answer_console()

    @cached_property
    def _reasons(self) -> dict[str, str]:
        reasons = self._proposal.reasons if self._proposal is not None else {}
        return {".".join(path): reason for path, reason in reasons.items()}

    def print_understood(self) -> None:
        """What decides the company that will be published, and what to look at first."""
        assert self._proposal is not None
        say(self._console, f"wrote {self._target}")
        self._print_lines("Understood", understood(read_project(self._target), self._reasons))
        probable = [(path, self._reasons.get(path, "")) for path in sorted(self._proposal.probable)]
        self._print_lines("Probable: look at these settings", probable)

    def conclude(self) -> None:
        """What is open, what is not used, and the preview; or all of it as JSON."""
        text = self._target.read_text("utf-8")
        questions = open_questions(text)
        preview, failure = self._preview(text)
        if state.options.as_json:
            print_json(self._as_json(questions, preview, failure=failure))
            return
        if self._proposal is None:
            say(self._console, f"wrote {self._target}")
        self._print_open(questions)
        self._print_unused(preview)
        if preview is not None:
            print_preview(self._console, preview)
        if failure is not None:
            say(self._console, "")
            for line in f"No preview: {failure}".splitlines():
                say(self._console, line, style="red")
        say(self._console, "")
        say(self._console, self._next(questions))

    def _next(self, questions: Sequence[Question]) -> str:
        if questions:
            count = several(len(questions), "question")
            verb = "is" if len(questions) == 1 else "are"
            return f"next: answer; `regulars run` refuses the file while {count} {verb} open"
        return f"next: compare this with what you know, correct {self._target.name}, `regulars run`"

    def _preview(self, text: str) -> tuple[Preview | None, RegularsError | None]:
        from regulars.flows.previewing import preview_project

        try:
            project = project_of_text(text, self._target)
            return preview_project(project, now=datetime.now(UTC)), None
        except RegularsError as error:
            return None, error

    def _print_lines(self, title: str, lines: Sequence[tuple[str, str]]) -> None:
        if not lines:
            return
        say(self._console, "")
        say(self._console, title, style="bold")
        table = answer_table(["what", "understood"])
        table.has_header = False
        for label, text in lines:
            add_row(table, f"  {label}", text)
        print_table(self._console, table)

    def _print_open(self, questions: Sequence[Question]) -> None:
        for question in questions:
            lines = [
                (f"--answer {question.key}={number}", answer.meaning)
                for number, answer in enumerate(question.answers, start=1)
            ]
            lines = lines or [("no answers", f"correct the settings and delete {question.key}")]
            self._print_lines(f"Open: {question.key}: {question.ask}", lines)

    def _print_unused(self, preview: Preview | None) -> None:
        lines = []
        if preview is not None:
            lines = [(name, ", ".join(names)) for name, names in preview.unused_columns.items()]
        self._print_lines("Columns that nothing uses", lines)
        notes = self._proposal.undecided if self._proposal is not None else ()
        self._print_lines("Notes", [("–", note) for note in notes])

    def _as_json(
        self,
        questions: Sequence[Question],
        preview: Preview | None,
        *,
        failure: RegularsError | None,
    ) -> dict[str, Any]:
        answer: dict[str, Any] = {
            "file": str(self._target),
            "written": True,
            "settings": _settings(self._target),
            "questions": [question.model_dump(by_alias=True) for question in questions],
            "preview": preview,
            "preview_error": None if failure is None else str(failure),
        }
        if self._proposal is None:
            return answer
        company = self._proposal.company
        return answer | {
            "reasons": self._reasons,
            "probable": sorted(self._proposal.probable),
            "notes": list(self._proposal.undecided),
            "reasoning": company.reasoning() if company is not None else None,
        }


def _settings(target: Path) -> dict[str, Any]:
    """What the file says now, after every answer; its open questions stand beside it."""
    import yaml

    settings: dict[str, Any] = yaml.safe_load(target.read_text("utf-8"))
    settings.pop("questions", None)
    return settings
