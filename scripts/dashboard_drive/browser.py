"""A dashboard in a process of its own, a Chromium beside it, and hands to move it."""

from __future__ import annotations

import csv
import io
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Locator, Page, Request, sync_playwright

_OPTIONS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
_PATIENCE_MS = 60_000
_SETTLED = """() => {
    const shown = selector => [...document.querySelectorAll(selector)]
        .filter(one => one.offsetParent !== null);
    const app = document.querySelector('[data-testid="stApp"]');
    return app.getAttribute('data-test-script-state') === 'notRunning'
        && shown('[data-testid="stSkeleton"]').length === 0
        && !document.querySelector('[data-stale="true"]')
        && shown('[data-testid="stVegaLiteChart"]').every(one => one.querySelector('canvas, svg'));
}"""
WIDTH, HEIGHT = 1366, 768


def chromium() -> str | None:
    """The browser that is installed; None where there is none."""
    return shutil.which("chromium")


@contextmanager
def served(project: Path) -> Iterator[str]:
    """`regulars dashboard` of a project on a free port; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "regulars", "-p", str(project), "dashboard"]
    process = subprocess.Popen(
        [*command, "--port", str(port)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        env={**os.environ, "DO_NOT_TRACK": "1"},
    )  # fmt: skip
    try:
        _wait_for(f"http://127.0.0.1:{port}/_stcore/health", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.communicate(timeout=20)


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    last = time.perf_counter() + 60
    while time.perf_counter() < last:
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except OSError:
            if process.poll() is not None:
                break
            time.sleep(0.1)
    raise RuntimeError("the dashboard did not start")


@dataclass
class Hands:
    """One browser page: opens, clicks, types, waits; notes what should not happen."""

    page: Page
    address: str
    shots: Path | None = None
    every_tab: bool = True
    findings: list[str] = field(default_factory=list)

    def open(self, place: str = "", **asked: str) -> None:
        """Open a page by its address, and wait until it is drawn."""
        self.page.goto(f"{self.address}/{place}{'?' + urlencode(asked) if asked else ''}")
        self.page.get_by_test_id("stAppViewContainer").wait_for()
        self.page.locator("h1").first.wait_for()
        self.settle()

    def settle(self) -> None:
        """Wait until nothing is being drawn; a message of trouble is a finding."""
        self.page.wait_for_timeout(150)
        self.page.wait_for_function(_SETTLED)
        for trouble in self.page.get_by_test_id("stException").all():
            self.findings.append(f"a trace: {trouble.inner_text()[:200]}")
        for box in self.page.get_by_text("Something unexpected went wrong").all():
            self.findings.append(f"{self.page.url}: {box.inner_text()}")

    def shot(self, name: str, *, height: int = HEIGHT, tab: bool = False) -> None:
        """Keep a picture, where pictures (of every tab) are wanted."""
        if self.shots is None or (tab and not self.every_tab):
            return
        self.page.set_viewport_size({"width": WIDTH, "height": height})
        self.page.mouse.move(WIDTH / 2, HEIGHT / 2)
        self.page.mouse.wheel(0, -10_000)
        self.page.wait_for_timeout(600)
        self.settle()
        self.page.screenshot(path=self.shots / f"{name}.png")
        self.page.set_viewport_size({"width": WIDTH, "height": HEIGHT})

    def card(self, name: str) -> str:
        """The value of the first card of this name."""
        label = self.page.get_by_test_id("stMetricLabel").get_by_text(name, exact=True)
        card = self.page.get_by_test_id("stMetric").filter(has=label).first
        return card.get_by_test_id("stMetricValue").inner_text().strip()

    def choose(self, label: str, value: str) -> None:
        """Choose in a list, or one more in a list of many."""
        box = self.page.get_by_role("combobox", name=label).locator("visible=true").first
        box.click()
        box.fill(value)
        self.page.get_by_role("option", name=value, exact=True).first.click()
        self.page.keyboard.press("Escape")
        self.settle()

    def write(self, label: str, text: str) -> None:
        """Write into a field and press Enter."""
        box = self.page.get_by_label(label, exact=True).locator("visible=true").first
        box.fill(text)
        box.press("Enter")
        self.settle()

    def tab(self, name: str) -> None:
        """Open a tab."""
        self.page.get_by_role("tab", name=name, exact=True).click()
        self.settle()

    def says(self, text: str) -> bool:
        """Whether a text can be seen."""
        found: Locator = self.page.get_by_text(text).locator("visible=true")
        return found.count() > 0

    def downloaded(self, words: str) -> list[dict[str, str]]:
        """Rows of the CSV that a button gives."""
        with self.page.expect_download() as coming:
            self.page.get_by_role("button", name=words).locator("visible=true").first.click()
        text = Path(coming.value.path()).read_text("utf-8")
        return list(csv.DictReader(io.StringIO(text)))

    def expect_whole_texts(self, page: Page | None = None) -> None:
        """Note a page that is wider than its window, and texts that leave their chart."""
        shown = page or self.page
        for text in shown.evaluate(_CUT_TEXTS):
            self.findings.append(f"{shown.url}: cut off: {text}")

    def expect(self, what: str, seen: object, expected: object) -> None:
        """Note where something seen is not what `insights` says."""
        if seen != expected:
            self.findings.append(f"{what}: saw {seen!r} instead of {expected!r}")


_CUT_TEXTS = """() => {
    const root = document.documentElement;
    const cut = root.scrollWidth > root.clientWidth ? ["the page"] : [];
    for (const svg of document.querySelectorAll("svg.marks, svg.chart")) {
        const box = svg.getBoundingClientRect();
        for (const text of box.width ? svg.querySelectorAll("text") : []) {
            const place = text.getBoundingClientRect();
            if (place.left < box.left - 0.5 || place.right > box.right + 0.5)
                cut.push(text.textContent);
        }
    }
    return cut;
}"""


@contextmanager
def browsing(address: str, *, shots: Path | None = None, dark: bool = False) -> Iterator[Hands]:
    """A fresh browser on a dashboard; requests to anywhere else are findings."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=_OPTIONS)
        context = browser.new_context(
            viewport={"width": WIDTH, "height": HEIGHT},
            color_scheme="dark" if dark else "light",
            accept_downloads=True,
        )
        context.set_default_timeout(_PATIENCE_MS)
        hands = Hands(context.new_page(), address, shots)
        _watch(hands)
        try:
            yield hands
        finally:
            browser.close()


def _watch(hands: Hands) -> None:
    def look_at(request: Request) -> None:
        if not request.url.startswith((hands.address, "data:", "blob:", "ws://127.0.0.1")):
            hands.findings.append(f"asks the network: {request.url}")

    hands.page.on("request", look_at)
    hands.page.on("pageerror", lambda error: hands.findings.append(f"script error: {error}"))
