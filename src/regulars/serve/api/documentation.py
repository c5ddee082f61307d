"""A page that documents the API without a network: plain HTML, made from the OpenAPI document."""

from __future__ import annotations

import json
from typing import Any

from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, select_autoescape


def add_documentation(app: FastAPI) -> None:
    """Serve the page at /docs, and at / for who looks there first."""
    environment = Environment(
        loader=PackageLoader("regulars.serve.api"), autoescape=select_autoescape()
    )

    def page() -> HTMLResponse:
        """Every route with its parameters, examples and answers."""
        document = app.openapi()
        template = environment.get_template("docs.html")
        return HTMLResponse(
            template.render(document=document, groups=_groups(document)),
            headers={"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"},
        )

    app.get("/docs", include_in_schema=False)(page)
    app.get("/", include_in_schema=False)(page)


def _groups(document: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Routes by tag, in the order of the document."""
    routes_by_tag: dict[str, list[dict[str, Any]]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            route = {**operation, "path": path, "method": method.upper()}
            route["example"] = _example(document, operation)
            routes_by_tag.setdefault((operation.get("tags") or ["Other"])[0], []).append(route)
    return routes_by_tag


def _example(document: dict[str, Any], operation: dict[str, Any]) -> str:
    """A body to begin with, where the route takes one."""
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if not content:
        return ""
    example = content.get("example") or _filled(document, content["schema"])
    return json.dumps(example, indent=2, ensure_ascii=False)


def _filled(document: dict[str, Any], schema: dict[str, Any]) -> Any:
    """The first example or default of a schema, and of all that it refers to."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        return _filled(document, document["components"]["schemas"][name])
    if "example" in schema:
        return schema["example"]
    if "examples" in schema:
        return schema["examples"][0]
    if "properties" in schema:
        return {
            name: _filled(document, property_schema)
            for name, property_schema in schema["properties"].items()
        }
    return schema.get("default")
