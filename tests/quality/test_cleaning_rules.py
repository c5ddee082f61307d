"""Rules of the project file that look at one value: each with rows on both sides of it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from regulars.core.errors import SettingsError
from regulars.core.settings import read_project
from tests.small_projects import SmallProject, small_project

SETTINGS = """
version: 1
project: rules
sources:
  people: {path: people.csv, load: replace}
  sales: {path: sales.csv}
  mails: {path: mails.csv}
entities:
  customers:
    source: people
    columns:
      customer_id: who
      joined_at: {column: joined, not_before: 2020-01-01}
    attributes:
      age: {column: age, type: number, min: 18, max: 100}
      sex: {column: sex, values: {m: M, male: M, f: F, female: F}, others: Unknown, default: Unknown}
      state: {column: state, case: upper}
      tier: {column: tier, case: title, values: {vip: Premium}}
      checked: {column: checked, type: flag, default: false}
    caps:
      age: {max: 76}
  transactions:
    source: sales
    columns:
      transaction_id: id
      customer_id: who
      occurred_at: at
      amount: {column: total, min: 0.01, max: 1000}
      discount: {column: rebate, default: 0}
      category: {column: kind, default: Uncategorized, case: lower}
  touches:
    source: mails
    funnel: correct
    columns:
      touch_id: id
      customer_id: who
      occurred_at: sent
      opened_at: opened
      clicked_at: clicked
      converted_at: converted
