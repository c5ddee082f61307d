"""The exploration as files: JSON, text, figures and an interactive page."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from regulars.charts.exploration_charts import distribution_chart, figure_charts
from regulars.charts.rendering import png
from regulars.insights.amounts import unit_of
from regulars.insights.churn_drivers import drivers
from regulars.insights.exploration.answer import Exploration, can_explore, explore
from regulars.insights.exploration.numbers import NumberSummary, histogram
from regulars.insights.exploration.sections import sections
from regulars.insights.release_reading import Reading
from regulars.serve.reports.interactive_page import write_page
from regulars.serve.reports.templating import rendered

REPORT, SUMMARY, FIGURES = "eda_report.json", "eda_summary.txt", "figures"
_TIMES = ("recency_days", "tenure_days", "tenure")


def write_exploration(
    reading: Reading, exploration: Exploration, *, folder: Path, figures: bool
) -> tuple[Path, ...]:
    """Write eda_report.json and eda_summary.txt, and PNG files in `figures/` where asked for.

    Figures of an earlier writing go: they would not follow from the same facts for sure.
    """
    written = write_texts(reading, exploration, folder=folder)
    shutil.rmtree(folder / FIGURES, ignore_errors=True)
    if not figures:
        return written
    return (*written, *write_figures(reading, exploration, folder=folder / FIGURES))


def write_texts(reading: Reading, exploration: Exploration, *, folder: Path) -> tuple[Path, ...]:
    """Write eda_report.json and eda_summary.txt; the same release gives the same bytes."""
    report, summary = folder / REPORT, folder / SUMMARY
    report.write_text(
        json.dumps(sections(exploration), indent=1, ensure_ascii=False, allow_nan=False), "utf-8"
    )
    words = {"found": exploration, "project": reading.project.project}
    summary.write_text(rendered("eda_summary.txt.j2", words), "utf-8")
    return report, summary


def write_figures(reading: Reading, exploration: Exploration, *, folder: Path) -> tuple[Path, ...]:
    """Write the PNG files into a folder; the paths of those there were facts for.

    target_distribution, feature_distributions, correlation_heatmap, churn_by_category,
    segment_analysis, time_series, feature_importance, and a histogram of tenure or of recency.
    """
    folder.mkdir(parents=True, exist_ok=True)
    moved = drivers(reading) if reading.churn else ()
    figures = figure_charts(exploration, moved, unit=unit_of(reading))
    time = time_number(reading, exploration)
    shown = histogram(reading, time) if time is not None else None
    if time is not None and shown is not None:
        name = "recency" if time.name == "recency_days" else "tenure"
        figures[f"{name}_histogram"] = (shown.words, distribution_chart(shown))
    written = []
    for name, (title, spec) in figures.items():
        path = folder / f"{name}.png"
        path.write_bytes(png(spec, title=title))
        written.append(path)
    return tuple(written)


def write_plots(reading: Reading, exploration: Exploration, *, folder: Path) -> tuple[Path, ...]:
    """Write everything into a folder that the user names: texts, PNG files, interactive page."""
    folder.mkdir(parents=True, exist_ok=True)
    return (
        *write_texts(reading, exploration, folder=folder),
        *write_figures(reading, exploration, folder=folder),
        write_page(reading, exploration, folder=folder),
    )


def interactive_page(reading: Reading, folder: Path) -> Path | None:
    """Write the interactive page alone; None with nothing to explore."""
    return write_page(reading, explore(reading), folder=folder) if can_explore(reading) else None


def time_number(reading: Reading, exploration: Exploration) -> NumberSummary | None:
    """The number that says how long a customer has been there, or away."""
    churn = reading.project.churn
    mapped = churn.tenure_attribute if churn else None
    by_name = {number.name: number for number in exploration.numbers}
    return next((by_name[name] for name in (mapped, *_TIMES) if name in by_name), None)
