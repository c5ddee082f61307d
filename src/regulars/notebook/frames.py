"""Frames of other libraries, in and out: pandas, polars, NumPy and whatever speaks Arrow."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal

from regulars.core.errors import DataError, MissingExtra

if TYPE_CHECKING:
    import pyarrow as pa

FrameKind = Literal["pandas", "polars", "arrow", "numpy"]


def arrow_of(frame: Any) -> pa.Table:
    """A frame as an Arrow table. Raises DataError for what is no frame."""
    import pyarrow as pa

    if isinstance(frame, pa.Table):
        return frame
    kind = frame_kind(frame)
    if kind == "pandas":
        return pa.Table.from_pandas(frame, preserve_index=False)
    if kind == "numpy":
        return _of_matrix(frame)
    if hasattr(frame, "to_arrow"):
        return frame.to_arrow()
    if hasattr(frame, "__arrow_c_stream__"):
        return pa.table(frame)
    raise DataError(
        f"{type(frame).__name__} is no frame that can be read",
        hint="Pass a frame of pandas or polars, an Arrow table, a table of a release, or an "
        "array of two dimensions.",
    )


def frame_kind(frame: Any) -> FrameKind:
    """Which library a frame is of; whatever else speaks Arrow is 'arrow'."""
    # by name: neither library is imported to recognise what it is not
    library = type(frame).__module__.partition(".")[0]
    kinds: dict[str, FrameKind] = {"pandas": "pandas", "polars": "polars", "numpy": "numpy"}
    return kinds.get(library, "arrow")


def frame_of(table: pa.Table, kind: FrameKind) -> Any:
    """An Arrow table as a frame of this library."""
    if kind == "pandas":
        return pandas_frame(table)
    if kind == "polars":
        return polars_frame(table)
    return table if kind == "arrow" else _matrix(table)


def pandas_frame(table: pa.Table) -> Any:
    """A pandas DataFrame; decimals are floats there."""
    _library("pandas")
    return _with_floats(table).to_pandas(date_as_object=False)


def polars_frame(table: pa.Table) -> Any:
    """A polars DataFrame."""
    return _library("polars").from_arrow(table)


def _library(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError:
        raise MissingExtra(name) from None


def _with_floats(table: pa.Table) -> pa.Table:
    import pyarrow as pa

    fields = [
        field.with_type(pa.float64()) if pa.types.is_decimal(field.type) else field
        for field in table.schema
    ]
    return table.cast(pa.schema(fields, metadata=table.schema.metadata))


def _of_matrix(matrix: Any) -> pa.Table:
    import pyarrow as pa

    if matrix.ndim != 2:
        raise DataError(
            f"an array of {matrix.ndim} dimensions is no frame",
            hint="Rows and columns: array.reshape(-1, 1) makes a column of one dimension.",
        )
    columns = {f"x{at}": pa.array(matrix[:, at], from_pandas=True) for at in range(matrix.shape[1])}
    return pa.table(columns)


def _matrix(table: pa.Table) -> Any:
    import numpy as np

    columns = [column.to_numpy(zero_copy_only=False) for column in table.columns]
    return np.column_stack(columns) if columns else np.empty((table.num_rows, 0))
