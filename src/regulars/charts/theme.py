"""One definition of colours, type and sizes, for light and for dark surfaces."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from regulars.insights.amounts import NOTHING

Spec = dict[str, Any]
Theme = Mapping[str, str]

# Roles: a page that knows these CSS variables shows a chart in its own colours.
BLUE, ORANGE, TEAL, GREY = "var(--s1)", "var(--s2)", "var(--s3)", "var(--s4)"
VIOLET, UNUSED = "var(--s5)", "var(--unused)"
INK, SOFT, FAINT, GRID, AXIS = (
    "var(--ink)", "var(--soft)", "var(--faint)", "var(--grid)", "var(--axis)",
)  # fmt: skip
STAYED, CHURNED = BLUE, ORANGE
SERIES = (BLUE, ORANGE, TEAL, GREY)

LIGHT: Theme = {
    "--ink": "#15191f", "--soft": "#4d5663", "--faint": "#6a7380", "--grid": "#e9ecf0",
    "--axis": "#aab2bd", "--s1": "#2459c9", "--s2": "#c2570c", "--s3": "#12897f",
    "--s4": "#98a2b0", "--s5": "#7a58d6", "--unused": "#d5dae1",
}  # fmt: skip
DARK: Theme = {
    "--ink": "#e8ebf0", "--soft": "#b0b8c4", "--faint": "#8791a0", "--grid": "#242b35",
    "--axis": "#56606e", "--s1": "#7aa2ff", "--s2": "#f2a25c", "--s3": "#4fc9bb",
    "--s4": "#7d8795", "--s5": "#a98bf0", "--unused": "#333b46",
}  # fmt: skip
PAGE: Theme = {}  # roles stay CSS variables

# Scales are interpolated, so they cannot be variables; they are legible on both surfaces.
RISK_TITLE = "Mean churn probability"
RISK_SCALE = ("#9db8ee", "#8a7fc0", "#c2410c")
RISKS = {
    "High": RISK_SCALE[2], "Medium": RISK_SCALE[1], "Low": RISK_SCALE[0], "Not Scored": GREY,
    NOTHING: GREY,
}  # fmt: skip
SHARE_SCALE = ("#dbe6fb", "#1d4fb8")
CORRELATION_SCALE = ("#3d6fd6", "#d9dde3", "#c2570c")

# A font that loads late may be wider than the one that labels were measured in.
_PADDING = {"left": 12, "right": 4, "top": 4, "bottom": 4}  # Streamlit writes into it


def dressed(
    spec: Spec,
    *,
    theme: Theme,
    width: int | Literal["container"] | None = None,
    title: str = "",
) -> Spec:
    """A specification in the colours of a theme, `width` pixels wide with all its labels.

    Charts made of several keep the sizes of their parts.
    """
    whole: Spec = {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "background": None,
        "padding": dict(_PADDING),
        **spec,
        "config": _CONFIG,
    }
    if width is not None and "concat" not in spec and "facet" not in spec:
        whole |= {"width": width, "autosize": {"type": "fit-x", "contains": "padding"}}
    if title:
        whole["title"] = title
    return {name: _coloured(value, theme) for name, value in whole.items()}


def css_variables(theme: Theme) -> str:
    """The colours of a theme as declarations for a style sheet."""
    return " ".join(f"{name}: {colour};" for name, colour in theme.items())


def _coloured(value: Any, theme: Theme) -> Any:
    if isinstance(value, dict):
        return {name: _coloured(inner, theme) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_coloured(inner, theme) for inner in value]
    if isinstance(value, str) and value.startswith("var("):
        return theme.get(value[4:-1], value)
    return value


_CONFIG: Spec = {
    "font": "sans-serif",
    "view": {"stroke": None},
    "scale": {"invalid": {"color": {"value": GREY}}},  # bars whose risk is not known
    "axis": {
        "labelColor": SOFT, "titleColor": FAINT, "labelFontSize": 11.5, "titleFontSize": 11.5,
        "titleFontWeight": "normal", "domainColor": AXIS, "tickColor": AXIS, "gridColor": GRID,
        "labelPadding": 5, "titlePadding": 8,
    },
    "legend": {
        "labelColor": SOFT, "titleColor": FAINT, "labelFontSize": 12, "titleFontSize": 11.5,
        "titleFontWeight": "normal", "orient": "top", "labelLimit": 260, "titleLimit": 260,
        "offset": 6,
    },
    "header": {"labelColor": SOFT, "labelFontSize": 12},
    "title": {
        "color": INK, "subtitleColor": SOFT, "anchor": "start", "fontSize": 13, "offset": 10,
        "fontWeight": 600, "limit": 900,
    },
    "concat": {"spacing": 34},
}  # fmt: skip
