"""The verb that answers questions in words, without a language model and without a network."""

from __future__ import annotations

from typing import Annotated

import typer

from regulars.cli import state
from regulars.cli.global_options import Verbs
from regulars.cli.project_reading import read_project


def register(app: Verbs) -> None:
    """Add the verb to the command line."""
    app.command("ask")(ask_command)
    app.command("mcp")(mcp_command)


def ask_command(
    question: Annotated[
        str | None, typer.Argument(metavar="[QUESTION]", help="Question in words, in quotes.")
    ] = None,
    sql: Annotated[bool, typer.Option("--sql", help="Print the SQL of the answer, too.")] = False,
    csv: Annotated[bool, typer.Option("--csv", help="Print the table as CSV and no more.")] = False,
    follow: Annotated[
        bool, typer.Option("--continue", help="Change the last question: 'and by city?'.")
    ] = False,
    replay: Annotated[
        str | None,
        typer.Option("--replay", metavar="ID", help="Compute an answer again, on its release."),
    ] = None,
    keep: Annotated[
        str | None,
        typer.Option(
            "--keep", metavar="WORDS", help="From now on, these words mean the last question."
        ),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Answer every question of questions.yaml.")
    ] = False,
) -> None:
    """Answer a question about the current release: a sentence, a table, and how it was computed.

    Without a question, print questions that the release answers. A question with a word that is not
    known has no answer; the questions nearest to it are named.
    """
    from regulars.cli.answering import ask

    project = ask.QuestionedProject(
        read_project(state.options.project), as_json=state.options.as_json
    )
    if keep is not None:
        project.keep(keep)
    elif check:
        project.check()
    elif replay is not None:
        project.replay(replay, sql=sql, csv=csv)
    elif question is not None:
        project.ask(question, follow=follow, sql=sql, csv=csv)
    else:
        project.suggest()


def mcp_command() -> None:
    """Serve the release to a program over the Model Context Protocol, on standard input and output.

    All tools only read, and personal data are masked. It needs the extra `mcp`.
    """
    from regulars.serve.assistant.mcp_server import serve_stdio

    serve_stdio(read_project(state.options.project))
