"""Tables of a page: readable headings, numbers in the project's unit, exports of all rows."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc
import streamlit as st

from regulars.core.spreadsheets import CsvWriter
from regulars.insights.amounts import NOTHING, Unit
from regulars.insights.customer_profiles import Customer
from regulars.insights.headings import Units, headings, unit_of_column
from regulars.insights.masking import MASK
from regulars.serve.dashboard.frame import go_to
from regulars.serve.dashboard.view import View
from regulars.serve.dashboard.words import plainly

_FIELDS = (
    "customer_id", "segment", "risk_category", "churn_probability", "past_value",
    "predicted_value", "value_if_stays", "value_at_risk",
    "recency", "frequency", "monetary", "worth_contacting",
)  # fmt: skip
_ATTRIBUTES_SHOWN = 4
_SHARES = ("share", "probability", "retention", "rate", "share_of_all")
_ROW_HEIGHT, _HEAD_HEIGHT, _MOST_HEIGHT = 35, 40, 460


def listing(
    table: pa.Table, *, units: Units, key: str | None = None, choose: bool = False
) -> int | None:
    """A table that can be sorted and searched; the row that was clicked where `choose`."""
    names = table.column_names
    shown = plain_types(table).rename_columns(headings(names, units=units))
    config = {
        title: settings
        for name, title in zip(names, shown.column_names, strict=True)
        if (settings := _column(name, shown.schema.field(title).type, units)) is not None
    }
    height = min(_MOST_HEIGHT, _HEAD_HEIGHT + _ROW_HEIGHT * max(table.num_rows, 1))
    if not choose:
        st.dataframe(
            shown,
            hide_index=True,
            column_config=config,
            key=key,
            height=height,
            placeholder=NOTHING,
        )
        return None
    event = st.dataframe(
        shown,
        hide_index=True,
        column_config=config,
        key=key,
        height=height,
        placeholder=NOTHING,
        on_select="rerun",
        selection_mode="single-row",
    )
    rows = event["selection"]["rows"]
    return int(rows[0]) if rows else None


def customer_listing(view: View, customers: Sequence[Customer], *, key: str) -> None:
    """A table of customers; a click on a row opens the customer's page."""
    chosen = listing(customer_table(customers), units=view.units, key=key, choose=True)
    if chosen is not None and customers[chosen].customer_id != MASK:
        go_to("customer", id=customers[chosen].customer_id)


def customer_table(customers: Sequence[Customer]) -> pa.Table:
    """What is known of customers; columns that nobody has a value in are left out."""
    columns = {name: [getattr(customer, name) for customer in customers] for name in _FIELDS}
    columns["why"] = [
        customer.main_reason.words if customer.main_reason else None for customer in customers
    ]
    for name in list(customers[0].attributes)[:_ATTRIBUTES_SHOWN] if customers else ():
        columns[name] = [_text(customer.attributes[name]) for customer in customers]
    return pa.table(
        {
            name: values
            for name, values in columns.items()
            if name == "customer_id" or any(value is not None for value in values)
        }
    )


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def card_table(rows: Sequence[Mapping[str, object]]) -> None:
    """A short table of finished texts, as real HTML: for readers and screen readers."""
    if not rows:
        return
    columns = {plainly(name): [plainly(row.get(name, "")) for row in rows] for name in rows[0]}
    st.table(pa.table(columns), border="horizontal", hide_index=True)


def export_button(
    label: str,
    batches: Callable[[], Iterable[pa.RecordBatch]],
    *,
    file_name: str,
    units: Units,
    key: str,
    kind: Literal["primary", "secondary"] = "secondary",
) -> None:
    """A button that writes all rows as CSV with readable headings, when it is pressed."""
    st.download_button(
        label,
        lambda: csv_of(batches(), units=units),
        file_name=file_name,
        mime="text/csv",
        key=key,
        type=kind,
        on_click="ignore",
        icon=":material/download:",
    )


def csv_of(batches: Iterable[pa.RecordBatch], *, units: Units) -> bytes:
    """Rows as UTF-8 CSV with readable headings; empty without any batch."""
    buffer = io.BytesIO()
    writer: CsvWriter | None = None
    for batch in batches:
        table = pa.Table.from_batches([batch])
        titled = table.rename_columns(headings(table.column_names, units=units))
        if writer is None:
            writer = CsvWriter(buffer, titled.schema)
        writer.write_table(titled)
    if writer is not None:
        writer.close()
    return buffer.getvalue()


def plain_types(table: pa.Table) -> pa.Table:
    """Decimals as floats, shares in percent, flags as yes or no: what a browser can show."""
    columns = [_plain(name, table[name]) for name in table.column_names]
    return pa.table(columns, names=table.column_names)


def table_of(rows: Iterable[Any], fields: Sequence[str]) -> pa.Table:
    """These fields of answers as a table."""
    row_list = list(rows)
    return pa.table({name: [getattr(row, name) for row in row_list] for name in fields})


def _plain(name: str, column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_timestamp(column.type) and _is_of_days(column):
        return column.cast(pa.date32())
    if pa.types.is_decimal(column.type):
        return column.cast(pa.float64())
    if name.endswith(_SHARES) and pa.types.is_floating(column.type):
        return pc.multiply(column, 100.0)
    if pa.types.is_boolean(column.type):
        words = {True: "yes", False: "no", None: None}
        return pa.chunked_array(
            [pa.array([words[value] for value in column.to_pylist()], pa.string())]
        )
    return column


def _is_of_days(column: pa.ChunkedArray) -> bool:
    """Whether every time is a midnight: then only the days are shown."""
    midnight = pc.floor_temporal(column, unit="day")
    return bool(pc.all(pc.equal(column, midnight)).as_py())


def _column(name: str, kind: pa.DataType, units: Units) -> Any:
    if name == "risk_category":
        return st.column_config.TextColumn(width=90)  # its longest word in full
    if pa.types.is_timestamp(kind):
        return st.column_config.DatetimeColumn(format="YYYY-MM-DD HH:mm")
    if pa.types.is_date(kind):
        return st.column_config.DateColumn(format="YYYY-MM-DD")
    if not _is_number(kind):
        return None
    if name.endswith(_SHARES):
        return st.column_config.NumberColumn(format="%.1f %%")
    unit = unit_of_column(name, units)
    if unit is not None:
        return st.column_config.NumberColumn(format="localized", step=_step(unit))
    return st.column_config.NumberColumn(format="localized")


def _step(unit: Unit) -> float:
    return 0.01 if unit.is_money else 1.0


def _is_number(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
    )
