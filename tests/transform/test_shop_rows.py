"""Rules of a shop with daily grain: rows before, on and after every border."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.small_projects import SmallProject, small_project

# Looked back from 2024-06-22. The newest closed cutoff, 2024-05-16: a gap of 7 days, then 30 days of
# outcome, [2024-05-23, 2024-06-22); bought in the 90 days before, from 2024-02-16 on. The cutoff
# before it, 2024-05-09, closed on 2024-06-15, so that a purchase on that day comes too late for it.
SETTINGS = """
version: 1
project: corner shop
currency: EUR
as_of: 2024-06-22
sources:
  sales: {path: sales.csv}
  people: {path: people.csv}
  calls: {path: calls.csv}
entities:
  customers:
    source: people
    columns: {customer_id: who, joined_at: joined, changed_at: changed}
    attributes: {plan: plan, city: {column: city, history: overwrite}}
  transactions:
    source: sales
    columns:
      transaction_id: id
      customer_id: who
      occurred_at: at
      amount: total
      known_at: known
      currency: money
      discount: rebate
    reject:
      - {when: total = '0', because: nothing was paid}
  interactions:
    source: calls
    columns: {customer_id: who, occurred_at: at, satisfaction: happy}
features: {windows: [7, 30, 90]}
churn: {kind: silence, horizon: 30, gap: 7, activity_window: 90, cutoff_step: 7, max_cutoffs: 2}
"""
SALES = """id,who,at,total,known,money,rebate
a1,anna,2024-06-21 23:59:59,10,,EUR,1
a2,anna,2024-06-22 00:00:00,20,,EUR,
a3,anna,2024-06-23 09:00:00,40,,EUR,
b1,bert,2024-06-10,10,2024-06-21 23:00:00,EUR,
b2,bert,2024-06-11,20,2024-06-22 00:00:00,EUR,
b3,bert,2024-06-12,40,2024-06-01,EUR,
c1,carla,2024-06-15,10,,EUR,
c2,carla,2024-06-14,20,,EUR,
c3,carla,2024-05-23,40,,EUR,
c4,carla,2024-05-22,80,,EUR,
d1,dora,2024-06-01,20,,EUR,
d2,dora,2024-06-02,-5,,EUR,
e1,emil,2024-06-01,10,,EUR,
e1,emil,2024-06-02,99,,EUR,
in,edge-in,2024-02-16,5,,EUR,
out,edge-out,2024-02-15,5,,EUR,
g0,back-in-gap,2024-05-01,5,,EUR,
g1,back-in-gap,2024-05-22 23:59:59,5,,EUR,
f0,back-first-day,2024-05-01,5,,EUR,
f1,back-first-day,2024-05-23 00:00:00,5,,EUR,
l0,back-last-day,2024-05-01,5,,EUR,
l1,back-last-day,2024-06-21 23:59:59,5,,EUR,
n0,back-too-late,2024-05-01,5,,EUR,
n1,back-too-late,2024-06-22 00:00:00,5,,EUR,
k0,known-in-time,2024-05-15,5,2024-05-15,EUR,
u0,known-too-late,2024-05-15,5,2024-05-16,EUR,
p0,back-as-it-closes,2024-05-01,5,,EUR,
p1,back-as-it-closes,2024-06-15,5,,EUR,
q0,back-before-it-closes,2024-05-01,5,,EUR,
q1,back-before-it-closes,2024-06-14 23:59:59,5,,EUR,
h0,return-unknown,2024-05-01,5,,EUR,
h1,return-unknown,2024-06-01,5,2024-06-22,EUR,
r0,only-refund,2024-05-01,-5,,EUR,
x1,,2024-06-01,1,,EUR,
x2,xeno,yesterday,1,,EUR,
x3,xeno,2024-06-01,,,EUR,
x4,xeno,2024-06-01,ten,,EUR,
,xeno,2024-06-01,1,,EUR,
x6,xeno,3000-01-01,1,,EUR,
x7,xeno,1899-12-31,1,,EUR,
x8,xeno,2024-06-01,1,,USD,
x9,xeno,2024-06-01,0,,EUR,
x10,xeno,,1,,EUR,
o1,old,1900-01-01,1,,EUR,
s1,soon,2024-07-02 11:59:59,1,,EUR,
s2,soon,2024-07-02 12:00:00,1,,EUR,
w1,wrong-discount,2024-06-01,1,,EUR,lots
m1,magnate,2024-06-01,99000000000000,,EUR,
m2,magnate,2024-06-02,0.01,,EUR,
"""
PEOPLE = """who,joined,changed,plan,city
anna,2024-01-01,2024-01-01,basic,Rome
anna,2024-01-01,2024-05-15,plus,Paris
carla,2024-01-01,2024-01-01,basic,Rome
carla,2024-01-01,2024-05-16,plus,Rome
bert,2024-01-01,2024-01-01,basic,Rome
bert,2024-01-01,2024-03-01,basic,Oslo
newest,2024-06-21,2024-06-21,basic,Rome
next,2024-06-22,2024-06-22,basic,Rome
,2024-01-01,2024-01-01,basic,Rome
"""
CALLS = """who,at,happy
anna,2024-06-21,4
anna,2024-06-21,4
anna,2024-06-22,1
phone-only,2024-06-01,
"""
CUTOFF = datetime(2024, 5, 16)
AS_OF = datetime(2024, 6, 22)
Look = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> SmallProject:
    made = small_project(
        tmp_path_factory.mktemp("shop"),
        {"regulars.yaml": SETTINGS, "sales.csv": SALES, "people.csv": PEOPLE, "calls.csv": CALLS},
    )
    made.run("land", "clean", "check", "features", "segment")
    return made


@pytest.fixture(scope="module")
def features(shop: SmallProject) -> Look:
    rows = shop.records("select * from gold.customer_features")
    found = {(row["customer_id"], row["as_of"]): row for row in rows}

    def look(customer: str, at: datetime = AS_OF) -> dict[str, Any]:
        return found[customer, at]

    return look


@pytest.fixture(scope="module")
def labels(shop: SmallProject) -> dict[str, bool | None]:
    sql = f"select customer_id, churned from gold.churn_labels where as_of = timestamp '{CUTOFF}'"
    return dict(shop.rows(sql))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def reasons(shop: SmallProject) -> dict[int, tuple[str, str]]:
    sql = "select row_number, disposition, reason from silver.rejected_rows where entity = "
    return {row[0]: row[1:] for row in shop.rows(sql + "'transactions'")}  # type: ignore[misc]


def line_of(key: str) -> int:
    """The number of the record in sales.csv that begins with a key."""
    return [line.split(",")[0] for line in SALES.splitlines()].index(key)


def test_a_row_on_the_as_of_date_is_not_looked_back_at(features: Look) -> None:
    assert features("anna")["orders_ever"] == 1
    assert features("anna")["amount_ever"] == Decimal("10")
    assert features("anna")["recency_days"] == 1


def test_a_row_counts_from_the_moment_it_was_known(features: Look) -> None:
    assert features("bert")["amount_ever"] == Decimal("50")


def test_being_known_before_it_happened_does_not_make_a_row_older(shop: SmallProject) -> None:
    sql = "select known_period from gold.fct_transactions where transaction_id = 'b3'"
    assert shop.column(sql) == [date(2024, 6, 12)]


def test_a_window_holds_its_last_day_and_not_the_day_before(features: Look) -> None:
    assert features("carla")["orders_7d"] == 1
    assert features("carla")["orders_30d"] == 3
    assert features("carla")["orders_90d"] == 4
    assert features("carla")["amount_30d"] == Decimal("70")


def test_a_refund_is_known_and_is_no_purchase(features: Look) -> None:
    dora = features("dora")
    assert (dora["orders_ever"], dora["amount_ever"]) == (1, Decimal("20"))
    assert (dora["refunds_ever"], dora["refunded_ever"]) == (1, Decimal("5"))
    assert dora["recency_days"] == 21


def test_the_first_of_two_rows_with_one_key_counts_where_deliveries_are_appended(
    features: Look, reasons: dict[int, tuple[str, str]]
) -> None:
    assert features("emil")["amount_ever"] == Decimal("10")
    assert reasons[line_of("e1") + 1] == ("merged", "the same key as a row that was kept")


def test_equal_rows_without_a_key_are_not_merged(features: Look) -> None:
    assert features("anna")["contacts_ever"] == 2


def test_customers_who_never_bought_have_zeros_and_no_recency(features: Look) -> None:
    newest = features("newest")
    assert (newest["orders_ever"], newest["amount_ever"], newest["recency_days"]) == (0, 0, None)
    assert newest["tenure_days"] == 1
    assert features("phone-only")["contacts_ever"] == 1
    assert features("phone-only")["recency_days"] is None


def test_who_joins_on_the_as_of_date_is_not_there_yet(shop: SmallProject) -> None:
    at = f"as_of = timestamp '{AS_OF}'"
    there = shop.column(f"select customer_id from gold.customer_features where {at}")
    assert "newest" in there
    assert "next" not in there
    assert "return-unknown" in there


def test_a_customer_first_seen_after_a_cutoff_is_not_there_at_it(shop: SmallProject) -> None:
    at = f"as_of = timestamp '{CUTOFF}'"
    there = shop.column(f"select customer_id from gold.customer_features where {at}")
    assert {"anna", "bert", "carla", "known-in-time"} <= set(there)
    assert not {"dora", "emil", "known-too-late", "phone-only", "newest"} & set(there)


def test_a_version_holds_from_the_moment_after_its_change(features: Look) -> None:
    assert features("anna", CUTOFF)["plan"] == "plus"
    assert features("carla", CUTOFF)["plan"] == "basic"
    assert features("carla", AS_OF)["plan"] == "plus"


def test_an_overwritten_attribute_makes_no_versions_and_shows_the_latest(
    shop: SmallProject, features: Look
) -> None:
    sql = "select count(*) from gold.dim_customer where customer_id = '{}'"
    assert shop.column(sql.format("bert")) == [1]
    assert shop.column(sql.format("anna")) == [2]
    assert features("bert")["city"] == "Oslo"
    assert features("anna", CUTOFF)["city"] == "Paris"


def test_the_first_version_of_a_customer_holds_from_the_beginning_of_time(
    shop: SmallProject,
) -> None:
    sql = "select valid_from, valid_to, is_current from gold.dim_customer where customer_id = "
    assert shop.rows(sql + "'carla' order by 1") == [
        (datetime(1900, 1, 1), datetime(2024, 5, 16), False),
        (datetime(2024, 5, 16), datetime(9999, 12, 31), True),
    ]


def test_only_who_bought_in_the_activity_window_is_in_the_population(
    labels: dict[str, bool | None],
) -> None:
    assert "edge-in" in labels
    assert "edge-out" not in labels
    assert "only-refund" not in labels
    assert "phone-only" not in labels


def test_a_purchase_known_after_the_cutoff_brings_nobody_into_the_population(
    labels: dict[str, bool | None],
) -> None:
    assert "known-in-time" in labels
    assert "known-too-late" not in labels


@pytest.mark.parametrize(
    ("customer", "churned"),
    [
        ("back-in-gap", True),
        ("back-first-day", False),
        ("back-last-day", False),
        ("back-too-late", True),
        ("return-unknown", True),
    ],
)
def test_coming_back_counts_from_the_first_to_the_last_day_of_the_outcome_window(
    labels: dict[str, bool | None], customer: str, churned: bool
) -> None:
    assert labels[customer] is churned


def test_the_day_on_which_a_window_closes_is_not_in_it(shop: SmallProject) -> None:
    sql = (
        "select customer_id, churned from gold.churn_labels where as_of = timestamp '2024-05-09' "
        "and customer_id like 'back-%-it-closes' order by 1"
    )
    assert shop.rows(sql) == [("back-as-it-closes", True), ("back-before-it-closes", False)]


def test_an_outcome_that_lies_ahead_is_unknown_not_loyal(shop: SmallProject) -> None:
    sql = "select distinct churned, reason from gold.churn_labels where role = 'score'"
    assert shop.rows(sql) == [(None, None)]


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ("x1", "customer_id is missing"),
        ("x2", "occurred_at cannot be read"),
        ("x3", "amount is missing"),
        ("x4", "amount cannot be read"),
        ("", "transaction_id is missing"),
        ("x6", "occurred_at is in the future"),
        ("x7", "occurred_at is before 1900"),
        ("x8", "currency is not the reporting currency EUR"),
        ("x9", "nothing was paid"),
        ("x10", "occurred_at is missing"),
        ("s2", "occurred_at is in the future"),
    ],
)
def test_a_row_that_cannot_be_used_is_kept_aside_with_its_reason(
    reasons: dict[int, tuple[str, str]], key: str, reason: str
) -> None:
    assert reasons[line_of(key)] == ("rejected", reason)


@pytest.mark.parametrize("key", ["o1", "s1", "w1", "a3"])
def test_a_row_inside_every_border_is_kept(reasons: dict[int, tuple[str, str]], key: str) -> None:
    assert line_of(key) not in reasons


def test_a_value_that_may_be_missing_does_not_cost_the_row(shop: SmallProject) -> None:
    found = shop.rows(
        "select missing, unreadable from ops.column_profile where column_name = 'discount'"
    )
    kept = shop.column(
        "select count(*) from silver.stg_transactions where rejection_reason is null"
    )[0]
    assert found == [(kept - 2, 1)]


def test_a_huge_amount_is_added_up_to_the_cent(features: Look) -> None:
    assert features("magnate")["amount_ever"] == Decimal("99000000000000.01")
    assert features("magnate")["amount_deviation_ever"] == pytest.approx(4.95e13)


def test_every_row_is_accounted_for(shop: SmallProject) -> None:
    found = shop.records("select * from gold.row_reconciliation order by entity")
    assert [one["entity"] for one in found] == ["customers", "interactions", "transactions"]
    assert all(one["is_balanced"] for one in found)
    sales = found[2]
    assert (sales["read_rows"], sales["rejected_rows"], sales["merged_rows"]) == (49, 11, 1)


def test_rfm_knows_buyers_before_the_as_of_date_only(shop: SmallProject) -> None:
    found = dict(shop.rows("select customer_id, recency from gold.fct_customer_rfm"))  # type: ignore[arg-type]
    assert (found["anna"], found["carla"], found["dora"]) == (1, 7, 21)
    assert not {"newest", "phone-only", "only-refund", "soon"} & set(found)
