"""Recipes: ready project files, one per kind of business."""

from __future__ import annotations

from importlib import resources

from regulars.core.errors import SettingsError
from regulars.core.names import nearest


def recipe_names() -> list[str]:
    """The recipes there are."""
    folder = resources.files("regulars.ingest.recipes")
    return sorted(
        file.name.removesuffix(".yaml") for file in folder.iterdir() if file.name.endswith(".yaml")
    )


def recipe_text(name: str) -> str:
    """A recipe's project file. Raises SettingsError for an unknown name."""
    if name not in recipe_names():
        near = nearest(name, recipe_names())
        raise SettingsError(
            f"there is no recipe '{name}'" + (f"; did you mean '{near}'?" if near else ""),
            hint=f"The recipes are: {', '.join(recipe_names())}.",
        )
    file = resources.files("regulars.ingest.recipes").joinpath(f"{name}.yaml")
    return file.read_text("utf-8")
