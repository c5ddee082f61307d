"""What a model becomes in a warehouse: a view, a table, or more rows of a table."""

from __future__ import annotations

from collections.abc import Callable

from regulars.core.errors import TransformError
from regulars.warehouse.model_files import ModelFile
from regulars.warehouse.protocol import Warehouse
from regulars.warehouse.rendered_models import RenderedModel

Hook = Callable[[str], str]


def materialize(
    rendered: RenderedModel, warehouse: Warehouse, *, takes_in: bool, hook: Hook, after: str
) -> None:
    """Make the relation of a model, or change nothing.

    With `takes_in` the table that is there takes the rows in. `hook` renders a statement as the
    model sees it; `after` is the one that follows a table. Raises TransformError where the columns
    are others than the model declares.
    """
    model = rendered.model
    with warehouse.transaction():
        if model.materialized == "view":
            warehouse.create_view(model.layer, model.name, rendered.sql)
        elif takes_in:
            _take_in(rendered, warehouse, hook)
        else:
            warehouse.build_table(model.layer, model.name, rendered.sql, columns=_declared(model))
        _check_columns(model, warehouse)
        if model.materialized != "view" and (statement := hook(after).strip()):
            warehouse.execute(statement)


def _declared(model: ModelFile) -> dict[str, str] | None:
    """Columns of the contract with their types as DuckDB writes them."""
    if model.columns is None:
        return None
    return {column.in_sql: column.kind.upper().replace(", ", ",") for column in model.columns}


def _take_in(rendered: RenderedModel, warehouse: Warehouse, hook: Hook) -> None:
    """Add the rows of an incremental model in place of those with the same key, if it has one."""
    model, config = rendered.model, rendered.config
    warehouse.add_rows(
        model.layer,
        model.name,
        rendered.sql,
        keys=config.get("unique_key", ()),
        before=hook(config.get("pre_hook") or "").strip(),
    )


def _check_columns(model: ModelFile, warehouse: Warehouse) -> None:
    declared = _declared(model)
    if declared is None:
        return
    held = warehouse.columns(model.layer, model.name)
    named = {name.strip('"').lower(): warehouse.sql_type(kind) for name, kind in declared.items()}
    other = sorted(
        {name for name, kind in held.items() if named.get(name.lower()) != warehouse.sql_type(kind)}
        | {name for name in named if name not in {column.lower() for column in held}}
    )
    if other:
        others_listed = ", ".join(f"{name} {held.get(name, 'is missing')}" for name in other)
        raise TransformError(f"its columns are not those that it declares: {others_listed}")
