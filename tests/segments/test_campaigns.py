"""Card holders: every behavioural segment is there, and each campaign has those it is meant for."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from importlib.resources import files
from types import SimpleNamespace

import duckdb
import pytest
from jinja2 import Environment

from regulars.ingest.recipes import recipe_text
from regulars.synthetic import generate
from tests.small_projects import SmallProject, small_project

WHEN = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> SmallProject:
    """300 card holders of the `cards` recipe with clusters, without churn."""
    folder = tmp_path_factory.mktemp("issuer")
    generate("cards", folder / "data", customers=300, transactions=60_000, seed=7)
    text = re.sub(r"\nchurn:\n(  .*\n)+", "\n", recipe_text("cards"))
    text = text.replace("  rules: cards", "  rules: cards\n  clusters: 3")
    made = small_project(folder, {"regulars.yaml": text})
    made.run("land", "clean", "features", "segment", "train", "value", "score", at=WHEN)
    return made


def test_every_behavioural_segment_has_a_twentieth_of_the_customers(issuer: SmallProject) -> None:
    shares = dict(
        issuer.rows("select segment, count(*) / 300.0 from gold.customer_segments group by segment")
    )
    shares.pop("Inactive", None)  # who spent nothing for a quarter behaves in no way
    assert set(shares) == {
        "High-Value Travelers",
        "New & Growing",
        "Stable Mid-Spenders",
        "Declining",
        "Budget-Conscious",
    }
    assert min(shares.values()) >= 0.05


@pytest.mark.parametrize(
    ("campaign", "segment"),
    [
        ("retention", "Declining"),
        ("onboarding", "New & Growing"),
        ("premium", "High-Value Travelers"),
    ],
)
def test_a_campaign_is_for_its_segment(issuer: SmallProject, campaign: str, segment: str) -> None:
    fits = issuer.rows(
        f"select distinct segment, eligible_for_{campaign} from serving.customer_360_profile"
    )
    assert {name for name, eligible in fits if eligible} == {segment}
    assert all(eligible is not None for _, eligible in fits)


def test_a_campaign_begins_at_its_risk_score_inclusive() -> None:
    macro = files("regulars") / "transform/macros/segments/fits_campaign.sql"
    campaigns = {"save": {"segments": ["Declining"], "from_risk": 60}}
    jinja = Environment(extensions=["jinja2.ext.do"])
    jinja.globals["var"] = lambda _: SimpleNamespace(campaigns=campaigns)
    fits = jinja.from_string(macro.read_text("utf-8")).module.fits_campaign("save", "name", "risk")
    people = (
        "(values ('a', 59.999), ('b', 60.0), ('c', null), ('Declining', 1.0)) as p (name, risk)"
    )
    assert duckdb.sql(f"select {fits} from {people}").fetchall() == [
        (False,), (True,), (False,), (True,)
    ]  # fmt: skip


def test_the_profile_names_the_cluster(issuer: SmallProject) -> None:
    wrong = issuer.rows(
        "select count(*) from serving.customer_scored s join ml.customer_clusters c "
        "using (customer_id, as_of) where s.cluster_name is distinct from c.cluster_name"
    )
    named = issuer.column("select distinct cluster_name from serving.customer_scored")
    assert wrong == [(0,)]
    assert len(named) == 3
