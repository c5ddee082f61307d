"""What `regulars init` says that it understood."""

from __future__ import annotations

from pathlib import Path

from regulars.core.settings import project_of_text
from regulars.insights.understood_settings import understood

ROWS = """
version: 1
project: shop
sources: {people: {path: people.csv}}
entities:
  customers:
    source: people
    columns: {customer_id: {sql: "_file || ' row ' || cast(_row_number as varchar)"}}
"""


def test_customers_without_a_key_are_rows_and_no_sql(tmp_path: Path) -> None:
    said = dict(understood(project_of_text(ROWS, tmp_path / "regulars.yaml"), {}))
    assert said["customers"] == "each row of people"
    assert "not defined" in said["churn"]
