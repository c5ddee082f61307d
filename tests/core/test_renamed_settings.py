"""A setting that has a new name is read under the old one for one version, with a warning."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

from regulars.core.errors import SettingsError
from regulars.core.settings import Project, read_project
from regulars.core.settings.cap_writing import with_caps
from regulars.core.settings.project_file import fields_at
from regulars.core.settings.reference import settings_reference
from regulars.core.settings.renamed import RENAMED_SETTINGS, RENAMED_VALUES

SHOP = """\
version: 1
project: shop
sources: {orders: {path: orders.csv}, messages: {path: messages.csv}}
entities:
  transactions:
    source: orders
    columns:
      customer_id: who
      occurred_at: at
      amount: {column: paid, min: 0}
    caps:
      amount: {min: 1, max: 500}
  touches:
    source: messages
    columns: {customer_id: who, occurred_at: at}
    funnel: correct
"""
OLD = (
    SHOP.replace("paid, min: 0", "paid, least: 0")
    .replace("{min: 1, max: 500}", "{least: 1, most: 500}")
    .replace("funnel: correct", "funnel: mend")
)


def read(folder: Path, text: str) -> Project:
    (folder / "regulars.yaml").write_text(text)
    return read_project(folder)


def test_old_names_mean_the_same(tmp_path: Path) -> None:
    assert OLD.count("least") == 2
    assert read(tmp_path, OLD) == read(tmp_path, SHOP)


def test_each_old_name_is_warned_of_with_its_line_and_the_new_name(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        read(tmp_path, OLD)
    messages = [record.getMessage() for record in caplog.records]
    assert len(messages) == 4
    assert "line 10: the setting 'least' is now named 'min'" in messages[0]
    assert "line 12: the setting 'most' is now named 'max'" in messages[2]
    assert "line 16: 'funnel: mend' is now 'funnel: correct'" in messages[3]


def test_new_names_are_no_reason_to_warn(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    read(tmp_path, SHOP)
    assert caplog.records == []


def test_both_names_at_once_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="both are given") as caught:
        read(tmp_path, SHOP.replace("{min: 1,", "{min: 1, least: 2,"))
    assert caught.value.where is not None
    assert caught.value.where.endswith("line 12")


def test_an_error_in_a_setting_of_an_old_name_still_names_its_line(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="max") as caught:
        read(tmp_path, OLD.replace("most: 500", "most: many"))
    assert caught.value.where is not None
    assert caught.value.where.endswith("line 12")


@pytest.mark.parametrize("at", RENAMED_SETTINGS)
def test_every_new_name_is_a_setting_and_no_old_one_is(at: tuple[str, ...]) -> None:
    known = fields_at(at)
    for old, new in RENAMED_SETTINGS[at].items():
        assert new in known
        assert old not in known


def test_the_schema_and_the_reference_show_new_names_only() -> None:
    schema, reference = json.dumps(Project.model_json_schema()), settings_reference()
    for names in RENAMED_SETTINGS.values():
        for old in names:
            assert f'"{old}"' not in schema
            assert f"`{old}`" not in reference
    for values in RENAMED_VALUES.values():
        for old in values:
            assert f'"{old}"' not in schema


def test_caps_that_are_written_anew_take_the_new_names() -> None:
    text = "entities:\n  a:\n    caps:\n      b:\n        least: 1\n        most: 2  # why\n"
    edited = with_caps(text, {("a", "b"): {"iqr": 2.0, "min": 1.5, "max": 7.5}})
    assert edited is not None
    assert "        iqr: 2\n        min: 1.5\n        max: 7.5 # why\n" in edited


CHURN = SHOP + "churn: {kind: silence, contact_cost: 3, save_rate: 0.5}\n"


def test_costs_that_stood_with_churn_are_read_with_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        project = read(tmp_path, CHURN)
    contacts = project.contacts
    assert (contacts.contact_cost, contacts.offer_cost, contacts.save_rate) == (3, None, 0.5)
    messages = [record.getMessage() for record in caplog.records]
    assert "the setting 'churn.contact_cost' is now 'contacts.contact_cost'" in messages[0]
    assert len(messages) == 2


def test_a_cost_is_stated_in_one_place_only(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="both are given"):
        read(tmp_path, CHURN + "contacts: {contact_cost: 4}\n")


def test_an_old_cost_that_cannot_be_is_an_error_at_its_line(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"line 1\d"):
        read(tmp_path, SHOP + "churn:\n  kind: silence\n  save_rate: 30\n")
