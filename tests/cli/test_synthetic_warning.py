"""Whoever asks a release that holds made-up rows is told so before the answer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from regulars.cli.app import app
from regulars.insights.delivered_files import synthetic_warning
from regulars.insights.release_reading import Reading
from tests.cli.test_answers import publish
from tests.small_release import SmallRelease


def made_up(root: Path, *sources: str) -> Path:
    """A current release whose manifest names these as fallback sources."""
    folder = publish(SmallRelease(), root)
    manifest = folder / "manifest.json"
    manifest.write_text(
        json.dumps(json.loads(manifest.read_text()) | {"fallback_sources": sources})
    )
    return folder


@pytest.mark.parametrize("words", [("segments",), ("churn",), ("top",), ("top", "--json")])
def test_an_answer_from_made_up_rows_begins_with_a_warning(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    made_up(tmp_path, "orders")
    options = ["--json"] if "--json" in words else []
    verbs = [word for word in words if word != "--json"]
    found = CliRunner().invoke(app, ["--project", str(tmp_path), *options, *verbs])
    assert found.stderr.startswith("SYNTHETIC DATA: the rows of orders are synthetic")
    assert "SYNTHETIC" not in found.stdout


def test_all_sources_are_named(tmp_path: Path) -> None:
    warning = synthetic_warning(Reading(made_up(tmp_path, "crm", "shop", "till")))
    assert "(crm, shop, till)" in warning


def test_a_release_of_real_rows_warns_of_nothing(tmp_path: Path) -> None:
    assert synthetic_warning(Reading(made_up(tmp_path))) == ""
