"""Channels: axes with their units and ticks, colours of series and scales, texts."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from regulars.charts.theme import INK, SOFT, Spec
from regulars.insights.amounts import Unit

_TEXT = {"type": "text", "align": "left", "fontSize": 11.5, "aria": False}
Form = Literal["count", "share", "times", "number"]
Grain = Literal["day", "month", "label"]

_SHORT = (
    "(abs(datum.value) < 1 ? format(datum.value, '.3~g')"
    " : replace(format(datum.value, '.3~s'), 'G', 'B'))"
)
SHARE_LABEL = "format(100 * datum.value, '.3~g') + '\N{NO-BREAK SPACE}%'"
_TICKS: dict[str, str] = {
    "count": _SHORT,
    "share": SHARE_LABEL,
    "times": "format(datum.value, '.3~g') + '×'",
    "number": "format(datum.value, '.3~g')",
}
_DAY = "[utcFormat(datum.value, '%-d %b'), utcFormat(datum.value, '%Y')]"
_MONTHS_LABELLED = 11


@dataclass(frozen=True)
class Axis:
    """A straight axis: its title, how ticks are written, and where it ends (by itself if None)."""

    title: str
    form: Form = "count"
    domain: tuple[float, float] | None = None
    unit: Unit | None = None
    has_grid: bool = True
    ticks: int = 5

    def encoding(self, field: str) -> Spec:
        """The channel of a field on this axis."""
        scale: Spec = {"nice": False, "domain": list(self.domain)} if self.domain else {}
        return {
            "field": field,
            "type": "quantitative",
            "title": self.title or None,
            "scale": {"zero": self.domain is None, **scale},
            "axis": {
                "labelExpr": _tick(self.form, self.unit),
                "tickCount": self.ticks,
                "grid": self.has_grid,
                "domain": not self.has_grid,
                "ticks": False,
            },
        }


def day_encoding(field: str) -> Spec:
    """The channel of days; in UTC, so that no reader's clock moves a date."""
    axis = {"labelExpr": _DAY, "grid": False, "labelOverlap": True, "tickCount": 6}
    return {
        "field": field,
        "type": "temporal",
        "timeUnit": "utcyearmonthdate",
        "title": None,
        "scale": {"type": "utc"},
        "axis": axis,
    }


def month_encoding(field: str, months: Sequence[date]) -> Spec:
    """The channel of months as bands, those without a row too; Januaries carry their year."""
    numbers = [12 * month.year + month.month - 1 for month in months] or [0]
    every = [date(at // 12, at % 12 + 1, 1) for at in range(min(numbers), max(numbers) + 1)]
    step = next(
        size for size in (1, 2, 3, 6, 12) if size == 12 or len(every) / size <= _MONTHS_LABELLED
    )
    labelled = [month for month in every if (month.month - 1) % step == 0]
    first = str(labelled[0]) if labelled else ""
    day = "toDate(datum.value)"
    is_year = f"datum.value === '{first}' || utcmonth({day}) === 0"
    axis = {
        "labelExpr": f"[utcFormat({day}, '%b'), {is_year} ? utcFormat({day}, '%Y') : '']",
        "values": [str(month) for month in labelled],
        "labelAngle": 0,
        "ticks": False,
    }
    scale = {"domain": [str(month) for month in every]}
    return {"field": field, "type": "ordinal", "title": None, "scale": scale, "axis": axis}


def label_encoding(field: str, *, title: str = "", limit: int = 210) -> Spec:
    """The channel of names in the order of the rows."""
    return {
        "field": field,
        "type": "nominal",
        "sort": None,
        "title": title or None,
        "axis": {"labelLimit": limit, "labelOverlap": False, "ticks": False, "labelColor": INK},
    }


def _tick(form: Form, unit: Unit | None) -> str:
    if unit is None or not unit.is_money:
        return _TICKS[form]
    sign = json.dumps(unit.short(0.0).removesuffix("0"), ensure_ascii=False)
    return f"(datum.value < 0 ? '-' : '') + {sign} + replace({_SHORT}, '\N{MINUS SIGN}', '')"


def series_colour(series: Mapping[str, str]) -> Spec:
    """The colour channel of series, with a legend above the chart."""
    scale = {"domain": list(series), "range": list(series.values())}
    return {"field": "series", "type": "nominal", "title": None, "scale": scale,
            "legend": {"symbolType": "square"}}  # fmt: skip


def tooltip(fields: Mapping[str, str]) -> list[Spec]:
    """Texts to show when a mark is pointed at: their titles by field."""
    return [{"field": name, "type": "nominal", "title": title} for name, title in fields.items()]


def text_layer(field_name: str, **place: Any) -> Spec:
    """Texts beside marks."""
    written = {"text": {"field": field_name, "type": "nominal"}, "color": {"value": SOFT}}
    return {"mark": {**_TEXT, **place}, "encoding": written}


def scale_colour(name: str, colours: Sequence[str], domain: Sequence[float]) -> Spec:
    """A colour channel from low to high, without a legend."""
    scale = {"range": list(colours), "domain": list(domain), "clamp": True, "interpolate": "rgb"}
    return {"field": name, "type": "quantitative", "scale": scale, "legend": None}
