"""A file whose mapped columns changed stops the landing, and the error names file and column."""

from __future__ import annotations

import pytest

from regulars.core.errors import DataError
from regulars.core.settings import read_project
from regulars.ingest.landed import Landed, ObservationKind
from regulars.ingest.landing import land
from tests.ingest.conftest import FIRST_LANDING, Shop

PROJECT = """
version: 1
project: shop
sources:
  orders: {path: "in/*.csv"NAMES}
entities:
  transactions:
    source: orders
    columns:
      transaction_id: id
      customer_id: who
      occurred_at: at
      amount: {column: paid, decimal: "."}
      channel: shop
      quantity: {sql: "coalesce(pieces, count_)"}
"""
HEADER = "id,who,at,paid,shop,pieces\n"
FIRST = HEADER + "1,anna,2024-06-01,10.50,web,1\n2,bert,2024-06-02,7,web,2\n"


def landed(shop: Shop, *, names: str = "", accepts_schema: bool = False) -> Landed:
    """Land what is in the folder."""
    shop.write("regulars.yaml", PROJECT.replace("NAMES", names))
    shop.landings += 1
    now = FIRST_LANDING.replace(hour=shop.landings)
    return land(read_project(shop.root), shop.warehouse, now=now, accepts_schema=accepts_schema)


@pytest.fixture
def one_month(shop: Shop) -> Shop:
    """A shop of which one file was landed."""
    shop.write("in/2024-06.csv", FIRST)
    landed(shop)
    return shop


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("paid", "paid_eur", "'paid'.*new column 'paid_eur' has a similar name"),
        ("who", "kunde", "'who'.*new column 'kunde' holds the same values"),
        ("at", "tag", "'at'.*new column 'tag'"),
        ("shop", "ort", "'shop'.*'ort' holds the same values"),
        ("pieces", "stueck", "'pieces'.*transactions.quantity"),
    ],
)
def test_a_renamed_column_stops_the_landing_with_file_column_and_likely_name(
    one_month: Shop, old: str, new: str, said: str
) -> None:
    before = one_month.rows()
    one_month.write("in/2024-07.csv", FIRST.replace(old, new, 1).replace("2024-06", "2024-07"))
    with pytest.raises(DataError, match=said) as caught:
        landed(one_month)
    assert caught.value.where == "in/2024-07.csv"
    assert one_month.rows() == before
    assert f"other_names: {{{old}: {new}}}" in (caught.value.hint or "")
    landed(one_month, names=f", other_names: {{{old}: {new}}}")
    assert len(one_month.rows()) == 4
    assert new not in one_month.warehouse.columns("bronze", "orders")


def test_a_file_without_a_column_that_is_not_needed_is_landed_once_that_is_accepted(
    one_month: Shop,
) -> None:
    text = "id,who,at,paid,pieces\n{},anna,2024-06-01,10.50,1\n"
    one_month.write("in/2024-07.csv", text.format(3))
    with pytest.raises(DataError, match="no column 'shop'") as caught:
        landed(one_month)
    assert "--accept-schema" in (caught.value.hint or "")
    source = landed(one_month, accepts_schema=True).sources[0]
    assert [(each.kind, each.columns) for each in source.observations] == [
        (ObservationKind.ABSENT_COLUMNS, ("shop",))
    ]
    one_month.write("in/2024-08.csv", text.format(4))  # now it is known that it may be absent
    assert landed(one_month).rows == 1


def test_a_needed_column_must_be_in_every_file_of_the_first_landing(shop: Shop) -> None:
    shop.write("in/1.csv", FIRST)
    shop.write("in/2.csv", FIRST.replace("paid", "total"))
    with pytest.raises(DataError, match="'paid'"):
        landed(shop)
    assert shop.warehouse.tables("bronze") == []


def test_a_column_that_only_later_files_have_stops_nothing(shop: Shop) -> None:
    shop.write("in/1.csv", "id,who,at,paid,pieces\n1,anna,2024-06-01,10.50,1\n")
    shop.write("in/2.csv", FIRST)
    assert landed(shop).rows == 3


@pytest.mark.parametrize(
    ("values", "column"),
    [
        (("01.07.2024,5.50", "02.07.2024,6.50"), "at"),
        (("2024-07-01,5 and some", "2024-07-02,free"), "paid"),
        (('2024-07-01,"5,50"', '2024-07-02,"6,50"'), "paid"),
    ],
)
def test_a_column_that_is_written_in_another_way_stops_the_landing(
    one_month: Shop, values: tuple[str, str], column: str
) -> None:
    before = one_month.rows()
    rows = [f"{number},anna,{value},web,1" for number, value in enumerate(values, start=3)]
    one_month.write("in/2024-07.csv", HEADER + "\n".join(rows) + "\n")
    with pytest.raises(DataError, match=f"'{column}'.*2 of 2 values") as caught:
        landed(one_month)
    assert caught.value.where == "in/2024-07.csv"
    assert one_month.rows() == before


def test_single_values_that_cannot_be_read_stop_nothing(one_month: Shop) -> None:
    rows = ["3,anna,2024-07-01,many,web,1", "4,anna,someday,7,web,1", "5,bert,2024-07-03,$1.5,,"]
    one_month.write("in/2024-07.csv", HEADER + "\n".join(rows) + "\n")
    assert landed(one_month).rows == 3


def test_new_columns_and_files_without_rows_are_told(one_month: Shop) -> None:
    one_month.write("in/2024-07.csv", HEADER.strip() + ",colour\n")
    source = landed(one_month).sources[0]
    assert [(each.kind, each.file, each.columns) for each in source.observations] == [
        (ObservationKind.NO_ROWS, "in/2024-07.csv", ()),
        (ObservationKind.NEW_COLUMNS, "in/2024-07.csv", ("colour",)),
    ]


def paid(month: int, amounts: list[str]) -> str:
    rows = [f"{month}{n},anna,2024-{month:02d}-05,{a},web,1" for n, a in enumerate(amounts)]
    return HEADER + "\n".join(rows) + "\n"


EUROS = [f"{4 + n * 1.37:.2f}" for n in range(40)]


@pytest.mark.parametrize(
    "amounts",
    [[f"{400 + n * 137}" for n in range(40)], [f"{0.04 + n * 0.0137:.4f}" for n in range(40)]],
)
def test_amounts_in_another_unit_stop_the_landing(shop: Shop, amounts: list[str]) -> None:
    shop.write("in/2024-06.csv", paid(6, EUROS))
    landed(shop)
    shop.write("in/2024-07.csv", paid(7, amounts))
    with pytest.raises(DataError, match=r"'paid'.*another unit.*nothing was landed") as stopped:
        landed(shop)
    assert stopped.value.where == "in/2024-07.csv"
    landed(shop, accepts_schema=True)


def test_a_file_in_another_unit_stops_a_landing_of_many_files(shop: Shop) -> None:
    for month in (4, 5, 6):
        shop.write(f"in/2024-0{month}.csv", paid(month, EUROS))
    shop.write("in/2024-07.csv", paid(7, [f"{400 + n * 137}" for n in range(40)]))
    with pytest.raises(DataError, match="another unit") as stopped:
        landed(shop)
    assert stopped.value.where == "in/2024-07.csv"


@pytest.mark.parametrize("factor", [0.3, 5])
def test_a_good_month_and_a_bad_one_are_the_same_unit(shop: Shop, factor: float) -> None:
    shop.write("in/2024-06.csv", paid(6, EUROS))
    landed(shop)
    shop.write("in/2024-07.csv", paid(7, [f"{float(a) * factor:.2f}" for a in EUROS]))
    landed(shop)
