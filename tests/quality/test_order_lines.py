"""Fields that stand on the first line of an order only count for all its lines, and totals once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from regulars.core.settings import PROJECT_FILE
from tests.small_projects import small_project

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS = """
version: 1
project: lines
sources:
  orders:
    path: orders.csv
    types: {total: number}
    order_lines: {order: order_no, fill: [WHO, day], once: [total]}
entities:
  transactions:
    source: orders
    columns: {customer_id: who, occurred_at: day, amount: total, order_id: order_no, product: item}
churn: {kind: silence, horizon: 30}
"""
# The number 7 is used again: those rows stand apart where a row without one belongs to the row above.
ORDERS = """order_no,who,day,total,item
7,anna,2024-05-01,10.00,tea
{next},,,,cup
8,ben,2024-05-02,5.50,tea
7,carla,2024-06-01,2.25,pot
{next},,,2.25,tea
"""


@pytest.mark.parametrize(("number", "fill"), [("7", "who, day"), ("", "order_no, who, day")])
def test_lines_take_what_the_first_line_of_their_order_says(
    tmp_path: Path, number: str, fill: str
) -> None:
    rows = ORDERS.replace("{next}", number)
    if number:  # one order of four lines: the first value counts for all
        rows = rows.replace("7,carla,2024-06-01,2.25,pot", "9,carla,2024-06-01,2.25,pot")
        rows = rows.replace("7,,,2.25,tea", "9,,,2.25,tea")
    files = {PROJECT_FILE: SETTINGS.replace("WHO, day", fill), "orders.csv": rows}
    made = small_project(tmp_path / "lines", files)
    made.run("land", "clean")
    counted = made.rows(
        "select customer_id, count(*), sum(amount) from gold.fct_transactions group by 1 order by 1"
    )
    assert [(who, rows, float(amount)) for who, rows, amount in counted] == [
        ("anna", 2, 10.0),
        ("ben", 1, 5.5),
        ("carla", 2, 2.25),
    ]
