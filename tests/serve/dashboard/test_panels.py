"""Every page of the dashboard: its numbers are those of `insights`, and it never shows a trace."""

from __future__ import annotations

import csv
import io
import json
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

pytest.importorskip("streamlit")

from streamlit.testing.v1 import AppTest

from regulars.core.errors import SettingsError
from regulars.core.settings import read_project
from regulars.insights.activity import activity
from regulars.insights.amounts import Unit, count, percent
from regulars.insights.audiences import Audience, export_batches
from regulars.insights.business_overview import overview
from regulars.insights.campaign_assumptions import Assumptions
from regulars.insights.campaign_results import campaign
from regulars.insights.churn_drivers import drivers
from regulars.insights.churn_evaluation import churn_curves
from regulars.insights.customer_profiles import customer
from regulars.insights.customer_search import EVERYBODY
from regulars.insights.customer_timeline import last_days
from regulars.insights.customer_transactions import Wanted, transaction_batches, transaction_totals
from regulars.insights.data_quality import check_lines
from regulars.insights.headings import Units
from regulars.insights.migration import migration, migration_dates
from regulars.insights.portfolio import breakdown, portfolio
from regulars.insights.release_reading import Reading, read_current
from regulars.release.contact_costs import ContactCosts
from regulars.serve.dashboard.app import PAGES
from regulars.serve.dashboard.launching import need_dashboard
from regulars.serve.dashboard.tables import csv_of
from regulars.serve.dashboard.words import plainly
from tests.full_release import SETTINGS, SHOWING_PERSONAL, FullRelease
from tests.small_release import ANNA, RELEASE_ID, SmallRelease, person

ADDRESSES = [one.address for one in PAGES]
POUNDS = Unit("GBP")


def one_page(address: str, folder: str) -> None:
    from pathlib import Path

    from regulars.serve.dashboard.app import draw_one

    draw_one(address, Path(folder))


def opened(address: str, folder: Path, **asked: str) -> AppTest:
    page = AppTest.from_function(one_page, args=(address, str(folder)), default_timeout=60)
    for name, value in asked.items():
        page.query_params[name] = value
    return page.run()


def figures(page: AppTest) -> dict[str, str]:
    """Cards by name."""
    return {one.label: one.value for one in page.metric}


def charts(page: AppTest) -> dict[str, list[dict[str, Any]]]:
    """The rows of every chart, by what the chart says it shows."""
    return {
        json.loads(chart.proto.spec)["description"]: pa.ipc.open_stream(chart.proto.data.data)
        .read_all()
        .to_pylist()
        for chart in page.get("vega_lite_chart")
    }


def said(page: AppTest) -> str:
    """All texts of a page."""
    boxes = (
        page.title,
        page.markdown,
        page.caption,
        page.info,
        page.warning,
        page.error,
        page.success,
    )
    return "\n".join(str(one.value) for box in boxes for one in box)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return FullRelease().project(tmp_path_factory.mktemp("shop"))


