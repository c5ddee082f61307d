"""Two tables of purchases of which neither is the likelier: a question, and no guess."""

from __future__ import annotations

from regulars.core.settings import Answer
from regulars.ingest.derived import sources_named
from regulars.ingest.inference.company import Company, Event
from regulars.ingest.inference.draft import Draft
from regulars.ingest.inference.table_roles import has_amount

_ABOUT_AS_LIKELY = 1.0  # points of a whole mapping


def ask_which_purchases(draft: Draft, company: Company) -> None:
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
    if _refer_to_one_another(company, best, other):
        return
    draft.ask(
        "purchases",
        f"{best.table.name} ({best.table.rows:,} rows) and {other.table.name} "
        f"({other.table.rows:,} rows) both look like purchases. Do the purchases of "
        f"{other.table.name} count too? A source with `sql:` can hold both (`union all`).",
        [Answer(say=f"No: the purchases are those of {best.table.name} alone")],
    )


def _is_plain_money(event: Event) -> bool:
    """Whether no preset says what the rows are, and an amount does."""
    return event.table.preset is None and has_amount(event.table, event.key)


def _refer_to_one_another(company: Company, best: Event, other: Event) -> bool:
    """Whether a key joins them that is not the customer's; `best` may be a query by now."""
    names = {best.table.name, *sources_named(best.table.source.sql or "")}
    keys = {name: key.name for name, key in company.best.keys.items()}
    return any(
        join.column != keys.get(join.table)
        and (
            (join.table in names and join.to_table == other.table.name)
            or (join.to_table in names and join.table == other.table.name)
        )
        for join in company.joins
    )
