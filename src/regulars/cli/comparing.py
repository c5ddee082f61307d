"""The verb that compares what two projects hold, on one engine or two."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from regulars.cli import state
from regulars.cli.global_options import Verbs
from regulars.cli.project_reading import read_project
from regulars.core.counts import several

if TYPE_CHECKING:
    from regulars.warehouse.comparing import Difference, TableParity


def register(app: Verbs) -> None:
    """Add the verbs to the command line."""
    app.command("parity")(parity_command)


def parity_command(
    first: Annotated[
        Path, typer.Argument(help="Folder or project file of a project that has run.")
    ],
    second: Annotated[Path, typer.Argument(help="The other one, on the same or another engine.")],
    layers: Annotated[
        str, typer.Option("--layers", help="Layers to compare, with commas between them.")
    ] = "silver,gold,ml,serving",
    ignore: Annotated[
        list[str] | None,
        typer.Option("--ignore", help="Column to leave out, beside those that tell of a run."),
    ] = None,
    receipt: Annotated[
        Path | None, typer.Option("--receipt", help="File to write the comparison to, as JSON.")
    ] = None,
) -> None:
    """Compare the tables of two projects: rows, values, floating point at nine digits.

    The exit code is 1 where a table differs.
    """
    from regulars.warehouse.comparing import OF_A_RUN, compare
    from regulars.warehouse.opening import open_warehouse

    opened = [open_warehouse(read_project(place), exclusive=False) for place in (first, second)]
    try:
        tables = compare(
            *opened, layers=layers.split(","), ignored=OF_A_RUN | frozenset(ignore or ())
        )
    finally:
        for warehouse in opened:
            warehouse.close()
    text = json.dumps([_as_json(table) for table in tables], indent=2)
    if receipt is not None:
        receipt.write_text(text + "\n", "utf-8")
    if state.options.as_json:
        typer.echo(text)
    else:
        _print(tables)
    if not tables or not all(table.is_equal for table in tables):
        raise typer.Exit(1)


def _as_json(table: TableParity) -> dict[str, object]:
    return {
        "table": table.table,
        "is_equal": table.is_equal,
        "rows": table.rows,
        "hashes": table.hashes,
        "columns": table.columns,
        "examples": [
            {"first": example.first, "second": example.second} for example in table.examples
        ],
    }


def _print(tables: list[TableParity]) -> None:
    for table in tables:
        if not table.is_equal:
            _print_difference(table)
    equal = sum(table.is_equal for table in tables)
    typer.echo(f"{several(equal, 'table')} of {len(tables)} are equal")


def _print_difference(table: TableParity) -> None:
    mine, its = (f"{rows:,}" if rows is not None else "no table" for rows in table.rows)
    columns = f"; columns: {', '.join(table.columns)}" if table.columns else ""
    typer.echo(f"{table.table} differs: rows {mine} and {its}{columns}")
    for example in table.examples:
        typer.echo(f"  {_row(example)}")


def _row(example: Difference) -> str:
    sides = [
        "no such row"
        if side is None
        else ", ".join(f"{name}={text}" for name, text in side.items())
        for side in (example.first, example.second)
    ]
    return " | ".join(sides)
