"""A snapshot with labels: who left is known, so lists, sums and campaigns are about the others.

The same project has a waiver, and every surface prints it.
"""

from __future__ import annotations

import json
import random
import warnings
from typing import Any

import pyarrow.parquet as pq
import pytest
from rich.console import Console

from regulars.cli.answering.summary import overview_lines, print_lines
from regulars.cli.app import main
from regulars.insights.audiences import Audience, audience_totals, export_batches
from regulars.insights.business_overview import overview
from regulars.insights.cautions import caution_sentences
from regulars.insights.customer_profiles import customer, risk_bins, top_customers
from regulars.insights.customer_search import Paging, search_customers
from regulars.insights.customer_values import value_page, value_summary
from regulars.insights.portfolio import portfolio
from regulars.insights.release_reading import Reading, read_current
from regulars.insights.segment_figures import segments
from tests.small_projects import SmallProject, small_project

pytest.importorskip("fastapi", reason="needs the extra 'api'")
pytest.importorskip("streamlit")

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # its HTTP client has a successor, which nobody has yet
    from starlette.testclient import TestClient

from streamlit.testing.v1 import AppTest

from regulars.serve.api.app import Options, create_app

SETTINGS = """
version: 1
project: subscribers
sources:
  people: {path: people.csv}
  sales: {path: sales.csv}
entities:
  customers:
    source: people
    columns: {customer_id: who, left_at: ended}
    attributes:
      months: {column: months, type: number}
      calls: {column: calls, type: number}
      fee: {column: fee, type: number}
      attrition_points: {column: points, type: number}
  transactions:
    source: sales
    columns: {customer_id: who, occurred_at: day, amount: total}
  labels:
    source: people
    columns: {customer_id: who, churned: gone}
churn: {kind: labelled}
value: {attribute: fee}
leakage:
  accept:
    - {column: attrition_points, by: Anna Berg, why: given at sign-up}
"""
PEOPLE = 240
DATED = "c7"  # left by date, whatever the label says
WAIVED = ("attrition_points", "Anna Berg", "given at sign-up")


def files() -> dict[str, str]:
    """Short contracts leave more often; whoever left bought as well."""
    draw = random.Random(7)
    people, sales = ["who,months,calls,fee,points,gone,ended"], ["who,day,total"]
    for number in range(PEOPLE):
        months, calls = draw.randrange(1, 60), draw.randrange(9)
        gone = draw.random() < (0.7 if months < 15 else 0.15)
        who = f"c{number}"
        ended = "2024-03-01" if who == DATED else ""
        if who == DATED:
            gone = False
        points = round(draw.gauss(1.0 if gone else 0.5, 1.0), 3)
        people.append(f"{who},{months},{calls},{draw.randrange(5, 90)},{points},{gone},{ended}")
        sales += [f"{who},2024-0{month}-1{draw.randrange(9)},{months}" for month in (2, 4, 6)]
    return {
        "regulars.yaml": SETTINGS,
        "people.csv": "\n".join(people) + "\n",
        "sales.csv": "\n".join(sales) + "\n",
    }


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> SmallProject:
    made = small_project(tmp_path_factory.mktemp("snapshot") / "subscribers", files())
    outcome = made.run()
    assert [step.name for step in outcome.steps if step.status == "failed"] == []
    return made


@pytest.fixture(scope="module")
def reading(snapshot: SmallProject) -> Reading:
    return read_current(snapshot.project)


@pytest.fixture(scope="module")
def left(snapshot: SmallProject) -> frozenset[str]:
    """Who left: by label, and the one by date."""
    rows = (snapshot.folder / "people.csv").read_text("utf-8").splitlines()[1:]
    return frozenset({row.split(",")[0] for row in rows if ",True," in row} | {DATED})


def test_only_who_has_not_left_is_scored_ranked_and_valued_at_risk(
    reading: Reading, left: frozenset[str]
) -> None:
    scored = {row["customer_id"]: row for row in reading.rows("select * from customer_scored")}
    assert len(scored) == PEOPLE
    assert {name for name, row in scored.items() if row["has_left"]} == left
    assert {name for name, row in scored.items() if row["churn_probability"] is None} == left
    for name in left:
        row = scored[name]
        unknown = ("risk_percentile", "value_at_risk", "priority", "predicted_value", "reasons")
        assert [row[column] for column in unknown] == [None] * len(unknown)
        assert not any(row[f"eligible_for_{each}"] for each in ("retention", "premium"))
    assert max(row["risk_percentile"] or 0 for row in scored.values()) == 100


def test_lists_audiences_and_sums_are_about_those_who_have_not_left(
    reading: Reading, left: frozenset[str]
) -> None:
    stay = PEOPLE - len(left)
    figures = overview(reading)
    assert (figures.customers, figures.left, figures.scored) == (PEOPLE, len(left), stay)
    assert sum(each.customers for each in risk_bins(reading)) == stay
    totals = audience_totals(reading, Audience())
    assert (totals.customers, totals.scored) == (stay, stay)
    assert totals.expected_leavers == pytest.approx(figures.expected_leavers)
    assert totals.value_at_risk == pytest.approx(figures.value_at_risk)
    assert portfolio(reading, Audience()).left == 0
    _, batches = export_batches(reading, Audience())
    exported = {str(name) for batch in batches for name in batch["customer_id"]}
    listed = {each.customer_id for each in top_customers(reading, limit=PEOPLE)}
    valued = {each.customer_id for each in value_page(reading, Audience(), limit=PEOPLE).customers}
    best = {each.customer_id for each in value_summary(reading, limit=PEOPLE).customers}
    for names in (exported, listed, valued, best):
        assert not names & left
    assert len(exported) == len(listed) == stay
    assert sum(segment.worth_contacting or 0 for segment in segments(reading)) <= stay


