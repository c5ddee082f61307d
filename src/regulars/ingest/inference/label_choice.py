"""Which column is the label, what its values mean where names do not say, and how it is written."""

from __future__ import annotations

from dataclasses import dataclass, replace

from regulars.core.settings import Answer
from regulars.ingest.inference.churn_labels import STRONG, WEAK, Label, labels_of
from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.draft import Draft
from regulars.ingest.inference.label_words import is_named, is_plain
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.inference.roles import best
from regulars.ingest.sources.scans import quoted
from regulars.warehouse.protocol import Warehouse

AT = "entities.labels"
SAME = 0.98  # of the rows agree: two spellings of one outcome
FEW = 0.02  # of the rows hold a word that nobody knows: they are kept out
_YES, _NO = {"yes", "y", "true", "t", "1", "1.0"}, {"no", "n", "false", "f", "0", "0.0"}


@dataclass(frozen=True)
class ChosenLabel:
    """The label of a table, the same outcome under other names, and labels of another outcome."""

    label: Label
    same: tuple[Label, ...] = ()
    rivals: tuple[Label, ...] = ()

    @property
    def columns(self) -> set[str]:
        """Columns that say the outcome: none of them is ever an input."""
        strong_rivals = [other for other in self.rivals if other.strength > WEAK]
        return {label.column.name for label in (self.label, *self.same, *strong_rivals)}


def choose_label(
    table: Table, warehouse: Warehouse | None = None, *, has_purchases: bool = False
) -> ChosenLabel | None:
    """The column of a table that says who left.

    A column that says only who is active now is one where nothing better and no purchases tell.
    """
    labels = [
        label
        for label in labels_of(table)
        if label.left_rows and label.stayed_rows and not (has_purchases and label.strength == WEAK)
    ]
    if not labels:
        return None
    if warehouse is not None:
        labels = [_settled(warehouse, table, label) for label in labels]
    first, *lesser = sorted(labels, key=lambda label: (-label.strength, not label.is_sure))
    same: list[Label] = []
    rivals: list[Label] = []
    for other in lesser:
        agrees = warehouse is not None and _agreement(warehouse, table, first, other) >= SAME
        (same if agrees else rivals).append(other)
    return ChosenLabel(first, tuple(same), tuple(rivals))


def map_labels(
    draft: Draft, table: Table, key: Column, chosen: ChosenLabel, *, warehouse: Warehouse
) -> None:
    """The entity `labels`: who left, and why (which is never a feature)."""
    label = chosen.label
    draft.put(f"{AT}.source", table.name)
    draft.map_column(f"{AT}.columns.customer_id", key)
    known = label.left_rows + label.stayed_rows
    why = f"the outcome: {label.share:.2%} of {known:,} customers left"
    left_out = label.column.rows - known
    if left_out:
        why += f"; of {left_out:,} it is not known: they are kept out of training"
    draft.put(f"{AT}.columns.churned", mapping_of(label), why, probable=label.strength < STRONG)
    reason = best([c for c in table.columns.values() if c.kind == "text"], "reason")
    if reason is not None and reason.name != key.name:
        draft.map_column(f"{AT}.columns.reason", reason, "known only afterwards: never a feature")
    _ask(draft, chosen, table, warehouse)


def mapping_of(label: Label) -> object:
    """The setting of `churned`: the column alone where every value is yes or no by itself."""
    name = label.column.name
    true, false = _spelled(label, label.true), _spelled(label, label.false)
    if label.empty_means_stayed:
        return {"sql": f"case when trim({name}) <> '' then 'yes' else 'no' end"}
    if set(true) <= _YES and set(false) <= _NO:
        return name
    mapping: dict[str, object] = {"column": name, "true": true, "false": false}
    if not label.unknown and not label.unread and not set(false) & _YES:
        del mapping["false"]  # any other text is false
    return mapping


def _spelled(label: Label, values: tuple[str, ...]) -> list[str]:
    """Each text once, whatever its case; a number as every engine writes it."""
    texts = [*values]
    if label.column.kind in ("number", "flag") and not label.column.is_text:
        texts += [value.removesuffix(".0") for value in values if value.endswith(".0")]
    in_use = {text.lower() for text in texts}
    is_plain = in_use <= _YES or in_use <= _NO
    return sorted(in_use) if is_plain else list({text.lower(): text for text in texts}.values())


