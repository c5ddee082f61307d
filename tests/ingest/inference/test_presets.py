"""Exports of known systems are recognised by their header, and mapped as their preset says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from regulars.core.errors import SettingsError
from regulars.ingest.inference.preset_files import (
    Preset,
    best_preset,
    load_presets,
    shipped_presets,
)

SHOPIFY = """Name,Email,Financial Status,Currency,Total,Created at,Lineitem quantity,Lineitem name,\
Refunded Amount
#1,anna@example.org,paid,EUR,35.00,2024-01-05 10:00:00 +0100,1,Tea,0.00
#1,anna@example.org,,,,2024-01-05 10:00:00 +0100,2,Cup,
#2,bert@example.org,{status},EUR,20.00,2024-02-05 10:00:00 +0100,1,Tea,20.00
"""
TILL = """
system: Till of ours
export: sales
kind: till
entity: transactions
needs: [Bon, Kunde, Summe]
customer: Kunde
columns: {occurred_at: Zeit, amount: Summe}
"""


def test_an_export_is_mapped_as_its_preset_says(guess: Callable[..., Any]) -> None:
    guessed = guess(orders=SHOPIFY.format(status="refunded"))
    assert guessed["entities.transactions.source"] == "orders_with_refunds"
    assert guessed["entities.transactions.columns.customer_id"] == "email"
    assert guessed["entities.transactions.columns.kind"] is not None
    assert "recognised as an export of Shopify orders" in guessed.text
    assert guessed["questions"] is None


def test_an_unknown_status_is_asked_with_its_rows(guess: Callable[..., Any]) -> None:
    guessed = guess(orders=SHOPIFY.format(status="odd"))
    question = guessed["questions"][0]
    assert question["key"] == "orders_with_refunds.financial_status"
    assert len(question["answers"]) == 2


def test_the_most_specific_preset_wins() -> None:
    plain = Preset.model_validate(_preset(["A", "B", "C"]))
    special = Preset.model_validate(_preset(["A", "B", "C", "D"]))
    assert best_preset([plain, special], ["a", "b", "c", "d"]) is special
    assert best_preset([plain, special], ["a", "b", "c"]) is plain
    assert best_preset([plain, special], ["a", "b"]) is None


def _preset(needs: list[str]) -> dict[str, Any]:
    return {
        "system": "S", "export": "e", "kind": "shop", "entity": "transactions", "needs": needs,
        "customer": "A", "columns": {"occurred_at": "B", "amount": "C"},
    }  # fmt: skip


def test_a_users_own_preset_stands_before_ours(tmp_path: Path) -> None:
    (tmp_path / "till.yaml").write_text(TILL)
    own = load_presets([tmp_path])[0]
    assert own.title == "Till of ours sales"
    assert own.fits(["bon", "kunde", "summe", "zeit"])
    assert len(load_presets([tmp_path])) == len(shipped_presets()) + 1


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("kind: till", "kind: tills", 4),
        ("kind: till", "kind: till\nnotes: none", 5),
        ("amount: Summe", "amonut: Summe", 8),
        ("needs: [Bon, Kunde, Summe]", "needs: [Bon]", 6),
    ],
)
def test_a_preset_that_is_wrong_is_named_by_file_and_line(
    tmp_path: Path, old: str, new: str, line: int
) -> None:
    (tmp_path / "till.yaml").write_text(TILL.replace(old, new))
    with pytest.raises(SettingsError) as caught:
        load_presets([tmp_path])
    assert caught.value.where == f"{tmp_path / 'till.yaml'}, line {line}"


def test_an_export_that_names_no_customer_is_no_table_of_customers(
    guess: Callable[..., Any],
) -> None:
    header = "id,Type,Source,Amount,Fee,Net,Currency,Created (UTC),Available On (UTC)\n"
    rows = [f"txn_{n},charge,ch_{n},10.00,0.30,9.70,eur,2024-01-{n:02d} 10:00,2024-02-01\n"
            for n in range(1, 20)]  # fmt: skip
    guessed = guess(balance=header + "".join(rows))
    assert [question["key"] for question in guessed["questions"]] == ["balance.customer_id"]


def test_of_a_shop_and_its_payments_the_shop_is_taken(guess: Callable[..., Any]) -> None:
    payments = (
        "id,Created (UTC),Amount,Amount Refunded,Currency,Status,Customer ID,Customer Email\n"
    )
    payments += "ch_1,2024-01-05 10:00,35.00,0.00,eur,Paid,cus_1,anna@example.org\n"
    payments += "ch_2,2024-02-05 10:00,20.00,20.00,eur,Refunded,cus_2,bert@example.org\n"
    guessed = guess(orders=SHOPIFY.format(status="refunded"), payments=payments)
    assert guessed["entities.transactions.source"] == "orders_with_refunds"
    assert guessed.leaves_open("payments")
