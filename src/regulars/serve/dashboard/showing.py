"""Charts on a page: in its theme, and what was clicked in them."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from regulars.charts.theme import DARK, LIGHT, Spec, dressed

_FONT = '"Source Sans", sans-serif'
_ACTIONS = {"export": True, "source": False, "compiled": False, "editor": False}


def show_chart(spec: Spec | None) -> None:
    """Put a chart on the page; nothing where there were no facts for one."""
    if spec is not None:
        st.vega_lite_chart(_themed(spec), theme=None, width=_width(spec))


def clicked_label(spec: Spec, *, key: str) -> str | None:
    """Put bars on the page that can be clicked; the label of the one that was."""
    event = st.vega_lite_chart(
        _themed(spec), theme=None, width=_width(spec), key=key, on_select="rerun"
    )
    chosen = [label for labels in event["selection"].values() for label in labels]
    return str(chosen[0]["label"]) if chosen else None


def _themed(spec: Spec) -> Spec:
    theme = DARK if st.context.theme.type == "dark" else LIGHT
    themed = dressed(spec, theme=theme, width="container")
    themed["config"]["text"] = {"font": _FONT}  # the page sets that of axes and legends only
    return themed | {"usermeta": {"embedOptions": {"actions": _ACTIONS}}}


def _width(spec: Spec) -> Literal["content", "stretch"]:
    return "content" if "facet" in spec else "stretch"
