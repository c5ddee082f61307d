"""The code of a step: all that it imports and builds, nothing else, and cheap to know."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

import pytest

from regulars.core.fingerprints import (
    closure_files,
    import_closure,
    package_folder,
    transform_files,
)
from regulars.flows.step_code import kept_step_code, step_code
from regulars.flows.steps import NAMES, STEP_NAMED, STEPS
from regulars.warehouse.model_code import selected_files

PRINTED = """
import json
from regulars.flows.step_code import step_code
from regulars.flows.steps import STEPS
print(json.dumps({step.name: step_code(step.run.__module__, step.models) for step in STEPS}))
"""


def closure(step: str) -> set[str]:
    return import_closure([STEP_NAMED[step].run.__module__])


def rooms(step: str) -> set[str]:
    return {module.split(".")[1] for module in closure(step)}


def test_every_step_names_a_function_that_is_there() -> None:
    for step in STEPS:
        for function in filter(None, (step.run, step.defer)):
            assert callable(getattr(import_module(function.__module__), function.__name__))


def test_no_step_depends_on_the_list_of_steps() -> None:
    for step in NAMES:
        assert {"regulars.flows.steps", "regulars.flows.run", "regulars"}.isdisjoint(closure(step))


def test_a_step_depends_on_the_rooms_that_it_uses() -> None:
    assert rooms("land") == {"core", "warehouse", "ingest", "synthetic", "flows"}
    assert rooms("publish") == {"core", "warehouse", "release", "flows"}
    assert {"insights", "serve"} <= rooms("report")
    assert "ml" in rooms("train")
    assert {"ml", "serve", "insights"}.isdisjoint(rooms("clean"))


def test_an_import_inside_of_a_function_counts() -> None:
    # The report is imported where it is written, for runs without it begin sooner.
    assert "regulars.serve.reports.report" in closure("report")


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy of the package that may be changed."""
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(package_folder(), tmp_path / "regulars", ignore=ignored)
    return tmp_path


def codes(folder: Path) -> dict[str, str]:
    """The code of every step, as a process of its own finds it."""
    printed = subprocess.run(
        [sys.executable, "-c", PRINTED],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(folder)},
    )
    found: dict[str, str] = json.loads(printed.stdout)
    return found


def changed(before: Mapping[str, str], after: Mapping[str, str]) -> set[str]:
    return {step for step in before if before[step] != after[step]}


def users(path: str) -> set[str]:
    """The steps whose code a file of the package is part of."""
    file = package_folder() / path
    assert file.is_file()
    return {
        step.name
        for step in STEPS
        if file in closure_files([step.run.__module__]) | selected_files(step.models)
    }


@pytest.mark.parametrize(
    ("path", "steps"),
    [
        ("ml/clv/contract.py", {"value"}),
        ("segments/clusters.py", {"segment"}),
        ("ingest/landing.py", {"land"}),
        ("serve/reports/templates/report.css", {"report"}),
        ("insights/business_overview.py", {"report"}),
        ("flows/step_publish.py", {"publish", "report"}),
        ("transform/models/gold/customer_segments.sql", {"segment", "score"}),
        ("core/settings/entities.py", set(NAMES)),
        ("flows/steps.py", set()),
        ("cli/app.py", set()),
        ("serve/api/observing.py", set()),
    ],
)
def test_a_file_is_part_of_the_steps_that_use_it(path: str, steps: set[str]) -> None:
    assert users(path) == steps


def test_a_correction_of_what_one_step_uses_changes_that_step(copied: Path) -> None:
    before = codes(copied)
    with (copied / "regulars/ml/clv/contract.py").open("a") as file:
        file.write("# corrected\n")
    assert changed(before, codes(copied)) == {"value"}


def test_folders_that_dbt_leaves_and_folders_called_like_files_are_harmless(copied: Path) -> None:
    before = codes(copied)
    for folder in ("transform/models/x.yml", "transform/target/a", "features/y.yaml"):
        (copied / "regulars" / folder).mkdir(parents=True)
    (copied / "regulars/transform/target/a/b.sql").write_text("select 1")
    assert codes(copied) == before


def test_the_code_is_kept_until_a_file_of_the_package_changes(tmp_path: Path) -> None:
    steps = [(step.run.__module__, step.models) for step in STEPS]
    code = kept_step_code(tmp_path, steps)
    (kept,) = tmp_path.iterdir()
    known = json.loads(kept.read_text("utf-8"))
    module = STEP_NAMED["land"].run.__module__
    assert known["content"][module] == step_code(module, ()) == code[module]
    known["content"][module] = "as kept"
    kept.write_text(json.dumps(known))
    assert kept_step_code(tmp_path, steps)[module] == "as kept"
    kept.write_text(json.dumps(known | {"key": "of an earlier package"}))
    assert kept_step_code(tmp_path, steps) == code
    kept.write_text("not JSON")
    assert kept_step_code(tmp_path, steps) == code


def test_every_file_of_the_dbt_project_is_known() -> None:
    written_by_dbt = {"target", "logs", "dbt_packages", "dbt_internal_packages"}
    folder = package_folder() / "transform"
    files = {
        path
        for path in folder.rglob("*")
        if path.is_file() and written_by_dbt.isdisjoint(path.relative_to(folder).parts)
    }
    assert files == set(transform_files())
