"""The same data gives the same bytes, and what lies after the as-of date changes none."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from regulars.flows.steps import NAMES
from regulars.ingest.recipes import recipe_text
from regulars.synthetic import generate
from tests.small_projects import NOON, SmallProject, small_project

AS_OF = date(2025, 10, 1)
LATER = NOON + timedelta(days=900)
TABLES = {
    "gold.customer_features": "as_of, customer_id",
    "gold.churn_labels": "as_of, customer_id",
    "gold.fct_customer_rfm": "customer_id",
    "gold.kpi_by_period": "month",
    "ml.churn_predictions": "customer_id",
    "serving.customer_scored": "customer_id",
}
Change = Callable[[pa.Table], pa.Table]


@pytest.fixture(scope="module")
def invoices(tmp_path_factory: pytest.TempPathFactory) -> pa.Table:
    folder = tmp_path_factory.mktemp("invoices")
    generate("retail", folder, customers=220, seed=5)
    rows = pq.read_table(next(folder.glob("*.parquet")))
    assert pc.max(rows["InvoiceDate"]).as_py() > f"{AS_OF} 00:00:00"
    return rows


@pytest.fixture(scope="module")
def scored(
    tmp_path_factory: pytest.TempPathFactory, invoices: pa.Table
) -> Callable[[Change], SmallProject]:
    """A shop of these invoices, changed, trained and scored as of a day before their end."""

    def run(change: Change) -> SmallProject:
        folder = tmp_path_factory.mktemp("shop")
        (folder / "data").mkdir()
        pq.write_table(change(invoices), folder / "data" / "online_retail.parquet")
        made = small_project(folder, {"regulars.yaml": recipe_text("retail")})
        made.run(*NAMES[: NAMES.index("stage")], as_of=AS_OF, at=LATER)
        return made

    return run


def unchanged(rows: pa.Table) -> pa.Table:
    return rows


def truncated(rows: pa.Table) -> pa.Table:
    """Every row at or after the as-of date deleted."""
    kept = rows.filter(pc.less(rows["InvoiceDate"], f"{AS_OF} 00:00:00"))
    assert 0 < kept.num_rows < rows.num_rows
    return kept


def with_garbage(rows: pa.Table) -> pa.Table:
    """Nonsense after the as-of date: from strangers, in huge sums, undone, undated, and in 2999."""
    some = truncated(rows).slice(0, 200)
    names = rows.column_names

    def with_column(table: pa.Table, name: str, values: list[object]) -> pa.Table:
        at = names.index(name)
        return table.set_column(at, rows.schema.field(name), pa.array(values, rows[name].type))

    times = [f"{AS_OF} 00:00:00", "2025-12-31 10:00:00", "2999-01-01 00:00:00", "soon"] * 50
    prices: list[object] = [1e6, 0.0, -5.0, 0.01] * 50
    garbage = with_column(with_column(some, "InvoiceDate", list(times)), "UnitPrice", prices)
    return pa.concat_tables([garbage, rows])


@pytest.fixture(scope="module")
def whole(scored: Callable[[Change], SmallProject]) -> SmallProject:
    return scored(unchanged)


@pytest.mark.parametrize("change", [unchanged, truncated, with_garbage])
def test_features_and_scores_are_the_same_to_the_last_byte(
    whole: SmallProject, scored: Callable[[Change], SmallProject], change: Change
) -> None:
    other = scored(change)
    for table, order in TABLES.items():
        sql = f"select * from {table} order by {order}"
        assert lines(whole, sql) == lines(other, sql), table


def test_there_is_something_to_compare(whole: SmallProject) -> None:
    for table in TABLES:
        assert whole.column(f"select count(*) from {table}")[0] > 0, table


def lines(made: SmallProject, sql: str) -> list[str]:
    """Rows as text, floats to the last bit."""
    return [repr(row) for row in made.rows(sql)]


def test_two_runs_write_the_same_release(
    whole: SmallProject, scored: Callable[[Change], SmallProject]
) -> None:
    def released(made: SmallProject) -> dict[str, bytes]:
        made.run("stage", at=LATER + timedelta(hours=1), as_of=AS_OF, force=True)
        folder = next(path for path in (made.project.state / "releases").iterdir())
        return {name: (Path(folder) / f"{name}.parquet").read_bytes() for name in EQUAL}

    assert released(whole) == released(scored(unchanged))


EQUAL = ("customer_360_profile", "customer_scored", "fct_customer_rfm", "kpi_by_period")
