"""Columns that may tell who left where none was recognised: a question that offers them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from regulars.core.settings import Answer
from regulars.ingest.inference.churn_labels import Label
from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.customer_attributes import AT as ATTRIBUTES
from regulars.ingest.inference.day_of_leaving import NO_LEAVING, settings_of_leaving
from regulars.ingest.inference.draft import Draft
from regulars.ingest.inference.harmless_columns import is_harmless
from regulars.ingest.inference.label_choice import AT, mapping_of
from regulars.ingest.inference.label_words import is_named, name_meaning
from regulars.ingest.inference.outcome_columns import outcome_columns
from regulars.ingest.inference.preset_columns import raw_column
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.inference.roles import may_be, points
from regulars.ingest.inference.vocabulary import concepts
from regulars.ingest.inference.words import answer_meaning
from regulars.warehouse.protocol import Warehouse

_MOST_WORDS, _PAIR = 8, 2
_LEAST, _HALF, _MOST_DATED = 0.03, 0.5, 0.8
_MOST_OFFERS = 5
_STATES = frozenset({"status", "stage", "flag", "churned", "left", "cancelled", "end", "closed"})


@dataclass(frozen=True)
class _Offer:
    """A reading of a column as what says who left; the higher the rank, the likelier."""

    says: str
    settings: dict[str, object]
    rank: float


def ask_who_left(draft: Draft, warehouse: Warehouse, table: Table, *, lacking: str) -> bool:
    """Ask which column of the customers tells who left; False where none may."""
    offers = sorted(_offers(draft, warehouse, table), key=lambda offer: -offer.rank)
    if not offers:
        return False
    none = Answer(say="None of them: customers only, without churn and without segments")
    answers = [Answer(say=o.says, set=dict(o.settings)) for o in offers[:_MOST_OFFERS]]
    # Nobody knows which one is meant, so Enter takes none of several.
    answers = [*answers, none] if len(answers) == 1 else [none, *answers]
    draft.ask(
        "churn",
        f"Which column of {table.name} tells who left? {lacking.capitalize()} was recognised.",
        answers,
    )
    return True


def _offers(draft: Draft, warehouse: Warehouse, table: Table) -> Iterator[_Offer]:
    key = raw_column(draft.get("entities.customers.columns.customer_id") or "")
    for at, column in enumerate(table.columns.values()):
        if column.name == key:
            continue
        # What is to be learnt mostly stands behind the columns to learn it from.
        late = at / len(table.columns)
        if column.kind == "date":
            yield from _by_date(draft, warehouse, table, column)
        elif 1 <= column.distinct <= _MOST_WORDS and _may_tell(column):
            for label in _labels(column):
                settings = _label_settings(draft, warehouse, table, label)
                yield _Offer(_says(label), settings, late + _rank(column))


def _may_tell(column: Column) -> bool:
    """Whether a column of few words may be about staying and leaving."""
    is_code = column.kind == "number" and sorted(column.words) in (["0", "1"], ["1", "2"])
    if column.kind not in ("flag", "text") and not is_code:
        return False
    if column.distinct > _PAIR and column.values[0][1] < _HALF * column.filled:
        return False  # towns and plans: most customers are in none of them
    if is_named(column.name, "no_label") or is_named(column.name, "afterwards"):
        return False
    return not is_harmless(column)


def _labels(column: Column) -> Iterator[Label]:
    """The readings of a column: those have left who have one of its rarer words."""
    words = [value for value, _ in column.values]
    empty = column.rows - column.filled
    if column.distinct == 1:
        if _LEAST * column.rows <= column.filled <= _HALF * column.rows:
            yield Label(column, (words[0],), empty_means_stayed=True)
        return
    is_flag = column.distinct == 2 and {answer_meaning(word) for word in words} == {True, False}
    for word, rows in column.values:
        is_one = answer_meaning(word) is True if is_flag else rows < column.values[0][1]
        if is_one and _LEAST * column.rows <= rows <= _HALF * column.rows:
            rest = tuple(other for other in words if other != word)
            yield Label(column, (word,), rest, empty_means_stayed=empty > 0)


def _rank(column: Column) -> float:
    """Two words rather than several, and a name that speaks of a state rather than none."""
    tells = name_meaning(column.name) is not None or bool(concepts(column.name) & _STATES)
    is_known = bool(concepts(column.name)) and not tells
    return 2.0 * (column.distinct <= 2) + 3.0 * tells - 2.0 * is_known


def _says(label: Label) -> str:
    shown = label.column.label or label.column.name
    return (
        f"'{shown}': '{label.true[0]}' means that a customer left "
        f"({label.left_rows:,} of {label.column.rows:,}, {label.share:.1%})"
    )


def _label_settings(
    draft: Draft, warehouse: Warehouse, table: Table, label: Label
) -> dict[str, object]:
    """The label, churn by it, and no attribute that tells the outcome."""
    attributes = {name: raw_column(v) for name, v in (draft.get(ATTRIBUTES) or {}).items()}
    rest = [table.columns[n] for n in attributes.values() if n in table.columns]
    outcome = {*outcome_columns(warehouse, table, label.sql, columns=rest), label.column.name}
    return {
        AT: {
            "source": table.name,
            "columns": {
                "customer_id": draft.get("entities.customers.columns.customer_id"),
                "churned": _mapping(label),
            },
        },
        "churn": {"kind": "labelled"},
        **{f"{ATTRIBUTES}.{name}": None for name, raw in attributes.items() if raw in outcome},
    }


def _mapping(label: Label) -> object:
    """The setting of `churned`; an empty value beside words is that of who stayed."""
    if label.false and label.empty_means_stayed:
        return {"column": label.column.name, "true": [label.true[0].lower()]}
    return mapping_of(label)


def _by_date(draft: Draft, warehouse: Warehouse, table: Table, column: Column) -> Iterator[_Offer]:
    """A date that some customers have, and whose name says nothing else."""
    have = column.filled - column.far_rows
    is_some = _LEAST * column.rows <= have <= _MOST_DATED * column.rows
    if not is_some or concepts(column.name) & NO_LEAVING or not may_be(column.name, "left_at"):
        return
    starts = [c for c in table.of_kind("date") if c.filled == c.rows and not c.far]
    start = max(starts, key=lambda c: points(c.name, "joined_at"), default=None)
    settings = settings_of_leaving(draft, warehouse, table, start=start, end=column)
    says = (
        f"'{column.label or column.name}' is the day on which a customer left "
        f"({have:,} of {column.rows:,}, {have / column.rows:.1%}); who has none is one still"
    )
    yield _Offer(says, settings, 4.0 + points(column.name, "left_at"))
