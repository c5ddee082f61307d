"""Companies that never were: people who buy again and again until they stop, and members who leave.

Everything is drawn from the folder's own name, in plain Python, and in whole cents: the totals of a
truth file are sums over these lists, made without any code of the product.
"""

from __future__ import annotations

import random
import zlib
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from tests.understanding.words import CITIES, COUNTRY, FIRST, GOODS, GROUPS, LAST

COUNTED = ("paid", "partly")


@dataclass(frozen=True)
class Person:
    """Somebody who may buy, or a member."""

    number: int
    first: str
    last: str
    email: str
    phone: str
    city: str
    country: str
    birth: date
    joined: date
    group: str
    left: date | None = None

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first} {self.last}"


@dataclass(frozen=True)
class Line:
    """One product in an order; the price is that of one unit, in cents."""

    product: str
    sku: str
    group: str
    quantity: int
    price: int

    @property
    def total(self) -> int:
        """Cents of the line."""
        return self.quantity * self.price


@dataclass(frozen=True)
class Order:
    """One order; `state` is paid, partly (partly refunded), refunded, open, cancelled or failed."""

    number: int
    person: Person | None
    at: datetime
    lines: tuple[Line, ...]
    state: str
    refund: int = 0
    refund_at: datetime | None = None

    @property
    def total(self) -> int:
        """Cents of all lines."""
        return sum(line.total for line in self.lines)

    @property
    def counts(self) -> bool:
        """Whether somebody bought something and kept a part of it."""
        return self.person is not None and self.state in COUNTED

    @property
    def is_paid(self) -> bool:
        """Whether it was paid, whatever came back later."""
        return self.person is not None and self.state in (*COUNTED, "refunded")


@dataclass
class Company:
    """People and their orders, in order of time."""

    random: random.Random
    people: list[Person]
    orders: list[Order] = field(default_factory=list)

    def buyers(self) -> list[Person]:
        """The people with any order, whatever came of it."""
        numbers = {order.person.number for order in self.orders if order.person}
        return [person for person in self.people if person.number in numbers]


def drawing(name: str) -> random.Random:
    """The random numbers of a folder."""
    return random.Random(zlib.crc32(name.encode()))


def _ascii(text: str) -> str:
    return "".join(letter for letter in text.lower() if "a" <= letter <= "z")


def people(rng: random.Random, count: int, *, language: str, start: date) -> list[Person]:
    """People of one country, each with an e-mail and a phone of its own."""
    made = []
    for number in range(count):
        first, last = rng.choice(FIRST[language]), rng.choice(LAST[language])
        mail = f"{_ascii(first) or 'user'}.{_ascii(last) or 'mail'}{number}@example.{rng.choice(('com', 'org', 'net'))}"
        made.append(
            Person(
                number=1001 + number * 7,
                first=first,
                last=last,
                email=mail,
                phone=f"+{rng.choice((44, 49, 33))}{rng.randrange(10**9, 10**10)}",
                city=rng.choice(CITIES[language]),
                country=COUNTRY[language],
                birth=date(1950, 1, 1) + timedelta(days=rng.randrange(19000)),
                joined=start + timedelta(days=int(rng.random() ** 2 * 500)),
                group=rng.choice(("Standard", "Standard", "Plus", "Premium")),
            )
        )
    return made


def _lines(rng: random.Random, language: str) -> tuple[Line, ...]:
    chosen = rng.sample(range(8), rng.choice((1, 1, 1, 2, 2, 3)))
    return tuple(
        Line(
            product=GOODS[language][number],
            sku=f"SKU-{100 + number}",
            group=GROUPS[number // 2],
            quantity=rng.choice((1, 1, 1, 2, 3)),
            price=(450, 2990, 795, 1250, 349, 3900, 4995, 520)[number],
        )
        for number in chosen
    )


def company(
    name: str,
    *,
    language: str = "en",
    customers: int = 240,
    start: date = date(2022, 1, 10),
    months: int = 24,
    every: int = 45,
    states: dict[str, float] | None = None,
    guests: float = 0.0,
) -> Company:
    """A company whose customers buy about every `every` days until they silently stop.

    `states` gives the share of orders that are not simply paid; `guests` that of orders without a
    customer. No order lies within a day of New Year: a shift of hours then moves no year.
    """
    rng = drawing(name)
    end = start + timedelta(days=round(months * 30.4))
    everybody = people(rng, customers, language=language, start=start)
    orders: list[Order] = []
    for person in everybody:
        pace = every * rng.choice((0.5, 0.8, 1.0, 1.0, 1.5, 2.0))
        stop = person.joined + timedelta(days=rng.choice((60, 150, 300, 500, 900, 900, 900)))
        day = person.joined + timedelta(days=rng.randrange(20))
        while day < min(stop, end):
            orders.append(_order(rng, person, day, language=language, states=states or {}))
            day += timedelta(days=max(1, round(rng.expovariate(1 / pace))))
    orders = [
        replace(order, person=None) if rng.random() < guests else order
        for order in orders
        if order.at.strftime("%m-%d") not in ("12-31", "01-01")
    ]
    orders.sort(key=lambda order: order.at)
    numbered = [replace(order, number=50001 + place) for place, order in enumerate(orders)]
    return Company(rng, everybody, numbered)


def _order(
    rng: random.Random, person: Person, day: date, *, language: str, states: dict[str, float]
) -> Order:
    at = datetime(
        day.year, day.month, day.day, rng.randrange(8, 21), rng.randrange(60), rng.randrange(60)
    )
    lines = _lines(rng, language)
    total = sum(line.total for line in lines)
    state = rng.choices(["paid", *states], [1 - sum(states.values()), *states.values()])[0]
    refund = {"refunded": total, "partly": round(total * 0.4)}.get(state, 0)
    later = at + timedelta(days=rng.randrange(2, 15)) if refund else None
    return Order(0, person, at, lines, state, refund, later)


MIXED = {"cancelled": 0.05, "open": 0.03, "refunded": 0.03, "partly": 0.03}


def money(cents: int, *, mark: str = ".", group: str = "") -> str:
    """1234550 as 12345.50; with another decimal mark and a mark between thousands."""
    sign, cents = ("-" if cents < 0 else ""), abs(cents)
    whole = f"{cents // 100:,}".replace(",", group)
    return f"{sign}{whole}{mark}{cents % 100:02d}"


def members(
    name: str,
    *,
    count: int = 400,
    language: str = "en",
    start: date = date(2019, 3, 1),
    end: date = date(2024, 3, 31),
) -> tuple[random.Random, list[Person]]:
    """Members with a day of joining, and of leaving for about four in ten."""
    rng = drawing(name)
    made = []
    for person in people(rng, count, language=language, start=start):
        joined = start + timedelta(days=rng.randrange((end - start).days - 40))
        stay = round(rng.expovariate(1 / (500 if person.group == "Standard" else 1400))) + 28
        left = joined + timedelta(days=stay)
        made.append(replace(person, joined=joined, left=left if left <= end else None))
    return rng, made
