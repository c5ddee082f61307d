"""The mapping table names nothing that is not there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from regulars.core.settings import read_project
from regulars.features.catalogue import resolve_catalogue
from regulars.ingest.recipes import recipe_text

DOCS = Path(__file__).resolve().parents[2] / "docs" / "features-mapping.md"
MODELS = Path(__file__).resolve().parents[2] / "src" / "regulars" / "transform" / "models"


def known(folder: Path) -> set[str]:
    """Features and attributes of the two recipes."""
    names: set[str] = set()
    for recipe in ("crm", "cards"):
        (folder / "regulars.yaml").write_text(recipe_text(recipe))
        project = read_project(folder)
        names |= set(resolve_catalogue(project).inputs)
        names |= set(project.entities["customers"].attributes)
    return names


def rows() -> list[str]:
    """The cells on the right of the tables."""
    lines = DOCS.read_text("utf-8").splitlines()
    return [line.split("|")[2] for line in lines if line.startswith("| ") and "---" not in line]


def test_every_feature_that_the_table_names_exists(tmp_path: Path) -> None:
    named = {name for row in rows() for name in re.findall(r"`([a-z0-9_]+)`", row)}
    tables = {path.stem for path in MODELS.rglob("*.sql")}
    assert named - known(tmp_path) - tables == set()


def test_every_table_column_that_the_table_names_exists() -> None:
    named = {pair for row in rows() for pair in re.findall(r"`([a-z0-9_]+)\.([a-z0-9_]+)`", row)}
    for table, column in named - {("features", one) for _, one in named}:
        (properties,) = MODELS.rglob(f"{table}.yml")
        assert re.search(rf"name'?: '?{column}\b", properties.read_text("utf-8")), (table, column)


@pytest.mark.parametrize("heading", ["(17)", "(51)", "(29)", "(8)", "(16)", "(46)", "34 features"])
def test_no_family_of_the_lists_is_left_out(heading: str) -> None:
    assert heading in DOCS.read_text("utf-8")
