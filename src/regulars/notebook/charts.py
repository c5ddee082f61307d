"""Charts of a release: the notebook draws them, and they are saved as SVG, PNG or Vega-Lite."""

from __future__ import annotations

import json
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regulars.core.errors import DataError, UnknownName
from regulars.core.names import nearest

if TYPE_CHECKING:
    from regulars.charts.theme import Spec
    from regulars.serve.reports.facts import Facts


class Chart:
    """One chart; `spec` is its Vega-Lite specification, in the colours of a light page."""

    def __init__(self, name: str, spec: Spec, *, width: int) -> None:
        self.name = name
        self._plain = spec
        self._width = width

    @property
    def spec(self) -> dict[str, Any]:
        """The specification, with its data."""
        from regulars.charts.theme import LIGHT, dressed

        return dressed(self._plain, theme=LIGHT, width=self._width)

    @property
    def description(self) -> str:
        """What the chart shows, in words."""
        return str(self._plain["description"])

    def save(self, path: str | PathLike[str]) -> Path:
        """Write the chart as .svg, .png or .json; where it is. Raises DataError for another."""
        from regulars.charts.rendering import png, standalone_svg

        target = Path(path)
        if target.suffix == ".svg":
            target.write_text(standalone_svg(self._plain, width=self._width), "utf-8")
        elif target.suffix == ".png":
            target.write_bytes(png(self._plain, title=self.description, width=self._width))
        elif target.suffix == ".json":
            target.write_text(json.dumps(self.spec, indent=2, ensure_ascii=False), "utf-8")
        else:
            raise DataError("a chart is written as .svg, .png or .json", where=str(target))
        return target

    def __repr__(self) -> str:
        return f"Chart {self.name}: {self.description}"

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        from regulars.charts.rendering import standalone_svg

        return {
            "application/vnd.vegalite.v6+json": self.spec,
            "image/svg+xml": standalone_svg(self._plain, width=self._width),
            "text/plain": repr(self),
        }


def charts_of(facts: Facts) -> dict[str, tuple[Spec, int]]:
    """The specification and the width of every chart that there are facts for, by name."""
    from regulars.serve.reports.report_charts import HALF, WIDE, specifications

    wide, half = specifications(facts)
    return {
        name: (spec, width)
        for charts, width in ((wide, WIDE), (half, HALF))
        for name, spec in charts.items()
        if spec is not None
    }


def chart_named(name: str, charts: dict[str, tuple[Spec, int]]) -> Chart:
    """One of the charts. Raises UnknownName, with the nearest name, where there is none."""
    if name in charts:
        spec, width = charts[name]
        return Chart(name, spec, width=width)
    near = nearest(name, charts)
    raise UnknownName(
        f"there is no chart '{name}'" + (f"; did you mean '{near}'?" if near else ""),
        hint=f"There are: {', '.join(charts) or 'none'}.",
    )
