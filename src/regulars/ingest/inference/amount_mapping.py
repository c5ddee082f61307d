"""Write the amount of a purchase into a draft: a column, or SQL over several."""

from __future__ import annotations

from dataclasses import dataclass, field

from regulars.ingest.inference.amount_choice import AmountChoice, Reckoning
from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.draft import Draft
from regulars.ingest.inference.money_columns import number_sql
from regulars.ingest.inference.money_words import amount_points
from regulars.ingest.inference.profiled_tables import Table

AT = "entities.transactions"
_UNITS = {"distance": "km", "kilometer": "km", "km": "km", "miles": "miles", "points": "points"}


@dataclass
class Amount:
    """The amount as SQL of the project file and of the loaded table, while it is being found.

    `column` is set as long as the amount is that column as it stands.
    """

    draft: Draft
    table: Table
    column: Column | None
    written: str
    loaded: str
    reasons: list[str] = field(default_factory=list)
    is_probable: bool = False

    @classmethod
    def of(cls, draft: Draft, table: Table, choice: AmountChoice) -> Amount:
        """The amount as it was chosen; a table without any number counts its rows."""
        if choice.column is None and choice.reckoned is None:
            return cls(draft, table, None, "1", "1", ["no money here: every row counts as 1"])
        if choice.reckoned is not None:
            amount = cls._reckoned(draft, table, choice.reckoned)
        else:
            column = choice.column
            assert column is not None
            amount = cls(draft, table, column, column.name, number_sql(column))
        for column in choice.added:
            amount.add(column)
        if choice.cents:
            amount.change("{} / 100.0", "in the smallest unit of the currency: divided by 100")
        return amount

    def add(self, column: Column) -> None:
        """Add a number of the whole order, which its first line brings."""
        name = self.draft.use_in_sql(self.table, column)
        self.change(f"{{}} + coalesce({name}, 0)", f"with '{column.name}' of the order")
        self.loaded = f"{self.loaded} + coalesce({number_sql(column)}, 0)"

    @classmethod
    def _reckoned(cls, draft: Draft, table: Table, reckoned: Reckoning) -> Amount:
        quantity, price, off = reckoned.quantity, reckoned.price, reckoned.discount
        written = " * ".join(draft.use_in_sql(table, column) for column in (quantity, price))
        because = "no column holds the total: quantity x unit price"
        if off is not None:
            name = draft.use_in_sql(table, off)
            less = {0.0: f" - coalesce({name}, 0)", 1.0: f" * (1 - coalesce({name}, 0))"}
            written += less.get(reckoned.discount_of, f" * (1 - coalesce({name}, 0) / 100.0)")
            because += f", less '{off.name}'"
        return cls(draft, table, None, written, reckoned_sql(reckoned), [because])

    def change(self, template: str, because: str) -> None:
        """Put the amount into an expression, where `{}` stands for it."""
        if self.column is not None:
            self.written = self.draft.use_in_sql(self.table, self.column)
            self.column = None
        is_simple = self.written.replace("_", "a").isalnum()
        inner = self.written if is_simple or template.count("{}") > 1 else f"({self.written})"
        self.written = template.replace("{}", inner)
        self.reasons.append(because)

    def put(self) -> None:
        """Write it."""
        because = "; ".join(self.reasons)
        path = f"{AT}.columns.amount"
        if self.column is not None:
            self.draft.map_column(path, self.column, because)
            if self.is_probable:
                self.draft.probable.add(path)
            return
        self.draft.put(path, {"sql": self.written}, because, probable=self.is_probable)


def reckoned_sql(reckoned: Reckoning) -> str:
    """Quantity times price, less a discount, as SQL of the loaded table."""
    product = f"{number_sql(reckoned.quantity)} * {number_sql(reckoned.price)}"
    if reckoned.discount is None:
        return product
    off = f"coalesce({number_sql(reckoned.discount)}, 0)"
    if reckoned.discount_of:
        return f"({product}) * (1 - {off} / {reckoned.discount_of})"
    return f"({product}) - {off}"


def say_choice(draft: Draft, choice: AmountChoice) -> None:
    """Note what a reader should know of the choice: a guess, rivals, a unit that is no money."""
    if choice.column is None and choice.reckoned is None:
        draft.leave_open("no column holds an amount, so value means the number of rows")
        draft.put("amount_unit", "rows")
        return
    if choice.column is None:
        return
    name = choice.column.name
    if not choice.is_named:
        draft.leave_open(f"which column is the amount; taken: {name}")
        draft.probable.add(f"{AT}.columns.amount")
    unit = next((unit for word, unit in _UNITS.items() if word in name.split("_")), None)
    if unit is not None and amount_points(name) <= 2:
        draft.put("amount_unit", unit, "amounts are no money; the unit is a guess")
        draft.leave_open(f"the unit of the amount '{name}'; taken: {unit}")
    rivals = [c.name for c in choice.rivals]
    if rivals:
        draft.leave_open(f"which column is the amount; taken: {name}, not {', '.join(rivals)}")
        draft.probable.add(f"{AT}.columns.amount")


def reject(draft: Draft, when: str, because: str, reason: str = "") -> None:
    """Add a rule by which rows are quarantined with a reason."""
    rules = list(draft.get(f"{AT}.reject") or [])
    rule = {"when": when, "because": because}
    if rule not in rules:
        rules.append(rule)
    known = draft.reasons.get(tuple(f"{AT}.reject".split(".")), "")
    draft.put(f"{AT}.reject", rules, "; ".join(part for part in (known, reason) if part))


def reject_free(draft: Draft, price: Column) -> None:
    """Set rows with a price of zero or less aside."""
    if price.low is None or price.low > 0:
        return
    reject(
        draft,
        f"{price.name} <= 0",
        "the price is zero or less",
        "gifts, samples and corrections: rejected with this reason",
    )
