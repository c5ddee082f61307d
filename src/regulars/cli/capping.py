"""The verb caps: bounds from the data, as constants in the project file."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from regulars.cli import state
from regulars.cli.project_reading import read_project
from regulars.core.errors import SettingsError


def caps_command(
    columns: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[COLUMN=RANGES]...",
            help="Column and number of interquartile ranges beyond the quartiles, such as age=2; "
            "all caps that state 'iqr' when not given.",
        ),
    ] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="Use only rows known by this day (YYYY-MM-DD).")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print the bounds and write nothing.")
    ] = False,
) -> None:
    """Compute caps (bounds of numeric columns) from the data and write them to regulars.yaml."""
    from regulars.cli.clock import now
    from regulars.cli.console import print_json
    from regulars.cli.running import day
    from regulars.flows.capping import set_caps

    project = read_project(state.options.project)
    iqr_factors = dict(_column_factor(column) for column in columns or [])
    at, caps = set_caps(project, iqr_factors, as_of=day(as_of), write=not dry_run, clock=now)
    if state.options.as_json:
        print_json({"as_of": str(at), "caps": [{**asdict(c), "bounds": c.bounds} for c in caps]})
        return
    for cap in caps:
        bounds = ", ".join(f"{name} {value:,.10g}" for name, value in cap.bounds.items())
        typer.echo(
            f"{cap.entity}.{cap.column}: {bounds}; as of {at}, {cap.below + cap.above:,} of "
            f"{cap.values:,} values lie beyond"
        )
    typer.echo("nothing was written" if dry_run else f"wrote {project.file}", err=True)


def _column_factor(text: str) -> tuple[str, float]:
    name, _, factor = text.partition("=")
    try:
        return name, float(factor or 3)
    except ValueError:
        raise SettingsError(f"'{text}' is not COLUMN=RANGES", hint="Such as: age=2") from None
