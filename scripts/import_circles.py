"""Name modules that import one another in a circle, also inside of a room; exit code 1 for any."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from sizes import import_cycles

ROOT = Path(__file__).resolve().parents[1]


def circles(source: Path) -> list[list[str]]:
    """Groups of modules below a folder that import each other, directly or through one another."""
    return import_cycles(source)


def main(arguments: Sequence[str]) -> int:
    """Print every circle on a line of its own."""
    found = circles(Path(arguments[0]) if arguments else ROOT / "src")
    for modules in found:
        print(", ".join(modules))
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
