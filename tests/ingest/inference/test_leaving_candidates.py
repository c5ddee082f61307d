"""Who left, where no list knows the words: the question offers the columns that may tell it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from .conftest import Guessed

Guess = Callable[..., Guessed]
CHURN = "entities.labels.columns.churned"


def snapshot(head: str, *words: Callable[[int], object]) -> str:
    """Three hundred customers, with a column for each of the words."""
    rows = [
        ",".join(map(str, [70_000 + n * 3, 20 + n % 50, *(word(n) for word in words)]))
        for n in range(300)
    ]
    return "\n".join([f"customer_id,age,{head}", *rows]) + "\n"


def question(guessed: Guessed) -> dict[str, Any]:
    (asked,) = guessed["questions"]
    assert asked["key"] == "churn"
    return dict(asked)


def test_columns_of_two_words_are_offered_with_who_would_have_left(guess: Guess) -> None:
    text = snapshot("zuv,kort,mesto", lambda n: "wix" if n % 7 == 3 else "wax",
                    lambda n: "Visa" if n % 3 else "Cash", lambda n: f"Town{n % 5}")  # fmt: skip
    guessed = guess(people=text)
    first, second = question(guessed)["answers"]
    assert "'wix' means that a customer left (43 of 300, 14.3%)" in first["say"]
    assert first["set"]["churn"] == {"kind": "labelled"}
    assert first["set"]["entities.labels"]["columns"]["churned"]["true"] == ["wix"]
    assert first["set"]["entities.customers.attributes.zuv"] is None
    assert "None of them" in second["say"]


def test_of_several_candidates_enter_takes_none(guess: Guess) -> None:
    text = snapshot("zuv,kuv", lambda n: "wix" if n % 7 == 3 else "wax",
                    lambda n: "ne" if n % 4 else "da")  # fmt: skip
    none, *others = question(guess(people=text))["answers"]
    assert none.get("set", {}) == {}
    assert [answer["say"].split("'")[1] for answer in others] == ["kuv", "zuv"]


@pytest.mark.parametrize(("every", "count"), [(2, 1), (60, 0)])
def test_a_date_that_some_customers_have_is_offered_as_the_day_of_leaving(
    guess: Guess, every: int, count: int
) -> None:
    day = date(2023, 5, 1)
    text = snapshot("zuv", lambda n: "" if n % every else day + timedelta(days=n))
    answers = question(guess(people=text))["answers"]
    dated = [a["set"] for a in answers if a.get("set", {}).get("churn", {}).get("kind") == "contractual"]  # fmt: skip
    assert len(dated) == count
    assert all("entities.customers.columns.left_at" in settings for settings in dated)


def test_where_no_column_may_tell_only_publishing_without_is_offered(guess: Guess) -> None:
    text = snapshot("mesto", lambda n: f"Town{n % 5}")
    (answer,) = question(guess(people=text))["answers"]
    assert "without churn" in answer["say"]
