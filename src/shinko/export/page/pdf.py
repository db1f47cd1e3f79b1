"""Pages as PDF: our own SVG pages drawn by svglib and reportlab.

svglib draws the outlines. The text over them is written here: what the SVG has invisible becomes
invisible text of the PDF, which can be selected and searched; what the viewer's font must show,
such as Japanese, is set in a font that PDF readers have by Adobe's standard, without embedding.
Scripts that they have none for, such as Hebrew, and emoji are left out.
"""

import io
import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element, fromstring, tostring

from shinko.export.page.glyphs import check_installed, regular_font, regular_font_has
from shinko.export.page.scripts import STANDARD, standard_font, standard_runs

_SVG = "{http://www.w3.org/2000/svg}"
_XLINK = "{http://www.w3.org/1999/xlink}"
_TRANSFORM = re.compile(r"(translate|scale)\(([^)]*)\)")
_POINTS = 72 / 2540  # to a hundredth of a millimetre
_INVISIBLE, _VISIBLE = 3, 0
_OWN_FONT = "ShinkoSerif"
# What a selection must give though the font has no glyph for it: any will do, as none is seen.
# Beside signs these are the letters with accents that `accents` puts together.
_UNSEEN = (*map(ord, "♭♮♯♩△"), *range(0x180, 0x250), *range(0x1E00, 0x1F00))
_ANCHORS = {"start": 0.0, "middle": 0.5, "end": 1.0}
# reportlab can't tell a reader of characters beyond the first 65,536.
_PLAIN = str.maketrans({"𝄫": "♭♭", "𝄪": "♯♯"})


class _Text(NamedTuple):
    """A text in points, y upward.

    Attributes:
      width: how far it must reach; 0 for as far as it does.
      anchor: how much of it lies before x.
    """

    text: str
    x: float
    y: float
    size: float
    width: float
    anchor: float
    visible: bool


def pdf_bytes(svgs: Sequence[str], *, title: str) -> bytes:
    """One PDF of some pages of `page_svgs`, each as large as it says.

    Raises:
      EngravingError: the extra `engrave` isn't installed.
    """
    check_installed("reportlab", "svglib")
    from reportlab.graphics import renderPDF  # type: ignore[import-untyped]
    from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]
    from svglib.svglib import svg2rlg

    _register_fonts()
    buffer = io.BytesIO()
    canvas = Canvas(buffer, invariant=1, initialFontName=_OWN_FONT)
    canvas.setTitle(title)
    canvas.setCreator("Shinko")
    canvas.setAuthor("")  # reportlab's own are "anonymous" and "unspecified"
    canvas.setSubject("Chord progression")
    for svg in svgs:
        page = fromstring(svg)
        width, height = (float(length) * _POINTS for length in page.attrib["viewBox"].split()[2:])
        texts = list(_texts(page, height))
        canvas.setPageSize((width, height))
        drawing: Any = svg2rlg(io.BytesIO(_drawing(page)))
        drawing.initialFontName = _OWN_FONT  # or each page would name Helvetica, not embedded
        renderPDF.draw(drawing, canvas, 0, 0)
        for text in texts:
            _write(canvas, text)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _register_fonts() -> None:
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont  # type: ignore[import-untyped]
    from reportlab.pdfbase.pdfmetrics import getRegisteredFontNames, registerFont  # type: ignore[import-untyped]
    from reportlab.pdfbase.ttfonts import TTFont  # type: ignore[import-untyped]

    known = getRegisteredFontNames()
    if _OWN_FONT not in known:
        buffer = io.BytesIO()
        regular_font().save(buffer)
        buffer.seek(0)
        own = TTFont(_OWN_FONT, buffer)
        for table in (own.face.charToGlyph, own.face.charWidths):
            for code in _UNSEEN:
                table.setdefault(code, table[ord("b")])
        registerFont(own)
    for name in {font.font for font in STANDARD}.difference(known):
        registerFont(UnicodeCIDFont(name))


def _texts(
    element: Element, height: float, scale: float = _POINTS, x: float = 0.0, y: float = 0.0
) -> Iterator[_Text]:
    """All texts under an element that lies at x, y (in points, y downward) in some scale."""
    for kind, values in _TRANSFORM.findall(element.get("transform", "")):
        first, *rest = (float(value) for value in values.replace(",", " ").split())
        if kind == "translate":
            x, y = x + scale * first, y + scale * (rest[0] if rest else 0.0)
        else:
            scale *= first
    if element.tag == f"{_SVG}text":
        anchor = _ANCHORS[element.get("text-anchor", "start")]
        yield _Text(
            element.text or "",
            x + scale * float(element.get("x", "0")),
            height - y - scale * float(element.get("y", "0")),
            scale * float(element.get("font-size", "0")),
            scale * float(element.get("textLength", "0")),
            1.0 - anchor if element.get("direction") == "rtl" else anchor,
            element.get("fill-opacity") != "0",
        )
    for child in element:
        yield from _texts(child, height, scale, x, y)


def _drawing(page: Element) -> bytes:
    """A page without its texts, and without the frames around those that can't be shown."""

    def copy(element: Element) -> Element:
        plain = Element(element.tag.removeprefix(_SVG))
        for name, value in element.items():
            plain.set(name.replace(_XLINK, "xlink:"), value)
        for child in element:
            framed = child.get("class") == "section-name"
            hidden = framed and not _visible("".join(child.itertext()))
            if child.tag != f"{_SVG}text" and not hidden:
                plain.append(copy(child))
        return plain

    drawing = copy(page)
    drawing.set("xmlns", _SVG[1:-1])
    drawing.set("xmlns:xlink", _XLINK[1:-1])
    return tostring(drawing)


def _write(canvas: Any, text: _Text) -> None:
    from reportlab.pdfbase.pdfmetrics import stringWidth

    shown = text.text.translate(_PLAIN)
    runs = list(_runs(_visible(shown))) if text.visible else [(shown, _OWN_FONT)]
    natural = sum(stringWidth(run, font, text.size) for run, font in runs)
    if not natural:
        return
    stretch = text.width / natural if text.width else 1.0
    # A PDF keeps the way that text is rendered beyond the text it was set in, but reportlab takes
    # each for the first and doesn't say that it is visible.
    canvas.saveState()
    line = canvas.beginText(text.x - text.anchor * stretch * natural, text.y)
    line.setTextRenderMode(_VISIBLE if text.visible else _INVISIBLE)
    line.setHorizScale(100 * stretch)
    for run, font in runs:
        line.setFont(font, text.size)
        line.textOut(run)
    canvas.drawText(line)
    canvas.restoreState()


def _visible(text: str) -> str:
    """What some font can show of a text."""
    kept = (char for char in text if regular_font_has(char) or standard_font(char))
    return " ".join("".join(kept).split())


def _runs(text: str) -> Iterator[tuple[str, str]]:
    """A text that can be shown in runs of one font each."""
    for own, chars in groupby(text, regular_font_has):
        if own:
            yield "".join(chars), _OWN_FONT
        else:
            yield from standard_runs("".join(chars))
