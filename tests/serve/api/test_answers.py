"""What the API answers: the numbers of insights, from one release, page by page."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime

import pytest

from regulars.core.settings import read_project
from regulars.insights.audiences import Audience
from regulars.insights.campaign_results import campaign
from regulars.insights.customer_profiles import customer
from regulars.insights.masking import MASK
from regulars.insights.release_reading import read_current
from tests.serve.api.conftest import Shop
from tests.small_release import RELEASE_ID, SmallRelease, person


def test_health_details_metrics_runs_and_artifacts(shop: Shop) -> None:
    client = shop.client()
    assert client.get("/api/health").json() == {
        "status": "ok", "version": client.get("/api/health").json()["version"],
        "release_id": RELEASE_ID,
    }  # fmt: skip
    details = client.get("/api/details").json()
    assert (details["release_id"], details["customers"]) == (RELEASE_ID, 3)
    assert client.get("/api/metrics").json() == {}
    assert client.get("/api/model-runs").json() == []
    names = [one["name"] for one in client.get("/api/artifacts").json()]
    assert {"churn.json", "customer_360_profile.parquet", "manifest.json"} <= set(names)
    assert details["artifacts"] == len(names)


def test_every_answer_names_what_a_quick_run_left_to_the_next(shop: Shop) -> None:
    parts = ("churn_score", "customer_values")
    people = [person("anna"), person("ben", left_at=datetime(2024, 5, 1))]
    shop.publish(SmallRelease(customers=people, churn=None, not_yet=parts), "quick")
    client, words = shop.client(), ["churn scores", "predicted customer values"]
    for path in ("customers/anna", "segments", "value", "details"):
        header = client.get(f"/api/{path}").headers["Regulars-Not-Yet-Computed"]
        assert json.loads(header) == words
    export = client.post("/api/audiences/export", json={})
    assert json.loads(export.headers["Regulars-Not-Yet-Computed"]) == words
    assert "Not yet computed" in export.text
    assert client.get("/api/details").json()["not_yet_computed"] == words
    assert client.get("/api/metrics").json() == {"not_yet_computed": words}
    refused = client.get("/api/churn")
    assert (refused.status_code, "`regulars run`" in refused.json()["detail"]) == (404, True)
    score = client.post("/api/score", json={"customers": [{"customer_id": "new"}]})
    assert "not yet computed" in score.text


def test_a_profile_is_that_of_insights(shop: Shop) -> None:
    reading = read_current(read_project(shop.root))
    answer = shop.client().get("/api/customers/anna")
    expected = asdict(customer(reading, "anna"))
    assert answer.json() == expected | {"reasons": list(expected["reasons"])}
    assert answer.headers["X-Regulars-Release"] == RELEASE_ID


def test_why_a_score_and_what_happened(shop: Shop) -> None:
    client = shop.client()
    assert client.get("/api/customers/anna/reasons").json()["sure"]["observed"] == 0.7
    assert client.get("/api/customers/anna/history").json() == []
    assert client.get("/api/customers/nobody/history").status_code == 404


def test_an_id_may_hold_what_an_address_may_not(shop: Shop) -> None:
    shop.publish(SmallRelease(customers=[person("a/b c", risk=0.5)]), "second")
    client = shop.client()
    assert client.get("/api/customers/a%2Fb%20c").json()["customer_id"] == "a/b c"
    assert client.get("/api/customers/a%2Fb%20c/reasons").status_code == 200


def test_lists_have_pages_sorts_and_filters(shop: Shop) -> None:
    client = shop.client()

    def ids(path: str) -> list[str]:
        return [one["customer_id"] for one in client.get(path).json()["customers"]]

    assert ids("/api/customers") == ["anna", "ben", "cleo"]
    assert ids("/api/customers?limit=1&offset=1") == ["ben"]
    assert ids("/api/customers?sort=customer_id&order=desc") == ["cleo", "ben", "anna"]
    assert ids("/api/customers?q=EN") == ["ben"]
    assert ids("/api/customers?segment=Lost&segment=Champions") == ["anna", "ben"]
    assert ids("/api/customers?where=city%3DOslo") == ["anna"]
    assert ids("/api/customers?min_value=600") == ["anna"]
    assert ids("/api/churn/customers") == ["anna", "ben"]
    assert ids("/api/churn/customers?risk=Low") == ["ben"]
    assert ids("/api/value/customers") == []


def test_a_misspelt_filter_is_refused_and_never_answers_about_everybody(shop: Shop) -> None:
    client = shop.client()
    for query, status, message in (
        ("segmnt=Champions", 422, "There is no parameter 'segmnt' here; did you mean 'segment'?"),
        ("segment=Champoins", 404, "there is no segment 'Champoins'; did you mean 'Champions'?"),
        ("where=city%3DOlso", 404, "no customer has the city 'Olso'; did you mean 'Oslo'?"),
    ):
        answer = client.get(f"/api/customers?{query}")
        assert (answer.status_code, answer.json()["detail"]) == (status, message)
    assert "min_value" in client.get("/api/customers?lowest=5").json()["hint"]
    assert client.get("/api/segments?segment=Lost").json()["hint"]


def test_segments_churn_and_value(shop: Shop) -> None:
    client = shop.client()
    assert [one["name"] for one in client.get("/api/segments").json()] == ["Champions", "Lost"]
    assert client.get("/api/churn").json()["champion"]
    assert client.get("/api/value").json()["why_none"]
    shop.publish(SmallRelease(churn=None), "second")
    assert "too few outcomes" in client.get("/api/churn").json()["detail"]


def test_a_campaign_is_that_of_insights(shop: Shop) -> None:
    found = campaign(read_current(read_project(shop.root)), Audience(risks=("High",)))
    body = {"audience": {"risks": ["High"]}}
    answer = shop.client().post("/api/campaigns/simulate", json=body).json()
    assert answer["simulation"]["honest"]["outcome"]["net"] == found.simulation.honest.outcome.net  # type: ignore[union-attr]
    assert answer["recommendations"] == list(found.recommendations)
    assert answer["audience"]["ranges"] == {}


def test_an_audience_is_described_and_streamed(shop: Shop) -> None:
    client = shop.client()
    told = client.post("/api/audiences", json={}).json()
    assert told["totals"]["customers"] == 3
    assert {one["name"] for one in told["by_risk"]} == {"High", "Low", "Not Scored"}
    rows = client.post("/api/audiences/export", json={"most": 2}).text.splitlines()
    assert [row.split(",")[0] for row in rows] == ['"customer_id"', '"anna"', '"ben"']
    whole = client.post("/api/audiences/export?format=parquet", json={}).content
    assert whole[:4] == whole[-4:] == b"PAR1"


def test_personal_data_are_masked_without_the_scope(shop: Shop) -> None:
    masked, shown = shop.client("read"), shop.client("read", "personal")
    assert masked.get("/api/customers/anna").json()["attributes"]["name"] == MASK
    assert shown.get("/api/customers/anna").json()["attributes"]["name"] == "Anna Berg"
    assert masked.get("/api/customers/anna").json()["attributes"]["name"] == MASK
    assert masked.get("/api/customers?q=berg").json()["not_searched"] == ["name"]
    assert shown.get("/api/customers?q=berg").json()["total"] == 1
    assert masked.get("/api/customers?where=name%3DAnna+Berg").status_code == 403
    assert MASK in masked.post("/api/audiences/export", json={"most": 1}).text
    assert "Anna Berg" in shown.post("/api/audiences/export", json={"most": 1}).text


def test_files_with_rows_are_handed_out_with_the_scope_only(shop: Shop) -> None:
    masked, shown = shop.client("read"), shop.client("read", "personal")
    table = "/api/artifacts/customer_360_profile.parquet"
    assert masked.get(table).status_code == 404
    assert shown.get(table).content[:4] == b"PAR1"
    assert masked.get("/api/artifacts/churn.json").json()["champion"] == "blend"


@pytest.mark.parametrize("name", ["..%2F..%2Fregulars.yaml", "%2Fetc%2Fpasswd", "nothing.json", ""])
def test_only_files_of_the_release_are_handed_out(shop: Shop, name: str) -> None:
    assert shop.client("read", "personal").get(f"/api/artifacts/{name}").status_code == 404


def test_a_new_release_is_seen_by_the_next_request(shop: Shop) -> None:
    client = shop.client()
    assert client.get("/api/customers/anna").status_code == 200
    shop.publish(SmallRelease(customers=[person("zoe", risk=0.5)]), "second")
    answer = client.get("/api/customers/zoe")
    assert (answer.status_code, answer.headers["X-Regulars-Release"]) == (200, "second")
    assert client.get("/api/customers/anna").status_code == 404


def test_the_same_question_is_answered_from_the_cache(shop: Shop) -> None:
    client = shop.client()
    first = client.get("/api/customers?limit=1&q=anna").content
    assert client.get("/api/customers?q=anna&limit=1").content == first
    told = client.get("/metrics").text
    assert 'regulars_cache_total{outcome="hit"} 1.0' in told
    assert 'regulars_requests_total{method="GET",route="/api/customers",status="200"} 2.0' in told


def test_the_documentation_needs_no_network(shop: Shop) -> None:
    page = shop.client().get("/docs")
    assert "http://" not in page.text.replace("http://127.0.0.1:8000", "")
    assert "https://" not in page.text
    assert "/api/customers/{customer_id}" in page.text
    assert "<script" not in page.text
