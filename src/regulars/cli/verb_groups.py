"""The verbs in groups, in the order in which `regulars --help` shows them."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperGroup

from regulars.cli import state
from regulars.core.errors import SettingsError
from regulars.core.names import nearest

_UPKEEP = (
    "doctor", "repair", "backup", "restore", "release", "caps", "parity", "grants", "upload", "dbt",
    "docs", "help",
)  # fmt: skip
_ANSWERS = (
    "ask", "segments", "churn", "value", "top", "explain", "explore", "features", "report",
)  # fmt: skip
VERB_GROUPS = {
    "Start": ("demo", "init", "advise", "generate"),
    "Run": ("run", "status", "check", "events", "alerts", "deploy"),
    "Answers": _ANSWERS,
    "Act": ("campaign",),
    "Serve": ("serve", "dashboard", "mcp", "keys"),
    "Upkeep": _UPKEEP,
}
_ORDER = [verb for verbs in VERB_GROUPS.values() for verb in verbs]
GREETING = """\
Regulars turns a company's customer data into segments, tested churn scores, values and contact
lists.

Begin with one of these:
  regulars demo               generate a company of synthetic customers and run all steps on it
  regulars init ./my-files    read your own files and write regulars.yaml
  regulars run                run all steps of the project in this folder

Help: `regulars help` lists all commands, `regulars help VERB` explains one,
`regulars help --find "late refunds"` searches the documentation."""


class Root(TyperGroup):
    """The root command: every invocation begins with fresh options; verbs stand in groups."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]
        state.options = state.Options()
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]
        """Verbs by group; one without a group comes last."""
        names = super().list_commands(ctx)
        return sorted(names, key=lambda name: _ORDER.index(name) if name in _ORDER else len(_ORDER))


def panel(verb: str | None) -> str | None:
    """The group that a verb stands in."""
    return next((group for group, verbs in VERB_GROUPS.items() if verb in verbs), None)


def show_help(context: typer.Context, words: list[str]) -> None:
    """Print the help of the root command, of the command that the words name, or their page."""
    from regulars.cli.help_pages import help_pages, show_page

    shown: Any = context.find_root()
    page = help_pages().get("-".join(words).casefold())
    if page is not None and words[0] not in shown.command.commands:
        show_page(page)
        return
    for word in words:
        commands = getattr(shown.command, "commands", {})
        if word not in commands:
            raise _unknown(word, commands=list(commands), parent=shown.command_path)
        shown = type(shown)(commands[word], info_name=word, parent=shown)
    typer.echo(shown.get_help())
    if page is not None:
        typer.echo(f"More about it: `regulars help --page {page.name}`.")


def _unknown(word: str, *, commands: list[str], parent: str) -> SettingsError:
    near = nearest(word, commands)
    return SettingsError(
        f"`{parent}` has no command '{word}'" + (f"; did you mean '{near}'?" if near else ""),
        hint=(
            f"Commands: {', '.join(sorted(commands))}. Pages: `regulars help --pages`."
            if commands
            else f"See `{parent} --help`."
        ),
    )
