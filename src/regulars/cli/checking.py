"""The verb check: tests and checks, loads, rows that fail, runs side by side."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from regulars.cli import state
from regulars.cli.project_reading import read_project
from regulars.core.counts import several

if TYPE_CHECKING:
    from regulars.ingest.quality.findings import Finding

_ORDER = ("fail", "warn", "info", "pass")
_COUNTED = {"errors": "error", "warnings": "warning", "info": "note"}


def check_command(
    show: Annotated[
        str | None, typer.Option("--show", help="Show the rows that fail this check.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", help="Largest number of rows to show.")] = 20,
    everything: Annotated[
        bool, typer.Option("--all", help="List the checks that passed too.")
    ] = False,
    verify: Annotated[
        bool, typer.Option("--verify", help="Check only whether loads are complete.")
    ] = False,
    history: Annotated[
        bool,
        typer.Option(
            "--history", help="Show the check results of earlier runs and the changes between runs."
        ),
    ] = False,
) -> None:
    """Test the tables and check their data. Exit code 1 when a check of severity error fails."""
    from regulars.cli.clock import now
    from regulars.flows.checking import failing_rows, run_checks

    project = read_project(state.options.project)
    if show is not None:
        print_rows(failing_rows(project, show, limit=limit, clock=now))
    elif history:
        _print_history()
    else:
        findings = run_checks(project, clock=now, verify=verify)
        findings.sort(key=lambda finding: _ORDER.index(finding.status))
        _print_findings(findings, everything=everything)


def _print_findings(findings: list[Finding], *, everything: bool) -> None:
    from regulars.ingest.quality.findings import summarise

    summary = asdict(summarise(findings))
    if state.options.as_json:
        checks = [_plain(finding) for finding in findings]
        typer.echo(json.dumps({"summary": summary, "checks": checks}, indent=2, default=str))
    else:
        for finding in findings:
            if everything or not finding.passed:
                typer.echo(f"{finding.status:<5} {finding.name}{_what(finding)}")
    counts = [several(summary[key], name) for key, name in _COUNTED.items() if summary[key]]
    typer.echo(
        f"{summary['passed']} of {several(summary['total_checks'], 'check')} passed"
        + (f" ({', '.join(counts)})" if counts else ""),
        err=state.options.as_json,
    )
    if not state.options.as_json:
        _print_next(findings)
    if not summary["is_valid"]:
        raise typer.Exit(1)


def _what(finding: Finding) -> str:
    """What a check found, after its name."""
    if finding.passed:
        return ""
    if finding.kind != "test":
        return f"  {finding.message}"
    return f"  {several(finding.failures, 'row')}" if finding.failures else ""


def _print_next(findings: list[Finding]) -> None:
    """What to do about the worst finding."""
    failed = [finding for finding in findings if not finding.passed]
    if not failed:
        return
    worst = next((finding for finding in failed if finding.rows_sql or finding.failures), None)
    if worst is not None:
        typer.echo(f"Next: `regulars check --show {worst.name}` shows the rows of the first one.")
    typer.echo(
        "Correct the data at the source, then `regulars run`. A check that does not fit your data "
        "is set to warning, info or off by its name under `checks: severity:` in regulars.yaml."
    )


def _plain(finding: Finding) -> dict[str, Any]:
    names = ("name", "kind", "severity", "status", "passed", "message", "table", "failures")
    return {**{name: getattr(finding, name) for name in names}, "details": finding.details}


def print_rows(rows: list[dict[str, Any]]) -> None:
    """Rows of a table, one per line, or as JSON."""
    if state.options.as_json:
        typer.echo(json.dumps(rows, indent=2, default=str))
        return
    for row in rows:
        typer.echo(", ".join(f"{name}={value}" for name, value in row.items()))
    typer.echo(several(len(rows), "row"), err=True)


def _print_history() -> None:
    """Runs with their pass rates, and tables with what changed since the run before."""
    from regulars.cli.clock import now
    from regulars.flows.checking import check_history

    lines = check_history(read_project(state.options.project), clock=now)
    if state.options.as_json:
        typer.echo(json.dumps(lines, indent=2, default=str))
        return
    for run in lines["checks"]:
        typer.echo(
            f"{run['checked_at']:%Y-%m-%d %H:%M:%S}  {run['run_id']}  {run['pass_rate']:.1%} of "
            f"{run['total_checks']} checks passed, {run['errors']} errors, "
            f"{run['warnings']} warnings"
        )
    before: dict[str, dict[str, Any]] = {}
    for line in lines["tables"]:
        entity = line["entity"]
        typer.echo(
            f"{line['checked_at']:%Y-%m-%d %H:%M:%S}  {entity:<13} "
            + ", ".join(
                f"{line[name]:,} {name}{_delta(line, before.get(entity), name)}"
                for name in ("rows", "nulls", "rejected", "merged")
            )
            + f", {line['pass_rate']:.1%} passed"
        )
        before[entity] = line


def _delta(line: dict[str, Any], before: dict[str, Any] | None, name: str) -> str:
    change = 0 if before is None else line[name] - before[name]
    return f" ({change:+,})" if change else ""
