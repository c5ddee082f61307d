"""The same honest shop with every way to write a time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from tests.understanding.companies import Order, company, money
from tests.understanding.flat import order_rows, shop_truth, who
from tests.understanding.truths import Truth
from tests.understanding.words import MONTHS
from tests.understanding.writing import Place


def _shop(
    place: Place, name: str, times: dict[str, Callable[[datetime], Any]], **more: Any
) -> Truth:
    firm = company(name)
    columns: dict[str, Callable[[Order], Any]] = {
        "order_no": lambda o: o.number,
        "client": lambda o: who(o).number,
    }
    for column, written in times.items():
        columns[column] = lambda o, written=written: written(o.at)  # type: ignore[misc]
    columns |= {"amount": lambda o: money(o.total), "currency": lambda _: "EUR"}
    place.csv("orders.csv", *order_rows(firm.orders, columns))
    about = f"A shop's orders with times such as {' '.join(str(written(firm.orders[0].at)) for written in times.values())}."
    return shop_truth(
        about,
        firm.orders,
        ["orders.csv"],
        {"key": ["client"], "time": list(times), "amount": ["amount"], "order": ["order_no"]},
        currency="EUR",
        **more,
    )


def epoch_milliseconds(place: Place) -> Truth:
    """Milliseconds since 1970."""
    return _shop(
        place,
        "epoch_milliseconds",
        {"created": lambda at: int(at.replace(tzinfo=UTC).timestamp() * 1000)},
    )


def yymmdd(place: Place) -> Truth:
    """Six digits: year, month, day."""
    return _shop(place, "yymmdd", {"day": lambda at: at.strftime("%y%m%d")})


def months_german(place: Place) -> Truth:
    """`24. Juni 2022`."""
    return _shop(
        place,
        "months_german",
        {"Datum": lambda at: f"{at.day}. {MONTHS['de'][at.month - 1]} {at.year}"},
    )


def months_italian(place: Place) -> Truth:
    """`24 giu 2022, 14:05`."""
    return _shop(
        place,
        "months_italian",
        {"data ordine": lambda at: f"{at.day} {MONTHS['it'][at.month - 1]} {at.year}, {at:%H:%M}"},
    )


def american_twelve_hours(place: Place) -> Truth:
    """`Jun 24, 2022 02:05 PM`."""
    return _shop(
        place, "american_twelve_hours", {"Ordered": lambda at: at.strftime("%b %d, %Y %I:%M %p")}
    )


def parts_of_a_date(place: Place) -> Truth:
    """Year, month and day in columns of their own."""
    return _shop(
        place,
        "parts_of_a_date",
        {"year": lambda at: at.year, "month": lambda at: at.month, "day": lambda at: at.day},
    )


def iso_weeks(place: Place) -> Truth:
    """Only the week is known: `2022-W25`."""
    return _shop(place, "iso_weeks", {"week": lambda at: at.strftime("%G-W%V")}, grain="week")


def mixed_formats(place: Place) -> Truth:
    """Two systems wrote into one column, a third of the rows in the other format."""
    return _shop(
        place,
        "mixed_formats",
        {
            "booked": lambda at: (
                at.strftime("%d.%m.%Y") if at.minute % 3 == 0 else at.strftime("%Y-%m-%d")
            )
        },
    )


FOLDERS = {
    build.__name__: build
    for build in (
        epoch_milliseconds, yymmdd, months_german, months_italian, american_twelve_hours, parts_of_a_date,
        iso_weeks, mixed_formats,
    )
}  # fmt: skip
