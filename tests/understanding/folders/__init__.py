"""Folders by theme; each function writes one folder and returns what is true of it."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from tests.understanding.truths import Truth
from tests.understanding.writing import Place

Build = Callable[[Place], Truth]
THEMES = (
    "shops", "payments", "billing", "crm", "memberships", "labels", "experiments", "tills",
    "shapes", "times", "keys", "moneys", "tables", "rows",
)  # fmt: skip


def folders() -> dict[str, Build]:
    """Every folder by its name, in the order of the themes."""
    return {
        name: build
        for theme in THEMES
        for name, build in import_module(f"tests.understanding.folders.{theme}").FOLDERS.items()
    }
