"""A bare FastAPI application: a profile from DuckDB in memory, and a score of posted rows.

    python benchmarks/plain/bare_api.py PROFILES.parquet PORT

No keys, no masking, no cache, no checks beyond the types of the body; the score is one prediction
of a small XGBoost model over three sums.
"""

from __future__ import annotations

import sys
from typing import Any

import duckdb
import numpy as np
import uvicorn
import xgboost
from fastapi import FastAPI
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel
from starlette.responses import Response

connection = duckdb.connect()
connection.execute("set threads = 2")
connection.execute(f"create table profiles as select * from '{sys.argv[1]}'")
random = np.random.default_rng(0)
rows = random.random((1000, 3))
model = xgboost.train(
    {"objective": "binary:logistic", "nthread": 1},
    xgboost.DMatrix(rows, label=rows[:, 0] > 0.5),
    num_boost_round=100,
)
app = FastAPI()


class Sale(BaseModel):
    """A posted purchase; what else is posted is left out."""

    occurred_at: str
    amount: float = 0.0


class Body(BaseModel):
    """A posted customer."""

    transactions: list[Sale] = []


@app.get("/api/customers/{customer_id}")
def profile(customer_id: str) -> dict[str, Any]:
    """All columns of one customer."""
    found = connection.cursor().execute(
        "select * from profiles where customer_id = ?", [customer_id]
    )
    names = [column[0] for column in found.description]
    return dict(zip(names, found.fetchone() or (), strict=False))


@app.post("/api/score")
def score(body: Body) -> dict[str, float]:
    """A probability from a count, a sum and a maximum."""
    amounts = [sale.amount for sale in body.transactions] or [0.0]
    row = np.array([[len(amounts), sum(amounts), max(amounts)]])
    return {"churn_probability": float(model.predict(xgboost.DMatrix(row, nthread=1))[0])}


@app.get("/metrics")
def measures() -> Response:
    """CPU seconds of the process, for the benchmark."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


if __name__ == "__main__":
    print("ready", flush=True)
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[2]), log_level="error", access_log=False)
