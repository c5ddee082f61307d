"""Editors take every project file that Regulars reads, and mark a name that there is not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from regulars.core.settings.editor_schema import editor_schema

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(
    [
        *(ROOT / "src" / "regulars" / "ingest" / "recipes").glob("*.yaml"),
        *(ROOT / "examples").rglob("regulars.yaml"),
    ]
)
SHORT_FORMS = """
version: 1
project: shop
currency: ${CURRENCY}
sources: {sales: {path: sales.csv, types: {total: number}}}
entities:
  transactions:
    source: sales
    columns:
      customer_id: 7
      occurred_at: {column: day, format: "%d.%m.%Y"}
      amount: {column: total, values: {free: 0}}
churn: {kind: silence, horizon: "${HORIZON}"}
"""


def plain(text: str) -> Any:
    """A file as an editor sees it: days are text."""
    return json.loads(json.dumps(yaml.safe_load(text), default=str))


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(editor_schema())


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_a_file_that_is_read_is_taken(
    validator: jsonschema.Draft202012Validator, file: Path
) -> None:
    validator.validate(plain(file.read_text("utf-8")))


def test_short_forms_and_values_of_the_environment_are_taken(
    validator: jsonschema.Draft202012Validator,
) -> None:
    validator.validate(plain(SHORT_FORMS))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"curency": "EUR"}, "'curency' was unexpected"),
        ({"churn": {"kind": "silent", "horizon": 90}}, "'silent'"),
        ({"churn": {"kind": "silence", "horizn": 90}}, "horizn"),
    ],
)
def test_what_regulars_would_refuse_is_marked(
    validator: jsonschema.Draft202012Validator, change: dict[str, Any], why: str
) -> None:
    with pytest.raises(jsonschema.ValidationError) as refusal:
        validator.validate(plain(SHORT_FORMS) | change)
    assert why in str(refusal.value)
