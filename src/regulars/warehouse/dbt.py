"""Run dbt by hand on a project's dbt project, with its profile, variables and folders.

The dbt project is written by `warehouse.dbt_folder`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from regulars.core.errors import TransformError
from regulars.warehouse.dbt_folder import DbtFolder


class DbtProject:
    """The dbt project of one project, in its folder, for those who call dbt themselves.

    `models` are the generated models by their place below `models`. A run builds the same models
    without dbt (`warehouse.building`).
    """

    def __init__(
        self,
        state: Path,
        *,
        output: dict[str, object],
        variables: dict[str, Any],
        models: Mapping[str, str],
        environment: dict[str, str] | None = None,
    ) -> None:
        self._folder = state / "dbt"
        self._extra_environment = environment or {}
        DbtFolder(self._folder, output, variables, models).write()

    def run_command(self, arguments: Sequence[str], *, folder: Path | None = None) -> int:
        """Run dbt with these arguments, its output as dbt writes it; the exit code.

        `folder` is another dbt project that is to see the same tables: one that lists this one
        among its packages. It gets the variables, which only the root project may set.
        """
        from dbt.cli.main import dbtRunner

        options = ["--project-dir", str(folder or self._folder)]
        options += ["--profiles-dir", str(self._folder)]
        if folder is not None and arguments[:1] != ["deps"]:
            options += ["--vars", (self._folder / "vars.yml").read_text("utf-8")]
        target = self._folder / "target" if folder is None else folder / "target"
        with _environment(target, self._extra_environment):
            outcome = dbtRunner().invoke([*arguments, *options])
        if outcome.exception is not None:
            raise TransformError(f"dbt stopped: {_plain(outcome.exception)}")
        return 0 if outcome.success else 1


@contextmanager
def _environment(target: Path, extra: dict[str, str]) -> Iterator[None]:
    """dbt reads where to write from the environment, whatever the user has exported there.

    Secrets stand there too, for as long as dbt runs: the profile only names them.
    """
    wanted = {
        "DBT_TARGET_PATH": str(target),
        "DBT_LOG_PATH": str(target.parent / "logs"),
        "DO_NOT_TRACK": "1",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    } | extra
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _plain(error: object) -> str:
    return " ".join(str(error).split())