@pytest.fixture(scope="module")
def open_shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop that lets personal data be shown."""
    return FullRelease().project(tmp_path_factory.mktemp("open"), settings=SHOWING_PERSONAL)


def test_pages_of_a_quick_run_say_what_is_still_to_come(tmp_path: Path) -> None:
    release = FullRelease(customers=[person("anna")], churn=None, not_yet=("churn_score",))
    folder = release.project(tmp_path / "quick")
    for address in ("overview", "churn", "customer"):
        page = opened(address, folder)
        assert not page.exception
        assert plainly("Not yet computed: churn scores.") in said(page)
        assert "Expected to churn" not in figures(page)
    assert "Churn scores are not yet computed" in said(page)


@pytest.fixture(scope="module")
def reading(shop: Path) -> Reading:
    return read_current(read_project(shop))


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_is_drawn_without_an_error(shop: Path, address: str) -> None:
    page = opened(address, shop)
    assert not page.exception
    assert "unexpected" not in said(page)
    assert "shop" in said(page) or address == "health"


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize(
    "release",
    [
        SmallRelease(churn={}),
        FullRelease(churn=None, customers=[{**ANNA, "risk_category": None}]),
        SmallRelease(customers=[], months=[], churn=None, rejected=[], read=0, kept=0),
    ],
    ids=["some tables and an empty churn report", "no churn", "nobody"],
)
def test_a_page_is_drawn_whatever_is_missing(
    tmp_path: Path, address: str, release: SmallRelease
) -> None:
    folder = FullRelease.project(release, tmp_path)  # type: ignore[arg-type]
    page = opened(address, folder)
    assert not page.exception
    assert "unexpected" not in said(page)


@pytest.mark.parametrize("address", ADDRESSES)
def test_before_the_first_release_a_page_says_what_to_run(tmp_path: Path, address: str) -> None:
    (tmp_path / "regulars.yaml").write_text(SETTINGS, "utf-8")
    page = opened(address, tmp_path)
    assert not page.exception
    assert "`regulars run`" in said(page)


def test_the_overview_says_what_insights_says(shop: Path, reading: Reading) -> None:
    found, cards = portfolio(reading, EVERYBODY), figures(opened("overview", shop))
    assert cards["Customers"] == count(found.customers) == "4"
    assert cards["Past value"] == POUNDS.short(found.past_value) == "£900"
    assert cards["Expected to churn"] == count(found.expected_leavers)
    assert cards["Value at risk"] == POUNDS.short(overview(reading).value_at_risk)
    assert cards["Monetary"] == POUNDS.whole(found.monetary)


def test_charts_of_the_overview_hold_what_insights_says(shop: Path, reading: Reading) -> None:
    shown = charts(opened("overview", shop))
    parts = breakdown(reading, EVERYBODY, by="segment")
    (by_segment,) = [
        rows for name, rows in shown.items() if name.startswith("Customers by segment")
    ]
    assert [(row["label"], row["value"], row["risk"]) for row in by_segment] == [
        (part.name, part.customers, part.mean_probability) for part in parts
    ]
    assert [(row["at"], row["value"], row["partial"]) for row in shown["Sales per month"]] == [
        (str(month.month), month.amount, not month.complete) for month in activity(reading)
    ]


def test_charts_of_the_score_hold_what_insights_says(shop: Path, reading: Reading) -> None:
    shown, curves = charts(opened("churn", shop)), churn_curves(reading)
    calibration = shown["Churn predicted and observed, by tenths of the tested customers"]
    assert [(row["x"], row["y"]) for row in calibration] == [
        (point.predicted, point.observed) for point in curves.calibration
    ]
    gains = shown["Share of churners found by share of customers contacted"]
    assert [(row["x"], row["y"]) for row in gains[1:]] == [
        (point.contacted, point.found) for point in curves.cumulative_gains
    ]
    assert [row["value"] for row in shown["What moves churn scores, by group of inputs"]] == [
        driver.share for driver in drivers(reading)
    ]


def test_personal_data_is_masked_unless_the_project_allows_it(shop: Path, open_shop: Path) -> None:
    hidden, shown = (opened("customer", one, id="anna") for one in (shop, open_shop))
    assert "Anna Berg" not in said(hidden)
    assert "personal data is masked (name)" in said(hidden)
    assert "Anna Berg" in "".join(str(one.value) for one in shown.subheader)


def test_filters_choose_the_customers_that_insights_chooses(shop: Path, reading: Reading) -> None:
    page = opened("explorer", shop)
    page.multiselect("segment").set_value(["Lost"])
    page.multiselect("where_city").set_value(["Bergen"]).run()
    expected = portfolio(
        reading,
        Audience(segments=("Lost",), attributes={"city": ("Bergen",)}, consent="any",
                 with_those_who_left=True),
    )  # fmt: skip
    assert expected.customers == 1
    assert figures(page)["Customers"] == "1"
    assert figures(page)["Past value"] == POUNDS.short(expected.past_value)


def test_an_empty_choice_is_a_message(shop: Path) -> None:
    page = opened("explorer", shop)
    page.multiselect("segment").set_value(["Lost"])
    page.multiselect("risk").set_value(["High"]).run()
    assert not page.exception
    assert "No customer matches" in said(page)
    assert not page.metric


def test_an_address_keeps_the_filters(shop: Path) -> None:
    page = opened("explorer", shop, segment="Champions")
    assert page.multiselect("segment").value == ["Champions"]
    assert figures(page)["Customers"] == "1"


@pytest.mark.parametrize(
    ("address", "asked", "message"),
    [
        ("explorer", {"segment": "Champoins"}, "did you mean 'Champions'"),
        ("campaigns", {"risk": "Hihg"}, "did you mean 'High'"),
        ("explorer", {"where_city": "Olso"}, "did you mean 'Oslo'"),
        ("explorer", {"where_town": "Oslo"}, "this page has no filter 'where_town'"),
        ("explorer", {"segments": "Champions"}, "did you mean 'segment'"),
        ("campaigns", {"least_value": "abc"}, "'least_value' is a number, not 'abc'"),
        ("explorer", {"may_contact": "maybe"}, "There are: true, false"),
    ],
)
def test_an_address_with_a_misspelt_filter_shows_nobody_and_says_what_there_is(
    shop: Path, address: str, asked: dict[str, str], message: str
) -> None:
    page = opened(address, shop, **asked)
    assert not page.exception
    assert not page.metric
    (error,) = page.error
    assert message in error.value.replace("\\", "")


def test_the_address_of_a_campaign_keeps_its_assumptions(shop: Path) -> None:
    page = opened("campaigns", shop, save_rate="40", budget="100", segment="Champions")
    assert not page.error
    assert page.slider("save_rate").value == 40


def test_an_export_holds_every_chosen_customer_under_readable_headings(reading: Reading) -> None:
    _, batches = export_batches(reading, Audience(consent="any"))
    rows = list(csv.DictReader(io.StringIO(csv_of(batches, units=Units(POUNDS, POUNDS)).decode())))
    assert len(rows) == portfolio(reading, Audience(consent="any")).customers == 4
    assert {"Customer ID", "Segment", "Past value (GBP)", "City"} <= set(rows[0])
    assert not [name for name in rows[0] if "_" in name]


@pytest.mark.parametrize(
    ("who", "box", "words"),
    [("anna", "error", "High risk: 80 %"), ("dora", "warning", "Medium risk"), ("ben", "success", "Low risk: 10 %")],
)  # fmt: skip
def test_the_banner_has_three_levels_in_words(
    tmp_path: Path, who: str, box: str, words: str
) -> None:
    people = [ANNA, *FullRelease().customers[1:3]]
    dora = {**FullRelease().customers[3], "risk_category": "Medium"}
    folder = FullRelease(customers=[*people, dora]).project(tmp_path)
    page = opened("customer", folder, id=who)
    assert words in "".join(str(one.value) for one in getattr(page, box))


def test_a_low_probability_that_is_far_above_the_mean_is_said_to_be(tmp_path: Path) -> None:
    ben = {**FullRelease().customers[1], "risk_percentile": 99.9}
    others = [person(f"n{number}", risk=0.001) for number in range(20)]
    folder = FullRelease(customers=[ben, *others]).project(tmp_path)
    text = opened("customer", folder, id="ben").success[0].value
    assert "Low risk: 10 %" in text
    assert "times the mean of 0.6 %" in text
    assert "among the highest 1 %" in text


def test_a_customer_is_found_by_id_name_and_part_of_it(open_shop: Path) -> None:
    for text, who in (("anna", "anna"), ("Ruiz", "ben"), ("nna be", "anna")):
        page = opened("customer", open_shop)
        page.text_input("search").set_value(text).run()
        assert who in page.subheader[0].value, text


def test_ids_that_are_personal_are_found_by_the_whole_of_them_only(tmp_path: Path) -> None:
    release = FullRelease(about={"personal_data": ["name", "customer_id"]})
    folder = release.project(tmp_path)
    assert "Write a whole customer ID" in said(opened("customer", folder))
    page = opened("customer", folder)
    page.text_input("search").set_value("ann").run()
    assert "No customer matches" in said(page)
    page.text_input("search").set_value("anna").run()
    assert "High risk: 80 %" in said(page)


def test_several_hits_give_a_chooser(open_shop: Path) -> None:
    page = opened("customer", open_shop)
    page.text_input("search").set_value("berg").run()
    chooser = page.selectbox("hit")
    assert chooser.options == [
        "anna · Anna Berg · Champions · High risk",
        "dora · Dora Berg · Lost · Low risk",
    ]
    chooser.select_index(1).run()
    assert "dora" in page.subheader[0].value


def test_no_hit_says_what_was_not_searched(shop: Path) -> None:
    page = opened("customer", shop)
    page.text_input("search").set_value("Anna Berg").run()
    assert "No customer matches" in said(page)
    assert "marked as personal data" in said(page)


def test_an_unknown_customer_is_a_message_with_the_nearest(shop: Path) -> None:
    page = opened("customer", shop, id="annna")
    assert not page.exception
    assert "there is no customer" in said(page)
    assert "anna" in said(page)


def test_a_customers_figures_are_those_of_the_profile(shop: Path, reading: Reading) -> None:
    cards, anna = figures(opened("customer", shop, id="anna")), customer(reading, "anna")
    assert cards["Past value"] == POUNDS.whole(anna.past_value)
    assert cards["Predicted value"] == POUNDS.whole(anna.predicted_value)
    assert cards["Value at risk"] == POUNDS.whole(anna.value_at_risk)
    assert cards["Value at risk"] == POUNDS.whole(anna.priority)
    assert cards["All purchases"] == "£200"
    assert cards["Last 90 days"] == "£50"
    page = opened("customer", shop, id="anna")
    assert "-50 % against before" in [one.delta for one in page.metric]


@pytest.mark.parametrize("period", ["30 days", "90 days", "12 months", "All"])
def test_the_timeline_is_filtered_by_period(shop: Path, reading: Reading, period: str) -> None:
    days = {"30 days": 30, "90 days": 90, "12 months": 365, "All": None}[period]
    wanted = Wanted(last_days(reading, days))
    cards = figures(opened("customer", shop, id="anna", period=period))
    found = transaction_totals(reading, "anna", wanted=wanted)
    assert cards["Transactions"] == count(found.rows)
    assert cards["Purchases"] == POUNDS.whole(found.amount)
    assert cards["Counted"] == percent(found.approved)


def test_the_timeline_is_filtered_by_category_and_status(shop: Path) -> None:
    page = opened("customer", shop, id="anna")
    page.multiselect("category").set_value(["Books"]).run()
    assert figures(page)["Purchases"] == "£130"
    page.multiselect("status").set_value(["Refund"]).run()
    assert figures(page)["Transactions"] == "1"
    assert figures(page)["Refunded"] == "£10"


def test_an_export_of_transactions_holds_them_all(reading: Reading) -> None:
    text = csv_of(transaction_batches(reading, "anna"), units=Units(POUNDS, POUNDS)).decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == transaction_totals(reading, "anna").rows
    assert "Amount (GBP)" in rows[0]


def test_moves_between_two_dates_are_counted(shop: Path, reading: Reading) -> None:
    cards = figures(opened("movement", shop))
    earlier, later = migration_dates(reading)
    found = migration(reading, earlier, to_as_of=later)
    assert cards["Customers"] == count(found.customers)
    assert cards["First bought"] == count(found.first_bought)
    assert cards["Stayed"] == percent(found.stayed / (found.customers - found.first_bought))


def test_the_churn_page_says_how_the_score_was_tested(shop: Path, reading: Reading) -> None:
    page = opened("churn", shop)
    assert figures(page)["ROC AUC"] == "0.750"
    assert figures(page)["Eligible"] == count(overview(reading).scored)
    assert "Beats days since the last purchase" in said(page)


def test_a_campaign_is_simulated_as_insights_simulates_it(shop: Path, reading: Reading) -> None:
    page = opened("campaigns", shop)
    page.number_input("offer_cost").set_value(100.0)
    page.number_input("contact_cost").set_value(10.0)
    page.slider("save_rate").set_value(40).run()
    costs = ContactCosts().stating(offer_cost=100.0, contact_cost=10.0, save_rate=0.4)
    changed = Assumptions(costs)
    found = campaign(reading, Audience(), assumptions=changed)
    nets = [one.value for one in page.metric if one.label == "Net"]
    assert found.simulation.honest is not None
    assert nets == [
        POUNDS.whole(found.simulation.honest.outcome.net),
        POUNDS.whole(found.simulation.plain.net),
    ]
    assert figures(page)["In the audience"] == count(found.totals.customers) == "3"
    assert all(plainly(one) in said(page) for one in found.recommendations)


def test_a_campaign_to_nobody_is_a_message(shop: Path) -> None:
    page = opened("campaigns", shop)
    page.number_input("least_value").set_value(1e9).run()
    assert "Nobody is in this audience" in said(page)


def test_pipeline_health_shows_tables_clusters_and_freshness(shop: Path) -> None:
    page = opened("health", shop, table="customer_360_profile")
    assert not page.exception
    assert figures(page)["Released"] == "2024-06-22"
    assert figures(page)["Rows released"] == "4"


def test_the_quality_page_counts_rows_and_checks(shop: Path, reading: Reading) -> None:
    cards = figures(opened("quality", shop))
    assert cards["Rows read"] == "100"
    assert cards["Rejected"] == "2"
    passed = sum(one.passed for one in check_lines(reading))
    assert cards["Checks passed"] == f"{passed} of 2"


def slow_page() -> None:
    import tempfile
    from pathlib import Path

    from regulars.insights.release_reading import Reading
    from regulars.serve.dashboard.frame import saying_errors

    with saying_errors("slow"), tempfile.TemporaryDirectory() as folder:
        reading = Reading(Path(folder), seconds=0.05)
        reading.rows(
            "select count(*) from range(1000000000) as a, range(1000) as b where a.range = 7"
        )


def broken_page() -> None:
    from regulars.serve.dashboard.frame import saying_errors

    with saying_errors("broken"):
        raise KeyError("a secret of the code")


@pytest.mark.parametrize(
    ("script", "words"),
    [(slow_page, "took longer than 0.05 seconds"), (broken_page, "Something unexpected")],
)
def test_a_question_that_fails_is_a_message_and_no_trace(
    script: Callable[[], None], words: str
) -> None:
    page = AppTest.from_function(script, default_timeout=60).run()
    assert not page.exception
    assert words in page.error[0].value
    assert "secret" not in page.error[0].value


def test_text_from_data_is_never_taken_for_markup() -> None:
    hostile = "<b>[x](javascript:1)</b> *a* _b_ $c$ :red[d] `e` # f\n- g"
    for sign in ("<", "[", "*", "_", "$", ":", "`", "#"):
        assert f"\\{sign}" in plainly(hostile)
    assert "\n" not in plainly(hostile)


def test_an_attribute_may_have_the_name_of_a_filter(tmp_path: Path) -> None:
    release = FullRelease()
    folder = release.project(tmp_path)
    profile = next(folder.rglob("customer_360_profile.parquet"))
    table = pq.read_table(profile)
    names = ["risk" if name == "city" else name for name in table.column_names]
    pq.write_table(table.rename_columns(names), profile)
    facts = profile.with_name("project.json")
    facts.write_text(facts.read_text("utf-8").replace('"city"', '"risk"'), "utf-8")
    page = opened("explorer", folder, where_risk="Oslo")
    assert not page.exception
    assert figures(page)["Customers"] == "1"


def test_a_new_release_is_shown_without_starting_again(tmp_path: Path) -> None:
    folder = FullRelease().project(tmp_path)
    page = opened("overview", folder)
    assert figures(page)["Customers"] == "4"
    releases = folder / ".regulars" / "releases"
    manifest = FullRelease(customers=[ANNA]).write(releases / "newer") / "manifest.json"
    text = manifest.read_text("utf-8").replace(RELEASE_ID, "newer")
    manifest.write_text(text, "utf-8")
    (releases / "CURRENT").write_text("newer", "utf-8")
    assert figures(page.run())["Customers"] == "1"


def test_a_port_that_is_taken_is_said_before_anything_starts() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match=f"nothing can listen on 127.0.0.1:{port}"):
            need_dashboard(address="127.0.0.1", port=port)
