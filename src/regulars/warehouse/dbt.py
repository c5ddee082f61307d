"""Run a project's dbt project in this process: one parse a run, errors in plain words.

The dbt project is written by `warehouse.dbt_folder`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from regulars.core.errors import TransformError
from regulars.warehouse.compiled_tests import CompiledTest, Rows, run_tests
from regulars.warehouse.dbt_folder import DbtFolder, default_variables
from regulars.warehouse.dbt_manifest import forget_compiled, load_manifest
from regulars.warehouse.node_results import NodeResult, Report


def compiled_sql(state: Path) -> dict[str, Path]:
    """The compiled SQL of everything that ran, by name."""
    return {path.stem: path for path in (state / "dbt" / "target" / "compiled").rglob("*.sql")}


@dataclass(frozen=True)
class CompiledModel:
    """The SQL of one model and the relation it makes; `database` is the catalogue of the engine."""

    database: str
    schema: str
    name: str
    sql: str


class DbtProject:
    """The dbt project of one project, in its folder, with everything that dbt makes of it.

    `models` are the generated models by their place below `models`. Files are written only where
    they differ, so that dbt parses again only what changed.
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
        self._manifest: Any = None
        self._project = DbtFolder(self._folder, output, variables, models)
        self._project.write()

    def build(
        self, select: Sequence[str], *, full: bool = True, report: Report | None = None
    ) -> list[NodeResult]:
        """Build these models in order.

        `full` rebuilds incremental models from everything delivered; else they take in what
        `ops.new_batches` names. Raises TransformError when a model fails.
        """
        anew = ["--full-refresh"] if full else []
        nodes = self._results(["run", *anew, "--select", *select], report)
        results = [_result(node) for node in nodes]
        broken = [result for result in results if result.status == "error"]
        if broken:
            raise _model_error(broken[0])
        return results

    def test(
        self, select: Sequence[str], *, rows: Rows, report: Report | None = None
    ) -> list[NodeResult]:
        """Run the data tests of these models; `rows` asks the warehouse."""
        command = ["compile", "--no-populate-cache", "--select"]
        command += [f"{name},resource_type:test" for name in select]
        tests = [CompiledTest.of(result.node) for result in self._results(command, None)]
        return run_tests(tests, rows, report=report)

    def compile(
        self, select: list[str], *, exclude: list[str], variables: dict[str, Any]
    ) -> list[CompiledModel]:
        """The SQL of these models, built anew from everything, each after those that it reads.

        Models in the SQL of others (ephemeral ones) do not appear. `variables` are added to those
        of the project. Raises TransformError where a model cannot be compiled.
        """
        # Apart from what a run compiled and a reader may look at.
        target = str(self._folder / "target" / "scoring")
        command = ["compile", "--full-refresh", "--target-path", target, "--select", *select]
        results = self._results([*command, "--exclude", *exclude], None, variables=variables)
        models = [result.node for result in results if result.node.resource_type == "model"]
        nodes = [model for model in models if model.config.materialized != "ephemeral"]
        return [
            CompiledModel(node.database, node.schema, name=node.name, sql=node.compiled_code)
            for node in nodes
        ]

    def _results(
        self,
        arguments: list[str],
        report: Report | None,
        *,
        variables: dict[str, Any] | None = None,
    ) -> list[Any]:
        from dbt.cli.main import dbtRunner

        with _environment(self._folder / "target", self._extra_environment):
            manifest = self.manifest()
            forget_compiled(manifest)
            runner = dbtRunner(manifest=manifest, callbacks=_callbacks(report))
            given = {**default_variables(), **self._project.variables, **(variables or {})}
            place = self._project.write_bare_project()
            options = _options(place, profiles=self._folder, variables=given)
            outcome = runner.invoke([*arguments, *options])
        if outcome.exception is not None:
            raise TransformError(
                f"dbt stopped: {_plain(outcome.exception)}",
                hint="Run again with --debug for the whole message.",
            )
        return list(getattr(outcome.result, "results", []))

    def manifest(self) -> Any:
        """What dbt understands of the project, by its own class `Manifest`."""
        if self._manifest is None:
            self._manifest = load_manifest(self._project, self._parse)
        return self._manifest

    def _parse(self, folder: Path, variables: Mapping[str, Any], target: Path) -> Any:
        from dbt.cli.main import dbtRunner

        logs = {"DBT_LOG_PATH": str(self._folder / "logs")}
        options = _options(folder, profiles=target, variables=variables)
        with _environment(target, self._extra_environment | logs):
            outcome = dbtRunner().invoke(["parse", *options])
        if not outcome.success:
            raise TransformError(
                f"the transformation cannot be parsed: {_plain(outcome.exception)}",
                hint="If the project file has SQL expressions, look there first.",
            )
        return outcome.result

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
        with _environment(target, self._extra_environment | {"DBT_WRITE_JSON": "true"}):
            outcome = dbtRunner().invoke([*arguments, *options])
        if outcome.exception is not None:
            raise TransformError(f"dbt stopped: {_plain(outcome.exception)}")
        return 0 if outcome.success else 1


def _options(folder: Path, *, profiles: Path, variables: Mapping[str, Any]) -> list[str]:
    """Where project and profile are; `variables` go before those of the project file."""
    return [
        "--project-dir", str(folder),
        "--profiles-dir", str(profiles),
        "--vars", json.dumps(variables),
        "--log-level", "none",
        "--log-level-file", "none",
    ]  # fmt: skip


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
        # Seven builds of a run would each write the whole manifest anew.
        "DBT_WRITE_JSON": os.environ.get("DBT_WRITE_JSON", "false"),
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


def _callbacks(report: Report | None) -> list[Callable[[Any], None]]:
    if report is None:
        return []

    def listen(event: Any) -> None:
        if event.info.name == "LogStartLine":
            report(str(event.data.description), int(event.data.index), int(event.data.total))

    return [listen]


def _result(result: Any) -> NodeResult:
    return NodeResult(
        name=str(result.node.name),
        kind=str(result.node.resource_type),
        status=str(result.status),
        seconds=float(result.execution_time or 0.0),
        failures=None,
        message=str(result.message or ""),
    )


def _plain(error: object) -> str:
    return " ".join(str(error).split())


def _model_error(result: NodeResult) -> TransformError:
    return TransformError(
        f"the model {result.name} failed: {_plain(result.message)}",
        hint="If the message names a column or function of yours, look at the SQL expressions in "
        "regulars.yaml; the compiled SQL is in .regulars/dbt/target/compiled.",
    )
