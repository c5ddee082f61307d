"""What went back, or was none: by debit and credit, yes and no, marks, dates; never by a card."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.ingest.inference.test_money import table

if TYPE_CHECKING:
    from tests.ingest.inference.conftest import Guessed

Guess = Callable[..., "Guessed"]
COLUMNS = "entities.transactions.columns"
REJECT = "entities.transactions.reject"


def with_values(head: str, *values: str, every: int = 7, rows: int = 70) -> str:
    """Purchases of which each seventh row has the second value."""
    return table(
        f"amount,{head}",
        [f"{10 + n * 7 % 90}.{n % 90 + 10},{values[n % every == 3]}" for n in range(rows)],
    )


@pytest.mark.parametrize(
    ("name", "sale", "back"),
    [
        ("dr_cr", "D", "C"),
        ("dr_cr", "CR", "DR"),
        ("soll_haben", "S", "H"),
        ("Debe/Haber", "Debe", "Haber"),
        ("Af Bij", "Af", "Bij"),
        ("transaction_type", "Credit", "Debit"),
    ],
)
def test_the_smaller_side_of_an_account_went_back(
    guess: Guess, name: str, sale: str, back: str
) -> None:
    guessed = guess(ledger=with_values(name, sale, back))
    assert f"in ('{back.lower()}') then 'refund'" in guessed[f"{COLUMNS}.kind.sql"]
    assert f"in ('{back.lower()}') then -abs(amount)" in guessed[f"{COLUMNS}.amount.sql"]


def test_sides_of_about_as_many_rows_are_asked_about(guess: Guess) -> None:
    guessed = guess(ledger=with_values("dr_cr", "D", "C", every=2 + 2))
    assert guessed["questions"] is None
    rows = [f"{10 + n}.5,{'DC'[n % 2]}" for n in range(60)]
    question, *_ = guess(ledger=table("amount,dr_cr", rows))["questions"]
    other = question["answers"][1]["set"][f"{COLUMNS}.kind"]["sql"]
    assert (question["key"], "then 'refund'" in other) == ("sign", True)


@pytest.mark.parametrize("name", ["card_type", "payment_method", "tender"])
def test_a_card_that_paid_is_no_side_of_an_account(guess: Guess, name: str) -> None:
    assert guess(sales=with_values(name, "debit", "credit"))[f"{COLUMNS}.amount"] == "amount"


@pytest.mark.parametrize(
    ("name", "no", "yes"),
    [
        ("void", "0", "1"),
        ("is_test", "false", "true"),
        ("storniert", "nein", "ja"),
        ("order_cancelled", "N", "Y"),
        ("Annulé", "non", "oui"),
    ],
)
def test_a_yes_sets_a_row_aside(guess: Guess, name: str, no: str, yes: str) -> None:
    rule, *_ = guess(sales=with_values(name, no, yes, every=6))[REJECT]
    assert rule["when"].endswith(f"in ('{yes.lower()}')")


def test_a_yes_in_all_rows_of_a_customer_tells_of_the_customer(guess: Guess) -> None:
    assert guess(sales=with_values("cancelled", "no", "yes", every=7))[REJECT] is None


def test_returned_rows_without_a_sign_take_money(guess: Guess) -> None:
    guessed = guess(sales=with_values("is_return", "0", "1", every=6))
    assert "then 'refund'" in guessed[f"{COLUMNS}.kind.sql"]


def test_what_only_waits_counts_where_nothing_else_does(guess: Guess) -> None:
    rule, *_ = guess(sales=with_values("result", "authorised", "refused"))[REJECT]
    assert rule["when"] == "lower(result) in ('refused')"


def test_a_date_of_cancellation_sets_a_row_aside(guess: Guess) -> None:
    rule, *_ = guess(sales=with_values("cancelled_at", "", "2024-05-30"))[REJECT]
    assert rule["when"] == "coalesce(trim(cast(cancelled_at as varchar)), '') <> ''"


def test_numbers_of_documents_mark_refunds_without_a_sign(guess: Guess) -> None:
    rows = [f"{20 + n % 30}.5,{'GS' if n % 9 == 4 else 'RE'}-{n}" for n in range(60)]
    guessed = guess(sales=table("amount,invoice_no", [*rows, rows[0]]))
    assert "like 'gs%'" in guessed[f"{COLUMNS}.kind.sql"]


def test_a_minus_after_a_number_is_read(guess: Guess) -> None:
    rows = [
        f'"{net},00{"-" if n % 8 == 5 else ""}";"{net * 19 // 100},00{"-" if n % 8 == 5 else ""}"'
        for n, net in enumerate(range(100, 160))
    ]
    text = "Kunde;Datum;Betrag;Steuer\n" + "".join(
        f"k{n % 7};{n % 27 + 1:02}.03.2024;{row}\n" for n, row in enumerate(rows)
    )
    guessed = guess(umsatz=text)
    assert guessed[f"{COLUMNS}.amount.column"] == "betrag"
    assert guessed[f"{COLUMNS}.kind"] is None


def test_money_by_its_sign_is_an_amount_and_no_number_of_a_document(guess: Guess) -> None:
    rows = [f"£{10 + n % 9}.{n % 4}0,{n}" for n in range(40)]
    guessed = guess(rides=table("bill,ride", rows))
    assert (guessed[f"{COLUMNS}.amount"], guessed[f"{COLUMNS}.order_id"]) == ("bill", None)
    assert not guessed.leaves_open("which column is the amount")


def test_a_share_is_no_amount(guess: Guess) -> None:
    rows = [f"{n % 9 + 1}%,{10 + n}.50" for n in range(40)]
    assert guess(sales=table("value,x1", rows))[f"{COLUMNS}.amount"] == "x1"


@pytest.mark.parametrize(("has_sale", "word"), [(False, "not completed"), (True, "-abs")])
def test_a_storno_is_a_refund_only_beside_its_sale(guess: Guess, has_sale: bool, word: str) -> None:
    rows = [f"{10 + n}.50,{'Storno' if n % 7 == 3 else 'Verkauf'},b{n}" for n in range(70)]
    if has_sale:
        rows = [f"{10 + (n - 7 if n % 14 == 10 else n)}.50,"
                f"{'Storno' if n % 14 == 10 else 'Verkauf'},b{n}" for n in range(70)]  # fmt: skip
    guessed = guess(journal=table("betrag,vorgang,bon_nr", rows))
    assert word in guessed.text
    assert (guessed[REJECT] is None) == has_sale


def test_the_only_value_that_may_count_is_not_asked_about(guess: Guess) -> None:
    guessed = guess(sales=with_values("stato", "Scontrinato", "Annullato"))
    assert guessed["questions"] is None
    assert guessed.leaves_open("'Scontrinato'")


@pytest.mark.parametrize("name", ["Valor devolvido", "Zwrot", "Refunded"])
def test_a_column_of_what_was_paid_back_is_taken_off(guess: Guess, name: str) -> None:
    rows = [f"{20 + n % 30}.50,{5 if n % 9 == 4 else 0}.00" for n in range(60)]
    guessed = guess(sales=table(f"total,{name}", rows))
    assert guessed[f"{COLUMNS}.amount.sql"].startswith("total - abs(")


@pytest.mark.parametrize("name", ["completed", "livemode", "is_approved", "erfolgreich", "posted"])
def test_a_no_sets_a_row_aside_where_a_yes_completes_it(guess: Guess, name: str) -> None:
    rule, *_ = guess(sales=with_values(name, "true", "false", every=6))[REJECT]
    assert rule["when"].endswith("in ('false')")


def test_a_sale_that_was_charged_back_beside_partial_refunds_leaves_nothing(guess: Guess) -> None:
    rows = [
        f"{20 + n % 30}.50,{5 if n % 9 == 4 else 0}.00,{'charged back' if n % 9 == 2 else 'paid'}"
        for n in range(60)
    ]
    guessed = guess(sales=table("total,amount_refunded,status", rows))
    assert guessed[f"{COLUMNS}.amount.sql"].startswith(
        "case when lower(status) in ('charged back') and coalesce(amount_refunded, 0) = 0 then 0"
    )


def test_a_mandate_that_all_sales_of_a_customer_share_is_no_sale(guess: Guess) -> None:
    rows = [
        f"{20 + n % 30}.50,{'charged_back' if n % 11 == 2 else 'paid'},M{n % 7}" for n in range(80)
    ]
    guessed = guess(sales=table("total,status,mandate_ref", rows))
    assert "then 0 else total end" in guessed[f"{COLUMNS}.amount.sql"]


def test_the_value_of_most_rows_counts_and_the_others_are_asked_about(guess: Guess) -> None:
    states = ("CLOSED",) * 8 + ("VOIDED", "LAYBY")
    guessed = guess(sales=table("total,status", [f"{n}.50,{states[n % 10]}" for n in range(90)]))
    assert [(q["key"], "LAYBY" in q["ask"]) for q in guessed["questions"]] == [("status", True)]
    assert guessed.leaves_open("what 'CLOSED' in 'status' means; taken: it counts")


def test_rows_without_money_are_no_purchases_in_a_log_of_events(guess: Guess) -> None:
    kinds = ("session", "session", "install", "purchase", "session", "refund", "session")
    rows = [
        f"{kinds[n * 3 % 7]},{'' if kinds[n * 3 % 7] in ('session', 'install') else f'{n}.50'}"
        for n in range(140)
    ]
    guessed = guess(log=table("event_name,price_usd", rows))
    assert guessed[f"{COLUMNS}.kind.sql"].startswith("case when lower(event_name) in ('refund')")
    assert "'session', 'install'" in guessed["entities.transactions.where"]
    assert guessed[REJECT] is None
    assert guessed["questions"] is None


def test_invoices_that_are_open_or_reminded_of_count(guess: Guess) -> None:
    states = ("bezahlt", "bezahlt", "offen", "gemahnt", "Storniert")
    text = table("rechnungsnr,betrag,status", [f"R{n},{n}.50,{states[n % 5]}" for n in range(90)])
    guessed = guess(rechnungen=text)
    assert [rule["when"] for rule in guessed[REJECT]] == ["lower(status) in ('storniert')"]
    assert guessed["questions"] is None


def test_a_turkish_capital_i_is_small_in_each_way_of_the_engines(guess: Guess) -> None:
    guessed = guess(satis=with_values("durum", "Teslim Edildi", "İptal Edildi", every=6))
    assert "'iptal edildi'" in guessed[REJECT][0]["when"]


def test_cancellations_with_a_minus_give_back_what_a_sale_took(guess: Guess) -> None:
    rows = [
        f"{'-' if n % 9 == 4 else ''}{10 + n}.50,{'ja' if n % 9 == 4 else 'nein'}"
        for n in range(90)
    ]
    guessed = guess(bons=table("betrag,storno", rows))
    assert guessed[REJECT] is None
    assert "lower(storno) in ('ja')" in guessed[f"{COLUMNS}.kind.sql"]
