"""Whether another column beside the key names the customers better: guests, namesakes, accounts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from regulars.ingest.inference.key_names import means_another_key
from regulars.ingest.inference.vocabulary import concepts
from regulars.ingest.quality.columns_beside import MAIL, MOSTLY, PHONE, Beside
from regulars.ingest.quality.findings import Finding
from regulars.ingest.quality.plausible_findings import JUDGED, plausible
from regulars.ingest.sources.scans import quoted

_MOST_EMPTY = 0.2  # of the rows may lack the customer where an address stands in every row
_FILLED = 0.98
_FEW, _EACH = 10, 100  # customers, and rows of each, from which on they are no customers
_MORE = 1.1  # times as many numbers as names
_LOOKED_AT = 100_000  # rows
_FEWEST = 20  # different numbers
_RETURN = 1.5  # rows of a number
# What else a number that stays with somebody may be of: one person has several of them.
_OTHER_MEANINGS = """
    contract policy subscription membership booking deal product item category merchant store
    seller supplier campaign channel plan region country city postal line stock device
"""
_OTHERS = frozenset(_OTHER_MEANINGS.split())


def check_keys(beside: Beside, *, is_known: bool) -> Iterator[Finding]:
    """That rows have a customer, that they are many, and that no number says who shares a name.

    `is_known` where another check says that already.
    """
    yield _guests(beside)
    yield _few(beside)
    if not is_known:
        yield _namesakes(beside)


def _guests(beside: Beside) -> Finding:
    """Whether many rows lack the customer, though an address or a phone stands in every row."""
    name, key = "transactions.guests", beside.mapped("customer_id")
    reaching = [
        n for n in beside.values if n != key and (beside.are(n, MAIL) or beside.are(n, PHONE))
    ]
    if key is None or not reaching:
        return plausible(name, passed=True, message="no column reaches those without a customer")
    filled = [f"sum(case when trim(cast({quoted(n)} as varchar)) <> '' then 1 else 0 end)"
              for n in (key, *reaching)]  # fmt: skip
    rows, known, *reached = beside.count("count(*)", *filled)
    always = [n for n, number in zip(reaching, reached, strict=True) if number >= _FILLED * rows]
    missing = 1 - known / max(rows, 1)
    return plausible(
        name,
        passed=rows < JUDGED or missing <= _MOST_EMPTY or not always,
        message=f"{missing:.0%} of the {rows:,} rows have no '{key}' and are rejected, though "
        f"'{always[0] if always else ''}' is in every row: it may be the customer "
        "(`customer_id` of entities.transactions)",
    )


def _few(beside: Beside) -> Finding:
    """Whether a handful of values have all the rows: pieces, guests, accounts of a ledger."""
    name, key = "transactions.few_customers", beside.mapped("customer_id")
    if key is None or beside.project.churn is None:
        return plausible(name, passed=True, message="the customer is no column")
    rows, customers = beside.count("count(*)", f"count(distinct {quoted(key)})")
    is_few = 0 < customers <= _FEW and rows >= _EACH * customers and rows >= _EACH * _FEW
    return plausible(
        name,
        passed=not is_few,
        message=f"'{key}' names {customers:,} customers in {rows:,} rows: it may be a count or an "
        "account (`customer_id` of entities.transactions)",
    )


@dataclass(frozen=True)
class _Number:
    """A column of numbers beside a name: how many there are, and how they go with the names."""

    name: str
    different: int
    of_one_name: float
    lasting: float


def _namesakes(beside: Beside) -> Finding:
    """Whether the customer is a name, and a number beside it tells apart people who share it."""
    name, key = "transactions.namesakes", beside.mapped("customer_id")
    when = beside.mapped("occurred_at")
    values = beside.values.get(key or "", ())
    is_name = bool(values) and sum(map(_is_worded, values)) >= MOSTLY * len(values)
    numbers = (
        [] if key is None or when is None or not is_name else list(_numbers(beside, key, when))
    )
    customers = beside.count(f"count(distinct {quoted(key)})")[0] if key and numbers else 0
    more = [n for n in numbers if n.different >= _MORE * customers]
    best = max(more, key=lambda number: number.different, default=None)
    return plausible(
        name,
        passed=best is None or best.different < JUDGED,
        message=""
        if best is None
        else f"'{key}' holds {customers:,} names, and '{best.name}' numbers {best.different:,}, "
        "each with one name over several days: customers may share a name (`customer_id` of "
        "entities.transactions)",
    )


def _is_worded(value: str) -> bool:
    return "@" not in value and " " in value and not any(map(str.isdigit, value))


def _numbers(beside: Beside, key: str, when: str) -> Iterator[_Number]:
    for name, values in beside.values.items():
        is_number = sum(any(map(str.isdigit, v)) for v in values) >= MOSTLY * len(values)
        means = concepts(name)
        is_other = means & _OTHERS or (means != {"key"} and means_another_key(name))
        if name in (key, when) or not is_number or is_other:
            continue
        rows, different, alone, lasting = beside.row(
            "select coalesce(sum(n), 0), count(*), avg(case when who = 1 then 1.0 else 0.0 end), "
            "avg(case when days > 1 then 1.0 else 0.0 end) from (select count(*) as n, "
            f"count(distinct {quoted(key)}) as who, count(distinct {quoted(when)}) as days from "
            f"(select * from {beside.relation} limit {_LOOKED_AT}) as looked "
            f"where {quoted(name)} is not null group by {quoted(name)}) as x"
        )
        number = _Number(name, int(different), float(alone or 0), float(lasting or 0))
        returns = int(rows) >= _RETURN * number.different
        if (
            number.different >= _FEWEST
            and returns
            and number.of_one_name >= _FILLED
            and number.lasting > 0.5
        ):
            yield number
