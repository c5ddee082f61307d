"""A skipped test is either excused by a cause that still holds, or it fails the run."""

from __future__ import annotations

from pathlib import Path

import pytest

CONFTEST = Path(__file__).parents[1] / "conftest.py"


@pytest.fixture
def suite(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makeconftest(CONFTEST.read_text())
    return pytester


def skipping(reason: str) -> str:
    return f"import pytest\n\ndef test_anna():\n    pytest.skip({reason!r})\n"


def test_a_skip_that_nothing_excuses_fails_the_run(suite: pytest.Pytester) -> None:
    suite.makepyfile(skipping("too lazy"))
    result = suite.runpytest("--strict-skips", "-p", "no:randomly")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["*unexpected skip: *test_anna*too lazy*"])


def test_workers_and_modules_that_are_skipped_whole_are_watched_too(suite: pytest.Pytester) -> None:
    suite.makepyfile(
        test_one=skipping("too lazy"),
        test_two="import pytest\n\npytest.importorskip('a_package_that_is_not_there')\n",
    )
    result = suite.runpytest_subprocess("--strict-skips", "-n", "1")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines_random(
        ["*unexpected skip: *test_anna*too lazy*", "*unexpected skip: *could not import*"]
    )


def test_a_skip_for_data_that_is_not_there_is_excused(suite: pytest.Pytester) -> None:
    suite.makepyfile(skipping("../shared/data/nowhere is not beside the repository"))
    assert suite.runpytest("--strict-skips").ret == pytest.ExitCode.OK


def test_the_excuse_ends_when_the_data_is_there(suite: pytest.Pytester) -> None:
    suite.mkdir("shared").joinpath("data", "retail").mkdir(parents=True)
    tests = suite.path / "main" / "tests"
    tests.mkdir(parents=True)
    (suite.path / "conftest.py").rename(tests / "conftest.py")
    skip = skipping("../shared/data/retail is not beside the repository")
    (tests / "test_retail.py").write_text(skip)
    result = suite.runpytest("--strict-skips", "main/tests")
    assert result.ret == pytest.ExitCode.TESTS_FAILED


def test_without_the_option_a_skip_stays_a_skip(suite: pytest.Pytester) -> None:
    suite.makepyfile(skipping("too lazy"))
    assert suite.runpytest().ret == pytest.ExitCode.OK
