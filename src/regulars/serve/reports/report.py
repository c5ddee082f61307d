"""The report of a release: one HTML file that works without a network, and its facts beside it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from regulars.insights import amounts
from regulars.insights.quality import Reconciliation
from regulars.insights.reading import Reading
from regulars.serve.reports.charts.bars import shares
from regulars.serve.reports.drawings import drawings
from regulars.serve.reports.facts import Facts, as_json, gather
from regulars.serve.reports.tiles import tiles

REPORT, FACTS, SUMMARY = "report.html", "report.json", "summary.txt"
_MOST_ROWS = 40
_MOST_ATTRIBUTES = 3


def write_report_of(release: Path) -> Path:
    """Write report.html, report.json and summary.txt into a release's folder.

    Returns the path of the page. The same release gives the same bytes.
    """
    facts = gather(Reading(release))
    (release / FACTS).write_text(as_json(facts), "utf-8")
    words = {"facts": facts, "tiles": tiles(facts)}
    (release / SUMMARY).write_text(rendered("summary.txt.j2", words), "utf-8")
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
            "draw": drawings(facts),
            "kept_bars": {one.entity: _kept_bar(one) for one in facts.reconciliation},
            "shown_attributes": _shown_attributes(facts),
            "most_rows": _MOST_ROWS,
            "style": Markup(_style()),
        },
    )
    return html.replace(" %", "\N{NO-BREAK SPACE}%")


def rendered(template: str, words: Mapping[str, Any]) -> str:
    """A template of this room, filled in; what comes from data is escaped in pages."""
    return _environment().get_template(template).render(**words)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("regulars.serve.reports"),
        autoescape=lambda name: name is None or not name.endswith(".txt.j2"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "cell": amounts.cell,
        "count": amounts.count,
        "day_words": amounts.day_words,
        "decimal": amounts.decimal,
        "megabytes": _megabytes,
        "month_words": amounts.month_words,
        "percent": amounts.percent,
        "plain": amounts.plain,
        "points": _points,
        "sentence": _sentence,
        "several": amounts.several,
    }
    return environment


@cache
def _style() -> str:
    source, _, _ = PackageLoader("regulars.serve.reports").get_source(_environment(), "report.css")
    return source


def _kept_bar(one: Reconciliation) -> Markup:
    read = one.read or 1
    parts = [
        ("kept", one.kept, "s1"),
        ("rejected", one.rejected, "s2"),
        ("merged", one.merged, "s4"),
    ]
    return shares(
        [(rows / read, kind, f"{amounts.count(rows)} {name}") for name, rows, kind in parts],
        label=f"{one.entity}: kept {one.kept}, rejected {one.rejected}, merged {one.merged}",
    )


def _shown_attributes(facts: Facts) -> list[str]:
    """The first few attributes that are not personal, for the table of customers."""
    first = facts.top_customers[0].attributes if facts.top_customers else {}
    return [name for name in first if name not in facts.personal][:_MOST_ATTRIBUTES]


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _points(points: float) -> str:
    return f"{points:+.0f}".replace("-", "−")


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f} MB" if size >= 1e5 else f"{size / 1e3:,.1f} kB"
