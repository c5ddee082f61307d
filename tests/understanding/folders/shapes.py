"""The same honest shop in every shape of file."""

from __future__ import annotations

from typing import Any

from tests.understanding.companies import Company, company, money
from tests.understanding.flat import Table, order_rows, person_rows, shop_truth, who
from tests.understanding.truths import Truth
from tests.understanding.writing import Place, delimited

COLUMNS = {
    "key": ["customer_id"],
    "time": ["order_date"],
    "amount": ["total_amount"],
    "order": ["order_id"],
}


def _plain(name: str, **more: Any) -> tuple[Company, Table]:
    firm = company(name, **more)
    return firm, order_rows(firm.orders, {
        "order_id": lambda o: o.number, "customer_id": lambda o: who(o).number, "order_date": lambda o: o.at.strftime("%Y-%m-%d"),
        "channel": lambda o: ("web", "store")[o.number % 2], "total_amount": lambda o: money(o.total), "currency": lambda _: "USD",
    })  # fmt: skip


def _truth(about: str, firm: Company, files: list[str], **more: Any) -> Truth:
    return shop_truth(about, firm.orders, files, COLUMNS, currency="USD", **more)


def title_and_totals(place: Place) -> Truth:
    """Lines of a report above the header, a sum below the rows, and blank lines between."""
    firm, (header, rows) = _plain("title_and_totals")
    total = money(sum(order.total for order in firm.orders))
    place.csv(
        "Sales Report.csv",
        header,
        rows,
        before="Sales report\r\nPeriod: 2022-01-10 to 2024-01-10\r\n\r\n",
        after=f"\r\nTotal,,,,{total},\r\nGenerated 2024-01-11 by admin\r\n",
    )
    return _truth("A shop's sales report.", firm, ["Sales Report.csv"])


def second_header(place: Place) -> Truth:
    """A second line below the header says what each column means."""
    firm, (header, rows) = _plain("second_header")
    described = [
        "Order number",
        "Customer number",
        "Date of order (YYYY-MM-DD)",
        "Where",
        "Amount in USD",
        "ISO code",
    ]
    place.csv("export.csv", header, [described, *rows])
    return _truth("A shop's orders with a line that describes the columns.", firm, ["export.csv"])


def sheets_by_year(place: Place) -> Truth:
    """A sheet per year with the same columns, and a sheet of notes."""
    firm, (header, rows) = _plain("sheets_by_year")
    years = sorted({row[2][:4] for row in rows})
    sheets: dict[str, Any] = {
        year: [header, *(row for row in rows if row[2].startswith(year))] for year in years
    }
    place.xlsx("orders.xlsx", {"Notes": [["Exported by the office"], ["Ask Kim"]], **sheets})
    return _truth(
        "A shop's orders, a sheet per year.",
        firm,
        [f"orders.xlsx#{year}" for year in years],
        unused=["orders.xlsx#Notes"],
    )


def entities_in_sheets(place: Place) -> Truth:
    """Customers, orders and price list are the sheets of one workbook."""
    firm, (header, rows) = _plain("entities_in_sheets")
    people = person_rows(firm.people, {"Customer": lambda p: p.number, "Full name": lambda p: p.name, "Mail": lambda p: p.email, "Town": lambda p: p.city, "Since": lambda p: p.joined.isoformat(), "Tier": lambda p: p.group})  # fmt: skip
    prices = [["sku", "product", "price"], *([f"SKU-{n}", f"Thing {n}", 10 + n] for n in range(8))]
    place.xlsx(
        "company.xlsx",
        {"Customers": [people[0], *people[1]], "Orders": [header, *rows], "Prices": prices},
    )
    count = len(firm.people)
    truth = _truth(
        "A shop's customers and orders in one workbook.",
        firm,
        ["company.xlsx#Orders"],
        unused=["company.xlsx#Prices"],
        personal=["Full name", "Mail"],
        attributes=["Town", "Tier"],
    )
    truth.entities["customers"] = {
        "files": ["company.xlsx#Customers"],
        "key": ["Customer"],
        "joined_at": "Since",
    }
    truth.totals |= {"customers": {"min": count, "max": count}, "joined": count}
    return truth


def ods_orders(place: Place) -> Truth:
    """An OpenDocument spreadsheet."""
    firm, (header, rows) = _plain("ods_orders")
    place.ods(
        "orders.ods", {"Orders": [header, *([*row[:4], float(row[4]), row[5]] for row in rows)]}
    )
    return _truth("A shop's orders in an OpenDocument spreadsheet.", firm, ["orders.ods#Orders"])


def json_lines(place: Place) -> Truth:
    """Objects, one a line, with the customer inside of the order."""
    firm = company("json_lines")
    place.jsonl("orders.json", [
        {"order_id": f"o-{o.number}", "created_at": o.at.strftime("%Y-%m-%dT%H:%M:%SZ"), "customer": {"id": who(o).number, "country": who(o).country}, "total": o.total / 100, "currency": "USD", "items": [{"sku": line.sku, "qty": line.quantity} for line in o.lines]}
        for o in firm.orders
    ])  # fmt: skip
    return shop_truth(
        "A shop's orders as JSON lines.",
        firm.orders,
        ["orders.json"],
        {
            "key": ["customer.id"],
            "time": ["created_at"],
            "amount": ["total"],
            "order": ["order_id"],
        },
        currency="USD",
    )


