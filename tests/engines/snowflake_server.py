"""A server that speaks Snowflake's protocol, for the tests: fakesnow, with its gaps closed.

It runs with the Python of an environment of its own (`make test-engines`), which
has neither this project nor what this project needs. Behind it is DuckDB: it shows that statements
are written and sent as Snowflake wants them, not that Snowflake computes the same.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import sys
from typing import Any

import duckdb
import fakesnow.arrow
import fakesnow.copy_into
import fakesnow.server
import fakesnow.transforms
import jwt
import pyarrow as pa
import pyarrow.compute as pc
import uvicorn
from fakesnow.cursor import FakeSnowflakeCursor
from snowflake.connector.errors import ProgrammingError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route

_TEMPORARY = re.compile(
    r"^(\s*(?:/\*.*?\*/)?\s*create\s+(?:or\s+replace\s+)?)temporary\s+", re.I | re.S
)
_SESSION = re.compile(r"^\s*alter\s+session\s+(?:un)?set\s", re.I)

logins: list[dict[str, Any]] = []
execute = FakeSnowflakeCursor.execute
to_struct = fakesnow.arrow.timestamp_to_sf_struct


def execute_more(self: FakeSnowflakeCursor, command: str, *args: Any, **kwargs: Any) -> Any:
    """Temporary tables in a schema become tables, settings of a session are taken for done.

    What DuckDB cannot do is an error of the statement: otherwise the driver tries it for ever.
    """
    if _SESSION.match(command):
        command = "select 'Statement executed successfully.' as status"
    try:
        return execute(self, _TEMPORARY.sub(r"\1", command, count=1), *args, **kwargs)
    except duckdb.Error as error:
        if "transaction" in str(error).lower():
            self._duck_conn.rollback()
        raise ProgrammingError(msg=str(error), errno=1003, sqlstate="42000") from error


def to_struct_with_nulls(moments: pa.ChunkedArray) -> pa.Array:
    """A moment that is null stays null."""
    whole = moments.combine_chunks() if isinstance(moments, pa.ChunkedArray) else moments
    if isinstance(whole, pa.ChunkedArray):
        whole = pa.concat_arrays(whole.chunks) if whole.num_chunks else pa.array([], moments.type)
    filled = to_struct(pc.fill_null(whole, pa.scalar(0, pa.int64()).cast(whole.type)))
    return pa.StructArray.from_arrays(
        [filled.field(at) for at in range(filled.type.num_fields)],
        fields=[filled.type.field(at) for at in range(filled.type.num_fields)],
        mask=pc.is_null(whole),
    )


def stored_columns(table: Any, connection: Any, database: str, schema: str) -> list[str]:
    """The columns that COPY fills, by names as they are and not in capitals."""
    described = fakesnow.copy_into._describe_table(table, connection, database, schema)
    return [name for name, _ in described]


async def checked_login(request: Request) -> JSONResponse:
    """A login with the right password or key, to a database that there is; what it asked for stays."""
    body = json.loads(gzip.decompress(await request.body()))["data"]
    asked = {
        name: request.query_params.get(name) for name in ("databaseName", "warehouse", "roleName")
    }
    if refusal := _refusal(body, asked["databaseName"]):
        code, message = refusal
        return JSONResponse({"success": False, "code": code, "message": message, "data": {}})
    logins.append({**asked, "user": body["LOGIN_NAME"], **body["SESSION_PARAMETERS"]})
    return await fakesnow.server.login_request(request)


def _refusal(body: dict[str, Any], database: str | None) -> tuple[str, str] | None:
    """Why somebody is not let in, in Snowflake's words."""
    if body.get("AUTHENTICATOR") == "SNOWFLAKE_JWT":
        try:
            jwt.decode(body["TOKEN"], os.environ["STAND_IN_KEY"], algorithms=["RS256"])
        except jwt.InvalidTokenError:
            return "390144", "JWT token is invalid."
    elif body.get("PASSWORD") != os.environ["STAND_IN_PASSWORD"]:
        return "390100", "Incorrect username or password was specified."
    if (database or "").upper().startswith("NOT_THERE"):
        return "390201", f"The requested database {database} does not exist or not authorized."
    return None


async def told_logins(_: Request) -> JSONResponse:
    """What the logins asked for, the newest last."""
    return JSONResponse(logins)


FakeSnowflakeCursor.execute = execute_more  # type: ignore[method-assign]
fakesnow.arrow.timestamp_to_sf_struct = to_struct_with_nulls
fakesnow.copy_into._get_table_columns = stored_columns
# Sums of numbers would be floating point, so that texts can be added up too.
fakesnow.transforms.numeric_agg_implicit_cast = lambda expression: expression

app = Starlette(
    routes=[
        Route("/session/v1/login-request", checked_login, methods=["POST"]),
        Route("/logins", told_logins),
        Mount("/", fakesnow.server.app),
    ]
)

if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")
