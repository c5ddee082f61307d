"""Synthetic raw data in the shape of real files: seeded, vectorised, checked by its own rules.

`generate` writes a recipe's files, `check` judges files by the same rules. No row is drawn in a
Python loop, and big tables stream to disk, so that memory does not grow with the rows.
"""

from regulars.synthetic.dirt import Dirt
from regulars.synthetic.generation import Generated, check, generate
from regulars.synthetic.recipes import NAMES
from regulars.synthetic.sizes import DEFAULT_UNTIL
from regulars.synthetic.validation import Check
from regulars.synthetic.writing import WrittenFile

__all__ = [
    "DEFAULT_UNTIL",
    "NAMES",
    "Check",
    "Dirt",
    "Generated",
    "WrittenFile",
    "check",
    "generate",
]
