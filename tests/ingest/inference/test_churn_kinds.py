"""The kind of churn, its horizon and the grain follow from the dates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.ingest.inference.conftest import Guessed

Guess = Callable[..., "Guessed"]
START = date(2022, 1, 3)  # a Monday


def purchases(*, gap: int, times: int, customers: int = 30) -> str:
    """Customers who bought so often, so many days apart, each from another day on."""
    lines = ["customer_id,order_date,amount"]
    for who in range(customers):
        for time in range(times):
            lines.append(f"C{who},{START + timedelta(days=who % 5 + gap * time)},{who}.50")
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    ("gap", "times", "horizon"),
    [(30, 24, 30), (80, 12, 90), (9, 10, 14), (20, 3, 7), (400, 3, 180)],
)
def test_a_horizon_fits_the_gaps_and_leaves_room_in_the_history(
    guess: Guess, gap: int, times: int, horizon: int
) -> None:
    found = guess(orders=purchases(gap=gap, times=times))
    assert (found["churn.kind"], found["churn.horizon"]) == ("silence", horizon)


def test_hardly_anybody_buys_twice_and_nothing_is_asked(guess: Guess) -> None:
    rows = [f"C{n},{START + timedelta(days=n)},{n % 9}.50" for n in range(600)]
    found = guess(orders="\n".join(["customer_id,order_date,amount", *rows]))
    assert (found["churn.kind"], found["churn.horizon"]) == ("silence", 90)
    assert found["questions"] is None


def test_events_on_one_weekday_are_weeks(guess: Guess) -> None:
    rows = [f"C{n % 20},{START + timedelta(days=7 * (n // 3))},{n % 9}.5" for n in range(300)]
    found = guess(orders="\n".join(["customer_id,order_date,amount", *rows]))
    assert found["grain"] == "week"
    assert found["churn.activity_window"] == 52


def test_a_date_of_cancelling_alone_makes_a_contract(guess: Guess) -> None:
    rows = [f"M{n},{n % 60},{START + timedelta(days=n) if n % 4 == 0 else ''}" for n in range(200)]
    found = guess(members="\n".join(["member_id,age,cancelled_at", *rows]))
    assert (found["churn.kind"], found["grain"]) == ("contractual", "day")


def test_leaving_on_firsts_of_months_is_no_monthly_business_where_joining_is_not(
    guess: Guess,
) -> None:
    rows = [
        f"M{n},{START + timedelta(days=n)},{f'2023-0{n % 9 + 1}-01' if n % 4 == 0 else ''}"
        for n in range(200)
    ]
    found = guess(members="\n".join(["member_id,joined_on,cancelled_on", *rows]))
    assert (found["churn.kind"], found["grain"], found["churn.horizon"]) == (
        "contractual",
        "day",
        90,
    )
