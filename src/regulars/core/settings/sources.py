"""Where raw rows come from: the `sources` of a project file."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

ColumnType = Literal["text", "number", "integer", "timestamp", "flag"]


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


Strings = Annotated[list[str], BeforeValidator(_as_list)]


class Setting(BaseModel):
    """Base: frozen, and a name that does not exist is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class SourceColumnType(Setting):
    """How one raw text column is read before SQL expressions use it."""

    type: ColumnType = "text"
    format: Strings = Field(default=[], description="Date formats, tried in order (strptime).")
    decimal: str = Field(default=".", description="Decimal mark of numbers in text.")


def _as_column_type(value: object) -> object:
    return {"type": value} if isinstance(value, str) else value


class Source(Setting):
    """Where raw rows come from, and what a new delivery means."""

    path: str | None = Field(default=None, description="File, folder or glob, from the project.")
    sql: str | None = Field(
        default=None, description="A query over other sources of this file, by their names."
    )
    format: Literal["csv", "parquet", "excel", "fixed", "whitespace"] | None = Field(
        default=None, description="Guessed from the file's ending when not given."
    )
    load: Literal["append", "upsert", "replace"] = Field(
        default="append",
        description="append: new rows; upsert: a newer row with the same key wins; "
        "replace: each delivery is the whole table.",
    )
    delimiter: str | None = Field(default=None, description="Field separator; found when absent.")
    quote: str = Field(default='"', description="Quote character.")
    escape: str | None = Field(
        default=None, description="What comes before a quote inside quotes; found when absent."
    )
    encoding: str = Field(default="utf-8", description="Text encoding, e.g. latin-1, cp1252.")
    header: bool = Field(default=True, description="Whether the first line names the columns.")
    columns: list[str] = Field(default=[], description="Names, where the file has no header.")
    widths: list[int] = Field(default=[], description="Field widths of a fixed-width file.")
    sheet: str | None = Field(default=None, description="Sheet of an Excel file; else the first.")
    types: dict[str, Annotated[SourceColumnType, BeforeValidator(_as_column_type)]] = Field(
        default={}, description="Types of raw columns that SQL expressions use."
    )
    floor: float = Field(
        default=0.5,
        ge=0,
        le=1,
        description="A full delivery (load: replace) with fewer rows than this share of the one "
        "before stops the run; `--accept-shrink` lets it in.",
    )
    deleted: str | None = Field(
        default=None, description="Column that is true on a row that says 'deleted'."
    )

    @model_validator(mode="after")
    def _one_origin(self) -> Source:
        if (self.path is None) == (self.sql is None):
            raise ValueError("a source needs exactly one of 'path' and 'sql'")
        if self.format == "fixed" and len(self.widths) != len(self.columns):
            raise ValueError("a fixed-width source needs as many 'widths' as 'columns'")
        return self
