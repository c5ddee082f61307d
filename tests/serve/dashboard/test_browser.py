"""A real Chromium goes through every page of a demo company: no trace, no network, right numbers.

The pictures it takes are kept in build/dashboard.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

pytest.importorskip("playwright")
pytest.importorskip("streamlit")

from dashboard_drive.browser import HEIGHT, WIDTH, Hands, browsing, chromium, served
from dashboard_drive.journeys import JOURNEYS, Journey
from regulars.core.settings import read_project
from regulars.insights.release_reading import Reading, read_current

SHOTS = Path(__file__).resolve().parents[3] / "build" / "dashboard"


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if chromium() is None:
        pytest.skip("there is no Chromium here to go through the pages")
    folder = tmp_path_factory.mktemp("company")
    command = [sys.executable, "-m", "regulars", "demo", str(folder)]
    subprocess.run([*command, "--recipe", "crm", "--customers", "200"], check=True)
    return folder


@pytest.fixture(scope="module")
def reading(company: Path) -> Reading:
    return read_current(read_project(company))


@pytest.fixture(scope="module")
def hands(company: Path):  # type: ignore[no-untyped-def]
    SHOTS.mkdir(parents=True, exist_ok=True)
    with served(company) as address, browsing(address, shots=SHOTS) as found:
        found.every_tab = False
        yield found


@pytest.mark.parametrize("journey", JOURNEYS, ids=lambda one: one.__name__)
def test_what_a_person_sees_is_what_insights_says(
    hands: Hands, reading: Reading, journey: Journey
) -> None:
    hands.findings.clear()
    journey(hands, reading)
    assert hands.findings == []


PHONE, DESK = {"width": 390, "height": 844}, {"width": 1200, "height": 900}


def test_a_phone_shows_every_text_of_a_chart_whole(hands: Hands) -> None:
    hands.findings.clear()
    hands.page.set_viewport_size(PHONE)
    for address in ("", "movement", "churn"):
        hands.open(address)
        for name in [tab.inner_text() for tab in hands.page.get_by_role("tab").all()] or [None]:
            if name is not None:
                hands.tab(name)
            hands.expect_whole_texts()
    hands.open("movement")
    boxes = hands.page.locator('[class*="st-key-scrolls-"]').all()
    assert boxes
    for box in boxes:  # a matrix keeps its size and scrolls inside its box
        assert box.evaluate("box => box.scrollWidth > box.clientWidth && box.clientWidth <= 390")
    hands.page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    assert hands.findings == []


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_report_shows_every_text_of_a_chart_whole(
    hands: Hands, reading: Reading, size: dict[str, int]
) -> None:
    hands.findings.clear()
    page = hands.page.context.new_page()
    page.set_viewport_size(size)  # type: ignore[arg-type]
    page.goto((reading.folder / "report.html").as_uri())
    hands.expect_whole_texts(page)
    page.close()
    assert hands.findings == []


def test_a_number_that_differs_is_a_finding() -> None:
    hands = Hands(cast(object, SimpleNamespace()), "")  # type: ignore[arg-type]
    hands.expect("customers", "4", "5")
    assert hands.findings == ["customers: saw '4' instead of '5'"]
