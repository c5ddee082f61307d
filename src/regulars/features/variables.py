"""All variables that the dbt project reads about measures, features and churn."""

from __future__ import annotations

from typing import Any

from regulars.core.settings import Project
from regulars.features.catalogue import resolve_catalogue
from regulars.features.churn_definition import ChurnDefinition
from regulars.features.customer_values import past_value_column, value_parts
from regulars.features.reading import input_kinds
from regulars.warehouse.dialects import dialect_of


def feature_variables(project: Project, *, attributes: list[dict[str, Any]]) -> dict[str, Any]:
    """Measures, features, their columns for the contracts, and the churn definition."""
    catalogue = resolve_catalogue(project)
    columns = {
        feature.name: _column(feature.name, feature.data_type, feature.description)
        for feature in catalogue.features
    }
    dialect = dialect_of(project.engine.type)
    attribute_columns = {
        attribute["name"]: dialect.contract_column(
            _column(attribute["name"], attribute["data_type"], attribute["description"])
        )
        for attribute in attributes
    }
    features_of_customers = [attribute for attribute in attributes if attribute["feature"]]
    return {
        **catalogue.variables(),
        "measure_columns": [
            _column(measure.name, measure.data_type, measure.description)
            for measure in catalogue.measures
        ],
        "feature_columns": [
            *columns.values(),
            *(attribute_columns[attribute["name"]] for attribute in features_of_customers),
        ],
        "catalogue_columns": [columns[name] for name in catalogue.inputs],
        "input_columns": [(columns | attribute_columns)[name] for name in input_kinds(project)],
        "churn": _churn(project),
        "past_value_column": past_value_column(project),
        "value_parts": [part.variables() for part in value_parts(project)],
    }


def _column(name: str, data_type: str, description: str) -> dict[str, Any]:
    return {"name": name, "data_type": data_type, "description": description}


def _churn(project: Project) -> dict[str, Any]:
    definition = ChurnDefinition.of(project)
    if definition is None:
        return {"kind": "none", "activity_window": None}
    return {
        "kind": definition.kind,
        "activity_window": definition.activity_window,
        "horizon": definition.horizon,
        "decline_below": definition.decline_below,
    }
