"""Members of a loyalty programme: when they enrol, how they fly, and in which month they cancel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from regulars.core.errors import DataError
from regulars.synthetic.company_size import Size
from regulars.synthetic.drawing import Flags, Floats, Ints

MONTHS = 24
ENROLMENT_MONTHS = 81  # April of the first year to the end of the last, as in the real file
MONTHLY_HAZARD = 0.0020
SPIKE_MONTH, SPIKE_HAZARD = 8, 0.068
SURPLUS_MEMBERS = 0.01
PROMOTED = (0.86, 0.97, 1.0)  # share of February, March and April enrolments on promotion
FLIGHT_SEASON = (0.68, 0.68, 0.93, 0.77, 1.05, 1.26, 1.4, 1.2, 0.97, 0.9, 0.84, 1.12)


@dataclass(frozen=True)
class Members:
    """Arrays of one value per member, by rising loyalty number; months count from year 0."""

    number: Ints
    enrolled: Ints
    cancelled: Ints  # a month far away for those who stay
    promoted: Flags
    eagerness: Floats  # chance to fly in a month
    volume: Floats  # flights in such a month, relative
    surplus: Flags


NEVER = 1_000_000


def month_number(day: date) -> int:
    return day.year * 12 + day.month - 1


def history(size: Size) -> tuple[int, int]:
    """(first, after the last) complete month of activity."""
    end = month_number(size.until)
    months = MONTHS
    if size.transactions is not None:
        months = round(size.transactions / size.customers)
        if not 12 <= months <= 120:
            raise DataError(
                f"{size.transactions:,} rows make {months} months for {size.customers:,} members",
                hint="Ask for 12 to 120 rows per member: there is one for each month.",
            )
    return end - months, end


def members_of(size: Size) -> Members:
    rng = size.rng("members")
    count = size.customers
    digits = 6 if count <= 450_000 else len(str(2 * count))
    number = np.sort(rng.choice(9 * 10 ** (digits - 1), count, replace=False))
    end = month_number(size.until)
    span = max(ENROLMENT_MONTHS, end - history(size)[0])
    enrolled = end - 1 - rng.integers(0, span, count)
    eagerness = rng.beta(9.0, 4.5, count)
    tenure = _tenure_at_cancellation(rng, risk=1.35 - 0.5 * eagerness)
    cancelled = np.where(enrolled + tenure < end, enrolled + tenure, NEVER)
    return Members(
        number=number + 10 ** (digits - 1),
        enrolled=enrolled,
        cancelled=cancelled,
        promoted=_promoted(rng, enrolled, end),
        eagerness=eagerness,
        volume=rng.gamma(6.0, 1 / 6.0, count),
        surplus=_surplus(rng, count),
    )


def _tenure_at_cancellation(rng: np.random.Generator, *, risk: Floats) -> Ints:
    """Months from enrolment to cancellation: a hazard by tenure month times each one's own risk."""
    tenure = np.arange(240)
    hazard = MONTHLY_HAZARD * np.exp(-np.maximum(tenure - 12, 0) / 90.0)
    hazard[SPIKE_MONTH] = SPIKE_HAZARD
    total = np.cumsum(-np.log1p(-hazard))
    return np.searchsorted(total, rng.exponential(1.0, len(risk)) / risk).astype(np.int64)


def _promoted(rng: np.random.Generator, enrolled: Ints, end: int) -> Flags:
    """The promotion ran from February to April of the last year."""
    last_year = (end - 1) // 12 * 12
    share = np.zeros(12)
    share[1:4] = PROMOTED
    in_time: Flags = (enrolled >= last_year) & (rng.random(len(enrolled)) < share[enrolled % 12])
    return in_time


def _surplus(rng: np.random.Generator, count: int) -> Flags:
    surplus = np.zeros(count, dtype=np.bool_)
    surplus[rng.choice(count, max(1, round(count * SURPLUS_MEMBERS)), replace=False)] = True
    return surplus


def activity(rng: np.random.Generator, members: Members, month: int) -> pa.Table:
    """One month of all members, and the second rows of a few."""
    who = np.concatenate((np.arange(len(members.number)), np.flatnonzero(members.surplus)))
    flights, companions = _flights(rng, members, who, month)
    total = flights + companions
    per_flight = np.exp(rng.normal(5.46, 0.75, len(who))).clip(60, 2_500)
    distance = np.rint(np.minimum(total * per_flight, 6_300)).astype(np.int64)
    points = distance // 10 * np.where(members.promoted[who], 1.5, 1.0)
    redeems = (total > 0) & (rng.random(len(who)) < 0.11)
    redeemed = np.where(redeems, np.exp(rng.normal(6.22, 0.24, len(who))).clip(309, 876), 0)
    redeemed = np.rint(redeemed).astype(np.int64)
    order = np.argsort(who, kind="stable")
    columns = {
        "Loyalty Number": members.number[who],
        "Year": np.full(len(who), month // 12),
        "Month": np.full(len(who), month % 12 + 1),
        "Flights Booked": flights,
        "Flights with Companions": companions,
        "Total Flights": total,
        "Distance": distance,
        "Points Accumulated": points,
        "Points Redeemed": redeemed,
        "Dollar Cost Points Redeemed": np.rint(redeemed * 0.081).astype(np.int64),
    }
    return pa.table({name: values[order] for name, values in columns.items()})


def _flights(
    rng: np.random.Generator, members: Members, who: Ints, month: int
) -> tuple[Ints, Ints]:
    """(booked alone, with companions): few before enrolment, none after cancellation."""
    chance = members.eagerness[who].copy()
    chance[month < members.enrolled[who]] = 0.1
    chance[month > members.cancelled[who]] = 0.0
    flies = rng.random(len(who)) < chance
    mean = 7.6 * FLIGHT_SEASON[month % 12] * members.volume[who]
    booked = np.minimum(1 + rng.poisson(mean), 21)
    companions = np.minimum(rng.poisson(booked * 0.5), 11)
    companions[rng.random(len(who)) < 0.5] = 0
    return np.where(flies, booked, 0), np.where(flies, companions, 0)
