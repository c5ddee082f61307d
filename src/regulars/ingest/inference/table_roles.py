"""How much a table looks like each role, by what its columns hold and what they are called."""

from __future__ import annotations

from dataclasses import dataclass

from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.company import Role
from regulars.ingest.inference.moments import find_moment
from regulars.ingest.inference.personal import is_personal
from regulars.ingest.inference.preset_tables import rank
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.inference.roles import points, table_points

_COLUMNS: dict[Role, tuple[str, ...]] = {
    "transactions": ("amount", "unit_price", "quantity"),
    "interactions": ("satisfaction", "duration", "resolved", "sentiment"),
    "touches": ("campaign", "opened_at", "clicked_at", "converted_at"),
}
_GIVEN_BACK = 4  # points less for refunds, where another table has the purchases
_REPEATING_PEOPLE = 0.85  # of a snapshot's keys may so many be different, and no fewer


@dataclass(frozen=True)
class Score:
    """Points for a role, with the reasons in words."""

    points: float
    reasons: tuple[str, ...] = ()


def event_scores(table: Table) -> dict[Role, int]:
    """How much a table looks like purchases, contacts and messages."""
    return {role: _score(table, role) for role in _COLUMNS}


def event_role(table: Table) -> Role | None:
    """What the rows of a table of events are; numbers without any other sign are purchases."""
    if table.preset is not None:
        return None if table.preset.entity == "customers" else table.preset.entity
    scores = event_scores(table)
    role = max(scores, key=lambda name: scores[name])
    if not _held(table, role) and _held(table, "transactions"):
        return "transactions"  # amounts say more than the name of a file
    if role == "interactions" and not table_points(table.subject, role) and _holds_money(table):
        return "transactions"  # a purchase may be rated, and has a state
    if scores[role] > 0:
        return role
    return "transactions" if table.of_kind("number") else None


def people_score(table: Table, key: Column) -> Score | None:
    """How much a table describes people: a row each, and columns that say who they are."""
    if table.preset is not None:
        is_people = table.preset.entity == "customers"
        return Score(20 + len(table.columns) / 100, (table.preset.title,)) if is_people else None
    share = key.distinct / max(key.filled, 1)
    if share < _REPEATING_PEOPLE or is_of_refunds(table):
        return None
    score, reasons = 4 * (share - _REPEATING_PEOPLE) / (1 - _REPEATING_PEOPLE), []
    reasons.append(f"{share:.0%} of its customers have one row")
    personal = [c for c in table.columns.values() if c is not key and is_personal(c)]
    if personal:
        score += min(len(personal), 3)
        reasons.append(f"personal data: {', '.join(c.name for c in personal[:4])}")
    if is_named_for_people(table):
        score += 3
        reasons.append("its name means customers")
    score += min(len(table.columns) - 1, 20) * 0.15
    for role in ("joined_at", "left_at"):
        if find_moment(table, role, without=[key.name]) is not None and role_is_named(table, role):
            score += 1
            reasons.append(f"it has a column for {role}")
    if any(points(c.name, "churned") for c in table.columns.values()):
        score += 1.5
        reasons.append("it has a column that may say who left")
    if table.source.sql is not None:
        score += 4
        reasons.append("it holds the rows of several tables")
    touched = _touch_signs(table, key)
    if touched:
        score -= 3 * len(touched)
        reasons.append(f"it looks like messages to customers: {', '.join(touched)}")
    sale = purchase_signs(table, key)
    if sale:
        score -= 2.5 * len(sale)
        reasons.append(f"it looks like purchases: {', '.join(sale)}")
    return Score(round(score, 2), tuple(reasons))


def _touch_signs(table: Table, key: Column) -> list[str]:
    """Columns of a dated message that rows of people have not: a campaign, whom it reached."""
    columns = [c for c in table.columns.values() if c is not key and c.kind != "empty"]
    if not any(c.kind == "date" and points(c.name, "occurred_at") >= 5 for c in columns):
        return []
    roles = ("treated", *_COLUMNS["touches"])
    signs = [c.name for c in columns if max(points(c.name, role) for role in roles) >= 4]
    return [*signs, *([f"the name {table.name}"] if table_points(table.subject, "touches") else [])]


