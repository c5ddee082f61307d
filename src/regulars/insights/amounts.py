"""Numbers as people read them: in the project's currency or unit, with thousands separators."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING

from regulars.core import counts
from regulars.release.contact_costs import ContactCosts

if TYPE_CHECKING:  # a run in which nothing is stale loads no database
    from regulars.insights.release_reading import Reading

NOTHING = "–"
several = counts.several
_SIGNS = {"EUR": "€", "GBP": "£", "INR": "₹", "JPY": "¥", "USD": "$"}
_WITHOUT_CENTS = frozenset({"JPY", "KRW", "VND", "CLP", "ISK"})
_STEPS = ((1e9, "B"), (1e6, "M"), (1e3, "k"))
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True)
class Unit:
    """What amounts are counted in: a currency (`GBP`), or something else (`km`)."""

    name: str
    is_money: bool = True

    @property
    def noun(self) -> str:
        """What a sum of amounts is called."""
        return "Sales" if self.is_money else f"Amount ({self.name})"

    def exact(self, amount: float | None) -> str:
        """`£8,911,407.90`: every cent."""
        places = 0 if not self.is_money or self.name in _WITHOUT_CENTS else 2
        return NOTHING if amount is None else self._with_sign(f"{abs(amount):,.{places}f}", amount)

    def whole(self, amount: float | None) -> str:
        """`£8,911,408`; cents only below 100."""
        if amount is None:
            return NOTHING
        if 0 < abs(amount) < 100 and round(amount) != amount:
            return self.exact(amount)
        return self._with_sign(f"{abs(amount):,.0f}", amount)

    def short(self, amount: float | None) -> str:
        """`£8.91M`: three figures, for headlines and axes."""
        if amount is None:
            return NOTHING
        return self._with_sign(short_number(abs(amount)), amount)

    def _with_sign(self, digits: str, amount: float) -> str:
        minus = "-" if amount < 0 and digits.strip("0.,") else ""
        if self.is_money:
            sign = _SIGNS.get(self.name, f"{self.name} ")
            return f"{minus}{sign}{digits}"
        return f"{minus}{digits} {self.name}"


def unit_of(reading: Reading) -> Unit:
    """The unit of a release's amounts."""
    project = reading.project
    return Unit(project.unit, is_money=project.unit == project.currency)


def customer_value_unit(reading: Reading) -> Unit:
    """The unit of predicted values, of value at risk, and of what a contact costs.

    An attribute that says it is money, also where amounts are counted in something else.
    """
    project, value = reading.project, reading.value
    if value is None or (value.priority_from != "attribute" and not value.unit):
        return unit_of(reading)
    name = project.currency if value.priority_from == "attribute" else value.unit
    return Unit(name, is_money=name == project.currency)


def count(number: float | None) -> str:
    """`4,338`."""
    return NOTHING if number is None else f"{number:,.0f}"


def short_number(number: float) -> str:
    """`8.91M`, `24.6k`, `310`: three figures."""
    for step, letter in _STEPS:
        if abs(number) >= step * 0.9995:
            return f"{_three_figures(number / step)}{letter}"
    return _three_figures(number)


def decimal(number: float | None, places: int = 3) -> str:
    """`0.733`."""
    return NOTHING if number is None else f"{number:.{places}f}"


def plain(number: float | None) -> str:
    """A number of any size without noise: `0`, `3.25`, `1,204`."""
    if number is None:
        return NOTHING
    return f"{number:,.0f}" if abs(number) >= 100 or number == round(number) else f"{number:.3g}"


def cell(value: object) -> str:
    """A value of any kind, such as an attribute: `yes`, `2024-06-22`, `3.25`."""
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime) and value.time() == time():
        return str(value.date())
    if isinstance(value, int | float | Decimal):
        return plain(float(value))
    return str(value)


def percent(share: float | None, places: int = 1) -> str:
    """`24.9 %` of a share of 0.249; what is not nothing never shows as nothing."""
    if share is None:
        return NOTHING
    smallest = 10**-places
    if 0 < 100 * share < smallest / 2:
        return f"under {smallest:.{places}f} %"
    return f"{100 * share:,.{places}f} %"


def costs_words(costs: ContactCosts, unit: Unit) -> str:
    """`assumed: contact £2, offer £0, save rate 20 %`, or what is stated of them."""
    figures = {
        "contact_cost": f"contact {unit.whole(costs.contact_cost)}",
        "offer_cost": f"offer {unit.whole(costs.offer_cost)}",
        "save_rate": f"save rate {percent(costs.save_rate, 0)}",
    }
    stated = [words for name, words in figures.items() if name not in costs.assumed]
    assumed = [words for name, words in figures.items() if name in costs.assumed]
    parts = [
        f"{kind}: {', '.join(listed)}"
        for kind, listed in (("stated", stated), ("assumed", assumed))
        if listed
    ]
    return "; ".join(parts)


def day_words(day: date | datetime | None) -> str:
    """`10 December 2011`."""
    return NOTHING if day is None else f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def month_words(month: date) -> str:
    """`December 2011`."""
    return f"{_MONTHS[month.month - 1]} {month.year}"


def month_label(month: date) -> str:
    """`Dec`."""
    return _MONTHS[month.month - 1][:3]


def _three_figures(number: float) -> str:
    size = abs(number)
    places = 2 if size < 9.995 else 1 if size < 99.95 else 0
    text = f"{number:,.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
