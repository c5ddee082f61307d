"""How a proposal is written: marks of what is probable, and open questions at the top."""

from __future__ import annotations

from pathlib import Path

import yaml

from regulars.core.settings import Answer
from regulars.ingest.inference.draft import Draft, Proposal
from regulars.ingest.inference.project_text import write


def written(draft: Draft) -> str:
    return write(
        Proposal(
            {"version": 1, "project": "shop", **draft.settings},
            draft.reasons,
            tuple(draft.undecided),
            {},
            tuple(draft.questions),
            frozenset(draft.probable),
        ),
        Path(),
    )


def test_what_is_probable_is_marked_above_its_setting() -> None:
    draft = Draft()
    draft.put("currency", "EUR", "most rows are from Germany", probable=True)
    draft.put("timezone", "UTC", "times without a zone are read in it")
    draft.put("entities.transactions.source", "orders", probable=True)
    lines = written(draft).splitlines()
    assert lines[lines.index("currency: EUR") - 1] == "# probable: most rows are from Germany"
    assert lines[lines.index("timezone: UTC") - 1] == "# times without a zone are read in it"
    above = lines[lines.index("    source: orders") - 1]
    assert above == "    # probable: nothing in the files contradicts it"


def test_questions_stand_before_the_settings_with_how_to_answer_them() -> None:
    draft = Draft()
    draft.put("currency", "EUR")
    draft.ask(
        "minor_units",
        "are the amounts cents? 'total' is whole in every row",
        [
            Answer(say="no"),
            Answer(say="yes", set={"entities.transactions.columns.amount": {"sql": "t/100"}}),
        ],
    )
    text = written(draft)
    assert text.index("--answer minor_units=1") < text.index("questions:") < text.index("currency:")
    assert yaml.safe_load(text)["questions"] == [
        {
            "key": "minor_units",
            "ask": "are the amounts cents? 'total' is whole in every row",
            "answers": [
                {"say": "no", "set": {}},
                {"say": "yes", "set": {"entities.transactions.columns.amount": {"sql": "t/100"}}},
            ],
        }
    ]
