"""Tables on the terminal: no number is cut and no name broken at any width, by any verb."""

from __future__ import annotations

import re
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from typer.testing import CliRunner

from regulars.cli.app import app
from regulars.cli.table_layout import AnswerTable, lay_out
from tests.cli.test_answers import publish
from tests.small_release import BEN, SmallRelease, person

VERBS = ("segments", "top", "churn", "explain anna", "explain --global", "value", "status")
NAMES = st.sampled_from(
    ["Champions", "Potential Loyalists", "常连のお客様", "Grüne Straße", "🧁 Bakers & Co", "Ζ",
     "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
     "Cannot Lose Them, of the very first summer campaign in the north"]
)  # fmt: skip
AMOUNTS = st.floats(0, 9e11, allow_nan=False).map(lambda amount: round(amount, 2))
WIDTHS = st.integers(30, 200)
CELLS = st.one_of(NAMES, AMOUNTS.map("£{:,.2f}".format), AMOUNTS.map("{:.1f} %".format))


def printed(root: Path, verb: str, *, width: int | None) -> str:
    """What a verb prints on a terminal of this width, or through a pipe."""
    terminal = {"TTY_COMPATIBLE": "1", "COLUMNS": str(width), "TERM": "xterm"} if width else {}
    result = CliRunner().invoke(app, ["-p", str(root), *verb.split()], env=terminal)
    assert result.exit_code == 0, result.exception
    return re.sub(r"\x1b\[[0-9;]*m", "", result.stdout)


@settings(max_examples=4)
@given(names=st.lists(NAMES, min_size=2, max_size=2), amount=AMOUNTS, width=WIDTHS)
def test_every_word_of_every_verb_is_whole_at_every_width(
    names: list[str], amount: float, width: int
) -> None:
    anna = person("anna", risk=0.8, value=amount, monetary=round(amount), segment=names[0])
    other = person("常连のお客様-0000000000000000000017", risk=0.3, segment=names[1])
    with TemporaryDirectory() as folder:
        publish(SmallRelease(customers=[anna, other, BEN]), Path(folder))
        for verb in VERBS:
            words = set(printed(Path(folder), verb, width=None).split())
            for shown in (width, 60, 80):
                lines = _without_note(printed(Path(folder), verb, width=shown))
                broken = {word.rstrip(":") for line in lines for word in line.split()}
                broken -= words | {word.rstrip(":") for word in words} | {"–"}
                assert not broken, (verb, shown)


def _without_note(text: str) -> list[str]:
    """The lines of an answer, less those that name the columns left out."""
    kept, is_note = [], False
    for line in text.splitlines():
        is_note = line.startswith("Not shown at") or (is_note and not line.startswith(" "))
        if not is_note:
            kept.append(line)
        is_note = is_note and "columns." not in line.replace("columns: ", "")
    return kept


@given(rows=st.lists(st.tuples(CELLS, CELLS, CELLS, CELLS), min_size=1, max_size=4), width=WIDTHS)
def test_a_line_is_as_wide_as_the_terminal_at_most_unless_one_value_is_wider(
    rows: list[tuple[str, ...]], width: int
) -> None:
    columns = ("customer", "segment", "value at risk", "share of all")
    table = AnswerTable(columns, frozenset(columns[2:]), ("share of all", "segment"), rows)
    laid_out = lay_out(table, width=width)
    if laid_out.header:
        assert max(map(cell_len, (*laid_out.header, *laid_out.lines))) <= width
    text = "\n".join(laid_out.lines)
    for row in rows:
        for name, cell in zip(columns, row, strict=True):
            is_number = name in columns[2:]
            pieces = [cell] if is_number else cell.split()
            assert name in laid_out.left_out or all(piece in text for piece in pieces)


def test_columns_give_way_in_the_stated_order_and_are_named() -> None:
    table = AnswerTable(
        ("name", "sales", "share", "note"), frozenset(["sales", "share"]), ("share", "note"),
        [("Anna Berg", "£3,267,041", "18.2 %", "no consent")],
    )  # fmt: skip
    assert lay_out(table, width=41).left_out == ()
    assert lay_out(table, width=40).left_out == ("share",)
    assert lay_out(table, width=30).left_out == ("share", "note")
    assert lay_out(table, width=17).lines == ("Anna   £3,267,041", "Berg")
    assert lay_out(table, width=12).lines[:2] == ("Anna Berg", "  sales: £3,267,041")


def test_a_number_stays_beside_its_unit() -> None:
    rows = [("anna", "the risk is 18.2 % and the value is EUR 1,204 here")]
    for width in range(16, 50):
        text = "\n".join(lay_out(AnswerTable(("", "why"), rows=rows), width=width).lines)
        assert "18.2 %" in text
        assert "EUR 1,204" in text


@pytest.mark.parametrize("width", [60, 80])
def test_a_narrow_terminal_says_which_columns_it_left_out(tmp_path: Path, width: int) -> None:
    publish(SmallRelease(customers=[person("anna", risk=0.8, value=3_267_041.0)]), tmp_path)
    header, *_ = printed(tmp_path, "segments", width=None).splitlines()
    said = " ".join(printed(tmp_path, "segments", width=width).split())
    note = said.split(f"Not shown at {width} columns: ")[1].split(". A wider terminal")[0]
    shown = said.split("Champions")[0]
    for name in note.split(", "):
        assert name in header
        assert name not in shown
    assert "Not shown" not in printed(tmp_path, "segments", width=None)
