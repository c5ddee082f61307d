"""Who has left already, and who is scored: the one rule for every list, audience and sum."""

from __future__ import annotations

from regulars.insights.release_reading import Reading

HAS_LEFT = "has_left"


def left_sql(reading: Reading) -> str:
    """Whether a customer of the profiles has left, by label or by date; who has is not scored."""
    if HAS_LEFT in reading.columns("customer_360_profile"):
        return HAS_LEFT
    # a release of an earlier version knows dates only
    return "(left_at is not null)"


def population_words(*, customers: int, left: int, scored: int) -> str:
    """Who is scored of all customers, in a sentence."""
    of_all = f"{scored:,} of {customers:,} customers are scored."
    if not scored:
        of_all = "No customer is scored."
    if not left:
        return of_all
    return f"{left:,} {'customer has' if left == 1 else 'customers have'} left already; {of_all}"
