"""Bounds come from the data by a command, and go into the project file as constants."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml

from regulars.core.errors import DataError, SettingsError
from regulars.core.settings.cap_writing import with_caps, write_caps
from regulars.flows.capping import set_caps
from tests.small_projects import NOON, SmallProject, small_project

SETTINGS = """\
version: 1
project: caps   # ours
sources:
  people: {path: people.csv}
  sales: {path: sales.csv}
entities:
  customers:
    source: people
    columns: {customer_id: who, changed_at: since}
    attributes: {age: {column: age, type: number}}
    caps:
      age: {iqr: 2}    # by the command
  transactions:
    source: sales      # one row per sale
    columns: {transaction_id: id, customer_id: who, occurred_at: at, amount: total, known_at: known}
"""
# Amounts 1..9 by the end of June: quartiles 3 and 7, so two quartile ranges end at -5 and 15.
SALES = "id,who,at,total,known\n" + "".join(f"{n},c{n},2024-06-{n:02},{n},\n" for n in range(1, 10))
LATE = "10,c1,2024-07-01,1000,\n11,c1,2024-06-01,1000,2024-07-01\n1,c1,2024-06-01,500,\n"
# Ages 20, 30, 40, 50 (then 90 from July on), and one so old that it lies beyond.
PEOPLE = """who,since,age
c1,2024-01-01,20
c2,2024-01-01,30
c3,2024-01-01,40
c4,2024-01-01,50
c4,2024-07-01,90
c5,2024-01-01,200
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> SmallProject:
    files = {"regulars.yaml": SETTINGS, "people.csv": PEOPLE, "sales.csv": SALES + LATE}
    made = small_project(tmp_path_factory.mktemp("caps"), files)
    made.run("land", "clean")
    return made


def computed(
    shop: SmallProject, asked: dict[str, float], *, as_of: str = "2024-07-01", write: bool = False
) -> list[dict[str, float]]:
    day = date.fromisoformat(as_of)
    _, found = set_caps(shop.project, asked, as_of=day, write=write, clock=lambda: NOON)
    return [one.bounds for one in found]


def test_bounds_are_quartile_ranges_beyond_the_quartiles(shop: SmallProject) -> None:
    assert computed(shop, {"amount": 2}) == [{"iqr": 2, "max": 15}]
    assert computed(shop, {"transactions.amount": 0.25}) == [{"iqr": 0.25, "min": 2, "max": 8}]


def test_what_was_not_known_by_the_date_does_not_count(shop: SmallProject) -> None:
    (late,) = computed(shop, {"amount": 2}, as_of="2024-07-02")
    assert late["max"] > 15


def test_a_customer_counts_once_with_the_version_of_the_date(shop: SmallProject) -> None:
    assert computed(shop, {"age": 2}) == [{"iqr": 2, "max": 90}]
    assert computed(shop, {"age": 2}, as_of="2024-07-02") == [{"iqr": 2, "max": 210}]


def test_without_names_all_caps_that_state_ranges_are_computed(shop: SmallProject) -> None:
    assert computed(shop, {}) == [{"iqr": 2, "max": 90}]


def test_the_project_file_keeps_its_comments_and_rows_are_capped_then(tmp_path: Path) -> None:
    files = {"regulars.yaml": SETTINGS, "people.csv": PEOPLE, "sales.csv": SALES}
    made = small_project(tmp_path, files)
    made.run("land", "clean")
    assert made.column(
        "select max(age) from silver.stg_customers where rejection_reason is null"
    ) == [200]
    computed(made, {}, write=True)
    computed(made, {"amount": 0.25}, write=True)
    text = (made.folder / "regulars.yaml").read_text("utf-8")
    assert "age: {iqr: 2, max: 90} # by the command\n" in text
    assert "    caps: {amount: {iqr: 0.25, min: 2, max: 8}}\n" in text
    kept = [line for line in SETTINGS.splitlines() if "iqr" not in line]
    assert [line for line in text.splitlines() if "iqr" not in line] == kept
    made.run("clean")
    capped = made.rows(
        "select age, age_uncapped from silver.stg_customers where customer_id = 'c5'"
    )
    assert capped == [(90, 200)]
    # Computed from what was delivered, the bounds of capped values are the same again.
    assert computed(made, {"age": 2}) == [{"iqr": 2, "max": 90}]


def test_a_name_that_is_no_number_is_refused(shop: SmallProject) -> None:
    with pytest.raises(SettingsError, match="'amont' is no mapped number; did you mean 'amount'"):
        computed(shop, {"amont": 2})


def test_without_cleaned_tables_there_is_nothing_to_compute_from(tmp_path: Path) -> None:
    made = small_project(tmp_path, {"regulars.yaml": SETTINGS})
    with pytest.raises(DataError, match="no data to compute caps from"):
        computed(made, {})


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a: {source: x}", "a: {source: x, caps: {b: {iqr: 2, max: 7.5}}}"),
        (
            "a:\n    source: x  # so\n    columns: {}",
            "a:\n    source: x  # so\n    caps: {b: {iqr: 2, max: 7.5}}\n    columns: {}",
        ),
        (
            "a:\n    source: x\n    # of columns\n    columns: {}",
            "a:\n    source: x\n    caps: {b: {iqr: 2, max: 7.5}}\n    # of columns\n    columns: {}",
        ),
        (
            "a:\n    tests:\n    - {id: 'n', expect: \"x > 0\"}\n    source: x",
            "a:\n    caps: {b: {iqr: 2, max: 7.5}}\n    tests:\n    - {id: 'n', expect: \"x > 0\"}\n"
            "    source: x",
        ),
        (
            "a:\n    caps:\n      c: {max: 1}",
            "a:\n    caps:\n      b: {iqr: 2, max: 7.5}\n      c: {max: 1}",
        ),
        (
            "a:\n    caps:\n      b:\n        min: 1\n        max: 2  # why\n      c: {max: 1}",
            "a:\n    caps:\n      b:\n        iqr: 2\n        max: 7.5 # why\n      c: {max: 1}",
        ),
    ],
)
def test_one_value_is_changed_and_everything_else_stays(before: str, after: str) -> None:
    text = f"# head\nentities:\n  {before}\n# tail\n"
    wanted = f"# head\nentities:\n  {after}\n# tail\n"
    assert with_caps(text, {("a", "b"): {"iqr": 2.0, "max": 7.5}}) == wanted
    assert yaml.safe_load(wanted)["entities"]["a"]["caps"]["b"] == {"iqr": 2, "max": 7.5}


def test_a_file_that_cannot_be_changed_safely_is_left_alone(tmp_path: Path) -> None:
    text = "entities:\n  a: &a {source: x}\n  b: *a\n"
    (tmp_path / "regulars.yaml").write_text(text)
    with pytest.raises(SettingsError, match="Write them yourself"):
        write_caps(tmp_path / "regulars.yaml", {("a", "n"): {"max": 1.0}})
    assert (tmp_path / "regulars.yaml").read_text() == text


def test_a_file_indented_by_four_keeps_its_indentation() -> None:
    text = "entities:\n    a:\n        source: x\n        columns: {}\n        tests:\n            - id\n"
    edited = with_caps(text, {("a", "b"): {"max": 7.5}})
    added = "        caps: {b: {max: 7.5}}\n"
    assert edited == text.replace("        columns", f"{added}        columns")


def test_a_comment_that_would_be_lost_is_a_reason_to_write_nothing() -> None:
    text = "entities:\n  a:\n    caps:\n      b:\n        max: 1\n        min: 0  # agreed\n"
    assert with_caps(text, {("a", "b"): {"max": 7.5}}) is None
