"""The sentences of damage and repairs."""

from __future__ import annotations

from regulars.flows.health.findings import Damage, Finding
from regulars.flows.health.repairing import Deed, Repair

_FOUND = {
    Damage.OPEN_TO_OTHERS: "other users may open the folder of the state",
    Damage.CANNOT_BE_WRITTEN: "you may not write to the folder of the state",
    Damage.DISK_NEARLY_FULL: "the disk has little room for another run",
    Damage.RECORDS: "the records of runs are damaged",
    Damage.WAREHOUSE: "the warehouse cannot be read",
    Damage.WAREHOUSE_GONE: "the warehouse is gone",
    Damage.ESTIMATORS: "the records of estimators are damaged",
    Damage.CHAMPION: "the estimator in use cannot be read",
    Damage.RELEASE: "a release is damaged",
    Damage.NEWER_RELEASE: "a newer version of regulars wrote a release",
    Damage.UNFINISHED_RELEASE: "a run that did not end left a release half written",
    Damage.POINTER: "no release that is there is the current one",
    Damage.EVENTS: "a file of events is missing or damaged",
    Damage.UNUSED_EVENTS: "files that no release needs",
    Damage.API_KEYS: "the file of API keys is damaged",
    Damage.API_KEYS_GONE: "the file of API keys is gone",
}
_REPAIRING = {
    Damage.OPEN_TO_OTHERS: "`regulars repair` closes it",
    Damage.RECORDS: "`regulars repair` quarantines them; the next run runs every step once",
    Damage.WAREHOUSE: "restore a backup, or `regulars repair` quarantines it: the next run lands "
    "all sources again, but rows of files that you no longer have are lost",
    Damage.ESTIMATORS: "`regulars repair` quarantines them; the next run trains",
    Damage.CHAMPION: "`regulars repair` takes the one before, or lets the next run train",
    Damage.RELEASE: "`regulars repair` quarantines it; the newest whole release becomes current",
    Damage.UNFINISHED_RELEASE: "`regulars repair` removes it; the next run does so too",
    Damage.POINTER: "`regulars repair` makes the newest whole release the current one",
    Damage.EVENTS: "`regulars repair` quarantines it; the next release writes it anew",
    Damage.UNUSED_EVENTS: "`regulars repair` removes them; the next release does so too",
}
_OWNER = {
    Damage.CANNOT_BE_WRITTEN: "ask its owner for the right to write, or run as that user",
    Damage.DISK_NEARLY_FULL: "make room, or lower release.keep",
    Damage.WAREHOUSE_GONE: "restore a backup, or `regulars run` lands all sources again",
    Damage.NEWER_RELEASE: "`pip install --upgrade regulars`",
    Damage.API_KEYS: "restore it; or move it away and create keys: `regulars keys create`",
    Damage.API_KEYS_GONE: "restore it, or create keys: `regulars keys create`",
}


def found_words(finding: Finding) -> str:
    """What is wrong, with what the reader of the file says."""
    return _FOUND[finding.damage] + (f": {finding.detail}" if finding.detail else "")


def remedy_words(finding: Finding) -> str:
    """What helps, with the command."""
    return _REPAIRING[finding.damage] if finding.is_repairable else _OWNER[finding.damage]


def repair_words(repair: Repair) -> str:
    """What was done."""
    words = {
        Deed.CLOSED: "closed to other users",
        Deed.QUARANTINED: f"quarantined as {repair.instead}",
        Deed.REMOVED: "removed",
        Deed.POINTED: f"release {repair.instead} is current now",
        Deed.WITHDRAWN: "no release is current: none is whole",
        Deed.ROLLED_BACK: f"{repair.instead} is in use now",
    }
    return words[repair.deed]
