"""The verb that looks for files that no release needs, and for damaged ones."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from regulars.cli import state
from regulars.cli.project_reading import read_project
from regulars.core.counts import several

if TYPE_CHECKING:
    from regulars.release.event_store import EventStore
    from regulars.release.release_store import Releases


def doctor_command(
    remove: Annotated[bool, typer.Option("--remove", help="Remove what no release needs.")] = False,
) -> None:
    """Find what a killed run left behind in .regulars, and damaged files; --remove tidies up."""
    from regulars.core.lock import project_lock
    from regulars.release.event_store import EventStore
    from regulars.release.release_store import Releases

    project = read_project(state.options.project)
    with project_lock(project.state, command="doctor", now=datetime.now(UTC)):
        events, releases = EventStore(project.state), Releases(project.state)
        leftovers = _leftovers(events, releases)
        if remove:
            events.remove_orphans()
            releases.remove(leftovers["unfinished_releases"])
    if state.options.as_json:
        typer.echo(json.dumps({**leftovers, "removed": remove}, indent=2))
        return
    for kind, names in leftovers.items():
        for name in names:
            typer.echo(f"{kind.replace('_', ' ')}: {name}")
    typer.echo(_conclusion(leftovers, removed=remove))


def _leftovers(events: EventStore, releases: Releases) -> dict[str, list[str]]:
    return {
        "unused_event_files": events.orphans(),
        "damaged_event_files": events.damaged(),
        "unfinished_releases": releases.unsealed(),
        "damaged_releases": releases.damaged(),
    }


def _conclusion(leftovers: dict[str, list[str]], *, removed: bool) -> str:
    unused = len(leftovers["unused_event_files"]) + len(leftovers["unfinished_releases"])
    damaged = len(leftovers["damaged_event_files"]) + len(leftovers["damaged_releases"])
    lines = ["Nothing is left over, nothing is damaged."] if not unused + damaged else []
    if unused:
        what = f"{several(unused, 'file or folder', 'files or folders')} that no release needs"
        lines.append(f"Removed {what}." if removed else f"{what}: `regulars doctor --remove`.")
    if damaged:
        lines.append("`regulars run --resume-from stage` writes what is damaged anew.")
    return "\n".join(lines)
