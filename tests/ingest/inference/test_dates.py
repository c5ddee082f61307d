"""Whether day or month comes first is decided by the values, all of them together."""

from __future__ import annotations

import pytest

from regulars.ingest.inference.date_formats import DateReading, Shape, format_for, read_shapes
from regulars.ingest.moment_formats import moment_sql
from regulars.warehouse.engines.duckdb import DuckDBWarehouse


def read(*shapes: Shape, **options: object) -> DateReading:
    """The reading of these shapes, which must be dates."""
    found = read_shapes(shapes, **options)  # type: ignore[arg-type]
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("example", "first", "second", "formats"),
    [
        ("22/06/2024", 31, 12, ("%d/%m/%Y",)),
        ("6/22/24", 12, 31, ("%m/%d/%y",)),
        ("22.06.2024", 12, 12, ("%d.%m.%Y",)),
        ("22-Jun-2024", 31, 0, ("%d-%b-%Y",)),
        ("22 June 2024 9:05 pm", 31, 0, ("%d %B %Y %I:%M %p",)),
        ("June 22, 2024", 0, 31, ("%B %d, %Y",)),
        ("2024/06/22 09:05:01", 2024, 12, ("%Y/%m/%d %H:%M:%S",)),
        ("22/06/2024 09:05", 31, 12, ("%d/%m/%Y %H:%M",)),
    ],
)
def test_a_shape_becomes_a_format(
    example: str, first: int, second: int, formats: tuple[str, ...]
) -> None:
    assert read(Shape(example, 10, first, second)).formats == formats


def test_a_mixed_column_is_decided_by_the_shape_that_tells() -> None:
    reading = read(Shape("12-07-21", 400, 12, 12), Shape("12/14/2021", 600, 12, 31))
    assert reading.formats == ("%m-%d-%y", "%m/%d/%Y")
    assert (reading.order, reading.ambiguous) == ("month", False)
    assert "the second number goes up to 31" in reading.because


def test_shapes_that_contradict_each_other_are_read_each_in_its_way() -> None:
    reading = read(Shape("22/06/2024", 5, 31, 12), Shape("06-22-2024", 5, 12, 31))
    assert set(reading.formats) == {"%d/%m/%Y", "%m-%d-%Y"}


def test_nothing_tells_day_from_month_is_ambiguous_and_another_column_may_decide() -> None:
    shape = Shape("01/02/2024", 3, 3, 2)
    assert read(shape).ambiguous
    assert read(shape).order == "month"
    assert read(shape, otherwise="day").formats == ("%d/%m/%Y",)


@pytest.mark.parametrize("example", ["12-07-21 noon", "1-2", "555-1234"])
def test_what_is_no_date_is_not_read_as_one(example: str) -> None:
    assert read_shapes([Shape(example, 5, 12, 7)]) is None


@pytest.mark.parametrize(
    ("example", "date_format"),
    [
        ("3. März 2024", "%d. %B %Y"),
        ("9 tháng 3 năm 2024", "%d tháng %m năm %Y"),
        ("1 de abril de 2024 15:08 hs.", "%d de %B de %Y %H:%M hs."),
        ("12. března 2024 14:05 hod.", "%d. %B %Y %H:%M hod."),
        ("2024. augusztus 1. 08:32 óra", "%Y. %B %d. %H:%M óra"),
        ("mar. 5 2024", "%b. %d %Y"),
        ("05-mei-24", "%d-%b-%y"),
        ("5 de marzo de 2024", "%d de %B de %Y"),
        ("5 août 2024 10:30", "%d %B %Y %H:%M"),
        ("Tue, 05 Mar 2024 10:30:00 +0100", "%a, %d %b %Y %H:%M:%S %z"),
        ("Mar 2024", "%b %Y"),
        ("2024-W05", "%G-W%V"),
        ("KW 5/2024", "KW %V/%G"),
        ("2024-Q1", "%Y-Q%q"),
        ("Q1 2024", "Q%q %Y"),
        ("1. Quartal 2024", "%q. Quartal %Y"),
        ("03/2024", "%m/%Y"),
        ("2024年3月5日", "%Y年%m月%d日"),
        ("20240305103000", "%Y%m%d%H%M%S"),
        ("05.03.2024 10:30:00,25 +01:00", "%d.%m.%Y %H:%M:%S,%f %z"),
        ("14:33 03.02.2024", "%H:%M %d.%m.%Y"),
        ("9:37 AM, 02/13/2024", "%I:%M %p, %m/%d/%Y"),
        ("14:33 Uhr, 3. Feb. 2024", "%H:%M Uhr, %d. %b. %Y"),
        ("5 février 2024 à 15:21", "%d %B %Y à %H:%M"),
        ("03/02/2024 14.33.05", "%d/%m/%Y %H.%M.%S"),
        ("05.03.2024 10:30 CET", "%d.%m.%Y %H:%M CET"),
        ("2024-03-05 10:30 Europe/Paris", "%Y-%m-%d %H:%M Europe/Paris"),
    ],
)
def test_a_date_names_the_format_that_reads_it(example: str, date_format: str) -> None:
    assert format_for(example) == date_format
    warehouse = DuckDBWarehouse(None)
    try:
        read = warehouse.rows(
            f"select {moment_sql('value', [date_format])} from (select ? as value)", [example]
        )[0][0]
    finally:
        warehouse.close()
    assert read.year == 2024


@pytest.mark.parametrize("example", ["yesterday", "10:30", "12 apples 2024", "A-123-2024-99", "5"])
def test_no_format_is_made_up_for_what_is_no_date(example: str) -> None:
    assert format_for(example) is None


def test_one_zone_behind_all_times_is_kept_and_several_are_not_read() -> None:
    winter = Shape("05.01.2024 10:30 CET", 9, 31, 12)
    assert read(winter, Shape("05.07.2024 10:30 CEST", 9, 31, 12)).zone == "Europe/Berlin"
    assert read_shapes([winter, Shape("05.07.2024 10:30 PST", 9, 31, 12)]) is None
    assert read_shapes([winter, Shape("05.07.2024 10:30 Z", 9, 31, 12)]) is None


def test_a_first_number_above_31_is_a_year() -> None:
    assert read(Shape("24-03-05", 9, 99, 12)).formats == ("%y-%m-%d",)
