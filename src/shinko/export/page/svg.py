"""Lettering for pages: text as outlines, so that it looks the same in every viewer and in print.

Conventions: lengths are 1/100 mm, y grows downward, text stands on its baseline. The outlines come
from `glyphs`. Over them lies the text itself, invisible, so that it can be selected and
searched. What has no outline, such as Japanese, stays visible text in the viewer's own font; a line
with a script whose widths only the viewer knows, such as Hebrew, is left to it as a whole.
"""

import unicodedata
from collections.abc import Sequence
from itertools import groupby, islice
from typing import NamedTuple
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from shinko.export.page.glyphs import glyph, outline
from shinko.export.page.scripts import (
    ANY_FAMILY,
    STANDARD,
    is_right_to_left,
    is_square,
    standard_font,
)
from shinko.printable import in_one_line

_SQUARE_EM, _EMOJI_EM, _VIEWER_EM, _SPACE_EM = 1.0, 1.4, 0.68, 0.35


class TextRun(NamedTuple):
    """A stretch of text: its size against the whole, its rise in em of the whole.

    Attributes:
      over: whether the next run begins where this one does, as stacked figures do.
    """

    text: str
    scale: float = 1.0
    rise: float = 0.0
    over: bool = False


def width(runs: Sequence[TextRun], size: float, *, bold: bool = False) -> float:
    """How far some runs reach, in the unit of the size; at most, where only the viewer knows."""
    end = x = 0.0
    advances = iter(advances_em("".join(run.text for run in runs), bold=bold))
    for run in runs:
        run_width = sum(islice(advances, len(run.text))) * size * run.scale
        end = max(end, x + run_width)
        x += 0 if run.over else run_width
    return end


def advances_em(text: str, *, bold: bool = False) -> list[float]:
    """How wide each character of a line is; at most, in a line that is left to the viewer."""
    advance_em = _widest_em if _is_left_to_viewer(text, bold) else _advance_em
    return [advance_em(char, bold) for char in text]


def lettering(
    runs: Sequence[TextRun] | str,
    x: float,
    y: float,
    size: float,
    *,
    anchor: str = "start",
    bold: bool = False,
    kind: str = "text",
) -> Element:
    """A group of outlines, with the text itself over them.

    Args:
      x: where the text begins, has its middle or ends, as anchor says.
      y: the baseline.
      anchor: "start", "middle" or "end".
      kind: the group's class.
    """
    if isinstance(runs, str):
        runs = (TextRun(runs),)
    line = "".join(run.text for run in runs)
    if _is_left_to_viewer(line, bold):
        return _viewer_line(line, x, y, size, anchor, bold, kind)
    x -= {"start": 0.0, "middle": 0.5, "end": 1.0}[anchor] * width(runs, size, bold=bold)
    group = Element("g", {"class": kind})
    begin, drawn = x, ""
    for run in runs:
        start, run_size, baseline = x, size * run.scale, y - run.rise * size
        for outlined, chars in groupby(run.text, lambda char: glyph(char, bold) is not None):
            text = "".join(chars)
            if outlined:
                drawn += text
                for char in text:
                    _use(group, char, x, baseline, run_size, bold)
                    x += _advance_em(char, bold) * run_size
            else:
                _selectable(group, drawn, begin, x, y, size)
                end = x + width((TextRun(text),), run_size, bold=bold)
                _viewer_text(group, text, x, end, baseline, run_size)
                begin, drawn, x = end, "", end
        x = start if run.over else x
    _selectable(group, drawn, begin, max(x, begin), y, size)
    return group


def outline_texts(root: Element) -> None:
    """Replace plain <text> elements, as the diagrams have them, by lettering."""
    for parent in list(root.iter()):
        for place, child in enumerate(list(parent)):
            if child.tag == "text" and "font-family" not in child.attrib:
                parent[place] = lettering(
                    "".join(child.itertext()),
                    float(child.get("x", "0")),
                    float(child.get("y", "0")),
                    float(child.get("font-size", "0")),
                    anchor=child.get("text-anchor", "start"),
                    bold=child.get("font-weight") == "bold",
                    kind=child.get("class", "text"),
                )
                if "fill" in child.attrib:
                    parent[place].set("fill", child.attrib["fill"])


