"""The report: one page without a network, honest, the same every time, safe with hostile data."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from regulars.insights.business_overview import overview
from regulars.insights.release_reading import Reading
from regulars.serve.reports.report import write_report_of
from tests.small_release import (
    ANNA,
    BEN,
    CLEO,
    SmallRelease,
    bare_churn_report,
    churn_report,
    person,
    rejected,
)

SCRIPT = "<script>alert('anna')</script>"


def written(release: SmallRelease, folder: Path) -> str:
    return write_report_of(release.write(folder)).read_text("utf-8")


def test_the_same_release_gives_the_same_bytes(tmp_path: Path) -> None:
    folder = SmallRelease().write(tmp_path)
    names = ("report.html", "report.json", "summary.txt")
    write_report_of(folder)
    first = [(folder / name).read_bytes() for name in names]
    write_report_of(folder)
    assert [(folder / name).read_bytes() for name in names] == first


def test_the_page_asks_no_network(tmp_path: Path) -> None:
    html = written(SmallRelease(), tmp_path)
    assert "default-src 'none'" in html
    assert not re.findall(r"""(?:src|href)=["'](?!#)""", html)
    assert not re.findall(r"https?://|@import|url\(|<script|<link", html)


def test_hostile_data_stays_text(tmp_path: Path) -> None:
    reason = {"points": 9, "input": "x", "value": SCRIPT, "ordinary": SCRIPT, "words": SCRIPT}
    anna = ANNA | {
        "customer_id": SCRIPT, "city": SCRIPT, "segment": SCRIPT, "reasons": json.dumps([reason]),
    }  # fmt: skip
    release = SmallRelease(
        customers=[anna, BEN, CLEO],
        rejected=[rejected(SCRIPT)] * 2,
        files=[{"file": f"/x/{SCRIPT}.csv"}],
        about={"project": SCRIPT, "label": SCRIPT},
        churn=churn_report(verdict=SCRIPT, plan=SCRIPT, label=SCRIPT),
    )
    html = written(release, tmp_path)
    assert "<script" not in html
    assert html.count("&lt;script&gt;") > 8


def test_personal_data_is_in_none_of_the_files(tmp_path: Path) -> None:
    folder = SmallRelease().write(tmp_path)
    write_report_of(folder)
    for name in ("report.html", "report.json", "summary.txt"):
        text = (folder / name).read_text("utf-8")
        assert "Anna Berg" not in text
        assert "/home/anna" not in text
    assert "Personal data is masked (name)" in (folder / "report.html").read_text("utf-8")


def test_five_numbers_and_what_to_do_stand_first(tmp_path: Path) -> None:
    first, _, rest = written(SmallRelease(), tmp_path).partition("<section")
    assert first.count('class="tile"') == 5
    assert "What to do" in first
    assert "Can the scores be trusted?" in first
    assert "read 100" not in rest


@pytest.mark.parametrize(
    "release",
    [
        SmallRelease(),
        SmallRelease(churn=None),
        SmallRelease(customers=[], months=[], churn=None, rejected=[], read=0, kept=0),
        SmallRelease(churn=bare_churn_report()),
        SmallRelease(customers=[CLEO], months=[]),
    ],
    ids=["everything", "no churn", "nothing", "a bare churn report", "nobody bought"],
)
def test_a_page_is_written_whatever_is_missing(tmp_path: Path, release: SmallRelease) -> None:
    html = written(release, tmp_path)
    assert html.rstrip().endswith("</html>")
    assert "None" not in re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)


def test_without_churn_the_page_says_why(tmp_path: Path) -> None:
    html = written(SmallRelease(churn=None), tmp_path)
    assert "too few outcomes" in html
    assert "How good is the score?" not in html


def test_a_test_that_was_not_later_in_time_is_owned_up_to(tmp_path: Path) -> None:
    html = written(SmallRelease(churn=churn_report(rung="undated")), tmp_path)
    assert "No test in time was possible" in html


def test_a_score_that_does_not_beat_recency_says_so(tmp_path: Path) -> None:
    improvements = {"recency": {"roc_auc": {"value": 0.0, "low": -0.01, "high": 0.01}}}
    html = written(
        SmallRelease(churn=churn_report(improvements=improvements, shipped="recency")), tmp_path
    )
    assert "No model tested was certainly better than the days since the last purchase" in html
    assert "scores customers" in html


def test_the_random_split_is_marked_optimistic(tmp_path: Path) -> None:
    html = written(SmallRelease(), tmp_path)
    assert 'The champion on a random split <span class="badge warn">optimistic</span>' in html


def test_waivers_are_printed(tmp_path: Path) -> None:
    waivers = [{"column": "score_x", "by": "Anna of Risk", "why": "it is older"}]
    html = written(SmallRelease(about={"waivers": waivers}), tmp_path)
    assert "waived by Anna of Risk, because: it is older" in html


def test_mostly_refunded_customers_and_missing_consent_are_marked(tmp_path: Path) -> None:
    people = [ANNA | {"refund_share_ever": 0.5, "consent": False}, BEN | {"refund_share_ever": 0.4}]
    html = written(SmallRelease(customers=people), tmp_path)
    assert html.count("refunded</span>") == 1
    assert html.count("no consent</span>") == 1


def test_the_facts_beside_the_page_are_those_of_the_insights(tmp_path: Path) -> None:
    folder = SmallRelease().write(tmp_path)
    write_report_of(folder)
    facts = json.loads((folder / "report.json").read_text("utf-8"))
    seen = overview(Reading(folder))
    assert facts["overview"]["value_at_risk"] == seen.value_at_risk
    assert facts["reconciliation"][0]["kept"] == 98
    assert "transactions: read 100 = kept 98" in (folder / "summary.txt").read_text("utf-8")


def test_many_customers_do_not_make_the_page_long(tmp_path: Path) -> None:
    people = [person(f"c{at}", risk=at / 5000) for at in range(5000)]
    assert len(written(SmallRelease(customers=people), tmp_path)) < 200_000


def test_a_random_split_that_was_not_made_is_not_spoken_of(tmp_path: Path) -> None:
    report = churn_report()
    report["scoreboard"]["rows"] = report["scoreboard"]["rows"][:2]
    assert "random split" not in written(SmallRelease(churn=report), tmp_path)
