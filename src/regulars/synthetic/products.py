"""A shop's catalogue: goods with codes, names, prices and popularity, and entries that are none."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from regulars.synthetic.drawing import Floats, Ints, choose
from regulars.synthetic.raw_columns import with_cents
from regulars.synthetic.shop_words import GOODS, LOOKS, MOTIFS

PRODUCTS = 2_500

# code, name, share among these entries, price
CHARGES: tuple[tuple[str, str, float, float], ...] = (
    ("POST", "POSTAGE", 0.40, 18.0),
    ("DOT", "DOTCOM POSTAGE", 0.24, 180.0),
    ("M", "Manual", 0.20, 40.0),
    ("C2", "CARRIAGE", 0.05, 50.0),
    ("D", "Discount", 0.03, 25.0),
    ("S", "SAMPLES", 0.02, 30.0),
    ("BANK CHARGES", "Bank Charges", 0.02, 15.0),
    ("AMAZONFEE", "AMAZON FEE", 0.01, 900.0),
    ("gift_0001_20", "Gift Voucher 20.00", 0.02, 16.67),
    ("ADJUST", "Adjustment by hand", 0.01, 60.0),
)
NOTES = ("check", "damages", "found", "lost", "?", "wrongly coded", "thrown away")
BAD_DEBT = ("B", "Adjust bad debt")
BAD_DEBT_OF = 11_062.0


@dataclass(frozen=True)
class ProductCatalogue:
    """Goods come first, then `CHARGES`, the bad debt, and `NOTES` of the warehouse.

    `prices` are GBP per unit, shape (entries,); `popularity` sums to 1 over the goods only.
    """

    codes: list[str]
    names: list[str]
    prices: Floats
    popularity: Floats

    def bought(self, rng: np.random.Generator, size: int) -> Ints:
        """Entries of goods, drawn by popularity."""
        edges = np.cumsum(self.popularity)
        drawn = np.searchsorted(edges / edges[-1], rng.random(size), side="right")
        return np.minimum(drawn, len(self.popularity) - 1)

    def charged(self, rng: np.random.Generator, size: int) -> Ints:
        """Entries of charges: postage, fees, corrections."""
        return PRODUCTS + choose(rng, [share for _, _, share, _ in CHARGES], size=size)

    @property
    def count(self) -> int:
        """How many goods there are; entries from here on are none."""
        return len(self.popularity)

    @property
    def bad_debt(self) -> int:
        """The entry of bad debts."""
        return PRODUCTS + len(CHARGES)

    def noted(self, rng: np.random.Generator, size: int) -> Ints:
        """Entries of notes that the warehouse left in the name field."""
        return self.bad_debt + 1 + rng.integers(0, len(NOTES), size)


def catalogue(rng: np.random.Generator) -> ProductCatalogue:
    """A catalogue of `PRODUCTS` goods; a few sell a lot, most a little."""
    numbers = np.sort(rng.choice(np.arange(20_000, 90_000), PRODUCTS, replace=False))
    letters = np.array(["", "A", "B", "C"])[choose(rng, (0.8, 0.08, 0.07, 0.05), size=PRODUCTS)]
    names = rng.choice(len(LOOKS) * len(MOTIFS) * len(GOODS), PRODUCTS, replace=False)
    prices = with_cents(_list_prices(rng))
    popularity = rng.pareto(1.4, PRODUCTS) + 0.05
    charges = np.array([price for *_, price in CHARGES])
    return ProductCatalogue(
        codes=[*np.char.add(numbers.astype(str), letters).tolist(), *_codes_beyond_goods(numbers)],
        names=[*_name_goods(names), *(name for _, name, *_ in CHARGES), BAD_DEBT[1], *NOTES],
        prices=np.concatenate((prices, charges, [BAD_DEBT_OF], np.zeros(len(NOTES)))),
        popularity=popularity / popularity.sum(),
    )


def _list_prices(rng: np.random.Generator) -> Floats:
    """Steps of 5 pence, many of them a penny less."""
    rounded = np.rint(np.exp(rng.normal(0.75, 0.85, PRODUCTS)) * 20) / 20
    less = 0.01 * rng.integers(0, 2, PRODUCTS)
    prices: Floats = np.maximum(rounded, 0.2) - less
    return prices


def _name_goods(combinations: Ints) -> list[str]:
    """Each number is one combination of look, motif and kind, such as RED OWL MUG."""
    rest, good = np.divmod(combinations, len(GOODS))
    look, motif = np.divmod(rest, len(MOTIFS))
    name = np.array(LOOKS)[look]
    for part in (np.array(MOTIFS)[motif], np.array(GOODS)[good]):
        name = np.char.add(np.char.add(name, " "), part)
    return [str(text) for text in name]


def _codes_beyond_goods(numbers: Ints) -> list[str]:
    """Charges have codes of their own; a note stands on the line of some real product."""
    noted = numbers[: len(NOTES)].astype(str).tolist()
    return [*(code for code, *_ in CHARGES), BAD_DEBT[0], *noted]
