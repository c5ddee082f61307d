"""Every chart compiles without a network, and its data are the facts it was made of."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
import vl_convert

from regulars.charts.arrangements import chosen_from, side_by_side
from regulars.charts.marks import PARTIAL_WORDS, Bar, bars
from regulars.charts.rendering import png, svg
from regulars.charts.theme import DARK, LIGHT, RISK_SCALE, dressed
from tests.charts import facts

CHARTS = facts.charts()


def rows(name: str) -> list[dict[str, Any]]:
    return CHARTS[name]["data"]["values"]


def layers(name: str) -> list[dict[str, Any]]:
    return CHARTS[name]["layer"]


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_compiles_and_is_drawn(name: str) -> None:
    compiled = vl_convert.vegalite_to_vega(dressed(CHARTS[name], theme=LIGHT, width=400))
    assert compiled["marks"]
    drawn = svg(CHARTS[name], width=400)
    assert drawn.startswith('<svg class="chart"')
    assert "NaN" not in drawn
    assert "#2459c9" not in drawn


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_is_the_same_every_time_and_plain_json(name: str) -> None:
    assert facts.charts()[name] == CHARTS[name]
    assert json.dumps(CHARTS[name], allow_nan=False)
    assert svg(CHARTS[name], width=400) == svg(CHARTS[name], width=400)
    assert CHARTS[name]["description"]


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_a_theme_leaves_no_role_without_a_colour(theme: dict[str, str]) -> None:
    for spec in CHARTS.values():
        assert "var(--" not in json.dumps(dressed(spec, theme=theme))
    assert set(LIGHT) == set(DARK)


def test_calibration_shows_predicted_and_observed_with_intervals() -> None:
    shown = [(row["x"], row["y"], row["low"], row["high"]) for row in rows("calibration")]
    assert shown == [(0.1, 0.12, 0.08, 0.2), (0.7, 0.6, 0.5, 0.75)]
    x, y = (CHARTS["calibration"]["encoding"][name]["scale"]["domain"] for name in "xy")
    assert x == y == [0.0, pytest.approx(0.78)]


def test_gains_start_at_nothing_and_end_at_everybody() -> None:
    shown = [(row["x"], row["y"]) for row in rows("gains")]
    assert shown == [(0.0, 0.0), (0.1, 0.3), (0.5, 0.8), (1.0, 1.0)]
    assert [row["note"] for row in rows("gains")] == ["", "30 %", "80 %", ""]
    assert CHARTS["gains"]["encoding"]["y"]["scale"]["domain"] == [0.0, 1.0]


def test_lift_is_compared_with_the_base_rate() -> None:
    assert [row["y"] for row in rows("lift")] == [3.0, 1.6, 1.0]
    assert layers("lift")[0]["data"]["values"] == [{"x": 0.0, "y": 1.0}, {"x": 1.0, "y": 1.0}]


def test_profit_has_its_range_from_no_contact_on() -> None:
    shown = [(row["x"], row["y"], row["low"], row["high"]) for row in rows("profit")]
    assert shown == [(0.0, 0.0, 0.0, 0.0), (10.0, 80.0, 20.0, 140.0), (20.0, 120.0, 40.0, 200.0)]
    assert '"£"' in CHARTS["profit"]["encoding"]["y"]["axis"]["labelExpr"]


def test_the_scoreboard_leaves_out_what_was_not_measured() -> None:
    shown = [(row["label"], row["auc"], row["low"], row["high"]) for row in rows("scoreboard")]
    assert shown == [
        ("blend", 0.8, pytest.approx(0.75), pytest.approx(0.85)),
        ("recency", 0.7, pytest.approx(0.65), pytest.approx(0.75)),
    ]
    assert layers("scoreboard")[0]["encoding"]["x"]["datum"] == 0.5


def test_risk_is_coloured_by_the_one_risk_scale() -> None:
    assert [row["value"] for row in rows("risk")] == [3.0 * at for at in range(10)]
    steps = CHARTS["risk"]["encoding"]["color"]["scale"]["range"]
    assert len(set(steps)) == 10
    unknown = [row["risk"] for row in rows("parts")]
    assert unknown == [0.2, 0.8, None]
    scale = layers("parts")[0] and CHARTS["parts"]["encoding"]["color"]["scale"]
    assert scale["range"] == list(RISK_SCALE)
    assert scale["domain"] == [0.0, 0.8]
    assert [row["label"] for row in rows("risk parts")] == ["High", "Low"]
    assert rows("risk parts")[0]["colour"] == RISK_SCALE[2]


def test_cutoffs_have_the_latest_role_they_served_for() -> None:
    assert [row["role"] for row in rows("cutoffs")] == ["train", "test", "score now"]
    assert rows("cutoffs")[0]["closes"] == "2024-03-31"


def test_save_rates_show_both_models_where_both_are_known() -> None:
    shown = [(row["series"], row["x"], row["y"]) for row in rows("sensitivity")]
    assert shown == [
        ("probability-weighted", 0.1, 10.0),
        ("naive", 0.1, 50.0),
        ("naive", 0.2, 90.0),
    ]


@pytest.mark.parametrize("name", ["sales", "buyers", "orders"])
def test_a_month_that_is_not_over_is_paler_and_dashed(name: str) -> None:
    assert {row["at"]: row["partial"] for row in rows(name)} == {
        "2024-04-01": False, "2024-05-01": False, "2024-06-01": True,
    }  # fmt: skip
    encoding = CHARTS[name]["encoding"]
    assert encoding["strokeDash"]["condition"] == {"test": "datum.partial", "value": [4, 3]}
    assert encoding["fillOpacity"]["condition"]["value"] < 1
    drawn = svg(CHARTS[name], width=400)
    assert "stroke-dasharray" in drawn
    assert PARTIAL_WORDS in drawn


def test_months_carry_what_insights_says_of_them() -> None:
    assert [row["value"] for row in rows("sales")] == [4000.0, 5000.0, 6000.0]
    assert [(row["series"], row["value"]) for row in rows("buyers")][:2] == [
        ("returning", 36.0), ("first purchase", 4.0),
    ]  # fmt: skip
    assert [row["value"] for row in rows("members")] == [4.0, 7.0]


def test_a_month_without_a_row_keeps_its_place() -> None:
    months = [facts.MONTHS[0], facts.MONTHS[2]]
    spec = facts.activity_charts.sales_chart(months, unit=facts.POUNDS)
    assert spec is not None
    assert spec["encoding"]["x"]["scale"]["domain"] == ["2024-04-01", "2024-05-01", "2024-06-01"]


def test_segments_show_their_share_of_customers_beside_that_of_sales() -> None:
    shown = [(row["label"], row["series"], row["value"]) for row in rows("segments")]
    assert shown == [
        ("Champions", "share of customers", 0.6), ("Champions", "share of sales", 0.9),
        ("Lost", "share of customers", 0.4), ("Lost", "share of sales", 0.1),
    ]  # fmt: skip


def test_a_matrix_has_its_lines_in_the_order_of_segments() -> None:
    assert [(row["down"], row["across"], row["share"]) for row in rows("moves")] == [
        ("Champions", "Champions", 0.6), ("Champions", "Lost", 0.4), ("Lost", "Lost", 1.0),
    ]  # fmt: skip
    assert CHARTS["moves"]["encoding"]["y"]["sort"] == ["Champions", "Lost"]
    assert [row["text"] for row in rows("cohorts")] == ["30 %", "25 %"]


def test_curves_of_staying_begin_with_everybody() -> None:
    shown = [(row["series"], row["x"], row["y"]) for row in rows("survival")]
    assert shown[:3] == [("Monthly", 0.0, 1.0), ("Monthly", 90.0, 0.8), ("Monthly", 365.0, 0.5)]
    assert CHARTS["survival"]["encoding"]["y"]["scale"]["domain"] == [0.0, 1.0]


def test_a_distribution_compares_shares_of_each_group() -> None:
    shown = [(row["series"], row["from"], row["share"]) for row in rows("distribution")]
    assert shown == [
        ("stayed", 0.0, 0.1), ("stayed", 1.0, 0.9), ("churned", 0.0, 0.75), ("churned", 1.0, 0.25),
    ]  # fmt: skip


def test_categories_stand_from_the_highest_churn_down() -> None:
    shown = [(row["label"], row["value"]) for row in rows("category churn")]
    assert shown == [("shop", 0.5), ("web", 0.2), ("missing", 0.0)]
    assert [row["label"] for row in rows("segment churn")] == ["Lost"]
    assert [row["value"] for row in rows("outcome")] == [30.0, 10.0]


def test_undefined_correlations_have_no_colour() -> None:
    assert [row["r"] for row in rows("correlations")] == [1.0, 0.5, 0.5, None]
    assert CHARTS["correlations"]["encoding"]["color"]["scale"]["domain"] == [-1, 0, 1]


def test_other_charts_hold_their_facts() -> None:
    assert [row["y"] for row in rows("outcomes")] == [0.2, 0.25]
    assert [row["value"] for row in rows("drivers")] == [0.6]
    assert [row["value"] for row in rows("steps")] == [1.5, 9.0]
    assert [row["value"] for row in rows("spend")] == [20.0, 5.0]
    assert sum(row["value"] for row in rows("tenths")) == pytest.approx(1.0)
    assert [row["at"] for row in rows("events")] == ["2024-06-01T10:30:00Z", "2024-06-03T00:00:00Z"]
    assert CHARTS["sizes"]["facet"]["sort"] == ["Lost", "Champions"]
    assert [row["value"] for row in rows("amounts") + rows("shares")] == [5.0, 0.5]


def test_charts_without_facts_are_none() -> None:
    nothing = facts.ChurnCurves((), (), None)
    assert facts.score_charts.calibration_chart(nothing) is None
    assert facts.score_charts.profit_chart(nothing, unit=facts.POUNDS) is None
    assert facts.activity_charts.sales_chart((), unit=facts.POUNDS) is None
    assert facts.exploration_charts.outcomes_chart(facts.OUTCOMES[:1]) is None


def test_one_of_several_charts_is_chosen_by_name() -> None:
    parts = {"A": CHARTS["category churn"], "B": CHARTS["segment churn"]}
    spec = chosen_from(parts, label="Category")
    assert [row["shown_as"] for row in spec["data"]["values"]] == ["A", "A", "A", "B"]
    assert vl_convert.vegalite_to_vega(dressed(spec, theme=LIGHT, width=400))["signals"]


def test_pictures_hold_several_charts_and_repeat_their_bytes() -> None:
    spec = side_by_side({"A": CHARTS["sales"], "B": CHARTS["drivers"]}, across=2, width=200)
    first = png(spec, title="Two")
    assert first.startswith(b"\x89PNG\r\n\x1a\n")
    assert first == png(spec, title="Two")


def test_text_of_the_data_stays_text_in_a_drawing() -> None:
    sly = "<script>alert(1)</script>"
    drawn = svg(bars([Bar(sly, 1.0, sly, {sly: sly})], description=sly), width=400)
    assert "<script" not in drawn
    assert drawn.count("&lt;script&gt;") >= 3


def test_dates_are_those_of_the_data_wherever_the_reader_is() -> None:
    point = facts.exploration_charts.outcomes_chart(facts.OUTCOMES)
    assert point is not None
    assert point["encoding"]["x"]["timeUnit"].startswith("utc")
    assert rows("outcomes")[0]["x"] == str(date(2024, 1, 1))
