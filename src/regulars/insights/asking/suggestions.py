"""Questions that a release answers, in five categories: what a surface offers to click."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from regulars.insights.semantic.layer import SemanticLayer

CATEGORIES = ("Churn", "Segments", "Sales", "Customers", "Campaigns")


@dataclass(frozen=True)
class Suggestion:
    """A question of a category; each is answered by the release that it was made for."""

    category: str
    question: str


# What a question needs: names of metrics and dimensions.
_SUGGESTED: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("Churn", "Which customers are at the highest risk?", ("churn_probability",)),
    ("Churn", "What is the churn probability by segment?", ("churn_probability", "segment")),
    ("Churn", "How many customers are at high risk?", ("churn_probability",)),
    ("Churn", "What is the value at risk by segment?", ("value_at_risk", "segment")),
    ("Churn", "How many customers are expected to churn?", ("expected_leavers",)),
    ("Churn", "What share of customers has left?", ("left_share",)),
    ("Churn", "What is the churn probability by {attribute}?", ("churn_probability",)),
    ("Segments", "How many customers are in each segment?", ("segment", "sales")),
    ("Segments", "What is the average lifetime value by segment?", ("segment", "lifetime_value")),
    ("Segments", "Which segment lost most sales last quarter?", ("segment", "sales")),
    ("Segments", "What share of sales is from each segment?", ("segment", "sales")),
    ("Segments", "How many customers are in each {attribute}?", ()),
    ("Sales", "What are the sales in the last 90 days?", ("sales",)),
    ("Sales", "How have sales developed by month?", ("sales",)),
    ("Sales", "What is the average order value?", ("amount_per_order",)),
    ("Sales", "Which category has the highest sales?", ("category", "sales")),
    ("Sales", "How did sales change last month compared to the month before?", ("sales",)),
    ("Customers", "Who are the top 10 customers by lifetime value?", ("lifetime_value",)),
    ("Customers", "How many customers have not bought in the last 60 days?", ("recency",)),
    ("Customers", "How many new customers were there by month?", ("new_customers",)),
    ("Customers", "How many customers bought in the last 3 months?", ("buyers",)),
    ("Customers", "How many customers do we have?", ("customers",)),
    ("Campaigns", "How many customers are eligible for retention?", ("eligible_for_retention",)),
    ("Campaigns", "How many customers are worth contacting?", ("worth_contacting",)),
    ("Campaigns", "Which customers are worth contacting?", ("worth_contacting", "value_at_risk")),
    ("Campaigns", "What is the conversion rate by campaign?", ("campaign", "conversion_rate")),
    ("Campaigns", "What is the value at risk of customers at high risk?", ("value_at_risk",)),
)  # fmt: skip
_PER_CATEGORY = 4


def by_category(questions: Sequence[Suggestion]) -> tuple[Suggestion, ...]:
    """Up to four questions of each category."""
    return tuple(
        suggestion
        for category in CATEGORIES
        for suggestion in [each for each in questions if each.category == category][:_PER_CATEGORY]
    )


def fitting(layer: SemanticLayer) -> Iterator[Suggestion]:
    """Questions whose metrics and dimensions a release has."""
    attribute = next(
        (
            dimension.label
            for dimension in layer.dimensions.values()
            if dimension.is_attribute and 2 <= len(dimension.values) <= 60
        ),
        None,
    )
    known = layer.metrics.keys() | layer.dimensions.keys()
    for category, text, needed in _SUGGESTED:
        if known >= set(needed) and (attribute or "{" not in text):
            yield Suggestion(category, text.replace("{attribute}", attribute or ""))
