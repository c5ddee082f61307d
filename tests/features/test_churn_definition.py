"""A churn definition: equal where the same customers churn, whatever else the file says."""

from __future__ import annotations

from typing import Any

import pytest

from regulars.core.calendar import Grain
from regulars.core.settings import ChurnSettings
from regulars.features.churn_definition import (
    ChurnDefinition,
    definition_sentence,
)


def defined(grain: Grain = "day", **churn: Any) -> ChurnDefinition:
    settings = ChurnSettings(**{"kind": "silence", **churn})
    return ChurnDefinition.from_settings(settings.model_dump(), grain=grain)


@pytest.mark.parametrize(
    "other",
    [
        {"horizon": 91},
        {"gap": 1},
        {"activity_window": 364},
        {"activity_window": None},
        {"kind": "decline"},
        {"grain": "week"},
    ],
)
def test_what_decides_who_churns_gives_another_key(other: dict[str, Any]) -> None:
    assert defined(**other).key != defined().key


@pytest.mark.parametrize(
    "other",
    [{"retrain": "manual"}, {"cutoff_step": 7}, {"decline_below": 0.5}],
)
def test_what_does_not_decide_who_churns_leaves_the_definition_as_it_is(
    other: dict[str, Any],
) -> None:
    assert defined(**other) == defined()
    assert hash(defined(**other)) == hash(defined())
    assert defined(**other).key == defined().key


def test_a_share_of_decline_is_part_of_a_decline() -> None:
    assert (
        defined(kind="decline", decline_below=0.304).key
        != defined(kind="decline", decline_below=0.3).key
    )


def test_labels_without_a_window_are_one_definition() -> None:
    assert defined(kind="labelled", horizon=30) == defined("month", kind="labelled", horizon=3)
    assert defined(kind="labelled").horizon_days is None


def test_members_who_leave_need_no_purchase() -> None:
    contract = defined("month", kind="contractual", horizon=3, activity_window=2)
    assert contract == ChurnDefinition("contractual", "month", horizon=3)


@pytest.mark.parametrize(("grain", "days"), [("day", 3), ("week", 21), ("month", 90)])
def test_a_horizon_is_told_in_days(grain: Grain, days: int) -> None:
    assert defined(grain, horizon=3).horizon_days == days


def test_a_definition_survives_json_with_its_key() -> None:
    definition = defined("month", kind="decline", horizon=2, gap=1, activity_window=12)
    assert ChurnDefinition(**definition.to_json()) == definition
    assert ChurnDefinition(**definition.to_json()).key == definition.key


def test_keys_stay_what_they_are_from_version_to_version() -> None:
    definition = ChurnDefinition("silence", horizon=90, activity_window=365)
    assert definition.key == "41fda3dc7c28d72f"


def test_people_read_a_sentence() -> None:
    assert definition_sentence(defined("week", horizon=1, gap=2, activity_window=None)) == (
        "A customer who ever bought has churned when they buy nothing in the 1 week that begin "
        "2 weeks after the cutoff."
    )
