"""Subscribers whose lives follow known hazards, and the telco snapshot where present."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pytest

from regulars.features.frames import Frame
from regulars.ml.survival.durations import Durations

Lives = tuple[Frame, Durations]


def frame_of(inputs: pa.Table) -> Frame:
    """A frame at one as-of date whose kinds follow the types of the columns."""
    n = inputs.num_rows
    keys = pa.table(
        {
            "customer_id": [f"c{i:06d}" for i in range(n)],
            "as_of": pa.array(np.full(n, np.datetime64("2024-06-22", "us"))),
        }
    )
    kinds = {f.name: "category" if pa.types.is_string(f.type) else "number" for f in inputs.schema}
    return Frame(keys, inputs, kinds)  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def subscribers() -> Lives:
    """4,000 lives with hazard 0.04 x 3 (monthly plan) x exp(0.5 price z), watched for 24 months."""
    rng = np.random.default_rng(12)
    monthly, price = rng.random(4_000) < 0.5, rng.normal(size=4_000)
    age = rng.exponential(1 / (0.04 * np.where(monthly, 3.0, 1.0) * np.exp(0.5 * price)))
    inputs = pa.table({"plan": np.where(monthly, "monthly", "yearly"), "price": 50 + 10 * price})
    return frame_of(inputs), Durations.of(np.minimum(age, 24), age <= 24, unit="month")


@pytest.fixture(scope="session")
def telco(shared_data: Callable[[str], Path]) -> Lives:
    """The IBM snapshot with every input, TotalCharges too; tenure is the duration."""
    table = pyarrow.csv.read_csv(
        shared_data("telco") / "WA_Fn-UseC_-Telco-Customer-Churn.csv",
        convert_options=pyarrow.csv.ConvertOptions(
            null_values=[" "], column_types={"TotalCharges": pa.float64()}
        ),
    )
    ended = np.array(table["Churn"].to_pylist()) == "Yes"
    inputs = table.drop_columns(["customerID", "tenure", "Churn"])
    return frame_of(inputs), Durations.of(table["tenure"].to_numpy(), ended, unit="month")
