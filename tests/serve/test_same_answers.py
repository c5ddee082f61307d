"""One fact has one value: report, dashboard, commands and API say the same of five companies."""

from __future__ import annotations

import csv
import html
import json
import re
import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

pytest.importorskip("streamlit", reason="needs the extra 'dashboard'")
pytest.importorskip("fastapi", reason="needs the extra 'api'")

from streamlit.testing.v1 import AppTest

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # its HTTP client has a successor, which nobody has yet
    from starlette.testclient import TestClient

from regulars.cli.app import app
from regulars.cli.console import plain
from regulars.ingest.recipes import recipe_text
from regulars.insights.amounts import (
    Unit,
    costs_words,
    count,
    customer_value_unit,
    decimal,
    percent,
    unit_of,
)
from regulars.insights.amounts import plain as plain_number
from regulars.insights.audiences import Audience, audience_totals
from regulars.insights.business_overview import overview
from regulars.insights.campaign_results import campaign
from regulars.insights.churn_evaluation import churn_scoreboard
from regulars.insights.customer_profiles import top_customers
from regulars.insights.customer_values import value_summary
from regulars.insights.release_reading import Reading, read_current
from regulars.insights.segment_figures import segments
from regulars.insights.value_words import value_note
from regulars.release.contact_costs import ContactCosts
from regulars.serve.api.app import Options, create_app
from regulars.serve.api.keys import Keys
from regulars.synthetic import generate
from tests.small_projects import SmallProject, small_project

COMPANIES = {"retail": 150, "telco": 200, "crm": 120, "cards": 200, "airline": 800}
RECIPES = [
    *("retail", "telco", "crm"),
    *(pytest.param(recipe, marks=pytest.mark.slow) for recipe in ("cards", "airline")),
]
ASKED_AT = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
TOP = 20
Facts = dict[str, str]


@dataclass(frozen=True)
class Company:
    """A company of a recipe that was run, and what its release says."""

    made: SmallProject

    @cached_property
    def reading(self) -> Reading:
        return read_current(self.made.project)

    @cached_property
    def formats(self) -> Formats:
        return Formats(unit_of(self.reading), customer_value_unit(self.reading))

    def command(self, *words: str) -> str:
        answer = CliRunner().invoke(app, ["--project", str(self.made.folder), *words])
        assert answer.exit_code == 0, answer.output
        return answer.stdout

    def json_of(self, *words: str) -> Any:
        return json.loads(self.command("--json", *words))

    @property
    def release(self) -> Path:
        return self.reading.folder


