"""`regulars campaign`: what it prints, what it writes, what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from regulars.cli.app import app
from regulars.core.errors import DataError
from regulars.insights.masking import MASK
from tests.cli.test_answers import ask, publish
from tests.small_release import ANNA, BEN, CLEO, SmallRelease


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """Anna, who may leave, Ben, who refused consent, and Cleo, who is not scored."""
    publish(SmallRelease(customers=[ANNA, BEN | {"consent": False}, CLEO]), tmp_path)
    return tmp_path


def refused(shop: Path, *words: str) -> DataError:
    found = CliRunner().invoke(app, ["--project", str(shop), "campaign", *words])
    assert isinstance(found.exception, DataError)
    return found.exception


def test_both_models_stand_beside_each_other(shop: Path) -> None:
    said = ask(shop, "campaign", "--risk", "High", "--incentive", "100", "--contact-cost", "10")
    assert "1 customer of 3, value at risk £800; expected to churn: 0.8." in said
    assert "weighted model" in said
    assert "Try it on a small scale" in said or "Run the campaign" in said


def test_json_has_the_numbers_of_insights(shop: Path) -> None:
    found = json.loads(ask(shop, "--json", "campaign", "--save-rate", "0.5"))
    assert found["totals"]["customers"] == 2
    assert found["simulation"]["assumptions"]["costs"] == {
        "contact_cost": 2.0,
        "offer_cost": 0.0,
        "save_rate": 0.5,
        "assumed": ["contact_cost", "offer_cost"],
    }
    assert found["simulation"]["plain"]["cost"] == 4


def test_the_target_list_is_written_and_masked(shop: Path) -> None:
    said = ask(shop, "campaign", "--export", str(shop / "list.csv"))
    assert "2 customers written" in said
    lines = (shop / "list.csv").read_text("utf-8").splitlines()
    assert lines[0].startswith('"customer_id","segment"')
    assert [line.split(",")[0] for line in lines[1:]] == ['"anna"', '"cleo"']
    assert MASK in lines[1]
    ask(shop, "campaign", "--show-personal", "--export", str(shop / "list.parquet"))
    assert pq.read_table(shop / "list.parquet")["name"].to_pylist() == ["Anna Berg", None]
    assert sorted(path.name for path in shop.glob("list*")) == ["list.csv", "list.parquet"]


def test_an_empty_list_has_its_header(shop: Path) -> None:
    ask(shop, "campaign", "--most", "0", "--export", str(shop / "list.csv"))
    assert (shop / "list.csv").read_text("utf-8").count("\n") == 1


def test_consent_that_was_refused_is_honoured_unless_asked_otherwise(shop: Path) -> None:
    assert "3 customers of 3" in ask(shop, "campaign", "--consent", "any")
    assert "0 customers of 3" in ask(shop, "campaign", "--consent", "given")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--where", "city"], "as city=Oslo"),
        (["--where", "town=Oslo"], "no attribute 'town'"),
        (["--save-rate", "30"], "between 0 and 1"),
        (["--segment", "Champion"], "did you mean 'Champions'"),
        (["--where", "city=Olso"], "did you mean 'Oslo'"),
        (["--export", "list.pdf"], "written as .csv or .parquet"),
        (["--export", "/nowhere/list.csv"], "/nowhere: there is no such folder"),
    ],
)
def test_what_cannot_be_is_said(shop: Path, words: list[str], message: str) -> None:
    assert message in str(refused(shop, *words))