def test_a_customer_who_left_is_still_there_and_says_so(
    reading: Reading, left: frozenset[str]
) -> None:
    for name in (DATED, min(left - {DATED})):
        assert customer(reading, name).has_left
        found = search_customers(reading, name, page=Paging(limit=900)).customers
        assert name in {each.customer_id for each in found}
    assert f"{len(left)} customers have left already" in overview(reading).population_words


def test_scores_are_those_that_the_figures_of_the_test_rest_on(
    reading: Reading, left: frozenset[str]
) -> None:
    tested = pq.read_table(reading.folder / "predictions.parquet").to_pylist()
    out_of_fold = {row["customer_id"]: row["churn_probability"] for row in tested}
    assert len(out_of_fold) == PEOPLE
    rows = reading.rows(
        "select customer_id, churn_probability from customer_scored where not has_left"
    )
    assert {row["customer_id"]: row["churn_probability"] for row in rows} == {
        name: probability for name, probability in out_of_fold.items() if name not in left
    }


def test_those_scored_are_compared_with_those_who_had_not_left_at_training(
    reading: Reading,
) -> None:
    assert reading.churn is not None
    assert reading.churn.drift is not None
    assert all(line.psi < 0.1 for line in reading.churn.drift.inputs)


def answered(made: SmallProject, *words: str) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--project", str(made.folder), *words])
    assert ended.value.code == 0


def says_waiver(text: str) -> bool:
    return all(" ".join(part.split()) in " ".join(text.split()) for part in WAIVED)


def test_every_surface_prints_the_waiver_beside_the_figures(
    snapshot: SmallProject, reading: Reading, capsys: pytest.CaptureFixture[str]
) -> None:
    (sentence,) = caution_sentences(reading)
    assert says_waiver(sentence)
    folder = reading.folder
    html = (folder / "report.html").read_text("utf-8")
    first = html[: html.index('aria-label="Contents"')]
    assert says_waiver(first)
    assert first.count("rests on a waiver") >= 3  # in the tiles
    assert says_waiver(html[html.index('id="test"') : html.index('id="leakage"')])
    for name in ("summary.txt", "card.md", "card.html"):
        assert says_waiver((folder / name).read_text("utf-8").replace("&#x27;", "'")), name
    for words in (["churn"], ["--json", "churn"], ["status"], ["--json", "status"]):
        answered(snapshot, *words)
        assert says_waiver(capsys.readouterr().out), words
    for words in (["top"], ["segments"], ["campaign"], ["explain", "c1"], ["value"]):
        answered(snapshot, *words)
        assert says_waiver(capsys.readouterr().err), words
    print_lines(overview_lines(reading), Console(width=400))
    assert says_waiver(capsys.readouterr().out)


def client_of(made: SmallProject) -> Any:
    app = create_app(made.project, now=lambda: "2024-07-01T12:00:00", options=Options(rate=0))
    return TestClient(app, base_url="http://localhost", client=("127.0.0.1", 50_000))


def test_every_answer_of_the_api_carries_the_waiver(
    snapshot: SmallProject, left: frozenset[str]
) -> None:
    with client_of(snapshot) as client:
        for path in ("churn", "metrics", "customers?limit=900", "churn/customers?limit=900"):
            answer = client.get(f"/api/{path}")
            assert says_waiver(answer.text), path
            assert says_waiver(" ".join(json.loads(answer.headers["Regulars-Cautions"]))), path
            if "limit" in path:
                listed = {each["customer_id"] for each in answer.json()["customers"]}
                assert len(listed) == PEOPLE - len(left)
        assert says_waiver(json.dumps(client.get("/api/model-runs").json()[0]))
        assert says_waiver(client.get("/api/segments").headers["Regulars-Cautions"])
        posted = {"customers": [{"customer_id": "new", "attributes": {"months": 3}}]}
        assert says_waiver(client.post("/api/score", json=posted).text)


def test_the_posted_rows_of_a_customer_give_the_score_of_the_release(
    snapshot: SmallProject, reading: Reading, left: frozenset[str]
) -> None:
    rows = (snapshot.folder / "people.csv").read_text("utf-8").splitlines()[1:]
    who, months, calls, fee, points, *_ = next(
        row.split(",") for row in rows if row.split(",")[0] not in left
    )
    attributes = {"months": months, "calls": calls, "fee": fee, "attrition_points": points}
    sales = (snapshot.folder / "sales.csv").read_text("utf-8").splitlines()[1:]
    body = {
        "customers": [
            {"customer_id": who, "attributes": {name: float(v) for name, v in attributes.items()}},
            {"customer_id": "gone", "left_at": "2024-01-05T00:00:00"},
        ],
        "transactions": [
            {"customer_id": who, "occurred_at": f"{day}T00:00:00", "amount": float(total)}
            for customer_id, day, total in (row.split(",") for row in sales)
            if customer_id == who
        ],
    }
    with client_of(snapshot) as client:
        scores = client.post("/api/score", json=body).json()["scores"]
    assert scores[0]["churn_probability"] == customer(reading, who).churn_probability
    assert [score["in_population"] for score in scores] == [True, False]


def test_the_dashboard_prints_the_waiver_on_every_page(snapshot: SmallProject) -> None:
    def script(folder: str, page: str) -> None:
        from importlib import import_module
        from pathlib import Path

        from regulars.serve.dashboard.frame import draw_page

        panel = import_module(f"regulars.serve.dashboard.panels.{page}")
        draw_page("A page", panel.draw, folder=Path(folder))

    for page in ("overview_page", "churn_page"):
        shown = AppTest.from_function(script, args=(str(snapshot.folder), page)).run(timeout=60)
        assert any(says_waiver(error.value.replace("\\", "")) for error in shown.error), page