@dataclass(frozen=True)
class Formats:
    """What JSON says, as people read it: the same words for every surface."""

    unit: Unit
    value: Unit

    def business(self, figures: Mapping[str, Any]) -> Facts:
        costs = ContactCosts.model_validate(figures["costs"])
        return {
            "customers": count(figures["customers"]),
            "eligible": count(figures["scored"]),
            "expected to churn": count(figures["expected_leavers"]),
            "mean probability": percent(figures["mean_probability"]),
            "high risk": count(figures["high_risk"]),
            "past value": self.unit.short(figures["past_value"]),
            "predicted value": self.value.short(figures["predicted_value"]),
            "value at risk": self.value.short(figures["value_at_risk"]),
            "value if they stay": self.value.short(figures["value_if_stays"]),
            "pays off for": count(figures["worth_contacting"]),
            "costs": costs_words(costs, self.value),
        }

    def segments(self, rows: Iterable[Mapping[str, Any]]) -> Facts:
        return {f"{row['name']}: {name}": text for row in rows for name, text in self._segment(row)}

    def _segment(self, row: Mapping[str, Any]) -> list[tuple[str, str]]:
        return [
            ("customers", count(row["customers"])),
            ("share", percent(row["share"])),
            ("amount", self.unit.whole(row["amount"])),
            ("share of amount", percent(row["amount_share"])),
            ("recency", plain_number(row["recency"])),
            ("frequency", decimal(row["frequency"], 1)),
            ("spend", self.unit.whole(row["spend"])),
            ("churn", percent(row["churn"])),
            ("expected to churn", count(row["expected_leavers"])),
            ("value at risk", self.value.whole(row["value_at_risk"])),
        ]

    def customers(self, rows: Iterable[Mapping[str, Any]]) -> Facts:
        facts = {}
        for row in rows:
            name = row["customer_id"]
            facts[f"{name}: risk"] = decimal(row["risk_score"], 0)
            facts[f"{name}: percentile"] = decimal(row["risk_percentile"], 0)
            facts[f"{name}: value if stays"] = self.value.whole(row["value_if_stays"])
            facts[f"{name}: value at risk"] = self.value.whole(row["value_at_risk"])
        return facts

    def test(self, board: Mapping[str, Any]) -> Facts:
        names = ("roc_auc", "pr_auc", "lift_at_10", "log_loss", "calibration_error")
        return {
            f"{line['words']} {line['kind']}: {name}": decimal(line["metrics"][name]["value"])
            for line in board["lines"]
            for name in names
            if name in line["metrics"]
        } | {"threshold of the test": percent(board["threshold"])}

    def contacts(self, money: Mapping[str, Any] | None) -> Facts:
        if money is None:
            return {}
        return {
            "contacts": count(money["contacts"]),
            "threshold": percent(money["threshold"]),
            "profit": self.value.whole(money["profit"]),
            "lowest profit": self.value.whole(money["low"]),
            "highest profit": self.value.whole(money["high"]),
        }

    def campaign(self, answer: Mapping[str, Any]) -> Facts:
        simulation, totals = answer["simulation"], answer["totals"]
        honest, naive = simulation["honest"], simulation["plain"]
        costs = ContactCosts.model_validate(simulation["assumptions"]["costs"])
        facts = {
            "audience": count(totals["customers"]),
            "audience expected to churn": decimal(totals["expected_leavers"], 1),
            "audience value at risk": self.value.short(totals["value_at_risk"]),
            "campaign cost": self.value.whole(simulation["cost"]),
            "campaign costs": costs_words(costs, self.value),
            "campaign advice": " ".join(answer["recommendations"]),
        }
        if honest is not None and naive is not None:
            facts["campaign net"] = self.value.whole(honest["outcome"]["net"])
            facts["naive net"] = self.value.whole(naive["net"])
            facts["campaign kept"] = self.value.whole(honest["outcome"]["value"])
        return facts


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Company]:
    """A company of a recipe, made and run once."""

    @cache
    def made(recipe: str) -> Company:
        text = recipe_text(recipe)
        if "max_cutoffs" not in text and "kind: labelled" not in text:
            text = text.replace("churn:\n", "churn:\n  max_cutoffs: 3\n")
        text = text.replace("max_cutoffs: 24", "max_cutoffs: 3")
        project = small_project(tmp_path_factory.mktemp(recipe), {"regulars.yaml": text})
        generate(recipe, project.folder / "data", customers=COMPANIES[recipe])
        outcome = project.run(at=ASKED_AT)
        assert all(step.status in ("done", "skipped") for step in outcome.steps)
        return Company(project)

    return made


def known(company: Company) -> Facts:
    """What insights say: the facts that every surface must repeat."""
    reading, formats = company.reading, company.formats
    answers = plain(
        {
            "overview": overview(reading),
            "segments": segments(reading),
            "customers": top_customers(reading, limit=TOP),
            "board": churn_scoreboard(reading),
            "money": reading.churn.money if reading.churn else None,
            "campaign": campaign(reading, Audience()),
        }
    )
    answers = json.loads(json.dumps(answers, default=str))
    return (
        formats.business(answers["overview"])
        | formats.segments(answers["segments"])
        | formats.customers(answers["customers"])
        | formats.test(answers["board"])
        | formats.contacts(answers["money"])
        | formats.campaign(answers["campaign"])
    )


