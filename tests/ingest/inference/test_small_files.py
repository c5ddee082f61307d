"""What is guessed from files, each with one thing to find out."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from regulars.core.errors import SourceError
from regulars.ingest.inference.proposing import propose

if TYPE_CHECKING:
    from tests.ingest.inference.conftest import Guessed

Guess = Callable[..., "Guessed"]
PEOPLE = ("anna", "ben", "chloe", "dan", "eve")
AT = "entities.transactions"


def orders(
    dates: list[str], amounts: list[str], *, head: str = "customer_id,order_date,amount"
) -> str:
    """Forty orders of five customers with these dates and amounts in turn."""
    rows = [
        f"{PEOPLE[n % 5]},{dates[n % len(dates)]},{amounts[n % len(amounts)]}" for n in range(40)
    ]
    return "\n".join([head, *rows]) + "\n"


ISO = [f"2024-{month:02}-{day:02}" for month in range(1, 6) for day in (3, 14, 27)]


def test_plain_orders_are_transactions_of_a_silent_business(guess: Guess) -> None:
    found = guess(orders=orders(ISO, ["4.50", "12.00"]))
    assert found[f"{AT}.columns"] == {
        "customer_id": "customer_id",
        "occurred_at": "order_date",
        "amount": "amount",
    }
    assert (found["churn.kind"], found["grain"]) == ("silence", "day")
    assert "from 2024-01-03 to 2024-05-27" in found.text


def test_short_names_are_understood_where_there_is_no_choice(guess: Guess) -> None:
    found = guess(export=orders(ISO, ["4.50", "12.00"], head="cust,d,x"))
    assert found[f"{AT}.columns"] == {"customer_id": "cust", "occurred_at": "d", "amount": "x"}
    assert found.leaves_open("which column is the amount; taken: x")


def test_days_and_months_are_told_apart_by_all_values(guess: Guess) -> None:
    days = [f"{day}/{month}/24" for day in (1, 5, 30) for month in (1, 2, 3)]
    found = guess(orders=orders(days, ["4.50"]))
    assert found[f"{AT}.columns.occurred_at.format"] == "%d/%m/%y"
    assert not found.leaves_open("day or month")


def test_dates_that_tell_neither_day_nor_month_are_said(guess: Guess) -> None:
    found = guess(orders=orders(["1/2/2024", "3/4/2024"], ["4.50"]))
    assert found.leaves_open("whether day or month comes first in 'order_date'")


def test_money_as_text_with_decimal_commas_is_read(guess: Guess) -> None:
    text = orders(ISO, ["€ 1.204#50", "€ 3#20"]).replace(",", ";").replace("#", ",")
    found = guess(orders=text)
    assert found[f"{AT}.columns.amount"] == {"column": "amount", "decimal": ","}
    assert found["currency"] == "EUR"
    assert found["sources.orders.delimiter"] == ";"
    assert "the sign € in amount" in found.text


def test_thousands_and_dollars_need_no_decimal_mark(guess: Guess) -> None:
    rows = orders(ISO, ['"$1,204.50"', '"$3.20"'])
    found = guess(orders=rows)
    assert found[f"{AT}.columns.amount"] == "amount"
    assert found["currency"] == "USD"


def test_quantity_times_price_is_the_amount_where_no_total_stands(guess: Guess) -> None:
    head = "customer_id,order_date,Quantity,Unit Price"
    found = guess(orders=orders(ISO, ["2,4.50", "1,0"], head=head))
    assert found[f"{AT}.columns.amount"] == {"sql": "quantity * unit_price"}
    assert found["sources.orders.types"] == {"quantity": "number", "unit_price": "number"}
    assert found[f"{AT}.reject"][0]["when"] == "unit_price <= 0"


def test_a_total_is_preferred_to_quantity_times_price(guess: Guess) -> None:
    head = "customer_id,order_date,quantity,unit_price,total_amount"
    found = guess(orders=orders(ISO, ["2,4.50,9.00"], head=head))
    assert found[f"{AT}.columns.amount"] == "total_amount"


def test_an_order_number_in_several_rows_makes_them_lines(guess: Guess) -> None:
    lines = orders(ISO, [f"{n},4.50" for n in (1, 1, 2, 3, 3)], head="client,date,order_no,amount")
    found = guess(orders=lines)
    assert found[f"{AT}.columns.order_id"] == "order_no"
    assert found[f"{AT}.columns.transaction_id"] is None


def test_a_unique_number_is_the_key_of_the_row(guess: Guess) -> None:
    rows = [f"T{n},{PEOPLE[n % 5]},{ISO[n % 15]},4.50" for n in range(40)]
    found = guess(orders="\n".join(["txn_id,customer,date,amount", *rows]))
    assert found[f"{AT}.columns.transaction_id"] == "txn_id"


def test_orders_that_were_cancelled_are_set_aside_with_the_reason(guess: Guess) -> None:
    head = "customer_id,order_date,amount,status"
    found = guess(orders=orders(ISO, ["4.50,paid", "3.20,Cancelled"], head=head))
    assert found[f"{AT}.reject"] == [
        {"when": "lower(status) in ('cancelled')", "because": "not completed (status)"}
    ]


def test_values_that_get_features_are_listed_by_their_frequency(guess: Guess) -> None:
    head = "customer_id,order_date,amount,channel,payment_method"
    found = guess(orders=orders(ISO, ["4,web,card", "3,web,cash", "2,shop,card"], head=head))
    assert found["features.channels"] == ["web", "shop"]
    assert found["features.payments"] == ["card", "cash"]


CUSTOMERS = "customer_id,name,e-mail,plan,signup date,cancel_date,monthly_fee,note\n" + "".join(
    f"{who},{who} smith {number},{who}{number}@mail.com,{'basic' if number % 2 else 'gold'},"
    f"2023-0{number + 1}-04,{'2024-03-01' if number == 2 else ''},{number}.50,x\n"
    for number, who in enumerate(PEOPLE * 3)
    if number < 9
)


def test_dates_of_joining_and_leaving_make_a_contractual_business(guess: Guess) -> None:
    rows = CUSTOMERS.splitlines()
    unique = [rows[0], *(f"c{number}{row}" for number, row in enumerate(rows[1:]))]
    found = guess(members="\n".join(unique) + "\n")
    columns = found["entities.customers.columns"]
    assert (columns["joined_at"], columns["left_at"]) == ("signup_date", "cancel_date")
    assert found["churn.kind"] == "contractual"
    assert found["sources.members.load"] == "replace"
    assert found["value.attribute"] == "monthly_fee"
    assert found["entities.customers.attributes.plan"] == "plan"
    assert found.leaves_open("note (one value)")


def test_personal_data_is_marked_by_name_and_by_value(guess: Guess) -> None:
    rows = [
        f"{n},anna{n},{n}@x.org,+49 30 555{n:04},{n} Elm St,{10000 + n},F,1980-02-{n:02},no"
        for n in range(1, 29)
    ]
    head = "customer_id,Last Name,login,reach,street,zip,gender,birth_date,email_verified"
    found = guess(people="\n".join([head, *rows]) + "\n")
    personal = found["personal_data"]
    assert personal == ["last_name", "login", "reach", "street", "zip", "birth_date"]
    types = found["entities.customers.attributes"]
    assert types["birth_date"]["type"] == "date"
    assert types["zip"]["type"] == "text"


@pytest.mark.parametrize(
    ("name", "values", "true"),
    [
        ("Churn", ("Yes", "No"), None),
        ("exited", ("1", "0"), None),
        ("Attrition_Flag", ("Attrited Customer", "Existing Customer"), ["Attrited Customer"]),
        ("customer_status", ("Churned", "Stayed"), ["Churned"]),
    ],
)
def test_a_column_that_says_who_left_is_the_label(
    guess: Guess, name: str, values: tuple[str, str], true: list[str] | None
) -> None:
    rows = [f"{n},{n % 7},{values[n % 4 > 0]},too dear" for n in range(40)]
    found = guess(people="\n".join([f"customer_id,age,{name},churn_reason", *rows]) + "\n")
    assert found["churn.kind"] == "labelled"
    churned = found["entities.labels.columns.churned"]
    assert churned == name.lower() if true is None else churned["true"] == true
    assert found["entities.labels.columns.reason"] == "churn_reason"
    assert set(found["entities.customers.attributes"]) == {"age"}


def test_files_of_one_shape_become_one_source_with_a_pattern(guess: Guess) -> None:
    one = orders(ISO, ["4.50"])
    found = guess(orders_2023=one, orders_2024=one.replace("anna", "zoe"), notes="a,b\nc,d\n")
    assert list(found["sources"]) == ["orders"]
    assert found["sources.orders.path"] == "../orders_*.csv"
    assert found.leaves_open("what notes.csv is for")


def test_customers_and_orders_are_joined_by_the_column_they_share(guess: Guess) -> None:
    people = "customer_id,age\n" + "".join(f"{who},{30 + n}\n" for n, who in enumerate(PEOPLE))
    found = guess(people=people, orders=orders(ISO, ["4.50"]))
    assert found["entities.customers.source"] == "people"
    assert found[f"{AT}.source"] == "orders"
    assert found["churn.kind"] == "silence"


def test_contacts_are_told_from_purchases(guess: Guess) -> None:
    head = "ticket_id,customer_id,created_at,topic,channel,handle_time_min,resolution"
    tickets = [
        f"K{n},{PEOPLE[n % 5]},{ISO[n % 15]},billing,phone,{n},{('Solved', 'Open')[n % 2]}"
        for n in range(40)
    ]
    found = guess(orders=orders(ISO, ["4.50"]), tickets="\n".join([head, *tickets]) + "\n")
    columns = found["entities.interactions.columns"]
    assert columns["duration"] == {"sql": "handle_time_min * 60"}
    assert columns["resolved"] == {"column": "resolution", "true": ["Solved"]}
    assert columns["interaction_id"] == "ticket_id"


def test_a_file_without_a_header_is_named_by_what_it_holds(guess: Guess) -> None:
    rows = [f"C{n % 9:03} {20240101 + n % 28} {n % 3 + 1} {n % 7}.50" for n in range(60)]
    found = guess(sales="\n".join(rows) + "\n")
    assert found["sources.sales"]["columns"] == ["customer_id", "date", "quantity", "amount"]
    assert found["sources.sales.format"] == "whitespace"
    assert found[f"{AT}.columns.occurred_at"] == {"column": "date", "format": "%Y%m%d"}
    assert found.leaves_open("sales has no header")


def test_another_encoding_is_found(guess: Guess) -> None:
    text = orders(ISO, ["4.50,café", "3.20,€"], head="customer_id,order_date,amount,product")
    found = guess(orders=text.encode("cp1252"))
    assert found["sources.orders.encoding"] == "cp1252"


def test_months_in_columns_of_their_own_make_a_monthly_business(guess: Guess) -> None:
    rows = [f"{who},2023,{month},{month % 3}" for who in PEOPLE for month in range(1, 13)]
    found = guess(activity="\n".join(["member_id,Year,Month,Distance", *rows]) + "\n")
    assert found[f"{AT}.columns.occurred_at"] == {"parts": {"year": "year", "month": "month"}}
    assert (found["grain"], found["amount_unit"]) == ("month", "km")
    assert "when distance > 0 then 'sale' else 'other'" in found[f"{AT}.columns.kind.sql"]


def test_rows_without_any_key_are_customers_of_their_own(guess: Guess) -> None:
    found = guess(answers="age,city,score\n" + "".join(f"{n},X{n % 2},{n}.5\n" for n in range(60)))
    assert "_row_number" in found["entities.customers.columns.customer_id.sql"]
    assert found.leaves_open("no column names the customer")


def test_typed_parquet_is_mapped_without_types(guess: Guess, tmp_path: Path) -> None:
    day = date(2024, 1, 1)
    table = pa.table(
        {
            "CustomerID": [float(n % 5) for n in range(40)],
            "Date": [day.replace(day=n % 28 + 1) for n in range(40)],
            "Qty": [1, -1] * 20,
            "Price": [4.5] * 40,
        }
    )
    pq.write_table(table, tmp_path / "lines.parquet")
    found = guess()
    assert found[f"{AT}.columns.amount"] == {"sql": "qty * price"}
    assert found["sources.lines"].keys() == {"path"}
    assert "negative ones are refunds" in found.text


def test_a_workbook_is_looked_at_too(guess: Guess, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in csv.reader(orders(ISO, ["4.50", "3"]).splitlines()):
        book.active.append(row)
    book.save(tmp_path / "orders.xlsx")
    found = guess()
    assert found[f"{AT}.columns.occurred_at"] == "order_date"
    assert found["sources.orders.path"] == "../orders.xlsx"


def test_a_file_that_cannot_be_read_is_said_and_the_others_are_used(
    guess: Guess, tmp_path: Path
) -> None:
    (tmp_path / "old.csv.gz").write_bytes(gzip.compress(orders(ISO, ["1"]).encode())[:-20])
    found = guess(orders=orders(ISO, ["4.50"]))
    assert found.leaves_open("old.csv.gz the compressed file is cut off or damaged")


def test_a_folder_without_data_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="holds no data files"):
        propose([tmp_path], name=None, recipe=None, today=date(2024, 6, 22))
    with pytest.raises(SourceError, match="no such file or folder"):
        propose([tmp_path / "nowhere"], name=None, recipe=None, today=date(2024, 6, 22))


def test_name_and_recipe_are_written(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text(orders(ISO, ["4.50"]))
    proposal = propose([tmp_path], name="corner shop", recipe="retail", today=date(2024, 6, 22))
    assert proposal.settings["project"] == "corner shop"
    assert proposal.settings["recipe"] == "retail"


def test_columns_called_as_our_own_get_another_name(guess: Guess) -> None:
    rows = "\n".join(f"c{n},{'ab'[n % 2]},{n % 7 + 0.5}" for n in range(60))
    found = guess(members=f"customer_id,segment,recency\n{rows}\n")
    attributes = found["entities.customers.attributes"]
    assert set(attributes) == {"segment_given", "recency_given"}
    assert attributes["segment_given"] == {"column": "segment", "label": "segment"}
    said, written = found.text.splitlines(), "      recency_given: "
    before = next(at for at, line in enumerate(said) if line.startswith(written)) - 1
    assert said[before] == "      # renamed: Regulars has a column 'recency' of its own"


def test_a_file_without_rows_is_no_company(guess: Guess) -> None:
    with pytest.raises(SourceError, match="a header and no rows"):
        guess(orders="customer_id,order_date,amount\n")
    found = guess(orders=orders(ISO, ["4.50"]), calls="customer_id,date,topic\n")
    assert list(found["sources"]) == ["orders"]
    assert found.leaves_open("calls.csv has a header and no rows")
