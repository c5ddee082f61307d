"""The exploration as files: every figure is drawn, the page needs no network, bytes repeat."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pyarrow as pa
import pytest

from regulars.insights.exploration.answer import Exploration, explore
from regulars.insights.release_reading import Reading
from regulars.serve.reports.exploration_files import time_number, write_figures, write_plots
from regulars.serve.reports.interactive_page import write_page
from regulars.serve.reports.report import write_report_of
from tests.insights.exploration.conftest import customers, released
from tests.small_release import SmallRelease

PNG = b"\x89PNG\r\n\x1a\n"


def away(table: pa.Table) -> pa.Table:
    days = pa.array([at % 40 for at in range(table.num_rows)], pa.int32())
    return table.append_column("recency_days", days)


@pytest.fixture(scope="module")
def reading(tmp_path_factory: pytest.TempPathFactory) -> Reading:
    return released(tmp_path_factory.mktemp("release"), away(customers()))


@pytest.fixture(scope="module")
def explored(reading: Reading) -> Exploration:
    return explore(reading)


@pytest.fixture(scope="module")
def folder(
    reading: Reading, explored: Exploration, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    folder = tmp_path_factory.mktemp("plots") / "new"
    write_plots(reading, explored, folder=folder)
    return folder


def test_every_figure_is_drawn_as_png(folder: Path) -> None:
    drawn = {path.stem: path.read_bytes() for path in folder.glob("*.png")}
    assert set(drawn) == {
        "target_distribution",
        "feature_distributions",
        "correlation_heatmap",
        "churn_by_category",
        "segment_analysis",
        "time_series",
        "feature_importance",
        "recency_histogram",
    }
    assert all(found.startswith(PNG) and len(found) > 4_000 for found in drawn.values())


def test_the_same_facts_give_the_same_bytes(
    folder: Path, reading: Reading, explored: Exploration, tmp_path: Path
) -> None:
    again = write_figures(reading, explored, folder=tmp_path)
    assert all(path.read_bytes() == (folder / path.name).read_bytes() for path in again)


def test_the_interactive_page_needs_no_network_and_has_its_charts(folder: Path) -> None:
    page = (folder / "exploration.html").read_text("utf-8")
    markup = re.sub(r"<script>.*?</script>", "", page, flags=re.DOTALL)
    assert not re.search(r"(src|href)=|url\(|@import", markup)
    names = set(re.findall(r'class="chart" id="(\w+)"', page))
    assert {"outcome", "segments", "drivers", "sales", "distributions"} <= names
    (specifications,) = re.findall(r"charts = JSON.stringify\((.+)\);", page)
    charts = json.loads(specifications)
    assert set(charts) == names
    assert all(chart["data"]["values"] for chart in charts.values())


def test_a_value_of_the_data_cannot_end_the_program_of_the_page(tmp_path: Path) -> None:
    odd = customers()
    sly = ["</script><b>x" if one == "web" else one for one in odd["channel"].to_pylist()]
    at = odd.column_names.index("channel")
    found = released(tmp_path, odd.set_column(at, "channel", pa.array(sly)))
    page = write_page(found, explore(found), folder=tmp_path).read_text("utf-8")
    assert page.count("</script>") == 2


def test_the_text_says_what_was_found_and_left_out(folder: Path) -> None:
    text = (folder / "eda_summary.txt").read_text("utf-8")
    assert "60 customers, as they were on 2024-03-24" in text
    assert "not tested: flat, it does not vary within the groups" in text
    assert "orders, orders_90d" in text


def test_the_json_has_the_sections(folder: Path) -> None:
    assert "statistical_tests" in json.loads((folder / "eda_report.json").read_text("utf-8"))


def test_a_report_writes_the_texts_and_figures_only_where_asked_for(tmp_path: Path) -> None:
    released(tmp_path, customers())
    (tmp_path / "figures").mkdir()  # as an earlier writing left them
    write_report_of(tmp_path)
    assert (tmp_path / "eda_report.json").exists()
    assert (tmp_path / "eda_summary.txt").exists()
    assert not (tmp_path / "figures").exists()


def test_a_release_with_nothing_to_explore_gets_no_files_of_it(tmp_path: Path) -> None:
    write_report_of(SmallRelease().write(tmp_path), figures=True)
    assert list(tmp_path.glob("eda_*")) == []


def test_tenure_is_drawn_where_it_is_mapped_and_recency_elsewhere(
    reading: Reading, explored: Exploration, tmp_path: Path
) -> None:
    assert (number := time_number(reading, explored)) is not None
    assert number.name == "recency_days"
    about = {"churn": {"kind": "labelled", "tenure_attribute": "orders"}}
    aged = SmallRelease(about=about).reading(tmp_path)
    assert (number := time_number(aged, explored)) is not None
    assert number.name == "orders"
