"""A shop so small that a whole run takes seconds."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.small_projects import SmallProject, small_project

SETTINGS = """
version: 1
project: corner shop
sources:
  sales: {path: "sales*.csv"}
entities:
  transactions:
    source: sales
    columns: {transaction_id: id, customer_id: who, occurred_at: day, amount: total}
churn:
  kind: silence
  horizon: 30
"""
SALES = """id,who,day,total
1,anna,2024-05-01,10
2,anna,2024-06-20,20
3,bert,2024-06-21,5
4,bert,2024-06-21,
"""


@pytest.fixture
def shop(tmp_path: Path) -> SmallProject:
    return small_project(tmp_path / "shop", {"regulars.yaml": SETTINGS, "sales.csv": SALES})


@pytest.fixture
def shop_without_churn(shop: SmallProject) -> SmallProject:
    shop.change("churn:\n  kind: silence\n  horizon: 30\n", "")
    return shop
