"""Options of every command: they work before a verb, after it, and after its sub-commands."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from regulars.cli import state
from regulars.cli.verb_groups import panel

_PANEL = "Global options"
_PROJECT = typer.Option(
    "--project",
    "-p",
    help="Project folder: the one that holds regulars.yaml.",
    show_default="here",
    rich_help_panel=_PANEL,
)
_JSON = typer.Option("--json", help="Print the answer as JSON.", rich_help_panel=_PANEL)
_DEBUG = typer.Option(
    "--debug", help="Show the Python traceback of an error.", rich_help_panel=_PANEL
)
_PARAMETERS = {
    "global_project": (Annotated[Path | None, _PROJECT], None),
    "global_json": (Annotated[bool, _JSON], False),
    "global_debug": (Annotated[bool, _DEBUG], False),
}
NAMES = frozenset(_PARAMETERS)


def with_global_options(
    function: Callable[..., Any], *, without: frozenset[str] = frozenset()
) -> Callable[..., Any]:
    """The function of a command, which takes the global options besides its own."""
    names = [name for name in _PARAMETERS if name not in without]

    @functools.wraps(function)
    def command(*arguments: Any, **values: Any) -> Any:
        _take(**{name: values.pop(name) for name in names})
        return function(*arguments, **values)

    signature = inspect.signature(function, eval_str=True)
    added = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind)
        for name, (kind, default) in _PARAMETERS.items()
        if name in names
    ]
    parameters = [*signature.parameters.values(), *added]
    command.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    command.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return command


def _take(*, global_project: Path | None, global_json: bool, global_debug: bool = False) -> None:
    """Add what stands at this command to what stood at the commands before it."""
    given = state.options
    state.options = replace(
        given,
        project=global_project or given.project,
        as_json=given.as_json or global_json,
        debug=given.debug or global_debug,
    )


class Verbs(typer.Typer):
    """A group of commands that all take the global options."""

    def command(  # type: ignore[override]
        self, name: str | None = None, *, without: frozenset[str] = frozenset(), **settings: Any
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Register a command; `without` names global options that are its own."""
        register = super().command(name, **{"rich_help_panel": panel(name), **settings})

        def add(function: Callable[..., Any]) -> Callable[..., Any]:
            return register(with_global_options(function, without=without))

        return add

    def add_typer(self, group: typer.Typer, **settings: Any) -> None:  # type: ignore[override]
        """Add a group of sub-commands."""
        name = settings.get("name")
        super().add_typer(group, **{"rich_help_panel": panel(name), **settings})

    def callback(  # type: ignore[override]
        self, **settings: Any
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Register what runs before the sub-commands, and alone where there is none."""
        register = super().callback(**settings)
        return lambda function: register(with_global_options(function))
