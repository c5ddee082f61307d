"""Filters that choose customers; they stand in the page's address, so that a link keeps them."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from regulars.insights.audiences import RISKS, Audience, Consent, audience_choices
from regulars.insights.headings import heading
from regulars.insights.segments import segments
from regulars.serve.dashboard.view import View

WHERE = "where_"  # before an attribute in the address, where it might be called as a filter is
_AT_ONCE = 4  # filters of attributes that are always shown


def choose_audience(
    view: View,
    *,
    with_those_who_left: bool = False,
    consent: Consent = "not_refused",
    segments_first: tuple[str, ...] = (),
    risks_first: tuple[str, ...] = (),
) -> Audience:
    """The audience that the filters say; without any filter everybody is in it.

    `segments_first` and `risks_first` are chosen where the address does not say otherwise.
    """
    names = [one.name for one in view.ask(segments)]
    with st.container(border=True):
        first = st.columns([2, 2, 1, 1])
        chosen = first[0].multiselect(
            "Segments",
            names,
            default=[one for one in segments_first if one in names],
            placeholder="All",
            key="segment",
            bind="query-params",
        )
        risks = first[1].multiselect(
            "Risk",
            list(RISKS),
            default=list(risks_first),
            placeholder="All",
            key="risk",
            bind="query-params",
        )
        least_value = first[2].number_input(
            f"Least value ({view.worth_unit.name})",
            min_value=0.0,
            value=None,
            step=100.0,
            format="%.0f",
            placeholder="Any",
            key="least_value",
            bind="query-params",
        )
        least_risk = first[3].number_input(
            "Least risk score",
            min_value=0,
            max_value=100,
            value=None,
            step=5,
            placeholder="Any",
            key="least_risk",
            bind="query-params",
            help="0 to 100: the churn probability in percent.",
        )
        attributes = _attributes(view)
        left, agreed = _who_at_all(view, with_those_who_left, consent)
    return Audience(
        segments=tuple(chosen),
        risks=tuple(risks),
        ranges={
            name: (float(least), None)
            for name, least in (("customer_value", least_value), ("risk_score", least_risk))
            if least is not None
        },
        attributes=attributes,
        consent=agreed,
        with_those_who_left=left,
    )


def _attributes(view: View) -> Mapping[str, tuple[str, ...]]:
    """Filters of attributes with few values: the first beside each other, more on request."""
    choices = {
        name: values
        for name, values in view.ask(audience_choices, show_personal=view.show_personal).items()
        if len(values) > 1
    }
    found = _row_of_filters(choices, list(choices)[:_AT_ONCE])
    further = list(choices)[_AT_ONCE:]
    if further:
        with st.expander("More filters"):
            for at in range(0, len(further), _AT_ONCE):
                found |= _row_of_filters(choices, further[at : at + _AT_ONCE])
    return found


def _row_of_filters(
    choices: Mapping[str, list[str]], names: list[str]
) -> dict[str, tuple[str, ...]]:
    if not names:
        return {}
    chosen = {
        name: column.multiselect(
            heading(name),
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
