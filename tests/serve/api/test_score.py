"""A posted customer gets the score of the run, to the last digit."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.core.settings import read_project
from regulars.flows.steps import NAMES
from regulars.ingest.recipes import recipe_text
from regulars.release.release_store import Releases
from regulars.serve.api.app import Options, create_app
from regulars.synthetic import generate
from tests.serve.api.conftest import NOW, Shop, TestClient
from tests.small_projects import NOON, SmallProject, small_project

_LINEAGE = {
    "source_name", "batch_id", "file_name", "row_number", "landed_at", "is_deleted",
    "parse_errors", "corrected", "rejection_reason",
}  # fmt: skip
_SAME = (
    "churn_probability", "risk_score", "risk_category", "risk_percentile", "why",
)  # fmt: skip


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> SmallProject:
    """A shop with a trained score, published."""
    folder = tmp_path_factory.mktemp("company")
    (folder / "data").mkdir()
    generate("retail", folder / "data", customers=110, seed=5)
    made = small_project(folder, {"regulars.yaml": recipe_text("retail")})
    made.run(*NAMES[: NAMES.index("report")], at=NOON + timedelta(days=900))
    releases = Releases(made.project.state)
    releases.publish(releases.sealed()[0].release_id)
    return made


@pytest.fixture(scope="module")
def client(company: SmallProject) -> TestClient:
    app = create_app(
        read_project(company.folder), now=lambda: NOW, options=Options(rate=0, seconds=300)
    )
    return TestClient(app, base_url="http://localhost", client=("127.0.0.1", 50_000))


@pytest.fixture(scope="module")
def scored(company: SmallProject) -> dict[str, dict[str, Any]]:
    """What the run wrote, by customer."""
    rows = company.records("select * from ml.churn_predictions order by customer_id")
    return {row["customer_id"]: row for row in rows}


def events(company: SmallProject, ids: list[str]) -> dict[str, Any]:
    """A body with everything that the company knows of these customers."""
    listed = ", ".join(f"'{one}'" for one in ids)
    found = company.records(
        f"select * from silver.stg_transactions where rejection_reason is null and customer_id in ({listed})"
    )
    return {
        "transactions": [
            {n: plain(v) for n, v in row.items() if n not in _LINEAGE and v is not None}
            for row in found
        ]
    }


def plain(value: Any) -> Any:
    return (
        str(value)
        if isinstance(value, Decimal)
        else value.isoformat()
        if hasattr(value, "isoformat")
        else value
    )


def test_scores_are_those_of_the_run_to_the_last_digit(
    company: SmallProject, client: TestClient, scored: dict[str, dict[str, Any]]
) -> None:
    ids = list(scored)[:40]
    answer = client.post("/api/score", json=events(company, ids) | {"reasons": True})
    assert answer.status_code == 200
    found = {one["customer_id"]: one for one in answer.json()["scores"]}
    assert sorted(found) == sorted(ids)
    for customer_id in ids:
        assert {name: found[customer_id][name] for name in _SAME} == {
            name: scored[customer_id][name] for name in _SAME
        }
        assert found[customer_id]["in_population"]


def test_past_spend_stands_in_for_a_prediction_and_says_so(
    company: SmallProject, client: TestClient, scored: dict[str, dict[str, Any]]
) -> None:
    ids = list(scored)[:40]
    answer = client.post("/api/score", json=events(company, ids)).json()
    past = dict(company.rows("select customer_id, past_value from serving.customer_scored"))
    for one in answer["scores"]:
        assert one["value_basis"] == "past"
        assert one["value_if_stays"] == pytest.approx(max(float(past[one["customer_id"]]), 0.0))
        expected = one["churn_probability"] * one["value_if_stays"]
        assert one["value_at_risk"] == one["priority"] == pytest.approx(expected)
    (note,) = [note for note in answer["notes"] if note["inputs"] == ["value_if_stays"]]
    assert "past spend stands in" in note["why"]


def test_requests_of_one_moment_do_not_touch_each_other(
    company: SmallProject, client: TestClient, scored: dict[str, dict[str, Any]]
) -> None:
    ids = list(scored)[:12]
    bodies = [events(company, [one]) for one in ids]

    def ask(body: dict[str, Any]) -> dict[str, Any]:
        (found,) = client.post("/api/score", json=body).json()["scores"]
        return dict(found)

    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(ask, bodies))
    assert [one["customer_id"] for one in found] == ids
    assert [one["churn_probability"] for one in found] == [
        scored[one]["churn_probability"] for one in ids
    ]
    assert all(one["reasons"] is None for one in found)


def test_a_job_scores_in_parts_and_gives_what_requests_give(
    company: SmallProject, client: TestClient, scored: dict[str, dict[str, Any]]
) -> None:
    ids = list(scored)[:3]
    strangers = [{"customer_id": f"new-{at}"} for at in range(1_200)]
    body = events(company, ids) | {"customers": strangers, "reasons": True}
    assert client.post("/api/score", json=body).status_code == 422
    posted = client.post("/api/score/jobs", json=body)
    assert (posted.status_code, posted.json()["customers"]) == (202, 1_203)
    path = f"/api/score/jobs/{posted.json()['job_id']}"
    job = client.get(f"{path}?wait=30").json()
    while job["status"] in ("waiting", "running"):
        job = client.get(f"{path}?wait=30").json()
    assert (job["status"], job["scored"], job["error"]) == ("done", 1_203, None)
    result = client.get(f"{path}/result").json()
    assert job["release_id"] == result["release_id"]
    assert [score["customer_id"] for score in result["scores"][:1_200]] == [
        stranger["customer_id"] for stranger in strangers
    ]
    for score in result["scores"][1_200:]:
        assert {name: score[name] for name in _SAME} == {
            name: scored[score["customer_id"]][name] for name in _SAME
        }
    assert job["job_id"] in [each["job_id"] for each in client.get("/api/score/jobs").json()]
    assert client.delete(path).is_success
    assert client.get(path).status_code == client.get(f"{path}/result").status_code == 404


def test_a_job_that_cannot_be_scored_says_why(client: TestClient) -> None:
    body = {"customers": [{"customer_id": "x", "attributes": {"nobody": 1}}]}
    path = f"/api/score/jobs/{client.post('/api/score/jobs', json=body).json()['job_id']}"
    job = client.get(f"{path}?wait=30").json()
    assert job["status"] == "failed"
    assert "nobody" in job["error"]
    refused = client.get(f"{path}/result")
    assert (refused.status_code, "nobody" in refused.json()["detail"]) == (409, True)


def test_what_lies_after_the_date_changes_nothing(
    company: SmallProject, client: TestClient, scored: dict[str, dict[str, Any]]
) -> None:
    one = next(iter(scored))
    body = events(company, [one])
    body["transactions"].append(
        {"customer_id": one, "occurred_at": "2031-01-01T00:00:00", "amount": 9}
    )
    (found,) = client.post("/api/score", json=body).json()["scores"]
    assert found["churn_probability"] == scored[one]["churn_probability"]


def test_a_customer_whom_churn_is_not_asked_about_has_no_score(client: TestClient) -> None:
    old = {"customer_id": "old", "occurred_at": "2001-01-01T00:00:00", "amount": 5}
    answer = client.post("/api/score", json={"transactions": [old]}).json()
    (found,) = answer["scores"]
    assert (found["in_population"], found["churn_probability"]) == (False, None)
    assert client.post("/api/score", json={}).json()["scores"] == []


def test_what_the_rows_cannot_say_is_named_per_input(client: TestClient) -> None:
    notes = client.post("/api/score", json={"customers": [{"customer_id": "x"}]}).json()["notes"]
    told = {note["why"]: note["inputs"] for note in notes}
    assert "recency_days" in told["no transactions were posted: as if there had been none"]
    compared = next(inputs for why, inputs in told.items() if why.startswith("compared with"))
    assert "amount_standing" in compared


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"customers": [{"customer_id": "x", "attributes": {"nobody": 1}}]}, 404),
        ({"transactions": [{"customer_id": "x", "occurred_at": "soon", "amount": 1}]}, 422),
        ({"transactions": [{"customer_id": "x", "occurred_at": "2024-01-01T00:00:00"}]}, 422),
        ({"transactions": [{"customer_id": "x", "occurred_at": "2024-01-01T00:00:00", "amount": 1e13}] * 200}, 409),
        ({"as_of": "1999-01-01"}, 409),
        ({"nobody": []}, 422),
    ],
)  # fmt: skip
def test_what_cannot_be_scored_is_said_and_the_next_request_is_answered(
    client: TestClient, body: dict[str, Any], status: int
) -> None:
    assert client.post("/api/score", json=body).status_code == status
    assert client.post("/api/score", json={}).status_code == 200


def test_a_later_date_can_be_asked_for_and_is_noted(
    company: SmallProject, client: TestClient, scored: dict[str, dict[str, Any]]
) -> None:
    one = next(iter(scored))
    day = client.post("/api/score", json={}).json()["as_of"]
    later = str((scored[one]["as_of"] + timedelta(days=30)).date())
    answer = client.post("/api/score", json=events(company, [one]) | {"as_of": later}).json()
    assert (answer["as_of"], day) == (later, str(scored[one]["as_of"].date()))
    assert f"scored as of {later}" in answer["notes"][-1]["why"]


def test_a_release_without_an_estimator_cannot_score(shop: Shop) -> None:
    answer = shop.client().post("/api/score", json={})
    assert answer.status_code == 409
    assert "holds no churn estimator" in answer.json()["detail"]


def test_the_history_of_a_customer_is_that_of_the_release(
    company: SmallProject, client: TestClient, scored: dict[str, dict[str, Any]]
) -> None:
    one = next(iter(scored))
    found = client.get(f"/api/customers/{one}/history?limit=5").json()
    assert [event["happened_at"] for event in found] == sorted(
        (event["happened_at"] for event in found), reverse=True
    )
    earlier = client.get(f"/api/customers/{one}/history?until=2000-01-01").json()
    assert (len(found) > 0, earlier) == (True, [])


def test_scoring_needs_its_scope(shop: Shop) -> None:
    assert shop.client("read").post("/api/score", json={}).status_code == 403


_moments = st.datetimes().map(lambda one: one.isoformat() + "+05:30") | st.datetimes().map(str)
_numbers = st.floats(-1e13, 1e13) | st.decimals(-10, 10, places=4).map(str)
_rows = st.fixed_dictionaries(
    {"customer_id": st.text(min_size=1, max_size=8), "occurred_at": _moments, "amount": _numbers},
    optional={"order_id": st.text(min_size=1, max_size=5), "kind": st.text(max_size=8), "known_at": _moments},
)  # fmt: skip


@settings(max_examples=25, deadline=None, database=None, derandomize=True)
@given(rows=st.lists(_rows, max_size=6), reasons=st.booleans())
def test_any_rows_get_a_documented_answer(
    client: TestClient, rows: list[dict[str, Any]], reasons: bool
) -> None:
    answer = client.post("/api/score", json={"transactions": rows, "reasons": reasons})
    assert answer.status_code in {200, 409}
    if answer.status_code == 200:
        named = dict.fromkeys(row["customer_id"] for row in rows)
        assert [one["customer_id"] for one in answer.json()["scores"]] == list(named)
