"""Filters that choose customers; they stand in the page's address, so that a link keeps them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from regulars.insights.audiences import RISKS, Audience, Consent, audience_choices
from regulars.insights.headings import attribute_heading
from regulars.insights.segment_figures import segments
from regulars.serve.dashboard.link_filters import check_names, check_numbers, check_values
from regulars.serve.dashboard.view import View

WHERE = "where_"  # before an attribute in the address, where it might be called as a filter is
_MINIMUMS = ("least_value", "least_risk")
_YES_NO = ("true", "false")
_AT_ONCE = 4  # filters of attributes that are always shown


def choose_audience(
    view: View,
    *,
    with_those_who_left: bool = False,
    consent: Consent = "not_refused",
    further_filters: Sequence[str] = (),
) -> Audience:
    """The audience that the filters say; the other arguments are what holds before any is set.

    `further_filters` names what else the address of the page may hold. Raises UnknownName where
    the address asks for a filter or a value that there is not.
    """
    _check_link(view, further_filters)
    with st.container(border=True):
        first = st.columns([2, 2, 1, 1])
        chosen, risks = _segments_and_risks(view, first[0], first[1])
        ranges = _least(view, first[2], first[3])
        attributes = _attributes(view)
        left, agreed = _who_at_all(view, with_those_who_left, consent)
    return Audience(
        segments=chosen,
        risks=risks,
        ranges=ranges,
        attributes=attributes,
        consent=agreed,
        with_those_who_left=left,
    )


def _check_link(view: View, further_filters: Sequence[str]) -> None:
    attributes = view.ask(audience_choices, show_personal=view.show_personal)
    choices: dict[str, Sequence[str]] = {
        "segment": _segment_names(view),
        "risk": list(RISKS),
        "left": _YES_NO,
        "may_contact": _YES_NO,
        **{f"{WHERE}{name}": values for name, values in attributes.items()},
    }
    check_names([*choices, *_MINIMUMS, *further_filters])
    check_values(choices)
    check_numbers(*_MINIMUMS)


def _segment_names(view: View) -> list[str]:
    return [segment.name for segment in view.ask(segments)]


def _segments_and_risks(
    view: View, left: DeltaGenerator, right: DeltaGenerator
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    chosen = left.multiselect(
        "Segments", _segment_names(view), placeholder="All", key="segment", bind="query-params"
    )
    risks = right.multiselect(
        "Risk", list(RISKS), placeholder="All", key="risk", bind="query-params"
    )
    return tuple(chosen), tuple(risks)


def _least(
    view: View, left: DeltaGenerator, right: DeltaGenerator
) -> dict[str, tuple[float | None, float | None]]:
    """The minimum value and the minimum risk score, where one is set."""
    value = left.number_input(
        f"Minimum value if they stay ({view.customer_value_unit.name})",
        min_value=0.0,
        value=None,
        step=100.0,
        format="%.0f",
        placeholder="Any",
        key="least_value",
        bind="query-params",
    )
    risk = right.number_input(
        "Minimum risk score",
        min_value=0,
        max_value=100,
        value=None,
        step=5,
        placeholder="Any",
        key="least_risk",
        bind="query-params",
        help="0 to 100: the churn probability in percent.",
    )
    minimums = (("value_if_stays", value), ("risk_score", risk))
    return {name: (float(minimum), None) for name, minimum in minimums if minimum is not None}


def _attributes(view: View) -> Mapping[str, tuple[str, ...]]:
    """Filters of attributes with few values: the first beside each other, more on request."""
    choices = {
        name: values
        for name, values in view.ask(audience_choices, show_personal=view.show_personal).items()
        if len(values) > 1
    }
    chosen_values = _row_of_filters(view, choices, list(choices)[:_AT_ONCE])
    further = list(choices)[_AT_ONCE:]
    if further:
        with st.expander("More filters"):
            for at in range(0, len(further), _AT_ONCE):
                chosen_values |= _row_of_filters(view, choices, further[at : at + _AT_ONCE])
    return chosen_values


def _row_of_filters(
    view: View, choices: Mapping[str, list[str]], names: list[str]
) -> dict[str, tuple[str, ...]]:
    if not names:
        return {}
    chosen = {
        name: column.multiselect(
            attribute_heading(view.reading, name),
            choices[name],
            placeholder="All",
            key=f"{WHERE}{name}",
            bind="query-params",
        )
        for column, name in zip(st.columns(_AT_ONCE), names, strict=False)
    }
    return {name: tuple(values) for name, values in chosen.items() if values}


def _who_at_all(view: View, with_those_who_left: bool, consent: Consent) -> tuple[bool, Consent]:
    """Whether those who left, and those who refused consent, are in it."""
    known = view.reading.columns("customer_360_profile")
    first, second, _ = st.columns([1.2, 1.6, 1.2])
    left = with_those_who_left
    if "left_at" in known:
        left = first.toggle(
            "With those who left", with_those_who_left, key="left", bind="query-params"
        )
    may = second.toggle(
        "Only who may be contacted",
        consent != "any",
        key="may_contact",
        bind="query-params",
        help="Leaves out customers who refused consent.",
    )
    return left, "not_refused" if may else "any"
