"""Engraved pages, measured on the SVG itself, glyph by glyph."""

import re
from typing import NamedTuple
from xml.etree.ElementTree import Element, fromstring

from fontTools.misc.transform import Identity, Transform
from fontTools.pens.boundsPen import BoundsPen
from fontTools.svgLib.path import parse_path

from shinko.export.page.engrave import page_svgs
from shinko.score.progression import Progression
from shinko.theory import Key, parse_roman

SVG = "{http://www.w3.org/2000/svg}"
HREF = "{http://www.w3.org/1999/xlink}href"
NUMERALS = """
    I ii iii IV V vi ♭VII ♭III V7/V viiø7 V65/ii IVmaj7 Imaj9 ♭II V7♭9♭13 iv6 ♭VI64 V7/IV
    ii65 Iadd9 III7♯9♭13 V7♭9sus4 I/2 ♭VIImaj7♯11
""".split()  # noqa: SIM905
LONG = "III7♯9♭13 ♭VIImaj9♯11 V7♭9♭13 ♭IImaj7♯11 VI7♯5♯9 ♭VI7♭9♭13 III7♯5♭9 ♭III13♯11/7"


def song(key="C", numerals="I vi IV V", beats=4.0, **fields) -> Progression:
    """A piece; beats are those of every chord, or one for each."""
    chords = tuple(map(parse_roman, numerals.split()))
    if not isinstance(beats, tuple):
        beats = (beats,) * len(chords)
    return Progression(chords, Key.parse(key), beats, **fields)


def many(count: int) -> str:
    return " ".join(NUMERALS[i % len(NUMERALS)] for i in range(count))


class Rect(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float


def transform_of(element: Element) -> Transform:
    whole = Identity
    for kind, values in re.findall(r"(\w+)\(([^)]*)\)", element.get("transform", "")):
        numbers = [float(value) for value in re.split(r"[ ,]+", values)]
        whole = getattr(whole, kind)(*numbers)
    return whole


def outline_of(element: Element) -> str | None:
    """What a shape draws, as a path, without the width of its line."""

    def value(name: str) -> float:
        return float(element.get(name, "0"))

    match element.tag.removeprefix(SVG):
        case "path":
            return element.get("d")
        case "rect":
            return (
                f"M{value('x')} {value('y')}h{value('width')}v{value('height')}h-{value('width')}z"
            )
        case "circle" | "ellipse":
            rx, ry = value("r") or value("rx"), value("r") or value("ry")
            x, y = value("cx") - rx, value("cy") - ry
            return f"M{x} {y}h{2 * rx}v{2 * ry}h-{2 * rx}z"
        case "polygon" | "polyline":
            return f"M{element.get('points')}z"
    return None


def drawn(element: Element, page: Element, outer: Transform = Identity):
    """The bounds of all that an element of a page draws, in the page's units."""
    defined = {e.get("id"): e for e in page.find(f"{SVG}defs").iter() if e.get("id")}
    inner = outer.transform(transform_of(element))
    if element.tag == f"{SVG}use":
        yield from drawn(defined[element.get(HREF)[1:]], page, inner)
    if (path := outline_of(element)) is not None:
        pen = BoundsPen(None)
        parse_path(path, pen)
        if pen.bounds:
            xs, ys = zip(
                *(inner.transformPoint((x, y)) for x in pen.bounds[::2] for y in pen.bounds[1::2]),
                strict=True,
            )
            yield Rect(min(xs), min(ys), max(xs), max(ys))
    for child in element:
        if child.tag != f"{SVG}defs":
            yield from drawn(child, page, inner)


def groups(page: Element, kind: str):
    """Each group of a class, with its outer transform."""

    def walk(element: Element, outer: Transform):
        inner = outer.transform(transform_of(element))
        if kind in element.get("class", "").split():
            yield element, outer
        for child in element:
            yield from walk(child, inner)

    return list(walk(page, Identity))


def box(page: Element, group: Element, outer: Transform) -> Rect:
    lefts, tops, rights, bottoms = zip(*drawn(group, page, outer), strict=True)
    return Rect(min(lefts), min(tops), max(rights), max(bottoms))


def boxes(page: Element, kind: str) -> list[Rect]:
    return [box(page, *group) for group in groups(page, kind)]


def texts(page: Element, kind: str) -> list[str]:
    """What can be selected of each group."""
    return ["".join(t.text for t in g.iter(f"{SVG}text")) for g, _ in groups(page, kind)]


def pages_of(progression: Progression, **wishes) -> list[Element]:
    return [fromstring(svg) for svg in page_svgs(progression, **wishes)]


def overlaps(rects: list[Rect]) -> list[tuple[Rect, Rect]]:
    return [
        (a, b)
        for place, a in enumerate(rects)
        for b in rects[place + 1 :]
        if a.left < b.right and b.left < a.right and a.top < b.bottom and b.top < a.bottom
    ]


def printed(name: str) -> str:
    """A chord's name with the brackets of print: several alterations stand in a pair."""
    root, rest = re.fullmatch(r"([A-G][♭♯𝄫𝄪]*)(.*)", name).groups()
    return root + re.sub(r"((?:[♭♯]\d+){2,})", r"(\1)", rest)


def assert_well_laid_out(progression: Progression, pages: list[Element]) -> None:
    """All symbols are there, none touches another, and nothing leaves the paper."""
    for kind, expected in (
        ("chord-symbol", [printed(name) for name in progression.names]),
        ("numeral", progression.roman_numerals),
    ):
        assert [text for page in pages for text in texts(page, kind)] == list(expected)
        for page in pages:
            assert overlaps(boxes(page, kind)) == []
    for page in pages:
        _, _, paper_width, paper_height = map(float, page.get("viewBox").split())
        for left, top, right, bottom in drawn(page, page):
            assert left >= 0
            assert top >= 0
            assert right <= paper_width
            assert bottom <= paper_height
