"""Whom an audience holds, what it adds up to, and what its export hides."""

from __future__ import annotations

from pathlib import Path

import pytest

from regulars.core.errors import DataError, UnknownName
from regulars.insights.audiences import (
    Audience,
    audience_choices,
    audience_parts,
    audience_totals,
    export_batches,
    select,
)
from regulars.insights.masking import MASK
from regulars.insights.release_reading import Reading
from tests.small_release import ANNA, AS_OF, BEN, CLEO, SmallRelease, person

PEOPLE = [
    ANNA | {"consent": True},
    BEN | {"consent": False},
    CLEO,
    person("dora", risk=0.5, value=400.0, city="Bergen") | {"risk_category": "Medium"},
    person("emil", city="Oslo", left_at=AS_OF),
]


@pytest.fixture
def reading(tmp_path: Path) -> Reading:
    return SmallRelease(customers=PEOPLE).reading(tmp_path)


def ids(reading: Reading, audience: Audience, *, show_personal: bool = False) -> list[str]:
    chosen = select(reading, audience, show_personal=show_personal)
    return sorted(row["customer_id"] for row in reading.rows(chosen.sql, chosen.parameters))


@pytest.mark.parametrize(
    ("audience", "expected"),
    [
        (Audience(), ["anna", "cleo", "dora"]),
        (Audience(with_those_who_left=True), ["anna", "cleo", "dora", "emil"]),
        (Audience(consent="any"), ["anna", "ben", "cleo", "dora"]),
        (Audience(consent="given"), ["anna"]),
        (Audience(segments=("Lost",), consent="any"), ["ben"]),
        (Audience(risks=("High", "Medium")), ["anna", "dora"]),
        (Audience(risks=("Not Scored",)), ["cleo"]),
        (Audience(ranges={"customer_value": (400, None)}), ["anna", "dora"]),
        (Audience(ranges={"value_if_stays": (400.01, 1000)}), ["anna"]),
        (Audience(ranges={"risk_score": (None, 50)}), ["dora"]),
        (Audience(attributes={"city": ("Oslo", "Bergen")}), ["anna", "dora"]),
        (Audience(attributes={"city": ("Oslo",)}), ["anna"]),
        (Audience(attributes={"city": ()}), []),
        (Audience(worth_contacting=True), ["anna", "dora"]),
        (Audience(most=1), ["anna"]),
        (Audience(most=0), []),
    ],
)
def test_all_filters_must_hold(reading: Reading, audience: Audience, expected: list[str]) -> None:
    assert ids(reading, audience) == expected
    assert audience_totals(reading, audience).customers == len(expected)


def test_totals_add_up(reading: Reading) -> None:
    found = audience_totals(reading, Audience(consent="any"))
    assert (found.customers, found.everybody, found.scored, found.valued) == (4, 5, 3, 3)
    assert found.value_if_stays == pytest.approx(1900)
    assert found.expected_leavers == pytest.approx(1.4)
    assert found.value_at_risk == pytest.approx(0.8 * 1000 + 0.1 * 500 + 0.5 * 400)
    assert found.refused_consent == 1


def test_the_parts_are_the_whole(reading: Reading) -> None:
    parts = audience_parts(reading, Audience(consent="any"), by="risk_category")
    assert {one.name: one.customers for one in parts} == {
        "High": 1, "Low": 1, "Medium": 1, "Not Scored": 1,
    }  # fmt: skip
    assert sum(one.share for one in parts) == pytest.approx(1)
    assert audience_parts(reading, Audience(most=0), by="segment") == ()


@pytest.mark.parametrize(
    ("audience", "message"),
    [
        (Audience(segments=("Champion",)), "no segment 'Champion'; did you mean 'Champions'"),
        (Audience(risks=("high",)), "no risk 'high'"),
        (Audience(attributes={"town": ("Oslo",)}), "no attribute 'town'"),
        (Audience(ranges={"salary": (1, None)}), "no attribute 'salary'"),
        (Audience(most=-1), "at least 0"),
        (Audience(attributes={"name": ("Anna Berg",)}), "marked as personal"),
    ],
)
def test_what_means_nothing_is_said(reading: Reading, audience: Audience, message: str) -> None:
    with pytest.raises(DataError, match=message):
        select(reading, audience)


def test_personal_values_choose_only_where_they_are_shown(reading: Reading) -> None:
    audience = Audience(attributes={"name": ("Anna Berg",)})
    assert ids(reading, audience, show_personal=True) == ["anna"]
    assert "name" not in audience_choices(reading)
    assert audience_choices(reading) == {"city": ["Oslo", "Bergen"]}


def test_an_export_is_in_order_and_hides_personal_values(reading: Reading) -> None:
    schema, batches = export_batches(reading, Audience())
    rows = [row for batch in batches for row in batch.to_pylist()]
    assert [row["customer_id"] for row in rows] == ["anna", "dora", "cleo"]
    assert [row["name"] for row in rows] == [MASK, None, None]
    assert schema.names[:2] == ["customer_id", "segment"]
    _, shown = export_batches(reading, Audience(most=1), show_personal=True)
    assert next(iter(shown)).to_pylist()[0]["name"] == "Anna Berg"


def test_a_masked_id_keeps_the_order(tmp_path: Path) -> None:
    release = SmallRelease(customers=PEOPLE, about={"personal_data": ["customer_id"]})
    _, batches = export_batches(release.reading(tmp_path), Audience())
    rows = next(iter(batches)).to_pylist()
    assert [(row["customer_id"], row["value_if_stays"]) for row in rows] == [
        (MASK, 1000.0), (MASK, 400.0), (MASK, None),
    ]  # fmt: skip


def test_questions_go_on_while_an_export_is_read(reading: Reading) -> None:
    _, batches = export_batches(reading, Audience())
    first = next(batches)
    assert audience_totals(reading, Audience()).customers == first.num_rows == 3
    assert list(batches) == []


def test_a_value_that_no_customer_has_is_refused_with_the_values_that_there_are(
    reading: Reading,
) -> None:
    with pytest.raises(UnknownName, match="city 'Olso'; did you mean 'Oslo'") as refused:
        audience_totals(reading, Audience(attributes={"city": ("Bergen", "Olso")}))
    assert refused.value.hint == "There are: Bergen, Oslo."
