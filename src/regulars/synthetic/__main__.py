"""Generate one recipe from a shell: python -m regulars.synthetic RECIPE FOLDER."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from regulars.core.errors import RegularsError
from regulars.synthetic import NAMES, Dirt, Generated, check, generate
from regulars.synthetic.company_size import Asked
from regulars.synthetic.validation import require


def main(arguments: Sequence[str] | None = None) -> int:
    """Generate or check, print statistics, and return 1 when a rule is broken."""
    asked = _parser().parse_args(arguments)
    options = Asked(
        customers=asked.customers,
        transactions=asked.transactions,
        seed=asked.seed,
        until=asked.until,
    )
    try:
        if asked.check:
            checks = check(asked.recipe, asked.folder, **options)
            _say(*map(str, checks))
            require(checks, where=str(asked.folder))
        else:
            dirt = Dirt.light() if asked.dirt else None
            made = generate(asked.recipe, asked.folder, dirt=dirt, **options)
            _say(*_summary(made))
    except RegularsError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m regulars.synthetic")
    parser.add_argument("recipe", choices=NAMES)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--customers", type=int, metavar="N")
    parser.add_argument("--transactions", type=int, metavar="N")
    parser.add_argument("--seed", type=int, default=42, metavar="S")
    parser.add_argument("--until", type=date.fromisoformat, metavar="DATE")
    parser.add_argument("--dirt", action="store_true", help="with a little of every fault")
    parser.add_argument("--check", action="store_true", help="only judge the files in FOLDER")
    return parser


def _summary(made: Generated) -> list[str]:
    files = [f"{file.rows:>12,} rows  {file.path}" for file in made.files]
    dirt = [f"{count:>12,} {fault}" for fault, count in made.dirt.items()]
    return [*files, *map(str, made.checks), *dirt]


def _say(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))


if __name__ == "__main__":
    sys.exit(main())
