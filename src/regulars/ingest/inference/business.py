"""The currency of a company, by what its tables tell.

What says it comes first: a column of currencies, a sign in the amounts, a column's name. Two
currencies are never added: the commonest counts, rows in others are rejected, and where others are
more than a few per cent of the rows a person decides. What only hints (countries, the ends of
e-mail addresses, decimal commas) is written, marked as probable and said. Where nothing hints, EUR
is written and said so: it changes no total, no segment and no score, only the sign beside amounts;
to stop there would stop companies whose mapping is right.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from regulars.core.settings import Answer
from regulars.ingest.inference.amount_mapping import AT
from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.currency_names import CODES, code_by_letters, code_of
from regulars.ingest.inference.draft import Draft
from regulars.ingest.inference.one_currency import in_one_currency, take_converted
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.inference.roles import points
from regulars.ingest.inference.vocabulary import plain, split_words
from regulars.ingest.inference.words import spoken_currency
from regulars.warehouse.protocol import Warehouse

_EURO = (
    "germany deutschland de deu france fr fra spain espana es esp italy italia it ita netherlands "
    "nederland nl nld austria osterreich oesterreich at aut belgium belgie belgique be bel ireland "
    "ie irl portugal pt prt finland fi fin greece gr grc luxembourg lu lux allemagne espagne "
    "italie frankreich spanien italien niederlande belgien alemania francia germania alemanha "
    "duitsland"
)
_COUNTRIES = dict.fromkeys(_EURO.split(), "EUR") | {
    "united kingdom": "GBP", "uk": "GBP", "great britain": "GBP", "england": "GBP", "gb": "GBP",
    "gbr": "GBP", "scotland": "GBP", "vereinigtes konigreich": "GBP", "royaume-uni": "GBP",
    "united states": "USD", "united states of america": "USD", "usa": "USD", "us": "USD",
    "vereinigte staaten": "USD", "etats-unis": "USD", "estados unidos": "USD", "canada": "CAD",
    "ca": "CAD", "australia": "AUD", "au": "AUD", "india": "INR", "japan": "JPY", "jp": "JPY",
    "日本": "JPY", "china": "CNY", "cn": "CNY", "中国": "CNY", "switzerland": "CHF", "ch": "CHF",
    "schweiz": "CHF", "suisse": "CHF", "svizzera": "CHF", "brazil": "BRL", "brasil": "BRL",
    "br": "BRL", "mexico": "MXN", "mx": "MXN", "poland": "PLN", "polska": "PLN", "pl": "PLN",
    "polen": "PLN", "sweden": "SEK", "sverige": "SEK", "se": "SEK", "norway": "NOK",
    "norge": "NOK", "no": "NOK", "denmark": "DKK", "danmark": "DKK", "dk": "DKK", "russia": "RUB",
    "россия": "RUB", "ru": "RUB", "czechia": "CZK", "cesko": "CZK", "cz": "CZK",
}  # fmt: skip
_ENDINGS = {
    ending: code for ending, code in _COUNTRIES.items() if len(ending) == 2 and ending.isascii()
} | {"uk": "GBP"}  # fmt: skip
_SIGN = re.compile(r"([$€£¥₹₽₩₴₪₫₺฿₱₦]) ?[\d.,]+")
_FEWEST_SIGNS = 3
_NO_MONEY = ("real", "s")  # `total_paid_real` is what was paid indeed
_FEW = 0.05  # of the rows in other currencies: more is asked about
_MOST_HINTS = 0.5


def set_currency(draft: Draft, warehouse: Warehouse, tables: list[Table]) -> None:
    """Write the currency with its evidence, marked where that is a hint, asked where it is open."""
    source = draft.get(f"{AT}.source")
    _leave_unknown_out(draft, tables)
    bought = [c for t in tables if t.name == source for c in t.columns.values()]
    elsewhere = [c for t in tables if t.name != source for c in t.columns.values()]
    table = next((t for t in tables if t.name == source), None)
    if table is not None and _set_by_column(draft, warehouse, table):
        return
    columns = [*bought, *elsewhere]
    stated = _by_values(elsewhere) or _by_symbol(columns) or _by_sign_in_text(columns)
    hint = _by_country(columns) or _by_mail(columns) or _by_language(bought) or _by_comma(bought)
    if stated is not None:
        draft.put("currency", *stated)
    elif hint is not None:
        draft.put("currency", *hint, probable=True)
    else:
        draft.put("currency", "EUR", "a guess: nothing in the files tells it", probable=True)


def _leave_unknown_out(draft: Draft, tables: list[Table]) -> None:
    """A currency column with one word that nobody knows rejects no rows; a word says the unit."""
    mapped, source = draft.get(f"{AT}.columns.currency"), draft.get(f"{AT}.source")
    name = mapped.get("column") if isinstance(mapped, dict) else mapped
    columns = [c for table in tables if table.name == source for c in table.columns.values()]
    column = next((c for c in columns if c.name == name), None)
    if column is not None and column.distinct == 1 and not code_of(column.values[0][0]):
        draft.get(f"{AT}.columns").pop("currency")
        draft.leave_open(f"which currency '{column.values[0][0]}' is, in all rows of {source}")
    affixes = [c.affix for c in columns if c.affix and c.name in str(draft.get(AT))]
    affixes = [affix for affix in affixes if code_of(affix) is None]
    if affixes and draft.get("amount_unit") is None:
        because = "the word at the amounts, which is no currency that is known"
        draft.put("amount_unit", affixes[0], because, probable=True)


def _set_by_column(draft: Draft, warehouse: Warehouse, table: Table) -> bool:
    """A column of currencies beside the amounts; other rows than the commonest are rejected."""
    columns = list(table.columns.values())
    mapped = draft.get(f"{AT}.columns.currency")
    name = mapped.get("column") if isinstance(mapped, dict) else mapped
    named = [column for column in columns if column.name == name]
    column = next((c for c in [*named, *columns] if _holds_currencies(c)), None)
    if column is None:
        return False
    rows = Counter[str]()
    for value, number in column.values:
        rows[code_of(value) or value] += number
    if not isinstance(mapped, dict) or column.name != name:
        texts = {v: code_of(v) for v, _ in column.values if code_of(v) not in (None, v.upper())}
        mapping = {"column": column.name, "values": texts} if texts else column.name
        draft.put(f"{AT}.columns.currency", mapping)
    (code, _), *rest = rows.most_common()
    draft.put("currency", code, f"the commonest value of {column.name}")
    everything = in_one_currency(draft, warehouse, table, column) if rest else None
    if everything is not None and everything.is_sure:
        take_converted(draft, everything)
    else:
        _judge_others(draft, column, rows, everything.answer if everything is not None else None)
    return True


def _judge_others(
    draft: Draft, column: Column, rows: Counter[str], everything: Answer | None
) -> None:
    """Rows in other currencies: said where they are few, asked where they are many.

    `everything` is an answer by which all rows count.
    """
    (_, *rest) = rows.most_common()
    if not rest:
        return
    shares = ", ".join(f"{code} {number:,} rows" for code, number in rows.most_common(5))
    main = rows.most_common(1)[0][0]
    if sum(number for _, number in rest) <= _FEW * column.filled:
        draft.leave_open(
            f"amounts in {len(rows)} currencies ({shares}): rows in another one than {main} are "
            "rejected"
        )
        return
    draft.ask(
        "currency",
        f"Amounts are in several currencies ({shares} in '{column.name}'), which are never added: "
        "which one is the company's? Rows in others are rejected.",
        [
            Answer(say=f"{code}: {number:,} rows count.", set={"currency": code} if n else {})
            for n, (code, number) in enumerate(rows.most_common(4))
        ]
        + ([everything] if everything is not None else []),
    )


def _holds_currencies(column: Column) -> bool:
    """Whether (nearly) every value is a currency; a lone word needs a name that says so."""
    if column.kind != "text" or not column.values or column.distinct > len(CODES):
        return False
    known = sum(number for value, number in column.values if code_of(value))
    if known < 0.95 * column.filled:
        return False
    is_code = all(len(value) == 3 for value, _ in column.values)
    return is_code or points(column.name, "currency") > 0


def _by_values(columns: Sequence[Column]) -> tuple[str, str] | None:
    for column in columns:
        if _holds_currencies(column):
            code = code_of(column.values[0][0])
            if code is not None:
                return code, f"the commonest value of {column.name}"
    return None


def _by_symbol(columns: Sequence[Column]) -> tuple[str, str] | None:
    for column in columns:
        for sign in column.currencies:
            code = _krone(columns) if sign.lower().startswith("kr") else code_of(sign)
            code = "CNY" if sign == "¥" and _by_letters(columns) == "CNY" else code
            if column.kind == "number" and code is not None:
                return code, f"the sign {sign} in {column.name}"
        ending = column.name.rpartition("_")[2]
        code = None if ending in _NO_MONEY else code_of(ending)
        if column.kind == "number" and code is not None:
            return code, f"the name of {column.name}"
    return None


def _krone(columns: Sequence[Column]) -> str:
    """The currency of `kr`, which the language of the headers tells from its neighbours."""
    spoken = _languages(columns)
    return max(("SEK", "DKK", "NOK"), key=lambda code: spoken[code])


def _by_letters(columns: Sequence[Column]) -> str | None:
    return code_by_letters("".join(column.label or column.name for column in columns))


def _by_sign_in_text(columns: Sequence[Column]) -> tuple[str, str] | None:
    """The sign of money among words, such as those of orders without a refund."""
    for column in columns:
        signs = [match[1] for value, _ in column.values if (match := _SIGN.fullmatch(value))]
        code = code_of(signs[0]) if len(signs) >= _FEWEST_SIGNS else None
        if column.kind == "text" and code is not None and len(set(signs)) == 1:
            code = _by_letters(columns) or code if signs[0] == "¥" else code
            return code, f"the sign {signs[0]} in {column.name}"
    return None


def _languages(columns: Sequence[Column]) -> Counter[str]:
    """How many words of headers only those say who pay in a currency."""
    words = [word for c in columns for word in split_words(c.label or c.name)]
    return Counter(code for word in words if (code := spoken_currency(word)))


def _by_country(columns: Sequence[Column]) -> tuple[str, str] | None:
    for column in columns:
        if column.kind == "text" and points(column.name, "country") and column.values:
            rows = Counter[str]()
            for value, number in column.values:
                rows[_COUNTRIES.get(plain(value.strip()), "")] += number
            code, number = rows.most_common(1)[0]
            if code and number > 0.4 * column.filled:
                return code, f"most rows are from its countries ('{column.name}'); check it"
    return None


def _by_mail(columns: Sequence[Column]) -> tuple[str, str] | None:
    for column in columns:
        if column.mails < _MOST_HINTS:
            continue
        endings = [value.rpartition(".")[2].lower() for value, _ in column.values]
        codes = Counter(_ENDINGS[ending] for ending in endings if ending in _ENDINGS)
        if codes and codes.most_common(1)[0][1] > _MOST_HINTS * len(endings):
            return codes.most_common(1)[0][0], f"the ends of most addresses in '{column.name}'"
    return None


def _by_language(columns: Sequence[Column]) -> tuple[str, str] | None:
    """Headers in a language that is spoken where one currency is paid; two words at least."""
    codes = _languages(columns)
    letters = _by_letters(columns)
    if letters is not None and len(codes) <= 1:
        return letters, "a guess by the letters of the headers; nothing else tells it"
    if not codes or codes.most_common(1)[0][1] < 2:
        return None
    code, number = codes.most_common(1)[0]
    if sum(other == number for other in codes.values()) > 1:
        return None
    return code, "a guess by the language of the headers; nothing else tells it"


def _by_comma(columns: Sequence[Column]) -> tuple[str, str] | None:
    """Decimal commas are written where, most often, the euro is paid."""
    if any(column.kind == "number" and column.decimal == "," for column in columns):
        return "EUR", "a guess: decimal commas; nothing else tells it"
    return None
