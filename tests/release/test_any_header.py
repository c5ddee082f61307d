"""A customers file whose columns are called like ours, like words of SQL, or in any script."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path

import pytest

from regulars.core.reserved_names import RESERVED_NAMES
from regulars.features.catalogue import standard_feature_names
from regulars.ingest.inference.project_text import write
from regulars.ingest.inference.proposing import propose
from regulars.insights.customer_profiles import attribute_names, customer
from regulars.insights.release_reading import read_current
from tests.small_projects import SmallProject, small_project

LAST_DAY = date(2024, 6, 30)
PEOPLE = tuple(f"p{number:02}" for number in range(60))
HEADER = "customer_id,segment,order,客户等级,recency,customer_value,recency_days"


def shop(folder: Path) -> SmallProject:
    """Sixty customers with attributes of such names, and two years of orders at random."""
    people = [HEADER] + [
        f"{who},{'gold' if at % 2 else 'blue'},{at % 3},{'甲' if at % 2 else '乙'},{at % 11},{at % 13 * 10},{at % 7}"
        for at, who in enumerate(PEOPLE)
    ]
    chance, first = random.Random(7), date(2022, 7, 1)
    orders = ["order_id,customer_id,order_date,amount"]
    for at, who in enumerate(PEOPLE):
        day = first
        while (day := day + timedelta(days=1 + chance.randrange(20 + 5 * (at % 30)))) <= LAST_DAY:
            orders.append(f"{who}-{day},{who},{day},{chance.randrange(5, 45)}")
    files = {
        "people.csv": "\n".join(people) + "\n",
        "orders.csv": "\n".join(orders) + "\n",
    }
    return small_project(folder, files)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> SmallProject:
    project = shop(tmp_path_factory.mktemp("headers"))
    proposal = propose(
        [project.folder],
        name="headers",
        recipe=None,
        today=date(2024, 7, 1),
        reserved=RESERVED_NAMES | standard_feature_names(),
    )
    project.write({"regulars.yaml": write(proposal, project.folder)})
    return project


def test_init_renames_what_is_called_as_a_column_or_feature_of_ours(made: SmallProject) -> None:
    attributes = made.project.entities["customers"].attributes
    assert {name: attribute.column for name, attribute in attributes.items()} == {
        "segment_given": "segment",
        "order": "order_",  # as it lands: the reader makes words of SQL into names
        "客户等级": "客户等级",
        "recency_given": "recency",
        "customer_value_given": "customer_value",
        "recency_days_given": "recency_days",
    }


def test_any_header_runs_from_the_file_to_the_profile(made: SmallProject) -> None:
    made.run()
    reading = read_current(made.project)
    assert set(attribute_names(reading)) == set(made.project.entities["customers"].attributes)
    anna = customer(reading, "p03")
    assert anna.attributes["segment_given"] == "gold"
    assert anna.attributes["客户等级"] == "甲"
    assert float(anna.attributes["order"]) == 0
    assert anna.segment not in ("gold", "blue")
