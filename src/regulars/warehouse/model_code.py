"""Which files of the dbt project a selection of its models is made of: models, macros and tests."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from regulars.core.fingerprints import transform_files

_DEFINED = re.compile(r"\{%-?\s*(?:macro|test)\s+(\w+)")
_WORD = re.compile(r"\w+")
# `adapter.dispatch` finds a macro of the engine by this prefix.
_ENGINES = re.compile(r"^(?:default|duckdb|postgres|snowflake|spark|databricks|athena)__")


def selected_files(selection: Iterable[str]) -> set[Path]:
    """SQL and YAML of models selected by folder or name, and of what their SQL can reach.

    A macro or model counts as reached where its name occurs: rather one too many than one too
    few. Models of earlier steps are among them: these steps are stale before this one anyway.
    """
    wanted = set(selection)
    if not wanted:
        return set()
    files = {path for path in transform_files() if _is_selected(path, wanted)}
    if "silver" in wanted:  # the cleaning models are generated, and may call any of these
        files |= {path for path in transform_files() if "cross_engine" in path.parts}
    by_name = _files_by_name()
    waiting, reached = set(files), set[Path]()
    while waiting:
        path = waiting.pop()
        reached.add(path)
        named = {file for word in _words(path) for file in by_name.get(word, ())}
        waiting |= named - reached
    return reached


def _is_selected(path: Path, selection: set[str]) -> bool:
    if "models" not in path.parts:
        # The project file, and macros that dbt itself calls, such as the naming of schemas.
        return path.name == "dbt_project.yml" or path.stem.startswith("generate_")
    folders = path.parts[path.parts.index("models") + 1 : -1]
    return path.stem in selection or not selection.isdisjoint(folders) or "sources" in folders


@cache
def _files_by_name() -> Mapping[str, list[Path]]:
    """Files of the dbt project by the names of models, macros and generic tests in them."""
    by_name: dict[str, list[Path]] = {}
    for path in transform_files():
        if "models" in path.parts:
            by_name.setdefault(path.stem, []).append(path)
        elif path.suffix == ".sql":
            for name in _DEFINED.findall(path.read_text("utf-8")):
                by_name.setdefault(_ENGINES.sub("", name), []).append(path)
    return by_name


@cache
def _words(path: Path) -> frozenset[str]:
    return frozenset(_WORD.findall(path.read_text("utf-8")))
