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
    parsed = _parser().parse_args(arguments)
    options = Asked(
        customers=parsed.customers,
        transactions=parsed.transactions,
        seed=parsed.seed,
        until=parsed.until,
    )
    try:
        if parsed.check:
            checks = check(parsed.recipe, parsed.folder, **options)
            _say(*map(str, checks))
            require(checks, where=str(parsed.folder))
        else:
            dirt = Dirt.light() if parsed.dirt else None
            generated = generate(parsed.recipe, parsed.folder, dirt=dirt, **options)
            _say(*_summary(generated))
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


def _summary(generated: Generated) -> list[str]:
    files = [f"{file.rows:>12,} rows  {file.path}" for file in generated.files]
    dirt = [f"{count:>12,} {fault}" for fault, count in generated.dirt.items()]
    return [*files, *map(str, generated.checks), *dirt]


def _say(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))


if __name__ == "__main__":
    sys.exit(main())
