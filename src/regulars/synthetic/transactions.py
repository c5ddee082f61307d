"""The transactions recipe: the smallest shop, one CSV of who paid what on which day.

Each customer has 1 to 20 payments of 100 to 5,000 within the last year, at random: enough to try
RFM and clusters, and nothing to predict.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from regulars.core.errors import DataError
from regulars.synthetic.company_size import Size, epoch_days
from regulars.synthetic.drawing import Ints, round_at_random
from regulars.synthetic.raw_columns import category, days, fixed_text, with_cents
from regulars.synthetic.recipe import Recipe, TableSpec
from regulars.synthetic.row_rules import before, between, dated, filled, matches
from regulars.synthetic.rule_kinds import RowCount, Rule, UniqueKey

MAX_PER_CUSTOMER = 20
ROWS_PER_CHUNK = 1_000_000
HEX = np.frombuffer(b"0123456789abcdef", dtype=np.uint8)
DASHES = (8, 13, 18, 23)

TRANSACTIONS = TableSpec(
    "transactions",
    "transactions.csv",
    customer="customer_id",
    occurred=("transaction_date",),
    dates=("transaction_date",),
    optional=("amount",),
    kinds={"transaction_date": pa.string(), "amount": pa.float64()},
)


def chunks(size: Size) -> Iterator[tuple[str, pa.Table]]:
    """Payments in no order, a million at once."""
    rng = size.rng("transactions")
    number = pa.array(np.arange(1, size.customers + 1)).cast(pa.string())
    ids = pc.binary_join_element_wise("CUST_", number, "")
    customer = rng.permutation(np.repeat(np.arange(size.customers), _counts(size)))
    for start in range(0, len(customer), ROWS_PER_CHUNK):
        some = customer[start : start + ROWS_PER_CHUNK]
        ago = rng.integers(1, 366, len(some))
        yield (
            TRANSACTIONS.name,
            pa.table(
                {
                    "transaction_id": _uuids(rng, len(some)),
                    "customer_id": category(ids, some),
                    "transaction_date": days(epoch_days(size.until) - ago),
                    "amount": with_cents(rng.uniform(100.0, 5_000.0, len(some))),
                }
            ),
        )


def _counts(size: Size) -> Ints:
    """1 to 20 payments each, or as many as asked for, evenly."""
    rng = size.rng("counts")
    if size.transactions is None:
        return rng.integers(1, MAX_PER_CUSTOMER + 1, size.customers)
    if size.transactions < size.customers:
        raise DataError(f"{size.transactions:,} payments are too few for {size.customers:,} payers")
    each = rng.uniform(0.1, 1.9, size.customers) * size.transactions / size.customers
    return np.maximum(round_at_random(rng, each), 1)


def _uuids(rng: np.random.Generator, rows: int) -> pa.StringArray:
    """Random identifiers of version 4."""
    figures = rng.integers(0, 16, (rows, 32), dtype=np.uint8)
    figures[:, 12] = 4
    figures[:, 16] = 8 + figures[:, 16] % 4
    letters = np.full((rows, 36), ord("-"), dtype=np.uint8)
    letters[:, np.setdiff1d(np.arange(36), DASHES)] = HEX[figures]
    return fixed_text(letters)


def rules(size: Size) -> dict[str, list[Rule]]:
    """Bounds of amounts, dates and counts."""
    expected = size.transactions or round(size.customers * (1 + MAX_PER_CUSTOMER) / 2)
    judged: list[Rule] = [
        UniqueKey("transaction_id"),
        RowCount(expected, tolerance=0.5 if size.customers < 500 else 0.15),
        filled("customer_id", "transaction_date", "amount"),
        matches("customer_id", r"^CUST_\d+$"),
        dated("transaction_date"),
        before("transaction_date", size.until),
        between("amount", 100.0, 5_000.0),
    ]
    return {TRANSACTIONS.name: judged}


RECIPE = Recipe("transactions", 500, (1 + MAX_PER_CUSTOMER) / 2, (TRANSACTIONS,), chunks, rules)
