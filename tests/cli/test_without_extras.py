"""Without any extra every verb works, or says which extra it needs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from regulars.core.settings import read_project
from regulars.release.release_store import Releases
from tests.small_projects import SmallProject
from tests.small_release import RELEASE_ID, SmallRelease

ROOT = Path(__file__).resolve().parents[2]
ALONE = """
import contextlib, io, json, re, sys
from importlib import metadata

base = set(json.loads(sys.argv[1]))
extras = {re.match(r"[\\w.-]+", each)[0].lower() for each in metadata.requires("regulars")}
hidden = {name.replace("-", "_") for name in extras - base}

class Hidden:
    @staticmethod
    def find_spec(name, *_):
        if name.partition(".")[0] in hidden:
            raise ModuleNotFoundError(f"No module named '{name}'", name=name)

sys.meta_path.insert(0, Hidden())
from regulars.cli.app import main

said = {}
for words in json.loads(sys.argv[2]):
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        try:
            main([*words, "--project", sys.argv[3]])
        except SystemExit:
            pass
    said[" ".join(words)] = out.getvalue()
print(json.dumps(said))
"""
NEEDS = {
    "serve": "api",
    "dashboard": "dashboard",
    "ask how many customers": "ask",
    "mcp": "mcp",
    "release send s3://bucket/shop": "aws",
}
WORKS = [
    "segments", "churn", "value", "top", "explain anna", "features", "report", "check", "status",
    "campaign", "keys list", "release list", "alerts list", "alerts test", "events", "doctor",
    "deploy cron", "docs settings", "help --pages", "churn history", "explore",
]  # fmt: skip


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What each verb prints where only the base packages are found, in one process."""
    from tests.flows.conftest import SALES, SETTINGS
    from tests.small_projects import small_project

    shop: SmallProject = small_project(
        tmp_path_factory.mktemp("alone"), {"regulars.yaml": SETTINGS, "sales.csv": SALES}
    )
    releases = Releases(read_project(shop.folder).state)
    SmallRelease().write(releases.path(RELEASE_ID))
    releases.publish(RELEASE_ID)
    lock = (ROOT / "requirements" / "base.txt").read_text().splitlines()
    base = [line.split("==")[0].lower() for line in lock if "==" in line]
    words = [["ask", each[4:]] if each[:4] == "ask " else each.split() for each in [*NEEDS, *WORKS]]
    done = subprocess.run(
        [sys.executable, "-c", ALONE, json.dumps(base), json.dumps(words), str(shop.folder)],
        capture_output=True, text=True, env={**os.environ, "COLUMNS": "200"}, check=True,
    )  # fmt: skip
    found: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize(("words", "extra"), NEEDS.items())
def test_a_verb_that_needs_an_extra_names_it(words: str, extra: str, said: dict[str, str]) -> None:
    assert f"pip install 'regulars[{extra}]'" in said[words]


@pytest.mark.parametrize("words", WORKS)
def test_a_verb_that_needs_none_does_without(words: str, said: dict[str, str]) -> None:
    assert "unexpected" not in said[words]
    assert "not installed" not in said[words]
