"""The crm recipe: a subscription company with customers, transactions, contacts and campaigns.

Churn is drawn first, by segment, as published; what follows from it is honest in time. Whoever
churns buys at the rate of all others of the segment until some day, and then stops: it is the
shorter life that makes five transactions of twenty, not a slower rhythm. Everybody else goes on
to the end of history, also beyond the first year. Campaigns reach the silent, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from regulars.synthetic.company_size import Size
from regulars.synthetic.crm_lives import (
    Company,
    Events,
    company_of,
    contacts,
    index_digits,
    purchases,
    touches,
)
from regulars.synthetic.crm_rules import crm_rules
from regulars.synthetic.crm_words import (
    ACCOUNT_STATUSES,
    ACQUISITION,
    BUYING_CHANNELS,
    CAMPAIGN_KINDS,
    CAMPAIGNS,
    CONTACT_CHANNELS,
    CUSTOMERS,
    DISCOUNTS,
    FUNNEL,
    GENDERS,
    INTERACTION_KINDS,
    INTERACTIONS,
    MARKETING,
    PAYMENTS,
    PRODUCTS,
    RESOLUTIONS,
    SATISFACTION,
    SEGMENTS,
    STATES,
    TRANSACTIONS,
)
from regulars.synthetic.drawing import (
    blocks,
    choose,
    choose_by_group,
)
from regulars.synthetic.raw_columns import category, numbered, stamps, with_cents
from regulars.synthetic.recipe import Recipe

ROWS_PER_CHUNK = 1_000_000


def chunks(size: Size) -> Iterator[tuple[str, pa.Table]]:
    """Customers, then the events of blocks of customers, each customer's in order of time."""
    company = company_of(size)
    yield CUSTOMERS.name, _customers(size, company)
    for spec, occasions, columns in (
        (TRANSACTIONS, purchases(size, company), _transactions),
        (INTERACTIONS, contacts(size, company), _interactions),
        (MARKETING, touches(size, company), _marketing),
    ):
        rng = size.rng(spec.name)
        for block in blocks(occasions.counts, rows=ROWS_PER_CHUNK):
            events = Events.drawn(rng, company, occasions, block=block)
            if len(events.at):
                yield spec.name, pa.table(columns(rng, company, events))


def _customers(size: Size, company: Company) -> pa.Table:
    rng = size.rng("customers")
    count = size.customers
    age = np.clip(rng.gamma(7.0, 5.0, count), 18, 80).astype(np.int64)
    return pa.table(
        {
            "customer_id": numbered(b"CUST_", (np.arange(1, count + 1), 8), rows=count),
            "registration_date": stamps(company.registered),
            "age": age,
            "gender": _drawn(rng, GENDERS, count),
            "country": category(("USA",), np.zeros(count)),
            "state": _drawn(rng, STATES, count),
            "acquisition_channel": _drawn(rng, ACQUISITION, count),
            "customer_segment": category(tuple(SEGMENTS), company.segment),
            "email_verified": rng.random(count) < 0.85,
            "phone_verified": rng.random(count) < 0.70,
            "account_status": _drawn(rng, ACCOUNT_STATUSES, count),
            "churned": company.churned.astype(np.int64),
        }
    )


def _transactions(rng: np.random.Generator, company: Company, events: Events) -> dict[str, Any]:
    rows = len(events.at)
    discounts = np.array(tuple(DISCOUNTS), dtype=np.int64)
    return {
        "transaction_id": _ids(b"TXN", company, events),
        "customer_id": _customer_ids(events),
        "transaction_date": stamps(events.at),
        "product_category": _drawn(rng, PRODUCTS, rows),
        "total_amount": with_cents(10 * np.exp(rng.normal(4.0, 1.2, rows))),
        "discount_amount": discounts[choose(rng, tuple(DISCOUNTS.values()), size=rows)],
        "payment_method": _drawn(rng, PAYMENTS, rows),
        "channel": _drawn(rng, BUYING_CHANNELS, rows),
        "transaction_status": category(("completed",), np.zeros(rows)),
    }


def _interactions(rng: np.random.Generator, company: Company, events: Events) -> dict[str, Any]:
    rows = len(events.at)
    unhappy = company.churned[events.customer].astype(np.int64)
    return {
        "interaction_id": _ids(b"INT", company, events),
        "customer_id": _customer_ids(events),
        "interaction_date": stamps(events.at),
        "interaction_type": _drawn(rng, INTERACTION_KINDS, rows),
        "channel": _drawn(rng, CONTACT_CHANNELS, rows),
        "duration_seconds": np.rint(rng.gamma(2.0, 120.0, rows)).astype(np.int64),
        "satisfaction_score": 1 + choose_by_group(rng, SATISFACTION, group=unhappy),
        "resolution_status": _drawn(rng, RESOLUTIONS, rows),
    }


def _marketing(rng: np.random.Generator, company: Company, events: Events) -> dict[str, Any]:
    """Opened, clicked and converted are drawn apart, so that cleaning has something to correct."""
    rows = len(events.at)
    return {
        "campaign_id": _ids(b"CMP", company, events),
        "customer_id": _customer_ids(events),
        "campaign_date": stamps(events.at),
        "campaign_type": _drawn(rng, CAMPAIGN_KINDS, rows),
        "campaign_name": category(CAMPAIGNS, rng.integers(0, len(CAMPAIGNS), rows)),
        **{step: rng.random(rows) < share for step, share in FUNNEL.items()},
    }


def _drawn(rng: np.random.Generator, shares: Mapping[str, float], rows: int) -> pa.DictionaryArray:
    """A column of words, each with its share."""
    return category(tuple(shares), choose(rng, tuple(shares.values()), size=rows))


def _customer_ids(events: Events) -> pa.DictionaryArray:
    first, last = int(events.customer[0]), int(events.customer[-1])
    numbers = np.arange(first + 1, last + 2)
    ids = numbered(b"CUST_", (numbers, 8), rows=len(numbers))
    return category(ids, events.customer - first)


def _ids(kind: bytes, company: Company, events: Events) -> pa.StringArray:
    """Ids such as TXN_CUST_00000042_0007: the customer's own eighth event."""
    number = (events.customer + 1, 8)
    place = (events.place, index_digits(company.size))
    return numbered(kind, b"_CUST_", number, b"_", place, rows=len(events.at))


RECIPE = Recipe(
    "crm",
    5_000,
    15.0,
    (CUSTOMERS, TRANSACTIONS, INTERACTIONS, MARKETING),
    chunks,
    crm_rules,
)
