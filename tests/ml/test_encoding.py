"""Encoding learns from training rows only, and inputs without support teach nothing."""

from __future__ import annotations

from datetime import date, datetime

import numpy as np
import pyarrow as pa

from regulars.features.frames import Frame
from regulars.ml.encoding import Encoder, LinearEncoder
from regulars.ml.support import supported_inputs, without_unsupported


def test_trees_see_null_as_nan_and_linear_estimators_see_the_median(make_frame) -> None:
    values = pa.array([1.0, None, 3.0, 5.0] * 10)
    frame = make_frame({"price": ("number", values)})
    assert np.isnan(Encoder().fit(frame)[1, 0])
    linear = LinearEncoder(shape="signed_logs").fit(frame)
    assert linear.shape == (40, 2)
    assert linear[1, 0] == linear[2, 0]
    assert linear[:4, 1].tolist() == [0, 1, 0, 0]


def test_rare_and_unknown_levels_share_the_last_column(make_frame) -> None:
    seen = ["web"] * 60 + ["shop"] * 50 + ["fax"]
    encoder = Encoder()
    encoder.fit(make_frame({"channel": ("category", pa.array(seen))}))
    new = make_frame({"channel": ("category", pa.array(["web", "fax", "pigeon"]))})
    matrix = encoder.transform(new)
    assert matrix.shape == (3, 3)
    assert matrix[0].tolist() == [0, 1, 0]
    assert matrix[1].tolist() == matrix[2].tolist() == [0, 0, 1]


def test_a_value_beyond_training_is_clipped(make_frame) -> None:
    encoder = LinearEncoder(shape="signed_logs", clip=5.0)
    encoder.fit(make_frame({"amount": ("number", pa.array(np.linspace(0, 10, 50)))}))
    huge = encoder.transform(make_frame({"amount": ("number", pa.array([1e12]))}))
    assert huge[0, 0] == 5.0


def test_zero_inflated_numbers_get_splines_without_constant_columns(make_frame) -> None:
    values = np.r_[np.zeros(300), np.arange(1, 101)]
    matrix = LinearEncoder().fit(make_frame({"orders": ("number", pa.array(values))}))
    assert np.isfinite(matrix).all()
    assert (matrix.std(axis=0) > 0).all()


def test_constant_empty_and_identifying_inputs_are_not_learned_from(make_frame) -> None:
    frame = make_frame(
        {
            "constant": ("number", pa.array([1.0] * 200)),
            "empty": ("number", pa.nulls(200, pa.float64())),
            "name": ("category", pa.array([f"anna {at}" for at in range(200)])),
            "price": ("number", pa.array(np.arange(200.0))),
        }
    )
    assert supported_inputs(frame, every_cutoff=False) == ("price",)
    assert supported_inputs(frame, every_cutoff=False, drop=["price"]) == ()


def test_a_window_longer_than_the_history_is_null_and_unused(make_frame) -> None:
    frame = make_frame(
        {
            "orders_30d": ("number", pa.array([1.0, 2.0, 3.0, 4.0])),
            "orders_90d": ("number", pa.array([1.0, 2.0, 3.0, 4.0])),
        },
        as_of=[datetime(2024, 3, 1)] * 2 + [datetime(2024, 6, 1)] * 2,
    )
    guarded = without_unsupported(frame, reach={"orders_90d": 90}, history_from=date(2024, 1, 15))
    assert guarded.inputs["orders_90d"].to_pylist() == [None, None, 3.0, 4.0]
    assert supported_inputs(guarded, every_cutoff=True) == ("orders_30d",)
    assert supported_inputs(guarded, every_cutoff=False) == ("orders_30d", "orders_90d")


def test_encoding_other_rows_changes_nothing_learned(snapshot: Frame) -> None:
    encoder = LinearEncoder()
    once = encoder.fit(snapshot)
    encoder.transform(snapshot.take(np.arange(10)))
    assert np.array_equal(encoder.transform(snapshot), once)


def test_encoded_columns_add_up_to_their_inputs(snapshot: Frame) -> None:
    encoder = LinearEncoder()
    matrix = encoder.fit(snapshot)
    totals = encoder.by_input(matrix)
    assert totals.shape == (len(snapshot), len(encoder.inputs_))
    assert np.allclose(totals.sum(axis=1), matrix.sum(axis=1))
