"""Run records that an earlier version wrote, in the shape of today."""

from __future__ import annotations

import sqlite3


def migrate(connection: sqlite3.Connection) -> None:
    """Turn the records of an earlier version, which kept a sentence per step, into this shape."""
    columns = {row[1] for row in connection.execute("pragma table_info(run_steps)")}
    if "note" not in columns:
        return
    # Readers may open the file at the same moment: only one of them migrates.
    connection.execute("begin immediate")
    columns = {row[1] for row in connection.execute("pragma table_info(run_steps)")}
    if "note" in columns:
        output = "made" if "made" in columns else "null"
        connection.execute("alter table run_steps add column result text")
        connection.execute("alter table run_steps add column error text")
        connection.execute("update run_steps set error = note where status = 'failed'")
        connection.execute(
            f"update run_steps set result = json_object('earlier_words', note, "
            f"'output_fingerprint', {output}) where status <> 'failed' and note is not null"
        )
        for column in columns & {"note", "made"}:
            connection.execute(f"alter table run_steps drop column {column}")
    connection.commit()
