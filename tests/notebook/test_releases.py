"""A release in a notebook: lazy tables, masks, answers, campaigns, charts."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pyarrow as pa
import pytest

import regulars
from regulars.insights.masking import MASK
from regulars.notebook.frames import polars_frame
from tests.full_release import FullRelease
from tests.small_release import CLEO


def test_rows_are_chosen_before_they_are_read(release: regulars.Release) -> None:
    risky = release.customers.where(risk_category="High").select("customer_id", "city")
    assert len(risky) == 1
    assert risky.columns == ["customer_id", "city"]
    assert risky.to_arrow().to_pylist() == [{"customer_id": "anna", "city": "Oslo"}]


@pytest.mark.parametrize(
    ("condition", "values", "ids"),
    [
        ("risk_score >= 50", {}, ["anna", "dora"]),
        (None, {"segment": "Lost"}, ["ben", "dora"]),
        (None, {"customer_id": ["anna", "cleo", "nobody"]}, ["anna", "cleo"]),
        (None, {"segment": None}, ["cleo"]),
        (None, {"customer_id": []}, []),
        ("risk_score >= 50", {"segment": "Lost"}, ["dora"]),
    ],
)
def test_conditions_and_values_must_all_hold(
    release: regulars.Release, condition: str | None, values: dict[str, object], ids: list[str]
) -> None:
    rows = release.customers.where(condition, **values).order_by("customer_id")
    assert rows.to_arrow()["customer_id"].to_pylist() == ids


def test_scores_are_those_of_the_scored_the_highest_priority_first(
    release: regulars.Release,
) -> None:
    assert release.scores.to_arrow()["customer_id"].to_pylist() == ["anna", "dora", "ben"]


def test_a_release_without_purchases_has_a_table_of_segments_without_rows(tmp_path: Path) -> None:
    nobody = CLEO | {"segment": None, "monetary": None}
    FullRelease(customers=[nobody]).project(tmp_path)
    segments = regulars.load(tmp_path).release.segments
    assert len(segments) == 0
    assert segments.columns[:3] == ["name", "customers", "share"]


def test_amounts_are_exact_in_arrow_and_floats_in_pandas(release: regulars.Release) -> None:
    amounts = release.transactions(customer="anna").select("amount", "occurred_at")
    assert amounts.to_arrow().schema.field("amount").type == pa.decimal128(18, 4)
    assert dict(amounts.to_pandas().dtypes.astype(str)) == {
        "amount": "float64", "occurred_at": "datetime64[us]",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("since", "until", "ids"),
    [
        ("2024-06-01", "2024-06-11", ["anna", "ben"]),
        ("2024-05-31", "2024-06-01", []),  # ben bought at midnight
        ("2024-06-02", None, ["anna", "anna", "anna"]),
    ],
)
def test_a_period_has_its_first_day_and_not_its_last(
    release: regulars.Release, since: str, until: str | None, ids: list[str]
) -> None:
    rows = release.transactions(since=since, until=until)
    assert sorted(rows.to_arrow()["customer_id"].to_pylist()) == ids


def test_personal_data_are_masked_also_from_conditions_and_in_sql(
    release: regulars.Release, shop: Path
) -> None:
    names = {"name": "Anna Berg"}
    assert set(release.customers.to_arrow()["name"].to_pylist()) == {MASK, None}
    assert len(release.customers.where(**names)) == 0
    asked = release.sql("select name from customer_360_profile where name like 'Anna%'")
    assert len(asked) == 0
    assert "Anna" not in repr(release.explain("anna")) + repr(release.customers)
    opened = regulars.load(shop, show_personal=True).release
    assert len(opened.customers.where(**names)) == 1
    assert len(release.customers.where(**names)) == 0


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("drop view customer_360_profile", "one `select`"),
        ("select 1; select 2", "one `select`"),
        ("select nothing from customer_360_profile", 'column "nothing" not found'),
    ],
)
def test_sql_that_reads_nothing_is_refused(release: regulars.Release, sql: str, why: str) -> None:
    with pytest.raises(regulars.Error, match=why):
        release.sql(sql)
    assert len(release.customers) == 4


@pytest.mark.parametrize(
    ("name", "near"),
    [("customer_360", "customer_360_profile"), ("kpi_by_periods", "kpi_by_period")],
)
def test_a_table_that_is_not_there_names_the_nearest(
    release: regulars.Release, name: str, near: str
) -> None:
    with pytest.raises(regulars.Error, match=f"did you mean '{near}'"):
        release.table(name)


def test_a_column_that_is_not_there_names_the_nearest(release: regulars.Release) -> None:
    for choose in (release.customers.select, lambda name: release.customers.where(**{name: 1})):
        with pytest.raises(regulars.Error, match="did you mean 'city'"):
            choose("citi")


def test_every_object_shows_itself_as_text_and_as_html(
    release: regulars.Release, shop: Path
) -> None:
    project = regulars.load(shop)
    shown = [
        project, project.status, project.releases, release, release.overview, release.churn,
        release.value, release.customers, release.segments, release.tables,
        release.explain("anna"), release.campaign(risk="High"),
    ]  # fmt: skip
    for each in shown:
        assert len(repr(each)) > 20
        assert max(map(len, repr(each).splitlines())) < 400
        ET.fromstring(f"<div>{each._repr_html_()}</div>")
    assert "4 rows, 26 columns" in repr(release.customers)
    assert "80 of 100, High" in repr(release.explain("anna"))


def test_what_is_shown_of_data_is_no_markup(release: regulars.Release) -> None:
    table = release.sql("select '<script>' as city, chr(27) as sign from kpi_by_period limit 1")
    assert "&lt;script&gt;" in table._repr_html_()
    assert chr(27) not in repr(table)


def test_a_campaign_has_the_totals_the_list_and_an_export_that_is_safe(
    release: regulars.Release, tmp_path: Path
) -> None:
    campaign = release.campaign(risk=["High", "Low"], most=2, contact_cost=10)
    assert campaign.totals.customers == len(campaign.customers) == 2
    assert campaign.simulation.assumptions.costs.contact_cost == 10
    assert campaign.export(tmp_path / "list.csv") == 2
    assert MASK in (tmp_path / "list.csv").read_text("utf-8")
    with pytest.raises(regulars.Error, match=r"\.csv or \.parquet"):
        campaign.export(tmp_path / "list.xlsx")
    with pytest.raises(regulars.Error, match="did you mean 'High'"):
        release.campaign(risk="Hihg")


def test_a_chart_is_a_specification_a_picture_and_words(
    release: regulars.Release, tmp_path: Path
) -> None:
    chart = release.chart("calibration")
    bundle = chart._repr_mimebundle_()
    assert bundle["application/vnd.vegalite.v6+json"] == chart.spec
    assert json.loads(chart.save(tmp_path / "chart.json").read_text("utf-8")) == chart.spec
    picture = chart.save(tmp_path / "chart.svg").read_text("utf-8")
    assert "var(--" not in picture + json.dumps(chart.spec)
    assert ET.fromstring(picture).tag.endswith("svg")
    assert chart.save(tmp_path / "chart.png").read_bytes().startswith(b"\x89PNG")
    with pytest.raises(regulars.Error, match="did you mean 'calibration'"):
        release.chart("calibrations")


def test_a_library_that_is_missing_is_named_with_its_command() -> None:
    with pytest.raises(regulars.Error, match="pip install polars"):
        polars_frame(pa.table({"x": [1]}))


def test_rows_go_to_whatever_reads_arrow(release: regulars.Release) -> None:
    assert pa.table(release.segments).num_rows == 2


def test_a_folder_without_a_project_and_a_day_that_is_none_say_so(
    release: regulars.Release, tmp_path: Path
) -> None:
    with pytest.raises(regulars.Error, match="init"):
        regulars.load(tmp_path)
    with pytest.raises(regulars.Error, match="since: 'June' is not a day"):
        release.transactions(since="June")
