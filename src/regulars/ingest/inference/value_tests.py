"""Tests of single values: patterns that a whole column is counted by, keys, personal data."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice

from regulars.ingest.inference.vocabulary import concepts
from regulars.ingest.number_formats import CURRENCY
from regulars.warehouse.protocol import Warehouse

_DIGITS = r"(?:\d{1,3}(?:[.,' ’\x{A0}\x{202F}]\d{3})+(?:[.,]\d*)?|\d+(?:[.,]\d*)?|[.,]\d+)"
_BEFORE = rf"[-+]?\s*\(?[-+]?\s*(?:{CURRENCY})?\s*\(?[-+]?\s*"
_MONEY = rf"{_BEFORE}{_DIGITS}-?\)?\s*(?:{CURRENCY}|%)?\)?-?"
# 00000000, 0000-00-00, 00.00.0000, 0001-01-01
NO_DATE = r"0{8}|0{2,4}[-/.]0{2}[-/.]0{2,4}(?:[T ][0:.]*)?|0{3}1-01-01(?:[T ][0:.]*)?"
TESTS = {
    "numbers": r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?",
    "digits": r"\d+(?:\.\d*)?",
    "money": _MONEY,
    "percent": r"[-+]?[\d.,]+ ?%",
    "decimal_comma": r".*\d,(?:\d{1,2}|\d{4,})\D*",
    "decimal_point": r".*\.\d{1,2}\D*|.*\.\d{4,}\D*|.*,\d{3}\..*",
    "millions_by_dots": r"\D*[1-9]\d{0,2}\.\d{3}\.\d{3}(?:\.\d{3})*\D*",
    "thousands_by_dots": r"\D*[1-9]\d{0,2}(?:\.\d{3})+\D*",
    "leading_zero": r"0\d+",
    "compact": r"(?:19|20|99)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])",
    "short_compact": r"\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])",
    "year_month": r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])",
    "year_week": r"(?:19|20)\d{2}(?:0[1-9]|[1-4]\d|5[0-3])",
    "no_date": NO_DATE,
    "iso": r"\d{4}[-/]\d{1,2}[-/]\d{1,2}(?:[T ].*)?",
    "key": r"[A-Za-z]{0,5}[-_ ]?\d{1,18}",
    "mail": r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}",
    "phone": r"\+?[\d][\d ()./-]{6,18}\d|\(\d{2,5}\)[\d ./-]{5,}",
    "iban": r"(?i)[A-Z]{2}\d{2}[ ]?(?:[A-Z0-9]{4}[ ]?){2,7}[A-Z0-9]{1,4}",
    "card": r"(?:\d[ -]?){12,18}\d",
    "social_security": r"\d{3}-\d{2}-\d{4}",
    "national_id": r"[A-Za-z]{0,4}[0-9][A-Za-z0-9 ./-]{6,18}[A-Za-z0-9]",
    "address": r"\p{L}[\p{L} .'’-]{2,} \d{1,4} ?[a-zA-Z]?|\d{1,5},? \p{L}[\p{L} .'’-]{3,}.*",
}
_MOST_CHECKED = 300
_FEWEST_CHECKED = 8  # one number in ten has the right last digit by chance
_MOSTLY = 0.9
# Numbers of the state by name: what stdnum calls the module that checks them.
_NATIONAL_IDS = ("de.idnr", "fr.nir", "es.nif", "it.codicefiscale", "nl.bsn", "br.cpf",
                 "pl.pesel", "gb.nhs", "se.personnummer", "cz.rc", "dk.cpr", "no.fodselsnummer",
                 "fi.hetu", "ro.cnp", "tr.tckimlik", "be.nn", "ch.ssn", "bg.egn", "gr.amka",
                 "hr.oib", "ee.ik", "cn.ric", "is.kennitala")  # fmt: skip


def key_shape(warehouse: Warehouse) -> tuple[str, int]:
    """The letters that all keys of `_values` begin with, and how many digits padding gives them.

    0 digits where nothing pads them: so that 12 and C00000012 can be compared.
    """
    prefixes, prefix, shortest, longest, zeros = warehouse.rows(
        "select count(distinct prefix), min(prefix), min(length(digits)), max(length(digits)), "
        "bool_or(digits like '0%' and length(digits) > 1) from (select "
        "regexp_extract(value, '^[A-Za-z]*[-_ ]?') as prefix, "
        "regexp_extract(value, '[0-9]+$') as digits from _values)"
    )[0]
    if prefixes != 1:
        return "", 0
    return str(prefix), int(longest) if zeros and shortest == longest else 0


def personal_kind(
    warehouse: Warehouse, name: str, counts: Mapping[str, float], *, filled: int
) -> str:
    """What of a person most values are, by their checksums where there are any; '' for nothing."""
    if counts["mail"] > 0.5 * filled:
        return "e-mail"
    if counts["iban"] > _MOSTLY * filled and _share(warehouse, "iban") > _MOSTLY:
        return "IBAN"
    if counts["card"] > _MOSTLY * filled and _share(warehouse, "card") > _MOSTLY:
        return "card"
    if counts["social_security"] > _MOSTLY * filled:
        return "national id"
    may_be_id = counts["national_id"] > _MOSTLY * filled and counts["compact"] < filled
    if may_be_id and "national_id" in concepts(name):
        return "national id"
    if may_be_id and _share(warehouse, "national_id") > _MOSTLY:
        return "national id"
    return ""


def _share(warehouse: Warehouse, kind: str) -> float:
    """The share of some values whose checksum is right."""
    rows = warehouse.rows(
        f"select value from _values using sample {_MOST_CHECKED} rows (reservoir, 7)"
    )
    values = [str(value) for (value,) in islice(rows, _MOST_CHECKED)]
    enough = len(values) >= _FEWEST_CHECKED
    return sum(map(_CHECKS[kind], values)) / len(values) if enough else 0.0


def _is_iban(value: str) -> bool:
    from stdnum import iban

    return bool(iban.is_valid(value, check_country=False))


def _is_card(value: str) -> bool:
    from stdnum import luhn

    digits = value.replace(" ", "").replace("-", "")
    return 13 <= len(digits) <= 19 and digits[0] in "3456" and bool(luhn.is_valid(digits))


def _is_national_id(value: str) -> bool:
    from stdnum import get_cc_module

    modules = (get_cc_module(*name.split(".")) for name in _NATIONAL_IDS)
    return any(module is not None and module.is_valid(value) for module in modules)


_CHECKS = {"iban": _is_iban, "card": _is_card, "national_id": _is_national_id}
