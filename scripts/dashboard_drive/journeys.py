"""What a person does on each page, and what must be seen there: the numbers of `insights`."""

from __future__ import annotations

from collections.abc import Callable

from dashboard_drive.browser import Hands
from regulars.insights.amounts import count, customer_value_unit, percent, unit_of
from regulars.insights.audiences import Audience
from regulars.insights.business_overview import overview
from regulars.insights.campaign_assumptions import Assumptions
from regulars.insights.campaign_results import campaign, project_assumptions
from regulars.insights.customer_search import EVERYBODY, Paging, search_customers
from regulars.insights.customer_timeline import last_days
from regulars.insights.customer_transactions import Wanted, transaction_totals
from regulars.insights.data_quality import check_lines, reconciliation
from regulars.insights.migration import migration, migration_dates
from regulars.insights.portfolio import Part, breakdown, portfolio
from regulars.insights.release_contents import artifacts, clusters, released_tables
from regulars.insights.release_reading import Reading

Journey = Callable[[Hands, Reading], None]
_CHECK_VALUE_COST = (100.0, 10.0, 40)


def on_overview(hands: Hands, reading: Reading) -> None:
    """Cards, advice, charts."""
    hands.open()
    found = portfolio(reading, EVERYBODY)
    hands.expect("customers", hands.card("Customers"), count(found.customers))
    hands.expect("value", hands.card("Past value"), unit_of(reading).short(found.past_value))
    hands.expect("monetary", hands.card("Monetary"), unit_of(reading).whole(found.monetary))
    hands.expect("what to do", hands.says("What to do"), True)
    hands.shot("overview", height=1300)


def on_explorer(hands: Hands, reading: Reading) -> None:
    """A filter, an export, a choice of nobody, and a link that keeps the choice."""
    hands.open("explorer")
    hands.shot("explorer", height=1500)
    parts = [one for one in breakdown(reading, EVERYBODY, by="segment") if _is_named(one)]
    if not parts:
        return
    name = parts[0].name
    hands.choose("Segments", name)
    chosen = Audience(segments=(name,), consent="any", with_those_who_left=True)
    customers = portfolio(reading, chosen).customers
    hands.expect(f"customers in {name}", hands.card("Customers"), count(customers))
    rows = hands.downloaded("Export")
    hands.expect("exported customers", len(rows), customers)
    hands.expect("raw names in an export", [one for one in rows[0] if "_" in one], [])
    hands.expect("the address keeps the filter", "segment=" in hands.page.url, True)
    hands.page.reload()
    hands.page.locator("h1").first.wait_for()
    hands.settle()
    hands.expect("customers after a reload", hands.card("Customers"), count(customers))
    hands.tab("Value")
    hands.shot("explorer_value", height=1300, tab=True)
    hands.open("explorer", segment=name, least_value="1000000000000")
    hands.expect("a choice of nobody is a message", hands.says("No customer matches"), True)


def _is_named(part: Part) -> bool:
    return part.name not in ("No purchase yet", "All others")


def on_customer(hands: Hands, reading: Reading) -> None:
    """A search with several hits, one customer, periods, an export."""
    first = search_customers(reading, "", page=Paging(limit=1)).customers[0].customer_id
    hands.open("customer")
    hands.write("Search", first[:-1] if len(first) > 1 else first)
    total = search_customers(reading, first[:-1]).total
    hands.expect("several hits give a chooser", hands.says("customers match"), total > 1)
    hands.write("Search", first)
    hands.expect("the customer is shown", hands.says(first), True)
    if reading.has("fct_transactions") and transaction_totals(reading, first).rows:
        found = transaction_totals(reading, first)
        hands.expect("transactions", hands.card("Transactions"), count(found.rows))
        hands.expect("exported transactions", len(hands.downloaded("Export")), found.rows)
        hands.shot("customer", height=1700)
        _one_year(hands, reading, first)
    for name in ("Why this score", "Profile"):
        hands.tab(name)
        hands.shot(f"customer_{name.split()[0].lower()}", height=1200, tab=True)
    hands.open("customer", id="nobody at all")
    hands.expect("a stranger is a message", hands.says("there is no customer"), True)


def _one_year(hands: Hands, reading: Reading, customer_id: str) -> None:
    hands.page.get_by_role("radio", name="12 months").or_(
        hands.page.get_by_role("button", name="12 months")
    ).first.click()
    hands.settle()
    found = transaction_totals(reading, customer_id, wanted=Wanted(last_days(reading, 365)))
    if found.rows:
        hands.expect("in a year", hands.card("Transactions"), count(found.rows))