def svg_page(
    content: Sequence[Element],
    definitions: Sequence[Element],
    size: tuple[float, float],
    title: str,
) -> str:
    """A whole SVG: self-contained, white, of a size in 1/100 mm; ends with a line break."""
    page_width, page_height = size
    root = Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "xmlns:xlink": "http://www.w3.org/1999/xlink",
            "width": f"{page_width / 100:g}mm",
            "height": f"{page_height / 100:g}mm",
            "viewBox": f"0 0 {page_width:g} {page_height:g}",
        },
    )
    SubElement(root, "title").text = title
    defs = SubElement(root, "defs")
    SubElement(root, "rect", {"width": f"{page_width:g}", "height": f"{page_height:g}"}).set(
        "fill", "#fff"
    )
    root.extend(content)
    outline_texts(root)
    defs.extend(definitions)
    drawn = {name.get("id") for name in definitions}
    used = {use.get("xlink:href", "")[1:] for use in root.iter("use")}
    for name in sorted(used - drawn):
        SubElement(defs, "path", {"id": name, "d": outline(name)})
    indent(root, space="")
    return tostring(root, encoding="unicode") + "\n"


def printable(text: str) -> str:
    """A text in one line whose accents are one with their letters, as fonts have them."""
    return in_one_line(unicodedata.normalize("NFC", text))


def number(value: float) -> str:
    """A coordinate with at most one decimal: a micrometre."""
    return f"{round(value, 1):.10g}"


def _use(group: Element, char: str, x: float, y: float, size: float, bold: bool) -> None:
    found = glyph(char, bold)
    if found is None or not found.path:
        return
    place = f"{number(x + found.left_em * size)} {number(y - found.rise_em * size)}"
    scale = size / found.units
    transform = f"translate({place}) scale({scale:.4g} {-scale:.4g})"
    SubElement(group, "use", {"xlink:href": f"#{found.id}", "transform": transform})


def _selectable(group: Element, text: str, begin: float, end: float, y: float, size: float) -> None:
    if text.strip():
        attributes = {
            "x": number(begin),
            "y": number(y),
            "font-size": number(size),
            "font-family": "Liberation Serif, Times, serif",
            "fill-opacity": "0",
            "textLength": number(end - begin),
            "lengthAdjust": "spacingAndGlyphs",
        }
        SubElement(group, "text", attributes).text = text


def _viewer_text(
    group: Element, text: str, begin: float, end: float, y: float, size: float
) -> None:
    attributes = {
        "x": number(begin),
        "y": number(y),
        "font-size": number(size),
        "font-family": (standard_font(text) or STANDARD[0]).family,
        "textLength": number(end - begin),
        "lengthAdjust": "spacingAndGlyphs",
    }
    SubElement(group, "text", attributes).text = text


def _viewer_line(
    line: str, x: float, y: float, size: float, anchor: str, bold: bool, kind: str
) -> Element:
    """A line in the viewer's fonts, as long as they make it, in the direction that it is read."""
    group = Element("g", {"class": kind})
    attributes = {
        "x": number(x),
        "y": number(y),
        "font-size": number(size),
        "font-family": ANY_FAMILY,
        "text-anchor": anchor,
    }
    if bold:
        attributes["font-weight"] = "bold"
    if is_right_to_left(line):
        # A line that is read from the right starts there.
        mirrored = {"start": "end", "middle": "middle", "end": "start"}[anchor]
        attributes |= {"text-anchor": mirrored, "direction": "rtl", "unicode-bidi": "embed"}
    SubElement(group, "text", attributes).text = line
    return group


def _is_left_to_viewer(line: str, bold: bool) -> bool:
    return not all(glyph(char, bold) or is_square(char) for char in line)


def _advance_em(char: str, bold: bool) -> float:
    found = glyph(char, bold)
    return found.advance_em if found is not None else _SQUARE_EM


def _widest_em(char: str, bold: bool) -> float:
    """What a character takes at most in the fonts that viewers have."""
    if unicodedata.combining(char):
        return 0.0
    if glyph(char, bold) is None and unicodedata.east_asian_width(char) in "WF":
        return _EMOJI_EM if not is_square(char) else _SQUARE_EM
    return _VIEWER_EM if not char.isspace() else _SPACE_EM
