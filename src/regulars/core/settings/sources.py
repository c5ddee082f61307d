"""Where raw rows come from: the `sources` of a project file."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    field_validator,
    model_validator,
)

ColumnType = Literal["text", "number", "integer", "timestamp", "flag"]


DATE_FORMATS = (
    "Date formats, tried in order: of strptime, with names of months in many languages for %b and "
    "%B, and %q for a quarter; or epoch, epoch_ms, epoch_us (since 1970, in UTC), excel (days of a "
    "spreadsheet)."
)


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


Strings = Annotated[list[str], BeforeValidator(_as_list)]


class Setting(BaseModel):
    """Base: frozen, and a name that does not exist is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class SourceColumnType(Setting):
    """How one raw text column is read before SQL expressions use it."""

    type: ColumnType = "text"
    format: Strings = Field(default=[], description=DATE_FORMATS)
    decimal: str = Field(default=".", description="Decimal mark of numbers in text.")
    affix: str = Field(
        default="",
        description="Text at every number that is no part of it, such as the sign of a currency.",
    )


def _as_column_type(value: object) -> object:
    return {"type": value} if isinstance(value, str) else value


class OrderLines(Setting):
    """Rows that are lines of an order, in a file where fields of the order stand on one line only.

    Rows of one order are those of one file with one value of `order`; where `order` is in `fill`
    too, a row without it belongs to the row above it.
    """

    order: str = Field(description="Column with the number of the order.")
    fill: Strings = Field(
        default=[],
        description="Columns that the first line of an order holds for all: empty ones take it.",
    )
    once: Strings = Field(
        default=[],
        description="Numbers of the whole order, empty or repeated on its lines: they count on its "
        "first line, and are 0 on the others.",
    )


class ReadWindow(Setting):
    """A bound on what is read of a database: the last days only."""

    column: str = Field(description="Date or time column.")
    days: int = Field(ge=1, description="How far back from the start of the run, in days.")


class S3Settings(Setting):
    """Where `s3://` is; what is not said comes from the environment (AWS_...)."""

    endpoint: str | None = Field(
        default=None, description="Address of another store than AWS: http://localhost:9000."
    )
    region: str | None = None
    access_key_id: SecretStr | None = Field(default=None, description="Write it as ${NAME}.")
    secret_access_key: SecretStr | None = Field(default=None, description="Write it as ${NAME}.")
    session_token: SecretStr | None = Field(default=None, description="Write it as ${NAME}.")


class SyntheticSettings(Setting):
    """Size of the company whose synthetic rows `on_failure: synthetic` lands."""

    customers: int | None = Field(default=None, ge=50, description="The recipe's own by default.")
    seed: int = 42


