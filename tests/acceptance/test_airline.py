"""A real loyalty programme by months, counted again straight from its raw files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.acceptance.conftest import NOW, Made, churn_report, roc_auc
from tests.small_projects import SmallProject

# Months in which a member was one, straight from the files; surplus rows of a month added up.
MONTHS = """
with members as (
    select
        "Loyalty Number" as who,
        make_date("Enrollment Year"::int, "Enrollment Month"::int, 1) as joined,
        case when "Cancellation Year" is not null
            then make_date("Cancellation Year"::int, "Cancellation Month"::int, 1)
        end as gone
    from read_csv('{data}/Customer Loyalty History.csv')
),
months as (
    select
        activity."Loyalty Number"::varchar as who,
        make_date(activity."Year", activity."Month", 1) as month,
        sum(activity."Total Flights") as flights,
        sum(case when activity."Total Flights" > 0 then activity."Distance" else 0 end) as km,
        count(*) filter (where activity."Total Flights" > 0) as rows_with_flights
    from read_csv('{data}/Customer Flight Activity.csv') as activity
    inner join members on activity."Loyalty Number" = members.who
    where
        make_date(activity."Year", activity."Month", 1) >= members.joined
        and (members.gone is null or make_date(activity."Year", activity."Month", 1) <= members.gone)
    group by 1, 2
)
"""
# The file's own convention of recency, frequency and value, as its publisher states it.
RFM = (
    MONTHS
    + """,
measured as (
    select
        who,
        date_diff('month', max(month) filter (where flights > 0), date '2018-12-01') as recency,
        sum(flights) as flights,
        sum(km) as km
    from months
    group by who
    having sum(flights) > 0
),
scored as (
    select
        *,
        case when recency <= 1 then 5 when recency <= 3 then 4 when recency <= 6 then 3
            when recency <= 12 then 2 else 1 end as r,
        1 + (rank() over (order by flights) - 1) * 5 // count(*) over () as f,
        1 + (rank() over (order by km) - 1) * 5 // count(*) over () as m
    from measured
)
select
    who, recency, flights, km, r, f, m,
    case
        when r >= 4 and f >= 4 and m >= 4 then 'Champions'
        when r >= 3 and f >= 3 then 'Loyal'
        when r <= 2 and f >= 3 then 'At Risk'
        when r <= 2 and f <= 2 then 'Dormant'
        else 'Potential'
    end as segment
from scored
order by who
"""
)


@pytest.fixture(scope="module")
def airline(real_project: Made) -> SmallProject:
    made = real_project("airline", recipe="airline")
    made.run(at=NOW)
    return made


@pytest.fixture(scope="module")
def data(airline: SmallProject) -> Path:
    return airline.folder / "data"


def test_every_member_month_is_read_and_kept(airline: SmallProject) -> None:
    found = airline.rows("select * exclude (is_balanced) from gold.row_reconciliation order by 1")
    assert found == [
        ("customers", 16_737, 16_737, 0, 0),
        ("transactions", 405_624, 405_624, 0, 0),
    ]


def test_months_are_added_up_and_only_while_a_member(airline: SmallProject, data: Path) -> None:
    ours = airline.rows(
        "select customer_id, period, cast(quantity as bigint), cast(amount as bigint), orders "
        "from gold.fct_customer_periods where orders > 0 order by 1, 2"
    )
    theirs = _raw(data, MONTHS + "select * from months where flights > 0 order by who, month")
    assert ours == theirs


def test_months_outside_the_membership_are_kept_and_do_not_count(airline: SmallProject) -> None:
    counted = "select is_counted, count(*) from gold.fct_transactions group by 1 order by 1"
    (outside, apart), (inside, together) = airline.rows(counted)
    assert (outside, inside) == (False, True)
    assert apart + together == 405_624
    assert apart > 66_041


@pytest.mark.parametrize(("as_of", "window"), [("2019-01-01", 3), ("2018-10-01", 12)])
def test_windows_hold_the_months_before_the_as_of_date(
    airline: SmallProject, data: Path, as_of: str, window: int
) -> None:
    ours = airline.rows(
        f"select customer_id, cast(quantity_{window}m as bigint), cast(amount_{window}m as bigint) "
        f"from gold.customer_features where as_of = timestamp '{as_of} 00:00:00' "
        f"and quantity_{window}m > 0 order by 1"
    )
    theirs = _raw(
        data,
        MONTHS + "select who, sum(flights), sum(km) from months "
        f"where month < date '{as_of}' and month >= date '{as_of}' - interval {window} month "
        "group by who having sum(flights) > 0 order by who",
    )
    assert ours == theirs


def test_scores_and_segments_follow_the_convention_of_the_file(
    airline: SmallProject, data: Path
) -> None:
    ours = airline.rows(
        "select rfm.customer_id, recency, cast(frequency as bigint), cast(monetary as bigint), "
        "rfm.r_score, rfm.f_score, rfm.m_score, segments.segment from gold.fct_customer_rfm as rfm "
        "inner join gold.customer_segments as segments on rfm.customer_id = segments.customer_id "
        "order by 1"
    )
    assert ours == _raw(data, RFM)


def test_members_who_never_flew_are_dormant_as_in_the_published_rule(airline: SmallProject) -> None:
    never = "customer_id not in (select customer_id from gold.fct_customer_rfm)"
    found = airline.rows(
        f"select segment, rfm_score, count(*) from gold.customer_segments where {never} group by all"
    )
    flew = airline.column("select count(*) from gold.fct_customer_rfm")[0]
    assert found == [("Dormant", "111", 16_737 - flew)]
    assert found == airline.rows(
        "select segment, rfm_score, count(*) from gold.customer_segment_history where as_of = "
        f"(select as_of from ops.run_context) and {never} group by all"
    )


def test_cancellations_are_outcomes_of_their_month(airline: SmallProject, data: Path) -> None:
    ours = airline.column(
        "select count(*) from gold.churn_labels where churned and as_of = timestamp '2018-10-01'"
    )
    theirs = _raw(
        data,
        MONTHS + "select count(*) from members "
        "where gone >= date '2018-10-01' and gone < date '2019-01-01' and joined < '2018-10-01'",
    )
    assert ours == [theirs[0][0]]


def test_the_score_is_tested_later_in_time_and_neither_weak_nor_too_good(
    airline: SmallProject,
) -> None:
    report = churn_report(airline)
    assert report["cutoffs"]["test"] == ["2018-10-01"]
    assert max(report["cutoffs"]["train"]) < "2018-10-01"
    assert 0.74 <= roc_auc(report) <= 0.83


def _raw(data: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect() as database:
        return database.execute(sql.format(data=data)).fetchall()
