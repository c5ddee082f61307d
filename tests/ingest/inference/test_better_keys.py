"""Another column than the one whose name says customer may tell customers apart better."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import pytest

from tests.ingest.inference.test_several_tables import AT, DAYS, csv

if TYPE_CHECKING:
    from tests.ingest.inference.conftest import Guessed

Guess = Callable[..., "Guessed"]
KEY = f"{AT}.columns.customer_id"
NAMES = [f"{first} {last}" for first in ("Ada", "Bo", "Cleo") for last in ("Ek", "Lind", "Roth")]


def sold(head: str, who: Callable[[int, int], Sequence[object]]) -> str:
    """Six hundred sales on many days: number, day, what `who` says of customer and row, amount."""
    rows = [(70_000 + n, DAYS[n % 400], *who(n * 7 % 60, n), f"{n % 90}.{n % 89:02d}")
            for n in range(600)]  # fmt: skip
    return csv(f"number,date,{head},amount", [*rows])


def asked(guessed: Guessed, key: str) -> list[dict[str, Any]]:
    """The settings of the answers to a question; none where it was not asked."""
    questions = {question["key"]: question for question in guessed["questions"] or []}
    return (
        [answer.get("set", {}) for answer in questions[key]["answers"]] if key in questions else []
    )


@pytest.mark.parametrize(
    ("head", "who"),
    [
        ("buyer,symbol", lambda k, _: (NAMES[k % 9], f"K{k + 100}")),
        ("client,tax_id", lambda k, _: (NAMES[k % 9], 38_001_010_000 + k * 977)),
        ("client,phone", lambda k, _: (NAMES[k % 9], f"+3706{1_000_000 + k * 1237}")),
        ("customer_no,email", lambda k, n: (7000 + k if n % 3 else "", f"p{k}@mail.example")),
        ("account,client_code", lambda k, _: (1200 + k % 3, 100_000 + k)),
        ("contract_id,national_id", lambda k, n: (5000 + 60 * (n % 2) + k, 38_001_010_000 + k * 7)),
    ],
)
def test_the_column_that_tells_customers_apart_is_their_key(
    guess: Guess, head: str, who: Callable[[int, int], Sequence[object]]
) -> None:
    guessed = guess(sales=sold(head, who))
    assert guessed[KEY] == head.partition(",")[2]
    assert not asked(guessed, "customers.column")


@pytest.mark.parametrize(
    ("head", "who"),
    [
        (
            "client,folder",
            lambda k, _: (NAMES[k % 9], f"D{k + 7000}"),
        ),  # of the client, or of a job
        (
            "customer_no,email",
            lambda k, n: (7000 + k if n % 3 else "", f"p{k - k % 2}@mail.example"),
        ),
    ],
)
def test_a_column_that_may_be_the_better_key_is_asked_about(
    guess: Guess, head: str, who: Callable[[int, int], Sequence[object]]
) -> None:
    key, other = head.split(",")
    guessed = guess(sales=sold(head, who))
    assert guessed[KEY] == key
    assert [settings.get(KEY) for settings in asked(guessed, "customers.column")] == [None, other]


@pytest.mark.parametrize(
    ("head", "who"),
    [
        ("client,invoice_no", lambda k, n: (NAMES[k % 9], f"F{n}")),  # of one day each
        ("client,product_code", lambda k, n: (NAMES[k % 9], f"P{n % 40}")),  # of many clients
        ("account,branch_code", lambda k, _: (1200 + k % 3, 100_000 + k)),  # has many clients
        ("client,town", lambda k, _: (NAMES[k % 9], "Bath")),
        ("customer_id,email", lambda k, _: (k, f"p{k % 20}@mail.example")),  # a household's
    ],
)
def test_other_numbers_beside_a_customer_are_no_keys(
    guess: Guess, head: str, who: Callable[[int, int], Sequence[object]]
) -> None:
    guessed = guess(sales=sold(head, who))
    assert guessed[KEY] == head.partition(",")[0]
    assert not asked(guessed, "customers.column")


def test_keys_of_any_form_may_name_who_bought(guess: Guess) -> None:
    """Headers that nobody has a word for, and values that look like no key: number plates."""
    rows = [
        (DAYS[n % 400], f"M-AB {n * 7 % 60 + 100}", f"{n % 90}.{n % 89:02d}") for n in range(600)
    ]
    guessed = guess(export=csv("dx,zx,wx", [*rows]))
    first, none = asked(guessed, "customers")
    assert (guessed[KEY], guessed[f"{AT}.columns.amount"], first) == ("zx", "wx", {})
    assert none[AT] is None


def test_what_is_used_of_a_prepaid_account_is_asked_beside_what_is_paid_in(guess: Guess) -> None:
    left, rows = dict.fromkeys(range(40), 0), []
    for n in range(900):
        who = n * 7 % 40
        moved = -4 if left[who] >= 4 else 50
        left[who] += moved
        rows.append((DAYS[n // 3], f"04A{who:05}", moved, left[who]))
    guessed = guess(wallet=csv("date,chip number,amount,balance", [*rows]))
    used, paid_in = asked(guessed, "sign")
    assert (guessed[KEY], used) == ("chip_number", {})
    assert guessed[f"{AT}.columns.amount"] == {"sql": "-(amount)"}
    assert paid_in[f"{AT}.columns.kind"]["sql"].startswith("case when amount > 0 then 'sale'")


def test_the_number_of_a_row_is_no_customer_beside_values_that_return(guess: Guess) -> None:
    guessed = guess(sales=sold("zx", lambda k, _: (f"QX{k:05}",)))
    settings = asked(guessed, "customers.column") or asked(guessed, "customers")
    assert "zx" in (guessed[KEY], *(answer.get(KEY) for answer in settings))
    assert settings
