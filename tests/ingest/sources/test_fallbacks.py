"""What stands in for a source that fails: nothing, what was landed, or synthetic rows, marked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from regulars.core.errors import SettingsError, SourceError, SourceUnavailable
from regulars.core.step_results import WarningKind
from regulars.ingest.batch_records import synthetic_batches
from regulars.ingest.landed import LandedSource
from regulars.ingest.sources.retrying import RetryPolicy
from regulars.release.release_store import Releases
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
    """Land the invoices, synthetic ones if need be."""
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


def test_a_release_of_synthetic_rows_says_so_everywhere(tmp_path: Path) -> None:
    shop = small_project(tmp_path / "shop", {"regulars.yaml": SETTINGS})
    outcome = shop.run()
    (warning,) = outcome.steps[0].result.warnings
    assert warning.kind is WarningKind.SOURCE_FAILED
    assert "SYNTHETIC" in warning.detail
    releases = Releases(shop.project.state)
    current = releases.current()
    folder = releases.path(current.release_id)
    assert tuple(current.fallback_sources) == ("transactions",)
    facts = json.loads((folder / "project.json").read_text())
    assert facts["fallback_sources"] == ["transactions"]
    for name in ("report.html", "report.json", "summary.txt"):
        assert (
            "SYNTHETIC DATA: the rows of transactions are synthetic" in (folder / name).read_text()
        )


def unavailable() -> None:
    """A server that never answers."""
    raise SourceUnavailable("the server gives no answer")


def waits_of(policy_jitter: float, *, delay: float = 2) -> list[float]:
    """The seconds that three retries wait."""
    slept: list[float] = []
    policy = RetryPolicy(sleep=slept.append, jitter=policy_jitter)
    with pytest.raises(SourceUnavailable):
        policy.run(unavailable, retries=3, delay=delay, emit=lambda _: None)
    return slept


def test_each_wait_is_twice_the_one_before() -> None:
    assert waits_of(0.0) == [2, 4, 8]


def test_no_wait_is_longer_than_five_minutes() -> None:
    assert waits_of(0.0, delay=200) == [200, 300, 300]


def test_jitter_shortens_a_wait_by_a_quarter_at_most() -> None:
    for full, wait in zip([2, 4, 8], waits_of(0.25), strict=True):
        assert 0.75 * full <= wait <= full


def test_an_answer_ends_the_waiting() -> None:
    slept, lines, answers = [], [], iter([SourceUnavailable("busy"), SourceUnavailable("busy"), 7])

    def attempt() -> int:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    policy = RetryPolicy(sleep=slept.append, jitter=0.0)
    assert policy.run(attempt, retries=3, delay=2, emit=lines.append) == 7
    assert slept == [2, 4]
    assert lines[0] == "busy; retry 1 of 3 in 2 s"


def test_any_other_error_is_raised_at_once() -> None:
    slept: list[float] = []

    def attempt() -> None:
        raise SourceError("no such file")

    with pytest.raises(SourceError, match="no such file"):
        RetryPolicy(sleep=slept.append).run(attempt, retries=3, delay=2, emit=lambda _: None)
    assert slept == []
