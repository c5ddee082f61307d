"""The encoding of a text file, from all its bytes within a bound."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from regulars.ingest.inference.alphabets import LATIN, fits, latin_encoding
from regulars.ingest.sources.decoding import CHUNK, unpacked
from regulars.ingest.sources.files import FoundFile

_MOST_CHECKED = 64 * CHUNK  # of a file
_MOST_JUDGED = 200_000  # bytes of lines with signs beyond ASCII
# What systems export in. Without a bound, a short header may be taken for Mac Turkish.
_CANDIDATES = (
    "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "koi8-r",
    "cp866", "cp932", "euc-jp", "gb18030", "big5", "cp949",
)  # fmt: skip
_NAMES = {"shift_jis": "cp932", "euc_kr": "cp949", "iso8859-1": "latin-1"}
_WESTERN = "cp1252"
_ONE_SCRIPT = frozenset({"cp1251", "cp1253", "cp1255", "cp1256", "koi8-r", "cp866"})


@dataclass(frozen=True)
class TextEncoding:
    """An encoding, and whether the file would read the same in nearly any."""

    name: str
    ascii_only: bool = False


def find_encoding(file: FoundFile) -> TextEncoding:
    """The encoding that all of the file's bytes within the bound agree with."""
    with unpacked(file) as stream:
        head = stream.read(_MOST_CHECKED)
    if head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return TextEncoding("utf-16")
    if without_mark := _utf16(head):
        return TextEncoding(without_mark)
    if head.isascii():
        return TextEncoding("utf-8", ascii_only=True)
    if _is_utf8(head):
        return TextEncoding("utf-8")
    return TextEncoding(_legacy(head))


def agreed_encoding(files: Mapping[FoundFile, str]) -> str | None:
    """The one code page of Latin letters that fits all files of a folder whose own differ, if any.

    One system writes a folder: a header whose only sign beyond ASCII is `º` is read as the rest.
    """
    latin = {file: name for file, name in files.items() if name in LATIN}
    if len(set(latin.values())) < 2:
        return None
    texts = []
    for file in latin:
        with unpacked(file) as stream:
            texts.append(_telling(stream.read(_MOST_CHECKED)))
    names = [name for name, _ in Counter(latin.values()).most_common()]
    return next((name for name in names if all(fits(text, name) for text in texts)), None)


def _telling(head: bytes) -> bytes:
    """Different lines with signs beyond ASCII."""
    lines = dict.fromkeys(line for line in head.splitlines() if not line.isascii())
    return b"\n".join(lines)[:_MOST_JUDGED]


def _utf16(head: bytes) -> str | None:
    """UTF-16 without a mark: every second byte of digits, delimiters and line ends is zero."""
    sample = head[: 2 * (min(len(head), _MOST_JUDGED) // 2)]
    if b"\0" not in sample:
        return None
    high, low = sample[::2].count(0), sample[1::2].count(0)
    return "utf-16-be" if high > low else "utf-16-le"


def _is_utf8(head: bytes) -> bool:
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start >= len(head) - 4 and len(head) == _MOST_CHECKED
    return True


def _legacy(head: bytes) -> str:
    """The encoding of bytes that are not UTF-8, by the languages that they would be."""
    import chardet

    telling = _telling(head)
    guess = chardet.detect(
        telling, include_encodings=_CANDIDATES, prefer_superset=True, no_match_encoding=_WESTERN
    )
    name = codecs.lookup(guess["encoding"] or _WESTERN).name
    chosen = _NAMES.get(name, name)
    if chosen != _WESTERN and _is_rather_western(telling, chosen):
        chosen = _WESTERN
    chosen = latin_encoding(telling, chosen)
    if _decodes(head, chosen):
        return chosen
    # C1 controls are no text in Latin-1; Windows' code page leaves five of them undefined.
    return _WESTERN if _decodes(head, _WESTERN) else "latin-1"


def _is_rather_western(text: bytes, encoding: str) -> bool:
    """Whether nothing speaks for another encoding, or letters in it are signs before digits."""
    try:
        here, western = text.decode(encoding), text.decode(_WESTERN)
    except UnicodeDecodeError:
        return False
    if here == western or _mixes_scripts(here, encoding):
        return True
    return len(here) == len(western) and any(
        letter.isalpha() and not sign.isalnum() and after.isdigit()
        for letter, sign, after in zip(here, western, western[1:], strict=False)
    )


def _mixes_scripts(text: str, encoding: str) -> bool:
    """Whether most words with foreign letters have Latin ones too: Artνculo is Artículo."""
    if encoding not in _ONE_SCRIPT:
        return False
    words = [word for word in re.findall(r"[^\W\d_]+", text) if not word.isascii()]
    mixed = [word for word in words if re.search(r"[A-Za-z]", word)]
    return 2 * len(mixed) > len(words)


def _decodes(head: bytes, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        decoder.decode(head, len(head) < _MOST_CHECKED)
    except UnicodeDecodeError:
        return False
    return True
