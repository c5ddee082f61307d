"""Render models without dbt: the same SQL, in milliseconds.

dbt reads a whole project before it builds a model, which takes seconds. The templates of our models
use `ref`, `source`, `var`, the macros of our package and few of dbt's, so they can be rendered
alone. A test compares every rendered model and test with what dbt compiles.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, partial
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from jinja2 import Environment, Template, TemplateError, Undefined

from regulars.core.errors import TransformError
from regulars.warehouse.dbt_folder import PACKAGE, package_folder
from regulars.warehouse.protocol import Warehouse

LAYER = "preview"
_MACRO = re.compile(r"\{%-?\s*macro\s+(\w+)")
_TEST = re.compile(r"(\{%-?\s*)(end)?test\b(\s+(?=\w))?")


class _Missing(Undefined):
    """What is not there: as with dbt it may be asked for, but here it cannot be written."""

    def __str__(self) -> str:
        return str(self._fail_with_undefined_error())  # which raises


_ENVIRONMENT = Environment(extensions=["jinja2.ext.do"], undefined=_Missing, autoescape=False)


@cache
def _code(text: str) -> Any:
    return _ENVIRONMENT.compile(text)


class Templates:
    """Templates of SQL, with the macros of our package and those that it calls of dbt.

    `names` are what templates may call besides: `ref`, `source` and whatever differs by use.
    """

    def __init__(
        self, *, engine: str, variables: Mapping[str, Any], names: Mapping[str, Any]
    ) -> None:
        self._engine = engine
        self._variables = variables
        self._of_dbt = dict(self._macros(_dbt_files(engine)))
        self._own = dict(self._macros(_package_files()))
        self._names: dict[str, Any] = {
            **_ENVIRONMENT.globals,
            PACKAGE: SimpleNamespace(**self._own),
            "adapter": SimpleNamespace(dispatch=self._dispatched),
            "dbt": SimpleNamespace(**self._of_dbt),
            "exceptions": SimpleNamespace(raise_compiler_error=_stop),
            "execute": True,  # what a model reads is asked for when it is rendered
            "modules": SimpleNamespace(re=re),
            "return": _give_back,
            "should_store_failures": lambda: False,
            "var": self._variable,
            **names,
        }

    def rendered(self, text: str, *, of: str) -> str:
        """The text of a template. Raises TransformError where it cannot be rendered."""
        try:
            return self._template(text).render()
        except TemplateError as error:
            raise TransformError(f"the model {of} cannot be rendered: {error}") from error

    def _template(self, text: str) -> Template:
        return Template.from_code(_ENVIRONMENT, _code(text), self._names)

    def called_test(self, test: str, arguments: Mapping[str, Any]) -> str:
        """The SQL of a test of our package or of dbt."""
        name = f"test_{test}"
        return str((self._own.get(name) or self._dispatched(name, "dbt"))(**arguments))

    def _dispatched(self, name: str, _package: str) -> Callable[..., Any]:
        """The macro of the engine, or the one of all engines; ours go before those of dbt."""
        for macros in (self._own, self._of_dbt):
            for prefix in (self._engine, "default"):
                if f"{prefix}__{name}" in macros:
                    return macros[f"{prefix}__{name}"]
        raise TransformError(f"there is no macro {name} for {self._engine}")

    def _variable(self, name: str, default: Any = None) -> Any:
        return self._variables.get(name, default)

    def _macros(self, texts: Iterable[str]) -> Iterator[tuple[str, Callable[..., Any]]]:
        for text in texts:
            # Few are called: each file is compiled when the first of its macros is.
            template = cache(partial(self._template, text))
            for name in _MACRO.findall(text):
                yield name, _macro(template, name)


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
        names = {
            "config": lambda **_settings: "",
            "is_incremental": lambda: False,  # models are built anew, never taken further
            "ref": self.build,
            "source": warehouse.relation,
        }
        self._templates = Templates(engine=warehouse.engine, variables=variables, names=names)
        self._built: dict[str, str] = {}
        self.compiled: dict[str, str] = {}

    def build(self, model: str) -> str:
        """Build a model and everything it reads; the name of its relation."""
        if model not in self._built:
            text = self._generated.get(model) or _package_model(model)
            sql = self._templates.rendered(text, of=model)
            relation = self._warehouse.relation(LAYER, model)
            self.compiled[model] = sql
            self._warehouse.create_table(LAYER, "_schema", {"nothing": "varchar"})
            self._warehouse.execute(f"create or replace table {relation} as {sql}")
            self._built[model] = relation
        return self._built[model]


class _Returned(Exception):
    """What a macro gives back with `return`: any value, where a macro alone gives text."""

    def __init__(self, value: Any) -> None:
        super().__init__()
        self.value = value


def _give_back(value: Any) -> None:
    raise _Returned(value)


def _stop(message: str) -> None:
    raise TransformError(message)


def _macro(template: Callable[[], Template], name: str) -> Callable[..., Any]:
    def call(*arguments: Any, **named: Any) -> Any:
        try:
            return str(getattr(template().module, name)(*arguments, **named))
        except _Returned as returned:
            return returned.value

    return call


@cache
def _package_files() -> tuple[str, ...]:
    return tuple(
        _tests_as_macros(file.read_text("utf-8"))
        for folder in ("macros", "tests")
        for file in sorted((package_folder() / folder).rglob("*.sql"))
    )


def _tests_as_macros(text: str) -> str:
    """A file of dbt in which a test is the macro that dbt makes of it."""
    return _TEST.sub(lambda tag: f"{tag[1]}{tag[2] or ''}macro{' test_' if tag[3] else ''}", text)


@cache
def _dbt_files(engine: str) -> tuple[str, ...]:
    """Files of dbt itself, and of its adapter, with the few macros that our package calls."""
    return tuple(
        file.read_text("utf-8")
        for package, folders in (("global_project", ("utils", "generic_test_sql")),
                                 (engine, ("utils",)))
        for place in _include_folders(package)
        for folder in folders
        for file in sorted((place / "macros" / folder).glob("*.sql"))
    )  # fmt: skip


def _include_folders(package: str) -> list[Path]:
    spec = find_spec(f"dbt.include.{package}")
    places = spec.submodule_search_locations if spec else None
    return [Path(place) for place in places or ()]


@cache
def _package_model(model: str) -> str:
    (file,) = (package_folder() / "models").rglob(f"{model}.sql")
    return file.read_text("utf-8")
