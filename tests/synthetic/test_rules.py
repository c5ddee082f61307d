"""Every kind of rule finds the row that breaks it, and leaves the others alone."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from regulars.core.errors import DataError
from regulars.synthetic.row_rules import (
    before,
    between,
    dated,
    filled,
    matches,
    one_of,
)
from regulars.synthetic.rule_kinds import (
    KnownKey,
    RisingKey,
    RowCount,
    Rule,
    Share,
    UniqueKey,
    positions,
)
from regulars.synthetic.validation import judged, require


def kept(rule: Rule, **columns: Any) -> bool:
    rule.observe(pa.table(columns))
    return rule.verdict()[0]


@pytest.mark.parametrize(
    ("rule", "good", "bad"),
    [
        (filled("city"), ["Bern"], [None]),
        (one_of("city", "Bern", "Basel"), ["Basel", None], ["Bonn"]),
        (matches("city", "^B"), ["Basel", None], ["basel"]),
        (between("age", 18, 80), [18, 80, None], [81]),
        (dated("day"), ["2024-06-22", None], ["31/02/2024"]),
        (dated("day"), [date(2024, 6, 22)], ["2024-13-01"]),
        (before("day", date(2024, 6, 22)), [date(2024, 6, 21)], [date(2024, 6, 22)]),
        (before("day", date(2024, 6, 22)), ["2024-06-21 23:59:59"], ["2024-06-22 00:00:00"]),
        (UniqueKey("id"), ["a", "b"], ["a"]),
        (UniqueKey("id"), ["a", "b"], ["c", None]),
        (RisingKey("id", "T##"), ["T01", "T07"], ["T07"]),
        (RisingKey("id", "T##"), ["T01"], ["X02"]),
        (RisingKey("id", "T##"), ["T01"], ["T2"]),
        (RisingKey("id", "T##"), ["T01"], ["T0x"]),
        (RisingKey("id", "T##"), ["T01"], ["T02", None]),
        (RowCount(2), ["a", "b"], ["c"]),
    ],
)
def test_a_rule_is_kept_until_a_bad_row_comes(rule: Rule, good: list[Any], bad: list[Any]) -> None:
    column = getattr(rule, "column", None) or rule.name.split()[0]
    assert kept(rule, **{column: good})
    assert not kept(rule, **{column: bad})


@pytest.mark.parametrize("encoded", [False, True])
def test_an_unknown_reference_is_found(encoded: bool) -> None:
    customers = UniqueKey("id")
    customers.observe(pa.table({"id": ["anna", "ben"]}))
    rule = KnownKey("buyer", of=customers)
    for buyers, expected in ((["ben", "anna"], True), (["carl"], False), ([None], False)):
        column = pa.chunked_array([pa.array(buyers, pa.string())])
        assert kept(rule, buyer=column.dictionary_encode() if encoded else column) == expected


def test_positions_look_up_only_the_words_of_a_dictionary() -> None:
    words = pa.array(["ben", "carl", None, "anna"]).dictionary_encode()
    assert positions(words, keys=pa.array(["anna", "ben"])).tolist() == [1, -1, -1, 0]


def test_shares_of_few_rows_may_be_off_by_chance_but_those_of_many_may_not() -> None:
    def rule() -> Share:
        return Share("blue", lambda rows: pc.equal(rows["colour"], "blue"), 0.5)

    assert kept(rule(), colour=["blue"] * 12 + ["red"] * 8)
    assert not kept(rule(), colour=["blue"] * 12_000 + ["red"] * 8_000)


def test_a_share_looks_only_at_the_rows_it_is_about() -> None:
    def seniors(rows: pa.Table) -> Any:
        return pc.greater(rows["age"], 65)

    def retired(rows: pa.Table) -> Any:
        return pc.equal(rows["work"], "no")

    people = {"age": [30, 70, 80] * 9, "work": ["yes", "no", "no"] * 9}
    assert kept(Share("retired", retired, 1.0, among=seniors), **people)
    assert not kept(Share("retired", retired, 1.0), **people)


def test_a_broken_rule_is_an_error_that_names_it_and_a_warning_is_not() -> None:
    strict, lenient = RowCount(5), RowCount(5, severity="warning")
    checks = judged({"visits": [strict, lenient]})
    assert [check.passed for check in checks] == [False, False]
    with pytest.raises(DataError, match=r"visits: number of rows \(0, expected 5\)"):
        require(checks, where="here")
    require(checks[1:], where="here")
