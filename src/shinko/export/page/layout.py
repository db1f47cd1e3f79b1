"""The layout of pages: Verovio sets the music, its lines are put on pages here.

Music comes as MusicXML and goes through MEI, where lettering gets its stand-ins
(`stand_ins`). It is set twice: in one endless line, to learn how wide each bar is, then in
lines of bars that fit.

Conventions: lengths are 1/100 mm before zoom, y grows downward from the top of the text block.
"""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from xml.etree.ElementTree import Element, ParseError, fromstring, tostring

from shinko.export.notation.musicxml import LayoutError
from shinko.export.page.glyphs import EngravingError, verovio_data
from shinko.export.page.line_breaks import BARS_A_LINE, lines_of
from shinko.export.page.signatures import with_signatures
from shinko.export.page.stand_ins import (
    ASCENT_EM,
    DESCENT_EM,
    Point,
    ReservedSpace,
    break_lines,
    chord_counts,
    fill_short_lines,
    first_bars,
    raise_headed_lines,
    reserve,
    text_sizes,
)
from shinko.export.page.systems import System, bar_extents, glyphs_of, systems_of

# How much smaller music may get until its widest bar fits the page; still smaller is a black line.
ZOOMS = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.42, 0.35, 0.3, 0.25, 0.2, 0.16)
SYSTEM_GAP, WIDEST_SYSTEM_GAP = 500.0, 900.0
# A section's last line isn't pulled apart further than this, if it has few bars, nor is a bar
# alone between two that fill their lines; it ends early then, by some length at least.
MOST_STRETCH, SMALLEST_REST = 1.5, 1500.0

_MEI = "http://www.music-encoding.org/ns/mei"
_ENDLESS = 60000  # the tallest page that Verovio takes, in 1/10 mm
_OPTIONS = {
    "xmlIdSeed": 1,
    "header": "none",
    "footer": "none",
    "pageMarginLeft": 0,
    "pageMarginRight": 0,
    "pageMarginTop": 0,
    "pageMarginBottom": 0,
    "minLastJustification": 0.0,
    "bottomMarginHarm": 1.5,
    "smuflTextFont": "none",
    "svgBoundingBoxes": True,
}
_one_at_a_time = threading.Lock()  # Verovio's fonts and log are globals


@dataclass(frozen=True)
class EngravedPage:
    """One page of music.

    Attributes:
      music: SVG elements, to be scaled by zoom.
      definitions: the music font's glyphs that they use.
      chords: the top left corner of every chord symbol's box, by the chord's index.
      numerals: the same for the numerals.
      silences: the same for N.C., where no chord sounds.
      slowings: the same for the ritardando.
      headings: the top left corner of the headings, by the section's index.
      zoom: how large the music is; 1 is the usual size.
      height: how far down the text block the music reaches, zoomed.
    """

    music: tuple[Element, ...]
    definitions: tuple[Element, ...]
    chords: dict[int, Point]
    numerals: dict[int, Point]
    silences: tuple[Point, ...]
    slowings: tuple[Point, ...]
    headings: dict[int, Point]
    zoom: float
    height: float


def engrave(musicxml: bytes, reserved: ReservedSpace) -> tuple[EngravedPage, ...]:
    """The pages of a score.

    Raises:
      EngravingError: Verovio can't read the score.
      LayoutError: a bar has more than can be read on the page.
    """
    import verovio

    with _one_at_a_time:
        verovio.enableLog(verovio.LOG_OFF)
        # Where its fonts are, Verovio remembers for the thread only that it was imported in.
        toolkit = verovio.toolkit(False)
        toolkit.setResourcePath(str(verovio_data()))
        _load(toolkit, musicxml.decode("utf-8"), {})
        mei = _mei(toolkit.getMEI())
        reserve(mei, reserved)
        prefix, widths = _bar_widths(toolkit, mei)
        zoom = _zoom(mei, prefix, widths, reserved.block[0])
        line_width = reserved.block[0] / zoom
        begins = first_bars(mei, reserved)
        lines = lines_of(prefix, widths, begins, line_width)
        break_lines(mei, lines)
        raise_headed_lines(mei, reserved, lines)
        fill_short_lines(mei, _short_lines(prefix, widths, lines, begins, line_width))
        # One endless page: where lines end is known exactly only when they are set.
        paper = {"breaks": "line", "pageWidth": round(line_width / 10), "pageHeight": _ENDLESS}
        svgs = _set(toolkit, mei, paper)
    systems = [system for svg in svgs for system in systems_of(svg)]
    glyphs = {name: glyph for svg in svgs for name, glyph in glyphs_of(svg).items()}
    sizes = text_sizes(mei)
    return tuple(
        _page(placed, reserved, sizes, tuple(glyphs.values()), zoom)
        for placed in _paged(systems, reserved, zoom)
    )


def _load(toolkit: Any, data: str, options: dict[str, object]) -> None:
    toolkit.resetOptions()
    toolkit.setOptions(_OPTIONS | options)
    toolkit.resetXmlIdSeed(1)
    if not toolkit.loadData(data):
        reason = " ".join(toolkit.getLog().split()) or "it doesn't say why"
        raise EngravingError(f"the score can't be engraved: {reason}; please report it")


