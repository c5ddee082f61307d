"""What names say about keys: whether two columns could be the same, and who is meant."""

from __future__ import annotations

from regulars.ingest.inference.roles import points, table_points

_KEY_ROLES = ("customer_id", "order_id", "transaction_id", "event_id", "product")
_EVENTS = ("transactions", "refunds", "interactions", "touches", "lines")
_ENDINGS = ("id", "key", "no", "nr", "code", "number", "num", "uuid", "ref", "sku")


def names_agree(table: str, name: str, to: str, to_name: str) -> bool:
    """Whether the names let one column refer to the other."""
    if name == to_name and name not in _ENDINGS:
        return True
    nearer, other = _subject(table, name), _subject(to, to_name)
    if nearer & other:
        return True
    full = f"{singular(to)}_{to_name}"
    return any(
        min(points(name, role), max(points(to_name, role), points(full, role))) >= 4
        for role in _KEY_ROLES
    )


def customer_points(table: str, name: str) -> int:
    """How much a name means the customer, also by the table that it stands in (customers.id)."""
    own = points(name, "customer_id")
    if own == 1 and not any(
        table_points(table, kind) for kind in _EVENTS
    ):  # an id of something: of what the table is named for
        return max(own, min(points(f"{singular(table)}_{name}", "customer_id"), 5))
    return own


def means_another_key(name: str) -> bool:
    """Whether a name rather means an order, a row or a product."""
    other = max(points(name, role) for role in _KEY_ROLES[1:])
    return other > points(name, "customer_id")


def is_plain_id(name: str) -> bool:
    """Whether a name ends as keys do, so that its values explain nothing by themselves."""
    return name.rpartition("_")[2] in _ENDINGS


def singular(name: str) -> str:
    """A table's name in the singular, as its key would call it."""
    last = name.rpartition("_")[2]
    if last.endswith("ies"):
        return f"{last[:-3]}y"
    return last[:-1] if last.endswith("s") and not last.endswith("ss") else last


def _subject(table: str, name: str) -> set[str]:
    """The words of a key's name without 'id' and the like; an id alone is its table's."""
    words = {singular(word) for word in name.split("_")}
    return words - set(_ENDINGS) or {singular(table)}
