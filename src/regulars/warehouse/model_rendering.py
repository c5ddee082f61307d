"""Build single models without dbt, for a look at few rows: the same SQL, in milliseconds.

dbt reads a whole project before it builds a model, which takes seconds. The templates of models
that clean rows use only `ref`, `source`, `var` and the macros of our package, so they can be
rendered alone. A test compares every rendered model with what dbt compiles.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from jinja2 import Environment, StrictUndefined, Template, TemplateError

from regulars.core.errors import TransformError
from regulars.warehouse.dbt_folder import PACKAGE, package_folder
from regulars.warehouse.protocol import Warehouse

LAYER = "preview"
_MACRO = re.compile(r"\{%-?\s*macro\s+(\w+)")


class ModelPreview:
    """Models of the package and generated ones, built into a schema of their own.

    `models` are the generated models by their place below `models`; `variables` are those of the
    project, beside the defaults of the package.
    """

    def __init__(
        self, warehouse: Warehouse, *, models: Mapping[str, str], variables: Mapping[str, Any]
    ) -> None:
        self._warehouse = warehouse
        self._generated = {
            Path(path).stem: text for path, text in models.items() if path.endswith(".sql")
        }
        self._variables = variables
        self._environment = _environment()
        self._environment.globals |= self._names()
        self._built: dict[str, str] = {}
        self.compiled: dict[str, str] = {}

    def build(self, model: str) -> str:
        """Build a model and everything it reads; the name of its relation."""
        if model not in self._built:
            text = self._generated.get(model) or _package_model(model)
            try:
                sql = self._environment.from_string(text).render()
            except TemplateError as error:
                raise TransformError(f"the model {model} cannot be rendered: {error}") from error
            relation = self._warehouse.relation(LAYER, model)
            self.compiled[model] = sql
            self._warehouse.create_table(LAYER, "_schema", {"nothing": "varchar"})
            self._warehouse.execute(f"create or replace table {relation} as {sql}")
            self._built[model] = relation
        return self._built[model]

    def _names(self) -> dict[str, Any]:
        """What templates may call. Models are built anew, never taken further."""
        macros = dict(self._macros())

        def dispatch(name: str, _package: str) -> Callable[..., Any]:
            own = f"{self._warehouse.engine}__{name}"
            return macros[own] if own in macros else macros[f"default__{name}"]

        return {
            PACKAGE: SimpleNamespace(**macros),
            "adapter": SimpleNamespace(dispatch=dispatch),
            "config": lambda **_settings: "",
            "execute": True,  # what a model reads is asked for when it is rendered
            "is_incremental": lambda: False,
            "modules": SimpleNamespace(re=re),
            "ref": self.build,
            "return": _give_back,
            "source": self._warehouse.relation,
            "var": self._variable,
        }

    def _variable(self, name: str, default: Any = None) -> Any:
        return self._variables.get(name, default)

    def _macros(self) -> Iterator[tuple[str, Callable[..., Any]]]:
        for file in sorted((package_folder() / "macros").rglob("*.sql")):
            text = file.read_text("utf-8")
            # Few are called: each file is compiled when the first of its macros is.
            template = cache(partial(self._environment.from_string, text))
            for name in _MACRO.findall(text):
                yield name, _macro(template, name)


class _Returned(Exception):
    """What a macro gives back with `return`: any value, where a macro alone gives text."""

    def __init__(self, value: Any) -> None:
        super().__init__()
        self.value = value


def _give_back(value: Any) -> None:
    raise _Returned(value)


def _macro(template: Callable[[], Template], name: str) -> Callable[..., Any]:
    def call(*arguments: Any, **named: Any) -> Any:
        try:
            return str(getattr(template().module, name)(*arguments, **named))
        except _Returned as returned:
            return returned.value

    return call


def _environment() -> Environment:
    return Environment(extensions=["jinja2.ext.do"], undefined=StrictUndefined, autoescape=False)


@cache
def _package_model(model: str) -> str:
    (file,) = (package_folder() / "models").rglob(f"{model}.sql")
    return file.read_text("utf-8")
