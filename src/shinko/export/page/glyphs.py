"""Glyphs as outlines: letters of Liberation Serif, accidentals of Leipzig.

Both fonts come with Verovio, which spaces music by the same metrics. Liberation Serif 1.04 (GPL 2
with the font exception: a document with parts of the font in it isn't covered by the GPL for that)
has no ♭ and ♯; those of Leipzig (SIL Open Font License) are the ones on the staff.
"""

import base64
import io
import re
import threading
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree.ElementTree import fromstring

from shinko.errors import ShinkoError
from shinko.export.page.accents import composed

INSTALL = "pip install 'shinko[engrave]'"
# Accidentals and a quarter note: SMuFL code, size against the letters, rise in em.
_MUSIC = {
    "♭": ("E260", 1.15, 0.18),
    "♮": ("E261", 1.0, 0.32),
    "♯": ("E262", 1.05, 0.32),
    "𝄪": ("E263", 1.2, 0.3),
    "𝄫": ("E264", 1.15, 0.18),
    "♩": ("ECA5", 0.8, 0.02),
}
_MUSIC_SIDE_EM = 0.03  # air on both sides of an accidental
_TRIANGLE = ("M20 0L330 620L640 0ZM110 55L550 55L330 495Z", 0.66)
_one_at_a_time = threading.Lock()  # fontTools reads a font bit by bit


class EngravingError(ShinkoError):
    """A page can't be engraved."""


class Glyph(NamedTuple):
    """An outline: its id, the path in font units (y upward), units per em, advance in em."""

    id: str
    path: str
    units: float
    advance_em: float
    rise_em: float = 0.0
    left_em: float = 0.0


def check_installed(*modules: str) -> None:
    """See that what pages need is there.

    Raises:
      EngravingError: it isn't; the message says how to install it.
    """
    for module in modules:
        if find_spec(module) is None:
            raise EngravingError(f"pages need {module}, which isn't installed; {INSTALL}")


@cache
def glyph(char: str, bold: bool) -> Glyph | None:
    """The outline of a character; None if neither font has it. Accidentals are never bold."""
    with _one_at_a_time:
        return _read_glyph(char, bold)


def _read_glyph(char: str, bold: bool) -> Glyph | None:
    if char in _MUSIC:
        return _music_glyph(*_MUSIC[char])
    if char == "△":
        path, advance = _TRIANGLE
        return Glyph("triangle", path, 1000, advance)
    font = _fonts()[bold]
    units, style = font["head"].unitsPerEm, "b" if bold else "r"
    name = font.getBestCmap().get(ord(char))
    if name is None:
        made = composed(char, font)
        return made and Glyph(f"{style}{ord(char):x}", made[0], units, made[1] / units)
    from fontTools.pens.svgPathPen import SVGPathPen  # type: ignore[import-untyped]

    glyphs = font.getGlyphSet()
    pen = SVGPathPen(glyphs)
    glyphs[name].draw(pen)
    return Glyph(f"{style}{ord(char):x}", pen.getCommands(), units, glyphs[name].width / units)


def outline(name: str) -> str:
    """The path of a glyph by its id."""
    music = {f"m{code}": char for char, (code, _, _) in _MUSIC.items()} | {"triangle": "△"}
    char = music.get(name) or chr(int(name[1:], 16))
    found = glyph(char, name.startswith("b"))
    return found.path if found else ""


def _music_glyph(code: str, scale: float, rise: float) -> Glyph:
    data = verovio_data()
    path = fromstring((data / "Leipzig" / f"{code}.xml").read_text("utf-8"))[0].attrib["d"]
    metrics = (data / "Leipzig.xml").read_text("utf-8")
    found = re.search(rf'<g c="{code}"[^>]* w="([\d.]+)"', metrics)
    assert found, code
    advance = float(found[1]) / 1000 * scale + 2 * _MUSIC_SIDE_EM
    return Glyph(f"m{code}", path, 1000 / scale, advance, rise, _MUSIC_SIDE_EM)


@cache
def _fonts() -> tuple[Any, Any]:
    return _font("normal"), _font("bold")


def regular_font() -> Any:
    """Liberation Serif as a fresh fontTools font, to be saved as TrueType."""
    font = _font("normal")
    font.flavor = None
    return font


def regular_font_has(char: str) -> bool:
    """Whether Liberation Serif has a character by itself."""
    return ord(char) in _fonts()[False].getBestCmap()


def _font(weight: str) -> Any:
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    style = (verovio_data() / "Liberation.css").read_text("utf-8")
    for face in style.split("@font-face")[1:]:
        if "font-style: normal" in face and f"font-weight: {weight}" in face:
            data = face.partition("base64,")[2].partition(")")[0]
            return TTFont(io.BytesIO(base64.b64decode(data)))
    raise EngravingError(f"this Verovio comes without Liberation Serif; {INSTALL}")


def verovio_data() -> Path:
    """The folder of Verovio's fonts."""
    import verovio

    return Path(verovio.__file__).parent / "data"
