"""As-of dates and cutoffs: on borders, closed before they are learned from."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.core.calendar import Grain
from regulars.core.settings import Project
from regulars.features.cutoffs import (
    Cutoff,
    default_as_of,
    make_cutoffs,
)


def project(churn: dict[str, object] | None = None, *, grain: str = "day") -> Project:
    columns = {"customer_id": "who", "occurred_at": "day", "amount": "total"}
    told: dict[str, object] = {
        "version": 1,
        "project": "shop",
        "grain": grain,
        "sources": {"sales": {"path": "sales.csv"}},
        "entities": {
            "transactions": {"source": "sales", "columns": columns},
            "customers": {"source": "sales", "columns": {"customer_id": "who", "left_at": "gone"}},
            "labels": {"source": "sales", "columns": {"customer_id": "who", "churned": "gone"}},
        },
        "churn": churn,
    }
    return Project.model_validate(told)


def cutoffs(churn: dict[str, object], *, first: date | None, grain: str = "day") -> list[Cutoff]:
    as_of = date(2024, 6, 22) if grain == "day" else date(2024, 6, 1)
    return make_cutoffs(project(churn, grain=grain), as_of=as_of, first_event=first)


@pytest.mark.parametrize(
    ("last", "grain", "as_of"),
    [
        (date(2024, 6, 21), "day", date(2024, 6, 22)),
        (date(2024, 6, 23), "week", date(2024, 6, 24)),
        (date(2024, 6, 24), "week", date(2024, 7, 1)),
        (date(2024, 6, 30), "month", date(2024, 7, 1)),
        (date(2024, 7, 1), "month", date(2024, 8, 1)),
        (date(2024, 12, 31), "month", date(2025, 1, 1)),
    ],
)
def test_looking_back_begins_at_the_end_of_the_last_period(
    last: date, grain: Grain, as_of: date
) -> None:
    assert default_as_of(last, grain=grain) == as_of


def test_without_churn_there_is_only_today() -> None:
    found = make_cutoffs(project(), as_of=date(2024, 6, 22), first_event=date(2020, 1, 1))
    assert [(one.as_of, one.role, one.is_closed) for one in found] == [
        (date(2024, 6, 22), "score", False)
    ]


def test_a_labelled_snapshot_has_one_closed_date() -> None:
    found = cutoffs({"kind": "labelled"}, first=None)
    assert [(one.role, one.is_closed) for one in found] == [("score", True)]


def test_the_last_closed_cutoff_is_the_test_and_today_is_open() -> None:
    found = cutoffs({"kind": "silence", "horizon": 90, "gap": 7}, first=date(2023, 1, 1))
    assert found[-1] == Cutoff(
        date(2024, 6, 22), date(2024, 6, 29), date(2024, 9, 27), "score", is_closed=False
    )
    assert found[-2] == Cutoff(
        date(2024, 3, 17), date(2024, 3, 24), date(2024, 6, 22), "test", is_closed=True
    )
    assert {one.role for one in found[:-2]} == {"train"}


@pytest.mark.parametrize(("first", "count"), [(date(2024, 1, 26), 1), (date(2024, 1, 25), 2)])
def test_a_cutoff_needs_a_window_of_history_as_long_as_the_horizon(first: date, count: int) -> None:
    found = cutoffs({"kind": "silence", "horizon": 30, "cutoff_step": 89}, first=first)
    assert len([one for one in found if one.is_closed]) == count


def test_no_cutoff_is_made_without_history() -> None:
    assert [one.role for one in cutoffs({"kind": "silence"}, first=None)] == ["score"]


def test_months_step_by_a_month() -> None:
    churn: dict[str, object] = {"kind": "contractual", "horizon": 3, "max_cutoffs": 3}
    found = cutoffs(churn, first=date(2023, 1, 1), grain="month")
    assert [one.as_of for one in found] == [
        date(2024, 1, 1), date(2024, 2, 1), date(2024, 3, 1), date(2024, 6, 1),
    ]  # fmt: skip


@given(
    horizon=st.integers(1, 200),
    gap=st.integers(0, 60),
    step=st.integers(1, 90),
    most=st.integers(1, 20),
    history=st.integers(0, 3000),
)
def test_every_closed_window_ends_before_today_and_begins_after_its_gap(
    horizon: int, gap: int, step: int, most: int, history: int
) -> None:
    churn: dict[str, object] = {
        "kind": "silence", "horizon": horizon, "gap": gap, "cutoff_step": step, "max_cutoffs": most,
    }  # fmt: skip
    today = date(2024, 6, 22)
    first = today - timedelta(days=history)
    found = cutoffs(churn, first=first)
    assert found == sorted(found)
    closed = [one for one in found if one.is_closed]
    assert len(closed) <= most
    for one in closed:
        assert one.outcome_from == one.as_of + timedelta(days=gap)
        assert one.outcome_to == one.outcome_from + timedelta(days=horizon) <= today
        assert one.as_of >= first + timedelta(days=horizon)


@pytest.mark.parametrize(("scored", "is_reviewed"), [(23, True), (24, False)])
def test_an_earlier_scoring_is_reviewed_on_the_day_its_window_closes(
    scored: int, is_reviewed: bool
) -> None:
    silence = project({"kind": "silence", "horizon": 30})
    day = date(2024, 5, scored)  # 30 days later is 2024-06-22, or the day after
    # too little history for a cutoff of its own, which would be at the same date
    made = make_cutoffs(
        silence, as_of=date(2024, 6, 22), first_event=date(2024, 5, 1), review=[day]
    )
    assert [cutoff.role for cutoff in made if cutoff.as_of == day] == ["review"] * is_reviewed
