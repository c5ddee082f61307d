"""Synthetic raw data in the shape of real files: seeded, vectorised, checked by its own rules.

`generate` writes a recipe's files, `check` judges files by the same rules. No row is drawn in a
Python loop, and big tables stream to disk, so that memory does not grow with the rows.
"""

from regulars.synthetic.company_size import DEFAULT_UNTIL
from regulars.synthetic.dirt import Dirt
from regulars.synthetic.file_writing import WrittenFile
from regulars.synthetic.generation import Generated, check, generate
from regulars.synthetic.recipe import NAMES
from regulars.synthetic.validation import Check

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
