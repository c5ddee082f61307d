"""Models as SQL: templates filled in, with those that stand in the SQL of others."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from regulars.warehouse.model_files import DeclaredTest, ModelFile, ModelFiles
from regulars.warehouse.model_rendering import Templates
from regulars.warehouse.protocol import Warehouse

_INSIDE = "__dbt__cte__"
_FIRST_WITH = re.compile(r"^\s*with\b", re.IGNORECASE | re.MULTILINE)


@dataclass
class RenderedModel:
    """The SQL of a model, what its `config` says, and the SQL of the models that stand in it."""

    model: ModelFile
    config: dict[str, Any] = field(default_factory=dict)
    inside: dict[str, str] = field(default_factory=dict)
    text: str = ""

    @property
    def sql(self) -> str:
        """The whole query."""
        if not self.inside:
            return self.text
        models = [f"{_INSIDE}{name} as (\n{sql}\n)" for name, sql in self.inside.items()]
        before = f"with {', '.join(models)}"
        if not _FIRST_WITH.search(self.text):
            return f"{before}\n{self.text}"
        return _FIRST_WITH.sub(lambda _: f"{before},", self.text, count=1)


class Rendering:
    """One pass over models, each rendered once.

    Before a model reads another, `before_reading` gets the names of both. Without `full`,
    incremental models whose table is there ask for new rows only.
    """

    def __init__(self, warehouse: Warehouse, files: ModelFiles, *, full: bool) -> None:
        self.files = files
        self.before_reading: Callable[[str, str], None] = lambda _name, _reader: None
        self._warehouse = warehouse
        self._full = full
        self._rendered: dict[str, RenderedModel] = {}
        self._open: list[RenderedModel] = []
        self._takes_in: dict[str, bool] = {}
        self._templates = Templates(
            engine=warehouse.engine,
            variables=files.variables,
            names={
                "config": self._configure,
                "is_incremental": lambda: self.takes_in(self._open[-1].model),
                "ref": self._read,
                "run_query": self._answer,
                "source": warehouse.relation,
                "this": _This(lambda: self._relation(self._open[-1].model)),
            },
        )

    def of(self, name: str) -> RenderedModel:
        """A model, after all that it reads."""
        if name not in self._rendered:
            rendered = RenderedModel(self.files.by_name[name])
            with self._opened(rendered):
                rendered.text = self._templates.rendered(rendered.model.text, of=name)
            self._rendered[name] = rendered
        return self._rendered[name]

    def hook(self, text: str, rendered: RenderedModel) -> str:
        """A statement that goes before or after a model."""
        with self._opened(rendered):
            return self._templates.rendered(text, of=rendered.model.name)

    def test(self, test: DeclaredTest, model: ModelFile) -> str:
        """The SQL of a test: it gives the rows that fail."""
        rendered = RenderedModel(model)
        with self._opened(rendered):
            tested = self._read(model.name)
            if "where" in test.config:
                tested = f"(select * from {tested} where {test.config['where']}) dbt_subquery"
            rendered.text = self._templates.called_test(
                test.test, {"model": tested, **test.arguments}
            )
        return rendered.sql

    def takes_in(self, model: ModelFile) -> bool:
        """Whether the table of a model is there and takes new rows in."""
        if self._full or model.materialized != "incremental":
            return False
        if model.name not in self._takes_in:
            known = self._warehouse.columns(model.layer, model.name)
            self._takes_in[model.name] = bool(known)
        return self._takes_in[model.name]

    @contextmanager
    def _opened(self, rendered: RenderedModel) -> Iterator[None]:
        self._open.append(rendered)
        try:
            yield
        finally:
            self._open.pop()

    def _read(self, name: str) -> str:
        """What stands in SQL for a model."""
        model, reader = self.files.by_name[name], self._open[-1]
        self.before_reading(name, reader.model.name)
        if not model.is_ephemeral:
            return self._relation(model)
        read = self.of(name)
        reader.inside |= {**read.inside, name: read.text}
        return f"{_INSIDE}{name}"

    def _relation(self, model: ModelFile) -> str:
        return self._warehouse.relation(model.layer, model.name)

    def _configure(self, **settings: Any) -> str:
        self._open[-1].config |= settings
        return ""

    def _answer(self, sql: str) -> Any:
        """The columns of a query by their places: engines write names in their own ways."""
        columns: Mapping[str, list[Any]] = self._warehouse.arrow(sql).to_pydict()
        return SimpleNamespace(
            columns=[SimpleNamespace(values=lambda held=held: held) for held in columns.values()]
        )


class _This:
    """The relation of the model that is being rendered."""

    def __init__(self, name: Callable[[], str]) -> None:
        self._name = name

    def __str__(self) -> str:
        return self._name()
