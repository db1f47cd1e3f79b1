"""One line of music each: from Verovio's SVG to plain elements that stand on a page of ours.

Verovio's pages carry styles, ids, fonts and bounding boxes. What stays is geometry: nothing but
paths, shapes and uses of glyphs, coloured by attributes, which every reader of SVG understands.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from shinko.export.page.stand_ins import FILLER, Point

_SVG = "{http://www.w3.org/2000/svg}"
_XLINK = "{http://www.w3.org/1999/xlink}"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_BOX = "bounding-box"
_AFTER_SIGNATURE = 90.0  # half the space between two staff lines
_DROPPED = {"harm", "placeholder", _BOX}


@dataclass(frozen=True)
class System:
    """One line of music.

    Attributes:
      drawing: as Verovio set it, without its stand-ins.
      top: the upper end of all that it draws and keeps room for.
      bottom: the lower end.
      baselines: where each stand-in begins, by its id.
    """

    drawing: Element
    top: float
    bottom: float
    baselines: dict[str, Point]


def systems_of(svg: Element) -> list[System]:
    """The lines of a page of Verovio's, drawn with bounding boxes."""
    return [_system(group) for group in _of_class(svg, "system")]


def glyphs_of(svg: Element) -> dict[str, Element]:
    """The glyphs of the music font that a page uses, by their ids."""
    glyphs = [_plain(group, keep_id=True) for group in svg.iterfind(f"{_SVG}defs/{_SVG}g")]
    return {glyph.get("id", ""): glyph for glyph in glyphs}


def bar_extents(svg: Element) -> list[tuple[float, float]]:
    """Where each bar's staff lines begin and end."""
    extents = []
    for measure in _of_class(svg, "measure"):
        top_line = next(measure.iter(f"{_SVG}path")).get("d", "")  # "M0 945 L5572 945"
        begin, _, end, _ = top_line.replace("M", " ").replace("L", " ").split()
        extents.append((float(begin), float(end)))
    return extents


def _system(group: Element) -> System:
    rects = [
        (float(rect.get("y", "0")), float(rect.get("height", "0")))
        for box in _of_class(group, _BOX)
        for rect in box.findall(f"{_SVG}rect")
    ]
    baselines = {
        harm.get("id", ""): Point(float(text.get("x", "0")), float(text.get("y", "0")))
        for harm in _of_class(group, "harm")
        for text in harm.iter(f"{_SVG}text")
    }
    top, bottom = min(y for y, _ in rects), max(y + height for y, height in rects)
    return System(_plain(group), top, bottom, baselines)


def _plain(element: Element, *, keep_id: bool = False) -> Element:
    """A copy without namespaces, styles and stand-ins; ids only for the font's glyphs."""
    tag = element.tag.removeprefix(_SVG)
    if tag == "text":
        return _plain_text(element)
    plain = Element(tag)
    for name, value in element.attrib.items():
        if name == f"{_XLINK}href":
            plain.set("xlink:href", value.partition("-")[0])
        elif name == "id" and keep_id:
            plain.set("id", value.partition("-")[0])
        elif name not in ("id", _LANG):
            plain.set(name, value)
    if "stroke-width" in plain.attrib:  # what is drawn by a line has the colour from a style
        plain.set("stroke", "#000")
    for child in element:
        dropped = _DROPPED.intersection(child.get("class", "").split())
        if child.get("id", "").startswith(FILLER):
            plain.extend(_announced(child))
            continue
        if not dropped and (len(child) or not child.tag.endswith("}g")):
            plain.append(_plain(child, keep_id=keep_id))
    return plain


def _announced(filler: Element) -> Iterator[Element]:
    """The signature that stands in an empty bar, on as much of its staff lines as it needs."""
    for staff in _of_class(filler, "staff"):
        for signature in _of_class(staff, "keySig"):
            rects = [rect for box in _of_class(signature, _BOX) for rect in box]
            ends = [float(r.get("x", "0")) + float(r.get("width", "0")) for r in rects]
            for line in staff.findall(f"{_SVG}path") if ends else ():
                begin, y = line.get("d", "").split()[:2]  # "M0 945 L5572 945"
                shortened = Element(line.tag, line.attrib)
                shortened.set("d", f"{begin} {y} L{max(ends) + _AFTER_SIGNATURE:g} {y}")
                yield _plain(shortened)
            yield _plain(signature)


def _plain_text(element: Element) -> Element:
    """A text of Verovio's own, such as the number of a bar, without its nested spans."""
    plain = Element("text", {"text-anchor": element.get("text-anchor", "start")})
    for span in element.iter():
        if span.tag == f"{_SVG}rect":  # a bounding box
            continue
        for name in ("x", "y", "font-size"):
            if name in span.attrib:
                plain.set(name, span.attrib[name].removesuffix("px"))
    plain.text = "".join(element.itertext()).strip()
    return plain


def _of_class(svg: Element, name: str) -> Iterator[Element]:
    """The groups of a class; bounding boxes have the class of what they bound, too."""
    for group in svg.iter(f"{_SVG}g"):
        classes = group.get("class", "").split()
        if name in classes and (name == _BOX or _BOX not in classes):
            yield group
