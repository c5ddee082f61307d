"""The code of a step: the import closure of its function's module, and the SQL that it builds.

To know it takes half a second of reading; a file beside the run records keeps it for as long as
no file of the package has changed, so that a run in which nothing is stale stays fast.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from regulars.core.fingerprints import closure_files, files_fingerprint
from regulars.core.kept_answers import read_kept, write_kept
from regulars.warehouse.model_code import selected_files

_KEPT = "step_code.json"


@cache
def step_code(module: str, models: tuple[str, ...]) -> str:
    """A digest of a step's code: its module, all that this imports, and its models."""
    return files_fingerprint(closure_files([module]) | selected_files(models))


def kept_step_code(state: Path, steps: Iterable[tuple[str, tuple[str, ...]]]) -> dict[str, str]:
    """The code of steps by module, each given with its models; read from `state` where kept."""
    wanted = dict(steps)
    made_from = sorted(wanted.items())
    code: dict[str, str] | None = read_kept(state / _KEPT, made_from)
    if code is None:
        code = {module: step_code(module, models) for module, models in wanted.items()}
        write_kept(state / _KEPT, code, made_from)
    return code
