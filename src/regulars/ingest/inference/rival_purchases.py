"""Two tables of purchases of which neither is the likelier: a question, and no guess."""

from __future__ import annotations

from regulars.core.settings import Answer
from regulars.ingest.inference.company import Company, Event
from regulars.ingest.inference.draft import Draft
from regulars.ingest.inference.purchases import Purchases
from regulars.ingest.inference.same_money import parts_of, refer_to_one_another
from regulars.ingest.inference.table_roles import has_amount
from regulars.ingest.inference.united_purchases import united_settings
from regulars.warehouse.protocol import Warehouse

_ABOUT_AS_LIKELY = 1.0  # points of a whole mapping


def ask_which_purchases(draft: Draft, warehouse: Warehouse, company: Company) -> None:
    """Ask where the next best mapping differs by its table of purchases only, and hardly less.

    Tables that refer to one another, such as orders and their payments, tell of the same money.
    """
    next_best = company.runner_up
    if next_best is None or company.margin is None or company.margin >= _ABOUT_AS_LIKELY:
        return
    best, other = company.best.purchases, next_best.purchases
    if best is None or other is None or other.table.name not in company.best.also_purchases:
        return
    if (next_best.people is None) != (company.best.people is None):
        return
    if not all(_is_plain_money(event) for event in (best, other)):
        return
    if refer_to_one_another(warehouse, company, parts_of(best.table), other.table):
        return
    draft.ask(
        "purchases",
        f"{best.table.name} ({best.table.rows:,} rows) and {other.table.name} "
        f"({other.table.rows:,} rows) both look like purchases. Do the purchases of "
        f"{other.table.name} count too? A source with `sql:` can hold both (`union all`).",
        [
            Answer(say=f"No: the purchases are those of {best.table.name} alone"),
            *both_count(draft, warehouse, company, other),
        ],
    )


def both_count(draft: Draft, warehouse: Warehouse, company: Company, other: Event) -> list[Answer]:
    """The answer that unites the purchases with those of another table; none where it cannot."""
    best = company.best.purchases
    if best is None:
        return []
    first, second = (Purchases(event.table, event.key, event.when) for event in (best, other))
    settings = united_settings(
        draft, warehouse, first, second, is_spelled=bool(company.best.spelled)
    )
    meaning = f"Yes: those of {best.table.name} and of {other.table.name}"
    return [Answer(say=meaning, set=settings)] if settings else []


def _is_plain_money(event: Event) -> bool:
    """Whether no preset says what the rows are, and an amount does."""
    return event.table.preset is None and has_amount(event.table, event.key)
