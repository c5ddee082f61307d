"""The letters beyond ASCII of single languages: an encoding that is right yields one language."""

from __future__ import annotations

import re
from collections import Counter

# Letters of a language, with those that its speakers write in foreign names; signs are no letters.
_ALPHABETS = {
    "cp1252": (
        "äöüßé", "àâæçéèêëîïôœùûüÿ", "áéíñóúüçºª", "àèéìîòùç", "ãáàâçéêíóõôúüºª", "éëïóöüèê",
        "æøåéöäü", "åäöéüæø", "áðéíóúýþæö", "àçèéíïòóúü",
    ),
    "cp1250": (
        "ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű", "ăâîșțşţ", "čćđšž",
    ),
    "cp1254": ("çğıİöşüâîû",),
    "cp1257": ("āčēģīķļņšūž", "ąčęėįšųūž", "äõöüšž"),
}  # fmt: skip
_NEARLY_ALL = 0.97
_LETTERS = re.compile(r"[^\W\d_]")
LATIN = tuple(_ALPHABETS)


def latin_encoding(text: bytes, guess: str) -> str:
    """The code page in which the bytes are words of one language; the guess where none is.

    Where nearly all the bytes beyond ASCII are letters of one language inside its words, they are
    no signs of two bytes (Chinese, Japanese, Korean).
    """
    if guess in LATIN and fits(text, guess):
        return guess
    return next((name for name in LATIN if fits(text, name)), guess)


def fits(text: bytes, encoding: str) -> bool:
    """Whether the letters beyond ASCII that the bytes are here are (nearly) all of one language."""
    return _fit(text, encoding) >= _NEARLY_ALL


def _fit(text: bytes, encoding: str) -> float:
    """Of the letters beyond ASCII that the bytes are here, the share that one language has."""
    try:
        decoded = text.decode(encoding)
    except UnicodeDecodeError:
        return 0.0
    beyond = Counter(sign for sign in decoded if not sign.isascii() and not sign.isspace())
    rows = sum(beyond.values())
    letters = {sign: n for sign, n in beyond.items() if _LETTERS.match(sign)}
    if not letters or _mostly_alone(decoded):
        return 0.0
    known = max(
        sum(n for sign, n in letters.items() if sign.lower() in alphabet or sign in alphabet)
        for alphabet in _ALPHABETS[encoding]
    )
    signs = sum(n for sign, n in beyond.items() if sign in "€£§°–—…“”„‘’«»·×¿¡®©™²³½")
    return known / max(rows - signs, 1)


def _mostly_alone(text: str) -> bool:
    """Whether most words with letters beyond ASCII have hardly any others."""
    words = [word for word in re.findall(r"[^\W\d_]+", text) if not word.isascii()]
    odd = sum(2 * sum(not letter.isascii() for letter in word) > len(word) for word in words)
    return 2 * odd > len(words)
