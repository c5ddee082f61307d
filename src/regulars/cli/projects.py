"""Verbs that begin without data of your own: demo, generate."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from regulars.cli import state
from regulars.cli.global_options import Verbs
from regulars.cli.project_reading import read_project
from regulars.core.counts import several

if TYPE_CHECKING:
    from regulars.synthetic.generation import Generated


def register(app: Verbs) -> None:
    """Add the verbs to the command line."""
    app.command("demo")(demo_command)
    app.command("generate")(generate_command)


def demo_command(
    folder: Annotated[
        Path | None,
        typer.Argument(help="Project folder; by default regulars-demo-RECIPE in this folder."),
    ] = None,
    recipe: Annotated[
        str,
        typer.Option("--recipe", help="Kind of business: retail, airline, telco, cards or crm."),
    ] = "retail",
    customers: Annotated[
        int | None, typer.Option("--customers", help="Number of customers to generate.")
    ] = None,
    seed: Annotated[
        int, typer.Option("--seed", help="Random seed; the same seed gives the same company.")
    ] = 42,
    engine: Annotated[
        str,
        typer.Option("--engine", help="Engine; its settings are variables: SNOWFLAKE_USER, ..."),
    ] = "duckdb",
) -> None:
    """Generate a company of synthetic customers and run all steps on it."""
    from regulars.cli.running import run_project
    from regulars.core.settings import engine_text
    from regulars.flows.demo_company import write_demo

    target = folder or Path(f"regulars-demo-{recipe}")
    generated = write_demo(
        recipe, target, customers=customers, seed=seed, engine=engine_text(engine, os.environ)
    )
    if generated is not None:
        _say_files(generated)
    run_project(read_project(target))


def generate_command(
    recipe: Annotated[str, typer.Argument(help="Recipe: retail, airline, telco, cards or crm.")],
    folder: Annotated[Path, typer.Argument(help="Folder to write the files to.")],
    *,
    customers: Annotated[
        int | None, typer.Option("--customers", help="Number of customers to generate.")
    ] = None,
    transactions: Annotated[
        int | None, typer.Option("--transactions", help="Approximate number of transactions.")
    ] = None,
    seed: Annotated[
        int, typer.Option("--seed", help="Random seed; the same seed gives the same files.")
    ] = 42,
    dirt: Annotated[
        bool, typer.Option("--dirt", help="Add rows with the errors of real deliveries.")
    ] = False,
) -> None:
    """Generate synthetic raw files with the columns of a recipe's public data set."""
    from regulars.synthetic import Dirt, generate

    generated = generate(
        recipe,
        folder,
        customers=customers,
        transactions=transactions,
        seed=seed,
        dirt=Dirt.light() if dirt else None,
    )
    _say_files(generated)
    if state.options.as_json:
        files = [{"file": str(file.path), "rows": file.rows} for file in generated.files]
        typer.echo(json.dumps(files, indent=2))


def _say_files(generated: Generated) -> None:
    for file in generated.files:
        # Standard output is left to the answer where it is JSON.
        typer.echo(f"made {file.path} ({several(file.rows, 'row')})", err=state.options.as_json)
