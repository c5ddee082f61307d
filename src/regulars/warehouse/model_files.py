"""The models of a project as files: SQL, settings, columns and tests of each, as dbt reads them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import PurePosixPath
from typing import Any

from jinja2.nativetypes import NativeEnvironment

from regulars.core.shipped_yaml import load_shipped
from regulars.warehouse.dbt_folder import NAME, PACKAGE, package_project, package_texts

_MATERIALIZED = re.compile(r"\bconfig\(\s*materialized\s*=\s*'(\w+)'")
_NOT_ARGUMENTS = ("config", "name", "arguments", "description")


@dataclass(frozen=True)
class Column:
    """A column that a model declares."""

    name: str
    kind: str
    is_quoted: bool

    @property
    def in_sql(self) -> str:
        """The name as SQL names it."""
        return '"' + self.name.replace('"', '""') + '"' if self.is_quoted else self.name


@dataclass(frozen=True)
class DeclaredTest:
    """A test of a model: the test of the package or of dbt, and what it is called with."""

    name: str
    test: str
    arguments: Mapping[str, Any]
    config: Mapping[str, Any]


@dataclass(frozen=True)
class ModelFile:
    """One model: its SQL as a template and what its property file says.

    `place` is that of the SQL below a folder of packages; `columns` are those of its contract,
    and None where it has none.
    """

    name: str
    place: PurePosixPath
    text: str
    layer: str
    materialized: str
    columns: tuple[Column, ...] | None
    tests: tuple[DeclaredTest, ...]

    @property
    def is_ephemeral(self) -> bool:
        """Whether the model stands in the SQL of those that read it, and nowhere else."""
        return self.materialized == "ephemeral"


@dataclass(frozen=True)
class ModelFiles:
    """Models of the package, and `generated` ones by their place below `models`.

    `variables` are those of the project and those that the package assumes.
    """

    generated: Mapping[str, str]
    variables: Mapping[str, Any]

    @cached_property
    def by_name(self) -> Mapping[str, ModelFile]:
        """Every model."""
        texts = {**_models_of(PACKAGE, package_texts()), **_models_of(NAME, self._placed())}
        properties = self._properties(texts)
        return {
            place.stem: self._model(place, text, properties.get(place.stem, {}))
            for place, text in texts.items()
            if place.suffix == ".sql"
        }

    def selected(self, selection: Sequence[str]) -> list[str]:
        """Names of the models in these folders or with these names; `*` selects all."""
        wanted = set(selection)
        return [
            name
            for name, model in self.by_name.items()
            if "*" in wanted or name in wanted or model.place.parent.name in wanted
        ]

    def _placed(self) -> dict[str, str]:
        return {f"models/{place}": text for place, text in self.generated.items()}

    def _properties(self, texts: Mapping[PurePosixPath, str]) -> dict[str, dict[str, Any]]:
        return {
            model["name"]: model
            for place, text in texts.items()
            if place.suffix == ".yml"
            for model in load_shipped(text).get("models", ())
        }

    def _model(self, place: PurePosixPath, text: str, properties: Mapping[str, Any]) -> ModelFile:
        folder = _folder_settings()[place.parent.name]
        inside = _MATERIALIZED.search(text)
        assumed = properties.get("config", {}).get("materialized", folder["+materialized"])
        materialized = inside[1] if inside else assumed
        is_contract = folder.get("+contract", {}).get("enforced") and materialized != "ephemeral"
        columns = self._columns(properties.get("columns", []))
        return ModelFile(
            place.stem,
            place,
            text,
            layer=folder["+schema"],
            materialized=materialized,
            columns=tuple(_column(column) for column in columns) if is_contract else None,
            tests=tuple(_tests(place.stem, properties.get("data_tests", []), columns)),
        )

    def _columns(self, stated: str | list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The columns of a property file, which may be a template of a list."""
        if not isinstance(stated, str):
            return stated
        template = NativeEnvironment().from_string(stated)
        rendered: Any = template.render(var=self._variable)
        return list(rendered)

    def _variable(self, name: str, default: Any = None) -> Any:
        return self.variables.get(name, default)


def _models_of(package: str, texts: Mapping[str, str]) -> dict[PurePosixPath, str]:
    return {
        PurePosixPath(package, place): text
        for place, text in texts.items()
        if place.startswith("models/")
    }


def _column(stated: Mapping[str, Any]) -> Column:
    return Column(stated["name"], stated.get("data_type", ""), bool(stated.get("quote")))


def _tests(
    model: str, tests: Sequence[Any], columns: Sequence[Mapping[str, Any]]
) -> Iterator[DeclaredTest]:
    for test in tests:
        yield _declared(model, test)
    for column in columns:
        for test in column.get("data_tests", ()):
            yield _declared(model, test, column=_column(column))


def _declared(model: str, stated: Any, *, column: Column | None = None) -> DeclaredTest:
    """A test as a property file states it: a name, or a name with its settings."""
    ((test, settings),) = stated.items() if isinstance(stated, dict) else ((stated, None),)
    settings = settings or {}
    arguments = {name: value for name, value in settings.items() if name not in _NOT_ARGUMENTS}
    arguments |= settings.get("arguments", {})
    if column is not None:
        arguments["column_name"] = column.in_sql
    name = settings.get("name") or _test_name(test, model, arguments)
    return DeclaredTest(name, test.rpartition(".")[2], arguments, settings.get("config", {}))


def _test_name(test: str, model: str, arguments: Mapping[str, Any]) -> str:
    """The name that dbt gives: the records of earlier runs have it."""
    values = [str(part) for _, value in sorted(arguments.items()) for part in _parts(value)]
    words = "__".join(re.sub("[^0-9a-zA-Z_]+", "_", value) for value in values)
    return f"{test.replace('.', '_')}_{model}_{words}"


def _parts(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else [value]


@cache
def _folder_settings() -> Mapping[str, Mapping[str, Any]]:
    """What the project file of the package says of each folder of models."""
    settings: Mapping[str, Mapping[str, Any]] = {
        name: content
        for name, content in package_project()["models"][PACKAGE].items()
        if isinstance(content, dict)
    }
    return settings
