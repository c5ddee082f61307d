"""What the businesses are like: the behaviour that other rooms are to find again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.synthetic import Generated, generate
from regulars.synthetic.card_spending import (
    DECLINING,
    GROWING,
    decline_factor,
    holders_of,
    month_borders,
)
from regulars.synthetic.company_size import SECONDS_PER_DAY, Size
from regulars.synthetic.crm_lives import company_of, rate_for_mean
from regulars.synthetic.memberships import NEVER, members_of

Table = Callable[[str, str], pa.Table]


def test_retail_has_everything_that_is_odd_about_the_real_file(table: Table) -> None:
    lines = table("retail", "invoices")
    number = lines["InvoiceNo"]
    assert pc.any(pc.starts_with(number, "C")).as_py()
    assert pc.any(pc.starts_with(number, "A")).as_py()
    assert lines["CustomerID"].null_count > 0
    assert lines["Description"].null_count > 0
    assert pc.any(pc.equal(lines["UnitPrice"], 0)).as_py()
    assert {"POST", "M", "DOT"} <= set(lines["StockCode"].to_pylist())
    assert lines.num_rows > lines.group_by(lines.column_names).aggregate([]).num_rows


def test_retail_cancels_lines_that_were_sold_before(table: Table) -> None:
    lines = table("retail", "invoices")
    cancelled = pc.starts_with(lines["InvoiceNo"], "C")
    sold = lines.filter(pc.invert(cancelled))
    back = lines.filter(cancelled)
    keys = ["CustomerID", "StockCode", "size"]
    sold = sold.append_column("size", sold["Quantity"])
    back = back.append_column("size", pc.negate(back["Quantity"]))
    both = back.join(sold.group_by(keys).aggregate([("InvoiceDate", "min")]), keys)
    assert both["InvoiceDate_min"].null_count == 0
    assert pc.all(pc.less(both["InvoiceDate_min"], both["InvoiceDate"])).as_py()


def test_retail_customers_keep_a_rhythm_and_some_are_gone(table: Table) -> None:
    lines = table("retail", "invoices").filter(pc.field("CustomerID").is_valid())
    visits = lines.filter(pc.field("Quantity") > 0).group_by("CustomerID")
    per_customer = visits.aggregate([("InvoiceNo", "count_distinct"), ("InvoiceDate", "max")])
    assert per_customer.num_rows == 300
    bought = np.asarray(per_customer["InvoiceNo_count_distinct"])
    assert 0.2 < (bought == 1).mean() < 0.55
    silent = np.asarray(pc.less(per_customer["InvoiceDate_max"], "2025-07-01"))
    assert 0.3 < silent.mean() < 0.8


def test_airline_cancellations_peak_in_month_8_of_tenure() -> None:
    members = members_of(Size(20_000))
    tenure = (members.cancelled - members.enrolled)[members.cancelled < NEVER]
    assert 0.4 < (tenure == 8).mean() < 0.65
    assert (tenure >= 0).all()


def test_airline_has_rows_before_enrolment_and_second_rows(table: Table) -> None:
    activity, members = table("airline", "activity"), table("airline", "members")
    both = activity.join(members.select(["Loyalty Number", *ENROLMENT]), "Loyalty Number")
    month = pc.add(pc.multiply(both["Year"], 12), both["Month"])
    joined = pc.add(pc.multiply(both["Enrollment Year"], 12), both["Enrollment Month"])
    early = both.filter(pc.less(month, joined))
    assert 0.05 < pc.mean(pc.greater(early["Total Flights"], 0)).as_py() < 0.15
    per_month = activity.group_by(["Loyalty Number", "Year", "Month"]).aggregate(
        [([], "count_all")]
    )
    assert pc.sum(pc.equal(per_month["count_all"], 2)).as_py() == 4 * 24


ENROLMENT = ("Enrollment Year", "Enrollment Month")


def test_airline_salaries_are_unknown_for_college_and_sometimes_negative(table: Table) -> None:
    members = table("airline", "members")
    college = pc.equal(members["Education"], "College")
    assert pc.is_null(members["Salary"]).equals(college)
    assert pc.min(members["Salary"]).as_py() < 0


def test_telco_churn_follows_the_contract(table: Table) -> None:
    rows = table("telco", "customers")
    churn = pc.equal(rows["Churn"], "Yes")
    by_contract = {
        contract: pc.mean(churn.filter(pc.equal(rows["Contract"], contract))).as_py()
        for contract in ("Month-to-month", "One year", "Two year")
    }
    assert by_contract["Month-to-month"] > 2 * by_contract["One year"]
    assert by_contract["One year"] > by_contract["Two year"]


def test_telco_totals_are_blank_exactly_where_nothing_was_paid_yet(table: Table) -> None:
    rows = table("telco", "customers")
    blank = pc.equal(rows["TotalCharges"], " ")
    assert pc.any(blank).as_py()
    assert blank.equals(pc.equal(rows["tenure"], 0))


def test_cards_decline_never_lifts_spending_and_is_flat_before_it_starts() -> None:
    factors = np.array([decline_factor(month) for month in range(1, 19)])
    assert factors.max() == 1.0
    assert (factors[:12] == 1.0).all()
    assert factors[12:, 1] == pytest.approx([0.9, 0.8, 0.7, 0.6, 0.5, 0.4])
    assert factors[:, 2].tolist() == [1.0] * 15 + [0.4] * 3


@given(customers=st.integers(20, 400), seed=st.integers(0, 50))
def test_cards_shares_are_exact_and_only_decliners_decline(customers: int, seed: int) -> None:
    holders = holders_of(Size(customers, seed=seed))
    assert np.bincount(holders.segment, minlength=5)[:4].tolist() == [
        round(share * customers) for share in (0.15, 0.40, 0.25, 0.10)
    ]
    assert ((holders.decline > 0) == (holders.segment == DECLINING)).all()
    assert (holders.lapses > holders.joined).all()


def test_cards_mean_amounts_follow_the_decline(table: Table) -> None:
    customers, rows = table("cards", "customers"), table("cards", "transactions")
    sudden = customers.filter(pc.field("decline_type") == "sudden")["customer_id"]
    theirs = rows.filter(pc.is_in(rows["customer_id"], sudden))
    at = np.asarray(theirs["transaction_date"]).astype("datetime64[s]").astype(np.int64)
    month = np.searchsorted(month_borders(Size(300)), at, side="right")
    amount = np.asarray(theirs["transaction_amount"].cast(pa.float64()))
    means = np.array([amount[month == one].mean() for one in range(1, 19)])
    assert means[:15] == pytest.approx(np.full(15, 90.0), rel=0.25)
    assert means[15:] == pytest.approx(np.full(3, 36.0), rel=0.25)


def test_cards_growing_customers_are_new() -> None:
    size = Size(2_000)
    holders = holders_of(size)
    days_ago = (size.ends_at - holders.joined[holders.segment == GROWING]) / SECONDS_PER_DAY
    assert 0.7 < (days_ago <= 140).mean() < 0.9


def test_cards_spending_stays_when_more_transactions_are_asked_for(
    tmp_path: Path, delivery: Callable[[str], Generated], read: Callable[[Path], pa.Table]
) -> None:
    natural = read(delivery("cards").folder / "transactions.parquet")
    double = generate("cards", tmp_path, customers=300, transactions=2 * natural.num_rows)
    rows = read(double.folder / "transactions.parquet")
    assert rows.num_rows == pytest.approx(2 * natural.num_rows, rel=0.02)
    total, once = (float(pc.sum(one["transaction_amount"]).as_py()) for one in (rows, natural))
    assert total == pytest.approx(once, rel=0.03)


def test_cards_mark_personal_data(delivery: Callable[[str], Generated]) -> None:
    marked = {file.table: file.personal for file in delivery("cards").files}
    assert "email" in marked["customers"]
    assert marked["transactions"] == ()


@given(seed=st.integers(0, 20))
def test_crm_churn_has_its_share_in_every_segment_whatever_the_seed(seed: int) -> None:
    company = company_of(Size(2_000, seed=seed))
    shares = [company.churned[company.segment == code].mean() for code in range(4)]
    assert shares == pytest.approx([0.08, 0.25, 0.25, 0.50], abs=0.001)
    assert abs(company.churned.mean() - 0.272) <= 0.005


def test_crm_churned_customers_stop_before_the_end_and_others_do_not() -> None:
    size = Size(2_000)
    company = company_of(size)
    silence = (size.ends_at - company.active_until) / SECONDS_PER_DAY
    old = size.ends_at - company.registered > 100 * SECONDS_PER_DAY
    assert (silence[~company.churned] == 0).all()
    assert silence[company.churned & old].min() >= 29.99


def test_crm_at_least_one_event_does_not_shift_the_mean() -> None:
    rate, rng = rate_for_mean(4.0), np.random.default_rng(1)
    drawn = np.maximum(rng.poisson(rate * rng.uniform(0, 2, 100_000)), 1)
    assert drawn.mean() == pytest.approx(4.0, abs=0.05)


def test_crm_campaigns_reach_60_percent_and_are_inconsistent_before_cleaning(table: Table) -> None:
    touches = table("crm", "marketing")
    assert len(touches["customer_id"].unique()) == pytest.approx(0.6 * 800, abs=8)
    clicked_unopened = pc.and_(touches["clicked"], pc.invert(touches["opened"]))
    assert pc.any(clicked_unopened).as_py()


def test_an_airline_month_that_is_not_complete_is_left_out(
    tmp_path: Path, read: Callable[[Path], pa.Table]
) -> None:
    generate("airline", tmp_path, customers=50, until=date(2025, 11, 16))
    activity = read(tmp_path / "Customer Flight Activity.csv")
    month = pc.add(pc.multiply(activity["Year"], 12), activity["Month"])
    assert pc.max(month).as_py() == 2025 * 12 + 10
