"""Show what `regulars init` would change in a project file that is there."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from regulars.cli import state
from regulars.cli.console import answer_console, print_json, safe, say
from regulars.core.counts import several

if TYPE_CHECKING:
    from regulars.ingest.inference.draft import Proposal

_STYLES = {"+": "green", "-": "red", "@": "cyan"}


def show_changes(
    target: Path,
    current: str,
    changed: str,
    *,
    proposal: Proposal | None,
    written: Path | None,
) -> None:
    """A unified difference, coloured at a terminal; `written` is where the new text stands."""
    difference = list(
        difflib.unified_diff(
            current.splitlines(), changed.splitlines(), str(target), "proposed", lineterm=""
        )
    )
    if state.options.as_json:
        answer = {"file": str(target), "written": False, "difference": difference}
        print_json(answer | {"written_beside": written and str(written)})
        return
    console = answer_console()
    if not difference:
        say(console, f"{target} stays: the files ask for no change.")
        return
    for line in difference:
        style = "bold" if line.startswith(("+++", "---")) else _STYLES.get(line[:1], "")
        console.print(Text(safe(line).plain, style=style), no_wrap=True, crop=False)
    changes = sum(line.startswith(("+", "-")) for line in difference) - 2
    say(console, "")
    say(
        console,
        f"{target} stays as it is; {several(changes, 'line')} would change. Settings that you "
        "edited are kept.",
    )
    if written is not None:
        say(console, f"wrote {written}: compare it, then put it in the place of the other.")
    else:
        say(console, "next: edit the file, or write the proposed one beside it: --write-beside")
    for note in proposal.undecided if proposal is not None else ():
        say(console, f"  note: {note}")
