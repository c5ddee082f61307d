"""`regulars init` again, after people edited the file and new files came."""

from __future__ import annotations

import yaml

from regulars.ingest.inference.merging import merged

BEFORE = """\
version: 1
project: shop
currency: EUR
sources:
  sales: {path: sales_1.csv}
entities:
  transactions:
    source: sales
    columns: {customer_id: who, occurred_at: day, amount: total}
churn: {kind: silence, horizon: 90}
"""
EDITED = BEFORE.replace("currency: EUR", "currency: CHF  # asked the bookkeeper").replace(
    "90", "60"
)
NOW = BEFORE.replace("sales_1.csv", "sales_*.csv").replace("amount: total", "amount: net").replace(
    "churn:", "  customers: {source: people, columns: {customer_id: who}}\nchurn:"
).replace("entities:", "  people: {path: people.csv}\nentities:").replace("90", "120")  # fmt: skip


def test_edits_stay_and_what_new_files_change_is_taken() -> None:
    text = merged(EDITED, proposed_before=BEFORE, proposed=NOW)
    settings = yaml.safe_load(text)
    assert (settings["currency"], settings["churn"]["horizon"]) == ("CHF", 60)
    assert "currency: CHF  # asked the bookkeeper" in text
    assert settings["sources"] == {
        "sales": {"path": "sales_*.csv"},
        "people": {"path": "people.csv"},
    }
    assert settings["entities"]["transactions"]["columns"]["amount"] == "net"
    assert settings["entities"]["customers"]["source"] == "people"


def test_without_an_earlier_proposal_settings_are_only_added() -> None:
    settings = yaml.safe_load(merged(EDITED, proposed_before=None, proposed=NOW))
    assert settings["sources"] == {
        "sales": {"path": "sales_1.csv"},
        "people": {"path": "people.csv"},
    }
    assert settings["entities"]["transactions"]["columns"]["amount"] == "total"
    assert settings["churn"]["horizon"] == 60


def test_the_same_proposal_changes_nothing() -> None:
    assert merged(EDITED, proposed_before=BEFORE, proposed=BEFORE) == EDITED
