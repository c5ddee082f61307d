"""Every figure of the exploration equals what NumPy and SciPy make of the same table."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from scipy import stats

from regulars.insights.exploration.answer import Exploration
from regulars.insights.exploration.correlations import pairwise_correlation
from regulars.insights.exploration.numbers import NumberSummary
from regulars.insights.exploration.significance import Comparison, benjamini_hochberg

NUMBERS = ["orders", "orders_90d", "mood"]


def column(table: pa.Table, name: str) -> np.ndarray:
    return np.asarray(table[name].cast(pa.float64()).to_numpy(zero_copy_only=False))


def summary(found: Exploration, name: str) -> NumberSummary:
    return next(one for one in found.numbers if one.name == name)


def comparison(found: Exploration, name: str) -> Comparison:
    return next(one for one in found.significance.tests if one.name == name)


@pytest.mark.parametrize("name", NUMBERS)
def test_a_number_is_summed_up_as_numpy_and_scipy_do(
    found: Exploration, table: pa.Table, name: str
) -> None:
    values = column(table, name)
    known = values[np.isfinite(values)]
    one = summary(found, name)
    assert (one.known, one.missing) == (known.size, values.size - known.size)
    assert (one.zeros, one.distinct) == ((known == 0).sum(), np.unique(known).size)
    assert one.mean == pytest.approx(known.mean())
    assert one.deviation == pytest.approx(known.std(ddof=1))
    assert (one.least, one.most) == (known.min(), known.max())
    quartiles = (one.quartile_1, one.median, one.quartile_3)
    assert quartiles == pytest.approx(np.quantile(known, [0.25, 0.5, 0.75]))
    assert one.skew == pytest.approx(stats.skew(known, bias=False))
    assert one.kurtosis == pytest.approx(stats.kurtosis(known, bias=False))


@pytest.mark.parametrize("name", NUMBERS)
def test_welch_is_scipys_and_d_is_over_the_pooled_deviation(
    found: Exploration, table: pa.Table, name: str
) -> None:
    values, churned = column(table, name), column(table, "churned") > 0
    gone, there = (values[group & np.isfinite(values)] for group in (churned, ~churned))
    expected = stats.ttest_ind(gone, there, equal_var=False)
    one = comparison(found, name)
    assert (one.test, one.statistic) == ("Welch t", pytest.approx(expected.statistic))
    assert one.p == pytest.approx(expected.pvalue)
    assert one.degrees == pytest.approx(expected.df)
    pooled = ((gone.size - 1) * gone.var(ddof=1) + (there.size - 1) * there.var(ddof=1)) / (
        gone.size + there.size - 2
    )
    assert one.effect == pytest.approx((gone.mean() - there.mean()) / np.sqrt(pooled))


@pytest.mark.parametrize("name", ["channel", "consent"])
def test_chi_square_and_cramers_v_are_scipys(
    found: Exploration, table: pa.Table, name: str
) -> None:
    values = np.array([str(one) for one in table[name].to_pylist()])
    churned = column(table, "churned") > 0
    seen = stats.contingency.crosstab(values, churned).count
    expected = stats.chi2_contingency(seen, correction=False)
    one = comparison(found, name)
    assert (one.test, one.statistic) == ("chi-square", pytest.approx(expected.statistic))
    assert (one.p, one.degrees) == (pytest.approx(expected.pvalue), expected.dof)
    v = stats.contingency.association(seen, method="cramer", correction=False)
    assert one.effect == pytest.approx(v)


def test_q_values_are_scipys(found: Exploration) -> None:
    p = [one.p for one in found.significance.tests]
    assert [one.q for one in found.significance.tests] == pytest.approx(
        stats.false_discovery_control(p)
    )


def test_q_grows_with_p_and_never_exceeds_one() -> None:
    q = benjamini_hochberg(np.array([0.9, 0.01, 0.04, 0.03, 1.0]))
    assert q.tolist() == pytest.approx([1.0, 0.05, 0.2 / 3, 0.2 / 3, 1.0])


def test_correlations_are_numpys_over_customers_who_have_both(table: pa.Table) -> None:
    values = np.column_stack([column(table, name) for name in [*NUMBERS, "flat", "nobody_knows"]])
    r = pairwise_correlation(values)
    for one in range(3):
        for other in range(3):
            both = np.isfinite(values[:, one]) & np.isfinite(values[:, other])
            expected = np.corrcoef(values[both, one], values[both, other])[0, 1]
            assert r[one, other] == pytest.approx(expected)
    assert np.isnan(r[3:]).all()
    assert np.isnan(r[:, 3:]).all()


def test_strong_pairs_are_those_above_eight_tenths_in_size(
    found: Exploration, table: pa.Table
) -> None:
    r = np.corrcoef(column(table, "orders"), column(table, "orders_90d"))[0, 1]
    (pair,) = found.correlations.strong
    assert (pair.one, pair.other, pair.r) == ("orders", "orders_90d", pytest.approx(r))
    assert found.correlations.groups == (("orders", "orders_90d"),)
    assert (found.correlations.numbers, found.correlations.pairs) == (5, 3)


def test_a_large_offset_costs_no_digits() -> None:
    draw = np.random.default_rng(1)
    x = draw.normal(size=500)
    values = np.column_stack([1e9 + x, x + draw.normal(size=500)])
    assert pairwise_correlation(values)[0, 1] == pytest.approx(
        np.corrcoef(values.T)[0, 1], rel=1e-5
    )


def test_the_outcome_is_counted_and_its_entropy_is_in_bits(
    found: Exploration, table: pa.Table
) -> None:
    churned = column(table, "churned")
    assert (found.target.churned, found.target.stayed) == (churned.sum(), (1 - churned).sum())
    assert found.target.entropy == pytest.approx(
        stats.entropy([churned.mean(), 1 - churned.mean()], base=2)
    )


def test_a_histogram_holds_everyone_who_has_the_number(found: Exploration, table: pa.Table) -> None:
    for one in found.histograms:
        known = np.isfinite(column(table, one.name))
        churned = column(table, "churned") > 0
        assert sum(one.customers) == known.sum()
        assert (sum(one.churned), sum(one.stayed)) == (
            (known & churned).sum(),
            (known & ~churned).sum(),
        )
        assert len(one.edges) == len(one.customers) + 1


def test_bins_of_whole_numbers_are_whole_numbers_wide(found: Exploration) -> None:
    orders = next(one for one in found.histograms if one.name.startswith("orders"))
    assert orders.name == "orders"
    assert orders.edges == tuple(float(at) for at in range(len(orders.customers) + 1))
