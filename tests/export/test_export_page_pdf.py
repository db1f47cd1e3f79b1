"""Pages as PDF: read back from the file itself, and with other programs where they are there."""

import base64
import re
import shutil
import subprocess
import zlib
from typing import NamedTuple

import pytest

pytest.importorskip("verovio")
pytest.importorskip("svglib")

from engraved import boxes, many, pages_of, printed, song

from shinko.export.page.above import diagram_sheet_pdf
from shinko.export.page.engrave import page_pdf, page_svgs
from shinko.score.progression import Progression, Section

OWN = "LiberationSerif-Regular"


class Shown(NamedTuple):
    """A string of a page: its font, whether it can be seen, its bytes."""

    font: str
    visible: bool
    data: bytes

    @property
    def text(self) -> str:
        """What a font of Adobe's standard shows."""
        return self.data.decode("utf-16-be")


def contents(pdf: bytes) -> list[bytes]:
    """What the pages draw."""
    streams = re.findall(rb"stream\r?\n(.*?)\s*endstream", pdf, re.DOTALL)
    packed = (stream.removesuffix(b"~>") for stream in streams if stream.endswith(b"~>"))
    unpacked = (zlib.decompress(base64.a85decode(stream)) for stream in packed)
    return [content for content in unpacked if b" cm" in content]


def rectangles(pdf: bytes) -> int:
    return sum(len(re.findall(rb" re\b", content)) for content in contents(pdf))


def strings(pdf: bytes) -> list[Shown]:
    """All strings of all pages, with the state of the graphics that a reader has there."""
    fonts = {}
    for font in re.findall(rb"/BaseFont.*?endobj", pdf, re.DOTALL):
        name = re.search(rb"/Name /(\S+)", font)
        base = re.search(rb"/BaseFont /(?:[A-Z]{6}[+])?(\S+)", font)
        fonts[name[1]] = base[1].decode()
    shown = []
    for content in contents(pdf):
        mode, font, saved = 0, b"", []
        string = rb"\((?P<data>(?:[^()\\]|\\.)*)\) Tj"
        for step in re.finditer(
            rb"\b(?P<state>[qQ])\b|(?P<mode>\d) Tr|/(?P<font>\S+) [\d.]+ Tf|" + string,
            content,
            re.DOTALL,
        ):
            match step.lastgroup:
                case "state" if step[0] == b"q":
                    saved.append((mode, font))
                case "state":
                    mode, font = saved.pop()
                case "mode":
                    mode = int(step["mode"])
                case "font":
                    font = step["font"]
                case _:
                    data = re.sub(
                        rb"\\([0-7]{3}|.)",
                        lambda found: (
                            bytes([int(found[1], 8)])
                            if found[1].isdigit()
                            else {b"n": b"\n", b"r": b"\r", b"t": b"\t"}.get(found[1], found[1])
                        ),
                        step["data"],
                        flags=re.DOTALL,
                    )
                    shown.append(Shown(fonts[font], mode != 3, data))
    return shown


def visible(progression: Progression) -> list[tuple[str, str]]:
    """The texts that readers letter in the fonts that they have."""
    return [
        (one.font, one.text)
        for one in strings(page_pdf(progression))
        if one.visible and one.font != OWN
    ]


@pytest.mark.parametrize("title", ["夜明けの歌", "Ode 夜明けの歌 am Meer", "Ode an die 夜明けの歌"])
def test_japanese_can_be_seen_before_and_after_other_text(title):
    piece = song(title=title, sections=(Section(title, 4),), policy=title)
    assert visible(piece) == [("HeiseiMin-W3", "夜明けの歌")] * 3


def test_what_is_drawn_as_outlines_is_invisible_text_over_them():
    for one in strings(page_pdf(song(title="Night"))):
        assert (one.font, one.visible) == (OWN, False)


@pytest.mark.parametrize(
    ("title", "font"),
    [
        ("夜明けの歌", "HeiseiMin-W3"),
        ("进行曲", "STSong-Light"),
        ("你們的歌", "MSung-Light"),
        ("사랑의노래", "HYSMyeongJo-Medium"),
        ("カラオケ〜夏～", "HeiseiMin-W3"),
    ],
)
def test_scripts_are_set_in_the_standard_font_that_has_them(title, font):
    assert visible(song(title=title)) == [(font, title)]


