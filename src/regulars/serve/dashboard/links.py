"""Ways from one page to another, each with an address that can be passed on."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

_PAGES = "pages of the dashboard"


def remember_pages(pages: Mapping[str, st.Page]) -> None:
    """Keep the pages of this session by address."""
    st.session_state[_PAGES] = dict(pages)


def go_to(address: str, **parameters: str) -> None:
    """Open another page; nothing happens where only one page is drawn."""
    page = st.session_state.get(_PAGES, {}).get(address)
    if page is not None:
        st.switch_page(page, query_params=parameters)
