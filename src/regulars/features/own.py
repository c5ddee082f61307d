"""Features that a project file adds to the catalogue."""

from __future__ import annotations

from regulars.core.errors import SettingsError
from regulars.core.reserved_names import free_name
from regulars.core.settings import Project, place_of
from regulars.features.computations import Expression
from regulars.features.entries import FeatureEntry
from regulars.features.expressions import words_in

_TYPES: dict[str, str] = {"number": "double", "category": "varchar", "flag": "boolean"}
_KEYS = frozenset({"customer_id", "as_of", "joined_at"})
_QUERY = frozenset({"select", "from", "join", "with"})


def own_features(project: Project) -> list[FeatureEntry]:
    """The project file's own features, as entries of the catalogue.

    Raises SettingsError for an expression that is a query: it could see what is not known yet.
    """
    for feature in project.features.own:
        if _QUERY & words_in(feature.sql.lower()):
            raise SettingsError(
                f"features.own.{feature.name}: the expression is a query; it may use features of "
                "the same row only",
                where=str(project.file),
            )
    return [
        FeatureEntry(
            name=feature.name,
            family="own",
            type=_TYPES[feature.type],
            meaning=feature.meaning,
            computation=Expression(of=feature.sql),
            kind=feature.type,
        )
        for feature in project.features.own
    ]


def refuse_taken(name: str, known: set[str], *, where: str) -> None:
    """Raises SettingsError where a feature or attribute has this name already."""
    if name in known | _KEYS:
        raise SettingsError(
            f"features.own: the name '{name}' is taken", where=where, hint="Choose another feature."
        )


def refuse_attributes(project: Project, names: set[str]) -> None:
    """Raises SettingsError where a customer's attribute is called as one of these features is."""
    customers = project.entities.get("customers")
    clash = sorted(names & set(customers.attributes if customers else ()))
    if clash:
        setting = f"entities.customers.attributes.{clash[0]}"
        raise SettingsError(
            f"{setting}: there is a feature of this name",
            where=place_of(project, setting),
            hint=f"Call it '{free_name(clash[0])}', and map that to the column.",
        )
