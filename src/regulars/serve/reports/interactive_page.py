"""The exploration as one page with charts to point at; the program that draws them is in it."""

from __future__ import annotations

import json
from pathlib import Path

from markupsafe import Markup

from regulars.charts.exploration_charts import interactive_charts
from regulars.charts.rendering import program
from regulars.charts.theme import DARK, LIGHT, PAGE, dressed
from regulars.insights.amounts import unit_of
from regulars.insights.churn_drivers import drivers
from regulars.insights.exploration.answer import Exploration
from regulars.insights.release_reading import Reading
from regulars.serve.reports.templating import rendered

INTERACTIVE = "exploration.html"


def write_page(reading: Reading, exploration: Exploration, *, folder: Path) -> Path:
    """Write exploration.html into a folder; it works without a network."""
    moved = drivers(reading) if reading.churn else ()
    charts = interactive_charts(exploration, moved, unit=unit_of(reading))
    specifications = {
        name: dressed(spec, theme=PAGE, width="container") for name, (_, spec) in charts.items()
    }
    path = folder / INTERACTIVE
    words = {
        "project": reading.project.project,
        "look": exploration,
        "titles": {name: title for name, (title, _) in charts.items()},
        "specifications": _script(specifications),
        "themes": _script({"light": LIGHT, "dark": DARK}),
        "program": Markup(program()),
    }
    path.write_text(rendered("interactive.html.j2", words), "utf-8")
    return path


def _script(values: object) -> Markup:
    """Values as they stand in a script: no text of the data can end it."""
    return Markup(json.dumps(values, ensure_ascii=False).replace("<", "\\u003c"))
