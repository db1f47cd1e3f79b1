"""Bytes as text, in whichever encoding the program of their author writes."""

import codecs
import re

from shinko.intake.bounded import IntakeError
from shinko.intake.remarks import Remarks

_KANA = re.compile("[\u3041-\u30fe]")
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def text_of(data: bytes, remarks: Remarks) -> str:
    """UTF-8, UTF-16 with its mark, else Shift-JIS if that has kana, else Windows-1252.

    Raises:
      IntakeError: it claims to be UTF-16 and isn't.
    """
    if data.startswith(_UTF_16):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError as error:
            raise IntakeError(f"no text in UTF-16, as it claims: {error}; save it as UTF-8") from (
                error
            )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        text = data.decode("shift_jis")
    except UnicodeDecodeError:
        text = ""
    if _KANA.search(text):
        remarks.say("no UTF-8, read as Shift-JIS")
        return text
    remarks.say("no UTF-8, read as Windows-1252")
    return data.decode("cp1252", errors="replace")
