"""The airline recipe: a loyalty programme with monthly activity and dated cancellations.

The hazard of cancelling depends on the month of tenure as in the published Canadian file: half of
all cancellations fall on month 8. The activity file has one row per member and month, also for
months before enrolment and after cancellation, and about one member in a hundred has two.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from regulars.synthetic.company_size import Size, epoch_days
from regulars.synthetic.drawing import (
    Floats,
    Ints,
    choose,
)
from regulars.synthetic.memberships import (
    ENROLMENT_MONTHS,
    MONTHS,
    NEVER,
    SURPLUS_MEMBERS,
    Members,
    activity,
    history,
    members_of,
    month_number,
)
from regulars.synthetic.raw_columns import category
from regulars.synthetic.recipe import Recipe, TableSpec
from regulars.synthetic.row_rules import EveryRow, between, filled, matches, one_of
from regulars.synthetic.rule_kinds import (
    KnownKey,
    RowCount,
    Rule,
    Severity,
    Share,
    UniqueKey,
    positions,
)

EDUCATION = ("Bachelor", "College", "High School or Below", "Doctor", "Master")
EDUCATION_SHARES = (62.6, 25.3, 4.7, 4.4, 3.0)
COLLEGE = 1
SALARY = (72_450.0, 0.0, 61_100.0, 178_600.0, 103_800.0)
SALARY_SPREAD = (17_200.0, 0.0, 12_700.0, 70_500.0, 17_500.0)
CARDS = ("Star", "Nova", "Aurora")
CARD_VALUE = (2_900.0, 3_900.0, 6_250.0)  # median CLV above its floor
MARRIED = ("Married", "Single", "Divorced")

# city, province, first letter of its postal codes, members per 16,737
CITIES: tuple[tuple[str, str, str, int], ...] = (
    ("Toronto", "Ontario", "M", 3351), ("Vancouver", "British Columbia", "V", 2582),
    ("Montreal", "Quebec", "H", 2059), ("Winnipeg", "Manitoba", "R", 658),
    ("Whistler", "British Columbia", "V", 582), ("Halifax", "Nova Scotia", "B", 518),
    ("Ottawa", "Ontario", "K", 509), ("Trenton", "Ontario", "K", 486),
    ("Edmonton", "Alberta", "T", 486), ("Quebec City", "Quebec", "G", 485),
    ("Dawson Creek", "British Columbia", "V", 444), ("Fredericton", "New Brunswick", "E", 425),
    ("Regina", "Saskatchewan", "S", 409), ("Kingston", "Ontario", "K", 401),
    ("Tremblant", "Quebec", "J", 398), ("Victoria", "British Columbia", "V", 389),
    ("Hull", "Quebec", "J", 358), ("West Vancouver", "British Columbia", "V", 324),
    ("St. John's", "Newfoundland", "A", 258), ("Thunder Bay", "Ontario", "P", 256),
    ("Sudbury", "Ontario", "P", 227), ("Moncton", "New Brunswick", "E", 211),
    ("Calgary", "Alberta", "T", 191), ("Banff", "Alberta", "T", 179),
    ("London", "Ontario", "N", 174), ("Peace River", "Alberta", "T", 113),
    ("Whitehorse", "Yukon", "Y", 110), ("Kelowna", "British Columbia", "V", 88),
    ("Charlottetown", "Prince Edward Island", "C", 66),
)  # fmt: skip

MEMBERS = TableSpec(
    "members",
    "Customer Loyalty History.csv",
    words=("City", "Gender", "Loyalty Card"),
    optional=("Gender", "Marital Status", "CLV"),
    personal=("City", "Postal Code", "Salary"),
    kinds={"Salary": pa.int64(), "Cancellation Year": pa.int64(), "Cancellation Month": pa.int64()},
    marked=True,
)
ACTIVITY = TableSpec(
    "activity",
    "Customer Flight Activity.csv",
    customer="Loyalty Number",
    occurred=("Year", "Month"),
    dates=("Month",),
    optional=("Distance", "Points Accumulated"),
    kinds={"Points Accumulated": pa.float64(), "Distance": pa.int64()},
    marked=True,
)
CALENDAR = TableSpec("calendar", "Calendar.csv")


def chunks(size: Size) -> Iterator[tuple[str, pa.Table]]:
    """Members, then activity month by month, then the calendar."""
    members = members_of(size)
    yield MEMBERS.name, _member_table(size, members)
    rng = size.rng("activity")
    for month in range(*history(size)):
        yield ACTIVITY.name, activity(rng, members, month)
    yield CALENDAR.name, _calendar(size)


def _member_table(size: Size, members: Members) -> pa.Table:
    rng = size.rng("attributes")
    count = size.customers
    city = choose(rng, [weight for *_, weight in CITIES], size=count)
    education = choose(rng, EDUCATION_SHARES, size=count)
    card = choose(rng, (45.6, 33.9, 20.5), size=count)
    left = members.cancelled < NEVER
    promotion = f"{(month_number(size.until) - 1) // 12} Promotion"
    return pa.table(
        {
            "Loyalty Number": members.number,
            "Country": category(("Canada",), np.zeros(count)),
            "Province": category([province for _, province, *_ in CITIES], city),
            "City": category([name for name, *_ in CITIES], city),
            "Postal Code": _postal_codes(rng, city),
            "Gender": category(("Female", "Male"), rng.integers(0, 2, count)),
            "Education": category(EDUCATION, education),
            "Salary": _salaries(rng, education),
            "Marital Status": category(MARRIED, choose(rng, (58.2, 26.8, 15.0), size=count)),
            "Loyalty Card": category(CARDS, card),
            "CLV": np.round(1_898 + _values(rng, card), 2),
            "Enrollment Type": category(("Standard", promotion), members.promoted),
            "Enrollment Year": members.enrolled // 12,
            "Enrollment Month": members.enrolled % 12 + 1,
            "Cancellation Year": pa.array(members.cancelled // 12, mask=~left),
            "Cancellation Month": pa.array(members.cancelled % 12 + 1, mask=~left),
        }
    )


def _values(rng: np.random.Generator, card: Ints) -> Floats:
    """CLV by card only: in the real file, too, it has nothing to do with flights."""
    values: Floats = np.array(CARD_VALUE)[card] * np.exp(rng.normal(0.0, 0.9, len(card)))
    return np.minimum(values, 81_000.0)


def _salaries(rng: np.random.Generator, education: Ints) -> pa.Array:
    """Yearly CAD: unknown for College, and a few with a minus that nobody earned."""
    salary = rng.normal(np.array(SALARY)[education], np.array(SALARY_SPREAD)[education])
    salary = np.maximum(salary, 15_000.0).astype(np.int64)
    known = np.flatnonzero(education != COLLEGE)
    wrong = rng.choice(known, max(1, round(len(education) * 0.0012)), replace=False)
    salary[wrong] *= -1
    return pa.array(salary, mask=education == COLLEGE)


def _postal_codes(rng: np.random.Generator, city: Ints) -> pa.StringArray:
    """A few codes per city, such as M2Z 4K1; the first letter is the region's."""
    codes = len(CITIES) * 4
    letters = rng.integers(0, 20, (codes, 2))
    figures = rng.integers(0, 10, (codes, 3))
    alphabet = np.array(list("ABCEGHJKLMNPRSTVWXYZ"))
    region = np.repeat(np.array([first for _, _, first, _ in CITIES]), 4)
    text = region
    for part in (figures[:, 0], alphabet[letters[:, 0]], " ", figures[:, 1]):
        text = np.char.add(text, np.asarray(part).astype(str))
    text = np.char.add(np.char.add(text, alphabet[letters[:, 1]]), figures[:, 2].astype(str))
    return category(text.tolist(), city * 4 + choose(rng, (5, 2, 1, 1), size=len(city)))


