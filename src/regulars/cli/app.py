"""The command line: global options, and one module per group of verbs."""

from __future__ import annotations

import errno
import sys
from typing import Annotated, NoReturn

import typer

from regulars import __version__
from regulars.cli import state
from regulars.cli.global_options import Verbs
from regulars.cli.verb_groups import GREETING, Root, show_help
from regulars.core.errors import DataError, RegularsError
from regulars.core.extras import missing_extra
from regulars.core.names import printable
from regulars.core.private_folder import keep_new_files_private

# Errors of files and disks, which some libraries raise without the name of the file.
_OF_FILES = (
    errno.ENOSPC, errno.EROFS, getattr(errno, "EDQUOT", errno.ENOSPC), errno.ENOENT, errno.EACCES,
    errno.EPERM, errno.EISDIR, errno.ENOTDIR,
)  # fmt: skip

app = Verbs(
    name="regulars",
    help="Turn customer data into segments, tested churn scores, values and contact lists.",
    cls=Root,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"regulars {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def options(
    context: typer.Context,
    *,
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="Show the version and exit."
        ),
    ] = False,
) -> None:
    """Greet who names no command."""
    if context.invoked_subcommand is None:
        typer.echo(GREETING)


@app.command("help")
def help_command(
    context: typer.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="[VERB|PAGE]...", help="Verb to explain, or page to read."),
    ] = None,
    *,
    page: Annotated[
        str | None, typer.Option("--page", help="Page of the documentation to read.")
    ] = None,
    pages: Annotated[
        bool, typer.Option("--pages", help="List the pages of the documentation.")
    ] = False,
    find: Annotated[
        str | None, typer.Option("--find", help="Words to search the documentation for.")
    ] = None,
) -> None:
    """List all commands, explain one, or read and search the documentation."""
    from regulars.cli import help_pages

    if find is not None:
        help_pages.show_sections(find)
    elif pages:
        help_pages.list_pages()
    elif page is not None:
        help_pages.show_page(help_pages.page_named(page))
    else:
        show_help(context, words or [])


def _register() -> None:
    from regulars.cli import (
        alerting,
        answers,
        asking,
        comparing,
        dashboarding,
        dbt_command,
        deploying,
        exploring,
        granting,
        healing,
        initializing,
        learning,
        project_status,
        projects,
        running,
        serving,
        upkeep,
    )

    for group in (
        initializing, projects, running, project_status, answers, asking, exploring, learning,
        upkeep, comparing, granting, alerting, deploying, healing, dbt_command, serving,
        dashboarding,
    ):  # fmt: skip
        group.register(app)


_register()


_WITHOUT_PANDAS = {"run", "init"}


class _NoPandas:
    """Finds no pandas: pyarrow and DuckDB import it only to see whether a value is one of its own.

    That takes half a second, and these commands have no such values.
    """

    @staticmethod
    def find_spec(name: str, *_: object) -> None:
        """Raises ModuleNotFoundError for pandas; other finders look for everything else."""
        if name == "pandas":
            raise ModuleNotFoundError("this command does without pandas", name=name)


def main(arguments: list[str] | None = None) -> None:
    """Run a command; every error a user can meet becomes one message and an exit code."""
    keep_new_files_private()
    try:
        if arguments is None and _WITHOUT_PANDAS & set(sys.argv[1:]):
            sys.meta_path.insert(0, _NoPandas())
        _check_words(sys.argv[1:] if arguments is None else arguments)
        app(args=arguments, standalone_mode=True)
    except RegularsError as error:
        if state.options.debug:
            raise
        _end(error)
    except ModuleNotFoundError as error:
        missing = missing_extra(error.name or "")
        if state.options.debug:
            raise
        if missing is None:
            _end_unexpected(error)
        _end(missing)
    except KeyboardInterrupt:
        typer.echo("regulars: stopped; the next run goes on from here", err=True)
        sys.exit(130)
    except OSError as error:
        if state.options.debug:
            raise
        if not (error.filename or error.errno in _OF_FILES):
            _end_unexpected(error)
        place = f"{error.filename}: " if error.filename else ""
        typer.echo(
            f"regulars: {place}{error.strerror}\n"
            "  Check the permissions of this file or folder and the free space of its disk.",
            err=True,
        )
        sys.exit(1)
    except Exception as error:
        if state.options.debug:
            raise
        _end_unexpected(error)


def _end(error: RegularsError) -> NoReturn:
    typer.secho(f"regulars: {error}", err=True, fg="red" if sys.stderr.isatty() else None)
    sys.exit(error.exit_code)


def _check_words(words: list[str]) -> None:
    """Refuse words that are no text: nothing in a project could be called so."""
    for word in words:
        if printable(word) != word:
            raise DataError(
                f"'{printable(word)}' is not encoded as UTF-8, so it is no Unicode text",
                hint="Set the terminal to UTF-8 and type it again.",
            )


def _end_unexpected(error: Exception) -> NoReturn:
    typer.echo(
        f"regulars: something unexpected went wrong: {type(error).__name__}: {error}\n"
        "  Run again with --debug to see where, and please report it.",
        err=True,
    )
    sys.exit(70)


if __name__ == "__main__":
    main()
