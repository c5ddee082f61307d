"""Score `regulars init` on folders whose truth is known: right, usable, asked or wrong.

    python scripts/init_score.py [--only NAME ...] [--keep FOLDER] [--workers N]
    python scripts/init_score.py --write       writes the truth files anew, from the generators

The folders are generated below tests/understanding; their truth lies beside, with totals counted
without the product. Exits with 1 where a wrong company would be published.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from tests.understanding.folders import folders  # noqa: E402
from tests.understanding.scoring import Score, score  # noqa: E402
from tests.understanding.writing import Place  # noqa: E402

ORDER = ("wrong", "asked", "usable", "right")


def write_truths(names: list[str]) -> None:
    """Write the truth files of these folders, from what their generators made."""
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            folders()[name](Place(Path(folder) / name)).write(name)


def scores(names: list[str], keep: Path, *, workers: int) -> list[Score]:
    """The scores of these folders, in processes beside each other."""
    # Started anew and used again: dbt is loaded once per process, and no thread is forked.
    with multiprocessing.get_context("spawn").Pool(workers) as pool:
        return pool.starmap(score, [(name, keep) for name in names], chunksize=1)


def table(results: list[Score], seconds: float) -> str:
    """The table by folder, worst first, and the summary line."""
    rows = sorted(results, key=lambda result: (ORDER.index(result.verdict), result.name))
    lines = [f"{result.verdict:7} {result.name:28} {result.why[:400]}" for result in rows]
    counts = Counter(result.verdict for result in results)
    expected = sum(result.expected for result in results if result.verdict == "asked")
    share = counts["right"] / max(len(results), 1)
    lines.append(
        f"{len(results)} folders: right {counts['right']} ({share:.0%}), "
        f"usable {counts['usable']}, asked {counts['asked']} ({expected} of them as may be), "
        f"wrong {counts['wrong']}; {seconds:.0f} seconds"
    )
    return "\n".join(lines)


def main() -> int:
    """Score and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", nargs="+", metavar="NAME", help="score these folders only")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep files and projects there")
    parser.add_argument("--workers", type=int, default=2, help="processes beside each other")
    parser.add_argument("--write", action="store_true", help="write the truth files and stop")
    options = parser.parse_args()
    names = options.only or list(folders())
    if options.write:
        write_truths(names)
        return 0
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as temporary:
        keep = (options.keep or Path(temporary)).resolve()
        results = scores(names, keep, workers=options.workers)
    print(table(results, time.perf_counter() - started))
    return 1 if any(result.verdict == "wrong" for result in results) else 0


if __name__ == "__main__":
    sys.exit(main())
