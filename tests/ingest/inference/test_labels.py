"""Who left, in any spelling: polarity, unknown values, codes, several labels, and what gives it away."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.ingest.inference.conftest import Guessed

Guess = Callable[..., "Guessed"]
AT = "entities.labels.columns.churned"


def snapshot(name: str, values: Sequence[str], *, more: str = "", rows: int = 120) -> str:
    """A row per customer with these labels in turn; `more` is a format of the row's number."""
    head, _, cell = more.partition("=")
    lines = [f"customer_id,visits,{name}" + (f",{head}" if head else "")]
    for n in range(rows):
        label = values[n % len(values)]
        extra = "" if not head else "," + cell.format(n=n, label=label)
        lines.append(f"C{n:04},{n * 7 % 31},{label}{extra}")
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    ("name", "values", "churned"),
    [
        ("left", ("1", "0", "0"), "left_"),
        ("Gekündigt", ("ja", "nein", "nein"), ["ja"]),
        ("is_active", ("0", "1", "1"), ["0"]),
        ("retained", ("no", "yes", "yes"), ["no"]),
        ("target", ("1", "0", "0"), "target"),
        ("Status", ("Cancelled", "Active", "Active"), ["Cancelled"]),
        ("Kundenstatus", ("abgewandert", "Bestandskunde", "Bestandskunde"), ["abgewandert"]),
        ("statut_client", ("Résilié", "Actif", "Actif"), ["Résilié"]),
        ("Churn", ("Yes", "no", "1", "N", "0"), "churn"),
        ("attrition", ("-1", "1", "-1"), ["1"]),
    ],
)
def test_the_values_and_the_name_say_who_left(
    guess: Guess, name: str, values: tuple[str, ...], churned: str | list[str]
) -> None:
    found = guess(people=snapshot(name, values))
    assert (found["churn.kind"], found["questions"]) == ("labelled", None)
    written = found[AT]
    assert (written if isinstance(written, str) else written["true"]) == churned
    assert set(found["entities.customers.attributes"]) == {"visits"}


def test_an_unknown_label_counts_neither_as_left_nor_as_stayed(guess: Guess) -> None:
    found = guess(people=snapshot("churned", ("yes", "no", "no", "unknown")))
    assert found[AT] == "churned"  # a text that is neither yes nor no is rejected
    said = " ".join(found.text.replace("# ", "").split())
    assert "of 30 it is not known: they are kept out of training" in said
    found = guess(people=snapshot("status", ("Cancelled", "Active", "Active", "n/a")))
    assert found[AT] == {"column": "status", "true": ["Cancelled"], "false": ["Active"]}


def test_a_state_that_may_be_either_is_asked(guess: Guess) -> None:
    found = guess(people=snapshot("status", ("Cancelled", "Active", "Active", "Paused")))
    (question,) = found["questions"]
    assert "Paused (30 rows)" in question["ask"]
    stayed, left, _ = (answer["set"][AT] for answer in question["answers"])
    assert found[AT] == stayed
    assert ("Paused" in stayed.get("true", []), "Paused" in left["true"]) == (False, True)


def test_codes_are_settled_by_what_only_leavers_have_or_else_asked(guess: Guess) -> None:
    values = ("1", "1", "2")
    (question,) = guess(people=snapshot("churn", values))["questions"]
    assert [answer["set"][AT]["true"] for answer in question["answers"]] == [["2"], ["1"]]
    rows = snapshot("churn", values).splitlines()
    why = [f"{row},{'too dear' if row.endswith(',1') else ''}" for row in rows[1:]]
    found = guess(people="\n".join([f"{rows[0]},reason", *why]))
    assert found["questions"] is None
    assert found[AT] == {"column": "churn", "true": ["1"]}


def test_a_mark_that_only_leavers_have_leaves_the_others_as_stayed(guess: Guess) -> None:
    found = guess(people=snapshot("churned", ("x", "", "", "")))
    assert found[AT] == {"sql": "case when trim(churned) <> '' then 'yes' else 'no' end"}
    assert "25.00% of 120 customers left" in found.text


def test_a_column_left_that_is_a_date_is_a_date_of_leaving(guess: Guess) -> None:
    rows = [f"C{n},2021-0{n % 9 + 1}-04,{'2023-05-06' if n % 3 == 0 else ''}" for n in range(60)]
    found = guess(people="\n".join(["member_no,joined,left", *rows]))
    assert found["entities.customers.columns.left_at"] == "left_"
    assert found["churn.kind"] == "contractual"


