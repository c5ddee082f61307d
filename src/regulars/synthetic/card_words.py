"""What stands in the files of a card issuer: tables, categories and other fixed words."""

from __future__ import annotations

import pyarrow as pa

from regulars.synthetic.recipe import TableSpec

EMPLOYMENT = ("Employed", "Self-Employed", "Retired", "Unemployed")
DECLINES = ("none", "gradual", "sudden")
CHANNELS = ("Online", "In-Store", "Mobile")
STATUSES = ("approved", "declined")
MERCHANTS_PER_CATEGORY = 100

# name, group, spending type, discretionary
CATEGORIES: tuple[tuple[str, str, str, str], ...] = (
    ("Travel", "Leisure", "Experience", "Yes"),
    ("Dining", "Leisure", "Experience", "Yes"),
    ("Hotels", "Leisure", "Experience", "Yes"),
    ("Airlines", "Leisure", "Experience", "Yes"),
    ("Entertainment", "Leisure", "Experience", "Yes"),
    ("Retail", "Retail", "Goods", "Yes"),
    ("Grocery", "Necessities", "Essential", "No"),
    ("Gas", "Necessities", "Essential", "No"),
    ("Utilities", "Necessities", "Essential", "No"),
    ("Healthcare", "Necessities", "Essential", "No"),
)
CATEGORY_NAMES = [name for name, *_ in CATEGORIES]
TRAVEL = ("Travel", "Airlines", "Hotels")
NECESSITIES = ("Grocery", "Gas", "Utilities")

CUSTOMERS = TableSpec(
    "customers",
    "customers.csv",
    dates=("account_open_date",),
    words=("email", "state", "card_type"),
    optional=("city", "age", "employment_status"),
    personal=("first_name", "last_name", "email", "city", "age"),
    kinds={"account_open_date": pa.string()},
)
TRANSACTIONS = TableSpec(
    "transactions",
    "transactions.parquet",
    customer="customer_id",
    occurred=("transaction_date",),
    dates=("transaction_date",),
    words=("merchant_category", "status"),
    optional=("merchant_category", "channel", "transaction_amount"),
)
MERCHANT_CATEGORIES = TableSpec("merchant_categories", "merchant_categories.csv")
