"""Hooks of the documentation site: links to files outside it, and which pages a search prefers."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parents[1]
_OUTSIDE = re.compile(r"\[([^\]]+)\]\((?:\.\./)+([^)]+)\)")


# Evidence and decisions say every word of the rest; who searches wants the rest first.
_EVIDENCE = {"accuracy", "mutation", "parity", "performance"}
_BOOSTS = {"evidence": 0.2, "tasks": 3.0}


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Links out of the pages, to files of the project, become the names of these files."""
    path = Path(page.file.src_uri)
    is_evidence = path.stem in _EVIDENCE or path.parent.name == "decisions"
    boost = _BOOSTS.get("evidence" if is_evidence else path.stem)
    if boost is not None:
        page.meta.setdefault("search", {})["boost"] = boost

    def name(link: re.Match[str]) -> str:
        text, path = link[1], link[2].split("#")[0]
        if not (_ROOT / path).exists():
            return link[0]
        return text if path.startswith("docs/") else f"{text} (`{path}`)"

    return _OUTSIDE.sub(name, markdown)
