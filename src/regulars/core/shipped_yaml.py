"""YAML files of the package, which are known to be valid: read by the parser in C, where it is.

Files of a user are read by the one in Python, which tells more about errors.
"""

from __future__ import annotations

from typing import Any

import yaml

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load_shipped(text: str) -> Any:
    """The content of a file of the package."""
    return yaml.load(text, Loader=LOADER)
