"""The documentation as a site: built without a warning, read and searched without a network."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("mkdocs")
pytest.importorskip("playwright")

from dashboard_drive.browser import Hands, browsing, chromium

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
TASKS = {
    "win-back list": "tasks.html",
    "refunds": "tables-understood.html",
    "connect a database": "sources.html",
    "run every night": "tasks.html",
    "message alert webhook": "operations.html",
    "restore backup": "trust.html",
    "extend dbt model": "dbt.html",
    "churn horizon": "churn.html",
    "leak": "churn.html",
    "predicted value interval": "value.html",
    "api key scope": "api.html",
    "snowflake postgres engine": "engines.html",
    "mask personal data": "sources.html",
    "rejected rows": "tasks.html",
    "time zone": "sources.html",
    "own estimator": "python.html",
    "parquet spark": "stored-files.html",
    "save rate": "campaigns.html",
    "RFM segments": "segments.html",
    "quick run": "tasks.html",
}


class Said(logging.Handler):
    """Collects what the build warns of."""

    def __init__(self) -> None:
        super().__init__(level=logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """The site, and what its build warned of."""
    from mkdocs.commands.build import build
    from mkdocs.config import load_config

    folder, warned = tmp_path_factory.mktemp("site"), Said()
    logging.getLogger("mkdocs").addHandler(warned)
    try:
        build(load_config(str(ROOT / "mkdocs.yml"), site_dir=str(folder)))
    finally:
        logging.getLogger("mkdocs").removeHandler(warned)
    return folder, warned.lines


class Quiet(SimpleHTTPRequestHandler):
    """Serves the files, and says nothing about it."""

    def log_message(self, *_: Any) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def hands(site: tuple[Path, list[str]]) -> Iterator[Hands]:
    """A browser on the site, which is served on loopback; requests elsewhere are findings."""
    if chromium() is None:
        pytest.skip("there is no Chromium here to read the site")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site[0])))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        with browsing(f"http://127.0.0.1:{server.server_port}") as opened:
            yield opened
    finally:
        server.shutdown()
        server.server_close()


def test_it_builds_without_a_warning_every_link_alive(site: tuple[Path, list[str]]) -> None:
    folder, warned = site
    assert warned == []
    assert len(list(folder.glob("*.html"))) > len(list((ROOT / "docs").glob("*.md")))
    assert "churn.evaluate" in (folder / "python-reference.html").read_text("utf-8")


@pytest.mark.parametrize("width", [1366, 390])
def test_no_page_asks_the_network_or_scrolls_sideways(
    site: tuple[Path, list[str]], hands: Hands, width: int
) -> None:
    hands.findings.clear()
    hands.page.set_viewport_size({"width": width, "height": 800})
    wide = []
    for file in sorted(site[0].glob("*.html")):
        hands.page.goto(f"{hands.address}/{file.name}")
        if hands.page.evaluate("document.documentElement.scrollWidth") > width:
            wide.append(file.name)
    assert hands.findings == []
    assert wide == []


def test_a_search_finds_the_page_of_a_task(hands: Hands) -> None:
    lost = {}
    hands.page.set_viewport_size({"width": 1366, "height": 800})
    for words, wanted in TASKS.items():
        hands.page.goto(f"{hands.address}/index.html?q={words.replace(' ', '+')}")
        results = hands.page.locator(".md-search-result__link")
        results.first.wait_for(state="attached")
        links = results.evaluate_all("all => all.map(link => link.href)")
        names = list(dict.fromkeys(re.split(r"[?#]", Path(link).name)[0] for link in links))[:5]
        if wanted not in names:
            lost[words] = names
    assert not lost, "\n".join(f"{words}: {names}" for words, names in lost.items())
