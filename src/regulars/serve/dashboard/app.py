"""The script that Streamlit runs for every look: the list of pages, and the one that is open."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from regulars.serve.dashboard.frame import Draw, draw_page, remember_pages


@dataclass(frozen=True)
class PageEntry:
    """One page: its address, its module in `panels`, and how it is listed."""

    address: str
    title: str
    icon: str
    section: str


PAGES = (
    PageEntry("overview", "Overview", "home", "Customers"),
    PageEntry("explorer", "Segment explorer", "donut_small", "Customers"),
    PageEntry("customer", "Customer 360", "person_search", "Customers"),
    PageEntry("ask", "Questions", "forum", "Customers"),
    PageEntry("movement", "Segments over time", "timeline", "Customers"),
    PageEntry("churn", "Churn and value", "trending_down", "Decisions"),
    PageEntry("campaigns", "Campaigns", "campaign", "Decisions"),
    PageEntry("health", "Pipeline health", "monitor_heart", "Operations"),
    PageEntry("quality", "Data quality", "fact_check", "Operations"),
)


_SIDEBAR_WIDTH = 240
_STYLE = """
<style>
[data-testid="stMainBlockContainer"] { padding: 2.4rem 2.5rem 3rem; }
[data-testid="stHeader"] { background: transparent; }
[data-testid="stMetricValue"] { font-variant-numeric: tabular-nums; }
[class*="st-key-scrolls-"] { overflow-x: auto; }
[class*="st-key-scrolls-"] > * { min-width: 680px; }
@media (max-width: 640px) { [data-testid="stMainBlockContainer"] { padding: 2.4rem 1rem 3rem; } }
</style>
"""


def draw_one(address: str, folder: Path) -> None:
    """Draw the page of an address, of the project in a folder."""
    entry = next(page for page in PAGES if page.address == address)
    module = importlib.import_module(f"regulars.serve.dashboard.panels.{address}_page")
    if hasattr(module, "draw_without_release"):
        module.draw_without_release(entry.title, folder)
        return
    draw: Draw = module.draw
    draw_page(entry.title, draw, folder=folder)


def main(folder: Path) -> None:
    """The whole dashboard of the project in a folder."""
    st.set_page_config(
        page_title="Regulars",
        page_icon=str(Path(__file__).with_name("icon.svg")),  # one by name comes from the network
        layout="wide",
        initial_sidebar_state=_SIDEBAR_WIDTH,
    )
    st.html(_STYLE)
    sections: dict[str, list[st.Page]] = {}
    pages: dict[str, st.Page] = {}
    for entry in PAGES:
        pages[entry.address] = st.Page(
            _drawing(entry.address, folder),
            title=entry.title,
            icon=f":material/{entry.icon}:",
            url_path=entry.address,
            default=entry is PAGES[0],
        )
        sections.setdefault(entry.section, []).append(pages[entry.address])
    remember_pages(pages)
    st.navigation(sections, expanded=True).run()


def _drawing(address: str, folder: Path) -> Callable[[], None]:
    def draw() -> None:
        draw_one(address, folder)

    return draw


if __name__ == "__main__":
    main(Path(sys.argv[1]))