def is_of_refunds(table: Table) -> bool:
    """Whether the rows are refunds: by the table's name, or by what it calls its amount."""
    named = any(points(c.name, "refund_amount") >= 5 for c in table.of_kind("number"))
    return table_points(table.name, "refunds") > 0 or named


def is_named_for_people(table: Table) -> bool:
    """Whether its name means customers, and nothing that customers do."""
    events = any(table_points(table.subject, role) for role in (*_COLUMNS, "lines", "products"))
    return table_points(table.subject, "customers") > 0 and not events


def is_of_people(table: Table, key: Column) -> bool:
    """Whether a table describes a person in each row: by its name, or by names and births."""
    if purchase_signs(table, key) or _touch_signs(table, key):
        return False
    roles = ("full_name", "first_name", "last_name", "birth_date", "gender")
    rest = [c for c in table.columns.values() if c is not key and c.kind != "empty"]
    described = any(points(c.name, role) >= 5 for c in rest for role in roles)
    described |= any(c.mails > 0.5 and c.distinct >= 0.5 * key.distinct for c in rest)
    return described or is_named_for_people(table)


def role_is_named(table: Table, role: str) -> bool:
    """Whether a column of the table has a name for a role, and not just any date."""
    return any(points(c.name, role) >= 3 for c in table.columns.values())


def purchase_signs(table: Table, key: Column) -> list[str]:
    """Columns that rows of purchases have and people have not: orders, goods, prices."""
    signs = []
    for role in ("order_id", "product", "unit_price", "quantity"):
        for column in table.columns.values():
            if column is not key and column.kind != "empty" and points(column.name, role) >= 4:
                signs.append(column.name)
                break
    if table_points(table.subject, "transactions"):
        signs.append(f"the name {table.name}")
    dated = any(
        c.kind == "date" and points(c.name, "occurred_at") >= 5 and not points(c.name, "joined_at")
        for c in table.columns.values()
    )
    paid = any(c.kind == "number" and points(c.name, "amount") >= 6 for c in table.columns.values())
    return [*signs, "dated amounts"] if dated and paid else signs


def events_score(table: Table, key: Column, role: Role) -> Score:
    """How much dated rows look like purchases (or contacts, or messages) of known customers."""
    if table.preset is not None:
        return Score(20.0 - rank(table), (table.preset.title,))
    score = float(event_scores(table).get(role, 0))
    reasons = [f"{score:g} points by the names of the table and its columns"]
    if not is_one_each(key):
        score += 3
        reasons.append(f"customers have {key.filled / max(key.distinct, 1):.1f} rows each")
    if role == "transactions" and purchase_signs(table, key):
        score += 1
    if role == "transactions" and table_points(table.subject, "refunds"):
        score -= _GIVEN_BACK
        reasons.append("its name means what was given back")
    return Score(score, tuple(reasons))


def is_one_each(key: Column) -> bool:
    """Whether (nearly) every filled row has a customer of its own."""
    return key.distinct >= 0.98 * max(key.filled, 1)


def has_amount(table: Table, key: Column) -> bool:
    """Whether a column is money by its name, or a price beside a quantity is."""
    numbers = [c for c in table.columns.values() if c.kind == "number" and c is not key]
    return any(points(c.name, "amount") >= 3 or points(c.name, "unit_price") >= 4 for c in numbers)


def _holds_money(table: Table) -> bool:
    """Whether a number is an amount by its name, or is written with a currency."""
    numbers = table.of_kind("number")
    named = any(max(points(c.name, r) for r in ("amount", "unit_price")) >= 3 for c in numbers)
    return named or any(c.currencies for c in numbers)


def _score(table: Table, role: Role) -> int:
    return table_points(table.subject, role) + _held(table, role)


def _held(table: Table, role: Role) -> int:
    """Points by the columns that rows of this role have."""
    columns = [c for c in table.columns.values() if c.kind != "empty"]
    return sum(3 for name in _COLUMNS[role] if any(points(c.name, name) > 1 for c in columns))
