"""What a landing has to do: which files are new, and which batches they replace."""

from __future__ import annotations

from dataclasses import dataclass

from regulars.ingest.batch_records import KnownFile
from regulars.ingest.sources.files import FoundFile, content_of
from regulars.ingest.watermarks import Watermark


@dataclass(frozen=True)
class LandingPlan:
    """The files to land, the batches that they replace, and what there is to say."""

    files: list[tuple[FoundFile, str]]
    replaced: list[str]
    notes: list[str]
    watermark: Watermark | None = None
    is_synthetic: bool = False
    failure: str | None = None  # why this is not what the source has now


def plan_landing(
    found: list[FoundFile], known: list[KnownFile], *, load: str, reading: str
) -> LandingPlan:
    """Compare the files that are there with those of current batches.

    Files are the same by path, size and time, or else by content. A source whose files are read
    in another way than before (`reading`) lands again, except batches of which files are gone.
    """
    if load == "replace":
        return _plan_replace(found, known, reading=reading)
    stale = {file.batch_id for file in known if file.reading != reading}
    here = {file.name for file in found}
    kept = {file.batch_id for file in known if file.batch_id in stale and file.name not in here}
    current = [file for file in known if file.batch_id not in stale - kept]
    notes = [
        f"batch {batch} was read with other settings and stays: some of its files are gone"
        for batch in sorted(kept)
    ]
    files = []
    # Of each file only what it held last: one that goes back to an earlier content lands again.
    newest = {file.name: file for file in current}
    digests = {file.sha256: file.name for file in newest.values()}
    for file in found:
        if _is_known(file, current):
            continue
        digest = content_of(file)
        if digest in digests:
            if digests[digest] != file.name:
                notes.append(f"{file.name}: same content as {digests[digest]}, not landed again")
            continue
        digests[digest] = file.name
        files.append((file, digest))
    return LandingPlan(files, sorted(stale - kept), notes)


def _plan_replace(files: list[FoundFile], known: list[KnownFile], *, reading: str) -> LandingPlan:
    batches = sorted({file.batch_id for file in known})
    same_way = len(batches) == 1 and all(file.reading == reading for file in known)
    if same_way and len(files) == len(known) and all(_is_known(file, known) for file in files):
        return LandingPlan([], [], [])
    digests = [(file, content_of(file)) for file in files]
    before = sorted((file.name, file.sha256) for file in known)
    if same_way and before == sorted((file.name, digest) for file, digest in digests):
        return LandingPlan([], [], [])
    return LandingPlan(digests, batches, [])


def _is_known(file: FoundFile, known: list[KnownFile]) -> bool:
    identity = (file.name, file.size, file.modified_ns)
    newest = {old.name: (old.name, old.size, old.modified_ns) for old in known}
    return newest.get(file.name) == identity
