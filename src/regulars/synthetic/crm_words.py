"""What stands in the files of a subscription company: tables, words and their published shares."""

from __future__ import annotations

from regulars.synthetic.recipe import TableSpec

HISTORY_DAYS = 730

GENDERS = {"M": 0.48, "F": 0.48, "Other": 0.04}
STATES = {
    "CA": 0.20, "TX": 0.15, "NY": 0.15, "FL": 0.10, "IL": 0.08, "PA": 0.08, "OH": 0.06,
    "GA": 0.06, "NC": 0.06, "MI": 0.06,
}  # fmt: skip
ACQUISITION = {
    "Organic Search": 0.25, "Paid Search": 0.20, "Social Media": 0.20, "Email": 0.15,
    "Referral": 0.10, "Direct": 0.10,
}  # fmt: skip
ACCOUNT_STATUSES = {"active": 0.80, "inactive": 0.18, "suspended": 0.02}

SEGMENTS = {"Premium": 0.10, "Standard": 0.35, "Basic": 0.40, "Trial": 0.15}
CHURN_BY_SEGMENT = (0.08, 0.25, 0.25, 0.50)
PURCHASES_BY_SEGMENT = (50.0, 20.0, 10.0, 10.0)
PURCHASES_IF_CHURNED = 5.0
CONTACTS, CONTACTS_IF_CHURNED = 4.0, 8.0
TOUCHES, REACHED = 5.0, 0.60

PRODUCTS = {
    "Electronics": 0.25, "Clothing": 0.20, "Food": 0.20, "Books": 0.10, "Home": 0.15,
    "Sports": 0.10,
}  # fmt: skip
DISCOUNTS = {0: 0.50, 5: 0.20, 10: 0.15, 15: 0.10, 20: 0.05}
PAYMENTS = {
    "Credit Card": 0.35, "Debit Card": 0.25, "PayPal": 0.20, "Apple Pay": 0.15,
    "Bank Transfer": 0.05,
}  # fmt: skip
BUYING_CHANNELS = {"Web": 0.40, "Mobile App": 0.35, "Store": 0.20, "Phone": 0.05}

INTERACTION_KINDS = {
    "Support": 0.35, "Sales": 0.20, "Complaint": 0.15, "Inquiry": 0.20, "Feedback": 0.10,
}  # fmt: skip
CONTACT_CHANNELS = {
    "Email": 0.30, "Phone": 0.25, "Chat": 0.25, "Social Media": 0.15, "In-Person": 0.05,
}  # fmt: skip
SATISFACTION = ((0.05, 0.10, 0.20, 0.35, 0.30), (0.15, 0.25, 0.30, 0.20, 0.10))  # stays, churns
RESOLUTIONS = {"Resolved": 0.70, "Pending": 0.20, "Escalated": 0.10}

CAMPAIGN_KINDS = {"Email": 0.40, "SMS": 0.20, "Push": 0.20, "Social": 0.20}
CAMPAIGNS = ("Summer Sale", "New Product Launch", "Birthday Offer", "Loyalty Reward", "Win-Back")
FUNNEL = {"opened": 0.40, "clicked": 0.20, "converted": 0.05}

CUSTOMERS = TableSpec(
    "customers",
    "customers_raw.parquet",
    dates=("registration_date",),
    words=("gender", "customer_segment", "state"),
    optional=("age", "gender", "acquisition_channel"),
    personal=("age", "gender"),
)
TRANSACTIONS = TableSpec(
    "transactions",
    "transactions_raw.parquet",
    customer="customer_id",
    occurred=("transaction_date",),
    dates=("transaction_date",),
    words=("product_category", "channel"),
    optional=("product_category", "payment_method", "total_amount"),
)
INTERACTIONS = TableSpec(
    "interactions",
    "interactions_raw.parquet",
    customer="customer_id",
    occurred=("interaction_date",),
    dates=("interaction_date",),
    words=("interaction_type",),
    optional=("satisfaction_score", "resolution_status"),
)
MARKETING = TableSpec(
    "marketing",
    "marketing_raw.parquet",
    customer="customer_id",
    occurred=("campaign_date",),
    dates=("campaign_date",),
    words=("campaign_type",),
    optional=("campaign_name",),
)
