"""Rows dealt out to files: whole customers, even churn shares, the stated sizes."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pyarrow as pa
import pytest

from regulars.features.frames import Frame
from regulars.ml.splits import customer_parts


@pytest.fixture
def panel() -> Frame:
    """2,000 customers at two dates, three in ten of whom churn at the second."""
    ids = [f"c{at:04d}" for at in range(2000)] * 2
    days = [datetime(2024, 1, 1)] * 2000 + [datetime(2024, 2, 1)] * 2000
    outcome = np.r_[np.zeros(2000), (np.arange(2000) % 10 < 3) * 1.0]
    keys = pa.table({"customer_id": ids, "as_of": pa.array(days, pa.timestamp("us"))})
    return Frame(keys, pa.table({"x": np.arange(4000.0)}), {"x": "number"}, outcome)


@pytest.mark.parametrize("shares", [(70, 15, 15), (70, 30)])
def test_files_have_their_size_and_the_same_churn_share(
    panel: Frame, shares: tuple[int, ...]
) -> None:
    part = customer_parts(panel, shares)
    for at, share in enumerate(shares):
        assert (part == at).sum() == 40 * share
        assert panel.outcome[part == at].mean() == pytest.approx(0.15)


def test_a_customer_is_in_one_file_only(panel: Frame) -> None:
    part = customer_parts(panel, (70, 15, 15))
    assert (part[:2000] == part[2000:]).all()
