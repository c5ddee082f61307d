"""Columns of few words that decide what a row is, in any language and under any header."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from .conftest import Guessed

Guess = Callable[..., Guessed]
AT = "entities.transactions"


def rows(head: str, words: dict[str, tuple[int, str]], *, dates: str = "2024-{:02d}-{:02d}") -> str:
    """Rows of 40 customers: `words` says how many rows each word has, and their amount."""
    lines = [head]
    for word, (number, amount) in words.items():
        for n in range(number):
            day = dates.format(n % 6 + 1, n % 28 + 1)
            lines.append(f"{1000 + len(lines)},{n % 40 + 100},{day},{word},{amount}")
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    ("head", "paid", "lost", "back"),
    [
        ("Sipariş No,Müşteri No,Tarih,Sipariş Durumu,Tutar", "Teslim Edildi", "İptal Edildi", "İade Edildi"),
        ("Ordrenr,Kundenr,Dato,Status,Beløb", "Betalt", "Afvist", "Tilbageført"),
        ("Číslo objednávky,Číslo zákazníka,Datum,Stav,Částka", "Zaplaceno", "Zrušeno", "Vráceno"),
        ("Rendelésszám,Ügyfélszám,Dátum,Állapot,Összeg", "Kifizetve", "Törölve", "Visszatérítve"),
    ],
)  # fmt: skip
def test_statuses_are_read_in_more_languages(
    guess: Guess, head: str, paid: str, lost: str, back: str
) -> None:
    found = guess(orders=rows(head, {paid: (90, "9.5"), lost: (20, "8.5"), back: (10, "7.5")}))
    assert found["questions"] is None
    (rule,) = found[f"{AT}.reject"]
    assert _small(lost) in rule["when"]
    assert _small(back) in found[f"{AT}.columns.amount"]["sql"]


def _small(word: str) -> str:
    """As an engine writes it in small letters."""
    return "".join(letter.lower()[0] for letter in word)


def test_events_without_an_amount_are_no_purchases(guess: Guess) -> None:
    log = rows(
        "row,user_id,event_time,event_name,price",
        {"login": (200, ""), "purchase": (90, "9.5"), "refund": (8, "9.5")},
    )
    found = guess(events=log)
    assert "login" in found[f"{AT}.where"]
    assert "refund" in found[f"{AT}.columns.amount"]["sql"]
    assert found[f"{AT}.reject"] is None
    assert found.leaves_open("'login' (200 rows)")


def test_a_word_that_stands_where_the_amount_is_nothing_is_asked_about(guess: Guess) -> None:
    words = {"Kassa": (90, "9.5"), "Inwissel": (12, "0"), "Winkel": (60, "7.5")}
    (question,) = guess(bonnen=rows("row,customer_id,date,soortje,amount", words))["questions"]
    assert "the 12 rows" in question["ask"]
    assert "'Inwissel'" in question["ask"]
    assert "Kassa" not in question["ask"]


def test_words_that_tell_nothing_are_not_asked_about(guess: Guess) -> None:
    words = {"Kassa": (90, "9.5"), "Winkel": (60, "7.5")}
    assert guess(bonnen=rows("row,customer_id,date,soortje,amount", words))["questions"] is None


def test_invoices_that_were_issued_are_sales_and_drafts_are_not(guess: Guess) -> None:
    words = {"bezahlt": (90, "9.5"), "offen": (12, "9"), "gemahnt": (6, "8"),
             "Entwurf": (5, "7"), "storniert": (5, "6")}  # fmt: skip
    found = guess(export=rows("Rechnungsnr,Kundennr,Datum,Status,Betrag", words))
    assert found["questions"] is None
    whens: list[Any] = [rule["when"] for rule in found[f"{AT}.reject"]]
    assert whens == ["lower(status) in ('entwurf', 'storniert')"]


PRESTASHOP = "id_order,reference,id_customer,current_state,total_paid_real,date_add\n"


def test_a_code_is_read_through_the_table_that_has_its_words(guess: Guess) -> None:
    orders = "".join(
        f"{n},R{n},{n % 30 + 1},{(5, 5, 5, 6, 7)[n % 5]},9.5,2024-0{n % 6 + 1}-11 10:00:00\n"
        for n in range(1, 101)
    )
    states = "id_order_state,id_lang,name\n5,1,Livré\n6,1,Annulé\n7,1,Remboursé\n"
    found = guess(ps_orders=PRESTASHOP + orders, ps_order_state_lang=states)
    (rule,) = found[f"{AT}.reject"]
    assert "current_state" in rule["when"]
    assert [code for code in "567" if f"'{code}'" in rule["when"]] == ["6", "7"]
