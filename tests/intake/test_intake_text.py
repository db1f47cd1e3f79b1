"""Bytes as text: encodings of Japan, UTF-16 with and without its mark, Windows-1252."""

import pytest

from shinko.errors import ShinkoError
from shinko.intake.remarks import Remarks
from shinko.intake.text import text_of

KANA = "{title: さくら}\n[C]さくら さくら [Am]やよいの空は\n"
KANJI = "{title: 雪}\n[C]la [G]la\n"
LONG_KANJI = "{title: 冬景色}\n{artist: 東京}\n[C]la [G]la\n"


@pytest.mark.parametrize("text", [KANA, KANJI, LONG_KANJI, "曲名：雪国\n| C | G |\n"])
@pytest.mark.parametrize(
    ("codec", "name"),
    [
        ("utf-8", ""),
        ("utf-8-sig", ""),
        ("utf-16", ""),
        ("utf-32", ""),
        ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"),
        ("shift_jis", "Shift-JIS"),
        ("cp932", "Shift-JIS"),
        ("euc_jp", "EUC-JP"),
        ("iso2022_jp", "ISO-2022-JP"),
    ],
)
def test_japanese_text_is_read_in_the_encodings_that_people_save_it_in(text, codec, name):
    remarks = Remarks()
    assert text_of(text.encode(codec), remarks).removeprefix("\ufeff") == text
    assert str(remarks) == (f"no UTF-8, read as {name}" if name else "")


@pytest.mark.parametrize(
    "text", ["{title: Ménage à trois}\n[C]été", "Fünf Mädchen, größer", "C – G – Am", "naïve café"]
)
def test_accented_letters_are_windows_1252(text):
    remarks = Remarks()
    assert text_of(text.encode("cp1252"), remarks) == text
    assert str(remarks) == "no UTF-8, read as Windows-1252"


def test_marks_that_become_no_text_are_an_error_of_one_line():
    with pytest.raises(ShinkoError, match="no text in UTF-16, as it claims"):
        text_of(b"\xff\xfeC\x00\x00", Remarks())