class Source(Setting):
    """Where raw rows come from, and what a new delivery means.

    Exactly one of `path`, `sql`, `url` (with `table` or `query`) and `table` alone.
    """

    path: str | None = Field(
        default=None,
        description="File, folder or glob, from the project; s3://bucket/...; http(s)://...",
    )
    sql: str | None = Field(
        default=None, description="A query over other sources of this file, by their names."
    )
    url: SecretStr | None = Field(
        default=None,
        description="Database to read from, as ${NAME}: postgresql://, sqlite:///file, "
        "duckdb:///file, or any that SQLAlchemy knows.",
    )
    table: str | None = Field(
        default=None,
        description="Table in the database at `url`; without `url`, a table that already stands "
        "in the warehouse (schema.table), which is not copied.",
    )
    query: str | None = Field(default=None, description="Query for the database at `url`.")
    since_column: str | None = Field(
        default=None,
        description="Column that grows (an id, a time of change): only rows beyond what was read "
        "are read again. Without it, every delivery is the whole table.",
    )
    overlap: float = Field(
        default=0,
        ge=0,
        description="How far before the newest row read late rows are looked for: days where "
        "`since_column` holds dates or times, else its own units.",
    )
    window: ReadWindow | None = Field(default=None, description="Read only the last days.")
    changed_by: str | None = Field(
        default=None,
        description="Column whose maximum, with the number of rows, tells that a table changed; "
        "without it, all rows are looked at.",
    )
    headers: dict[str, SecretStr] = Field(
        default={}, description="Headers for http(s), such as Authorization, as ${NAME}."
    )
    timeout: float = Field(default=30, gt=0, description="Seconds to wait for a server's answer.")
    retries: int = Field(
        default=3,
        ge=0,
        le=20,
        description="How often a server that gives no answer is asked again.",
    )
    retry_delay: float = Field(
        default=2,
        ge=0,
        description="Seconds before the first retry; doubled with each further one.",
    )
    on_failure: Literal["error", "last", "synthetic"] = Field(
        default="error",
        description="error: the run stops; last: what was landed before stays; synthetic: where "
        "nothing real was landed, synthetic rows of the recipe, marked as such everywhere.",
    )
    format: Literal["csv", "parquet", "excel", "json", "fixed", "whitespace"] | None = Field(
        default=None,
        description="Guessed from the file's ending when not given. `excel` reads all workbooks: "
        ".xlsx, .xls, .xlsb, .ods.",
    )
    follow_links: bool = Field(
        default=False,
        description="Whether symbolic links in the folder of `path` may lead out of it.",
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
    sheet: Strings = Field(
        default=[],
        description="Sheet of a workbook, or several of the same columns: names, or patterns such "
        "as `*`; else the first sheet.",
    )
    skip: int = Field(
        default=0,
        ge=0,
        description="Lines above the header that belong to no column: titles, filters.",
    )
    header_rows: int = Field(
        default=1,
        ge=1,
        description="Rows that describe the columns: the first names them, others (units, long "
        "labels) are no data.",
    )
    totals: list[str] = Field(
        default=[],
        description="How the first filled field of a row below the table begins, such as Total; "
        "an empty text means a row with an empty first field. Last rows like this are no data.",
    )
    types: dict[str, Annotated[SourceColumnType, BeforeValidator(_as_column_type)]] = Field(
        default={}, description="Types of raw columns that SQL expressions use."
    )
    other_names: dict[str, Strings] = Field(
        default={},
        description="Other names that a column has in some files, by its usual name: "
        "{amount: [total, sum]}.",
    )
    order_lines: OrderLines | None = Field(
        default=None, description="How the lines of an order share its fields."
    )
    floor: float = Field(
        default=0.5,
        ge=0,
        le=1,
        description="A full load (load: replace) with fewer rows than this share of the last one "
        "stops the run; `--accept-shrink` accepts it.",
    )
    deleted: str | None = Field(
        default=None, description="Column that is true on a row that says 'deleted'."
    )

    @field_validator("url")
    @classmethod
    def _is_an_address(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and "://" not in value.get_secret_value():
            raise ValueError("is not an address such as postgresql://user:${DB_PASSWORD}@host/name")
        return value

    @model_validator(mode="before")
    @classmethod
    def _whole_tables_replace(cls, data: Any) -> Any:
        """A table that is read whole is what there is now, unless something else is stated."""
        if isinstance(data, dict) and {"url", "table"} & data.keys():
            return {"load": "append" if data.get("since_column") else "replace"} | data
        return data

    @model_validator(mode="after")
    def _one_origin(self) -> Source:
        alone = self.table if self.url is None else None
        origins = [
            origin for origin in (self.path, self.sql, self.url, alone) if origin is not None
        ]
        if len(origins) != 1:
            raise ValueError("a source needs exactly one of 'path', 'sql', 'url' and 'table'")
        if self.url is not None and (self.table is None) == (self.query is None):
            raise ValueError("a source with a 'url' needs exactly one of 'table' and 'query'")
        if self.format == "fixed" and len(self.widths) != len(self.columns):
            raise ValueError("a fixed-width source needs as many 'widths' as 'columns'")
        self._check_database()
        return self

    def _check_database(self) -> None:
        """Settings that mean nothing where they stand would be believed to do something."""
        if self.url is None:
            for name in ("query", "since_column", "overlap", "window"):
                if name in self.model_fields_set:
                    raise ValueError(f"{name}: only for a source with a 'url'")
        if self.changed_by is not None and (self.table is None or self.since_column is not None):
            raise ValueError("changed_by: only for a 'table' that is read whole")
        if self.overlap and self.since_column is None:
            raise ValueError("overlap: only beside 'since_column'")
        if self.load == "append" and self.is_read_whole:
            raise ValueError(
                "load: a table that is read whole cannot be appended to itself; name a "
                "'since_column', or leave it at replace"
            )
        if self.load == "replace" and self.since_column is not None:
            raise ValueError("load: rows that are read since the last time cannot replace all")

    @property
    def is_read_whole(self) -> bool:
        """Whether each delivery is all rows of a table."""
        return (self.url is not None or self.table is not None) and self.since_column is None

    @property
    def is_remote(self) -> bool:
        """Whether only asking tells if there is anything new."""
        far = self.path is not None and self.path.startswith(("http://", "https://", "s3://"))
        return far or self.url is not None or self.table is not None
