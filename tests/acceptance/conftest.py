"""Projects on the real data beside the repository: recipes as they are, the data linked in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from regulars.ingest.recipes import recipe_text
from regulars.release.release_store import Releases
from tests.small_projects import SmallProject, small_project

NOW = datetime(2026, 1, 5, 6, 0, tzinfo=UTC)
Made = Callable[..., SmallProject]


@pytest.fixture(scope="session")
def real_project(
    tmp_path_factory: pytest.TempPathFactory, shared_data: Callable[[str], Path]
) -> Made:
    """A project on a data set: a recipe's project file, or the text of one."""

    def make(data: str, *, recipe: str | None = None, text: str = "") -> SmallProject:
        folder = tmp_path_factory.mktemp(data)
        (folder / "data").symlink_to(shared_data(data))
        return small_project(folder, {"regulars.yaml": recipe_text(recipe) if recipe else text})

    return make


def churn_report(made: SmallProject) -> dict[str, Any]:
    """What the published release says about the churn score."""
    import json

    releases = Releases(made.project.state)
    folder = releases.path(releases.current().release_id)
    found: dict[str, Any] = json.loads((folder / "churn.json").read_text("utf-8"))
    return found


def roc_auc(report: dict[str, Any], *, kind: str = "champion", name: str | None = None) -> float:
    """The ROC AUC of a row of the scoreboard."""
    rows = report["scoreboard"]["rows"]
    row = next(one for one in rows if one["kind"] == kind and name in (None, one["name"]))
    return float(row["metrics"]["roc_auc"]["value"])
