"""The import contracts hold, and each of them can fail."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[2]
ROOMS = [
    "cli",
    "flows",
    "serve",
    "insights",
    "ml",
    "segments",
    "features",
    "ingest",
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


def circles(graph: grimp.ImportGraph) -> list[list[str]]:
    """Groups of modules that import each other, directly or through one another."""
    imports = {name: graph.find_modules_directly_imported_by(name) for name in graph.modules}
    return [sorted(group) for group in strong_groups(imports) if len(group) > 1]


def strong_groups(imports: Mapping[str, set[str]]) -> Iterator[set[str]]:
    """Strongly connected modules (Kosaraju): each reaches each."""
    order: list[str] = []
    seen: set[str] = set()
    for name in imports:
        order += reached(name, imports, seen)
    reverse: dict[str, set[str]] = {name: set() for name in imports}
    for name, imported in imports.items():
        for other in imported:
            reverse[other].add(name)
    seen = set()
    for name in reversed(order):
        if name not in seen:
            yield set(reached(name, reverse, seen))


def reached(start: str, edges: Mapping[str, set[str]], seen: set[str]) -> list[str]:
    """Modules that can be reached and were not seen before, each after those behind it."""
    if start in seen:
        return []
    seen.add(start)
    behind = [name for other in sorted(edges[start]) for name in reached(other, edges, seen)]
    return [*behind, start]


def test_no_modules_import_each_other_in_a_circle_also_inside_of_a_room() -> None:
    assert circles(grimp.build_graph("regulars", cache_dir=None)) == []


def test_a_circle_is_found_with_all_that_are_in_it() -> None:
    graph = grimp.ImportGraph()
    for name in "abcde":
        graph.add_module(name)
    for importer, imported in ("ab", "bc", "ca", "cd", "ed"):
        graph.add_import(importer=importer, imported=imported)
    assert circles(graph) == [["a", "b", "c"]]
