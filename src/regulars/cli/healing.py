"""The verbs for the state of a project: doctor, repair, backup, restore."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from regulars.cli import state
from regulars.cli.clock import now
from regulars.cli.global_options import Verbs
from regulars.cli.project_reading import read_project
from regulars.core.counts import several

if TYPE_CHECKING:
    from regulars.flows.health.backups import Backup
    from regulars.flows.health.findings import Examination, Finding

Quick = Annotated[
    bool, typer.Option("--quick", help="Open every file, but do not read all rows of the tables.")
]


def register(app: Verbs) -> None:
    """Add the verbs to the command line."""
    app.command("doctor")(doctor_command)
    app.command("repair")(repair_command)
    app.command("backup")(backup_command)
    app.command("restore")(restore_command)


def doctor_command(*, quick: Quick = False) -> None:
    """Look for damage in the project's state, and say what fixes it; exit code 1 where some is."""
    from regulars.flows.health.examining import examine

    examination = examine(read_project(state.options.project), contents=not quick)
    if state.options.as_json:
        typer.echo(json.dumps(_examination_json(examination), indent=2))
    else:
        _print_examination(examination)
    if examination.findings:
        raise typer.Exit(1)


def repair_command(*, quick: Quick = False) -> None:
    """Repair the state: what is damaged is quarantined, and the next run makes it anew."""
    from regulars.cli.health_words import found_words, repair_words
    from regulars.flows.health.repairing import repair

    repaired, left = repair(read_project(state.options.project), now=now(), contents=not quick)
    if state.options.as_json:
        repairs = [
            _finding_json(repair.finding) | {"deed": repair.deed, "instead": repair.instead}
            for repair in repaired
        ]
        answer = {"repairs": repairs, "left": [_finding_json(finding) for finding in left]}
        typer.echo(json.dumps(answer, indent=2))
    else:
        for repair_done in repaired:
            typer.echo(f"{repair_done.finding.path}: {found_words(repair_done.finding)}")
            typer.echo(f"  {repair_words(repair_done)}")
        _print_findings(left)
        if not repaired and not left:
            typer.echo("Nothing is damaged.")
        elif repaired:
            typer.echo("Now run `regulars run`.")
    if left:
        raise typer.Exit(1)


def backup_command(
    target: Annotated[
        Path | None,
        typer.Argument(
            help="Archive to write, .tar or .tar.gz; by default PROJECT-TIME.tar in this folder."
        ),
    ] = None,
    *,
    with_sources: Annotated[
        bool, typer.Option("--with-sources", help="Keep the files of the sources too.")
    ] = False,
) -> None:
    """Write the project file and the state to one archive, with a digest of every file."""
    from regulars.flows.health.backups import back_up

    project, at = read_project(state.options.project), now()
    archive = target or Path(f"regulars-backup-{at:%Y%m%dT%H%M%S}.tar")
    contents = back_up(project, archive, now=at, with_sources=with_sources)
    if state.options.as_json:
        typer.echo(json.dumps({"archive": str(archive)} | _backup_json(contents), indent=2))
        return
    _print_backup(contents, verb="wrote", archive=archive)
    if not with_sources:
        typer.echo("  files of the sources are not in it (`--with-sources` keeps them)")
    if project.engine.type != "duckdb":
        typer.echo("  the warehouse is on a server: back it up there, such as with pg_dump")


def restore_command(
    archive: Annotated[Path, typer.Argument(help="Archive that `regulars backup` wrote.")],
    folder: Annotated[
        Path | None, typer.Argument(help="Folder to restore to; by default this project's.")
    ] = None,
    *,
    replace: Annotated[
        bool,
        typer.Option("--replace", help="Set the project that stands in the folder aside first."),
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Only compare the archive with its digests.")
    ] = False,
) -> None:
    """Bring a backup back. Nothing changes where the archive is damaged or a project is there."""
    from regulars.flows.health.backups import read_backup, restore

    target = folder or state.options.project
    target = target.parent if target.is_file() else target
    if check:
        contents = read_backup(archive)
    else:
        contents = restore(archive, target, replace=replace, now=now())
    if state.options.as_json:
        typer.echo(json.dumps(_backup_json(contents), indent=2))
        return
    _print_backup(contents, verb="is whole:" if check else "restored", archive=archive)
    if not check:
        at = "" if target == Path() else f" --project {target}"
        typer.echo(f"  to {target.resolve()}; `regulars{at} status` says what is out of date")


def _print_examination(examination: Examination) -> None:
    _print_findings(examination.findings)
    for part in examination.not_examined:
        typer.echo(f"{part}: not examined, for it is being written: {examination.holder or ''}")
    if not examination.examined:
        typer.echo("Nothing has been run yet: there is no state to examine.")
    elif not examination.findings:
        typer.echo(f"Nothing is damaged: {', '.join(examination.examined)}.")


def _print_findings(findings: tuple[Finding, ...] | list[Finding]) -> None:
    from regulars.cli.health_words import found_words, remedy_words

    for finding in findings:
        typer.echo(f"{finding.path}: {found_words(finding)}")
        typer.echo(f"  {remedy_words(finding)}")


def _print_backup(contents: Backup, *, verb: str, archive: Path) -> None:
    size = sum(file.size for file in contents.files.values())
    typer.echo(
        f"{archive}: {verb} {several(len(contents.files), 'file')}, {size:,} bytes, "
        f"of '{contents.project}' at {contents.created_at}"
    )
    for place in contents.left_out:
        typer.echo(f"  not in it: {place}")


def _examination_json(examination: Examination) -> dict[str, Any]:
    return {
        "findings": [_finding_json(finding) for finding in examination.findings],
        "examined": examination.examined,
        "not_examined": examination.not_examined,
        "holder": examination.holder,
    }


def _finding_json(finding: Finding) -> dict[str, Any]:
    from regulars.cli.health_words import found_words, remedy_words

    return {
        "damage": finding.damage,
        "path": str(finding.path),
        "detail": finding.detail,
        "is_repairable": finding.is_repairable,
        "words": found_words(finding),
        "remedy": remedy_words(finding),
    }


def _backup_json(contents: Backup) -> dict[str, Any]:
    return contents.model_dump(mode="json")
