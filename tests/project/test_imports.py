"""The import contracts hold, and each of them can fail."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import import_circles

ROOT = Path(__file__).parents[2]
ROOMS = [
    "cli",
    "notebook",
    "flows",
    "serve",
    "charts",
    "insights",
    "ml",
    "segments",
    "features",
    "ingest",
    "synthetic",
    "release",
    "warehouse",
    "core",
]


def lint_imports(folder: Path) -> tuple[int, str]:
    """Exit code and text of the import linter on the package below a folder."""
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [program, "--no-cache", "--config", ROOT / ".importlinter"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A package of this name with all rooms, empty."""
    for room in ["", *ROOMS]:
        (tmp_path / "regulars" / room).mkdir(parents=True, exist_ok=True)
        (tmp_path / "regulars" / room / "__init__.py").touch()
    return tmp_path


def write(house: Path, module: str, line: str) -> None:
    """Put one line into a module, making the packages above it."""
    *packages, name = module.split(".")
    folder = house / "regulars"
    for package in packages:
        folder /= package
        folder.mkdir(exist_ok=True)
        (folder / "__init__.py").touch()
    (folder / f"{name}.py").write_text(line + "\n")


def test_the_project_keeps_its_contracts() -> None:
    code, text = lint_imports(ROOT / "src")
    assert code == 0, text


def test_an_empty_house_keeps_the_contracts(house: Path) -> None:
    code, text = lint_imports(house)
    assert code == 0, text


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("core.clock", "import regulars.cli", "A room imports only the rooms below it"),
        ("cellar.wine", "", "A room imports only the rooms below it"),
        ("serve.api.app", "import regulars.serve.reports", "Surfaces are strangers"),
        ("serve.kiosk.app", "", "Surfaces are strangers"),
        ("serve.api.app", "import regulars.ml.churn.training", "Serving never imports training"),
        ("notebook.tables", "import duckdb", "Only warehouse imports a database driver"),
        ("notebook.runs", "import regulars.cli", "A room imports only the rooms below it"),
        ("insights.facts", "import duckdb", "Only warehouse imports a database driver"),
        ("serve.reports.page", "import fastapi", "FastAPI lives in serve.api"),
        ("cli.app", "import streamlit", "Streamlit lives in serve.dashboard"),
        ("cli.app", "import mcp", "MCP lives in serve.assistant"),
        ("flows.run", "import prefect", "Prefect lives in flows.prefect"),
        ("flows.run", "import airflow", "Airflow lives in flows.airflow"),
        ("flows.run", "import typer", "Typer lives in cli"),
        ("flows.run", "import dbt.cli.main", "dbt lives in warehouse"),
    ],
)
def test_a_broken_contract_is_named(house: Path, module: str, line: str, contract: str) -> None:
    write(house, "ml.churn.training", "")
    write(house, "serve.reports.page", "")
    write(house, module, line)
    code, text = lint_imports(house)
    assert code == 1
    assert contract in text.split("Broken contracts")[-1]


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("warehouse.engines.duckdb", "import duckdb"),
        ("serve.api.app", "import fastapi"),
        ("flows.prefect", "import prefect"),
        ("cli.app", "import typer"),
        ("warehouse.dbt.build", "from dbt.cli.main import dbtRunner"),
    ],
)
def test_a_library_is_welcome_in_its_room(house: Path, module: str, line: str) -> None:
    write(house, module, line)
    code, text = lint_imports(house)
    assert code == 0, text


def test_no_modules_import_each_other_in_a_circle_also_inside_of_a_room() -> None:
    assert import_circles.circles(ROOT / "src") == []


def test_a_circle_of_a_room_ends_the_check(house: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(house, "ml.days", "import regulars.ml.trees")
    write(house, "ml.trees", "def grow():\n    import regulars.ml.days")
    assert import_circles.main([str(house)]) == 1
    assert capsys.readouterr().out == "regulars.ml.days, regulars.ml.trees\n"
