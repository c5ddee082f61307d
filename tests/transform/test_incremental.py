"""Any sequence of deliveries gives the tables that a rebuild from the same bronze gives."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regulars.core.progress import Silent
from regulars.core.settings import read_project
from regulars.core.step_results import StepResult
from regulars.flows.context import RunContext
from regulars.flows.step_clean import clean
from regulars.flows.step_land import land_sources
from regulars.ingest.increments import FullBuild
from regulars.ml.registry import Registry
from regulars.release.release_store import Releases

PROJECT = """
version: 1
project: deliveries
sources:
  sales: {path: "data/sales*.csv", columns: [id, customer, at, amount, known]}
  calls: {path: "data/calls*.csv"}
entities:
  transactions:
    source: sales
    columns: {transaction_id: id, customer_id: customer, occurred_at: at, amount: amount,
              known_at: known}
  interactions:
    source: calls
    columns: {customer_id: customer, occurred_at: at, kind: kind}
"""
TABLES = {
    "gold.fct_transactions": "transaction_id",
    "gold.fct_interactions": "interaction_id",
    "gold.fct_customer_periods": "customer_id, period, known_period",
    "gold.dim_customer": "customer_id, valid_from",
    "silver.rejected_rows": "source_name, file_name, row_number",
    "gold.row_reconciliation": "entity",
}
FIRST = date(2024, 6, 1)


class Company:
    """A tiny company whose files arrive one by one; dbt is parsed once."""

    def __init__(self, root: Path) -> None:
        (root / "data").mkdir(parents=True)
        (root / "regulars.yaml").write_text(PROJECT, "utf-8")
        self.root = root
        self.deliveries = 0
        self.context = RunContext(
            read_project(root),
            "test",
            _hour(0),
            Silent(),
            Registry(root / ".regulars"),
            Releases(root / ".regulars"),
        )
        self.deliver("sales", [("never", "nobody", FIRST, "1", FIRST)])
        self.deliver("calls", [("nobody", FIRST, "question")])

    def deliver(self, source: str, rows: list[tuple[object, ...]]) -> None:
        """One more file of a source."""
        self.deliveries += 1
        header = {"sales": "id customer at amount known", "calls": "customer at kind"}[source]
        path = self.root / "data" / f"{source}{self.deliveries:03}.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([header.split(), *rows])

    def build(self) -> StepResult:
        """Land and clean what is there; what the step came to."""
        self.context.started_at = _hour(self.deliveries)
        land_sources(self.context)
        return clean(self.context)

    def tables(self) -> dict[str, list[tuple[object, ...]]]:
        """All rows of the cleaned tables, in order."""
        return {
            table: self.context.warehouse.rows(f"select * from {table} order by {order}")
            for table, order in TABLES.items()
        }

    def rebuild(self) -> StepResult:
        """Clean again from everything delivered."""
        self.context.warehouse.execute("drop table ops.built_batches")
        return clean(self.context)

    def empty(self) -> None:
        """Forget all deliveries but the first two."""
        for schema in ("bronze", "ops", "silver", "gold"):
            self.context.warehouse.execute(f"drop schema if exists {schema} cascade")
        for path in sorted((self.root / "data").glob("*.csv"))[:]:
            if path.stem not in ("sales001", "calls002"):
                path.unlink()
        self.deliveries = 2
        self.build()


def _hour(number: int) -> datetime:
    return datetime(2025, 1, 1, tzinfo=UTC) + timedelta(hours=number)


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    made = Company(tmp_path_factory.mktemp("company"))
    made.build()
    yield made
    made.context.close()


days = st.integers(0, 12).map(lambda number: FIRST + timedelta(days=number))
customers = st.sampled_from(["anna", "bob", "carla", ""])
sales = st.builds(
    lambda key, who, at, amount, late: (key, who, at, amount, at + timedelta(days=late)),
    st.integers(1, 12),
    customers,
    days,
    st.sampled_from(["10", "2.50", "-3", "many"]),
    st.sampled_from([0, 0, 9]),
)
calls = st.tuples(customers, days, st.sampled_from(["question", "complaint"]))
deliveries = st.lists(
    st.one_of(
        st.tuples(st.just("sales"), st.lists(sales, min_size=1, max_size=6)),
        st.tuples(st.just("calls"), st.lists(calls, min_size=1, max_size=4)),
    ),
    min_size=1,
    max_size=4,
)


@settings(
    max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(deliveries)
def test_increments_give_the_tables_of_a_full_rebuild(
    company: Company, arriving: list[tuple[str, list[tuple[object, ...]]]]
) -> None:
    company.empty()
    for source, rows in arriving:
        company.deliver(source, rows)
        assert company.build().counts["new_deliveries"] == 1
    by_increments = company.tables()
    assert company.rebuild().facts["full_build"] == FullBuild.FIRST
    assert company.tables() == by_increments
    assert all(row[-1] for row in by_increments["gold.row_reconciliation"])


@settings(
    max_examples=1, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(sales, min_size=2, max_size=8, unique_by=lambda row: row[0]), st.randoms())
def test_immutable_events_give_the_same_facts_in_any_order(
    company: Company, rows: list[tuple[object, ...]], random: object
) -> None:
    facts = []
    for order in (rows, rows[::-1]):
        company.empty()
        half = len(order) // 2
        for part in (order[:half], order[half:], order[:half]):
            company.deliver("sales", part)
            company.build()
        facts.append(
            company.context.warehouse.rows(
                "select * exclude (batch_id) from gold.fct_transactions order by transaction_id"
            )
        )
    assert facts[0] == facts[1]


def test_an_increment_recomputes_only_the_customer_periods_it_touches(company: Company) -> None:
    company.empty()
    company.deliver("sales", [(1, "anna", FIRST, "10", FIRST), (2, "bob", FIRST, "5", FIRST)])
    company.build()
    company.context.warehouse.execute("update gold.fct_customer_periods set amount = 99")
    company.deliver("sales", [(3, "anna", FIRST, "1", FIRST)])
    company.build()
    amounts = company.context.warehouse.rows(
        "select customer_id, amount from gold.fct_customer_periods where customer_id <> 'nobody' "
        "order by customer_id"
    )
    assert [(who, float(amount)) for who, amount in amounts] == [("anna", 11.0), ("bob", 99.0)]
