"""Filters in a page's address: Streamlit alone drops what it does not know, and shows everybody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from regulars.core.errors import UnknownName
from regulars.core.names import nearest

_TO_CORRECT = "Correct the address of this page, or choose the page again to begin without filters."


def check_values(choices: Mapping[str, Sequence[str]]) -> None:
    """Refuse values in the address that a filter does not have. Raises UnknownName."""
    for name, known in choices.items():
        for value in st.query_params.get_all(name):
            if value not in known:
                raise _refused(f"'{name}' has no value", value, known)


def check_numbers(*names: str) -> None:
    """Refuse what is not a number where the address gives one. Raises UnknownName."""
    for name in names:
        for value in st.query_params.get_all(name):
            try:
                float(value)
            except ValueError:
                raise _refused(f"'{name}' is a number, not", value, []) from None


def check_names(known: Sequence[str]) -> None:
    """Refuse names in the address that are no filters of the page. Raises UnknownName."""
    for name in st.query_params:
        if name not in known:
            raise _refused("this page has no filter", name, known)


def _refused(what: str, word: str, known: Sequence[str]) -> UnknownName:
    near = nearest(word, list(known))
    valid = f"There are: {', '.join(known)}. " if known else ""
    return UnknownName(
        f"The link asks for something that is not there: {what} '{word}'"
        + (f"; did you mean '{near}'?" if near else "."),
        hint=valid + _TO_CORRECT,
    )
