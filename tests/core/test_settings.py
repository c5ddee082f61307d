"""The project file: what it may say, and where it says what cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest

from regulars.core.errors import SettingsError
from regulars.core.settings import place_of, read_project

SHOP = """\
version: 1
project: shop
sources:
  orders:
    path: orders.csv
entities:
  transactions:
    source: orders
    columns:
      customer_id: CustomerID
      occurred_at: {column: Date, format: "%d/%m/%Y"}
      amount: {sql: quantity * price}
churn:
  kind: silence
"""


def refusal(folder: Path, text: str, **environment: str) -> SettingsError:
    """The error of reading this project file."""
    (folder / "regulars.yaml").write_text(text)
    with pytest.raises(SettingsError) as caught:
        read_project(folder, environment=environment)
    return caught.value


def test_a_project_file_is_read_with_its_defaults(tmp_path: Path) -> None:
    (tmp_path / "regulars.yaml").write_text(SHOP)
    project = read_project(tmp_path)
    assert project.root == tmp_path.resolve()
    assert (project.grain, project.timezone, project.sources["orders"].load) == (
        "day",
        "UTC",
        "append",
    )
    assert project.entities["transactions"].columns["occurred_at"].format == ["%d/%m/%Y"]
    assert project.churn is not None
    assert project.churn.horizon == 90


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("source: orders", "source: order", 8, "there is no source 'order'; did you mean 'orders'"),
        (
            "      amount",
            "      amout",
            12,
            "'amout' is not a column of transactions; did you mean",
        ),
        ("kind: silence", "kind: contractual", 14, "'contractual' needs the entity 'customers'"),
        ("kind: silence", "kind: silense", 14, "did you mean 'silence'"),
        ("  kind: silence", "  kinds: silence", 13, "'churn.kinds' is not a setting"),
        ("    path: o", "    pth: o", 5, "did you mean 'path'"),
        ("  orders:\n", "  My Orders:\n", 4, "such as 'my_orders'"),
        ("      customer_id: CustomerID\n", "", 9, "'customer_id' must be mapped"),
        ("  transactions:\n", "  labels:\n", 6, ""),
        ("project: shop", "project: shop\ntimezone: Mars", 3, "is not an IANA time zone"),
    ],
)
def test_what_cannot_be_is_said_with_its_line(
    tmp_path: Path, old: str, new: str, line: int, said: str
) -> None:
    error = refusal(tmp_path, SHOP.replace(old, new))
    assert str(error.where).endswith(f"regulars.yaml, line {line}")
    assert said in error.what


def test_several_findings_each_have_their_line(tmp_path: Path) -> None:
    error = refusal(tmp_path, SHOP.replace("version: 1", "version: one") + "  horizn: 5\n")
    assert "line 1: version" in error.what
    assert "line 15: 'churn.horizn' is not a setting; did you mean 'horizon'?" in error.what
    assert str(error.where).endswith("line 1")


def test_values_come_from_the_environment(tmp_path: Path) -> None:
    text = SHOP.replace("orders.csv", "${FOLDER}/${NAME:-orders}.csv")
    (tmp_path / "regulars.yaml").write_text(text)
    project = read_project(tmp_path, environment={"FOLDER": "in"})
    assert project.sources["orders"].path == "in/orders.csv"
    error = refusal(tmp_path, text)
    assert "the environment variable FOLDER is not set" in error.what
    assert str(error.where).endswith("line 5")


def test_yaml_that_is_none_is_said_with_its_line(tmp_path: Path) -> None:
    assert str(refusal(tmp_path, SHOP + "churn: [").where).endswith("line 15")
    assert "must be a YAML mapping" in str(refusal(tmp_path, "- 1\n"))


def test_a_project_file_in_another_encoding_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "regulars.yaml").write_bytes("version: 1\nproject: café\n".encode("latin-1"))
    with pytest.raises(SettingsError, match=r"line 2: is not encoded as UTF-8"):
        read_project(tmp_path)


def test_a_newer_format_asks_for_a_newer_program(tmp_path: Path) -> None:
    assert "pip install --upgrade" in str(refusal(tmp_path, SHOP.replace("n: 1", "n: 7")))


def test_a_missing_file_names_the_command_that_writes_one(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="regulars init"):
        read_project(tmp_path)


def test_the_place_of_a_setting_is_its_line_or_that_of_what_holds_it(tmp_path: Path) -> None:
    (tmp_path / "regulars.yaml").write_text(SHOP)
    project = read_project(tmp_path)
    assert place_of(project, "entities.transactions.columns.amount").endswith("line 12")
    assert place_of(project, "entities.transactions.where").endswith("line 7")


def test_an_attribute_is_not_called_as_a_column_that_tables_have(tmp_path: Path) -> None:
    members = "  customers:\n    source: orders\n    columns: {customer_id: id}\n"
    text = SHOP.replace("entities:\n", f"entities:\n{members}    attributes: {{segment: kind}}\n")
    said = refusal(tmp_path, text)
    assert "has a column 'segment' of its own; call it 'segment_given'" in said.what
