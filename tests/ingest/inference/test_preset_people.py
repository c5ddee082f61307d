"""Presets of people, contacts and messages: who, when, what is personal, and what is no attribute."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from regulars.ingest.inference.preset_files import shipped_presets
from tests.ingest.inference.export_worlds import table
from tests.ingest.inference.preset_layouts import split
from tests.ingest.inference.test_preset_totals import cleaned, proposed

PEOPLE = 40
# Title of the preset: its layout, and what is filled in for person number `n`.
LAYOUTS: dict[str, tuple[str, dict[str, str]]] = {
    "Shopify customers": (
        "Customer ID|First Name|Last Name|Email|Accepts Email Marketing|Default Address City|Default Address Zip|Phone|"
        "Total Spent|Total Orders|Note|Tags",
        {"First Name": "F{n}", "Last Name": "L{n}", "Email": "p{n}@example.org", "Accepts Email Marketing": "yes",
         "Total Spent": "{n}0.50", "Total Orders": "{n}", "Default Address City": "{city}"},
    ),
    "WooCommerce customers": (
        "Name|Username|Last Active|Sign Up|Email|Orders|Total Spend|AOV|Country / Region|City|Region|Postal Code",
        {"Name": "F{n}", "Username": "u{n}", "Email": "p{n}@example.org", "Sign Up": "{day} 10:00:00",
         "Total Spend": "{n}.10", "AOV": "{n}.05", "Orders": "{n}", "City": "{city}"},
    ),
    "Magento customers": (
        "ID|Name|Email|Group|Phone|ZIP|Country|State/Province|Customer Since|Web Site|Confirmed email|Billing Address",
        {"ID": "{n}", "Name": "F{n}", "Email": "p{n}@example.org", "Group": "{city}", "Customer Since": "{day} 10:00:00",
         "Confirmed email": "Confirmation Not Required"},
    ),
    "BigCommerce customers": (
        "Customer ID|First Name|Last Name|Company|Email|Phone|Notes|Store Credit|Customer Group|Date Joined|Addresses",
        {"Customer ID": "{n}", "First Name": "F{n}", "Last Name": "L{n}", "Email": "p{n}@example.org",
         "Store Credit": "0.00", "Customer Group": "{city}", "Date Joined": "{day}"},
    ),
    "Square customers": (
        "Reference ID|First Name|Last Name|Email Address|Phone Number|Nickname|Company Name|Postal Code|Memo|"
        "Square Customer ID|Creation Source|First Visit|Last Visit|Transaction Count|Lifetime Spend",
        {"First Name": "F{n}", "Last Name": "L{n}", "Email Address": "p{n}@example.org", "Square Customer ID": "CU{n}",
         "Creation Source": "{city}", "First Visit": "{day}", "Last Visit": "2024-02-01", "Transaction Count": "{n}",
         "Lifetime Spend": "${n}.00"},
    ),
    "Stripe customers": (
        "id|Description|Email|Name|Created (UTC)|Delinquent|Card Last4|Card Brand|Total Spend|Payment Count|Plan",
        {"id": "cus_{n}", "Email": "p{n}@example.org", "Name": "F{n}", "Created (UTC)": "{day} 10:00", "Plan": "{city}",
         "Delinquent": "false", "Total Spend": "{n}.00", "Payment Count": "{n}"},
    ),
    "Stripe subscriptions": (
        "id|Customer ID|Customer Email|Plan|Quantity|Interval|Amount|Status|Created (UTC)|Start (UTC)|"
        "Current Period Start (UTC)|Current Period End (UTC)|Canceled At (UTC)|Ended At (UTC)",
        {"id": "sub_{n}", "Customer ID": "cus_{n}", "Plan": "{city}", "Status": "active", "Created (UTC)": "{day} 10:00",
         "Start (UTC)": "{day} 10:00", "Ended At (UTC)": "{end}"},
    ),
    "Chargebee customers": (
        "customer[id]|customer[first_name]|customer[last_name]|customer[email]|customer[company]|"
        "billing_address[country]|customer[created_at]",
        {"customer[id]": "Az{n}", "customer[first_name]": "F{n}", "customer[last_name]": "L{n}",
         "customer[email]": "p{n}@example.org", "billing_address[country]": "{city}",
         "customer[created_at]": "{day}T09:15:00Z"},
    ),
    "Chargebee subscriptions": (
        "subscription[id]|customer[id]|subscription[plan_id]|subscription[status]|subscription[started_at]|"
        "subscription[cancelled_at]",
        {"subscription[id]": "S{n}", "customer[id]": "Az{n}", "subscription[plan_id]": "{city}",
         "subscription[status]": "Active", "subscription[started_at]": "{day}T09:15:00Z",
         "subscription[cancelled_at]": "{end}"},
    ),
    "Recurly accounts": (
        "account_code|account_first_name|account_last_name|account_email|account_state|account_created_at|"
        "billing_country",
        {"account_code": "acc-{n}", "account_first_name": "F{n}", "account_last_name": "L{n}",
         "account_email": "p{n}@example.org", "account_state": "active", "account_created_at": "{day} 09:15:00",
         "billing_country": "{city}"},
    ),
    "Recurly subscriptions": (
        "subscription_id|account_code|plan_code|state|activated_at|canceled_at|expires_at|quantity",
        {"subscription_id": "s{n}", "account_code": "acc-{n}", "plan_code": "{city}", "state": "{state}",
         "activated_at": "{day} 09:15:00", "expires_at": "{end}"},
    ),
    "SAP customers (KNA1)": (
        "Debitor|Land|Name 1|Ort|PLZ|Branche|Angelegt am",
        {"Debitor": "{n:010d}", "Land": "DE", "Name 1": "Firma {n}", "Ort": "{city}", "PLZ": "5{n:04d}",
         "Branche": "{city}", "Angelegt am": "{german}"},
    ),
    "Salesforce accounts": (
        "Id|IsDeleted|Name|Type|ParentId|BillingStreet|BillingCity|BillingPostalCode|BillingCountry|Phone|Industry|"
        "AnnualRevenue|OwnerId|CreatedDate|LastModifiedDate",
        {"Id": "001{n}", "Name": "Firm {n}", "Industry": "{city}", "OwnerId": "005A", "IsDeleted": "false",
         "CreatedDate": "{day}T10:00:00.000Z", "LastModifiedDate": "2024-03-01T10:00:00.000Z"},
    ),
    "Salesforce contacts": (
        "Id|AccountId|LastName|FirstName|Salutation|MailingCity|Phone|MobilePhone|Email|Title|LeadSource|Birthdate|"
        "OwnerId|CreatedDate|LastModifiedDate",
        {"Id": "003{n}", "AccountId": "001{n}", "LastName": "L{n}", "FirstName": "F{n}", "Email": "p{n}@example.org",
         "LeadSource": "{city}", "OwnerId": "005A", "CreatedDate": "{day}T10:00:00.000Z"},
    ),
    "HubSpot contacts": (
        "Record ID|First Name|Last Name|Email|Phone Number|Contact owner|Lifecycle Stage|Lead Status|Create Date|"
        "Associated Company|City|Last Activity Date",
        {"Record ID": "{n}", "First Name": "F{n}", "Last Name": "L{n}", "Email": "p{n}@example.org", "City": "{city}",
         "Lifecycle Stage": "customer", "Create Date": "{day} 10:00"},
    ),
    "Klaviyo profiles": (
        "Email|Klaviyo ID|First Name|Last Name|Organization|Phone Number|City|Email Marketing Consent|"
        "Profile Created On|Last Open|Total Customer Lifetime Value",
        {"Email": "p{n}@example.org", "Klaviyo ID": "01K{n}", "First Name": "F{n}", "Last Name": "L{n}",
         "City": "{city}", "Email Marketing Consent": "SUBSCRIBED", "Profile Created On": "{day} 10:00:00",
         "Total Customer Lifetime Value": "{n}.5"},
    ),
    "Mailchimp audience": (
        "Email Address|First Name|Last Name|MEMBER_RATING|OPTIN_TIME|OPTIN_IP|CONFIRM_TIME|CONFIRM_IP|LATITUDE|"
        "LONGITUDE|GMTOFF|DSTOFF|TIMEZONE|CC|REGION|LAST_CHANGED|LEID|EUID|NOTES|TAGS",
        {"Email Address": "p{n}@example.org", "First Name": "F{n}", "Last Name": "L{n}", "MEMBER_RATING": "2",
         "OPTIN_TIME": "{day} 10:00:00", "CC": "{city}", "LEID": "{n}", "EUID": "e{n}"},
    ),
}  # fmt: skip
TOTALS_TO_DATE = {
    "total_spent", "total_orders", "orders", "total_spend", "aov", "last_active", "last_visit", "transaction_count",
    "lifetime_spend", "payment_count", "store_credit", "member_rating", "total_customer_lifetime_value",
    "last_modified_date", "account_state",
}  # fmt: skip
UNDATED = {"Shopify customers"}
CONTRACTS = {title for title in LAYOUTS if title.endswith("subscriptions")}
WHO = "select count(*), count(joined_at), count(left_at) from {facts} where is_current"


def people(title: str) -> str:
    """An export of people; every fourth contract has ended."""
    header, filled = LAYOUTS[title]
    rows = []
    for n in range(1, PEOPLE + 1):
        day = f"2023-{n % 12 + 1:02d}-{n % 27 + 1:02d}"
        has_ended = n % 4 == 0
        words: dict[str, Any] = {
            "n": n, "day": day, "city": "Rome" if n % 3 else "Oslo", "german": ".".join(reversed(day.split("-"))),
            "end": "2024-02-01 10:00" if has_ended else "", "state": "expired" if has_ended else "active",
        }  # fmt: skip
        rows.append({name: text.format(**words) for name, text in filled.items()})
    return table(split(header), rows)


@pytest.mark.parametrize("title", LAYOUTS)
def test_people_of_an_export_are_customers_with_their_dates(title: str, tmp_path: Path) -> None:
    project = proposed(tmp_path, {"people.csv": people(title)})
    text = (tmp_path / "regulars.yaml").read_text("utf-8")
    assert f"recognised as an export of {title}" in text
    attributes = project.entities["customers"].attributes
    assert not TOTALS_TO_DATE & set(attributes)
    personal = {
        name for name in attributes if name in ("first_name", "last_name", "email", "name_1")
    }
    assert personal <= set(project.personal_data)
    ((customers, joined, left),) = cleaned(project, "dim_customer", WHO)[0]
    assert customers == PEOPLE
    assert joined == (0 if title in UNDATED else PEOPLE)
    assert left == (PEOPLE // 4 if title in CONTRACTS else 0)
    assert any(attribute.type == "category" for attribute in attributes.values())


def test_every_preset_of_people_has_an_export_here() -> None:
    titles = {preset.title for preset in shipped_presets() if preset.entity == "customers"}
    assert titles == set(LAYOUTS)


SYSTEMS = {
    "Stripe": ("Stripe customers", "Stripe subscriptions", "cus_{n}"),
    "Chargebee": ("Chargebee customers", "Chargebee subscriptions", "Az{n}"),
    "Recurly": ("Recurly accounts", "Recurly subscriptions", "acc-{n}"),
}


@pytest.mark.parametrize("system", SYSTEMS)
def test_contracts_of_a_system_are_joined_to_its_customers(system: str, tmp_path: Path) -> None:
    described, contracts, _ = SYSTEMS[system]
    project = proposed(
        tmp_path, {"people.csv": people(described), "contracts.csv": people(contracts)}
    )
    assert project.churn is not None
    assert project.churn.kind == "contractual"
    assert "plan" in project.entities["customers"].attributes
    assert any(name.endswith("email") for name in project.personal_data)
    assert cleaned(project, "dim_customer", WHO) == [[(PEOPLE, PEOPLE, PEOPLE // 4)]]
