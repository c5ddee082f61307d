"""Around every page: which release it is about, and a message instead of a trace."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from pathlib import Path

import streamlit as st

from regulars.core.errors import RegularsError, ReleaseError
from regulars.insights.amounts import day_words
from regulars.insights.business_overview import overview
from regulars.insights.cautions import caution_sentences
from regulars.insights.delivered_files import synthetic_warning
from regulars.insights.masking import personal_columns
from regulars.insights.not_yet_computed import not_yet_warning
from regulars.serve.dashboard.view import View, open_view
from regulars.serve.dashboard.words import plainly

logger = logging.getLogger(__name__)
Draw = Callable[[View], None]
_PAGES = "pages of the dashboard"


def draw_page(title: str, draw: Draw, *, folder: Path) -> None:
    """A page about the current release; every error becomes a message that says what to do."""
    st.title(title, anchor=False)
    with saying_errors(title):
        try:
            view = open_view(folder)
        except ReleaseError as error:
            what = plainly(error.what[:1].upper() + error.what[1:])
            st.info(f"{what}. {error.hint or ''}", icon=":material/info:")
            return
        _say_release(view)
        draw(view)


class saying_errors:  # noqa: N801  # reads as a verb where it is used
    """Errors inside are said in words; what nobody foresaw goes to the log as well."""

    def __init__(self, part: str) -> None:
        self._part = part

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        if isinstance(error, RegularsError):
            hint = f"  \n{plainly(error.hint)}" if error.hint else ""
            st.error(f"{plainly(error.what)}{hint}", icon=":material/error:")
            return True
        if isinstance(error, Exception):
            logger.error("the page '%s' failed", self._part, exc_info=error)
            st.error(
                f"Something unexpected went wrong here ({type(error).__name__}). The other pages "
                "still work; the details are in the log of `regulars dashboard`.",
                icon=":material/error:",
            )
            return True
        return False


def _say_release(view: View) -> None:
    release_overview = view.ask(overview)
    line = f"**{plainly(release_overview.project)}** · as of {day_words(release_overview.as_of)}"
    hidden = personal_columns(view.reading)
    if hidden and not view.show_personal:
        line += f" · personal data is masked ({plainly(', '.join(sorted(hidden)))})"
    st.caption(line)
    st.sidebar.caption(f"Release {plainly(view.release_id)}")
    warning = view.ask(synthetic_warning)
    if warning:
        st.warning(plainly(warning), icon=":material/warning:")
    not_yet = view.ask(not_yet_warning)
    if not_yet:
        st.info(plainly(not_yet), icon=":material/hourglass_empty:")
    for sentence in view.ask(caution_sentences):
        st.error(plainly(sentence), icon=":material/warning:")


def remember_pages(pages: Mapping[str, st.Page]) -> None:
    """Keep the pages of this session by address."""
    st.session_state[_PAGES] = dict(pages)


def go_to(address: str, **parameters: str) -> None:
    """Open another page; nothing happens where only one page is drawn."""
    page = st.session_state.get(_PAGES, {}).get(address)
    if page is not None:
        st.switch_page(page, query_params=parameters)
