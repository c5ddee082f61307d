"""The reference of the HTTP API as a page: its routes and shapes, from the OpenAPI document."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from regulars.core.settings import read_project
from regulars.core.settings.reference import markdown_table

_PROJECT = """\
version: 1
project: shop
currency: GBP
sources: {orders: {path: orders.csv}}
entities:
  transactions: {source: orders, columns: {customer_id: who, occurred_at: at, amount: paid}}
"""


def api_document() -> dict[str, Any]:
    """The OpenAPI document of a project; all projects have the same."""
    from regulars.serve.api.app import create_app

    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "regulars.yaml").write_text(_PROJECT, encoding="utf-8")
        document: dict[str, Any] = create_app(read_project(Path(folder)), now=str).openapi()
    return document


def api_body(document: Mapping[str, Any]) -> list[str]:
    """A section for each route, by tag, then one for each shape that they take or answer with."""
    lines = []
    tags: dict[str, list[str]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            tag = (operation.get("tags") or ["Other"])[0]
            tags.setdefault(tag, []).extend(_route(method.upper(), path, operation))
    for tag, sections in tags.items():
        lines += [f"## {tag.capitalize()}", "", *sections]
    lines += ["## Shapes", ""]
    for name, shape in sorted(document["components"]["schemas"].items()):
        lines += _shape(name, shape)
    return lines


def _route(method: str, path: str, operation: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"### `{method} {path}`", "", _said(operation) or operation["summary"], "")
    rows = [
        (f"`{parameter['name']}`", _type(parameter["schema"]), _meaning(parameter))
        for parameter in operation.get("parameters", [])
    ]
    if rows:
        yield from (*markdown_table(("parameter", "type", "meaning"), rows), "")
    body = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if body:
        yield from (f"Body: {_type(body['schema'])}.", "")
    yield from (f"Answers: {_answers(operation['responses'])}.", "")


def _answers(responses: Mapping[str, Any]) -> str:
    """What success answers with, and the statuses of the errors, which have one shape."""
    answers = [
        f"{status}{_answer(response)}" for status, response in responses.items() if status < "400"
    ]
    errors = ", ".join(status for status in responses if status >= "400")
    return "; ".join([*answers, *([f"{errors} with a [Problem](#problem)"] if errors else [])])


def _answer(response: Mapping[str, Any]) -> str:
    shapes = [content.get("schema", {}) for content in response.get("content", {}).values()]
    kinds = [_type(shape) for shape in shapes if shape]
    if kinds:
        return f" with {kinds[0]}"
    return f" {response['description']}".rstrip(".")


def _shape(name: str, shape: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"### {name}", "")
    if _said(shape):
        yield from (_said(shape), "")
    if "enum" in shape:
        yield from (f"One of {', '.join(f'`{value}`' for value in shape['enum'])}.", "")
    required = set(shape.get("required", []))
    rows = [
        (f"`{field}`{'' if field in required else ' (optional)'}", _type(kind), _meaning(kind))
        for field, kind in shape.get("properties", {}).items()
    ]
    if rows:
        yield from (*markdown_table(("field", "type", "meaning"), rows), "")


def _said(described: Mapping[str, Any]) -> str:
    return " ".join(str(described.get("description", "")).split())


def _meaning(described: Mapping[str, Any]) -> str:
    """The description, with a default and with bounds where there are some."""
    schema = described.get("schema", described)
    default = schema.get("default")
    parts = [_said(described)]
    if default not in (None, "", [], {}):
        parts.append(f"Default: `{default}`.")
    parts += [
        f"{word} {schema[bound]}."
        for bound, word in (("minimum", "At least"), ("maximum", "At most"))
        if bound in schema
    ]
    return " ".join(part for part in parts if part)


def _type(schema: Mapping[str, Any]) -> str:
    """The type of a schema in a few words, with a link where it is a shape of its own."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in schema or "oneOf" in schema:
        kinds = [_type(each) for each in schema.get("anyOf", schema.get("oneOf", []))]
        return " or ".join(dict.fromkeys(kinds))
    if "enum" in schema:
        return "one of " + ", ".join(f"`{value}`" for value in schema["enum"])
    if "const" in schema:
        return f"`{schema['const']}`"
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    if isinstance(schema.get("additionalProperties"), dict):
        return f"object of {_type(schema['additionalProperties'])}"
    return str(schema.get("format") or schema.get("type") or "any")
