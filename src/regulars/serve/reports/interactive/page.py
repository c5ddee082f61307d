"""The page itself: a title, a chart after the other, and the program that draws them."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path

from markupsafe import escape

from regulars.core.errors import MissingExtra
from regulars.insights.amounts import unit_of
from regulars.insights.churn_drivers import drivers
from regulars.insights.exploration.answer import Exploration
from regulars.insights.reading import Reading
from regulars.serve.reports.interactive.charts import Chart, charts

INTERACTIVE = "exploration.html"
_LAYOUT = {
    "margin": {"l": 60, "r": 60, "t": 30, "b": 60},
    "font": {"family": "system-ui, sans-serif", "size": 12, "color": "#4d5663"},
    "paper_bgcolor": "rgba(0,0,0,0)",
    "plot_bgcolor": "rgba(0,0,0,0)",
    "modebar": {"bgcolor": "rgba(0,0,0,0)", "color": "#98a2b0", "activecolor": "#15191f"},
}
_STYLE = """
body { margin: 0; background: #f4f6f8; color: #15191f; font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 1080px; margin: 0 auto; padding: 28px 20px 60px; }
h1 { font-size: 26px; } h2 { font-size: 17px; margin: 0 0 6px; }
section { background: #fff; border: 1px solid #dfe3e8; border-radius: 10px; padding: 16px 18px;
  margin: 18px 0; }
.chart { min-height: 400px; } p { color: #4d5663; }
"""


def write_page(reading: Reading, found: Exploration, *, folder: Path) -> Path:
    """Write exploration.html into a folder; it works without a network.

    Raises MissingExtra where Plotly is not installed.
    """
    drawn = charts(found, drivers(reading) if reading.churn else (), unit=unit_of(reading))
    project = str(reading.about.get("project", ""))
    path = folder / INTERACTIVE
    path.write_text(_page(project, found, drawn=drawn, program=_program()), "utf-8")
    return path


def _program() -> str:
    """Plotly's own program, as installed with the Python package."""
    spec = find_spec("plotly")
    if spec is None or not spec.submodule_search_locations:
        raise MissingExtra("plotly", extra="plotly")
    folder = Path(spec.submodule_search_locations[0])
    return (folder / "package_data" / "plotly.min.js").read_text("utf-8")


def _page(project: str, found: Exploration, *, drawn: tuple[Chart, ...], program: str) -> str:
    specs = json.dumps(
        [{"name": one.name, "data": one.data, "layout": _LAYOUT | one.layout} for one in drawn],
        ensure_ascii=False,
    ).replace("<", "\\u003c")
    sections = "\n".join(
        f'<section><h2>{escape(one.title)}</h2><div class="chart" id="{one.name}"></div></section>'
        for one in drawn
    )
    seen = found.seen
    part = f", a sample of {seen.of_customers:,}" if seen.is_sample else ""
    about = f"{seen.customers:,} customers{part} as they were on {seen.as_of}. {found.target.label}"
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(project)}: exploration</title><style>{_STYLE}</style></head>
<body><main><h1>{escape(project)}: a first look at the data</h1>
<p>{escape(about)}</p>
{sections}
</main>
<script>{program}</script>
<script>
for (const one of {specs})
  Plotly.newPlot(one.name, one.data, one.layout, {{responsive: true, displaylogo: false}});
</script></body></html>
"""