"""
PEOPLE = """who,joined,age,sex,state,tier,checked
a,2020-01-01,18,m,ca,gold member,yes
b,2019-12-31,18,m,ca,gold,yes
c,2021-01-01,17,m,ca,gold,yes
d,2021-01-01,100, MALE ,Ca,VIP,
e,2021-01-01,101,m,ca,gold,yes
f,2021-01-01,76,x,,o'neil in-house,no
g,2021-01-01,77,,ny,Gold,maybe
h,2021-01-01,,F,NY,Premium,true
"""
SALES = """id,who,at,total,rebate,kind
1,a,2024-06-01,0.01,,Books
2,a,2024-06-01,0.009,,Books
3,a,2024-06-01,1000,2,
4,a,2024-06-01,1000.01,2,
5,a,2024-06-01,5,lots,books
"""
MAILS = """id,who,sent,opened,clicked,converted
1,a,2024-06-01,2024-06-02,2024-06-02,2024-06-03
2,a,2024-06-01,,2024-06-02,2024-06-03
3,a,2024-06-01,2024-06-02,,2024-06-03
4,a,2024-06-01,2024-06-02,2024-06-01,2024-06-03
5,a,2024-06-01,2024-06-02,2024-06-03,2024-06-02
6,a,2024-06-01,2024-06-02,,
"""
FILES = {"regulars.yaml": SETTINGS, "people.csv": PEOPLE, "sales.csv": SALES, "mails.csv": MAILS}


@pytest.fixture(scope="module")
def cleaned(tmp_path_factory: pytest.TempPathFactory) -> SmallProject:
    made = small_project(tmp_path_factory.mktemp("rules"), FILES)
    made.run("land", "clean")
    return made


def people(cleaned: SmallProject, column: str) -> dict[str, Any]:
    return dict(
        cleaned.rows(
            f"select customer_id, {column} from silver.stg_customers where rejection_reason is null"
        )
    )


def reasons(cleaned: SmallProject, entity: str, key: str) -> dict[str, str]:
    rows = f"select {key}, rejection_reason from silver.stg_{entity}"
    return dict(cleaned.rows(f"{rows} where rejection_reason is not null"))


def test_variants_of_a_text_become_one_and_unknown_ones_become_others(
    cleaned: SmallProject,
) -> None:
    assert people(cleaned, "sex") == {"a": "M", "d": "M", "f": "Unknown", "g": "Unknown", "h": "F"}


def test_texts_get_the_case_that_is_asked_for(cleaned: SmallProject) -> None:
    assert people(cleaned, "state") == {"a": "CA", "d": "CA", "f": None, "g": "NY", "h": "NY"}
    assert people(cleaned, "tier") == {
        "a": "Gold Member",
        "d": "Premium",
        "f": "O'neil In-house",
        "g": "Gold",
        "h": "Premium",
    }


def test_a_default_fills_what_was_not_delivered_and_nothing_else(cleaned: SmallProject) -> None:
    assert people(cleaned, "checked") == {"a": True, "d": False, "f": False, "g": None, "h": True}
    found = cleaned.rows(
        "select transaction_id, discount, category, parse_errors from silver.stg_transactions "
        "where rejection_reason is null "
        "order by transaction_id"
    )
    assert [(key, float(d) if d is not None else None, c, u) for key, d, c, u in found] == [
        ("1", 0.0, "books", None),
        ("3", 2.0, "Uncategorized", None),
        ("5", None, "books", "discount "),
    ]


def test_numbers_and_dates_beyond_their_bounds_reject_the_row(cleaned: SmallProject) -> None:
    assert reasons(cleaned, "customers", "customer_id") == {
        "b": "joined_at is before 2020-01-01",
        "c": "age is below 18",
        "e": "age is above 100",
    }
    assert reasons(cleaned, "transactions", "transaction_id") == {
        "2": "amount is below 0.01",
        "4": "amount is above 1000",
    }


def test_an_empty_number_is_not_out_of_bounds_and_stays_empty(cleaned: SmallProject) -> None:
    assert people(cleaned, "age")["h"] is None


def test_a_cap_keeps_what_was_delivered_and_bounds_judge_that(cleaned: SmallProject) -> None:
    assert people(cleaned, "age")["g"] == people(cleaned, "age")["d"] == 76
    assert people(cleaned, "age_uncapped")["g"] == 77
    assert people(cleaned, "age_uncapped")["f"] == 76


def test_what_a_rule_changed_is_noted_on_the_row(cleaned: SmallProject) -> None:
    assert people(cleaned, "corrected") == {
        "a": "sex:text state:text tier:text ",
        "d": "age:cap sex:text state:text tier:text checked:default ",
        "f": "sex:text tier:text ",
        "g": "age:cap sex:default state:text ",
        "h": None,
    }


def test_a_funnel_that_is_mended_has_no_step_before_the_one_it_follows(
    cleaned: SmallProject,
) -> None:
    found = cleaned.rows(
        "select touch_id, clicked_at, converted_at, corrected from silver.stg_touches where rejection_reason is null order by 1"
    )
    second, third = datetime(2024, 6, 2), datetime(2024, 6, 3)
    assert found == [
        ("1", second, third, None),
        ("2", None, None, "clicked_at:funnel converted_at:funnel "),
        ("3", None, None, "converted_at:funnel "),
        ("4", None, None, "clicked_at:funnel converted_at:funnel "),
        ("5", third, None, "converted_at:funnel "),
        ("6", None, None, None),
    ]


def test_a_funnel_can_reject_rows_instead(tmp_path: Path) -> None:
    made = small_project(tmp_path, FILES)
    made.change("funnel: correct", "funnel: reject")
    made.run("land", "clean")
    assert reasons(made, "touches", "touch_id") == {
        "2": "clicked_at is not in the order of the funnel",
        "3": "converted_at is not in the order of the funnel",
        "4": "clicked_at is not in the order of the funnel",
        "5": "converted_at is not in the order of the funnel",
    }


@pytest.mark.parametrize(
    ("right", "wrong", "what"),
    [
        ("case: upper", "min: 3", "state.min: is for numbers only"),
        ("type: number, min: 18", "type: number, case: upper", "age.case: is for texts only"),
        ("not_before: 2020-01-01", "min: 3", "joined_at.min: is for numbers only"),
        ("type: flag, default: false", "type: flag, default: no idea", "'no idea' is not a flag"),
        ("others: Unknown, default", "default", None),
        ("values: {vip: Premium}", "others: Basic", "others: needs 'values'"),
        ("min: 0.01, max: 1000", "min: 9, max: 1", "min: is above 'max'"),
        ("customer_id: who\n      joined", "customer_id: {column: who, default: x}\n      joined",
         "rows without 'customer_id' are rejected instead"),
        ("    source: people\n", "    source: people\n    funnel: correct\n", "only touches have a funnel"),
    ],
)  # fmt: skip
def test_a_rule_that_its_column_cannot_have_is_refused(
    tmp_path: Path, right: str, wrong: str, what: str | None
) -> None:
    made = small_project(tmp_path, {"regulars.yaml": SETTINGS.replace(right, wrong, 1)})
    if what is None:
        assert made.project
        return
    with pytest.raises(SettingsError, match="line") as raised:
        read_project(made.folder)
    assert what in str(raised.value)