def _set(toolkit: Any, mei: Element, options: dict[str, object]) -> list[Element]:
    """Verovio's pages as SVG."""
    _load(toolkit, tostring(mei, encoding="unicode"), options)
    pages = range(1, toolkit.getPageCount() + 1)
    return [_parsed(toolkit.renderToSVG(page)) for page in pages]


def _parsed(text: str) -> Element:
    try:
        return fromstring(text)
    except ParseError as error:
        raise EngravingError(f"the engraver's output is damaged: {error}; try again") from error


def _mei(text: str) -> Element:
    """The tree without prefixes, so that it is written as it was read."""
    mei = _parsed(text)
    for element in mei.iter():
        element.tag = element.tag.removeprefix(f"{{{_MEI}}}")
    mei.set("xmlns", _MEI)
    return mei


def _bar_widths(toolkit: Any, mei: Element) -> tuple[float, list[float]]:
    """What clef and signatures take at most, and every bar's natural width beside them."""
    (svg,) = _set(toolkit, mei, {"breaks": "none", "noJustification": True})
    (system,) = systems_of(svg)
    extents = bar_extents(svg)
    prefix = system.baselines["c0"].x - extents[0][0]
    widths = [end - begin for begin, end in extents]
    widths[0] -= prefix
    return with_signatures(mei, prefix, widths)


def _zoom(mei: Element, prefix: float, widths: Sequence[float], block_width: float) -> float:
    widest = prefix + max(widths)
    for zoom in ZOOMS:
        if widest <= block_width / zoom:
            return zoom
    bar = widths.index(max(widths))
    raise LayoutError(
        f"bar {bar + 1} has {chord_counts(mei)[bar]} chords, too many to be read on a page; give "
        "chords more beats, or leave diagrams out"
    )


def _short_lines(
    prefix: float,
    widths: Sequence[float],
    lines: Sequence[int],
    begins: Sequence[int],
    line_width: float,
) -> dict[int, float]:
    """The last bars of lines that should end before the paper does, and what is left then."""
    short = {}
    for begin, end in pairwise((*lines, len(widths))):
        left = (line_width - prefix) / MOST_STRETCH - sum(widths[begin:end])
        last = end in (*begins, len(widths))
        if left > SMALLEST_REST and (end - begin < BARS_A_LINE if last else end - begin == 1):
            short[end - 1] = left
    return short


def _paged(
    systems: Sequence[System], reserved: ReservedSpace, zoom: float
) -> Iterator[list[tuple[System, float]]]:
    """The systems of each page, and how far each is moved down to its place."""
    height = reserved.block[1] / zoom
    y = reserved.head_height / zoom
    page: list[System] = []
    for system in systems:
        taken = sum(s.bottom - s.top + SYSTEM_GAP for s in page) + system.bottom - system.top
        if page and y + taken > height:
            yield _placed(page, y, height - y)
            page, y = [], 0.0
        page.append(system)
    yield _placed(page, y, 0.0)


def _placed(page: Sequence[System], y: float, height: float) -> list[tuple[System, float]]:
    """One page's systems from y on, spread a little where they nearly fill the height."""
    spare = height - sum(system.bottom - system.top for system in page)
    gap = min(max(spare / max(1, len(page) - 1), SYSTEM_GAP), WIDEST_SYSTEM_GAP)
    placed = []
    for system in page:
        placed.append((system, y - system.top))
        y += system.bottom - system.top + gap
    return placed


def _page(
    placed: Sequence[tuple[System, float]],
    reserved: ReservedSpace,
    sizes: dict[str, float],
    definitions: tuple[Element, ...],
    zoom: float,
) -> EngravedPage:
    tops: dict[str, Point] = {}
    bottoms: dict[str, Point] = {}
    music = []
    for system, down in placed:
        moved = Element("g", {"transform": f"translate(0 {down:.1f})"})
        moved.append(system.drawing)
        music.append(moved)
        for name, (x, y) in system.baselines.items():
            tops[name] = Point(x, y + down - ASCENT_EM * sizes[name])
            bottoms[name] = Point(x, y + down + DESCENT_EM * sizes[name])
    corners: dict[str, dict[int, Point]] = {"c": {}, "n": {}, "s": {}, "r": {}}
    for name, (x, bottom) in bottoms.items():
        corners[name[0]][int(name[1:])] = Point(x, bottom - reserved.box(name).height)
    headings = {
        section: Point(0.0, tops[name].y)
        for section, chord in enumerate(reserved.section_chords)
        if (name := f"c{chord}") in tops and reserved.headed[section]
    }
    return EngravedPage(
        music=tuple(music),
        definitions=definitions,
        chords=corners["c"],
        numerals=corners["n"],
        silences=tuple(corners["s"].values()),
        slowings=tuple(corners["r"].values()),
        headings=headings,
        zoom=zoom,
        height=zoom * max(system.bottom + down for system, down in placed),
    )
