"""A real client of the Model Context Protocol lists and calls every tool over standard input."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import anyio
import pytest

from regulars.core.settings import read_project
from regulars.serve.assistant.tools import Tools
from tests.questioned_release import QuestionedRelease

_ARGUMENTS: dict[str, dict[str, Any]] = {
    "list_metrics": {},
    "describe_metric": {"name": "sales"},
    "search_values": {"text": "osl"},
    "query": {"intent": {"metrics": [{"name": "customers"}]}},
    "compare_periods": {
        "metric": "sales", "period": {"start": "2024-06-01", "end": "2024-07-01"},
        "before": {"start": "2024-05-01", "end": "2024-06-01"},
    },
    "ask": {"question": "sales in May"},
    "customer": {"customer_id": "anna"},
    "explain_score": {"customer_id": "anna"},
    "segments": {},
    "verified_questions": {},
}  # fmt: skip


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return QuestionedRelease().project(tmp_path_factory.mktemp("mcp") / "shop")


def test_every_tool_answers_a_program_over_standard_input(shop: Path) -> None:
    pytest.importorskip("mcp", reason="needs the extra 'mcp'")
    from mcp import ClientSession, StdioServerParameters
    from mcp.client.stdio import stdio_client

    command = ["-m", "regulars", "--project", str(shop), "mcp"]
    parameters = StdioServerParameters(command=sys.executable, args=command, env=_environment())

    async def call_all() -> dict[str, str]:
        async with (
            stdio_client(parameters) as (reading, writing),
            ClientSession(reading, writing) as session,
        ):
            await session.initialize()
            tools = (await session.list_tools()).tools
            assert all(tool.annotations and tool.annotations.read_only_hint for tool in tools)
            assert {tool.name for tool in tools} == set(_ARGUMENTS)
            results = {}
            for name, arguments in _ARGUMENTS.items():
                result = await session.call_tool(name, arguments)
                assert not result.is_error
                results[name] = result.content[0].text
            return results

    answers = {name: json.loads(text) for name, text in anyio.run(call_all).items()}
    assert not any("refused" in answer for answer in answers.values())
    assert answers["ask"]["rows"] == [{"sales": 200.0}]
    assert answers["compare_periods"]["rows"][0]["change"] == -150.0
    assert answers["search_values"]["data"] == [{"dimension": "city", "value": "Oslo"}]


def _environment() -> dict[str, str]:
    return {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "TZ") if name in os.environ}


def test_tools_refuse_what_is_not_there_and_mask_what_is_personal(shop: Path) -> None:
    tools = Tools(read_project(shop))
    assert "refused" in tools.describe_metric("nothing")
    assert "refused" in tools.customer("nobody")
    assert "refused" in tools.ask("what is the weather")
    assert "Anna Berg" not in json.dumps(tools.customer("anna"), default=str)
    assert tools.search_values("anna")["data"] == []
