"""The same files give the same tables: in one landing, in several, in any order, or once more."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from regulars.core.progress import Silent
from regulars.core.settings import read_project
from regulars.core.step_results import StepResult
from regulars.flows.context import RunContext
from regulars.flows.step_clean import clean
from regulars.flows.step_land import land_sources
from regulars.ingest.increments import FullBuild
from regulars.ingest.quality.freshness import newest_deliveries
from regulars.ml.registry import Registry
from regulars.release.release_store import Releases

PROJECT = """
version: 1
project: order of files
sources:
  sales: {path: "data/sales*.csv"}
  calls: {path: "data/calls*.csv"}
  mails: {path: "data/mails*.csv", load: upsert}
  people: {path: "data/people*.csv"}
entities:
  transactions:
    source: sales
    columns: {customer_id: who, occurred_at: at, amount: paid}
  interactions:
    source: calls
    columns: {interaction_id: id, customer_id: who, occurred_at: at, kind: kind}
  touches:
    source: mails
    columns: {touch_id: id, customer_id: who, occurred_at: at, campaign: kind}
  customers:
    source: people
    columns: {customer_id: who}
    attributes: {town: town}
"""
HEADERS = {
    "sales": "who,at,paid", "calls": "id,who,at,kind", "mails": "id,who,at,kind",
    "people": "who,town",
}  # fmt: skip
# Lineage is told apart by landing, and dates of versions too: the rest must be equal.
FACTS = {
    "sales": "select * exclude (batch_id, customer_key) from gold.fct_transactions order by all",
    "calls": "select * exclude (batch_id, customer_key) from gold.fct_interactions order by all",
    "mails": "select * exclude (batch_id, customer_key) from gold.fct_touches order by all",
    "periods": "select * from gold.fct_customer_periods order by all",
    "people": "select customer_id, town from gold.dim_customer where is_current order by all",
    "rows": "select * from gold.row_reconciliation where entity <> 'customers' order by all",
}
Files = dict[str, list[str]]


class Company:
    """A company that can be emptied; its warehouse and its dbt project stay open."""

    def __init__(self, root: Path) -> None:
        (root / "data").mkdir(parents=True)
        (root / "regulars.yaml").write_text(PROJECT, "utf-8")
        state = root / ".regulars"
        self.root = root
        self.context = RunContext(
            read_project(root), "test", _hour(0), Silent(), Registry(state), Releases(state)
        )

    def write(self, files: Files) -> None:
        """Files of the company, by their names."""
        for name, rows in files.items():
            text = "\n".join([HEADERS[name.split("_")[0]], *rows, ""])
            (self.root / "data" / f"{name}.csv").write_text(text, "utf-8")

    def build(self, hour: int = 0) -> StepResult:
        """Land and clean what is there at an hour of the clock."""
        self.context.started_at = _hour(hour)
        land_sources(self.context)
        return clean(self.context)

    def facts(self) -> dict[str, list[tuple[object, ...]]]:
        """What the cleaned tables say."""
        return {name: self.context.warehouse.rows(sql) for name, sql in FACTS.items()}

    def empty(self) -> None:
        """Forget everything."""
        for schema in ("bronze", "ops", "silver", "gold"):
            self.context.warehouse.execute(f"drop schema if exists {schema} cascade")
        for path in (self.root / "data").glob("*.csv"):
            path.unlink()


def _hour(number: int) -> datetime:
    return datetime(2025, 1, 1, tzinfo=UTC) + timedelta(hours=number)


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    made = Company(tmp_path_factory.mktemp("company"))
    yield made
    made.context.close()


BASE: Files = {f"{source}_0": [] for source in HEADERS}


def drawn_files(seed: int) -> Files:
    """Overlapping files: rows that repeat within a file, and keys of several values."""
    draw = random.Random(seed)

    def row(source: str) -> str:
        who, day = draw.choice("abc"), draw.randint(1, 3)
        rest = {"sales": f"{who},2024-06-0{day},{draw.randint(1, 2)}", "people": f"{who},t{day}"}
        return rest.get(source) or f"{draw.randint(1, 4)},{who},2024-06-0{day},{draw.choice('xy')}"

    return {
        f"{source}_{number}": [row(source) for _ in range(draw.randint(1, 5))]
        for source in HEADERS
        for number in (2, 9, 10)
    }


@pytest.mark.parametrize("seed", [1, 2])
def test_any_split_of_files_into_landings_gives_the_same_tables(
    company: Company, seed: int
) -> None:
    files = drawn_files(seed)
    company.empty()
    company.write(BASE | files)
    company.build()
    together = company.facts()
    assert dict(_sales(together)) == dict(_most_in_one_file(files))
    assert _values(together["calls"]) == _first(files, "calls", later=False)
    assert _values(together["mails"]) == _first(files, "mails", later=True)
    assert dict(together["people"]) == _towns(files)

    company.empty()
    company.write(BASE)
    names = sorted(files)
    random.Random(seed).shuffle(names)
    for hour, part in enumerate((names[:3], names[3:7], names[7:])):
        company.write({name: files[name] for name in part})
        # The clock goes back in the middle: what landed is not ordered by it.
        company.build(hour if hour != 1 else 9000)
    assert company.facts() == together


def _sales(facts: dict[str, list[tuple[object, ...]]]) -> Counter[tuple[str, str, float]]:
    sales: Counter[tuple[str, str, float]] = Counter()
    for row in facts["sales"]:
        _, who, at, *rest = row
        sales[(str(who), str(at)[:10], float(str(rest[6])))] += 1
    return sales


def _most_in_one_file(files: Files) -> Counter[tuple[str, str, float]]:
    """How often each sale stands in the file that has most of it."""
    sales: Counter[tuple[str, str, float]] = Counter()
    for name, rows in files.items():
        if name.startswith("sales"):
            sales |= Counter(
                (who, at, float(paid)) for who, at, paid in (row.split(",") for row in rows)
            )
    return sales


def _in_order(files: Files, source: str) -> list[str]:
    return [row for number in (2, 9, 10) for row in files[f"{source}_{number}"]]


def _first(files: Files, source: str, *, later: bool) -> dict[str, str]:
    """The customer of each key, by the first row of it, or by the last."""
    rows = _in_order(files, source)
    return {row.split(",")[0]: row.split(",")[1] for row in (rows if later else rows[::-1])}


def _values(rows: list[tuple[object, ...]]) -> dict[str, str]:
    return {str(row[0]): str(row[1]) for row in rows}


def _towns(files: Files) -> dict[object, object]:
    seen: dict[object, object] = {
        row.split(",")[1]: None for source in ("calls", "mails") for row in _in_order(files, source)
    } | {row.split(",")[0]: None for row in _in_order(files, "sales")}
    return seen | dict(tuple(row.split(",")) for row in _in_order(files, "people"))


def test_an_overlapping_file_is_taken_in_as_an_increment(company: Company) -> None:
    company.empty()
    company.write({**BASE, "sales_1": ["a,2024-06-01,5", "a,2024-06-01,5", "b,2024-06-02,1"]})
    company.build()
    company.write({"sales_2": ["a,2024-06-01,5", "b,2024-06-03,1"]})
    assert company.build(1).facts["full_build"] is None
    assert sorted(company.facts()["rows"])[-1][1:5] == (5, 4, 0, 1)
    # The file grows: what it held is merged, what is new counts.
    company.write(
        {"sales_2": ["a,2024-06-01,5", "b,2024-06-03,1", "a,2024-06-01,5", "c,2024-06-04,2"]}
    )
    company.build(2)
    assert _sales(company.facts()) == Counter(
        {("a", "2024-06-01", 5.0): 2, ("b", "2024-06-02", 1.0): 1, ("b", "2024-06-03", 1.0): 1,
         ("c", "2024-06-04", 2.0): 1}
    )  # fmt: skip


def test_a_file_of_an_earlier_name_that_lands_late_is_the_earlier_one_all_the_same(
    company: Company,
) -> None:
    company.empty()
    company.write({**BASE, "calls_9": ["1,a,2024-06-01,x"], "people_9": ["a,Oslo"]})
    company.build()
    kinds = "select kind from gold.fct_interactions order by interaction_id"
    company.write({"calls_10": ["1,a,2024-06-01,z", "2,a,2024-06-01,z"]})
    assert company.build(1).facts["full_build"] is None
    assert company.context.warehouse.rows(kinds) == [("x",), ("z",)]
    company.write({"calls_2": ["1,a,2024-06-01,y"], "people_2": ["a,Rome"]})
    company.build(2)
    assert company.context.warehouse.rows(kinds) == [("y",), ("z",)]
    # Of a customer the last file says what is so now, and it has landed already.
    assert company.facts()["people"] == [("a", "Oslo")]


def test_a_file_that_was_corrected_counts_in_its_newest_version(company: Company) -> None:
    company.empty()
    company.write({**BASE, "calls_1": ["1,a,2024-06-01,x"], "calls_2": ["2,b,2024-06-01,x"]})
    company.build()
    company.write({"calls_1": ["1,a,2024-06-01,y"]})
    assert company.build(1).facts["full_build"] == FullBuild.ROWS_REPLACED
    kinds = "select kind from gold.fct_interactions order by interaction_id"
    assert company.context.warehouse.rows(kinds) == [("y",), ("x",)]
    # It is taken back: the file says again what it said at first.
    company.write({"calls_1": ["1,a,2024-06-01,x"]})
    company.build(2)
    assert company.context.warehouse.rows(kinds) == [("x",), ("x",)]


def test_a_row_of_tomorrow_counts_once_its_day_has_come(company: Company) -> None:
    company.empty()
    company.write({**BASE, "calls_1": ["1,a,2025-01-03,x", "2,a,2024-06-01,x"]})
    company.build()
    calls = "select interaction_id from gold.fct_interactions order by 1"
    assert company.context.warehouse.rows(calls) == [("2",)]
    company.write({"calls_2": ["3,a,2024-06-01,x"]})
    company.build(20)
    assert company.context.warehouse.rows(calls) == [("2",), ("3",)]
    company.write({"calls_3": ["4,a,2024-06-01,x"]})
    company.build(48)
    assert company.context.warehouse.rows(calls) == [("1",), ("2",), ("3",), ("4",)]


def test_a_clock_that_was_ahead_leaves_no_rows_of_the_future(company: Company) -> None:
    company.empty()
    company.write({**BASE, "calls_1": ["1,a,2025-09-01,x", "2,a,2024-06-01,x"]})
    company.build(365 * 24)
    calls = "select interaction_id from gold.fct_interactions order by 1"
    assert company.context.warehouse.rows(calls) == [("1",), ("2",)]
    company.write({"calls_2": ["3,a,2024-06-01,x"]})
    company.build(1)
    assert company.context.warehouse.rows(calls) == [("2",), ("3",)]
    newest = newest_deliveries(company.context.warehouse)
    assert dict(newest)["calls"] == datetime(2025, 1, 1, 1)