def test_of_two_labels_the_wider_is_first_and_the_other_is_no_input(guess: Guess) -> None:
    rows = [f"C{n},{n * 7 % 31},{int(n % 4 == 0)},{int(n % 8 == 0)}" for n in range(160)]
    found = guess(people="\n".join(["customer_id,visits,churned,cancelled", *rows]))
    (question,) = found["questions"]
    assert [answer["set"][AT] for answer in question["answers"]] == ["churned", "cancelled"]
    assert set(found["entities.customers.attributes"]) == {"visits"}


def test_two_spellings_of_one_label_ask_nothing(guess: Guess) -> None:
    more = "churn_value={label}"
    found = guess(people=snapshot("churn_label", ("1", "0", "0"), more=more))
    assert found["questions"] is None
    assert set(found["entities.customers.attributes"]) == {"visits"}


def test_activity_beside_a_label_is_an_input_unless_it_says_the_same(guess: Guess) -> None:
    rows = [f"C{n},{n % 5},{int(n % 4 == 0)},{n // 3 % 2}" for n in range(160)]
    found = guess(people="\n".join(["customer_id,age,exited,is_active_member", *rows]))
    assert set(found["entities.customers.attributes"]) == {"age", "is_active_member"}
    rows = [f"C{n},{n % 5},{int(n % 4 == 0)},{int(n % 4 > 0)}" for n in range(160)]
    found = guess(people="\n".join(["customer_id,age,exited,is_active_member", *rows]))
    assert set(found["entities.customers.attributes"]) == {"age"}


def test_what_tells_the_outcome_is_left_out_whatever_its_name(guess: Guess) -> None:
    rows = [
        f"C{n},{n * 7 % 31},{int(n % 4 == 0)},{n % 3 if n % 4 == 0 else ''},"
        f"{n % 4 * 10 + n % 7},{'lost' if n % 4 == 0 else 'kept'},{n % 2},{n * 13 % 17}"
        for n in range(240)
    ]
    head = "customer_id,visits,churn,survey,points_now,folder,months_since_cancel,cancelled_orders"
    found = guess(people="\n".join([head, *rows]))
    assert set(found["entities.customers.attributes"]) == {"visits", "cancelled_orders"}
    assert found.leaves_open("survey (tells the outcome: only those who left have a value)")
    assert found.leaves_open("points_now (tells the outcome: alone it tells who left)")


def test_an_active_flag_is_no_label_of_a_shop(guess: Guess) -> None:
    orders = "\n".join(
        f"C{n % 40:04},2024-0{n % 5 + 1}-{n % 27 + 1:02},{n % 9}.50" for n in range(300)
    )
    people = snapshot("is_active", ("0", "1", "1"), rows=40)
    found = guess(people=people, orders=f"customer_id,order_date,amount\n{orders}\n")
    assert found["churn.kind"] == "silence"
    assert "labels" not in found["entities"]


def test_the_wider_label_is_taken_where_its_name_is_the_plainer_one(guess: Guess) -> None:
    rows = [f"C{n},{n * 7 % 31},{int(n % 8 == 0)},{int(n % 4 == 0)}" for n in range(160)]
    found = guess(people="\n".join(["customer_id,visits,voluntary_churn,churn", *rows]))
    assert (found[AT], found["questions"]) == ("churn", None)
    assert set(found["entities.customers.attributes"]) == {"visits"}


def test_dates_of_leaving_need_no_label_and_the_state_is_no_input(guess: Guess) -> None:
    rows = [
        f"M{n},2021-0{n % 9 + 1}-04,{'2023-05-06' if n % 3 == 0 else ''},"
        f"{'Baja' if n % 3 == 0 else 'Activo'},{n % 5}"
        for n in range(90)
    ]
    head = "member_id,fecha_de_alta,fecha_de_baja,estado,visits"
    found = guess(people="\n".join([head, *rows]))
    assert found["churn.kind"] == "contractual"
    assert "labels" not in found["entities"]
    assert set(found["entities.customers.attributes"]) == {"visits"}


def test_words_of_payments_are_no_codes_of_a_label(guess: Guess) -> None:
    found = guess(people=snapshot("status", ("succeeded", "succeeded", "failed")))
    assert [question["key"] for question in found["questions"]] == ["churn"]
    assert "labels" not in found["entities"]


@pytest.mark.parametrize("flag", ["is_trial", "is_new", "joined_by_app", "past_due"])
def test_a_flag_of_how_far_a_customer_is_does_not_say_who_left(guess: Guess, flag: str) -> None:
    rows = [f"C{n},{n * 7 % 31},{int(n % 5 == 0)},{int(n % 4 == 0)}" for n in range(160)]
    found = guess(people="\n".join([f"customer_id,visits,{flag},churned", *rows]))
    assert (found[AT], found["questions"]) == ("churned", None)
    assert flag in found["entities.customers.attributes"]
