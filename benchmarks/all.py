"""Every figure that Regulars is held to, as ratios within one run, and the page that states them.

    python benchmarks/all.py [--only ROW ...] [--scale 0.02] [--place FOLDER] [--no-page]
    python benchmarks/all.py --list

Each side of a comparison has a process of its own; its wall and CPU seconds and its peak memory are
those that the system counted for it. `--scale` takes a share of the customers and rows: it tries
the command, and its figures are no evidence. A row that fails or cannot be measured here says
why, and the others go on. Results are kept in `build/benchmarks`, one file a row, and the page
`docs/performance.md` is written from the kept results of whole size.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from measuring import ROOT, Failed, Line, Skipped
from page import line_text, write_page
from rows import api, card_transactions, companies_whole, crm, learning

Row = Callable[[float, Path], Iterator[Line]]
ROWS: dict[str, Row] = {
    "retail": companies_whole.retail,
    "crm": crm.everything,
    "features": crm.features,
    "airline": companies_whole.airline,
    "telco": companies_whole.telco,
    "rfm": crm.rfm,
    "training": learning.training,
    "bg-nbd": learning.bg_nbd,
    "start": companies_whole.start,
    "api": api.api,
    "cards": card_transactions.cards,
    "one-day": card_transactions.one_day,
}
KEPT = ROOT / "build" / "benchmarks"


def measured(name: str, row: Row, *, scale: float, place: Path) -> dict[str, Any]:
    """The lines of a row, printed as they come; an error ends the row and not the command."""
    folder = place / name
    folder.mkdir(parents=True, exist_ok=True)
    lines: list[dict[str, Any]] = []
    lack, kind = "", ""
    try:
        for line in row(scale, folder):
            lines.append(line.to_json())
            print(line_text(lines[-1]), flush=True)
    except Skipped as reason:
        lack, kind = str(reason), "skipped"
    except Failed as error:
        lack, kind = str(error), "failed"
    except Exception as error:  # a row must not end the others
        lack, kind = f"{type(error).__name__}: {error}", "failed"
        traceback.print_exc()
    if lack:
        print(f"{name}: {kind}: {lack}", flush=True)
    return {
        "row": name, "scale": scale, "at": datetime.now(UTC).date().isoformat(), "lines": lines,
        "lack": lack, "kind": kind, "machine": machine(), "load": round(os.getloadavg()[0], 1),
    }  # fmt: skip


def machine() -> str:
    """Cores and memory, and nothing else."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return f"{len(os.sched_getaffinity(0))} cores, {memory:.0f} GB of memory"


def main() -> int:
    """Measure the rows asked for; 1 where one failed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--only", nargs="+", choices=list(ROWS), metavar="ROW")
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--place", type=Path, help="a folder with room for it (60 GB at size 1)")
    parser.add_argument("--no-page", action="store_true", help="leave docs/performance.md alone")
    parser.add_argument("--list", action="store_true", help="name the rows")
    asked = parser.parse_args()
    if asked.list:
        print("\n".join(ROWS))
        return 0
    KEPT.mkdir(parents=True, exist_ok=True)
    results = []
    if asked.place is not None:
        asked.place.mkdir(parents=True, exist_ok=True)
    for name in asked.only or ROWS:
        with tempfile.TemporaryDirectory(dir=asked.place, prefix=f"bench-{name}-") as place:
            results.append(measured(name, ROWS[name], scale=asked.scale, place=Path(place)))
        if asked.scale == 1:
            (KEPT / f"{name}.json").write_text(json.dumps(results[-1], indent=1), "utf-8")
    if not asked.no_page and asked.scale == 1:
        kept = [KEPT / f"{name}.json" for name in ROWS]
        write_page([json.loads(path.read_text("utf-8")) for path in kept if path.exists()])
    return 1 if any(result["kind"] == "failed" for result in results) else 0


if __name__ == "__main__":
    sys.exit(main())
