"""What is shipped is complete, and what is imported is declared and locked."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
# Packages of engines that have an environment of their own, by what they are imported as.
ELSEWHERE = {"snowflake": ["snowflake-connector-python"]}
LOCKS = sorted(
    path.relative_to(ROOT / "requirements").as_posix()
    for path in (ROOT / "requirements").rglob("*.txt")
)
HEAVY = {"dbt", "numpy", "pandas", "pyarrow", "scipy", "sklearn", "vl_convert", "xgboost"}


def python(code: str) -> str:
    """What a fresh interpreter prints."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def locked(name: str) -> set[str]:
    """The lines of a lock, `name==version` with its marker."""
    lines = (ROOT / "requirements" / name).read_text().splitlines()
    return {line.removesuffix(" \\") for line in lines if "==" in line and not line.startswith("#")}


def third_party_imports() -> set[str]:
    """Names of the packages that the source imports and that are neither ours nor Python's."""
    found: set[str] = set()
    for path in (ROOT / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                found |= {name.name.split(".")[0] for name in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module.split(".")[0])
    return found - set(sys.stdlib_module_names) - {"regulars"}


def test_every_import_is_declared_as_a_dependency() -> None:
    extras = [line for lines in PROJECT["optional-dependencies"].values() for line in lines]
    declared = {canonicalize_name(Requirement(r).name) for r in PROJECT["dependencies"] + extras}
    distributions = ELSEWHERE | dict(packages_distributions())
    undeclared = {
        name
        for name in third_party_imports()
        if not declared & {canonicalize_name(d) for d in distributions.get(name, [name])}
    }
    assert undeclared == set()


def test_the_wheel_carries_every_file_of_the_package(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel"]
    subprocess.run([*command, "--directory", tmp_path], cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    shipped = set(zipfile.ZipFile(wheel).namelist())
    listed = subprocess.run(
        ["git", "ls-files", "src"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    here = {name.removeprefix("src/") for name in listed.stdout.splitlines()}
    assert {name for name in here if (ROOT / "src" / name).exists()} <= shipped
    assert "regulars/transform/dbt_project.yml" in shipped
    assert "regulars/docs/getting-started.md" in shipped


def test_one_environment_can_grow_from_the_base_lock_to_the_other() -> None:
    base, dev = ({line.split(" ;")[0] for line in locked(lock)} for lock in ("base.txt", "dev.txt"))
    assert base <= dev


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_has_hashes_and_names_no_index(lock: str) -> None:
    text = (ROOT / "requirements" / lock).read_text()
    assert "://" not in text
    entries = re.split(r"\n(?=\w)", "\n".join(line for line in text.splitlines() if line[0] != "#"))
    assert [entry.split("==")[0] for entry in entries if "--hash=sha256:" not in entry] == []
    assert "--require-hashes -r" in (ROOT / "scripts" / "install_venv.sh").read_text()


@pytest.mark.parametrize("lock", ["base.txt", "dev.txt"])
def test_a_lock_holds_what_the_project_asks_for(lock: str) -> None:
    versions: dict[str, list[str]] = {}
    for line in locked(lock):
        name, version = re.split(r"==|\s*;", line)[:2]
        versions.setdefault(canonicalize_name(name), []).append(version.strip())
    extras = PROJECT["optional-dependencies"]["dev"] if lock == "dev.txt" else []
    for asked in map(Requirement, PROJECT["dependencies"] + extras):
        found = versions.get(canonicalize_name(asked.name), [])
        assert found, asked
        assert all(asked.specifier.contains(version) for version in found), asked


@pytest.mark.parametrize("module", ["regulars", "regulars.cli.app"])
def test_importing_the_command_line_loads_nothing_heavy(module: str) -> None:
    code = f"import sys, {module}; print(*{{name.split('.')[0] for name in sys.modules}})"
    assert HEAVY.isdisjoint(python(code).split())


def test_every_extra_that_an_error_advises_exists() -> None:
    source = "".join(path.read_text() for path in (ROOT / "src").rglob("*.py"))
    advised = set(re.findall(r"MissingExtra\([^)]*\)?[^)]*extra=\"(\w+)\"", source))
    assert advised
    assert advised <= set(PROJECT["optional-dependencies"])
