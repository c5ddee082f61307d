"""The verb init: read files, say what was understood, ask what is open, write the project file."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from regulars.cli import state
from regulars.cli.global_options import Verbs
from regulars.core.errors import SettingsError

if TYPE_CHECKING:
    from regulars.ingest.inference.draft import Proposal

BESIDE = "regulars.new.yaml"


def register(app: Verbs) -> None:
    """Add the verb to the command line."""
    app.command("init")(init_command)


def init_command(
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            help="Files, folders or the URL of a database; by default the files of this folder."
        ),
    ] = None,
    *,
    recipe: Annotated[
        str | None,
        typer.Option(
            "--recipe",
            help="Write the project file of this recipe; with PATHS, map the recipe onto them.",
        ),
    ] = None,
    name: Annotated[str | None, typer.Option("--name", help="Name of the project.")] = None,
    answer: Annotated[
        list[str] | None,
        typer.Option(
            "--answer",
            metavar="KEY=N",
            help="Answer an open question with its answer N; also in a file that is there.",
        ),
    ] = None,
    no_input: Annotated[
        bool,
        typer.Option("--no-input", help="Ask nothing: open questions are written into the file."),
    ] = False,
    write_beside: Annotated[
        bool,
        typer.Option(
            "--write-beside",
            help=f"Where a project file is there: write the proposed one to {BESIDE}.",
        ),
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Replace regulars.yaml and every edit in it.")
    ] = False,
) -> None:
    """Read your files and write regulars.yaml, with a reason beside every guess.

    At a terminal, asks what the files leave open. The exit code is 0 also where a question stays
    open: `regulars run` refuses the file until it is answered. Where a project file is there
    already, shows what it would change, and changes nothing.
    """
    from regulars.core.settings import PROJECT_FILE

    target = state.options.project / PROJECT_FILE
    answers = [_parsed_answer(text) for text in answer or []]
    is_there = target.exists() and not force
    if is_there and recipe and not paths:
        raise SettingsError(
            "there is a project file already", where=str(target), hint="Use --force to replace it."
        )
    if is_there and (answers or (not paths and _has_questions(target))):
        _answer_in_place(target, answers, interactive=_is_interactive(no_input))
        return
    proposal, text = _proposed(paths or [], name=name, recipe=recipe, target=target)
    if is_there:
        _propose_changes(target, proposal, text, beside=write_beside)
        return
    _write(target, text, proposal, answers=answers, interactive=_is_interactive(no_input))


def _parsed_answer(text: str) -> tuple[str, int]:
    key, _, number = text.partition("=")
    if not number.strip().isdigit():
        raise SettingsError(
            f"'{text}' is no answer: write KEY=N, such as currency=2",
            hint="The keys and the numbers of their answers stand under `questions:` in the file.",
        )
    return key.strip(), int(number)


def _is_interactive(no_input: bool) -> bool:
    """Whether somebody is there to be asked."""
    is_terminal = sys.stdin.isatty() and sys.stdout.isatty()
    return is_terminal and not no_input and not state.options.as_json


def _has_questions(target: Path) -> bool:
    from regulars.ingest.inference.file_changes import open_questions

    return bool(open_questions(target.read_text("utf-8")))


def _proposed(
    paths: list[str], *, name: str | None, recipe: str | None, target: Path
) -> tuple[Proposal | None, str]:
    """The proposal and its text; a recipe without paths is a text of its own."""
    if recipe and not paths:
        from regulars.ingest.recipes import recipe_text

        return None, recipe_text(recipe)
    from regulars.flows.proposing import propose_file

    today = date.today()  # noqa: DTZ011
    proposed = propose_file(paths, target=target, today=today, name=name, recipe=recipe)
    return proposed.proposal, proposed.text


def _write(
    target: Path,
    text: str,
    proposal: Proposal | None,
    *,
    answers: list[tuple[str, int]],
    interactive: bool,
) -> None:
    """Write the file, let the open questions be answered, and end with a preview."""
    from regulars.flows.proposing import save_file
    from regulars.ingest.inference.file_changes import with_answer

    for key, number in answers:
        text = with_answer(text, key, number)
    save_file(target, text, proposed=text)
    if proposal is None:
        _say_recipe(target)
        return
    from regulars.cli.init_dialogue import ask_open_questions
    from regulars.cli.init_report import InitReport

    report = InitReport(target, proposal)
    if not state.options.as_json:
        report.print_understood()
    if interactive:
        ask_open_questions(target)
    report.conclude()


def _say_recipe(target: Path) -> None:
    from regulars.cli.console import print_json

    if state.options.as_json:
        print_json({"file": str(target), "written": True, "questions": [], "notes": []})
        return
    typer.echo(f"wrote {target}")
    typer.echo("next: read it, put the files that it names into place, then `regulars run`")


def _answer_in_place(target: Path, answers: list[tuple[str, int]], *, interactive: bool) -> None:
    """Answer questions of a file that is there; every other line of it stays."""
    from regulars.cli.init_dialogue import ask_open_questions
    from regulars.cli.init_report import InitReport
    from regulars.core.settings import project_of_text
    from regulars.flows.proposing import save_file
    from regulars.ingest.inference.file_changes import with_answer

    text = target.read_text("utf-8")
    for key, number in answers:
        text = with_answer(text, key, number)
    project_of_text(text, target)
    if answers:
        save_file(target, text)
    elif interactive:
        ask_open_questions(target)
    InitReport(target, None).conclude()


def _propose_changes(target: Path, proposal: Proposal | None, text: str, *, beside: bool) -> None:
    """Show what the files say now against the file that is there; that file stays as it is."""
    from regulars.cli.init_changes import show_changes
    from regulars.flows.proposing import proposed_before
    from regulars.ingest.inference.merging import merged

    current = target.read_text("utf-8")
    changed = merged(current, proposed_before=proposed_before(target), proposed=text)
    written = None
    if beside and changed != current:
        written = target.with_name(BESIDE)
        written.write_text(changed, "utf-8")
    show_changes(target, current, changed, proposal=proposal, written=written)
