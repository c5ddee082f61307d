"""What makes a step stale, from facts alone: a table of cases."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from regulars.core.step_results import StepStatus
from regulars.flows.staleness import (
    LastResult,
    PlanItem,
    Staleness,
    StepFacts,
    Wish,
    first_missing_need,
    judge_step,
    plan_steps,
)

# A small list: two readers of `wash`, which needs what `fetch` brings.
NEEDS = {"fetch": (), "wash": ("fetch",), "cook": ("wash",), "serve": ("cook", "wash")}
STEPS = tuple(NEEDS)


@dataclass
class Records:
    """Facts of a list in which everything has run and nothing has changed, to be spoilt."""

    changed: set[str] = field(default_factory=set)
    last: dict[str, LastResult | None] = field(default_factory=dict)
    always: dict[str, str] = field(default_factory=dict)

    def facts(self) -> dict[str, StepFacts]:
        return {
            step: StepFacts(
                step,
                needs,
                "new" if step in self.changed else "old",
                self.last[step] if step in self.last else done(number),
                self.always.get(step),
            )
            for number, (step, needs) in enumerate(NEEDS.items(), start=1)
        }


def done(number: int, *, first: int | None = None) -> LastResult:
    return LastResult(StepStatus.DONE, "old", f"day {number}", number, first or number)


def ended(status: StepStatus, number: int = 9) -> LastResult:
    return LastResult(status, "old", "today", number, number)


def planned(records: Records, wish: Wish | None = None) -> dict[str, PlanItem]:
    items = plan_steps(records.facts(), wish or Wish(STEPS))
    return {item.step: item for item in items}


def verdict(item: PlanItem) -> tuple[bool, bool, Staleness, str]:
    return item.is_stale, item.is_open, item.reason, item.subject


R = Staleness
FRESH = {step: (False, False, R.UNCHANGED, f"day {n}") for n, step in enumerate(STEPS, 1)}


@pytest.mark.parametrize(
    ("records", "wish", "differs"),
    [
        pytest.param(Records(), Wish(STEPS), {}, id="nothing changed"),
        pytest.param(
            Records(changed={"cook"}),
            Wish(STEPS),
            {
                "cook": (True, False, R.CHANGED, ""),
                "serve": (True, True, R.NEED_RUNS_AGAIN, "cook"),
            },
            id="one changed: those after it run, those before it do not",
        ),
        pytest.param(
            Records(changed={"serve", "cook"}),
            Wish(STEPS),
            {"cook": (True, False, R.CHANGED, ""), "serve": (True, False, R.CHANGED, "")},
            id="a reason of its own comes before that of a need",
        ),
        pytest.param(
            Records(always={"fetch": "the till"}),
            Wish(STEPS),
            {
                "fetch": (True, False, R.ALWAYS_RUNS, "the till"),
                "wash": (False, True, R.NEED_MAY_CHANGE, "fetch"),
                "cook": (False, True, R.NEED_MAY_CHANGE, "wash"),
                "serve": (False, True, R.NEED_MAY_CHANGE, "cook"),
            },
            id="a step that must ask leaves the others open",
        ),
        pytest.param(
            Records(always={"fetch": "the till"}, changed={"fetch"}),
            Wish(STEPS),
            {
                "fetch": (True, False, R.CHANGED, ""),
                "wash": (True, True, R.NEED_RUNS_AGAIN, "fetch"),
                "cook": (True, True, R.NEED_RUNS_AGAIN, "wash"),
                "serve": (True, True, R.NEED_RUNS_AGAIN, "cook"),
            },
            id="a step that asks and has changed is certain",
        ),
        pytest.param(
            Records(always={"fetch": "the till"}, changed={"cook"}),
            Wish(STEPS),
            {
                "fetch": (True, False, R.ALWAYS_RUNS, "the till"),
                "wash": (False, True, R.NEED_MAY_CHANGE, "fetch"),
                "cook": (True, False, R.CHANGED, ""),
                "serve": (True, True, R.NEED_RUNS_AGAIN, "cook"),
            },
            id="certain beats possible",
        ),
        pytest.param(
            Records(last={"wash": done(7)}),
            Wish(STEPS),
            {
                "wash": (False, False, R.UNCHANGED, "day 7"),
                "cook": (True, False, R.NEED_RAN_SINCE, "wash"),
                "serve": (True, False, R.NEED_RAN_SINCE, "wash"),
            },
            id="a need ran alone",
        ),
        pytest.param(
            Records(last={"wash": done(7, first=2)}),
            Wish(STEPS),
            {"wash": (False, False, R.UNCHANGED, "day 7")},
            id="a need ran alone and made the same",
        ),
        pytest.param(
            Records(last={"cook": None}),
            Wish(STEPS),
            {
                "cook": (True, False, R.NEVER_RAN, ""),
                "serve": (True, True, R.NEED_RUNS_AGAIN, "cook"),
            },
            id="never ran",
        ),
        *(
            pytest.param(
                Records(last={"cook": ended(status)}),
                Wish(STEPS),
                {
                    "cook": (True, False, R.DID_NOT_END_WELL, status),
                    "serve": (True, False, R.NEED_RAN_SINCE, "cook"),
                },
                id=status,
            )
            for status in (StepStatus.FAILED, StepStatus.INTERRUPTED, StepStatus.RUNNING)
        ),
        pytest.param(
            Records(),
            Wish(STEPS, has_warehouse=False),
            dict.fromkeys(STEPS, (True, False, R.NO_WAREHOUSE, "")),
            id="the warehouse is gone",
        ),
        pytest.param(
            Records(),
            Wish(("cook", "serve"), resume_from="cook"),
            {
                "cook": (True, False, R.RESUMED, ""),
                "serve": (True, True, R.NEED_RUNS_AGAIN, "cook"),
            },
            id="resumed",
        ),
        pytest.param(
            Records(),
            Wish(("serve",), forced=frozenset({"serve"})),
            {"serve": (True, False, R.ASKED_FOR, "")},
            id="forced",
        ),
    ],
)
def test_a_plan_follows_from_its_facts(
    records: Records, wish: Wish, differs: dict[str, tuple[bool, bool, Staleness, str]]
) -> None:
    expected = {step: (FRESH | differs)[step] for step in wish.steps}
    assert {step: verdict(item) for step, item in planned(records, wish).items()} == expected


def test_an_open_step_is_decided_by_what_its_need_made() -> None:
    same = Records(last={"fetch": done(9, first=1)}).facts()
    other = Records(last={"fetch": done(9)}).facts()
    wish = Wish(("wash",))
    assert verdict(judge_step(same["wash"], same, wish))[:1] == (False,)
    assert judge_step(other["wash"], other, wish).reason is Staleness.NEED_RAN_SINCE


@pytest.mark.parametrize(
    ("records", "wish", "missing"),
    [
        (Records(changed={"cook"}), Wish(("cook",)), None),
        (
            Records(last={"wash": None}),
            Wish(("cook",), forced=frozenset({"cook"})),
            ("cook", "wash"),
        ),
        (Records(last={"wash": None}), Wish(("cook",)), None),
        (Records(last={"wash": None}), Wish(("wash", "cook")), None),
        (
            Records(last={"wash": ended(StepStatus.FAILED)}),
            Wish(("cook",), forced=frozenset({"cook"})),
            ("cook", "wash"),
        ),
        (Records(), Wish(("cook",), has_warehouse=False), ("cook", "wash")),
    ],
)
def test_a_step_whose_input_is_neither_there_nor_coming_is_found(
    records: Records, wish: Wish, missing: tuple[str, str] | None
) -> None:
    items, facts = list(planned(records, wish).values()), records.facts()
    assert first_missing_need(items, facts, has_warehouse=wish.has_warehouse) == missing
