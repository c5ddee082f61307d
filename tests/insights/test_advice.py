"""Advice: every sentence is what its numbers say, on releases by hand and on random ones."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regulars.insights.advice import (
    ActOnSegment,
    Advice,
    Contact,
    ContactNobody,
    Protect,
    advice,
)
from regulars.insights.advice_words import advice_in_words
from regulars.insights.amounts import count, percent, unit_of
from regulars.insights.release_reading import Reading
from tests.small_release import (
    ANNA,
    Rows,
    SmallRelease,
    churn_report,
    figure,
    person,
    rejected,
)


def said(release: SmallRelease, folder: Path) -> str:
    return " ".join(f"{one.do} {one.because}" for one in advice_in_words(release.reading(folder)))


@pytest.mark.parametrize(("lost", "told"), [(9, False), (10, True)])
def test_rejected_rows_are_worth_saying_from_one_in_a_hundred(
    tmp_path: Path, lost: int, told: bool
) -> None:
    release = SmallRelease(rejected=[rejected("price is zero")] * lost, read=1000, kept=1000 - lost)
    assert ("Fix the data" in said(release, tmp_path)) is told


def test_rows_that_do_not_add_up_come_first(tmp_path: Path) -> None:
    assert "Find the lost rows." in said(SmallRelease(kept=90), tmp_path)


def test_without_a_usable_signal_nobody_is_to_be_ranked(tmp_path: Path) -> None:
    release = SmallRelease(churn=churn_report(ranks_customers=False))
    words = said(release, tmp_path)
    assert "Do not rank customers by their risk." in words
    assert "highest priority" not in words


@pytest.mark.parametrize(("shipped", "told"), [("recency", True), ("blend", False)])
def test_ranking_by_recency_is_advised_only_where_recency_ships(
    tmp_path: Path, shipped: str, told: bool
) -> None:
    no_better = {"recency": {"roc_auc": figure(0.0), "log_loss": figure(0.0)}}
    release = SmallRelease(churn=churn_report(shipped=shipped, improvements=no_better))
    assert ("Use the days since the last purchase" in said(release, tmp_path)) is told


def test_contacts_that_never_pay_are_advised_against(tmp_path: Path) -> None:
    release = SmallRelease(customers=[ANNA | {"worth_contacting": False}])
    assert "Contact no customer at these costs." in said(release, tmp_path)


def test_those_to_start_with_are_some_of_those_for_whom_a_contact_pays(tmp_path: Path) -> None:
    # 520 scored, of whom it pays for five: a tenth of all would be 52.
    people = [
        person(f"c{at:03}", risk=0.5, value=1000.0 - at) | {"worth_contacting": at < 5}
        for at in range(520)
    ]
    words = said(SmallRelease(customers=people), tmp_path)
    assert "Contact the 5 customers for whom it pays off (" in words
    assert "Start with the 1 customer of highest priority among them" in words
    assert "52" not in words.replace("£", "").split("at risk")[0]


LOYAL = [person(f"c{at}", risk=0.2, value=900.0, monetary=900, recency=5) for at in range(3)]


def one_more(**known: Any) -> SmallRelease:
    return SmallRelease(customers=[*LOYAL, person("dora", value=500.0, monetary=90, **known)])


@pytest.mark.parametrize(
    ("risk", "recency", "verb"),
    [
        (0.95, 200, "Win back At Risk."),
        (0.5, 30, "Win back At Risk."),
        (0.49, 200, "Keep At Risk from leaving."),  # most of them are expected to stay
        (0.95, 29, "Keep At Risk from leaving."),  # they bought within the last month
        (0.95, 3, "Keep At Risk from leaving."),
        (0.21, 200, None),  # hardly more than the others
    ],
)
def test_a_segment_is_won_back_only_where_it_is_mostly_gone(
    tmp_path: Path, risk: float, recency: int, verb: str | None
) -> None:
    words = said(one_more(risk=risk, recency=recency, segment="At Risk"), tmp_path)
    assert "Do not lose Champions." in words
    verbs = [one for one in ("Win back At Risk.", "Keep At Risk from leaving.") if one in words]
    assert verbs == ([verb] if verb else [])


def test_a_segment_that_hardly_leaves_needs_no_work(tmp_path: Path) -> None:
    people = [person("anna", risk=0.002, monetary=900), person("ben", risk=0.02, segment="Lost")]
    assert "Lost" not in said(SmallRelease(customers=people), tmp_path)


def test_who_is_not_scored_is_not_among_those_expected_to_churn(tmp_path: Path) -> None:
    people = [*LOYAL, person("dora", risk=0.9, value=900.0, recency=200, segment="Lost")]
    people += [person(f"gone{at}", recency=400, segment="Lost") for at in range(9)]
    words = said(SmallRelease(customers=people), tmp_path)
    assert "10 customers, half of them 400 days or longer away. The 1 of them who is" in words
    assert "90.0 % are expected to churn, against 37.5 % of all scored customers" in words


def test_who_fits_no_segment_is_neither_won_back_nor_protected(tmp_path: Path) -> None:
    other = [person(f"o{at}", risk=0.9, monetary=9000, segment="Other") for at in range(2)]
    assert "Other" not in said(SmallRelease(customers=[*LOYAL, *other]), tmp_path)


def test_nobody_is_won_back_where_no_contact_pays(tmp_path: Path) -> None:
    poor = one_more(risk=0.9, recency=200, segment="Lost")
    poor.customers = [one | {"worth_contacting": False} for one in poor.customers]
    words = said(poor, tmp_path)
    assert "Contact no customer" in words
    assert "Win back" not in words


def test_those_long_gone_are_not_the_ones_not_to_lose(tmp_path: Path) -> None:
    gone = [person("dora", risk=0.9, monetary=90_000, recency=300, segment="Lost")]
    words = said(SmallRelease(customers=[*LOYAL, *gone]), tmp_path)
    assert "Do not lose Lost" not in words
    assert "Win back Lost." in words


def test_advice_carries_its_numbers(tmp_path: Path) -> None:
    (piece, *_) = advice_in_words(SmallRelease().reading(tmp_path))
    assert piece.facts["kind"] == "contact"
    assert (piece.facts["customers"], piece.facts["scored"]) == (2, 2)


customers = st.builds(
    lambda segment, risk, value, spend, recency, pays: (
        person("?", segment=segment, risk=risk, value=value, monetary=spend, recency=recency)
        | {"worth_contacting": pays if risk is not None else None}
    ),
    segment=st.sampled_from(["Champions", "Lost", "New Customers", "At Risk", "Other"]),
    risk=st.one_of(st.none(), st.sampled_from([0.0, 0.02, 0.5, 0.98]), st.floats(0, 1)),
    value=st.sampled_from([0.0, 1.0, 35.5, 900.0, 40_000.0]),
    spend=st.sampled_from([-40, 0, 10, 150, 9_000]),
    recency=st.sampled_from([1, 3, 29, 30, 90, 364, 475]),
    pays=st.booleans(),
)


@st.composite
def releases(draw: st.DrawFn) -> SmallRelease:
    """Any customers; costs that are known of all or of none; any test."""
    people = draw(st.lists(customers, min_size=1, max_size=40))
    costs = draw(st.booleans())
    people = [
        one | {"customer_id": f"c{at:02}"} | ({} if costs else {"worth_contacting": None})
        for at, one in enumerate(people)
    ]
    report = churn_report(
        ranks_customers=draw(st.booleans()),
        shipped=draw(st.sampled_from(["blend", "recency"])),
        rung=draw(st.sampled_from(["full", "undated"])),
    )
    return SmallRelease(customers=people, churn=draw(st.sampled_from([report, report, None])))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(release=releases())
def test_no_sentence_contradicts_the_customers_it_is_about(release: SmallRelease) -> None:
    with TemporaryDirectory() as folder:
        reading = release.reading(Path(folder))
        given_advice, sentences = advice(reading), advice_in_words(reading)
        assert len(given_advice) == len(sentences) <= 5
        for piece, sentence in zip(given_advice, sentences, strict=True):
            assert sentence.facts == asdict(piece)
            agree(piece, f"{sentence.do} {sentence.because}", release.customers, reading)
        named = [piece.segment.name for piece in given_advice if hasattr(piece, "segment")]
        assert len(named) == len(set(named))


def agree(piece: Advice, words: str, people: Rows, reading: Reading) -> None:
    """Compare a piece of advice, and what is printed of it, with the customers themselves."""
    scored = [one for one in people if one["churn_probability"] is not None]
    paying = [one for one in scored if one["worth_contacting"]]
    if isinstance(piece, ContactNobody):
        assert scored
        assert not paying
    if isinstance(piece, Contact):
        _agree_on_contacts(piece, words, scored)
    if isinstance(piece, Protect | ActOnSegment):
        assert piece.segment.name != "Other"
        members = [one for one in people if one["segment"] == piece.segment.name]
        assert piece.segment.customers == len(members)
        assert piece.segment.scored == sum(one in scored for one in members)
        if isinstance(piece, ActOnSegment):
            _agree_on_leaving(piece, words, members, people)
        else:
            _agree_on_sales(piece, words, members, people)
    assert unit_of(reading).short(-1) not in words


def _agree_on_contacts(piece: Contact, words: str, scored: Rows) -> None:
    costs = any(one["worth_contacting"] is not None for one in scored)
    chosen = [
        one for one in scored if one["priority"] > 0 and (one["worth_contacting"] or not costs)
    ]
    ranked = sorted((one["priority"] for one in chosen), reverse=True)
    assert (piece.customers, piece.scored, piece.costs_known) == (len(chosen), len(scored), costs)
    assert 1 <= piece.first <= piece.customers
    assert piece.at_risk == pytest.approx(sum(ranked), abs=1e-3)
    assert piece.first_at_risk == pytest.approx(sum(ranked[: piece.first]), abs=1e-3)
    if words.startswith("Contact the"):
        assert words.startswith(f"Contact the {count(len(chosen))} customer")
        assert percent(piece.at_risk / piece.all_at_risk, 0) in words
    else:
        assert words.startswith(f"Start with the {piece.first} customer")
        assert piece.customers > 0.8 * piece.scored or not costs


def _agree_on_leaving(piece: ActOnSegment, words: str, members: Rows, people: Rows) -> None:
    chances = [one["churn_probability"] for one in members if one["churn_probability"] is not None]
    everybody = [one["churn_probability"] for one in people if one["churn_probability"] is not None]
    churn, usual = sum(chances) / len(chances), sum(everybody) / len(everybody)
    assert piece.segment.churn == pytest.approx(churn, abs=1e-5)
    assert churn > usual
    assert churn >= 0.0499
    assert percent(piece.segment.churn) in words
    assert percent(piece.segment.churn) != percent(piece.usual_churn)
    if piece.kind == "win_back":
        away = median(one["recency"] for one in members)
        assert churn >= 0.4999
        assert away >= 30
        assert away > median(one["recency"] for one in people) or away >= 182
        assert words.startswith("Win back")
    else:
        assert "Win back" not in words
        assert "longer away" not in words


def _agree_on_sales(piece: Protect, words: str, members: Rows, people: Rows) -> None:
    total, bring = sum(one["monetary"] for one in people), sum(one["monetary"] for one in members)
    assert total > 0
    assert bring / total > len(members) / len(people)
    assert bring <= total
    assert f"bring {percent(bring / total, 0)} of sales" in words