def _calendar(size: Size) -> pa.Table:
    """Every day from the first enrolment year to the end of history, as 7/1/24."""
    first_year = (month_number(size.until) - ENROLMENT_MONTHS) // 12
    first, end = date(first_year, 1, 1), size.until.replace(day=1)
    day = np.arange(epoch_days(first), epoch_days(end)).astype("datetime64[D]")
    month = day.astype("datetime64[M]")
    quarter = (month.astype(np.int64) // 3 * 3).astype("datetime64[M]")
    starts = (day.astype("datetime64[Y]"), quarter, month)
    names = ("Start of Year", "Start of Quarter", "Start of Month")
    columns = {name: _short(start) for name, start in zip(names, starts, strict=True)}
    return pa.table({"Date": _short(day), **columns})


def _short(days: Any) -> pa.Array:
    """Dates as month/day/year without zeros, two figures for the year."""
    text = pc.strftime(pa.array(days.astype("datetime64[s]")), format="%m/%d/%y")
    return pc.replace_substring_regex(
        pc.replace_substring_regex(text, "^0", ""), r"/0(\d)/", r"/\1/"
    )


@dataclass
class _ActivityFits:
    """One row per member and month, a second one for few, and silence after cancellation."""

    members: UniqueKey
    name: str = "every member in every month, and no flights after cancellation"
    severity: Severity = "error"
    months: set[int] = field(default_factory=set)
    seen: int = 0
    surplus: int = 0
    broken: int = 0

    def observe(self, rows: pa.Table) -> None:
        who = positions(rows["Loyalty Number"], keys=self.members.keys)
        month = np.asarray(rows["Year"]) * 12 + np.asarray(rows["Month"]) - 1
        left = _month_column(self.members, "Cancellation")[who]
        flights = np.asarray(rows["Total Flights"])
        self.broken += int(((month > left) & (flights > 0)).sum())
        pairs = len(np.unique(month * len(self.members.keys) + who))
        self.seen += pairs
        self.surplus += rows.num_rows - pairs
        self.months.update(np.unique(month).tolist())

    def verdict(self) -> tuple[bool, str]:
        whole = self.seen == len(self.members.keys) * len(self.months)
        finding = f"{self.seen:,} member-months, {self.surplus:,} surplus, {self.broken:,} too late"
        return whole and self.broken == 0, finding


def _month_column(members: UniqueKey, event: str) -> Ints:
    year = np.asarray(members.values(f"{event} Year").fill_null(NEVER), dtype=np.int64)
    month = np.asarray(members.values(f"{event} Month").fill_null(1), dtype=np.int64)
    return year * 12 + month - 1


def rules(size: Size) -> dict[str, list[Rule]]:
    """Facts of the real file as rules, for any size."""
    key = UniqueKey("Loyalty Number", also=("Cancellation Year", "Cancellation Month"))
    first, end = history(size)
    members: list[Rule] = [
        key,
        RowCount(size.customers),
        filled("Country", "Province", "City", "Education", "Enrollment Year", "Enrollment Month"),
        matches("Postal Code", r"^[A-Z]\d[A-Z] \d[A-Z]\d$"),
        one_of("Education", *EDUCATION),
        one_of("Loyalty Card", *CARDS),
        between("CLV", 1_898.0, 83_400.0),
        EveryRow("Salary empty exactly for College", _salary_fits),
        EveryRow("cancelled after enrolment, before the end", lambda rows: _left(rows, size)),
        Share("members who cancelled", _cancelled, 0.125, tolerance=0.035),
    ]
    activity: list[Rule] = [
        KnownKey("Loyalty Number", key),
        RowCount(round(size.customers * (end - first) * (1 + SURPLUS_MEMBERS)), tolerance=0.05),
        between("Total Flights", 0, 32),
        EveryRow(
            "months before the end", lambda rows: pc.less(_months(rows), month_number(size.until))
        ),
        _ActivityFits(key),
    ]
    return {MEMBERS.name: members, ACTIVITY.name: activity, CALENDAR.name: [UniqueKey("Date")]}


def _salary_fits(rows: pa.Table) -> Any:
    college = pc.equal(rows["Education"], "College")
    return pc.equal(pc.is_null(rows["Salary"]), college)


def _cancelled(rows: pa.Table) -> Any:
    return pc.is_valid(rows["Cancellation Year"])


def _left(rows: pa.Table, size: Size) -> Any:
    joined, left = _months(rows, "Enrollment "), _months(rows, "Cancellation ")
    return pc.and_(pc.greater_equal(left, joined), pc.less(left, month_number(size.until)))


def _months(rows: pa.Table, event: str = "") -> Any:
    years = pc.multiply(rows[f"{event}Year"], 12)
    return pc.subtract(pc.add(years, rows[f"{event}Month"]), 1)


RECIPE = Recipe("airline", 2_000, float(MONTHS), (MEMBERS, ACTIVITY, CALENDAR), chunks, rules)
