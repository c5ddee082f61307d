"""What stands in for a source that fails: nothing, what was landed, or made-up rows, marked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from regulars.core.errors import SettingsError, SourceUnavailable
from regulars.ingest.landed import LandedSource
from regulars.ingest.ledger import synthetic_batches
from regulars.ingest.sources.retrying import Patience
from regulars.warehouse.releases import Releases
from tests.ingest.sources.conftest import Landings, WebServer
from tests.small_projects import small_project

ORDERS = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
REAL = (ORDERS + "1,a,b,1,2011-12-09 12:50,2.5,17850,UK\n").encode()
SETTINGS = """
version: 1
project: corner shop
recipe: transactions
synthetic: {customers: 60}
sources:
  transactions: {url: "sqlite:///till.db", table: sales, on_failure: synthetic}
entities:
  transactions:
    source: transactions
    columns: {customer_id: customer_id, occurred_at: transaction_date, amount: amount}
"""


@pytest.fixture
def shop(landing: Landings) -> Landings:
    """A small project of the recipe retail, whose invoices stand on a web server."""
    landing.settings |= {"recipe": "retail", "synthetic": {"customers": 60}}
    landing.name = "invoices"
    return landing


def land(shop: Landings, web: WebServer) -> LandedSource:
    """Land the invoices, made up if need be."""
    path = f"{web.url}/invoices.csv"
    return shop(path=path, on_failure="synthetic", retries=0, format="csv", delimiter=",")


def test_made_up_rows_stand_in_where_nothing_real_was_landed(
    web: WebServer, shop: Landings
) -> None:
    landed = land(shop, web)
    assert "404 Not Found" in str(landed.failure)
    assert "SYNTHETIC" in str(landed.failure)
    assert landed.rows > 100
    assert list(synthetic_batches(shop.warehouse).values()) == ["invoices"]
    again = land(shop, web)
    assert again.batch_id is None
    assert "SYNTHETIC" in str(again.failure)


def test_real_rows_take_the_place_of_made_up_ones(web: WebServer, shop: Landings) -> None:
    land(shop, web)
    web.files["/invoices.csv"] = REAL
    assert land(shop, web).rows == 1
    assert shop.warehouse.rows("select invoice_no from bronze.invoices") == [("1",)]
    assert synthetic_batches(shop.warehouse) == {}
    assert shop.warehouse.rows("select is_synthetic, is_current from ops.batches order by 1") == [
        (False, True),
        (True, False),
    ]


def test_real_rows_are_never_mixed_with_made_up_ones(web: WebServer, shop: Landings) -> None:
    web.files["/invoices.csv"] = REAL
    land(shop, web)
    web.failures = [503]
    landed = land(shop, web)
    assert landed.batch_id is None
    assert "the copy fetched" in str(landed.failure)
    assert synthetic_batches(shop.warehouse) == {}


def test_a_source_that_no_table_of_the_recipe_stands_for_is_refused_at_once(
    web: WebServer, shop: Landings
) -> None:
    shop.name = "invoice"
    with pytest.raises(SettingsError, match="did you mean 'invoices'"):
        land(shop, web)
    assert web.asked == []


def test_a_release_of_made_up_rows_says_so_everywhere(tmp_path: Path) -> None:
    shop = small_project(tmp_path / "shop", {"regulars.yaml": SETTINGS})
    outcome = shop.run()
    assert "SYNTHETIC" in outcome.steps[0].note
    releases = Releases(shop.project.state)
    current = releases.current()
    folder = releases.path(current.release_id)
    assert tuple(current.synthetic) == ("transactions",)
    assert json.loads((folder / "project.json").read_text())["synthetic"] == ["transactions"]
    for name in ("report.html", "report.json", "summary.txt"):
        assert "SYNTHETIC DATA: the rows of transactions are made up" in (folder / name).read_text()


@pytest.mark.parametrize(("chance", "waits"), [(0.0, [2, 4, 8]), (1.0, [2.5, 5, 10])])
def test_waits_grow_and_differ_by_chance(chance: float, waits: list[float]) -> None:
    slept: list[float] = []
    patience = Patience(sleep=slept.append, chance=lambda: chance)

    def call() -> None:
        raise SourceUnavailable("the server gives no answer")

    with pytest.raises(SourceUnavailable):
        patience.tried(call, retries=3, delay=2, tell=lambda _: None)
    assert slept == waits


def test_an_answer_ends_the_waiting() -> None:
    slept, told, answers = [], [], iter([SourceUnavailable("busy"), SourceUnavailable("busy"), 7])

    def call() -> int:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    patience = Patience(sleep=slept.append, chance=lambda: 0.0)
    assert patience.tried(call, retries=3, delay=2, tell=told.append) == 7
    assert slept == [2, 4]
    assert told[0] == "busy; asked again in 2 s (1 of 3)"
