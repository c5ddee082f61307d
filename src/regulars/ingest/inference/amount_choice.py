"""Which number of a table of purchases is the amount: arithmetic between columns, then names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

import numpy as np

from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.currency_names import code_of
from regulars.ingest.inference.money_columns import equations, same_numbers
from regulars.ingest.inference.money_words import (
    amount_points,
    part_of,
    part_points,
)
from regulars.ingest.inference.no_money import is_no_money
from regulars.ingest.inference.number_rows import Equation, Numbers
from regulars.ingest.inference.price_columns import discount_of, is_price_of_all, unit_price
from regulars.ingest.inference.vocabulary import concepts
from regulars.ingest.inference.what_is_left import is_owed_of, was_handed_in

_BY_ARITHMETIC = 20
_ALIKE = 2  # points by which one name says no more than another that it is the amount
_MIN_NAMED = 3  # points of a name that says that the column holds an amount


@dataclass(frozen=True)
class Reckoning:
    """Quantity times price, less a discount: an amount, or a share of `discount_of`."""

    quantity: Column
    price: Column
    discount: Column | None = None
    discount_of: float = 0.0

    @property
    def columns(self) -> list[Column]:
        """The columns that take part."""
        return [column for column in (self.quantity, self.price, self.discount) if column]


@dataclass
class AmountChoice:
    """The column of the amount, or what it is reckoned from, with reasons and runners-up."""

    column: Column | None = None
    reckoned: Reckoning | None = None
    refunded: Column | None = None
    added: list[Column] = field(default_factory=list)  # of the order, beside the sum of its lines
    cents: bool = False
    reasons: list[str] = field(default_factory=list)
    rivals: list[Column] = field(default_factory=list)
    parts: dict[str, str] = field(default_factory=dict)  # other money columns: what they are
    sums: list[Equation] = field(default_factory=list)
    is_named: bool = True
    no_money: set[str] = field(default_factory=set)  # times of day, years, phones
    moves: set[str] = field(default_factory=set)  # columns by which a balance moves
    doubts: list[tuple[str, str, Equation]] = field(default_factory=list)  # taken, other, why

    def product(self, columns: Sequence[Column]) -> Reckoning | None:
        """Quantity times unit price, where the table has both."""
        quantity = next((c for c in columns if self.parts.get(c.name) == "quantity"), None)
        price = next((c for c in columns if self.parts.get(c.name) == "unit_price"), None)
        return Reckoning(quantity, price) if quantity and price else None

    @property
    def columns(self) -> list[Column]:
        """The raw columns that the amount uses."""
        own = [self.column] if self.column else []
        return own + (self.reckoned.columns if self.reckoned else []) + self.added


def choose_amount(
    numbers: Numbers,
    columns: Sequence[Column],
    *,
    quantity: Column | None,
    running: AbstractSet[str],
) -> AmountChoice:
    """The amount of a row among its number columns; `running` ones are none."""
    choice = AmountChoice()
    twins = same_numbers(numbers)
    scores: dict[str, float] = {}
    for column in columns:
        part = "balance" if column.name in running else part_of(column.name)
        if part is not None:
            choice.parts[column.name] = part
        scores[column.name] = float(amount_points(column.name)) if part is None else -1.0
        if part is None and (column.affix or any(map(code_of, column.currencies))):
            scores[column.name] += _MIN_NAMED  # a sign of money says what a name leaves open
        if is_no_money(column, numbers):
            choice.no_money.add(column.name)
        is_other = column is quantity or column.percent or column.name in choice.no_money
        if column.name in twins or is_other:
            scores[column.name] = -1.0
        if column is quantity:
            choice.parts[column.name] = "quantity"
    _set_owed_apart(numbers, scores, choice)
    sums = equations(numbers, without=frozenset({*running, *twins}))
    choice.sums = sums
    for equation in sums:
        _score_sum(equation, numbers, scores, choice)
    _score_product(numbers, columns, quantity=quantity, scores=scores, choice=choice)
    _decide(numbers, columns, quantity=quantity, scores=scores, choice=choice)
    choice.refunded = _refunded(columns, choice)
    return choice


def _set_owed_apart(numbers: Numbers, scores: dict[str, float], choice: AmountChoice) -> None:
    """What is still open of another amount is none, whatever it is called."""
    amounts = [name for name, score in scores.items() if score > 0 and name in numbers.values]
    for name in [name for name in scores if scores[name] >= 0 and name in numbers.values]:
        if any(other != name and is_owed_of(numbers, name, other) for other in amounts):
            choice.parts[name], scores[name] = "balance", -1.0


def _score_sum(
    equation: Equation, numbers: Numbers, scores: dict[str, float], choice: AmountChoice
) -> None:
    """What the customer paid is before fees, with tax and shipping, and after discounts."""
    main = max((name for _, name in equation.parts), key=numbers.size)
    small = [name for _, name in equation.parts if name != main]
    roles = {name: part_of(name) for name in (*small, main, equation.total)}
    if was_handed_in(equation, numbers):
        _take(main, equation, scores, choice)
        return
    if roles[equation.total] == "quantity" or "quantity" in roles.values():
        return
    off = [name for name in small if roles[name] == "discount"]
    back = [name for name in small if roles[name] == "refunded"]
    paid = main if off and len(off) == len(small) else equation.total
    if back and len(back) == len(small):
        paid = equation.total
    elif off and len(off) < len(small):
        paid = _better_named(equation.total, main)
    elif not any(roles[name] for name in small):
        if _is_named_less(equation.total, main):
            paid = main
        if roles[equation.total] is None and _are_alike(equation.total, main):
            choice.doubts.append(
                (paid, main if paid == equation.total else equation.total, equation)
            )
    _take(paid, equation, scores, choice)


def _take(paid: str, equation: Equation, scores: dict[str, float], choice: AmountChoice) -> None:
    for name in equation.names - {paid}:
        scores[name] = min(scores.get(name, 0.0), 0.0)
    if scores.get(paid, -1.0) >= 0 or part_of(paid) is None:
        scores[paid] = max(scores.get(paid, 0.0), 0.0) + _BY_ARITHMETIC
        choice.reasons.append(str(equation))


def _are_alike(total: str, main: str) -> bool:
    """Whether names do not say which of the two the customer pays: both amounts, or neither."""
    if "payable" in concepts(main) or "payable" in concepts(total) or "net" in concepts(main):
        return False
    return abs(amount_points(total) - amount_points(main)) <= _ALIKE


def _better_named(first: str, second: str) -> str:
    return second if amount_points(second) > amount_points(first) else first


def _is_named_less(total: str, main: str) -> bool:
    """Whether names say that the larger column is the one before something is taken off."""
    return amount_points(total) < amount_points(main) and "net" not in concepts(main)


def _score_product(
    numbers: Numbers,
    columns: Sequence[Column],
    *,
    quantity: Column | None,
    scores: dict[str, float],
    choice: AmountChoice,
) -> None:
    """Quantity times unit price, also less a discount, is an amount: found among all columns."""
    by_name = {column.name: column for column in columns if column.name in numbers.values}
    quantities = [quantity] if quantity is not None else [c for c in by_name.values() if c.whole]
    for counted in quantities:
        for price in by_name.values():
            if price is counted or counted.name not in by_name:
                continue
            target = _product_target(numbers, by_name, counted, price)
            if target is not None:
                name, discount, reason = target
                scores[name] = max(scores.get(name, 0.0), 0.0) + _BY_ARITHMETIC + 1
                choice.parts[price.name] = "unit_price"
                scores[price.name] = min(scores.get(price.name, 0.0), -1.0)
                choice.parts.setdefault(counted.name, "quantity")
                scores[counted.name] = -1.0
                if discount:
                    choice.parts[discount] = "discount"
                choice.reasons.append(reason)


def _product_target(
    numbers: Numbers, by_name: Mapping[str, Column], counted: Column, price: Column
) -> tuple[str, str | None, str] | None:
    """The column that is quantity times price, or that less a discount; not by quantities of 1."""
    units, each = numbers.values[counted.name], numbers.values[price.name]
    if not np.any(np.nan_to_num(units, nan=1.0) != 1.0) or not np.any(np.nan_to_num(each) > 1.0):
        return None
    product = units * each
    differs = np.nan_to_num(np.abs(product - each)) > 0.01
    if differs.mean() < 0.02:
        return None
    names = [name for name in by_name if name not in (counted.name, price.name)]
    product_text = f"{counted.name} x {price.name}"
    for name in names:
        if part_of(name) in ("discount", "quantity", "unit_price", "tax", "shipping"):
            continue
        for discount in names:
            if discount == name or part_of(discount) != "discount":
                continue
            off = np.nan_to_num(numbers.values[discount])
            if not np.any(off):
                continue
            if numbers.are_equal(name, product - np.abs(off)):
                return name, discount, f"{name} = {product_text} - {discount}"
            share = off / 100 if np.nanmax(off) > 1 else off
            if numbers.are_equal(name, product * (1 - share), within=0.02):
                return name, discount, f"{name} = {product_text}, less the share {discount}"
        if numbers.are_equal(name, product, within=0.02):
            return name, None, f"{name} = {product_text}"
    return None


def _decide(
    numbers: Numbers,
    columns: Sequence[Column],
    *,
    quantity: Column | None,
    scores: Mapping[str, float],
    choice: AmountChoice,
) -> None:
    usable = [c for c in columns if c is not quantity and scores.get(c.name, -1.0) >= 0]
    ranked = sorted(usable, key=lambda column: -scores[column.name])
    price = unit_price(columns, quantity)
    best = ranked[0] if ranked and scores[ranked[0].name] > 0 else None
    if best is not None and (scores[best.name] >= _MIN_NAMED or price is None):
        choice.column = best
        choice.rivals = [
            c for c in ranked[1:] if scores[c.name] >= scores[best.name] and scores[c.name] > 0
        ]
        return
    if price is not None and quantity is not None and is_price_of_all(numbers, quantity, price):
        choice.column = price
        choice.reasons.append(f"'{price.name}' grows with '{quantity.name}': it is of all of them")
        return
    if price is not None and quantity is not None:
        choice.reckoned = Reckoning(quantity, price, *discount_of(numbers, columns))
        return
    fraction = next((c for c in ranked if not c.whole), None)
    choice.column = price or fraction or next(iter(ranked), None)
    choice.is_named = False


def _refunded(columns: Sequence[Column], choice: AmountChoice) -> Column | None:
    """The column of what was paid back of the amount: never more than it, and not always zero."""
    for column in columns:
        is_named = part_points(column.name, "refunded") >= 3
        if column.name in choice.no_money:
            continue
        if is_named and column.high and column not in choice.columns and column.distinct > 1:
            return column
    return None
