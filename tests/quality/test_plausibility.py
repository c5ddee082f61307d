"""A run stops before it publishes a company that nobody has, unless a waiver says why."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from regulars.core.errors import DataError
from tests.small_projects import SmallProject, small_project

WAIVER = "checks: {{waivers: [{{check: {name}, by: Anna, why: one house for each}}]}}"
Row = Callable[[int], str]


def honest(number: int) -> str:
    """A sale of one of 120 customers, who all come again."""
    day = f"2023-{number % 12 + 1:02d}-{number % 27 + 1:02d}"
    return f"{number},{number % 120},{day},{number % 90 + 1}"


def _paid_back(number: int) -> str:
    """The sale of the number before, taken back."""
    _, *who_and_when, amount = honest(number - 1).split(",")
    return ",".join([str(number), *who_and_when, f"-{amount}"])


def shop(
    folder: Path, row: Row, *, customers: range | None = None, more: str = "", currency: str = ""
) -> SmallProject:
    """240 sales of 120 customers, made by `row`."""
    lines = "\n".join(row(number) for number in range(240))
    known = "\n".join(f"{number},2022-01-05" for number in customers or [])
    described = (
        "  customers: {source: people, columns: {customer_id: id, joined_at: joined}}\n"
        if customers
        else ""
    )
    people = "  people: {path: people.csv}\n" if customers else ""
    text = (
        "version: 1\nproject: shop\ncurrency: EUR\n"
        f"sources:\n  sales: {{path: sales.csv}}\n{people}"
        f"entities:\n{described}"
        "  transactions: {source: sales, columns: {transaction_id: id, customer_id: who, "
        f"occurred_at: at, amount: amount{currency}}}}}\n"
        f"churn: {{kind: silence, horizon: 30, activity_window: 90}}\n{more}\n"
    )
    files = {
        "sales.csv": f"id,who,at,amount{',currency' if currency else ''}\n{lines}\n",
        "people.csv": f"id,joined\n{known}\n",
    }
    return small_project(folder, {"regulars.yaml": text, **files})


FAULTS: dict[str, tuple[Row, dict[str, Any]]] = {
    "transactions.repeat_purchases": (
        lambda n: honest(n).replace(f",{n % 120},", f",w{n},", 1),
        {},
    ),
    "transactions.period": (lambda n: f"{n},{n % 120},2023-05-0{n % 7 + 1},{n % 90 + 1}", {}),
    "transactions.read": (
        lambda n: honest(n).replace("2023-", "20-23-") if n % 3 else honest(n),
        {},
    ),
    "transactions.net": (lambda n: _paid_back(n) if n % 2 else honest(n), {}),
    "transactions.in_currency": (
        lambda n: f"{honest(n)},{'USD' if n % 3 == 0 else 'EUR'}",
        {"currency": ", currency: currency"},
    ),
    "transactions.amounts": (lambda n: honest(n).rpartition(",")[0] + ",1", {}),
    "transactions.known_customers": (honest, {"customers": range(5000, 5120)}),
}


@pytest.mark.parametrize("name", FAULTS)
def test_an_implausible_company_stops_the_run(name: str, tmp_path: Path) -> None:
    row, more = FAULTS[name]
    made = shop(tmp_path, row, **more)
    with pytest.raises(DataError) as stopped:
        made.run("land", "clean", "check")
    assert "nothing is published" in str(stopped.value)
    failed = made.column("select name from ops.checks where kind = 'plausibility' and not passed")
    assert failed == [name]


def test_a_waiver_is_printed_and_lets_the_run_go_on(tmp_path: Path) -> None:
    name = "transactions.repeat_purchases"
    made = shop(tmp_path, FAULTS[name][0], more=WAIVER.format(name=name))
    made.run("land", "clean", "check")
    ((severity, message),) = made.rows(
        f"select severity, message from ops.checks where name = '{name}' and not passed"
    )
    assert severity == "info"
    assert "Anna" in message
    assert "one house" in message


def test_an_honest_company_passes(tmp_path: Path) -> None:
    made = shop(tmp_path, honest, customers=range(120))
    made.run("land", "clean", "check")
    assert all(made.column("select passed from ops.checks where kind = 'plausibility'"))