def _settled(warehouse: Warehouse, table: Table, label: Label) -> Label:
    """A label whose values do not tell left from stayed, by what only leavers have."""
    if label.is_sure:
        return label
    for column in table.columns.values():
        if not is_named(column.name, "afterwards") and column.kind != "date":
            continue
        if column.name == label.column.name or not 0 < column.filled < column.rows:
            continue
        given = f"trim(coalesce(cast({quoted(column.name)} as varchar), '')) <> ''"
        row = warehouse.rows(
            f"select avg(said), count(*) from (select {label.sql} as said from {table.relation} "
            f"where {given}) where said is not null"
        )[0]
        if row[0] is not None and int(row[1]) >= 5 and not 0.02 < float(row[0]) < 0.98:
            settled = label if float(row[0]) > 0.5 else label.turned()
            return replace(settled, is_sure=True)
    return label


def _agreement(warehouse: Warehouse, table: Table, first: Label, other: Label) -> float:
    """The share of rows on which two labels say the same."""
    share = warehouse.rows(
        f"select avg(case when a = b then 1.0 else 0.0 end) from "
        f"(select {first.sql} as a, {other.sql} as b from {table.relation}) "
        "where a is not null and b is not null"
    )[0][0]
    return float(share or 0)


def _ask(draft: Draft, chosen: ChosenLabel, table: Table, warehouse: Warehouse) -> None:
    label = chosen.label
    if not label.is_sure:
        _ask_polarity(draft, label)
    unread = label.rows_of(label.unread)
    if unread > FEW * label.column.filled:
        _ask_unread(draft, label)
    elif unread:
        words = ", ".join(label.unread)
        draft.leave_open(f"what '{words}' in {label.column.name} means: kept out of training")
    for rival in chosen.rivals:
        if rival.strength == label.strength == STRONG and label.is_sure and rival.is_sure:
            _settle_rival(draft, label, rival, both=_both_left(warehouse, table, label, rival))


def _ask_polarity(draft: Draft, label: Label) -> None:
    answers = [
        Answer(
            say=f"{reading.true[0]} means the customer left "
            f"({reading.left_rows:,} of {label.column.filled:,})",
            set={f"{AT}.columns.churned": mapping_of(reading)},
        )
        for reading in (label, label.turned())
    ]
    values = " and ".join(f"{value} ({rows:,} rows)" for value, rows in label.column.values[:2])
    ask = f"Which value of '{label.column.name}' means that the customer left: {values}?"
    draft.ask("label.values", ask, answers)


def _ask_unread(draft: Draft, label: Label) -> None:
    words = ", ".join(f"{value} ({label.rows_of((value,)):,} rows)" for value in label.unread)
    readings = (
        ("They have not left", replace(label, false=(*label.false, *label.unread), unread=())),
        ("They have left", replace(label, true=(*label.true, *label.unread), unread=())),
        ("It is not known: keep them out of training", label),
    )
    answers = [
        Answer(say=meaning, set={f"{AT}.columns.churned": mapping_of(reading)})
        for meaning, reading in readings
    ]
    draft.put(f"{AT}.columns.churned", mapping_of(readings[0][1]))
    ask = f"Have customers left whose '{label.column.name}' is {words}?"
    draft.ask("label.others", ask, answers)


def _both_left(warehouse: Warehouse, table: Table, label: Label, rival: Label) -> int:
    return int(
        warehouse.rows(
            f"select count(*) from (select {label.sql} as a, {rival.sql} as b "
            f"from {table.relation}) where a = 1 and b = 1"
        )[0][0]
    )


def _settle_rival(draft: Draft, label: Label, rival: Label, *, both: int) -> None:
    """Take the wider of two labels where its name is the plainer one too, else ask.

    `both` counts the customers who left by one label and by the other.
    """
    wide, narrow = sorted((label, rival), key=lambda each: -each.left_rows)
    is_nested = both >= SAME * narrow.left_rows
    if is_nested and is_plain(wide.column.name) and not is_plain(narrow.column.name):
        draft.put(
            f"{AT}.columns.churned",
            mapping_of(wide),
            f"{wide.share:.2%} of customers left; '{narrow.column.name}' is a part of them",
            probable=True,
        )
        return
    how = (
        f"who left by '{narrow.column.name}' also left by '{wide.column.name}'"
        if is_nested
        else f"they agree on {both:,} leavers"
    )
    ordered = (wide, narrow) if is_nested else (label, rival)
    answers = [
        Answer(
            say=f"'{each.column.name}': {each.share:.1%} of customers left",
            set={f"{AT}.columns.churned": mapping_of(each)},
        )
        for each in ordered
    ]
    draft.put(f"{AT}.columns.churned", mapping_of(ordered[0]))
    ask = f"Two columns say who left, and {how}. Which is churn? The other is no input either way."
    draft.ask("label.column", ask, answers)
