"""Money is known by its shape where no word is, and what has another shape is no money."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from regulars.ingest.inference.affixes import affix_of
from tests.ingest.inference.test_unused_tables import DAYS

if TYPE_CHECKING:
    from tests.ingest.inference.conftest import Guessed

Guess = Callable[..., "Guessed"]
AT = "entities.transactions.columns"


def tabs(head: str, row: Callable[[int, random.Random], tuple[object, ...]]) -> str:
    drawn = random.Random(7)
    rows = [head.replace(",", "\t")]
    rows += ["\t".join(map(str, (f"K{n % 50}", DAYS[n], *row(n, drawn)))) for n in range(400)]
    return "\n".join(rows) + "\n"


def grouped(drawn: random.Random, mark: str) -> str:
    return f"{drawn.randint(2, 90)}{mark}{drawn.randint(0, 999):03d}"


@pytest.mark.parametrize(
    ("values", "affix"),
    [
        ([f"KSh {n},250.{n:02d}" for n in range(10, 40)], "KSh"),
        ([f"{n} 500,{n} din." for n in range(10, 40)], "din."),
        ([f"₾{n}.{n}" for n in range(10, 40)], "₾"),
        ([f"INV{n}023" for n in range(10, 40)], ""),  # neither decimals nor thousands: a document
        ([f"{n}.{n} kg" for n in range(10, 40)], ""),
        ([f"{'Bs' if n % 2 else 'KSh'} {n}.50" for n in range(10, 40)], ""),
        ([f"{n}.50 %" for n in range(10, 40)], ""),
    ],
)
def test_one_word_at_every_price_is_a_currency_whatever_it_is(
    values: list[str], affix: str
) -> None:
    assert affix_of([(value, 3) for value in values]) == affix


def test_amounts_with_a_word_that_no_list_has_are_read_and_shown_with_it(guess: Guess) -> None:
    guessed = guess(
        sales=tabs("customer,dan,vrijednost", lambda n, d: (f"{grouped(d, '.')},50 Bs",))
    )
    assert guessed[f"{AT}.amount"] == "vrijednost"
    stated = {"type": "number", "decimal": ",", "affix": "Bs"}
    assert guessed["sources.sales.types.vrijednost"] == stated
    assert guessed["amount_unit"] == "Bs"


def test_a_time_of_day_is_no_amount_beside_one(guess: Guess) -> None:
    def row(n: int, drawn: random.Random) -> tuple[object, ...]:
        return f"{drawn.randint(8, 21):02d}.{n % 60:02d}", f"KSh {grouped(drawn, ',')}.00"

    assert guess(sales=tabs("member,day,aa,bb", row))[f"{AT}.amount"] == "bb"


def test_two_numbers_that_no_name_tells_apart_are_asked_about(guess: Guess) -> None:
    def row(n: int, drawn: random.Random) -> tuple[object, ...]:
        return drawn.randint(100, 9000) / 100, drawn.randint(100, 9000) / 100

    guessed = guess(sales=tabs("member,day,aa,bb", row))
    (question,) = guessed["questions"]
    taken, instead = question["answers"]
    assert (question["key"], taken["set"]) == ("amount", {})
    assert {guessed[f"{AT}.amount"], *instead["set"].values()} == {"aa", "bb"}


def test_money_among_words_is_taken_off_where_it_was_paid_back(guess: Guess) -> None:
    def row(n: int, drawn: random.Random) -> tuple[object, ...]:
        amount = drawn.randint(1000, 9000) / 100
        return amount, f"€{amount:.2f}" if n % 20 == 0 else "no refund"

    guessed = guess(sales=tabs("customer,day,total,refunded", row))
    assert "total - abs(coalesce(refunded, 0))" in guessed[f"{AT}.amount.sql"]


def test_a_currency_that_nobody_knows_rejects_no_rows(guess: Guess) -> None:
    guessed = guess(
        sales=tabs("customer,day,total,currency", lambda n, d: (d.randint(5, 90), "talers"))
    )
    assert guessed[f"{AT}.currency"] is None
    assert guessed.leaves_open("which currency 'talers' is")


def test_amounts_in_one_currency_are_offered_where_others_are_in_several(guess: Guess) -> None:
    def row(n: int, drawn: random.Random) -> tuple[object, ...]:
        code, amount = ("USD", "GBP", "EUR")[n % 3], drawn.randint(1000, 9000) / 100
        rate = {"USD": 1.0, "GBP": 1.3, "EUR": 1.1}[code]
        paid_out = f"{amount * rate:.2f}" if n % 7 else ""  # not paid out yet
        return amount, code, paid_out

    guessed = guess(sales=tabs("customer,day,total,currency,payout", row))
    (question,) = guessed["questions"]
    settings = question["answers"][-1]["set"]
    assert (settings["currency"], settings[f"{AT}.amount"]) == ("USD", "payout")
    assert settings[f"{AT}.currency"] is None


def test_round_amounts_of_an_interface_may_be_cents_and_are_asked_about(guess: Guess) -> None:
    """Times since 1970 and `eur`: the plans of a subscription cost 1900, 4900 and 9900."""
    rows = [
        f"acc_{n % 40},{1_700_000_000 + 86_400 * n},{(1900, 4900, 9900)[n % 3]},eur"
        for n in range(400)
    ]
    guessed = guess(sales="\n".join(["account_id,created,amount_paid,currency", *rows]) + "\n")
    (question,) = [q for q in guessed["questions"] if q["key"] == "minor_units"]
    assert question["answers"][1]["set"][f"{AT}.amount"] == {"sql": "amount_paid / 100.0"}


def test_a_column_called_a_fee_does_not_stand_for_the_same_money_beside_it(guess: Guess) -> None:
    """`Canone` is a fee or a price; what was taken in, `Incassato`, is the same number."""

    def row(n: int, drawn: random.Random) -> tuple[object, ...]:
        price = drawn.randint(100, 9000) / 100
        return n % 7 + 1, price, price

    guessed = guess(sales=tabs("tessera,day,giorni,canone,riscosso_xy", row))
    assert guessed[f"{AT}.amount"] == "riscosso_xy"


def test_amounts_that_are_converted_at_steady_rates_count_for_every_row(guess: Guess) -> None:
    def row(n: int, drawn: random.Random) -> tuple[object, ...]:
        code, amount = ("USD", "CAD")[n % 2], drawn.randint(1000, 9000) / 100
        return amount, code, f"{amount * (1.0 if n % 2 == 0 else 0.72 + n / 10_000):.2f}"

    guessed = guess(sales=tabs("customer,day,total,currency,total_home", row))
    assert (guessed["currency"], guessed[f"{AT}.amount"]) == ("USD", "total_home")
    assert (guessed[f"{AT}.currency"], guessed["questions"]) == (None, None)


@pytest.mark.parametrize(
    ("head", "row", "amount"),
    [
        ("total,paid_in,residual", lambda t, n: (t, t * (n % 3 > 0), t * (n % 3 == 0)), "total"),
        ("due,settled,sum", lambda t, n: (t * (n % 3 == 0), t * (n % 3 > 0), t), "sum"),
        ("cash,price,wx", lambda t, _: (5 * (t // 5) + 5, t, 5 - t % 5), "price"),  # change given
        (
            "bill,concession,payable",
            lambda t, n: (t, t * (n % 2) / 10, t - t * (n % 2) / 10),
            "payable",
        ),
    ],
)
def test_the_amount_is_neither_what_is_open_nor_the_cash_handed_in(
    guess: Guess, head: str, row: Callable[[int, int], tuple[object, ...]], amount: str
) -> None:
    guessed = guess(
        sales=tabs(f"customer,day,{head}", lambda n, drawn: row(drawn.randint(21, 399), n))
    )
    assert guessed[f"{AT}.amount"] == amount


def test_two_sums_with_an_unknown_difference_are_asked_about(guess: Guess) -> None:
    def row(_: int, drawn: random.Random) -> tuple[object, ...]:
        first, between = drawn.randint(2000, 9000) / 100, drawn.randint(100, 900) / 100
        return first, between, f"{first + between:.2f}"

    guessed = guess(sales=tabs("customer,day,sum_one,wx,sum_two", row))
    (question,) = [q for q in guessed["questions"] if q["key"] == "amount"]
    settings = [answer.get("set", {}).get(f"{AT}.amount") for answer in question["answers"]]
    assert {guessed[f"{AT}.amount"], *settings[1:]} == {"sum_one", "sum_two"}


def test_the_number_of_a_credited_invoice_is_no_refund(guess: Guess) -> None:
    def row(n: int, drawn: random.Random) -> tuple[object, ...]:
        back = 20_000 + drawn.randint(0, n) if n % 9 == 8 else ""
        return 20_000 + n, f"{'-' if back else ''}{drawn.randint(100, 900)}.50", back

    guessed = guess(sales=tabs("customer,day,invoice_no,amount,refund", row))
    assert guessed[f"{AT}.amount"] == "amount"
    assert guessed.leaves_open("'refund' is no amount: it names a 'invoice_no'")


@pytest.mark.parametrize(("fees", "amount"), [(True, {"sql": "value / 100.0"}), (False, "value")])
def test_fees_in_whole_numbers_that_are_a_share_of_the_amounts_say_cents(
    guess: Guess, fees: bool, amount: object
) -> None:
    """An interface names its things `pay_...`; without such fees, it is asked."""

    def row(n: int, drawn: random.Random) -> tuple[object, ...]:
        value = drawn.randint(500, 60_000)
        return f"pay_{n:08x}", value, round(value * 0.0175) if fees else "", "GBP"

    guessed = guess(sales=tabs("customer,day,reference,value,fee,currency", row))
    asks = [question["key"] for question in guessed["questions"] or []]
    assert (guessed[f"{AT}.amount"], "minor_units" in asks) == (amount, not fees)


def test_whole_amounts_that_two_columns_repeat_stay_amounts(guess: Guess) -> None:
    """What is due and what was paid are the same thousands: neither numbers a document."""

    def row(n: int, _: random.Random) -> tuple[object, ...]:
        amount = 1000 + n * 7919 % 4001
        return f"R{n}", amount, amount

    guessed = guess(sales=tabs("customer,day,invoice_no,amount_due,amount_paid", row))
    assert guessed[f"{AT}.amount"] == "amount_paid"
