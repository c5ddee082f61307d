"""Clusters: as many as a resample finds again, and names that outlive a refit."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from regulars.core.errors import NotEnoughData
from regulars.segments.cluster_names import names_after, names_by_place
from regulars.segments.clusters import Clustering, fit_clusters, keep, newest
from regulars.segments.kmeans import Points, Scaling, assign
from regulars.segments.stability import ClusterTrial

REGULARS, LAPSED, BIG = (5.0, 20.0, 900.0), (300.0, 1.0, 40.0), (8.0, 60.0, 20_000.0)


def customers(*middles: tuple[float, float, float], each: int = 300, spread: float = 0.2) -> Points:
    """So many customers around each of these middles, in days, orders and money."""
    rng = np.random.default_rng(5)
    noise = np.exp(rng.normal(0, spread, (len(middles) * each, 3)))
    return np.repeat(np.array(middles), each, axis=0) * noise


def groups(found: Clustering, rfm: Points) -> list[str]:
    return [found.names[one] for one in found.assigned(rfm)]


def test_the_largest_number_that_resamples_agree_on_is_taken() -> None:
    found = fit_clusters(customers(REGULARS, LAPSED, BIG, spread=0.5), clusters=None)
    *larger, taken = found.trials
    assert taken.is_stable
    assert not any(trial.is_stable for trial in larger)
    assert len(found.centroids) == taken.clusters


def test_the_silhouette_is_reported() -> None:
    found = fit_clusters(customers(REGULARS, LAPSED, BIG), clusters=3)
    assert found.trials[-1].silhouette > 0.7


def test_a_handful_of_giants_is_no_cluster() -> None:
    rfm = np.vstack([customers(REGULARS, LAPSED), [[1.0, 900.0, 5_000_000.0]] * 4])
    found = fit_clusters(rfm, clusters=None)
    assert min(np.bincount(found.assigned(rfm))) >= 0.03 * len(rfm)


def test_a_stable_number_needs_agreement_and_size() -> None:
    assert ClusterTrial(3, agreement=0.9, smallest_share=0.03, silhouette=0.1).is_stable
    assert not ClusterTrial(3, agreement=0.89, smallest_share=0.03, silhouette=0.9).is_stable
    assert not ClusterTrial(3, agreement=0.9, smallest_share=0.029, silhouette=0.9).is_stable


def test_the_asked_number_is_taken_as_it_is() -> None:
    found = fit_clusters(customers(REGULARS, LAPSED, BIG), clusters=4)
    assert len(found.centroids) == len(set(found.names)) == 4


def test_few_customers_are_too_few() -> None:
    with pytest.raises(NotEnoughData, match="49 customers"):
        fit_clusters(customers(REGULARS, each=49), clusters=None)


def test_names_say_how_recent_and_how_valuable_a_cluster_is() -> None:
    rfm = customers(REGULARS, LAPSED, BIG)
    found = fit_clusters(rfm, clusters=3)
    names = groups(found, rfm)
    assert names[0].startswith("Active")
    assert names[300] == "Lapsed Light Buyers"
    assert names[-1] == "Active Big Spenders"


def test_names_are_all_different_even_for_centroids_in_one_place() -> None:
    assert len(set(names_by_place(np.full((8, 3), 0.1)))) == 8


def test_95_of_100_customers_keep_their_name_under_another_random_state() -> None:
    rfm = customers(REGULARS, LAPSED, BIG, spread=0.5)
    first = fit_clusters(rfm, clusters=3, random_state=1)
    second = fit_clusters(rfm, clusters=3, random_state=2)
    assert np.mean(np.array(groups(first, rfm)) == np.array(groups(second, rfm))) >= 0.95


def test_a_refit_passes_names_on_although_the_scale_has_changed() -> None:
    before = customers(REGULARS, LAPSED, BIG)
    first = fit_clusters(before, clusters=3)
    renamed = Clustering(first.scaling, first.centroids, ["Gold", "Silver", "Gone"], first.trials)
    after = before * np.array([1.1, 1.2, 1.3])
    second = fit_clusters(after, clusters=3, previous=renamed)
    assert groups(second, after) == groups(renamed, before)


def test_a_cluster_that_was_not_there_before_gets_a_free_name() -> None:
    old = np.array([[-1.0, 1.0, 1.0], [1.0, -1.0, -1.0]])
    new = np.array([[-1.0, 0.9, 1.0], [1.0, -1.0, -0.9], [-1.0, -1.0, -1.0]])
    names = names_after(new, previous=old, names=["Active Big Spenders", "Lapsed Light Buyers"])
    assert names == ["Active Big Spenders", "Lapsed Light Buyers", "Active Light Buyers"]


def test_a_kept_version_assigns_customers_again(tmp_path: Path) -> None:
    rfm = customers(REGULARS, LAPSED)
    found = fit_clusters(rfm, clusters=2)
    path = keep(found, tmp_path, run_id="20240622")
    again = newest(tmp_path, before="20240623")
    assert again is not None
    assert (again.assigned(rfm) == found.assigned(rfm)).all()
    assert json.loads(path.read_text())["clusters"][0]["name"] == found.names[0]


def test_a_run_does_not_take_its_own_version_for_the_previous_one(tmp_path: Path) -> None:
    keep(fit_clusters(customers(REGULARS, LAPSED), clusters=2), tmp_path, run_id="20240622")
    assert newest(tmp_path, before="20240622") is None


def test_a_measure_without_spread_and_refunds_above_sales_do_no_harm() -> None:
    rfm = np.column_stack([np.arange(60.0), np.ones(60), np.linspace(-5, 5, 60)])
    points = Scaling.of(rfm).scaled(rfm)
    assert np.isfinite(points).all()
    assert (assign(points, points[:2], rows=7) == assign(points, points[:2])).all()
