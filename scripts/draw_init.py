"""Draw `regulars init` at a terminal, with and without questions: docs/images/init-*.svg.

The pictures are what a real session wrote: the command runs at a terminal of 80 columns on files
that this script makes, and a person's answers are typed into it.
"""

from __future__ import annotations

import csv
import io
import os
import random
import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path

import pexpect
from rich.console import Console
from rich.text import Text

IMAGES = Path(__file__).resolve().parents[1] / "docs" / "images"
_COLUMNS = 80


def make_club(folder: Path) -> None:
    """Members with a coded label, and what they bought."""
    chance = random.Random(4)
    folder.mkdir()
    with (folder / "members.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["member_no", "full_name", "email", "city", "signup_date", "churn"])
        for number in range(240):
            joined = date(2022, 1, 1) + timedelta(days=chance.randrange(300))
            city, label = chance.choice(["Ghent", "Bruges", "Leuven"]), chance.choice([1, 2])
            mail = f"m{number}@example.org"
            rows.writerow([5000 + number, f"Member {number}", mail, city, joined, label])
    with (folder / "visits.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["receipt", "member_no", "date", "amount_eur", "item"])
        for number in range(2600):
            day = date(2023, 1, 1) + timedelta(days=chance.randrange(540))
            amount = chance.choice([4.5, 6, 12, 35])
            item = chance.choice(["drink", "class", "shop"])
            member = 5000 + chance.randrange(240)
            rows.writerow([90000 + number, member, day, f"{amount:.2f}", item])


def session(folder: Path, *words: str, typed: tuple[str, ...] = ()) -> str:
    """What a terminal shows while the command runs and these answers are typed."""
    environment = {**os.environ, "TERM": "xterm-256color"}
    for name in ("NO_COLOR", "COLUMNS", "LINES"):
        environment.pop(name, None)
    command = ["-m", "regulars.cli.app", "init", *words]
    shown = io.StringIO()
    screen = pexpect.spawn(
        sys.executable, command, cwd=folder, env=environment, encoding="utf-8", timeout=120,
        dimensions=(60, _COLUMNS),
    )  # fmt: skip
    screen.logfile_read = shown
    for answer in typed:
        screen.expect(r"leave it open\).*: ")
        screen.sendline(answer)
    screen.expect(pexpect.EOF)
    screen.close()
    prompt = " ".join(["$ regulars init", *words])
    return f"{prompt}\n{shown.getvalue()}".replace("\r\n", "\n")


def draw(text: str, file: Path) -> None:
    """The session as a picture."""
    console = Console(record=True, width=_COLUMNS, file=io.StringIO(), force_terminal=True)
    console.print(Text.from_ansi(text))
    console.save_svg(str(file), title="regulars init", unique_id=file.stem)


def main() -> int:
    """Draw both pictures."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_club(folder / "exports")
        asked = session(folder, "exports", typed=("?", "1"))
        draw(asked, IMAGES / "init-dialogue.svg")
        (folder / "regulars.yaml").unlink()
        draw(session(folder, "exports", "--no-input"), IMAGES / "init-no-input.svg")
    return 0


if __name__ == "__main__":
    sys.exit(main())
