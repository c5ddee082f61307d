"""Know your regulars: segments, honest churn scores, customer value, and lists to act on.

`import regulars` is light: what a name stands for is loaded when the name is used.
Type checkers read the names in `__init__.pyi`.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"
_PLACES = {
    "Error": "core.errors:RegularsError",
    "Project": "notebook.projects:Project",
    "Release": "notebook.releases:Release",
    "Table": "notebook.tables:Table",
    "churn": "notebook.churn",
    "compute_features": "notebook.own_features:compute_features",
    "demo": "notebook.projects:demo",
    "init": "notebook.projects:init",
    "load": "notebook.projects:load",
}
__all__ = list(_PLACES)


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module 'regulars' has no attribute '{name}'")
    module, _, member = _PLACES[name].partition(":")
    loaded = import_module(f"regulars.{module}")
    return getattr(loaded, member) if member else loaded


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
