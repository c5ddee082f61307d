"""The audit deletes the future: a weak count that sees it is named, and nobody learns from it."""

from __future__ import annotations

import json
import random
from datetime import date, timedelta

import pytest

from regulars.cli.app import main
from regulars.core.errors import LeakageError
from tests.small_projects import NOON, SmallProject, small_project

SETTINGS = """
version: 1
project: corner shop
sources:
  sales: {path: sales.csv}
  shoppers:
    sql: select who, count(distinct hour) as busy_hours from {sales} group by who
entities:
  customers:
    source: shoppers
    columns: {customer_id: who}
    attributes: {busy_hours: {column: busy_hours, type: number}}
  transactions:
    source: sales
    columns: {transaction_id: id, customer_id: who, occurred_at: day, amount: total}
features: {windows: [30]}
churn: {kind: silence, horizon: 30, max_cutoffs: 1}
"""


def sales() -> str:
    """80 customers over half a year, some of them seldom."""
    draw, lines = random.Random(3), ["id,who,day,hour,total"]
    for who in range(80):
        day = date(2024, 1, 1) + timedelta(days=draw.randrange(40))
        while day < date(2024, 6, 20):
            lines.append(
                f"{len(lines)},c{who},{day},{draw.randrange(8, 20)},{draw.randrange(5, 90)}"
            )
            day += timedelta(days=1 + int(draw.expovariate(1 / (8 + who))))
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> SmallProject:
    files = {"regulars.yaml": SETTINGS, "sales.csv": sales()}
    made = small_project(tmp_path_factory.mktemp("shop"), files)
    made.run("land", "clean", "features")
    return made


def test_a_weak_count_that_sees_the_future_is_named_and_no_other_input(
    shop: SmallProject, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--project", str(shop.folder), "--json", "churn", "audit"])
    assert ended.value.code == 1
    found = json.loads(capsys.readouterr().out)
    assert found["refused"] == ["busy_hours"]
    assert found["future"]["deleted"] > 0
    (line,) = [one for one in found["inputs"] if one["input"] == "busy_hours"]
    assert line["future"] == "changed"
    assert "it looks ahead" in line["reason"]
    assert {one["future"] for one in found["inputs"] if one is not line} == {"unchanged"}
    assert [row[0] for row in shop.rows("select schema_name from information_schema.schemata "
                                        "where schema_name like 'past%'")] == []  # fmt: skip
    # What the audit found holds for training until features are defined anew.
    with pytest.raises(LeakageError, match="'busy_hours' changes when rows from"):
        shop.run("train", at=NOON + timedelta(hours=2))
