"""Presets of tickets, cases and messages: which rows they are, of whom, and when."""

from __future__ import annotations

from pathlib import Path

import pytest

from regulars.ingest.inference.preset_files import shipped_presets
from tests.ingest.inference.export_worlds import table
from tests.ingest.inference.preset_layouts import split
from tests.ingest.inference.test_preset_totals import cleaned, proposed

TICKETS = 60
# Title of the preset: its layout, and what is filled in for ticket number `n`.
LAYOUTS: dict[str, tuple[str, dict[str, str]]] = {
    "Zendesk tickets": (
        "Summation column|Id|Requester|Requester id|Requester external id|Requester email|Requester domain|Submitter|"
        "Assignee|Group|Subject|Tags|Status|Priority|Via|Ticket type|Created at|Updated at|Assigned at|Organization|"
        "Due date|Solved at|Resolution time|Satisfaction Score|Reopens|Replies|Full resolution time in minutes",
        {"Id": "{n}", "Requester": "P {who}", "Requester email": "p{who}@example.org", "Status": "{solved}",
         "Via": "Mail", "Ticket type": "Incident", "Created at": "{day} 10:00", "Satisfaction Score": "{score}",
         "Full resolution time in minutes": "{n}"},
    ),
    "Freshdesk tickets": (
        "Ticket ID|Subject|Status|Priority|Source|Type|Agent|Group|Created time|Due by Time|Resolved time|Closed time|"
        "Last update time|Full name|Email|Contact ID|Company Name",
        {"Ticket ID": "{n}", "Subject": "S{n}", "Status": "{solved}", "Source": "Portal", "Type": "Question",
         "Created time": "{day} 10:00:00", "Contact ID": "7{who}"},
    ),
    "Salesforce cases": (
        "Id|CaseNumber|ContactId|AccountId|Type|Status|Reason|Origin|Subject|Priority|IsClosed|ClosedDate|OwnerId|"
        "CreatedDate",
        {"Id": "500{n}", "CaseNumber": "{n:08d}", "AccountId": "001{who}", "Type": "Problem", "Status": "{solved}",
         "Origin": "Phone", "CreatedDate": "{day}T10:00:00.000Z"},
    ),
}  # fmt: skip
ACTIVITY = split("Email Address|Campaign Title|Action|Timestamp|URL")


@pytest.mark.parametrize("title", LAYOUTS)
def test_tickets_are_contacts_of_customers(title: str, tmp_path: Path) -> None:
    header, filled = LAYOUTS[title]
    rows = []
    for n in range(1, TICKETS + 1):
        words = {
            "n": n, "who": n % 20, "day": f"2023-{n % 12 + 1:02d}-{n % 28 + 1:02d}",
            "solved": "closed" if n % 3 else "open", "score": ("Good", "Bad", "Offered")[n % 3],
        }  # fmt: skip
        rows.append({name: text.format(**words) for name, text in filled.items()})
    project = proposed(tmp_path, {"tickets.csv": table(split(header), rows)})
    assert f"recognised as an export of {title}" in (tmp_path / "regulars.yaml").read_text("utf-8")
    query = (
        "select count(*), count(distinct customer_id), count(*) filter (resolved), "
        "coalesce(sum(satisfaction), 0) from {facts}"
    )
    ((tickets, people, resolved, happy),) = cleaned(project, "fct_interactions", query)[0]
    assert (tickets, people, resolved) == (TICKETS, 20, TICKETS * 2 // 3)
    assert happy == (TICKETS // 3 if title == "Zendesk tickets" else 0)


def test_a_row_per_action_becomes_a_message_with_its_steps(tmp_path: Path) -> None:
    rows = []
    for n in range(1, 31):
        row = {"Email Address": f"p{n}@example.org", "Campaign Title": "Spring"}
        steps = [
            "sent",
            *(["open", "open"] if n % 2 == 0 else []),
            *(["click"] if n % 6 == 0 else []),
        ]
        rows += [
            {**row, "Action": step, "Timestamp": f"2023-05-{n % 28 + 1:02d} 1{place}:00:00"}
            for place, step in enumerate(steps)
        ]
    project = proposed(tmp_path, {"activity.csv": table(ACTIVITY, rows)})
    query = (
        "select count(*), count(opened_at), count(clicked_at), "
        "count(*) filter (opened_at = occurred_at + interval 1 hour) from {facts}"
    )
    assert cleaned(project, "fct_touches", query) == [[(30, 15, 5, 15)]]


def test_every_preset_of_contacts_has_an_export_here() -> None:
    titles = {
        preset.title for preset in shipped_presets() if preset.entity in ("interactions", "touches")
    }
    assert titles == {*LAYOUTS, "Mailchimp campaign activity"}
