"""Fingerprints: the same inputs, settings and code give the same text.

The code of a module is its import closure: every module of ours that it imports, directly or not,
also inside of functions, and the data files beside them. Nobody keeps a list by hand.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from grimp import ImportGraph

PACKAGE = "regulars"
_DATA = frozenset({".yaml", ".yml", ".json", ".sql", ".html", ".j2", ".css", ".js"})
# Only these belong to the dbt project: dbt writes other folders where a user lets it.
TRANSFORM = ("dbt_project.yml", "packages.yml", "models", "macros", "tests", "seeds", "snapshots")


def fingerprint(*parts: Any) -> str:
    """A short digest of anything that JSON can hold (dates and paths as text)."""
    text = json.dumps(parts, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def fingerprint_of(texts: Iterable[str]) -> str:
    """A short digest of texts, in their order."""
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:16]


def package_folder() -> Path:
    """Where the package is installed."""
    return Path(str(resources.files(PACKAGE)))


@cache
def code_fingerprint(*modules: str) -> str:
    """A digest of the source of these modules and of all that they import of ours."""
    return files_fingerprint(closure_files(modules))


@cache
def transform_fingerprint() -> str:
    """A digest of the whole dbt project of the package."""
    return files_fingerprint(transform_files())


def files_fingerprint(paths: Iterable[Path]) -> str:
    """A digest of files of the package: their places in it, and what is in them."""
    root, digest = package_folder(), hashlib.sha256()
    for path in sorted(paths):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:20]


def transform_files() -> list[Path]:
    """SQL and YAML of the dbt project; a folder that is called like a file is none."""
    return [path for name in TRANSFORM for path in _files(package_folder() / "transform" / name)]


def closure_files(modules: Iterable[str]) -> set[Path]:
    """Sources of these modules and of all that they import, with the data files beside them."""
    return closure_files_of(import_closure(modules), root=package_folder())


def closure_files_of(modules: Iterable[str], *, root: Path) -> set[Path]:
    """Sources and data files of exactly these modules of a package in the folder `root`."""
    sources = {_source(module, root) for module in modules}
    beside = {
        path for folder in {source.parent for source in sources} for path in _data_files(folder)
    }
    return sources | beside


def import_closure(modules: Iterable[str]) -> set[str]:
    """These modules and all modules of ours that they import, and the packages that hold them.

    The package at the top is left out: it holds the version, and a new version that changes
    nothing of a step leaves its results alone.
    """
    return closure_in(_import_graph(), modules)


def closure_in(graph: ImportGraph, modules: Iterable[str]) -> set[str]:
    """The closure in a graph of imports."""
    waiting, closure = set(modules), {PACKAGE}
    while waiting:
        module = waiting.pop()
        closure.add(module)
        # To import a module is to run the packages that hold it.
        imported = {*graph.find_modules_directly_imported_by(module), *_packages(module)}
        waiting |= imported - closure
    return closure - {PACKAGE}


@cache
def _import_graph() -> ImportGraph:
    import grimp

    # Nothing is written beside the project or into the installed package.
    return grimp.build_graph(PACKAGE, cache_dir=None, exclude_type_checking_imports=True)


def _packages(module: str) -> Iterator[str]:
    names = module.split(".")
    return (".".join(names[:count]) for count in range(2, len(names)))


def _source(module: str, root: Path) -> Path:
    place = root.joinpath(*module.split(".")[1:])
    package = place / "__init__.py"
    return package if package.is_file() else place.with_suffix(".py")


def _data_files(package: Path) -> Iterator[Path]:
    """Data files of a package, and of its folders that are no packages themselves."""
    for path in package.iterdir():
        if path.is_file() and path.suffix in _DATA:
            yield path
        elif path.is_dir() and path.name != "__pycache__" and not (path / "__init__.py").exists():
            yield from (file for file in _files(path) if file.suffix in _DATA)


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    return [file for file in path.rglob("*") if file.is_file() and file.suffix in _DATA]
