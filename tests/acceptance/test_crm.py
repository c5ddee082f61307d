"""The simulated subscription company: counted features against formulas worked out apart.

The second computation reads the raw Parquet files with DuckDB and knows nothing of this project:
calendar days before midnight of 2026-11-20, amounts capped at 4,177.19.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from regulars.core.errors import LeakageError
from regulars.core.progress import Silent
from regulars.core.settings import read_project
from regulars.flows.run import RunRequest, run

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "crm" / "regulars.yaml"
AS_OF = "timestamp '2026-11-20'"
WINDOWS = (30, 60, 90, 180, 365)
CATEGORIES = ("Books", "Clothing", "Electronics", "Food", "Home", "Sports")
CHANNELS = ("Mobile App", "Phone", "Store", "Web")
PAYMENTS = ("Apple Pay", "Bank Transfer", "Credit Card", "Debit Card", "PayPal")
KINDS = ("Complaint", "Feedback", "Inquiry", "Sales", "Support")
CONTACT_CHANNELS = ("Chat", "Email", "In-Person", "Phone", "Social Media")


def now() -> datetime:
    return datetime(2026, 11, 20, 8, tzinfo=UTC)


def slug(value: str) -> str:
    """`Apple Pay` -> apple_pay and `PayPal` -> pay_pal, as columns are named."""
    return re.sub(r"[ -]|(?<=y)(?=P)", "_", value).lower()


def put(project: Path, data: Path) -> Path:
    """The example's project file beside a folder of data."""
    project.mkdir(parents=True, exist_ok=True)
    shutil.copy(EXAMPLE, project / "regulars.yaml")
    (project / "data").symlink_to(data, target_is_directory=True)
    return project