def of_commands(company: Company) -> Facts:
    formats = company.formats
    churn = company.json_of("churn")
    return (
        formats.business(churn["overview"])
        | formats.segments(company.json_of("segments"))
        | formats.customers(company.json_of("top", "--limit", str(TOP)))
        | formats.test(churn["scoreboard"])
        | formats.contacts(churn["curves"]["money"])
        | formats.campaign(company.json_of("campaign"))
    )


def of_report(company: Company) -> Facts:
    """The JSON that a report's page and text are made from."""
    facts, formats = json.loads((company.release / "report.json").read_text()), company.formats
    return (
        formats.business(facts["overview"])
        | formats.segments(facts["segments"])
        | formats.customers(facts["top_customers"][:TOP])
        | formats.test(facts["churn"])
        | formats.contacts(facts["curves"]["money"])
    )


def of_api(company: Company) -> Facts:
    keys, formats = Keys(company.made.project.state), company.formats
    _, text = keys.create("test", scopes=["read"], at=ASKED_AT.isoformat())
    web = create_app(company.made.project, now=ASKED_AT.isoformat, options=Options(rate=0))
    client = TestClient(web, base_url="http://localhost", client=("127.0.0.1", 50_000))
    client.headers["Authorization"] = f"Bearer {text}"

    def asked(address: str) -> Any:
        answer = client.get(address)
        assert answer.status_code == 200, answer.text
        return answer.json()

    simulated = client.post("/api/campaigns/simulate", json={}).json()
    return (
        formats.segments(asked("/api/segments"))
        | formats.customers(asked(f"/api/churn/customers?sort=priority&limit={TOP}")["customers"])
        | formats.test(asked("/api/churn"))
        | formats.campaign(simulated)
    )


def of_terminal(company: Company) -> Facts:
    """The table of segments as printed, and the sentences of `churn` and of `campaign`."""
    facts: Facts = {}
    names = (
        "customers", "share", "amount", "share of amount", "recency", "frequency", "spend", "churn",
        "expected to churn", "value at risk",
    )  # fmt: skip
    segment_names = {segment.name for segment in segments(company.reading)}
    for line in company.command("segments").splitlines():
        name, *cells = re.split(r"\s{2,}", line.strip())
        if name in segment_names:
            facts |= {f"{name}: {key}": cell for key, cell in zip(names, cells, strict=False)}
    return facts


def of_page(company: Company) -> Facts:
    """The table of segments of the report's page."""
    page = (company.release / "report.html").read_text("utf-8").replace("\N{NO-BREAK SPACE}", " ")
    section = re.search(r'<section id="segments">(.*?)</section>', page, re.DOTALL)
    names = (
        "customers", "share", "amount", "share of amount", "recency", "frequency", "spend", "churn",
        "expected to churn", "value at risk",
    )  # fmt: skip
    facts: Facts = {}
    for row in re.findall(r"<tr>(<td.*?)</tr>", section[1] if section else "", re.DOTALL):
        name, *cells = (html.unescape(re.sub("<[^>]*>", "", c)) for c in row.split("</td>")[:-1])
        facts |= {f"{name}: {key}": cell for key, cell in zip(names, cells, strict=False)}
    return facts


def one_page(address: str, folder: str) -> None:
    from pathlib import Path

    from regulars.serve.dashboard.app import draw_one

    draw_one(address, Path(folder))


def cards(company: Company, address: str) -> dict[str, str]:
    """The cards of a page of the dashboard by name; the first of a name."""
    args = (address, str(company.made.folder))
    page = AppTest.from_function(one_page, args=args, default_timeout=120).run()
    assert not page.exception
    return {metric.label: str(metric.value) for metric in reversed(page.metric)}


def of_dashboard(company: Company) -> Facts:
    first, churn = cards(company, "overview"), cards(company, "churn")
    plan = cards(company, "campaigns")
    facts = {
        "customers": first["Customers"],
        "eligible": churn["Eligible"],
        "expected to churn": churn["Expected to churn"],
        "high risk": churn["High risk"],
        "audience": plan["In the audience"],
        "campaign cost": plan["Cost"],
    }
    optional = {
        "past value": first.get("Past value"),
        "predicted value": first.get("Predicted value"),
        "value at risk": first.get("Value at risk"),
        "campaign net": plan.get("Net"),
        "campaign kept": plan.get("Value kept"),
        "audience value at risk": plan.get("Value at risk"),
    }
    return facts | {name: text for name, text in optional.items() if text is not None}


