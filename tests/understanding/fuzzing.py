"""Folders put together at random: language, names, order of columns, formats, encoding, shape."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.understanding.companies import Company, Order, company, money
from tests.understanding.flat import who
from tests.understanding.fuzz_words import (
    AMOUNTS,
    ENCODINGS,
    KEYS,
    NOISE,
    ORDERS,
    STATUSES,
    TIMES,
    WESTERN,
)
from tests.understanding.truths import Truth, totals
from tests.understanding.words import CITIES, MONTHS
from tests.understanding.writing import Place

Written = Callable[[Order], Any]
DAYS = (
    "%Y-%m-%d",
    "%d.%m.%Y",
    "%d/%m/%Y",
    "%Y%m%d",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%SZ",
    "%d-%m-%Y %H:%M",
    "%Y/%m/%d",
)
SHAPES = ("csv", "csv", "tabs", "titled", "xlsx", "sheets", "json", "months", "noending")


def fuzzed(seed: int, folder: Path) -> Truth:
    """Write the folder of a seed, and return what is true of it."""
    rng = random.Random(seed)
    language = rng.choice(tuple(KEYS))
    has_status = rng.random() < 0.6
    firm = company(
        f"fuzz{seed}", language=language, customers=rng.randrange(60, 110), every=rng.randrange(25, 60),
        months=18, states={"cancelled": 0.07} if has_status else {},
    )  # fmt: skip
    columns = _columns(rng, language, has_status=has_status)
    header = [name for name, _ in columns.values()]
    rows = [[written(order) for _, written in columns.values()] for order in firm.orders]
    shape = rng.choice(SHAPES)
    _write(Place(folder), shape, rng, language=language, table=(header, rows), firm=firm)
    names = {
        role: [name]
        for role, (name, _) in columns.items()
        if role in ("key", "time", "amount", "order", "status")
    }
    if "mail" in columns:
        names["key"].append(columns["mail"][0])
    return Truth(
        about=f"A shop put together at random: {language}, {shape}.",
        entities={"transactions": {"files": [path.name for path in folder.rglob("*")], **names}},
        churn="silence",
        totals=totals(firm.orders),
        may_ask=["currency", "status"],
    )


def _columns(
    rng: random.Random, language: str, *, has_status: bool
) -> dict[str, tuple[str, Written]]:
    prefix, width = rng.choice(("", "", "C", "K-")), rng.choice((0, 0, 8))
    columns: dict[str, tuple[str, Written]] = {
        "key": (rng.choice(KEYS[language]), lambda o: f"{prefix}{who(o).number:0{width}d}"),
        "time": (rng.choice(TIMES[language]), _time(rng, language)),
        "amount": (rng.choice(AMOUNTS[language]), _amount(rng, language)),
        "order": (rng.choice(ORDERS[language]), lambda o: o.number),
    }
    if has_status:
        name, good, bad = STATUSES[language]
        columns["status"] = (name, lambda o: good if o.counts else bad)
    if rng.random() < 0.3:
        columns["mail"] = ("E-Mail", lambda o: who(o).email)
    noise: tuple[Written, ...] = (
        lambda o: CITIES[language][o.number % 5], lambda o: "" if o.number % 4 else "!",
        lambda o: f"V{o.number % 6}", lambda o: len(o.lines),
    )  # fmt: skip
    for place in rng.sample(range(4), rng.randrange(4)):
        columns[f"noise{place}"] = (NOISE[language][place], noise[place])
    roles = list(columns)
    rng.shuffle(roles)
    case = rng.choice((str, str, str.upper, str.lower, lambda text: text.replace(" ", "_")))
    pad = rng.choice(("", "", " "))
    return {role: (f"{case(columns[role][0])}{pad}", columns[role][1]) for role in roles}


def _time(rng: random.Random, language: str) -> Written:
    named = language in MONTHS and rng.random() < 0.2
    pattern = rng.choice(DAYS)

    def written(order: Order) -> str:
        at: datetime = order.at
        return (
            f"{at.day} {MONTHS[language][at.month - 1]} {at.year}"
            if named
            else at.strftime(pattern)
        )

    return written


def _amount(rng: random.Random, language: str) -> Written:
    mark = "." if language in ("en", "ja", "zh") else ","
    group = rng.choice(("", {".": ",", ",": "."}[mark]))
    sign = rng.choice(("", "", "", " €"))
    return lambda o: f"{money(o.total, mark=mark, group=group)}{sign}"


def _write(
    place: Place,
    shape: str,
    rng: random.Random,
    *,
    language: str,
    table: tuple[list[str], list[list[Any]]],
    firm: Company,
) -> None:
    header, rows = table
    encoding = rng.choice(ENCODINGS.get(language, WESTERN))
    sep = rng.choice(
        (";", ";", "\t", "|") if language not in ("en", "ja", "zh") else (",", ",", "\t", ";")
    )
    if shape == "tabs":
        place.csv("export.txt", header, rows, sep="\t", encoding=encoding)
    elif shape == "titled":
        place.csv(
            "report.csv", header, rows, sep=sep, encoding=encoding, before="Report 2022\r\n\r\n"
        )
    elif shape == "xlsx":
        place.xlsx("export.xlsx", {"Sheet1": [header, *rows]})
    elif shape == "sheets":
        half = len(rows) // 2
        place.xlsx("export.xlsx", {"A": [header, *rows[:half]], "B": [header, *rows[half:]]})
    elif shape == "json":
        place.jsonl("export.jsonl", [dict(zip(header, row, strict=True)) for row in rows])
    elif shape == "months":
        months = sorted({f"{order.at:%Y-%m}" for order in firm.orders})
        for month in months:
            part = [
                row
                for row, order in zip(rows, firm.orders, strict=True)
                if f"{order.at:%Y-%m}" == month
            ]
            place.csv(f"sales_{month}.csv", header, part, sep=sep, encoding=encoding)
    else:
        place.csv(
            "EXPORT" if shape == "noending" else "export.csv",
            header,
            rows,
            sep=sep,
            encoding=encoding,
        )
