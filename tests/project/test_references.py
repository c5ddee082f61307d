"""References say what the code says: every command, setting, table and feature."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import typer
from pydantic import BaseModel, Field
from typer.main import get_command

from generate_docs import (
    command_section,
    commands,
    features_page,
    settings_page,
    tables_page,
)
from regulars.core.settings import Project
from regulars.core.settings.reference import kind, markdown_table


def shop() -> Any:
    """A command line with a command in a group and a hidden one."""
    app, orders = typer.Typer(), typer.Typer()

    @orders.command()
    def send(
        whom: Annotated[str, typer.Argument(help="Who gets it.")],
        how: Annotated[Literal["post", "bike"], typer.Option(help="The way.")] = "post",
        fast: Annotated[bool, typer.Option(help="At once.")] = False,
    ) -> None:
        """Send an order."""

    @app.command(hidden=True)
    def secret() -> None:
        """Nobody knows."""

    app.add_typer(orders, name="orders")
    return get_command(app)


def test_every_command_that_is_not_hidden_has_a_section() -> None:
    assert [name for name, _ in commands(shop())] == [
        "regulars",
        "regulars orders",
        "regulars orders send",
    ]


def test_a_command_is_shown_with_its_arguments_and_options() -> None:
    (send,) = [c for name, c in commands(shop()) if name.endswith("send")]
    text = "\n".join(command_section(send, "regulars orders send"))
    assert "Send an order." in text
    assert "regulars orders send [OPTIONS] WHOM" in text
    assert "| `whom` | Who gets it. |" in text
    assert "| `--how` | The way. One of: `post`, `bike`. Default: `post`. |" in text
    assert "| `--fast, --no-fast` | At once. |" in text


def test_every_setting_is_listed() -> None:
    text = settings_page()
    for name in Project.model_fields:
        assert f"| `{name}` |" in text


def test_a_setting_says_what_it_may_be() -> None:
    class Colour(BaseModel):
        name: str

    class Paint(BaseModel):
        colour: Colour
        layers: list[int]
        finish: Literal["matt", "gloss"] | None
        mixed_from: dict[str, Colour] = Field(default={})

    rules = Paint.model_json_schema()["properties"]
    assert {name: kind(rule) for name, rule in rules.items()} == {
        "colour": "[Colour](#colour)",
        "layers": "list of integer",
        "finish": '`"matt"`, `"gloss"`',
        "mixed_from": "names, each with [Colour](#colour)",
    }


def test_every_table_is_listed_with_its_grain() -> None:
    assert "### churn_labels\n\nOne row per" in tables_page()


def test_every_family_of_features_has_a_section() -> None:
    text = features_page()
    assert "## rhythm" in text
    assert "| `recency_days` |" in text


def test_a_bar_in_a_cell_does_not_end_it() -> None:
    assert markdown_table(("a",), [("x | y\nz",)])[-1] == "| x \\| y z |"
