"""Build models in a warehouse and ask their tests: what dbt would do, in milliseconds a model."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Generic, TypeVar

from regulars.core.errors import RegularsError, TransformError
from regulars.warehouse.compiled_models import CompiledModel
from regulars.warehouse.compiled_tests import CompiledTest, run_tests
from regulars.warehouse.dbt import DbtProject
from regulars.warehouse.dbt_folder import default_variables, hook_after_tables
from regulars.warehouse.materializing import materialize
from regulars.warehouse.model_files import DeclaredTest, ModelFile, ModelFiles
from regulars.warehouse.node_results import NodeResult, Report
from regulars.warehouse.protocol import Warehouse
from regulars.warehouse.rendered_models import RenderedModel, Rendering

Result = TypeVar("Result")
_NO_DATABASE = "memory"  # compiled SQL names none; one in memory is called so


class ModelBuilder:
    """The models of a project in its warehouse.

    `models` are the generated ones by their place below `models`. What runs is written below
    `compiled`, for a reader.
    """

    def __init__(
        self,
        warehouse: Warehouse,
        *,
        variables: Mapping[str, Any],
        models: Mapping[str, str],
        compiled: Path | None = None,
    ) -> None:
        self._warehouse = warehouse
        self._files = ModelFiles(models, {**default_variables(), **variables})
        self._variables = dict(variables)
        self._compiled = compiled

    def build(
        self, select: Sequence[str], *, full: bool = True, report: Report | None = None
    ) -> list[NodeResult]:
        """Build these models, each after those of them that it reads; `+name` with all of them.

        `full` rebuilds incremental models from everything delivered; else they take in what
        `ops.new_batches` names. Raises TransformError when a model fails.
        """
        rendering = self._rendering(full=full)
        pass_: _Pass[NodeResult] = _Pass(rendering, select)

        def build(rendered: RenderedModel) -> NodeResult:
            if report is not None:
                name = f"{rendered.model.layer}.{rendered.model.name}"
                report(name, len(pass_.results) + 1, len(pass_.wanted))
            return self._built(rendered, rendering)

        return pass_.over(build)

    def test(self, select: Sequence[str], *, report: Report | None = None) -> list[NodeResult]:
        """Run the data tests of these models."""
        return run_tests(self.compiled_tests(select), self._warehouse.rows, report=report)

    def compile(
        self, select: Sequence[str], *, exclude: Sequence[str], variables: Mapping[str, Any]
    ) -> list[CompiledModel]:
        """The SQL of these models, built anew from everything, each after those that it reads.

        Models in the SQL of others (ephemeral ones) do not appear. `variables` are added to those
        of the project. Raises TransformError where a model cannot be compiled.
        """

        def compiled(rendered: RenderedModel) -> CompiledModel:
            model = rendered.model
            schema = self._warehouse.schema(model.layer)
            return CompiledModel(_NO_DATABASE, schema, name=model.name, sql=rendered.sql)

        pass_: _Pass[CompiledModel] = _Pass(self._rendering(variables), select, exclude)
        return pass_.over(compiled)

    def compiled_tests(self, select: Sequence[str]) -> list[CompiledTest]:
        """The tests of these models, not yet asked."""
        rendering = self._rendering()
        return [
            self._compiled_test(test, rendering.files.by_name[name], rendering)
            for name in rendering.files.selected(select)
            for test in rendering.files.by_name[name].tests
        ]

    def write_dbt_project(self, state: Path) -> DbtProject:
        """Write a dbt project with the same models and variables into `<state>/dbt`."""
        return DbtProject(
            state,
            output=self._warehouse.dbt_output(),
            environment=self._warehouse.dbt_environment(),
            variables=self._variables,
            models=self._files.generated,
        )

    def _rendering(
        self, variables: Mapping[str, Any] | None = None, *, full: bool = True
    ) -> Rendering:
        files = self._files
        if variables:
            files = replace(files, variables={**files.variables, **variables})
        return Rendering(self._warehouse, files, full=full)

    def _built(self, rendered: RenderedModel, rendering: Rendering) -> NodeResult:
        model = rendered.model
        self._write(model.place.as_posix(), rendered.sql)
        began = time.perf_counter()
        with _named(model):
            materialize(
                rendered,
                self._warehouse,
                takes_in=rendering.takes_in(model),
                hook=lambda text: rendering.hook(text, rendered),
                after=hook_after_tables(),
            )
        seconds = time.perf_counter() - began
        return NodeResult(model.name, "model", "success", seconds, failures=None, message="")

    def _compiled_test(
        self, test: DeclaredTest, model: ModelFile, rendering: Rendering
    ) -> CompiledTest:
        sql = rendering.test(test, model)
        self._write(f"{model.place.with_suffix('.yml')}/{test.name}.sql", sql)
        return CompiledTest.of(test, table=model.name, sql=sql)

    def _write(self, place: str, sql: str) -> None:
        if self._compiled is not None:
            path = self._compiled / place
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(sql, "utf-8")


class _Pass(Generic[Result]):
    """Wanted models one after the other, each after those of them that it reads."""

    def __init__(
        self, rendering: Rendering, select: Sequence[str], exclude: Sequence[str] = ()
    ) -> None:
        self._rendering = rendering
        self._without = set(exclude)
        # Those that bring along what they read.
        self._bringing = {name[1:] for name in select if name.startswith("+")}
        self.wanted = rendering.files.selected([name.removeprefix("+") for name in select])
        self.results: dict[str, Result] = {}

    def over(self, make: Callable[[RenderedModel], Result]) -> list[Result]:
        """The results of all, in the order of the making."""

        def visit(name: str, reader: str = "") -> None:
            if reader in self._bringing and name not in self._without:
                self._bringing.add(name)
                if name not in self.wanted:
                    self.wanted.append(name)
            is_inside = self._rendering.files.by_name[name].is_ephemeral
            if name in self.wanted and name not in self.results and not is_inside:
                self.results[name] = make(self._rendering.of(name))

        self._rendering.before_reading = visit
        for name in list(self.wanted):
            visit(name)
        return list(self.results.values())


@contextmanager
def _named(model: ModelFile) -> Iterator[None]:
    """Errors of the engine name the model."""
    try:
        yield
    except RegularsError as error:
        raise TransformError(
            f"the model {model.name} failed: {' '.join(error.what.split())}",
            hint="If the message names a column or function of yours, look at the SQL expressions "
            "in regulars.yaml; the compiled SQL is in .regulars/dbt/target/compiled.",
        ) from error
