"""Bytes as text, in whichever encoding the program of their author writes.

UTF-8 shows itself, and so do UTF-16 and UTF-32 by their mark or their zeros, and ISO-2022-JP by
its escapes. Of the others, EUC-JP and Shift-JIS are believed where what they give reads as
Japanese: kana, or kanji that don't stand within words in Latin letters, which is how accented
letters of Windows-1252 look there ("M駭age" for "Ménage"). Half-width kana tell that it is the
other of the two: EUC-JP's hiragana are pairs of them in Shift-JIS.
"""

import codecs
import re

from shinko.intake.bounded import IntakeError
from shinko.intake.remarks import Remarks

_KANA = re.compile("[\u3041-\u30fe]")
_JAPANESE = re.compile("[\u3005-\u30fe\u4e00-\u9fff\uff01-\uff5e]")
_WITHIN_LATIN = re.compile("[a-z][\u4e00-\u9fff]|[\u4e00-\u9fff][a-z]")
_HALF_WIDTH = re.compile("[\uff61-\uff9f]")
_MARKS = {
    "UTF-32": (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE),
    "UTF-16": (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE),
}
_ESCAPES = (b"\x1b$B", b"\x1b$@", b"\x1b(J")
_JAPANESE_CODECS = {"EUC-JP": "euc_jp", "Shift-JIS": "cp932"}
_SHORTEST = 8  # bytes that say something of zeros
_SAMPLE = 4000  # bytes that tell where zeros stand


def text_of(data: bytes, remarks: Remarks) -> str:
    """A text in UTF-8 or UTF-16, or in one of the encodings of Japan, else in Windows-1252.

    Raises:
      IntakeError: it claims to be UTF-16 and isn't.
    """
    for name, marks in _MARKS.items():
        if data.startswith(marks):
            return _claimed(data, name.lower().replace("-", "_"), name)
    try:
        if b"\0" not in data[:_SAMPLE]:
            text = data.decode("utf-8-sig")
            if not any(one in data for one in _ESCAPES):
                return text
    except UnicodeDecodeError:
        pass
    if (zeros := _by_zeros(data)) is not None:
        remarks.say("no UTF-8, read as UTF-16")
        return _claimed(data, zeros, "UTF-16")
    for name, text in _as_japanese(data):
        remarks.say(f"no UTF-8, read as {name}")
        return text
    remarks.say("no UTF-8, read as Windows-1252")
    return data.decode("cp1252", errors="replace")


def _claimed(data: bytes, codec: str, name: str) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        raise IntakeError(f"no text in {name}, as it claims: {error}; save it as UTF-8") from error


def _by_zeros(data: bytes) -> str | None:
    """The kind of UTF-16 without a mark: brackets and letters have a zero beside them."""
    even, odd = data[:_SAMPLE:2], data[1:_SAMPLE:2]
    zeros = even.count(0), odd.count(0)
    if (
        len(data) % 2
        or len(data) < _SHORTEST
        or max(zeros) < len(even) / 8
        or min(zeros) > max(zeros) / 8
    ):
        return None
    return "utf_16_le" if zeros[1] > zeros[0] else "utf_16_be"


def _as_japanese(data: bytes) -> list[tuple[str, str]]:
    """The encoding of Japan that a text is in, and the text; nothing if it is in none."""
    if any(one in data for one in _ESCAPES):
        return [("ISO-2022-JP", data.decode("iso2022_jp_2", errors="replace"))]
    read: list[tuple[int, str, str]] = []
    for name, codec in _JAPANESE_CODECS.items():
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            continue
        signs = len(_JAPANESE.findall(text))
        if not signs or (not _KANA.search(text) and _WITHIN_LATIN.search(text)):
            continue
        read.append((signs - 3 * len(_HALF_WIDTH.findall(text)), name, text))
    return [(name, text) for _, name, text in sorted(read, key=lambda one: -one[0])[:1]]
