"""Customers by id, part of a name or an e-mail address, and page by page."""

from __future__ import annotations

from pathlib import Path

import pytest

from regulars.core.errors import DataError
from regulars.insights.audiences import Audience
from regulars.insights.customer_search import Paging, search_customers
from regulars.insights.release_reading import Reading
from tests.small_release import ANNA, BEN, CLEO, SmallRelease, person


def found(reading: Reading, text: str, *, show_personal: bool = False) -> list[str]:
    page = search_customers(reading, text, show_personal=show_personal)
    return [one.customer_id for one in page.customers]


@pytest.mark.parametrize("text", ["anna", " NN ", "berg", "na b"])
def test_part_of_an_id_or_a_name_finds_a_customer(tmp_path: Path, text: str) -> None:
    assert found(SmallRelease().reading(tmp_path), text, show_personal=True) == ["anna"]


@pytest.mark.parametrize("text", ["%", "_", "'", "x' or 1 = 1 --"])
def test_a_text_is_only_ever_text(tmp_path: Path, text: str) -> None:
    assert found(SmallRelease().reading(tmp_path), text, show_personal=True) == []


def test_hidden_columns_are_not_searched_and_are_named(tmp_path: Path) -> None:
    page = search_customers(SmallRelease().reading(tmp_path), "berg")
    assert (page.total, page.searched, page.not_searched) == (0, ("customer_id",), ("name",))


def test_where_ids_are_personal_only_a_whole_id_finds(tmp_path: Path) -> None:
    reading = SmallRelease(about={"personal_data": ["customer_id", "name"]}).reading(tmp_path)
    assert search_customers(reading, "ann").total == 0
    assert search_customers(reading, "anna").total == 1


def test_pages_follow_each_other_without_gap_or_repeat(tmp_path: Path) -> None:
    people = [person(f"c{at}", risk=0.5) for at in range(7)]
    reading = SmallRelease(customers=people).reading(tmp_path)
    pages = [search_customers(reading, page=Paging(limit=3, offset=at)) for at in (0, 3, 6)]
    assert [one.customer_id for page in pages for one in page.customers] == [
        f"c{at}" for at in range(7)
    ]
    assert {page.total for page in pages} == {7}


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (Paging(), ["anna", "ben", "cleo"]),
        (Paging(sort="monetary", descending=False), ["ben", "anna", "cleo"]),
        (Paging(sort="customer_id"), ["cleo", "ben", "anna"]),
        (Paging(limit=0), []),
    ],
)
def test_a_list_is_sorted_and_what_is_unknown_is_last(
    tmp_path: Path, page: Paging, expected: list[str]
) -> None:
    reading = SmallRelease(customers=[CLEO, BEN, ANNA]).reading(tmp_path)
    assert [one.customer_id for one in search_customers(reading, page=page).customers] == expected


def test_a_search_keeps_to_its_audience(tmp_path: Path) -> None:
    reading = SmallRelease().reading(tmp_path)
    page = search_customers(reading, "n", audience=Audience(segments=("Lost",)))
    assert [one.customer_id for one in page.customers] == ["ben"]


@pytest.mark.parametrize("changes", [{"sort": "name"}, {"limit": 1001}, {"offset": -1}])
def test_a_page_that_cannot_be_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(DataError):
        Paging(**changes)  # type: ignore[arg-type]
