"""Score `regulars init` on folders whose truth is known: right, usable, asked or wrong.

    python scripts/init_score.py [--only NAME ...] [--keep FOLDER] [--workers N]
    python scripts/init_score.py --record      writes what was measured, for the tests
    python scripts/init_score.py --write       writes the truth files anew, from the generators

The folders are generated below tests/understanding; their truth lies beside, with totals counted
without the product. Exits with 1 where a wrong company would be published, or a folder is
understood less well than tests/understanding/measured.yaml says.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from tests.understanding.folders import folders  # noqa: E402
from tests.understanding.scoring import Score, score  # noqa: E402
from tests.understanding.writing import Place  # noqa: E402

ORDER = ("wrong", "asked", "usable", "right")
MEASURED = ROOT / "tests" / "understanding" / "measured.yaml"
HEAD = """\
# Written by `python scripts/init_score.py --record`: the folders that were not right when all were
# scored last. A folder may only get better. The aim is 90 % right and none wrong.
"""


def measured(name: str) -> str:
    """The verdict on a folder when all were scored last."""
    return str(yaml.safe_load(MEASURED.read_text("utf-8"))["not_right"].get(name, "right"))


def record(results: list[Score]) -> None:
    """Write the verdicts that are not 'right'."""
    below = {result.name: result.verdict for result in results if result.verdict != "right"}
    text = yaml.safe_dump({"not_right": below}, sort_keys=True)
    MEASURED.write_text(HEAD + text, "utf-8")


def worse(results: list[Score]) -> list[str]:
    """The folders that are understood less well than when all were scored last."""
    return [
        f"{result.name} was {measured(result.name)}"
        for result in results
        if ORDER.index(result.verdict) < ORDER.index(measured(result.name))
    ]


def write_truths(names: list[str]) -> None:
    """Write the truth files of these folders, from what their generators made."""
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            folders()[name](Place(Path(folder) / name)).write(name)


def scores(names: list[str], keep: Path, *, workers: int) -> list[Score]:
    """The scores of these folders, in processes beside each other."""
    # Started anew and used again: dbt is loaded once per process, and no thread is forked. This
    # pool stops when a process dies; multiprocessing.Pool would start others for ever.
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=spawn) as pool:
        return list(pool.map(score, names, [keep] * len(names)))


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
    parser.add_argument("--record", action="store_true", help="write what was measured")
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
    if options.record:
        record(results)
    for sentence in (less := worse(results)):
        print(f"Understood less well than before: {sentence}.")
    return 1 if less or any(result.verdict == "wrong" for result in results) else 0


if __name__ == "__main__":
    sys.exit(main())
