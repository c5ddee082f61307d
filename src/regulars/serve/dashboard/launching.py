"""Start the dashboard: settings that keep it offline, private and free of traces."""

from __future__ import annotations

import socket
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from regulars.charts.theme import LIGHT
from regulars.core.errors import MissingExtra, SettingsError
from regulars.serve.dashboard.admitting import Admitting, Entrance

_SETTINGS: dict[str, Any] = {
    "browser.gatherUsageStats": False,
    "client.disableDataExport": True,  # the pages' own exports hold no formulas
    "client.showErrorDetails": "none",
    "client.showErrorLinks": False,
    "client.toolbarMode": "minimal",
    "global.developmentMode": False,
    "logger.hideWelcomeMessage": True,
    "logger.level": "warning",
    "server.fileWatcherType": "none",
    "server.showEmailPrompt": False,
    "server.enableStaticServing": False,
    # both, so that the one that the reader's system prefers is taken
    "theme.light.primaryColor": LIGHT["--s1"],
    "theme.dark.primaryColor": LIGHT["--s1"],
    "theme.showSidebarBorder": True,
    "theme.metricValueFontSize": "1.6rem",
    "theme.headingFontSizes": ["1.8rem", "1.35rem", "1.1rem"],
}


def need_dashboard(*, address: str, port: int) -> None:
    """Raises MissingExtra where Streamlit is not installed, SettingsError for a taken port."""
    if find_spec("streamlit") is None:
        raise MissingExtra("streamlit", extra="dashboard")
    _check_port(address, port)


def serve_dashboard(
    project: Path, *, address: str, port: int, entrance: Entrance, open_browser: bool = False
) -> None:
    """Serve the dashboard of the project in a folder until it is stopped."""
    from starlette.middleware import Middleware
    from streamlit.web.server.starlette import App

    options = _SETTINGS | {
        "server.address": address,
        "server.port": port,
        "server.headless": not open_browser,
        "server.allowedHosts": sorted(entrance.hosts),
    }
    script = Path(__file__).with_name("app.py")
    sys.argv = [str(script), str(project.resolve())]  # what the script reads
    App(script, middleware=[Middleware(Admitting, entrance=entrance)]).run(config=options)


def _check_port(address: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((address, port))
        except (OSError, OverflowError) as error:
            raise SettingsError(
                f"nothing can listen on {address}:{port}: {error}",
                hint=f"Choose another port, such as --port {min(port + 1, 65535)}.",
            ) from None
