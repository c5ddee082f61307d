"""The verb dashboard."""

from __future__ import annotations

from typing import Annotated

import typer

from regulars.cli import state
from regulars.cli.global_options import Verbs
from regulars.cli.project_reading import read_project


def register(app: Verbs) -> None:
    """Add the verb to the command line."""
    app.command("dashboard")(dashboard_command)


def dashboard_command(
    port: Annotated[int, typer.Option("--port", help="Port to listen on.")] = 8501,
    address: Annotated[
        str,
        typer.Option(
            "--address",
            help="Address to listen on; others than this machine's need `dashboard.password`.",
        ),
    ] = "127.0.0.1",
    open_browser: Annotated[
        bool, typer.Option("--open", help="Open the dashboard in the browser.")
    ] = False,
) -> None:
    """Serve a dashboard of the current release: customers, segments, churn, campaigns, health."""
    from regulars.serve.dashboard.admitting import entrance
    from regulars.serve.dashboard.launching import need_dashboard, serve_dashboard

    project = read_project(state.options.project)
    way_in = entrance(address, project.dashboard)
    need_dashboard(address=address, port=port)
    typer.echo(
        f"the dashboard of {project.project} is at http://{address}:{port} (Ctrl+C stops it)"
    )
    serve_dashboard(
        project.root, address=address, port=port, entrance=way_in, open_browser=open_browser
    )
