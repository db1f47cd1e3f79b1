"""Scripts that Liberation Serif lacks: who shows them, the viewer's fonts or a PDF reader's.

Chinese, Japanese and Korean characters are as wide as high in every font, so that a page can leave
room for them. What is neither theirs nor an outline of ours has a width that only the viewer
knows. In a PDF it can't be shown at all: by Adobe's standard readers have fonts for those alone.
"""

import unicodedata
from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple


class Standard(NamedTuple):
    """A font that PDF readers have: its name, what it has by codecs, its like in browsers."""

    font: str
    codecs: tuple[str, ...]
    family: str


# In the order in which they are tried: Japanese first, the rare Chinese characters last.
_CHINESE = "STSong, Songti SC, SimSun, Noto Serif CJK SC, serif"
STANDARD = (
    Standard(
        "HeiseiMin-W3",
        ("shift_jis", "cp932"),
        "HeiseiMin-W3, Hiragino Mincho ProN, Yu Mincho, Noto Serif CJK JP, serif",
    ),
    Standard("STSong-Light", ("gb2312",), _CHINESE),
    Standard("MSung-Light", ("cp950",), "LiSong Pro, PMingLiU, Noto Serif CJK TC, serif"),
    Standard("HYSMyeongJo-Medium", ("cp949",), "AppleMyungjo, Batang, Noto Serif CJK KR, serif"),
    Standard("STSong-Light", ("gbk",), _CHINESE),
)
ANY_FAMILY = "Liberation Serif, Times New Roman, Times, serif"

_RIGHT_TO_LEFT = ("R", "AL")
_FIRST_PICTOGRAPH, _LAST_PICTOGRAPH = 0x1F000, 0x1FBFF


def is_square(char: str) -> bool:
    """Whether a character is as wide as high: Chinese, Japanese, Korean, but no emoji."""
    pictograph = (
        _FIRST_PICTOGRAPH <= ord(char) <= _LAST_PICTOGRAPH or unicodedata.category(char) == "So"
    )
    return unicodedata.east_asian_width(char) in "WF" and not pictograph


def is_right_to_left(text: str) -> bool:
    """Whether a text is read from the right: its first letter says so."""
    kinds = (unicodedata.bidirectional(char) for char in text)
    return next((kind for kind in kinds if kind in ("L", *_RIGHT_TO_LEFT)), "L") != "L"


def standard_font(text: str) -> Standard | None:
    """The font that has all characters of a text; None if there is none."""
    return next((one for one in STANDARD if all(_has(one, char) for char in text)), None)


def standard_runs(text: str) -> Iterator[tuple[str, str]]:
    """A text in runs, each with the name of the font that has it; leaves out what none has."""
    if whole := standard_font(text):
        yield text, whole.font
        return
    for name, run in groupby(text, lambda char: (font := standard_font(char)) and font.font):
        if name:
            yield "".join(run), name


def _has(font: Standard, char: str) -> bool:
    for codec in font.codecs:
        try:
            char.encode(codec)
        except UnicodeEncodeError:
            continue
        return True
    return False
