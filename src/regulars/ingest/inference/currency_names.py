"""Codes of currencies, and the signs and names that people write in place of them."""

from __future__ import annotations

import re

from regulars.ingest.inference.vocabulary import plain

_SYMBOLS = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "₽": "RUB",
            "₩": "KRW", "₴": "UAH", "₪": "ILS", "₫": "VND", "₺": "TRY", "฿": "THB", "₱": "PHP",
            "₦": "NGN"}  # fmt: skip
# Names of currencies as columns of currencies write them, without accents.
_NAMES = {
    "euro": "EUR", "euros": "EUR", "dollar": "USD", "dollars": "USD", "us dollar": "USD",
    "us-dollar": "USD", "pound": "GBP", "pounds": "GBP", "pfund": "GBP", "franken": "CHF",
    "schweizer franken": "CHF", "zloty": "PLN", "zl": "PLN", "yen": "JPY", "kr": "SEK",
    "krona": "SEK", "rmb": "CNY", "yuan": "CNY", "rub": "RUB", "руб": "RUB", "円": "JPY",
    "元": "CNY", "人民币": "CNY", "real": "BRL", "r$": "BRL", "us$": "USD", "kc": "CZK",
    "ft": "HUF", "forint": "HUF", "lei": "RON", "leu": "RON", "tl": "TRY", "lira": "TRY",
    "rs": "INR", "rupee": "INR", "a$": "AUD", "au$": "AUD", "c$": "CAD", "ca$": "CAD",
    "nz$": "NZD", "hk$": "HKD", "s$": "SGD", "mx$": "MXN", "koruna": "CZK", "peso": "MXN",
    "rp": "IDR", "rupiah": "IDR", "rm": "MYR", "ringgit": "MYR", "грн": "UAH", "гривна": "UAH",
    "р": "RUB", "лв": "BGN", "원": "KRW", "won": "KRW",
}  # fmt: skip
_CODE_LIST = """
    EUR USD GBP CHF JPY CNY INR AUD CAD NZD SEK NOK DKK PLN CZK HUF RON BGN TRY RUB UAH BRL MXN ARS
    CLP COP PEN ZAR ILS AED SAR SGD HKD TWD KRW THB MYR IDR PHP VND ISK EGP MAD NGN KES
"""
CODES = frozenset(_CODE_LIST.split())
# People write no decimals behind them.
WITHOUT_DECIMALS = frozenset({"CLP", "COP", "IDR", "ISK", "JPY", "KRW", "PYG", "VND"})


# Letters that one people writes, and what it pays in; Japanese has its own beside Chinese ones.
_LETTERS = {
    "[\u3040-\u30ff]": "JPY", "[\uac00-\ud7af\u1100-\u11ff]": "KRW", "[\u4e00-\u9fff]": "CNY",
    "[\u0590-\u05ff]": "ILS", "[\u0e00-\u0e7f]": "THB", "[\u0370-\u03ff]": "EUR",
    "[іїєґ]": "UAH", "[ыэё]": "RUB",
}  # fmt: skip


def code_by_letters(text: str) -> str | None:
    """The currency of those who write with these letters, where one people does."""
    return next((code for letters, code in _LETTERS.items() if re.search(letters, text)), None)


def code_of(value: str) -> str | None:
    """The code of a currency that is written as a code, a sign or a name."""
    text = value.strip().rstrip(".")
    if text.upper() in CODES:
        return text.upper()
    return _SYMBOLS.get(text) or _NAMES.get(plain(text))
