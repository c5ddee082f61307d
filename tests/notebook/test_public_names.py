"""`import regulars`: which names it has, what they take, and that it loads nothing."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import regulars
from regulars.core.errors import RegularsError

NAMES = {
    "load": "(folder='.', *, show_personal=False)",
    "init": "(*paths, folder='.', answers=None, name=None, replace=False, show_personal=False)",
    "demo": "(recipe='retail', folder=None, *, customers=None, seed=42, run=True, show_personal=False)",
    "compute_features": "(transactions, *, customer_id, occurred_at, amount, as_of=None, grain='day')",
    "churn.evaluate": "(frame, *, estimator, customer_id=None, target=None, positive=None, as_of=None, "
    "horizon=None, recency=None, tenure=None, occurred_at=None, amount=None, grain='day', encode=None, "
    "name=None)",
    "churn.estimators": "()",
    "churn.Classifier": "(estimator='stack', *, parameters=None, seed=0)",
    "Project.run": "(self, *, quick=False, as_of=None, force=False, plots=True, quiet=False)",
    "Project.answer": "(self, **answers)",
    "Project.preview": "(self)",
    "Project.evaluate": "(self, estimator, *, name=None)",
    "Release.explain": "(self, customer)",
    "Release.campaign": "(self, *, segment=None, risk=None, attributes=None, ranges=None, "
    "consent='not_refused', worth_contacting=None, most=None, budget=None, contact_cost=None, "
    "offer_cost=None, save_rate=None)",
    "Release.chart": "(self, name)",
    "Release.table": "(self, name)",
    "Release.sql": "(self, question)",
    "Release.transactions": "(self, *, customer=None, since=None, until=None)",
    "Table.select": "(self, *columns)",
    "Table.where": "(self, condition=None, /, **values)",
    "Table.order_by": "(self, order)",
    "Table.limit": "(self, count)",
    "Table.to_arrow": "(self)",
    "Table.to_pandas": "(self)",
    "Table.to_polars": "(self)",
}
PROPERTIES = {
    "Project": {"name", "folder", "settings", "questions", "status", "release", "releases"},
    "Release": {
        "id", "as_of", "tables", "customers", "scores", "segments", "overview", "churn", "value",
        "charts",
    },
    "Table": {"columns", "relation"},
}  # fmt: skip


def member(name: str) -> object:
    """`churn.evaluate` of the package."""
    value: object = regulars
    for part in name.split("."):
        value = getattr(value, part)
    return value


@pytest.mark.parametrize("name", NAMES)
def test_a_public_name_takes_what_it_took(name: str) -> None:
    signature = inspect.signature(member(name))  # type: ignore[arg-type]
    plain = [
        each.replace(annotation=inspect.Parameter.empty) for each in signature.parameters.values()
    ]
    assert (
        str(signature.replace(parameters=plain, return_annotation=inspect.Signature.empty))
        == NAMES[name]
    )


@pytest.mark.parametrize("kind", PROPERTIES)
def test_an_object_has_these_attributes_and_methods_and_no_others(kind: str) -> None:
    methods = {name.partition(".")[2] for name in NAMES if name.startswith(f"{kind}.")}
    public = {name for name in vars(getattr(regulars, kind)) if not name.startswith("_")}
    assert public == PROPERTIES[kind] | methods


def test_every_public_name_is_listed_documented_and_there() -> None:
    assert set(regulars.__all__) == {
        "Error", "Project", "Release", "Table", "churn", "compute_features", "demo", "init", "load",
    }  # fmt: skip
    assert set(dir(regulars)) == {*regulars.__all__, "__version__"}
    assert all(getattr(regulars, name).__doc__ for name in regulars.__all__)
    assert regulars.Error is RegularsError


def test_type_checkers_see_the_same_names() -> None:
    tree = ast.parse(Path(regulars.__file__).with_suffix(".pyi").read_text("utf-8"))
    imported = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert imported == set(regulars.__all__)


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="'regulars' has no attribute 'laod'"):
        regulars.laod  # noqa: B018


def test_the_import_and_the_list_of_names_load_nothing_of_the_package() -> None:
    code = "import sys, regulars; dir(regulars); print(*[m for m in sys.modules if m.startswith('regulars.')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
