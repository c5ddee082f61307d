"""Questions about words that may decide what a row is: does it count, not count, or give back?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, Literal

from regulars.core.settings import Answer
from regulars.ingest.inference.amount_mapping import AT, Amount
from regulars.ingest.inference.draft import Draft
from regulars.ingest.inference.invoices import is_of_invoices
from regulars.ingest.inference.money_words import State
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.inference.purchases import Purchases
from regulars.ingest.inference.row_kinds import RowKinds, Sign, Suspect
from regulars.ingest.inference.transaction_states import values_sql
from regulars.ingest.sources.scans import literal, quoted
from regulars.warehouse.protocol import Warehouse

Reading = Literal["counts", "lost", "back"]

_AMOUNT, _KIND, _REJECT = f"{AT}.columns.amount", f"{AT}.columns.kind", f"{AT}.reject"
_SAYS: dict[Reading, str] = {
    "counts": "count as purchases",
    "lost": "do not count: rejected",
    "back": "give money back: refunds",
}
# What Enter takes is the smaller harm: what rows that behave so mostly are.
_LIKELY: dict[Sign, Reading] = {
    "mirror": "back", "lacks": "lost", "alone": "lost", "opaque": "counts"}  # fmt: skip
_BY_WORD: dict[State | None, Reading] = {"lost": "lost", "pending": "lost", "refund": "back"}
_ALL: tuple[Reading, ...] = ("counts", "lost", "back")
_ONE_OF_MANY: tuple[tuple[Reading, Reading], ...] = (
    ("lost", "counts"), ("back", "counts"), ("back", "lost"))  # fmt: skip
_FULLY = 3  # words of which every combination is offered


@dataclass(frozen=True)
class _Question:
    """One column to ask about, with the amount as it stands in the draft."""

    draft: Draft
    table: Table
    kinds: RowKinds
    amount: Amount

    def run(self, key: str, examples: Mapping[str, str]) -> None:
        """Ask; the draft holds the likeliest answer, which is the first."""
        readings = list(self._readings())
        before = {_AMOUNT: self.draft.get(_AMOUNT), _KIND: self.draft.get(_KIND)}
        settings = [self._settings(reading) for reading in readings]
        undone = self._undone(settings[0], before)
        self._put(settings[0])
        answers = [Answer(say=self._says(readings[0]))]
        answers += [
            Answer(say=self._says(reading), set={**undone, **changed})
            for reading, changed in zip(readings[1:], settings[1:], strict=True)
        ]
        self.draft.ask(key, self._ask(examples), answers)

    def _readings(self) -> Iterator[dict[str, Reading]]:
        suspects = self.kinds.suspects
        values = [suspect.value for suspect in suspects]
        first = {suspect.value: self._likely(suspect) for suspect in suspects}
        yield first
        combined: list[tuple[Reading, ...]]
        if len(values) <= _FULLY:
            combined = list(product(_ALL, repeat=len(values)))
        else:
            combined = [(reading,) * len(values) for reading in _ALL]
            combined += [
                tuple(single if at == n else rest for n in range(len(values)))
                for at in range(len(values))
                for single, rest in _ONE_OF_MANY
            ]
        for readings in combined:
            reading = dict(zip(values, readings, strict=True))
            if reading != first:
                yield reading

    def take(self) -> None:
        """Write what the words say, and note it."""
        reading = next(self._readings())
        self._put(self._settings(reading))
        name = self.kinds.column.label or self.kinds.column.name
        meanings = ", ".join(
            f"the {s.rows:,} rows with '{s.value}' {_SAYS[reading[s.value]]}"
            for s in self.kinds.suspects
        )
        self.draft.leave_open(f"what '{name}' of {self.table.name} says; taken: {meanings}")

    def _put(self, settings: Mapping[str, Any]) -> None:
        for path, value in settings.items():
            kept = self.draft.get(path.removesuffix("+")) or [] if path.endswith("+") else None
            self.draft.put(path.removesuffix("+"), value if kept is None else [*kept, *value])

    def _likely(self, suspect: Suspect) -> Reading:
        if suspect.state in _BY_WORD:
            return _BY_WORD[suspect.state]
        is_unpaid = suspect.sign == "lacks" and is_of_invoices(self.table)
        return "counts" if is_unpaid else _LIKELY[suspect.sign]

    def _settings(self, reading: Mapping[str, Reading]) -> dict[str, Any]:
        column = self.kinds.column
        settings: dict[str, Any] = {}
        lost = [value for value, meant in reading.items() if meant == "lost"]
        if lost:
            rule = {"when": values_sql(column, lost), "because": f"not completed ({column.name})"}
            settings[f"{_REJECT}+"] = [rule]
        back = [value for value, meant in reading.items() if meant == "back"]
        if back:
            settings |= self._refunds(values_sql(column, back))
        return settings

    def _refunds(self, when: str) -> dict[str, Any]:
        """The settings by which these rows take their amount away again."""
        amount, settings = self.amount, {}
        base = amount.written
        if amount.column is not None:
            base = amount.column.name
            if amount.column.is_text:
                comma = {"type": "number", "decimal": amount.column.decimal}
                stated = "number" if amount.column.decimal == "." else comma
                settings[f"sources.{self.table.name}.types.{base}"] = stated
        settings[_AMOUNT] = {"sql": f"case when {when} then -abs({base}) else {base} end"}
        settings[_KIND] = {"sql": f"case when {when} then 'refund' else {self._kind(base)} end"}
        return settings

    def _kind(self, base: str) -> str:
        """The kind of the other rows, as SQL."""
        known = self.draft.get(_KIND)
        if isinstance(known, dict) and "sql" in known:
            return f"({known['sql']})"
        name = known.get("column") if isinstance(known, dict) else known
        signed = f"case when {base} < 0 then 'refund' else 'sale' end"
        return signed if name is None else f"coalesce(lower({name}), 'sale')"

    def _undone(self, first: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
        """What takes the first answer back."""
        undone: dict[str, Any] = {}
        if f"{_REJECT}+" in first:
            undone[f"{_REJECT}-"] = first[f"{_REJECT}+"]
        if _AMOUNT in first:
            is_typed = any(path.startswith("sources.") for path in first)
            column = self.amount.column
            plain = {"sql": column.name} if column is not None and is_typed else before[_AMOUNT]
            undone |= {_AMOUNT: plain, _KIND: before[_KIND]}
        return undone

    def _says(self, reading: Mapping[str, Reading]) -> str:
        parts = [f"'{value or 'empty'}': {_SAYS[meant]}" for value, meant in reading.items()]
        return "; ".join(parts) + "."

    def _ask(self, examples: Mapping[str, str]) -> str:
        column, rows = self.kinds.column, max(self.table.rows, 1)
        shown = "; ".join(
            f"'{s.value or 'empty'}' ({s.rows:,} rows, {s.rows / rows:.1%}, {s.money:,.2f} in all"
            f"{examples.get(s.value, '')}{'; ' if s.because else ''}{s.because})"
            for s in self.kinds.suspects
        )
        return (
            f"Do all rows of {self.table.name} count as purchases, whatever '"
            f"{column.label or column.name}' says? Most are '{self.kinds.main or 'empty'}', and "
            f"some are {shown}."
        )


def ask_row_kinds(
    draft: Draft, warehouse: Warehouse, purchases: Purchases, kinds: RowKinds, *, amount: Amount
) -> None:
    """Ask what the rows of the rarer words are, or write what their words say.

    The amount must be in the draft.
    """
    if kinds.says_so:
        _Question(draft, purchases.table, kinds, amount).take()
        return
    examples = _examples(warehouse, purchases, kinds, amount)
    is_second = any(question.key == "row_kinds" for question in draft.questions)
    key = "row_kinds.2" if is_second else "row_kinds"
    _Question(draft, purchases.table, kinds, amount).run(key, examples)


def _examples(
    warehouse: Warehouse, purchases: Purchases, kinds: RowKinds, amount: Amount
) -> dict[str, str]:
    """One row of each word: its amount and its day."""
    text = f"coalesce(trim(cast({quoted(kinds.column.name)} as varchar)), '')"
    listed = ", ".join(literal(suspect.value) for suspect in kinds.suspects)
    rows = warehouse.rows(
        f"select v, arg_min(a, t), cast(min(t) as date) from (select {text} as v, "
        f"{amount.loaded} as a, {purchases.when.sql} as t from {purchases.table.relation}) "
        f"where v in ({listed}) and a is not null and t is not null group by 1"
    )
    return {str(v): f"; such as {float(a):,.2f} on {day}" for v, a, day in rows}
