"""Which column names the customer, where the values allow for two: asked, with what each means."""

from __future__ import annotations

from collections.abc import Sequence

from regulars.core.settings import Answer
from regulars.ingest.inference.amount_mapping import AT
from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.company import Rival, WhyAnother
from regulars.ingest.inference.draft import Draft
from regulars.ingest.inference.profiled_tables import Table

_KEY = f"{AT}.columns.customer_id"
_MOST = 3  # answers beside the first
_WHY: dict[WhyAnother, str] = {
    "namesakes": "'{key}' holds names, which several may share; '{other}' numbers more of them",
    "optional": "'{key}' is empty in {missing:,} of the {rows:,} rows; '{other}' is in every row",
    "account": "'{key}' has few values, with {each:,.0f} rows each; '{other}' divides them",
    "contracts": "'{other}' is one person's, who has several of '{key}'",
    "shared": "several of '{other}' share one '{key}'",
    "rows": "'{key}' has another value in every row; '{other}' returns over days",
    "number": "one '{other}' has several of '{key}'",
}


def ask_rival_keys(draft: Draft, table: Table, key: Column, rivals: Sequence[Rival]) -> None:
    """Ask which of the columns names the customer; the draft holds the key."""
    if not rivals:
        return
    why = _why(table, key, rivals[0])
    answers = [Answer(say=_says(table, key))]
    for rival in rivals[:_MOST]:
        answers.append(Answer(say=_says(table, rival.column), set={_KEY: rival.column.name}))
    draft.ask("customers.column", f"{why}. Which column names the customer?", answers)


def say_instead(draft: Draft, table: Table, key: Column, instead: Rival | None) -> None:
    """Say which column the key took the place of, and why."""
    if instead is None:
        return
    taken = Rival(key, instead.why, is_sure=True)
    known = draft.reasons.get(tuple(_KEY.split(".")), "")
    because = "; ".join(part for part in (known, _why(table, instead.column, taken)) if part)
    draft.put(_KEY, draft.get(_KEY), because, probable=True)


def _why(table: Table, key: Column, rival: Rival) -> str:
    return _WHY[rival.why].format(
        key=key.name,
        other=rival.column.name,
        missing=table.rows - key.filled,
        rows=table.rows,
        each=key.filled / max(key.distinct, 1),
    )


def _says(table: Table, column: Column) -> str:
    missing = table.rows - column.filled
    rejected = f"; {missing:,} rows without one are rejected" if missing else ""
    return f"'{column.name}': {column.distinct:,} customers{rejected}"
