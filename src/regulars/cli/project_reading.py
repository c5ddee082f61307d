"""Read the project that a command is about; the settings are loaded when a command needs them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from regulars.core.settings import Project


def read_project(folder: Path) -> Project:
    """The project of a folder. Raises SettingsError where its file cannot be read."""
    from regulars.core import settings

    return settings.read_project(folder)
