"""Two warehouses table by table: whether they hold the same, and where they do not.

Values are compared as their canonical text (`regulars.warehouse.parity`), so engines may print and
order them in their own ways. What a run says of itself is left out: when it was and its own ids.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pyarrow as pa

from regulars.warehouse.engines.duckdb import DuckDBWarehouse
from regulars.warehouse.parity import value_texts
from regulars.warehouse.protocol import Warehouse

LAYERS = ("silver", "gold", "ml", "serving")
# Two runs of the same files differ in these, on one engine too.
OF_A_RUN = frozenset({"batch_id", "estimator_id", "landed_at", "run_id", "run_started_at",
                      "scored_at", "trained_at"})  # fmt: skip
_EXAMPLES = 3


@dataclass(frozen=True)
class Difference:
    """A row of the first warehouse and its like in the second; None where it has none.

    Only columns in which they differ are here, beside the first column, by which they were found.
    """

    first: dict[str, str | None] | None
    second: dict[str, str | None] | None


@dataclass(frozen=True)
class TableParity:
    """A table of two warehouses: `rows` and `hashes` of the first and of the second.

    A table that one of them lacks has no rows and no hash there. `columns` are those that one of
    them lacks or whose values differ; `examples` are a few of the rows that differ.
    """

    table: str
    rows: tuple[int | None, int | None]
    hashes: tuple[str | None, str | None]
    columns: tuple[str, ...] = ()
    examples: tuple[Difference, ...] = ()

    @property
    def is_equal(self) -> bool:
        """Whether both hold the same rows."""
        return self.hashes[0] is not None and self.hashes[0] == self.hashes[1]


def compare(
    first: Warehouse, second: Warehouse, *, layers: Sequence[str] = LAYERS,
    ignored: Iterable[str] = OF_A_RUN,
) -> list[TableParity]:  # fmt: skip
    """Every table of these layers that one of the warehouses has, by layer and name."""
    tables = sorted(
        {
            (layer, name)
            for layer in layers
            for side in (first, second)
            for name in side.tables(layer)
        }
    )
    return [_compared(first, second, place, frozenset(ignored)) for place in tables]


def _compared(
    first: Warehouse, second: Warehouse, place: tuple[str, str], ignored: frozenset[str]
) -> TableParity:
    workbench = DuckDBWarehouse(None)
    try:
        mine, its = (
            _Side.of(warehouse, place, workbench=workbench, name=name, ignored=ignored)
            for warehouse, name in ((first, "first"), (second, "second"))
        )
        parity = TableParity(
            ".".join(place), rows=(mine.rows, its.rows), hashes=(mine.hash, its.hash)
        )
        if parity.is_equal or mine.hash is None or its.hash is None:
            return parity
        shared = [name for name in mine.columns if name in its.columns]
        lone = set(mine.columns) ^ set(its.columns)
        columns = sorted(lone | {name for name in shared if _differs(workbench, name)})
        return TableParity(
            parity.table, parity.rows, parity.hashes, tuple(columns),
            tuple(_examples(workbench, shared)) if shared else (),
        )  # fmt: skip
    finally:
        workbench.close()


@dataclass(frozen=True)
class _Side:
    """A table as canonical texts in the workbench; no hash where the warehouse lacks it."""

    columns: tuple[str, ...] = ()
    rows: int | None = None
    hash: str | None = None

    @classmethod
    def of(
        cls,
        warehouse: Warehouse,
        place: tuple[str, str],
        *,
        workbench: DuckDBWarehouse,
        name: str,
        ignored: frozenset[str],
    ) -> _Side:
        held = warehouse.columns(*place)
        columns = tuple(column for column in held if column not in ignored)
        if not held:
            return cls()
        texts = ", ".join(f"{_quoted(column)} varchar" for column in columns or ("nothing",))
        workbench.execute(f"create table main.{name} ({texts})")
        query = (
            f"select {', '.join(map(_quoted, columns)) or '1'} from {warehouse.relation(*place)}"
        )
        for batch in warehouse.arrow_batches(query):
            if batch.num_rows:
                with workbench.registered(pa.Table.from_batches([batch])) as rows:
                    values = ", ".join(value_texts(batch.schema))
                    workbench.execute(f"insert into main.{name} select {values} from {rows}")
        # The same rows have the same sum of their hashes, in any order.
        row = " || chr(31) || ".join(f"coalesce({_quoted(column)}, '')" for column in columns)
        row = row or "''"
        count, total = workbench.rows(
            f"select count(*), coalesce(sum(md5_number_lower({row})::hugeint), 0) from main.{name}"
        )[0]
        names = workbench.rows("select md5(?)", ["\x1f".join(sorted(columns))])[0][0]
        return cls(columns, int(count), f"{names[:8]}-{int(total):x}")


def _differs(workbench: DuckDBWarehouse, column: str) -> bool:
    """Whether a column has other values, whatever rows they stand in."""
    name = _quoted(column)
    pairs = (("first", "second"), ("second", "first"))
    return any(
        workbench.rows(
            f"select 1 from (select {name} from main.{left} except all "
            f"select {name} from main.{right}) limit 1"
        )
        for left, right in pairs
    )


def _examples(workbench: DuckDBWarehouse, shared: Sequence[str]) -> list[Difference]:
    """A few rows that one side has and the other has not, beside the row of the same key."""
    listed = ", ".join(map(_quoted, shared))
    for side, other in (("first", "second"), ("second", "first")):
        workbench.execute(
            f"create table main.only_{side} as select {listed} from main.{side} "
            f"except all select {listed} from main.{other}"
        )
    differences = []
    key = _quoted(shared[0])
    for side, other in (("first", "second"), ("second", "first")):
        rows = workbench.arrow(
            f"select * from main.only_{side} order by all limit {_EXAMPLES}"
        ).to_pylist()
        for row in rows:
            like = workbench.arrow(
                f"select * from main.only_{other} where {key} is not distinct from ? "
                "order by all limit 1",
                [row[shared[0]]],
            ).to_pylist()
            if like and side == "second":
                continue  # it stands there already
            twin = like[0] if like else None
            names = [n for n in shared if n == shared[0] or twin is None or row[n] != twin[n]]
            mine = {name: _plain(row[name]) for name in names}
            its = {name: _plain(twin[name]) for name in names} if twin else None
            differences.append(Difference(mine, its) if side == "first" else Difference(its, mine))
    return differences[:_EXAMPLES]


def _plain(text: str | None) -> str | None:
    """A canonical text without its mark; null stays null."""
    return None if text is None else text.removeprefix("=")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
