"""The report of a release: one HTML file that works without a network, and its facts beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from markupsafe import Markup

from regulars.insights.release_reading import Reading
from regulars.serve.reports.exploration_files import write_exploration
from regulars.serve.reports.facts import Facts, as_json, gather
from regulars.serve.reports.migration_tables import (
    cohort_rows,
    destinations,
    largest_moves,
    move_rows,
)
from regulars.serve.reports.report_charts import report_charts, shown_category, shown_histograms
from regulars.serve.reports.templating import rendered, style
from regulars.serve.reports.tiles import tiles

REPORT, FACTS, SUMMARY = "report.html", "report.json", "summary.txt"
_MOST_ROWS = 40
_MOST_ATTRIBUTES = 3


def write_report_of(release: Path, *, figures: bool = False) -> Path:
    """Write report.html, report.json and summary.txt into a release's folder.

    Where the release holds customers to explore, eda_report.json and eda_summary.txt too, and with
    `figures` PNG files in a folder of that name. Returns the path of the page. The same release
    gives the same bytes.
    """
    reading = Reading(release)
    facts = gather(reading)
    (release / FACTS).write_text(as_json(facts), "utf-8")
    words = {"facts": facts, "tiles": tiles(facts)}
    (release / SUMMARY).write_text(rendered("summary.txt.j2", words), "utf-8")
    if facts.exploration is not None:
        write_exploration(reading, facts.exploration, folder=release, figures=figures)
    path = release / REPORT
    path.write_text(page(facts), "utf-8")
    return path


def page(facts: Facts) -> str:
    """The whole page as HTML."""
    html = rendered(
        "report.html.j2",
        {
            "facts": facts,
            "tiles": tiles(facts),
            "charts": report_charts(facts),
            "shown_attributes": _shown_attributes(facts),
            "most_rows": _MOST_ROWS,
            **_titles(facts),
            **_movement(facts),
            "style": Markup(style()),
        },
    )
    return html.replace(" %", "\N{NO-BREAK SPACE}%")


def _titles(facts: Facts) -> dict[str, Any]:
    """What charts are called whose facts decide what they show, and tests by their input."""
    numbers = [histogram.words for histogram in shown_histograms(facts)]
    category = shown_category(facts)
    tests = facts.exploration.significance.tests if facts.exploration else ()
    return {
        "first_number": numbers[0] if numbers else "",
        "second_number": numbers[1] if len(numbers) > 1 else "",
        "first_category": category.words if category else "",
        "tests_by_name": {test.name: test for test in tests},
    }


def _movement(facts: Facts) -> dict[str, Any]:
    """Tables of moves and cohorts."""
    segment_migration = facts.migration
    return {
        "destinations": destinations(segment_migration) if segment_migration else (),
        "move_rows": move_rows(segment_migration) if segment_migration else (),
        "largest_moves": largest_moves(segment_migration) if segment_migration else (),
        "cohort_rows": cohort_rows(facts.cohorts),
    }


def _shown_attributes(facts: Facts) -> dict[str, str]:
    """The first few attributes that are not personal, with what people read of them."""
    first = facts.top_customers[0].attributes if facts.top_customers else {}
    names = [name for name in first if name not in facts.personal][:_MOST_ATTRIBUTES]
    return {name: facts.attribute_labels[name] for name in names}
