"""An assistant of a small release, made once."""

from __future__ import annotations

import pytest

from regulars.insights.asking.answers import Assistant
from tests.questioned_release import QuestionedRelease


@pytest.fixture(scope="session")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return Assistant(QuestionedRelease().reading(tmp_path_factory.mktemp("questioned")))