def of_export(company: Company) -> Facts:
    """The contact list as a spreadsheet gets it: everybody in it, and the highest priorities."""
    path = company.made.folder / "list.csv"
    company.command("campaign", "--export", str(path))
    with path.open(encoding="utf-8", newline="") as lines:
        rows = [
            {name: float(text) if _is_number(text) else text or None for name, text in row.items()}
            for row in csv.DictReader(lines)
        ]
    at_risk = [row["value_at_risk"] for row in rows if row["value_at_risk"] is not None]
    ranked = {customer.customer_id for customer in top_customers(company.reading, limit=TOP)}
    return {
        "audience": count(len(rows)),
        "audience value at risk": company.formats.value.short(sum(at_risk) if at_risk else None),
    } | company.formats.customers(row for row in rows if str(row["customer_id"]) in ranked)


def _is_number(text: str) -> bool:
    return re.fullmatch(r"-?\d+(?:\.\d+)?(?:e-?\d+)?", text) is not None


SURFACES: Mapping[str, Callable[[Company], Facts]] = {
    "commands": of_commands,
    "report": of_report,
    "API": of_api,
    "terminal": of_terminal,
    "page": of_page,
    "dashboard": of_dashboard,
    "export": of_export,
}


@pytest.mark.parametrize("recipe", RECIPES)
def test_every_surface_gives_the_same_facts(company: Callable[[str], Company], recipe: str) -> None:
    made = company(recipe)
    facts = known(made)
    assert len(facts) >= 100
    for surface, collect in SURFACES.items():
        differences = {
            name: (facts.get(name), text)
            for name, text in collect(made).items()
            if facts.get(name) != text
        }
        assert differences == {}, surface


@pytest.mark.parametrize("recipe", RECIPES)
def test_sentences_carry_the_same_numbers_and_say_what_is_assumed(
    company: Callable[[str], Company], recipe: str
) -> None:
    made = company(recipe)
    facts, reading = known(made), made.reading
    churn = " ".join(made.command("churn").split())
    plan = " ".join(made.command("campaign").split())
    summary = (made.release / "summary.txt").read_text("utf-8")
    assert f"{facts['expected to churn']} of {facts['eligible']}" in churn
    assert f"Expected to churn: {facts['expected to churn']}" in summary
    assert facts["campaign costs"] in plan
    if overview(reading).worth_contacting is not None:
        assert f"({facts['costs']})" in churn
        assert facts["costs"] in summary
    note = value_note(reading)
    for text in (churn, summary):
        assert note in text


@pytest.mark.parametrize("recipe", RECIPES)
def test_value_at_risk_is_probability_times_the_value_if_the_customer_stays(
    company: Callable[[str], Company], recipe: str
) -> None:
    reading = company(recipe).reading
    rows = reading.rows(
        "select count(*) as n, count(value_at_risk) as valued, count(*) filter (where "
        "value_at_risk is distinct from churn_probability * value_if_stays) as differ, "
        "count(*) filter (where priority is distinct from value_at_risk) as other_order "
        "from customer_scored where churn_probability is not null"
    )
    (row,) = rows
    assert row["n"] > 0
    assert (row["valued"], row["differ"], row["other_order"]) == (row["n"], 0, 0)
    everybody = audience_totals(reading, Audience(consent="any", with_those_who_left=True))
    assert everybody.value_at_risk == overview(reading).value_at_risk
    assert value_summary(reading).total == pytest.approx(overview(reading).predicted_value or 0.0)
    plan = campaign(reading, Audience(consent="any")).simulation
    assert plan.honest is not None
    kept = plan.assumptions.costs.save_rate * (everybody.value_at_risk or 0.0)
    assert plan.honest.outcome.value <= kept * (1 + 1e-9)
