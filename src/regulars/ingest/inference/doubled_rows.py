"""Rows that tell the same money twice: an order beside its lines, an order beside its payments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.money_words import state_of
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.sources.scans import quoted
from regulars.warehouse.protocol import Warehouse

MOST_KINDS = 8
_MIN_KEYS = 4
_EQUAL = 0.95
_SHARED = 0.6  # of the keys of the rarer kind that the other kind has too


@dataclass(frozen=True)
class Doubles:
    """Quarantined rows (`when` holds) because others of the same key add up to the same money."""

    when: str
    column: Column
    aside: str  # the value, or 'empty' or 'filled'
    kept: str
    rows: int


@dataclass(frozen=True)
class _Kind:
    """One kind of rows: those with a value in a column, or with the column empty or filled."""

    name: str
    condition: str  # over the loaded table
    rule: str  # as SQL of the project file


def find_doubles(
    warehouse: Warehouse,
    table: Table,
    amount: str,
    *,
    keys: Sequence[Column],
    kinds: Sequence[Column],
    needed: Sequence[Column],
) -> Doubles | None:
    """Two kinds of rows of equal sums key by key; kept are those that have the needed columns.

    `amount` is SQL over the loaded table, `kinds` are columns that may tell rows apart, `needed`
    those of the customer and the time.
    """
    for key in keys:
        for column in kinds:
            if column is key:
                continue
            doubles = _among(warehouse, table, amount, key=key, column=column, needed=needed)
            if doubles is not None:
                return doubles
    return None


def _among(
    warehouse: Warehouse,
    table: Table,
    amount: str,
    *,
    key: Column,
    column: Column,
    needed: Sequence[Column],
) -> Doubles | None:
    kinds = _kinds_of(table, column)
    if len(kinds) < 2:
        return None
    facts = _kind_facts(warehouse, table, kinds, needed)
    # A refund gives back what was sold: that is no double.
    sold = [kind for kind in kinds if state_of(kind.name) != "refund"]
    pairs = [(a, b) for n, a in enumerate(sold) for b in sold[n + 1 :]]
    if not pairs:
        return None
    for (first, second), (shared, equal) in zip(
        pairs, _equal_sums(warehouse, table, amount, key=key, pairs=pairs), strict=True
    ):
        if shared < _MIN_KEYS or equal < _EQUAL:
            continue
        kept, aside = _kept(first, second, facts)
        rule, rows = aside.rule, facts[aside.name][0]
        return Doubles(rule, column, aside.name, kept.name, rows)
    return None


def _kinds_of(table: Table, column: Column) -> list[_Kind]:
    name = quoted(column.name)
    text = f"trim(cast({name} as varchar))"
    if column.kind in ("text", "flag") and 2 <= column.distinct <= MOST_KINDS:
        return [
            _Kind(
                value,
                f"{text} = '{value.replace(chr(39), chr(39) * 2)}'",
                f"{column.name} = '{value.replace(chr(39), chr(39) * 2)}'",
            )
            for value, _ in column.values
        ]
    if 0.05 * table.rows < column.filled < 0.95 * table.rows:
        empty, filled = f"nullif({text}, '') is null", f"nullif({text}, '') is not null"
        written = f"nullif(trim(cast({column.name} as varchar)), '')"
        return [
            _Kind("empty", empty, f"{written} is null"),
            _Kind("filled", filled, f"{written} is not null"),
        ]
    return []


def _kind_facts(
    warehouse: Warehouse, table: Table, kinds: Sequence[_Kind], needed: Sequence[Column]
) -> dict[str, tuple[int, float]]:
    """Rows of each kind, and the share of them that have a customer and a time."""
    has = " and ".join(
        f"nullif(trim(cast({quoted(c.name)} as varchar)), '') is not null" for c in needed
    )
    counted = ", ".join(
        f"count(*) filter ({kind.condition}), "
        f"avg(case when {has or 'true'} then 1.0 else 0.0 end) filter ({kind.condition})"
        for kind in kinds
    )
    row = warehouse.rows(f"select {counted} from {table.relation}")[0]
    return {
        kind.name: (int(rows), float(share or 0.0))
        for kind, rows, share in zip(kinds, row[0::2], row[1::2], strict=True)
    }


def _equal_sums(
    warehouse: Warehouse,
    table: Table,
    amount: str,
    *,
    key: Column,
    pairs: Sequence[tuple[_Kind, _Kind]],
) -> list[tuple[int, float]]:
    """By pair of kinds: how many keys have both, and the share of them whose sums are equal.

    A pair of which few keys have both is no double: those are a sale here and a sale there.
    """
    kinds = list(dict.fromkeys(kind for pair in pairs for kind in pair))
    place = {kind.name: n for n, kind in enumerate(kinds)}
    sums = ", ".join(
        f"sum({amount}) filter ({kind.condition}) as s{n}" for n, kind in enumerate(kinds)
    )
    tests = ", ".join(
        f"count(*) filter (s{a} is not null and s{b} is not null), "
        f"avg(case when abs(abs(s{a}) - abs(s{b})) < 0.02 then 1.0 else 0.0 end) "
        f"filter (s{a} is not null and s{b} is not null and s{a} <> 0), "
        f"count(*) filter (s{a} is not null), count(*) filter (s{b} is not null)"
        for a, b in ((place[first.name], place[second.name]) for first, second in pairs)
    )
    row = warehouse.rows(
        f"with sums as (select {quoted(key.name)} as k, {sums} from {table.relation} "
        f"where {quoted(key.name)} is not null group by 1) select {tests} from sums"
    )[0]
    results = []
    for n in range(len(pairs)):
        shared, equal, first_keys, second_keys = row[4 * n : 4 * n + 4]
        fewer = max(min(int(first_keys), int(second_keys)), 1)
        more = max(int(first_keys), int(second_keys), 1)
        is_paired = shared >= _SHARED * fewer and shared >= 0.3 * more
        results.append((int(shared) if is_paired else 0, float(equal or 0.0)))
    return results


def _kept(first: _Kind, second: _Kind, facts: dict[str, tuple[int, float]]) -> tuple[_Kind, _Kind]:
    """The kind to count and the other: with a customer and a time, then lines (more rows)."""

    def preference(kind: _Kind) -> tuple[bool, bool, int]:
        rows, complete = facts[kind.name]
        is_payment = "pay" in kind.name.lower() or state_of(kind.name) in ("no_sale", "refund")
        return (complete >= 0.9, not is_payment, rows)

    ranked = sorted((first, second), key=preference, reverse=True)
    return ranked[0], ranked[1]
