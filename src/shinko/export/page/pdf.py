"""Pages as PDF: our own SVG pages drawn by svglib and reportlab.

svglib draws the outlines. The text over them is written here: what the SVG has invisible becomes
invisible text of the PDF, which can be selected and searched; what the viewer's font must show,
such as Japanese, is set in a font that PDF readers have by Adobe's standard, without embedding.
"""

import io
import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element, fromstring

from shinko.export.page.glyphs import check_installed, regular_font

_SVG = "{http://www.w3.org/2000/svg}"
_TRANSFORM = re.compile(r"(translate|scale)\(([^)]*)\)")
_POINTS = 72 / 2540  # to a hundredth of a millimetre
_INVISIBLE, _VISIBLE = 3, 0
_SELECTABLE_FONT, _JAPANESE_FONT = "ShinkoSelectable", "HeiseiMin-W3"
# What a selection must give though the font has no glyph for it: any will do, as none is seen.
_SIGNS = "♭♮♯♩△"
# reportlab can't tell a reader of characters beyond the first 65,536.
_PLAIN = str.maketrans({"𝄫": "♭♭", "𝄪": "♯♯"})
_TEXT_ELEMENT = re.compile(r"<text\b[^>]*>[^<]*</text>")


class _Text(NamedTuple):
    """A text in points, y upward."""

    text: str
    x: float
    y: float
    size: float
    width: float
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
    canvas = Canvas(buffer, invariant=1)
    canvas.setTitle(title)
    for svg in svgs:
        page = fromstring(svg)
        width, height = (float(length) * _POINTS for length in page.attrib["viewBox"].split()[2:])
        texts = list(_texts(page, height))
        canvas.setPageSize((width, height))
        renderPDF.draw(svg2rlg(io.BytesIO(_TEXT_ELEMENT.sub("", svg).encode())), canvas, 0, 0)
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
    if _SELECTABLE_FONT not in known:
        buffer = io.BytesIO()
        regular_font().save(buffer)
        buffer.seek(0)
        selectable = TTFont(_SELECTABLE_FONT, buffer)
        for table in (selectable.face.charToGlyph, selectable.face.charWidths):
            table.update({ord(sign): table[ord("b")] for sign in _SIGNS})
        registerFont(selectable)
    if _JAPANESE_FONT not in known:
        registerFont(UnicodeCIDFont(_JAPANESE_FONT))


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
        yield _Text(
            element.text or "",
            x + scale * float(element.get("x", "0")),
            height - y - scale * float(element.get("y", "0")),
            scale * float(element.get("font-size", "0")),
            scale * float(element.get("textLength", "0")),
            element.get("fill-opacity") != "0",
        )
    for child in element:
        yield from _texts(child, height, scale, x, y)


def _write(canvas: Any, text: _Text) -> None:
    from reportlab.pdfbase.pdfmetrics import stringWidth

    font = _JAPANESE_FONT if text.visible else _SELECTABLE_FONT
    shown = text.text.translate(_PLAIN)
    natural = stringWidth(shown, font, text.size)
    line = canvas.beginText(text.x, text.y)
    line.setFont(font, text.size)
    line.setTextRenderMode(_VISIBLE if text.visible else _INVISIBLE)
    if natural > 0:
        line.setHorizScale(100 * text.width / natural)
    line.textOut(shown)
    canvas.drawText(line)
