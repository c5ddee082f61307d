"""The exploration as files: JSON, text, figures and an interactive page."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from regulars.core.errors import MissingExtra
from regulars.insights.exploration.answer import Exploration, can_explore, explore
from regulars.insights.exploration.sections import sections
from regulars.insights.reading import Reading
from regulars.serve.reports.templating import rendered

REPORT, SUMMARY, FIGURES = "eda_report.json", "eda_summary.txt", "figures"


def write_exploration(
    reading: Reading, found: Exploration, *, folder: Path, figures: bool
) -> tuple[Path, ...]:
    """Write eda_report.json and eda_summary.txt, and PNG files in `figures/` where asked for.

    Figures of an earlier writing go: they would not follow from the same facts for sure.
    """
    written = write_texts(reading, found, folder=folder)
    shutil.rmtree(folder / FIGURES, ignore_errors=True)
    if not figures:
        return written
    from regulars.serve.reports.figures.writing import write_figures

    return (*written, *write_figures(reading, found, folder=folder / FIGURES))


def write_texts(reading: Reading, found: Exploration, *, folder: Path) -> tuple[Path, ...]:
    """Write eda_report.json and eda_summary.txt; the same release gives the same bytes."""
    report, summary = folder / REPORT, folder / SUMMARY
    report.write_text(
        json.dumps(sections(found), indent=1, ensure_ascii=False, allow_nan=False), "utf-8"
    )
    words = {"found": found, "project": str(reading.about.get("project", ""))}
    summary.write_text(rendered("eda_summary.txt.j2", words), "utf-8")
    return report, summary


def write_plots(reading: Reading, found: Exploration, *, folder: Path) -> tuple[Path, ...]:
    """Write everything into a folder that the user names: texts, PNG files, interactive page.

    Without Plotly the page is left out.
    """
    from regulars.serve.reports.figures.writing import write_figures

    folder.mkdir(parents=True, exist_ok=True)
    written = (
        *write_texts(reading, found, folder=folder),
        *write_figures(reading, found, folder=folder),
    )
    page = _page(reading, found, folder=folder)
    return (*written, page) if page else written


def interactive_page(reading: Reading, folder: Path) -> Path | None:
    """Write the interactive page alone; None without Plotly, or with nothing to explore."""
    return _page(reading, explore(reading), folder=folder) if can_explore(reading) else None


def _page(reading: Reading, found: Exploration, *, folder: Path) -> Path | None:
    from regulars.serve.reports.interactive.page import write_page

    try:
        return write_page(reading, found, folder=folder)
    except MissingExtra:
        return None
