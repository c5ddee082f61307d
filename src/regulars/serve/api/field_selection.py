"""The parameter `fields`: what an answer about customers holds, where not all of it is needed."""

# Annotations are evaluated here: that of `fields` holds the names of one kind of customer.
import copy
from dataclasses import fields as fields_of
from typing import Annotated, Any

from fastapi import Depends, Query
from pydantic import WithJsonSchema

from regulars.core.names import nearest
from regulars.insights.customer_profiles import Customer
from regulars.insights.customer_values import ValuedCustomer
from regulars.serve.api.problems import Refusal

_PREFIX = "#/components/schemas/"


def _unselected(kind: type) -> Any:
    """A dependency: the fields of this kind of customer that an answer leaves out."""
    known = [field.name for field in fields_of(kind)]
    Name = Annotated[str, WithJsonSchema({"type": "string", "enum": known})]

    async def left_out(
        fields: Annotated[list[Name], Query(default_factory=list, max_length=100)],
    ) -> frozenset[str]:
        chosen = [name.strip() for text in fields for name in text.split(",")]
        for name in chosen:
            if name not in known:
                near = nearest(name, known)
                raise Refusal(
                    422,
                    f"There is no field '{name}' of a customer here"
                    + (f"; did you mean '{near}'?" if near else "."),
                    hint=f"There are: {', '.join(known)}.",
                )
        return frozenset(known) - frozenset(chosen) if chosen else frozenset()

    return Depends(left_out)


CustomerFields = Annotated[frozenset[str], _unselected(Customer)]
ValueFields = Annotated[frozenset[str], _unselected(ValuedCustomer)]


def of_each_customer(left_out: frozenset[str]) -> dict[str, Any]:
    """What a page leaves out where its customers leave out these fields."""
    return {"customers": {"__all__": set(left_out)}} if left_out else {}


def add_selected_schemas(document: dict[str, Any]) -> None:
    """Let the document say that an answer to `fields` lacks what was not selected."""
    schemas = document["components"]["schemas"]
    for methods in document["paths"].values():
        for operation in methods.values():
            if any(each["name"] == "fields" for each in operation.get("parameters", [])):
                content = operation["responses"]["200"]["content"]["application/json"]
                whole = content["schema"]["$ref"]
                selected = _selected(schemas, whole.removeprefix(_PREFIX))
                content["schema"] = {"anyOf": [{"$ref": whole}, {"$ref": selected}]}


def _selected(schemas: dict[str, Any], name: str) -> str:
    """Reference to a schema of which any part may be absent; of a page, to one of such parts."""
    selected = f"Selected{name}"
    if selected not in schemas:
        schema = schemas[selected] = copy.deepcopy(schemas[name])
        schema |= {"title": selected, "description": f"{name} where `fields` selects some fields."}
        if "customers" in schema["properties"]:
            items = schema["properties"]["customers"]["items"]
            items["$ref"] = _selected(schemas, items["$ref"].removeprefix(_PREFIX))
        else:
            del schema["required"]
    return _PREFIX + selected
