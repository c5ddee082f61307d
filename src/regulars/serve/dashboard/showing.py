"""Charts on a page: in its theme, and what was clicked in them."""

from __future__ import annotations

import re
from typing import Literal

import streamlit as st

from regulars.charts.theme import DARK, LIGHT, Spec, dressed

SCROLLS = "scrolls"  # the style of the page lets these containers scroll
_NAMES_ON_A_PHONE = 4
_FONT = '"Source Sans", sans-serif'
_ACTIONS = {"export": True, "source": False, "compiled": False, "editor": False}


def show_chart(spec: Spec | None) -> None:
    """Put a chart on the page; nothing where there were no facts for one."""
    if spec is None:
        return
    if _is_wide(spec):
        name = re.sub(r"\W+", "-", str(spec["description"]))
        with st.container(key=f"{SCROLLS}-{name}"):
            st.vega_lite_chart(_themed(spec), theme=None, width=_width(spec))
    else:
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


def _is_wide(spec: Spec) -> bool:
    """Whether a narrow page must scroll it: many charts in one, or a matrix of many names."""
    across = spec.get("encoding", {}).get("x", {}).get("sort")
    return "facet" in spec or (isinstance(across, list) and len(across) > _NAMES_ON_A_PHONE)


def _width(spec: Spec) -> Literal["content", "stretch"]:
    return "content" if "facet" in spec else "stretch"
