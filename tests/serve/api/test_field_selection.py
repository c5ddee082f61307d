"""`fields` selects what answers hold of customers; a misspelt field is refused with its neighbour."""

from __future__ import annotations

import pytest

from tests.serve.api.conftest import Shop

CHOSEN = "fields=segment&fields=customer_id,predicted_value"


@pytest.mark.parametrize("scopes", [(), ("read", "personal")], ids=["cached", "personal"])
def test_profiles_and_lists_hold_the_selected_fields_alone(shop: Shop, scopes: tuple[str]) -> None:
    client = shop.client(*scopes)  # type: ignore[arg-type]
    profile = client.get("/api/customers/anna").json()
    selected = {name: profile[name] for name in ("customer_id", "segment", "predicted_value")}
    assert selected["predicted_value"] == pytest.approx(200)
    assert client.get(f"/api/customers/anna?{CHOSEN}").json() == selected
    assert client.get("/api/customers/anna").json() == profile
    for path in ("/api/customers", "/api/churn/customers"):
        page = client.get(f"{path}?{CHOSEN}").json()
        assert page["customers"][0] == selected
        whole = client.get(path).json()
        assert whole["customers"][0] == profile
        assert page | {"customers": []} == whole | {"customers": []}


def test_a_list_of_values_has_fields_of_its_own(shop: Shop) -> None:
    client = shop.client()
    assert client.get("/api/value/customers?fields=customer_id,value").is_success
    refused = client.get("/api/value/customers?fields=customer_id,churn_probability")
    assert refused.status_code == 422


def test_a_field_that_does_not_exist_is_refused_with_the_nearest(shop: Shop) -> None:
    for path in ("/api/customers/anna", "/api/customers"):
        refused = shop.client().get(f"{path}?fields=customer_id,predictd_value")
        assert refused.status_code == 422
        assert "'predictd_value'" in refused.json()["detail"]
        assert "'predicted_value'" in refused.json()["detail"]
        assert "value_at_risk" in refused.json()["hint"]
