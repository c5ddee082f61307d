"""The code of a step: the import closure of its function's module, and the SQL that it builds.

To know it takes half a second of reading; a file beside the run records keeps it for as long as
no file of the package has changed, so that a run in which nothing is stale stays fast.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from regulars import __version__
from regulars.core.fingerprints import (
    closure_files,
    files_fingerprint,
    fingerprint,
    package_folder,
)
from regulars.warehouse.model_code import selected_files

_KEPT = "step_code.json"


@cache
def step_code(module: str, models: tuple[str, ...]) -> str:
    """A digest of a step's code: its module, all that this imports, and its models."""
    return files_fingerprint(closure_files([module]) | selected_files(models))


def kept_step_code(state: Path, steps: Iterable[tuple[str, tuple[str, ...]]]) -> dict[str, str]:
    """The code of steps by module, each given with its models; read from `state` where kept."""
    wanted = dict(steps)
    key = fingerprint(_package_state(), sorted(wanted.items()))
    kept = state / _KEPT
    try:
        known = json.loads(kept.read_text("utf-8"))
        if known["key"] == key:
            return {module: str(known["code"][module]) for module in wanted}
    except (OSError, ValueError, KeyError, TypeError):
        pass  # not there yet, of another version, or damaged: it is made anew
    code = {module: step_code(module, models) for module, models in wanted.items()}
    _keep(kept, json.dumps({"key": key, "code": code}, indent=1))
    return code


@cache
def _package_state() -> str:
    """Changes whenever a file of the package does; from stat alone, so it is cheap."""
    files = [[name, *stat] for name, stat in sorted(_stats(str(package_folder())))]
    return fingerprint(__version__, sys.version, str(package_folder()), files)


def _stats(folder: str) -> Iterator[tuple[str, tuple[int, int, int]]]:
    for entry in os.scandir(folder):
        if entry.is_dir():
            if entry.name != "__pycache__":
                yield from _stats(entry.path)
        elif not entry.name.endswith(".pyc"):
            about = entry.stat()
            yield entry.path, (about.st_size, about.st_mtime_ns, about.st_ctime_ns)


def _keep(path: Path, text: str) -> None:
    draft = path.with_suffix(".new")
    try:
        draft.write_text(text, "utf-8")
        draft.replace(path)
    except OSError:
        pass  # a project that may only be read is looked at all the same
