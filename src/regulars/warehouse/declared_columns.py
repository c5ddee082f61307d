"""Queries with the columns that a model declares, for engines that cannot take back a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from regulars.core.errors import TransformError


def with_declared_types(
    query: str,
    *,
    columns: Mapping[str, str],
    given: Sequence[str],
    sql_type: Callable[[str], str],
) -> str:
    """The query with its columns in the order and the types of `columns`.

    `columns` are names as SQL writes them, with DuckDB types; `given` are the names of the columns
    of the query. Raises TransformError where they differ: before anything is replaced.
    """
    names = {name.lower() for name in given}
    declared = {name.strip('"').lower() for name in columns}
    if names != declared:
        unlike = ", ".join(sorted(names ^ declared))
        raise TransformError(f"its columns are not those that it declares: {unlike}")
    listed = ", ".join(
        f"cast({name} as {sql_type(kind)}) as {name}" for name, kind in columns.items()
    )
    return f"select {listed} from (\n{query}\n) as made"
