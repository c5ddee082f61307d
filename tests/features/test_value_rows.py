"""Members as tables tell of them: by their dates, or by an age and a label."""

from __future__ import annotations

from datetime import date

import pyarrow as pa

from regulars.core.settings import Project
from regulars.features.value_rows import (
    ALL_MEMBERS,
    MEMBERS,
    MemberQuestion,
    members_from_ages,
    members_from_dates,
)

TODAY = date(2024, 6, 22)
DAY = 19896.0  # days from 1970-01-01 to that date


def people(**columns: pa.Array) -> pa.Table:
    rows = len(next(iter(columns.values())))
    unknown = {
        "customer_id": pa.array([f"c{at}" for at in range(rows)]),
        "member_group": pa.nulls(rows, pa.string()),
        "monthly_value": pa.nulls(rows, pa.float64()),
    }
    return pa.table(unknown | columns)


def test_dates_become_days_and_a_member_without_an_end_is_still_there() -> None:
    members = members_from_dates(
        people(
            joined_on=pa.array([date(1970, 1, 2), None], pa.date32()),
            left_on=pa.array([None, TODAY], pa.date32()),
            member_group=pa.array(["gold", None]),
            monthly_value=pa.array([9.5, None]),
        )
    )
    assert members.schema == MEMBERS
    assert members["joined_day"].to_pylist() == [1.0, None]
    assert members["left_day"].to_pylist() == [None, DAY]
    assert members["group"].to_pylist() == ["gold", ALL_MEMBERS]
    assert members["monthly_value"].to_pylist() == [9.5, None]


def test_an_age_counts_back_from_today_or_from_yesterday_for_who_has_left() -> None:
    members = members_from_ages(
        people(tenure=pa.array([2.0, 2.0, None]), has_left=pa.array([False, True, False])),
        unit="month",
        as_of=TODAY,
    )
    assert members["joined_day"].to_pylist() == [DAY - 60.875, DAY - 1 - 60.875, None]
    assert members["left_day"].to_pylist() == [None, DAY - 1, None]


def project(churn: dict[str, object], value: dict[str, object] | None = None) -> Project:
    columns = {"customer_id": "who", "left_at": "gone"}
    return Project.model_validate(
        {
            "version": 1,
            "project": "club",
            "sources": {"people": {"path": "people.csv"}},
            "entities": {
                "customers": {
                    "source": "people",
                    "columns": columns,
                    "attributes": {"fee": "fee", "months": "months"},
                },
                "labels": {"source": "people", "columns": {"customer_id": "who", "churned": "x"}},
            },
            "churn": churn,
            "value": value or {},
        }
    )


def test_only_a_membership_that_can_end_has_members() -> None:
    dated = MemberQuestion.of(project({"kind": "contractual", "horizon": 30}))
    assert dated == MemberQuestion(is_dated=True)
    assert MemberQuestion.of(project({"kind": "labelled"})) is None
    labelled = MemberQuestion.of(
        project(
            {"kind": "labelled", "tenure_attribute": "months"},
            {"attribute": "fee", "attribute_per": "month"},
        )
    )
    assert labelled == MemberQuestion(
        is_dated=False, tenure_attribute="months", monthly_attribute="fee"
    )


def test_a_value_of_a_whole_life_is_no_monthly_value() -> None:
    settings = project({"kind": "labelled", "tenure_attribute": "months"}, {"attribute": "fee"})
    question = MemberQuestion.of(settings)
    assert question is not None
    assert question.monthly_attribute is None
