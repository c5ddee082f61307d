"""How a source is read, as a fingerprint: what was landed in another way lands again."""

from __future__ import annotations

import json

from regulars.core.fingerprints import fingerprint_of
from regulars.core.settings import Source
from regulars.warehouse.databases.connecting import place_of_url

_DIALECT = {"delimiter", "quote", "escape", "encoding", "header"}
_AROUND = {"skip": 0, "header_rows": 1, "totals": []}


def reading_of(source: Source) -> str:
    """A fingerprint of the settings that decide how a source is read; no secret is in it."""
    if source.url is not None or source.table is not None:
        place = place_of_url(source.url.get_secret_value()) if source.url else "warehouse"
        text = source.model_dump_json(include={"table", "query", "since_column"})
        return fingerprint_of([place, text])
    settings = source.model_dump(include=_DIALECT | {"format", "columns", "widths"})
    # As earlier versions wrote it: what they landed shall not land again.
    settings["sheet"] = source.sheet[0] if len(source.sheet) == 1 else source.sheet or None
    for name, usual in _AROUND.items():
        if (value := getattr(source, name)) != usual:
            settings[name] = value
    explicit = "header" in source.model_fields_set
    text = json.dumps(settings, separators=(",", ":"), ensure_ascii=False)
    return fingerprint_of([text, str(explicit)])
