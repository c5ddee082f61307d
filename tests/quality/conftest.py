"""A shop whose delivery has one fault of every kind, cleaned and checked once."""

from __future__ import annotations

import pytest

from tests.small_projects import SmallProject, small_project

SETTINGS = """
version: 1
project: faults
sources:
  people: {path: people.csv, load: replace}
  sales: {path: sales.csv}
  flags: {path: flags.csv}
entities:
  customers:
    source: people
    columns: {customer_id: who, joined_at: joined}
    attributes: {age: {column: age, type: number}, plan: plan}
  transactions:
    source: sales
    columns: {transaction_id: id, customer_id: who, occurred_at: at, amount: total, kind: status}
  labels:
    source: flags
    columns: {customer_id: who, churned: left}
churn: {kind: labelled}
checks:
  rows: 3
  expect:
    transactions: {rows: [5, 20], months: [1, 3], amount: [0, 100], sales: [0.5, 0.9]}
    customers: {rows: [1, 3]}
"""
PEOPLE = """who,joined,age,plan
anna,2024-05-01,30,basic
anna,2024-05-01,31,basic
bert,2024-06-10,old,
carla,2024-05-01,40,plus
dora,2024-05-01,,
"""
SALES = """id,who,at,total,status
1,anna,2024-05-01,10,sale
2,anna,2024-06-20,20,sale
3,bert,2024-06-09,5,sale
4,carla,2024-06-10,0,sale
5,ghost,2024-06-10,7,sale
6,ghost,2024-06-11,7,refund
6,ghost,2024-06-11,8,sale
7,anna,2030-01-01,1,sale
8,anna,sometime,1,sale
,anna,2024-06-11,1,sale
"""
FLAGS = """who,left
anna,no
bert,no
carla,no
dora,no
"""
FILES = {"regulars.yaml": SETTINGS, "people.csv": PEOPLE, "sales.csv": SALES, "flags.csv": FLAGS}


@pytest.fixture(scope="module")
def faults(tmp_path_factory: pytest.TempPathFactory) -> SmallProject:
    made = small_project(tmp_path_factory.mktemp("faults"), FILES)
    made.run("land", "clean", "check")
    return made
