"""The canonical entities: the columns that any source is mapped to (design, section 4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

CanonicalType = Literal["text", "number", "integer", "timestamp", "flag"]
EntityName = Literal[
    "customers", "transactions", "interactions", "touches", "categories", "labels", "identities"
]


@dataclass(frozen=True)
class CanonicalColumn:
    """One column of a canonical entity; `needed` columns reject the row when they are null."""

    name: str
    type: CanonicalType
    meaning: str
    needed: bool = False


def _columns(
    *rows: tuple[str, CanonicalType, str] | tuple[str, CanonicalType, str, bool],
) -> tuple[CanonicalColumn, ...]:
    return tuple(CanonicalColumn(*row) for row in rows)


_KNOWN_AT: tuple[str, CanonicalType, str] = (
    "known_at",
    "timestamp",
    "When the company learned the row.",
)

ENTITY_COLUMNS: dict[EntityName, tuple[CanonicalColumn, ...]] = {
    "customers": _columns(
        ("customer_id", "text", "Who; the key.", True),
        ("joined_at", "timestamp", "When the customer joined."),
        ("left_at", "timestamp", "When the customer left; empty while a member."),
        ("changed_at", "timestamp", "From when this version of the customer is valid."),
        ("consent", "flag", "Whether the customer may be contacted."),
        _KNOWN_AT,
    ),
    "transactions": _columns(
        ("transaction_id", "text", "The key of the row; made from its content when not mapped."),
        ("customer_id", "text", "Who bought.", True),
        ("occurred_at", "timestamp", "When, in the project's time zone.", True),
        ("amount", "number", "Money (or the stated unit); refunds are negative.", True),
        ("kind", "text", "sale, refund or other; by the sign of the amount when not mapped."),
        ("order_id", "text", "The order, where rows are order lines."),
        ("quantity", "number", "Units bought."),
        ("discount", "number", "Discount given, in the unit of the amount."),
        ("category", "text", "Product or merchant category."),
        ("product", "text", "Product."),
        ("channel", "text", "Where it was bought."),
        ("payment", "text", "How it was paid."),
        ("currency", "text", "Currency of the amount; rows in another one are rejected."),
        _KNOWN_AT,
    ),
    "interactions": _columns(
        ("interaction_id", "text", "The key; made from the content when not mapped."),
        ("customer_id", "text", "Who.", True),
        ("occurred_at", "timestamp", "When.", True),
        ("kind", "text", "Support, complaint, inquiry, ..."),
        ("channel", "text", "Phone, chat, e-mail, ..."),
        ("satisfaction", "number", "Score given by the customer."),
        ("duration", "number", "Length in seconds."),
        ("resolved", "flag", "Whether it was resolved."),
        ("sentiment", "number", "Sentiment score."),
        _KNOWN_AT,
    ),
    "touches": _columns(
        ("touch_id", "text", "The key; made from the content when not mapped."),
        ("customer_id", "text", "Who.", True),
        ("occurred_at", "timestamp", "When it was sent.", True),
        ("campaign", "text", "Campaign."),
        ("channel", "text", "Channel."),
        ("treated", "flag", "False for the control group."),
        ("opened_at", "timestamp", "When it was opened."),
        ("clicked_at", "timestamp", "When it was clicked."),
        ("converted_at", "timestamp", "When it converted."),
        ("cost", "number", "Cost of the contact."),
        _KNOWN_AT,
    ),
    "categories": _columns(
        ("category_id", "text", "The key.", True),
        ("name", "text", "Readable name."),
        ("category_group", "text", "Group of categories."),
    ),
    "identities": _columns(
        ("alias", "text", "An id under which the customer is also known.", True),
        ("customer_id", "text", "The customer behind it.", True),
        _KNOWN_AT,
    ),
    "labels": _columns(
        ("customer_id", "text", "Who.", True),
        ("churned", "flag", "Whether the customer left.", True),
        ("observed_at", "timestamp", "When that was observed."),
        ("reason", "text", "Why; never a feature."),
    ),
}
