"""Text from data on a page: shown as it is, whatever signs are in it."""

from __future__ import annotations

import re

_SIGNS = re.compile(r"([\\`*_{}\[\]<>#$~|:^+=!-])")


def plainly(text: object) -> str:
    """Text that Markdown must not interpret: names, reasons, file names."""
    return _SIGNS.sub(r"\\\1", str(text)).replace("\n", " ")


def size_words(size_bytes: int) -> str:
    """`1.4 MB`."""
    size = float(size_bytes)
    for unit in ("B", "kB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"
