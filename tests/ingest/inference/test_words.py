"""Headers and values in many languages mean the same as in English."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from regulars.core.names import snake_case
from regulars.ingest.inference import roles, vocabulary, words

HEADERS = {
    "customer_id": "Kundennummer, Kunden-Nr., KdNr, Debitor, Mitglieds-Nr., numéro client, N° client, "
    "id_cliente, Cod. cliente, klantnummer, nr_klienta, 顧客ID, 会员编号, Номер клиента, panel_id, "
    "household, cust_no, KUNNR",
    "order_id": "Bestellnummer, Rechnung-Nr., Belegnummer, numéro de commande, id_pedido, "
    "numero ordine, bestelnummer, nr zamówienia, 订单编号, 注文番号, Номер заказа",
    "occurred_at": "Bestelldatum, Buchungsdatum, date de commande, fecha_pedido, data ordine, "
    "orderdatum, data do pedido, data zamówienia, 订单日期, ご注文日時, Дата заказа",
    "amount": "Gesamtbetrag, Umsatz brutto, montant TTC, importe total, totale ordine, "
    "totaalbedrag, valor total, kwota brutto, 订单金额, 合計金額, Сумма заказа",
    "quantity": "Menge, Stückzahl, qté, cantidad, quantità, aantal, quantidade, ilość, 数量, Кол-во",
    "unit_price": "Einzelpreis, prix unitaire, precio unitario, stukprijs, cena jednostkowa, 単価",
    "currency": "Waehrung, Währung, devise, moneda, valuta, moeda, waluta, 币种, 通貨, Валюта",
    "status": "Bestellstatus, statut, estado, stato, 状态, ステータス, Статус",
    "left_at": "Kündigungsdatum, Austrittsdatum, date de résiliation, fecha_baja, data disdetta, "
    "opzegdatum, data rezygnacji, 退会日, Дата расторжения",
    "joined_at": "Eintrittsdatum, Kunde seit, date d'inscription, fecha_alta, data_cadastro, 入会日",
    "churned": "Gekündigt, résilié, baja, 是否流失, 解約フラグ, Отток, exited, odszedł",
    "retained": "is_active, Retained, IsActiveMember, renewed",
    "tax": "MwSt, TVA, IVA, BTW, 消費税, НДС",
    "refund_amount": "Erstattungsbetrag, amount_refunded, montant remboursé, importe reembolsado",
    "first_name": "Vorname, prénom, voornaam, imię",
    "tenure": "Vertragsdauer, ancienneté, antigüedad, tenure_months",
    "monthly_charge": "MonthlyCharges, Monatsbeitrag, cuota mensual, redevance mensuelle",
}


@pytest.mark.parametrize("role", HEADERS)
def test_a_header_fits_its_role_in_every_language(role: str) -> None:
    names = [snake_case(header.strip()) for header in HEADERS[role].split(",")]
    assert [name for name in names if roles.points(name, role) < 2] == []


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("rabattbetrag", "amount"),
        ("montant_tva", "amount"),
        ("geburtsdatum", "occurred_at"),
        ("lieferdatum", "occurred_at"),
        ("sales_person_id", "customer_id"),
        ("shop_id", "customer_id"),
        ("number_of_address", "address"),
        ("churn_reason", "churned"),
        ("marital_status", "status"),
    ],
)
def test_a_word_may_speak_against_a_role(name: str, role: str) -> None:
    assert roles.points(name, role) == 0


def test_a_tax_in_the_total_is_no_amount_of_tax() -> None:
    assert roles.points("total_incl_tax", "gross") > roles.points("total_incl_tax", "tax")
    assert roles.points("montant_ttc", "amount") == roles.points("gross_amount", "amount")


def test_a_compound_of_an_unknown_word_keeps_its_known_end() -> None:
    assert roles.points("behandlungsdatum", "occurred_at") == 1
    assert roles.points("candidate", "occurred_at") == 0


def test_the_first_of_two_columns_of_a_kind_fits_better() -> None:
    assert roles.points("address", "address") > roles.points("address_2", "address") > 0


STATUSES = {
    "counts": "Paid, closed_won, ClosedWon, partially_refunded, bezahlt, payée, pagado, pagata, "
    "betaald, opłacone, 已支付, 支払済み, оплачен, Teilweise erstattet",
    "pending": "on-hold, nicht bezahlt, en attente, Non payé, pendiente, in attesa, 待付款, ожидает",
    "lost": "VOID, Closed Lost, Payment failed, Storniert, annulée, cancelado, anulowane, 已取消, test",
    "refund": "Refunded, Gutschrift, remboursé, devuelto, reso, zwrócone, 退款, 返品, возврат",
}


@pytest.mark.parametrize("meaning", STATUSES)
def test_a_status_has_its_meaning_in_every_language(meaning: str) -> None:
    values = [value.strip() for value in STATUSES[meaning].split(",")]
    assert [value for value in values if words.status_meaning(value) != meaning] == []


@pytest.mark.parametrize("value", ["closed", "processing", "A", "7", "", "not refunded"])
def test_a_status_that_may_mean_either_is_left_to_a_person(value: str) -> None:
    assert words.status_meaning(value) is None


def test_labels_say_who_left_and_who_stayed() -> None:
    left = "churned, Attrited Customer, gekündigt, résilié, baja, opgezegd, 流失, ушёл, not active"
    stayed = "Stayed, Existing Customer, nicht gekündigt, not churned, alta, aktywny, 在籍, активен"
    assert {words.label_meaning(value.strip()) for value in left.split(",")} == {True}
    assert {words.label_meaning(value.strip()) for value in stayed.split(",")} == {False}
    assert words.label_meaning("unknown") is None
    assert words.is_unknown("keine Angabe")


def test_answers_months_and_documents_are_known_in_many_languages() -> None:
    assert {words.answer_meaning(value) for value in ("ja", "oui", "Sí", "tak", "是", "X")} == {
        True
    }
    assert {words.answer_meaning(value) for value in ("nein", "non", "nie", "否", "0")} == {False}
    assert words.answer_meaning("2") is None
    assert [words.month_number(month) for month in ("März", "août", "Okt.", "янв", "3月")] == [
        3, 8, 10, 1, 3,
    ]  # fmt: skip
    assert words.document_meaning("Stornorechnung") == "refund"
    assert words.document_meaning("Rechnung") == "sale"


def test_every_rule_uses_meanings_that_have_words() -> None:
    content = vocabulary.word_files()[0]
    known = {*content["terms"], *content["groups"], "*", "marital"}
    rules = [
        rule for role in content["roles"].values() for texts in role.values() for rule in texts
    ]
    rules += [rule for texts in content["never"].values() for rule in texts]
    used = {name for rule in rules for slot in rule.split() for name in slot.strip("()").split("|")}
    assert used <= known
    assert set(content["never"]) <= set(content["roles"])


def test_words_of_a_user_are_read_beside_the_shipped_ones(tmp_path: Path) -> None:
    file = tmp_path / "words.yaml"
    content = {
        "terms": {"customer": "gäst, hutspieler"},
        "values": {"status": {"counts": "abgesegnet"}},
    }
    file.write_text(yaml.safe_dump(content))
    assert roles.points("hutspieler_nr", "customer_id") == 0
    vocabulary.add_word_files([file])
    try:
        assert roles.points("hutspieler_nr", "customer_id") == 6
        assert words.status_meaning("Abgesegnet") == "counts"
        assert words.status_meaning("bezahlt") == "counts"
    finally:
        vocabulary.add_word_files([])