def on_movement(hands: Hands, reading: Reading) -> None:
    """Another pair of dates."""
    hands.open("movement")
    hands.shot("movement", height=2000)
    dates = migration_dates(reading)
    if len(dates) < 2:
        return
    hands.choose("From", str(dates[0]))
    found = migration(reading, dates[0], to_as_of=dates[-1])
    hands.expect("first bought", hands.card("First bought"), count(found.first_bought))


def on_churn(hands: Hands, reading: Reading) -> None:
    """Every tab, and from a row of the list to the customer."""
    hands.open("churn")
    if reading.churn is None:
        return
    hands.expect("eligible", hands.card("Eligible"), count(overview(reading).scored))
    hands.shot("churn", height=1200)
    for name, height in (
        ("How good is the score", 1900), ("What drives it", 1300), ("Value", 1300), ("Runs", 900),
    ):  # fmt: skip
        hands.tab(name)
        hands.shot(f"churn_{name.split()[-1].lower()}", height=height, tab=True)
    hands.tab("Who to look at first")
    table = hands.page.get_by_test_id("stDataFrame").locator("visible=true").first
    table.click(position={"x": 18, "y": 58})
    hands.page.wait_for_url("**/customer*")
    hands.settle()
    hands.expect("a row leads to its customer", hands.says("Customer 360"), True)


def on_campaigns(hands: Hands, reading: Reading) -> None:
    """Costs and a save rate; the list of targets."""
    incentive, contact, save = _CHECK_VALUE_COST
    hands.open("campaigns", save_rate=str(save))
    unit = customer_value_unit(reading)
    hands.write(f"Offer cost ({unit.name})", str(incentive))
    hands.write(f"Contact cost ({unit.name})", str(contact))
    usual = project_assumptions(reading)
    changed = Assumptions(
        costs=usual.costs.stating(
            offer_cost=incentive, contact_cost=contact, save_rate=save / 100
        ),
        kept_share=usual.kept_share, stayer_take_up=usual.stayer_take_up,
    )  # fmt: skip
    found = campaign(reading, Audience(), assumptions=changed)
    hands.expect("audience", hands.card("In the audience"), count(found.totals.customers))
    outcome = found.simulation.honest.outcome if found.simulation.honest else None
    best = outcome or found.simulation.plain
    assert best is not None
    hands.expect("net", hands.card("Net"), unit.whole(best.net))
    hands.expect("ROI", hands.card("ROI"), percent(best.roi))
    hands.shot("campaigns", height=2300)
    hands.expect("targets", len(hands.downloaded("Export")), found.totals.customers)


def on_health(hands: Hands, reading: Reading) -> None:
    """Every tab, and a table."""
    hands.open("health")
    hands.expect("last run", hands.card("Last run"), "done")
    hands.shot("health", height=1000)
    for name in ("Tables", "Freshness", "Clusters", "Files", "Log"):
        hands.tab(name)
        hands.shot(f"health_{name.lower()}", height=1200, tab=True)
        if name == "Files" and any(one.kind == "figure" for one in artifacts(reading)):
            image = hands.page.get_by_test_id("stImage").locator("visible=true")
            hands.expect("a figure is shown", image.count(), 1)
    names = [one.name for one in released_tables(reading)]
    hands.open("health", table=names[0])
    if clusters(reading):
        hands.tab("Clusters")
        hands.expect("a cluster", hands.says(clusters(reading)[0].name), True)


def on_quality(hands: Hands, reading: Reading) -> None:
    """Rows, checks, columns."""
    hands.open("quality")
    read = sum(one.read for one in reconciliation(reading))
    hands.expect("rows read", hands.card("Rows read"), count(read))
    lines = check_lines(reading)
    passed = f"{count(sum(one.passed for one in lines))} of {count(len(lines))}"
    hands.expect("checks", hands.card("Checks passed"), passed)
    hands.shot("quality", height=1400)
    for name in ("Checks", "Columns", "Earlier runs"):
        hands.tab(name)
        hands.shot(f"quality_{name.split()[0].lower()}", height=1200, tab=True)


JOURNEYS: tuple[Journey, ...] = (
    on_overview, on_explorer, on_customer, on_movement, on_churn, on_campaigns, on_health,
    on_quality,
)  # fmt: skip
