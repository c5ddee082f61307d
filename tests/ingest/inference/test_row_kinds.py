"""Words of no list that may decide what a row is: asked about where rows behave so, and only there."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.harmless_columns import is_harmless

from .conftest import Guessed

Guess = Callable[..., Guessed]
AT = "entities.transactions"
FIRST = date(2024, 1, 2)
HEAD = "arve,klient,kuupäev,summa,märge"


def sales(words: Callable[[int], object], *, rows: int = 400, customers: int = 40) -> list[Any]:
    """Sales of some customers: number, customer, day, amount, and a word."""
    drawn = random.Random(7)
    return [
        (
            7000 + n,
            f"K{n % customers:03}",
            FIRST + timedelta(days=n % 170),
            f"{drawn.randint(200, 90_000) / 100:.2f}",
            words(n),
        )
        for n in range(rows)
    ]


def csv(head: str, rows: Sequence[Sequence[object]]) -> str:
    return "\n".join([head, *(",".join(map(str, row)) for row in rows)]) + "\n"


def asked(guessed: Guessed) -> list[Any]:
    """The questions about kinds of rows."""
    return [q for q in guessed["questions"] or [] if q["key"].startswith("row_kinds")]


@pytest.mark.parametrize(("yes", "no"), [("jah", "ei"), ("X", "")])
def test_opposite_words_beside_money_are_asked_about(guess: Guess, yes: str, no: str) -> None:
    rows = sales(lambda n: yes if n % 13 == 5 else no)
    guessed = guess(arved=csv(HEAD, rows))
    (question,) = asked(guessed)
    assert f"'{yes}' (31 rows, 7.8%" in question["ask"]
    first, *others = question["answers"]
    assert first.get("set", {}) == {}
    assert guessed[f"{AT}.reject"] is None
    lost = next(a for a in others if f"{AT}.reject+" in a["set"])
    assert f"('{yes.lower()}')" in lost["set"][f"{AT}.reject+"][0]["when"]
    back = next(a for a in others if f"{AT}.columns.kind" in a["set"])
    assert "-abs(summa)" in back["set"][f"{AT}.columns.amount"]["sql"]


@pytest.mark.parametrize(
    "words",
    [
        lambda n: "jah" if n % 2 else "ei",  # about half
        lambda n: "jah" if n % 400 == 5 else "ei",  # hardly any
        lambda n: "jah" if n % 40 < 4 else "ei",  # all rows of some customers
        lambda n: ("põhi", "lõuna", "ida", "lääs")[n % 4],  # nothing is the rule
    ],
)  # fmt: skip
def test_words_that_tell_something_else_are_not_asked_about(
    guess: Guess, words: Callable[[int], object]
) -> None:
    assert asked(guess(arved=csv(HEAD, sales(words)))) == []


@pytest.mark.parametrize("name", ["zahlungsart", "nyhetsbrev", "gender", "versandart", "land"])
def test_names_that_tell_something_else_are_harmless(name: str) -> None:
    column = Column(name, "VARCHAR", "text", 400, 400, 2, (("zam", 370), ("zim", 30)))
    assert is_harmless(column)
    assert not is_harmless(replace(column, name="zuv"))


def test_words_of_payments_are_harmless_and_others_are_not() -> None:
    column = Column("zuv", "VARCHAR", "text", 400, 400, 3, (("kaart", 300), ("arve", 70), ("zim", 30)))  # fmt: skip
    assert is_harmless(column)
    assert not is_harmless(replace(column, values=(("kaart", 300), ("zum", 70), ("zim", 30))))


def test_a_word_that_goes_with_the_product_is_not_asked_about(guess: Guess) -> None:
    rows = [(*row, f"P{n % 26:02}") for n, row in enumerate(sales(lambda n: "zim" if n % 26 == 5 else "zam"))]  # fmt: skip
    assert asked(guess(arved=csv(f"{HEAD},xyz", rows))) == []


def test_one_column_that_decides_is_enough(guess: Guess) -> None:
    rows = [(*row, "paid" if n % 9 else "cancelled")
            for n, row in enumerate(sales(lambda n: "jah" if n % 13 == 5 else "ei"))]  # fmt: skip
    guessed = guess(arved=csv(f"{HEAD},status", rows))
    assert len(guessed[f"{AT}.reject"]) == 1
    assert asked(guessed) == []


def given_back(*, price: Callable[[int], float], days: int) -> list[Any]:
    """Sales every thirty days, and some rows that repeat one a few days later."""
    rows: list[Any] = []
    for who in range(60):
        for turn in range(10):
            day, amount = FIRST + timedelta(days=30 * turn + who % 20), price(who * 10 + turn)
            rows.append((f"K{who:03}", day, f"{amount:.2f}", "müük"))
            if (who + turn) % 15 == 3:
                rows.append((f"K{who:03}", day + timedelta(days=days), f"{amount:.2f}", "tagasi"))
    return [(n, *row) for n, row in enumerate(rows, 1)]


PRICES = [lambda n: 20 + n * 37 % 601 * 0.83, lambda n: 29.0]


@pytest.mark.parametrize("price", PRICES)
def test_rows_that_repeat_an_earlier_sale_are_offered_as_refunds_first(
    guess: Guess, price: Callable[[int], float]
) -> None:
    rows = given_back(price=price, days=4)
    guessed = guess(maksed=csv("nr,klient,kuupäev,summa,Typ", rows))
    (question,) = asked(guessed)
    assert "give money back" in question["answers"][0]["say"]
    assert "-abs(" in guessed[f"{AT}.columns.amount"]["sql"]
    assert guessed[f"{AT}.columns.category"] is None
    counts = next(a["set"] for a in question["answers"] if "count as purchases" in a["say"])
    assert counts[f"{AT}.columns.kind"] is None


def test_other_rows_of_a_constant_price_are_no_refunds(guess: Guess) -> None:
    rows = [(*row[:4], "zim" if row[0] % 15 == 3 else "zam") for row in given_back(price=PRICES[1], days=4)]  # fmt: skip
    guessed = guess(maksed=csv("nr,klient,kuupäev,summa,Typ", [r for r in rows if r[0] % 11]))
    assert all("repeat" not in question["ask"] for question in asked(guessed))


def test_rows_that_lack_a_date_which_all_others_have_are_left_out_first(guess: Guess) -> None:
    drawn = sales(lambda n: "zim" if n % 13 == 5 else "zam" if n % 2 else "zum")
    rows = [(*row, "" if row[4] == "zim" else row[2] + timedelta(days=3)) for row in drawn]
    guessed = guess(tellimused=csv(f"{HEAD},makstud", rows))
    (question,) = asked(guessed)
    assert "do not count" in question["answers"][0]["say"]
    assert "'makstud'" in question["ask"]
    (rule,) = guessed[f"{AT}.reject"]
    assert "'zim'" in rule["when"]
    counts = next(a["set"] for a in question["answers"] if "count as purchases" in a["say"])
    assert counts == {f"{AT}.reject-": [rule]}


STATUS = "order_no,customer_no,order_date,amount,status"


def test_of_unknown_states_rare_ones_are_left_out_until_somebody_answers(guess: Guess) -> None:
    words = ("paid", "paid", "paid", "paid", "cancelled", "zim")
    guessed = guess(orders=csv(STATUS, sales(lambda n: words[n * 7 % 6])))
    (question,) = guessed["questions"]
    first, second = question["answers"]
    assert "do not" in first["say"]
    removed = second["set"][f"{AT}.reject-"]
    assert removed[0] in guessed[f"{AT}.reject"]
    assert "'zim'" in removed[0]["when"]


def test_an_unknown_state_of_most_rows_counts_until_somebody_answers(guess: Guess) -> None:
    words = ("zim", "zim", "zim", "zam", "cancelled", "paid")
    guessed = guess(orders=csv(STATUS, sales(lambda n: words[n * 7 % 6])))
    (question,) = guessed["questions"]
    assert question["answers"][0]["say"] == "'zim': yes; 'zam': not."


def test_a_state_that_stands_nowhere_is_asked_about(guess: Guess) -> None:
    words = ("paid", "paid", "paid", "paid", "cancelled", "")
    guessed = guess(orders=csv(STATUS, sales(lambda n: words[n * 7 % 6])))
    (question,) = guessed["questions"]
    assert "holds nothing" in question["ask"]
    assert any("= ''" in rule["when"] for rule in guessed[f"{AT}.reject"])


def test_what_another_table_says_of_a_state_is_read_or_shown(guess: Guess) -> None:
    words = ("paid", "paid", "paid", "zum", "zam", "zim")
    legend = "status,meaning\npaid,money is there\nzum,cancelled\nzam,blue slip\nzim,returned\n"
    guessed = guess(orders=csv(STATUS, sales(lambda n: words[n * 7 % 6])), legend=legend)
    (question,) = guessed["questions"]
    assert "blue slip" in question["ask"]
    assert any("'zum'" in rule["when"] for rule in guessed[f"{AT}.reject"])
    assert not guessed.leaves_open("legend.csv")


def test_a_table_that_repeats_a_state_does_not_explain_it(guess: Guess) -> None:
    subscriptions = "sub_id,status,plan\n" + "".join(
        f"s{n},{('completed', 'canceled')[n % 2]},Starter\n" for n in range(80)
    )
    words = ("completed", "completed", "canceled")
    guessed = guess(
        transactions=csv(STATUS, sales(lambda n: words[n * 7 % 3])), subscriptions=subscriptions
    )
    assert guessed["questions"] is None
    (rule,) = guessed[f"{AT}.reject"]
    assert "'canceled'" in rule["when"]


@pytest.mark.parametrize(
    ("words", "lost"),
    [
        (("Cobrada", "En curso", "Borrador", "Anulada"), ["borrador", "anulada"]),
        (("Cobrada", "En curso", "En curso", "Cobrada"), ["en curso"]),
    ],
)
def test_beside_drafts_and_void_invoices_every_other_one_was_issued(
    guess: Guess, words: Sequence[str], lost: list[str]
) -> None:
    rows = sales(lambda n: words[n * 7 % 9 % 4])
    guessed = guess(facturas=csv("Núm. documento,Cliente,Fecha,Total,Situación", rows))
    assert guessed["questions"] is None
    (rule,) = guessed[f"{AT}.reject"]
    assert all(f"'{word}'" in rule["when"] for word in lost)
    assert ("'en curso'" in rule["when"]) == ("en curso" in lost)


@pytest.mark.parametrize(("waits", "is_lost"), [("Fizetésre vár", False), ("Kifizetve", True)])
def test_orders_in_progress_count_beside_those_that_wait_for_their_payment(
    guess: Guess, waits: str, is_lost: bool
) -> None:
    words = ("Teljesítve", "Kiszállítva", "Teljesítve", "Feldolgozás alatt", waits, "Törölve")
    guessed = guess(orders=csv(STATUS, sales(lambda n: words[n * 7 % 6])))
    (rule,) = guessed[f"{AT}.reject"]
    assert ("'feldolgozás alatt'" in rule["when"]) is is_lost
    assert ("'fizetésre vár'" in rule["when"]) is not is_lost


def test_a_state_of_the_customer_decides_of_no_row(guess: Guess) -> None:
    rows = sales(lambda n: "cancelled" if n % 40 < 12 else "paid")
    guessed = guess(orders=csv(STATUS, rows))
    assert guessed[f"{AT}.reject"] is None
    assert guessed.leaves_open("all rows of a customer")


def test_a_word_for_annulled_is_not_asked_about_whatever_the_header(guess: Guess) -> None:
    guessed = guess(arved=csv(HEAD, sales(lambda n: "cancelled" if n % 13 == 5 else "zam")))
    assert asked(guessed) == []
    (rule,) = guessed[f"{AT}.reject"]
    assert "('cancelled')" in rule["when"]
    assert guessed.leaves_open("the 31 rows with 'cancelled' do not count")


def test_a_known_word_makes_its_meaning_the_first_answer(guess: Guess) -> None:
    guessed = guess(arved=csv(HEAD, sales(lambda n: "draft" if n % 13 == 5 else "zam")))
    (question,) = asked(guessed)
    assert "do not count" in question["answers"][0]["say"]


def test_a_kind_of_document_beside_a_status_is_asked_about(guess: Guess) -> None:
    rows = [(*row, "zim" if n % 13 == 5 else "zam")
            for n, row in enumerate(sales(lambda n: "paid" if n % 9 else "cancelled"))]  # fmt: skip
    head = "arve,klient,kuupäev,summa,status,document type"
    guessed = guess(arved=csv(head, rows))
    assert len(guessed[f"{AT}.reject"]) == 1
    (question,) = asked(guessed)
    assert "'document type'" in question["ask"]


@pytest.mark.parametrize("header", ["not_booked", "Entwurf", "Annulliert", "Concept"])
def test_flags_of_drafts_and_of_void_documents_set_rows_aside(guess: Guess, header: str) -> None:
    head = HEAD.replace("märge", header)
    guessed = guess(arved=csv(head, sales(lambda n: "yes" if n % 13 == 5 else "no")))
    assert guessed["questions"] is None
    assert "('yes')" in guessed[f"{AT}.reject"][0]["when"]


def test_a_pipeline_that_names_won_and_lost_has_only_open_stages_beside(guess: Guess) -> None:
    words = ("won", "lost", "zim", "zam", "won", "won")
    head = HEAD.replace("märge", "deal_stage")
    guessed = guess(arved=csv(head, sales(lambda n: words[n * 7 % 6])))
    assert guessed["questions"] is None
    whens = " ".join(rule["when"] for rule in guessed[f"{AT}.reject"])
    assert [word for word in ("won", "lost", "zim", "zam") if f"'{word}'" in whens] == [
        "lost",
        "zim",
        "zam",
    ]


def test_an_unknown_word_of_most_documents_beside_void_ones_is_not_asked_about(
    guess: Guess,
) -> None:
    words = ("zim",) * 8 + ("void", "overdue")
    guessed = guess(invoices=csv(STATUS, sales(lambda n: words[n * 7 % 10])))
    assert guessed["questions"] is None
    assert guessed.leaves_open("'zim'")