@pytest.fixture(scope="module")
def both(
    shared_data: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    """`ours` (customer_features as of the day) and `theirs` (worked out from the raw files)."""
    data = shared_data("crm")
    root = put(tmp_path_factory.mktemp("crm"), data)
    steps = ["land", "clean", "features"]
    run(read_project(root), RunRequest(only=steps), progress=Silent(), clock=now)
    connection = duckdb.connect(str(root / ".regulars" / "warehouse.duckdb"), read_only=True)
    connection.execute(f"set file_search_path = '{root / '.regulars'}'")
    connection.execute(
        f"create temp view ours as select * from gold.customer_features where as_of = {AS_OF}"
    )
    connection.execute(f"create temp table theirs as {theirs(data)}")
    yield connection
    connection.close()


def theirs(data: Path) -> str:
    """The formulas over the raw files, as one query of a row per customer."""
    return f"""
    with bought as (
        select
            customer_id, transaction_date::date as day, product_category, payment_method, channel,
            least(total_amount, 4177.19)::decimal(18, 4) as amount,
            discount_amount as discount, transaction_id
        from '{data}/transactions_raw.parquet'
        where transaction_status = 'completed' and transaction_date < {AS_OF}
    ),
    contacted as (
        select *, interaction_date::date as day from '{data}/interactions_raw.parquet'
        where interaction_date < {AS_OF}
    ),
    purchases as (select customer_id, {", ".join(purchase_formulas())} from bought group by 1),
    services as (select customer_id, {", ".join(service_formulas())} from contacted group by 1)
    select * exclude (registration_date)
    from (
        select customer_id, registration_date from '{data}/customers_raw.parquet'
        where registration_date < {AS_OF}
    )
    left join purchases using (customer_id)
    left join services using (customer_id)
    """


def purchase_formulas() -> Iterator[str]:
    yield f"date_diff('day', max(day), {AS_OF}::date) as recency_days"
    yield f"date_diff('day', min(day), {AS_OF}::date) as first_sale_days"
    yield "date_diff('day', min(day), max(day)) as active_span_days"
    yield "count(*) as orders_ever"
    yield "sum(amount) as amount_ever"
    yield "min(amount) as smallest_amount_ever"
    yield "max(amount) as largest_amount_ever"
    yield "stddev_pop(amount::double) as amount_deviation_ever"
    yield "exp(avg(ln(amount::double))) as typical_amount_ever"
    yield "sum(discount) as discount_ever"
    yield "max(discount) as largest_discount_ever"
    yield "count(*) filter (discount > 0) as discounted_lines_ever"
    yield "count(*) filter (isodow(day) >= 6) as weekend_lines_ever"
    for days in WINDOWS:
        since = f"day >= {AS_OF}::date - {days}"
        yield f"sum(amount) filter ({since}) as amount_{days}d"
        yield f"count(transaction_id) filter ({since}) as orders_{days}d"
    for value in CATEGORIES:
        yield f"count(*) filter (product_category = '{value}') as lines_in_{slug(value)}_ever"
    for value in PAYMENTS:
        yield f"count(*) filter (payment_method = '{value}') as lines_paid_by_{slug(value)}_ever"
    for value in CHANNELS:
        yield f"count(*) filter (channel = '{value}') as lines_via_{slug(value)}_ever"


def service_formulas() -> Iterator[str]:
    yield "count(*) as contacts_ever"
    yield "avg(satisfaction_score) as satisfaction_ever"
    yield "stddev_pop(satisfaction_score) as satisfaction_deviation_ever"
    yield "min(satisfaction_score) as lowest_satisfaction_ever"
    yield "max(satisfaction_score) as highest_satisfaction_ever"
    yield "sum(duration_seconds) as contact_seconds_ever"
    yield "avg(duration_seconds) as contact_length_ever"
    yield "max(duration_seconds) as longest_contact_ever"
    yield "avg((interaction_type in ('Support', 'Complaint'))::int) as support_share_ever"
    yield "avg((resolution_status = 'Resolved')::int) as resolved_share_ever"
    for days in (30, 60, 90):
        since = f"day >= {AS_OF}::date - {days}"
        yield f"count(*) filter ({since}) as contacts_{days}d"
        yield f"avg(satisfaction_score) filter ({since}) as satisfaction_{days}d"
    for value in KINDS:
        yield f"count(*) filter (interaction_type = '{value}') as contacts_about_{slug(value)}_ever"
    for value in CONTACT_CHANNELS:
        yield f"count(*) filter (channel = '{value}') as contacts_via_{slug(value)}_ever"


def named(formulas: Iterator[str]) -> list[str]:
    return [one.rsplit(" as ", 1)[1] for one in formulas]


@pytest.mark.parametrize("column", [*named(purchase_formulas()), *named(service_formulas())])
def test_a_feature_equals_the_formula_over_the_raw_files(
    both: duckdb.DuckDBPyConnection, column: str
) -> None:
    # A count or sum of nothing is 0 here, and null where rows are joined that are not there.
    exact = both.sql(f"select {column} from ours").types[0].id in ("bigint", "decimal", "integer")
    nothing = "0" if exact and "est_" not in column and "_days" not in column else "null"
    most = "0" if exact else f"1e-4 + 2e-6 * abs(ours.{column})"
    differing = both.sql(f"""
        select count(*) from ours full join theirs using (customer_id)
        where ours.customer_id is null or theirs.customer_id is null
            or (ours.{column} is null) <> (coalesce(theirs.{column}, {nothing}) is null)
            or abs(ours.{column} - coalesce(theirs.{column}, {nothing})) > {most}
    """).fetchone()
    assert differing == (0,)


def test_everybody_who_had_registered_has_features(both: duckdb.DuckDBPyConnection) -> None:
    assert both.sql("select count(*), count(distinct customer_id) from ours").fetchone() == (
        49_987,
        49_987,
    )


def test_a_favourite_is_the_mode_and_the_first_by_name_of_equals(
    both: duckdb.DuckDBPyConnection,
) -> None:
    counts = ", ".join(
        f"struct_pack(n := lines_in_{slug(one)}_ever, name := '{one}')" for one in CATEGORIES
    )
    wrong = both.sql(f"""
        select count(*) from (
            select favourite_category, orders_ever, list_transform(
                list_sort([{counts}], 'desc'), one -> one.n)[1] as most, [{counts}] as all_of
            from ours
        )
        where orders_ever > 0 and favourite_category
            <> list_min(list_transform(list_filter(all_of, one -> one.n = most), one -> one.name))
    """).fetchone()
    assert wrong == (0,)


def test_the_engagement_score_adds_standings_of_the_same_day(
    both: duckdb.DuckDBPyConnection,
) -> None:
    wrong = both.sql("""
        with ranked as (
            select customer_id, engagement_score, satisfaction_ever, recency_days,
                orders_per_active_month as rhythm,
                percent_rank() over (
                    partition by orders_per_active_month is null order by orders_per_active_month
                ) as by_rhythm,
                percent_rank() over (order by amount_ever) as by_amount,
                percent_rank() over (
                    partition by recency_days is null order by recency_days
                ) as by_recency
            from ours
        )
        select count(*) from ranked where abs(
            engagement_score
            - coalesce(0.3 * case when rhythm is not null then by_rhythm end, 0)
            - 0.3 * by_amount
            - coalesce(0.2 * (1 - case when recency_days is not null then by_recency end), 0)
            - coalesce(0.2 * satisfaction_ever / 5, 0)
        ) > 1e-9
    """).fetchone()
    assert wrong == (0,)


def test_health_adds_resolution_calm_and_verification(both: duckdb.DuckDBPyConnection) -> None:
    wrong = both.sql("""
        select count(*) from ours where abs(
            health_score - coalesce(0.2 * resolved_share_ever, 0)
            - coalesce(0.3 * (1 - support_share_ever), 0) - 0.3 * fully_verified::int
        ) > 1e-9
    """).fetchone()
    assert wrong == (0,)


def test_capped_rows_keep_what_was_delivered(both: duckdb.DuckDBPyConnection) -> None:
    found = both.sql("""
        select count(*) filter (amount <> amount_uncapped), max(amount), max(amount_uncapped)
        from gold.fct_transactions
    """).fetchone()
    assert found is not None
    assert found[0] == 33_688
    assert float(found[1]) == 4177.19
    assert float(found[2]) > 286_000
    ages = both.sql("""
        select count(*) filter (age <> age_uncapped), max(age), max(age_uncapped)
        from silver.stg_customers where rejection_reason is null
    """).fetchone()
    assert ages == (326, 76, 80)


@pytest.fixture
def few(shared_data: Callable[[str], Path], tmp_path: Path) -> Path:
    """The project with 4,000 customers among whom, as among all, the ratio alone is suspect."""
    data = shared_data("crm")
    (tmp_path / "few").mkdir()
    for table in ("customers", "transactions", "interactions"):
        duckdb.sql(
            f"copy (select * from '{data}/{table}_raw.parquet' "
            "where customer_id between 'CUST_00012001' and 'CUST_00016000') "
            f"to '{tmp_path}/few/{table}_raw.parquet' (format parquet)"
        )
    return put(tmp_path / "project", tmp_path / "few")


def test_without_the_signed_acceptance_the_run_stops_and_names_the_column(few: Path) -> None:
    file = few / "regulars.yaml"
    file.write_text(file.read_text("utf-8").split("\nleakage:")[0])
    steps = ["land", "clean", "features", "train"]
    with pytest.raises(LeakageError, match="'contacts_per_order_ever' ranks churners"):
        run(read_project(few), RunRequest(only=steps), progress=Silent(), clock=now)


def test_with_the_signed_acceptance_the_run_reaches_its_release(few: Path) -> None:
    outcome = run(read_project(few), RunRequest(), progress=Silent(), clock=now)
    assert {step.status for step in outcome.steps} == {"done"}
