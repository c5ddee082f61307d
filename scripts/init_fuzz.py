"""Try `regulars init` on folders put together at random, and compare with what is true of them.

    python scripts/init_fuzz.py [--first SEED] [--count 500] [--land 25] [--workers 2]

A seed gives language, names and order of columns, formats, encoding and shape of the files. Every
proposed mapping is compared with the truth; each `--land`th folder is landed and cleaned too, and
its totals compared. Exits with 1 after a traceback, or where a wrong mapping would be published.
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

from tests.understanding.fuzzing import fuzzed  # noqa: E402
from tests.understanding.scoring import Score, score_files  # noqa: E402


def try_seed(seed: int, land: int) -> Score:
    """Write the folder of a seed, propose its mapping, and compare."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        truth = fuzzed(seed, root / "data")
        result = score_files(str(seed), root / "data", root, truth, land=seed % land == 0)
        result.reasons.insert(0, truth.about)
        return result


def main() -> int:
    """Try all seeds; print those that are not right, and the counts."""
    plain = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=plain)
    parser.add_argument("--first", type=int, default=0, help="first seed")
    parser.add_argument("--count", type=int, default=500, help="how many seeds")
    parser.add_argument("--land", type=int, default=25, help="land and clean each N-th folder")
    parser.add_argument("--workers", type=int, default=2, help="processes beside each other")
    options = parser.parse_args()
    started = time.perf_counter()
    seeds = range(options.first, options.first + options.count)
    with multiprocessing.get_context("spawn").Pool(options.workers) as pool:
        results = pool.starmap(try_seed, [(seed, options.land) for seed in seeds], chunksize=5)
    for result in results:
        if result.verdict != "right":
            print(f"{result.verdict:7} {result.name:>5} {result.why[:300]}")
    counts: Counter[str] = Counter(result.verdict for result in results)
    shown = ", ".join(f"{kind} {counts[kind]}" for kind in ("right", "usable", "asked", "wrong"))
    print(f"{len(results)} folders: {shown}; {time.perf_counter() - started:.0f} seconds")
    return 1 if counts["wrong"] else 0


if __name__ == "__main__":
    sys.exit(main())
