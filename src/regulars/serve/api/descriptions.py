"""What fields and parameters mean, by name: one table that describes the whole OpenAPI document."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import yaml

Table = Literal["fields", "parameters"]


@dataclass(frozen=True)
class Described:
    """A field of a schema or a parameter of an operation; `part` is its object in the document."""

    table: Table
    owner: str
    name: str
    part: dict[str, Any]

    @property
    def text(self) -> str | None:
        """What the table says of it: of this owner first, else of the name."""
        table = load_descriptions()
        of_owner = table[f"{self.table}_of"].get(self.owner, {}).get(self.name)
        return of_owner or table[self.table].get(self.name)


def describe(document: dict[str, Any]) -> None:
    """Give every field and parameter of a document its text; what the code says of it is replaced.

    Raises KeyError, with the names, where the table lacks a text.
    """
    described = list(described_parts(document))
    missing = [f"{each.owner}.{each.name}" for each in described if each.text is None]
    if missing:
        raise KeyError(f"descriptions.yaml lacks {', '.join(missing)}")
    for each in described:
        each.part["description"] = each.text
    for schema in document["components"]["schemas"].values():
        if "description" in schema:
            schema["description"] = _in_json(schema["description"])


def described_parts(document: Mapping[str, Any]) -> Iterator[Described]:
    """Every field of every schema, then every parameter of every operation."""
    for owner, schema in document["components"]["schemas"].items():
        for name, part in schema.get("properties", {}).items():
            yield Described("fields", owner, name, part)
    for methods in document["paths"].values():
        for operation in methods.values():
            for part in operation.get("parameters", []):
                yield Described("parameters", operation["operationId"], part["name"], part)


@cache
def load_descriptions() -> dict[str, dict[str, Any]]:
    """The table, as `descriptions.yaml` has it."""
    text = files("regulars.serve.api").joinpath("descriptions.yaml").read_text("utf-8")
    table: dict[str, dict[str, Any]] = yaml.safe_load(text)
    return table


def _in_json(text: str) -> str:
    """The docstring of a class as who reads JSON knows its words."""
    return re.sub(r"\bNone\b", "null", text)
