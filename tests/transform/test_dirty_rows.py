"""Nothing is lost: of thousands of rows with every kind of dirt, each is accounted for once."""

from __future__ import annotations

import csv
import io
import random

import pytest

from tests.small_projects import SmallProject, small_project

SETTINGS = """
version: 1
project: dirt
sources:
  people: {path: people.csv}
  sales: {path: sales.csv}
  lines: {path: lines.csv}
  calls: {path: calls.csv, load: upsert}
entities:
  customers:
    source: people
    columns: {customer_id: who, joined_at: day, changed_at: day}
    attributes: {note: text}
  transactions:
    source: sales
    columns: {transaction_id: id, customer_id: who, occurred_at: day, amount: amount}
  touches:
    source: lines
    columns: {customer_id: who, occurred_at: day, cost: amount, campaign: text}
  interactions:
    source: calls
    columns: {interaction_id: id, customer_id: who, occurred_at: day, duration: amount}
checks:
  waivers:
    - {check: transactions.read, by: the test, why: more than half of the values are dirt on purpose}
"""
FILES = {
    "people": "customers",
    "sales": "transactions",
    "lines": "touches",
    "calls": "interactions",
}
ROWS = 1_500
VALUES = {
    "id": ["", " ", "1", "2", "a b", "1e5", "NULL", *map(str, range(400))],
    "who": ["", "  ", "anna", "Anna", "bert ", "O'Hara", "ß", "名", *"cdefg"],
    "day": ["", "2024-06-01", "2024-06-01 10:00:00", "2024-02-30", "3000-01-01", "1800-01-01",
            "01/02/2024", "yesterday", "2024-06-01T10:00:00Z", "2024-06-01T10:00:00+14:00"],
    "amount": ["", "0", "-5", "1,234.50", "$7", "1e3", "ten", "99999999999999999999", "(3.00)", "٣"],
    "text": ["", "plain", 'with "quotes"', "two\nlines", "semi;colon", "comma, here", "\u00a0", "🙂"],
}  # fmt: skip


def dirty(seed: int) -> str:
    """A CSV file of rows drawn from the values above; many are equal."""
    draw = random.Random(seed)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(VALUES)
    writer.writerows([draw.choice(found) for found in VALUES.values()] for _ in range(ROWS))
    return text.getvalue()


@pytest.fixture(scope="module")
def dirt(tmp_path_factory: pytest.TempPathFactory) -> SmallProject:
    files = {f"{name}.csv": dirty(seed) for seed, name in enumerate(FILES)}
    made = small_project(tmp_path_factory.mktemp("dirt"), {"regulars.yaml": SETTINGS, **files})
    made.run("land", "clean", "check")
    return made


def test_what_was_read_is_what_was_kept_rejected_and_merged(dirt: SmallProject) -> None:
    found = dirt.rows(
        "select entity, read_rows, is_balanced from gold.row_reconciliation order by 1"
    )
    assert found == [(entity, ROWS, True) for entity in sorted(FILES.values())]


@pytest.mark.parametrize("source", FILES)
def test_no_row_is_lost_and_none_is_counted_twice(dirt: SmallProject, source: str) -> None:
    landed = dirt.column(f"select _row_number from bronze.{source}")
    aside = dirt.column(
        f"select row_number from silver.rejected_rows where source_name = '{source}'"
    )
    kept = dirt.column(
        f"select kept_rows from gold.row_reconciliation where entity = '{FILES[source]}'"
    )
    assert len(landed) == len(set(landed)) == ROWS
    assert len(aside) == len(set(aside))
    assert set(aside) <= set(landed)
    assert kept == [ROWS - len(aside)]


def test_every_rejected_row_has_a_reason(dirt: SmallProject) -> None:
    sql = "select count(*) from silver.rejected_rows where coalesce(reason, '') = ''"
    assert dirt.column(sql) == [0]
    assert dirt.column("select count(distinct reason) from silver.rejected_rows")[0] >= 7


def test_a_sum_stays_a_sum(dirt: SmallProject) -> None:
    rows = "select sum(amount), count(*) from gold.fct_transactions where kind = 'sale'"
    rolled = "select sum(amount), cast(sum(order_lines) as bigint) from gold.fct_customer_periods"
    assert dirt.rows(rows) == dirt.rows(rolled)