def test_a_title_of_several_scripts_has_a_font_for_each():
    assert visible(song(title="夜明们们사랑")) == [
        ("HeiseiMin-W3", "夜明"),
        ("STSong-Light", "们们"),
        ("HYSMyeongJo-Medium", "사랑"),
    ]


@pytest.mark.parametrize("title", ["שיר של אהבה", "أغنية الصباح", "🌅🎵", "เพลงรัก"])
def test_what_no_reader_has_a_font_for_is_left_out_with_its_frame(title):
    data = page_pdf(song(title=title, sections=(Section(title, 4),)))
    assert [one for one in strings(data) if one.visible] == []
    # The paper, and no frame: that of a name that can be shown is the second rectangle.
    assert rectangles(data) == 1
    assert rectangles(page_pdf(song(sections=(Section("verse", 4),)))) == 2


@pytest.mark.parametrize("title", ["Sun 🌅🎵 rise", "שיר Sun rise", "เพลง Sun rise รัก"])
def test_the_rest_of_a_title_stays_without_gaps(title):
    (shown,) = (one for one in strings(page_pdf(song(title=title))) if one.visible)
    assert (shown.font, shown.data) == (OWN, b"Sun rise")


def test_the_file_says_what_it_is():
    data = page_pdf(song(title="Night"))
    assert b"/Title (Night)" in data
    assert b"/Creator (Shinko)" in data
    assert b"anonymous" not in data
    assert b"unspecified" not in data
    assert b"/Title (Chord progression)" in page_pdf(song())


def test_a_sheet_of_diagrams_is_a_pdf_with_a_title_of_its_own():
    data = diagram_sheet_pdf(song(numerals="I V7"), "ukulele")
    assert b"/Title (Chord diagrams)" in data
    (page,) = contents(data)
    assert len(re.findall(rb" c\b", page)) > 20  # dots and letters are curves
    assert b"/Title (Night)" in diagram_sheet_pdf(song(title="Night"), "guitar")


def test_all_fonts_but_the_readers_own_are_in_the_file():
    data = page_pdf(song(title="Night"))
    assert b"/FontFile2" in data
    assert b"Helvetica" not in data


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="no pdftotext to read the PDF with")
def test_the_pdf_has_the_same_pages_and_its_text_can_be_read(tmp_path):
    piece = song("G♭", many(64), title="Night & <Day>", sections=(Section("verse", 64, 2),))
    (tmp_path / "page.pdf").write_bytes(page_pdf(piece))
    read = subprocess.run(
        ["pdftotext", "-layout", tmp_path / "page.pdf", "-"], capture_output=True, check=True
    )
    pages = read.stdout.decode().removesuffix("\f").split("\f")
    assert len(pages) == len(page_svgs(piece)) == 2
    assert "Night & <Day>" in pages[0]
    words = "".join(pages).split()
    for name in (*map(printed, piece.names), *piece.roman_numerals):
        assert name.replace("𝄫", "♭♭") in words


@pytest.mark.skipif(not shutil.which("pdftoppm"), reason="no pdftoppm to draw the PDF with")
def test_the_pdf_draws_what_the_svg_draws(tmp_path):
    """Black where the SVG's glyphs are: the title's box holds ink, the margin beside it none."""
    piece = song("G♭", "I V65/V", title="Night")
    (page,) = pages_of(piece)
    (tmp_path / "page.pdf").write_bytes(page_pdf(piece))
    subprocess.run(
        ["pdftoppm", "-r", "50.8", "-gray", tmp_path / "page.pdf", tmp_path / "page"], check=True
    )
    (picture,) = tmp_path.glob("page*.pgm")
    header, data = picture.read_bytes().split(b"\n255\n", 1)
    columns = int(header.split()[1])  # 2 pixels a millimetre: 50 units each

    def ink(left: float, top: float, right: float, bottom: float) -> int:
        return sum(
            255 - value
            for row in range(int(top / 50), int(bottom / 50) + 1)
            for value in data[row * columns + int(left / 50) : row * columns + int(right / 50) + 1]
        )

    for rect in (*boxes(page, "title"), *boxes(page, "chord-symbol"), *boxes(page, "numeral")):
        assert ink(*rect) > 0
        assert ink(200, rect.top, 1_300, rect.bottom) == 0