def nested_folders(place: Place) -> Truth:
    """A folder per year and month, and a file in each."""
    firm, (header, rows) = _plain("nested_folders")
    for month in sorted({row[2][:7] for row in rows}):
        place.csv(
            f"{month[:4]}/{month[5:]}/orders.csv",
            header,
            [row for row in rows if row[2].startswith(month)],
        )
    return _truth("A shop's orders in folders by year and month.", firm, ["*/*/orders.csv"])


def changing_columns(place: Place) -> Truth:
    """A file per month; a column is added in one year, and columns change their order."""
    firm, (header, rows) = _plain("changing_columns")
    for month in sorted({row[2][:7] for row in rows}):
        part = [row for row in rows if row[2].startswith(month)]
        if month < "2023-01":
            place.csv(
                f"sales_{month}.csv",
                [header[0], *header[2:], header[1]],
                [[row[0], *row[2:], row[1]] for row in part],
            )
        else:
            place.csv(
                f"sales_{month}.csv",
                [*header, "coupon"],
                [[*row, "SPRING" if row[0] % 9 == 0 else ""] for row in part],
            )
    return _truth(
        "A shop's orders, a file per month, with columns that change.", firm, ["sales_*.csv"]
    )


def pipes_asc(place: Place) -> Truth:
    """An `.asc` with pipes and no end of its last line."""
    firm, (header, rows) = _plain("pipes_asc")
    place.csv("ORDERS.ASC", header, rows, sep="|", newline="\n", last_newline=False)
    return _truth("A shop's orders in an old format.", firm, ["ORDERS.ASC"])


def zipped(place: Place) -> Truth:
    """Each file is in a zip of its own."""
    firm, (header, rows) = _plain("zipped")
    people = person_rows(firm.people, {"customer_id": lambda p: p.number, "tier": lambda p: p.group, "city": lambda p: p.city, "signup_date": lambda p: p.joined.isoformat()})  # fmt: skip
    place.zip("orders.zip", {"orders.csv": delimited([header, *rows])})
    place.zip("customers.zip", {"customers.csv": delimited([people[0], *people[1]])})
    count = len(firm.people)
    truth = _truth(
        "A shop's orders and customers, each in a zip.",
        firm,
        ["orders.zip"],
        attributes=["tier", "city"],
    )
    truth.entities["customers"] = {
        "files": ["customers.zip"],
        "key": ["customer_id"],
        "joined_at": "signup_date",
    }
    truth.totals |= {"customers": {"min": count, "max": count}, "joined": count}
    return truth


def utf16_tabs(place: Place) -> Truth:
    """Unicode text as Excel saves it: UTF-16 with a byte-order mark, and tabs."""
    firm, (header, rows) = _plain("utf16_tabs")
    place.csv("orders.txt", header, rows, sep="\t", encoding="utf-16")
    return _truth("A shop's orders as Unicode text.", firm, ["orders.txt"])


def overlapping_months(place: Place) -> Truth:
    """Each month's file begins with the last days of the month before: the same orders again."""
    firm, (header, rows) = _plain("overlapping_months")
    months = sorted({row[2][:7] for row in rows})
    for before, month in zip([None, *months], months, strict=False):
        again = [
            row for row in rows if before and row[2].startswith(before) and row[2] >= f"{before}-25"
        ]
        place.csv(
            f"orders {month}.csv", header, again + [row for row in rows if row[2].startswith(month)]
        )
    return _truth(
        "A shop's orders by month, with days that two files hold.", firm, ["orders *.csv"]
    )


def duplicate_headers(place: Place) -> Truth:
    """Blanks around names, two columns of one name, and names that SQL keeps for itself."""
    firm = company("duplicate_headers")
    header, rows = order_rows(firm.orders, {
        " Order ": lambda o: o.number, "User ": lambda o: who(o).number, "Date ": lambda o: o.at.strftime("%Y-%m-%d %H:%M"), "Group": lambda o: o.lines[0].group,
        "Select": lambda _: "no", "Total ": lambda o: money(o.total), "Name": lambda o: o.lines[0].product,
    })  # fmt: skip
    place.csv("orders.csv", [*header, "Name"], [[*row, "x"] for row in rows])
    return shop_truth(
        "A shop's orders with names that need care.",
        firm.orders,
        ["orders.csv"],
        {"key": ["User"], "time": ["Date"], "amount": ["Total"], "order": ["Order"]},
        may_ask=["currency"],
    )


FOLDERS = {
    build.__name__: build
    for build in (
        title_and_totals, second_header, sheets_by_year, entities_in_sheets, ods_orders, json_lines, nested_folders,
        changing_columns, pipes_asc, zipped, utf16_tabs, overlapping_months, duplicate_headers,
    )
}  # fmt: skip
