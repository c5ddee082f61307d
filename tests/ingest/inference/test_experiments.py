"""Experiments are told from companies: arms that chance drew, beside outcomes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest

from regulars.ingest.inference.proposing import propose
from tests.ingest.inference.conftest import TODAY

if TYPE_CHECKING:
    from tests.ingest.inference.conftest import Guessed

Guess = Callable[..., "Guessed"]


def experiment(*, head: str, arms: tuple[str, ...], chosen: bool = False) -> str:
    """Six hundred people with an age, an arm drawn by chance (or chosen by age), and an outcome."""
    draw = Random(7)
    rows = [head]
    for n in range(600):
        age = draw.randint(20, 79)
        arm = arms[(age - 20) * len(arms) // 60] if chosen else draw.choice(arms)
        answer = int(draw.random() < (0.1 if arm == arms[0] else 0.3))
        rows.append(f"{n},{age},{arm},{answer}")
    return "\n".join(rows) + "\n"


@pytest.mark.parametrize(
    ("head", "arms"),
    [
        ("user_id,age,group,converted", ("control", "treatment")),
        ("customer_id,age,treatment,visit", ("0", "1")),
        ("Kundennummer,Alter,Gruppe,Kauf", ("Kontrollgruppe", "Testgruppe")),
        ("client_id,age,variant,purchase", ("A", "B", "C")),
    ],
)
def test_arms_drawn_by_chance_beside_an_outcome_are_an_experiment(
    guess: Guess, tmp_path: Path, head: str, arms: tuple[str, ...]
) -> None:
    found = guess(people=experiment(head=head, arms=arms))
    assert [question["key"] for question in found["questions"]] == ["experiment"]
    assert found["churn"] is None
    seen = propose([tmp_path / "people.csv"], name=None, recipe=None, today=TODAY).experiment
    assert seen is not None
    assert (seen.control, len(seen.effects)) == (arms[0], len(arms) - 1)
    assert all(effect.difference - effect.margin > 0 for effect in seen.effects)


def test_what_an_arm_was_shown_is_the_arm_in_other_words(guess: Guess) -> None:
    pages = {"control": "old_page", "treatment": "new_page"}
    people = experiment(head="user_id,age,group,converted", arms=tuple(pages))
    for arm, page in pages.items():
        people = people.replace(f",{arm},", f",{arm},{page},")
    found = guess(people=people.replace("group,", "group,landing_page,"))
    assert [question["key"] for question in found["questions"]] == ["experiment"]


def test_beside_a_control_an_accident_of_the_draw_is_none_of_choice(guess: Guess) -> None:
    people = experiment(
        head="user_id,age,variant,converted,spend_last_12m", arms=("control", "offer")
    )
    rows = people.splitlines()
    for n, row in enumerate(rows[1:], start=1):
        wales = n % 32 < (10 if ",control," in row else 13)
        rows[n] = f"{row},{n % 7},{'Wales' if wales else 'North'}"
    found = guess(people="\n".join([f"{rows[0]},region", *rows[1:]]))
    assert [question["key"] for question in found["questions"]] == ["experiment"]
    assert "spend_last_12m" not in found["questions"][0]["ask"]


def test_segments_that_somebody_chose_are_no_experiment(guess: Guess) -> None:
    head = "customer_id,age,segment,visit"
    found = guess(people=experiment(head=head, arms=("old", "new", "gone"), chosen=True))
    assert [question["key"] for question in found["questions"]] == ["churn"]


def test_groups_without_an_outcome_are_no_experiment(guess: Guess) -> None:
    head = "customer_id,age,group,smoker"
    found = guess(people=experiment(head=head, arms=("control", "treatment")))
    assert [question["key"] for question in found["questions"]] == ["churn"]
