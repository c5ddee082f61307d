"""Environments beside the tests' own, and a shop with a schedule: `make test-orchestration`."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from regulars.flows.deployment.targets import deployed_files, write_files
from tests.flows.conftest import SALES, SETTINGS
from tests.small_projects import SmallProject, small_project

ROOT = Path(__file__).resolve().parents[2]
SCHEDULE = 'schedule: {run: "* * * * *", data: "* * * * *", watch: "*/5 * * * *"}\n'


@dataclass(frozen=True)
class Tools:
    """The programs of an environment, called with variables of the test's own."""

    folder: Path
    variables: dict[str, str]

    def path(self, name: str) -> str:
        return str(self.folder / "bin" / name)

    def environment(self) -> dict[str, str]:
        path = f"{self.folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
        return {**os.environ, "PATH": path, **self.variables}

    def call(self, name: str, *words: str | Path, folder: Path | None = None) -> str:
        done = subprocess.run(
            [self.path(name), *map(str, words)],
            cwd=folder, env=self.environment(), capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, (
            f"{name} {words}:\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
        )
        return done.stdout


def tools(name: str, **variables: str) -> Tools:
    """The environment `.venv-NAME`, or where `REGULARS_VENV_NAME` says that it is."""
    folder = Path(os.environ.get(f"REGULARS_VENV_{name.upper()}", ROOT / f".venv-{name}"))
    if not (folder / "bin" / "python").exists():
        pytest.skip(f"no environment .venv-{name}: `make test-orchestration` makes it")
    return Tools(folder, variables)


@pytest.fixture(scope="session")
def checkers() -> Tools:
    return tools("prefect")


@pytest.fixture
def scheduled_shop(tmp_path: Path) -> SmallProject:
    return small_project(
        tmp_path / "shop", {"regulars.yaml": SETTINGS + SCHEDULE, "sales.csv": SALES}
    )


def deployed(shop: SmallProject, target: str) -> list[Path]:
    """The files of a target, written where `regulars deploy` writes them."""
    folder = shop.folder / "deploy" / target
    return write_files(deployed_files(shop.project, target), folder, replace=True)
