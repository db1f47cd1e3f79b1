"""Stand-ins: bars and dots that keep room in Verovio's music for lettering of our own.

Verovio spaces chord symbols well, but sets them in fonts that few machines have. So its MEI gets
a *stand-in* for each: a bar as tall as the symbol, and dots as wide. Where they end up, the page
letters chord symbols, numerals and diagrams itself; the stand-ins are dropped.

Conventions: lengths are 1/100 mm at zoom 1. A stand-in's id tells what it stands for: "c3" chord 3,
"n3" its numeral, "s0" the first N.C., "r0" the ritardando.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from xml.etree.ElementTree import Element, SubElement

from shinko.export.page.glyphs import EngravingError
from shinko.score.text import RITARDANDO

SILENCE = "N.C."
FILLER = "filler"
ID = "{http://www.w3.org/XML/1998/namespace}id"

# Of Verovio's text: points to 1/100 mm, the extent of a line above and below its baseline, and
# the advance of a bar, in em (Times); a dot is set in Verovio's own text size.
ASCENT_EM, DESCENT_EM = 0.662, 0.2177
_POINT, _BAR_EM, _DOT = 35.28, 0.2, 405 * 0.25
_QUARTER = 690.0  # the natural width of a quarter note


class Box(NamedTuple):
    """What lettering takes, in 1/100 mm."""

    width: float
    height: float


class Point(NamedTuple):
    """A place on a page, in 1/100 mm."""

    x: float
    y: float


@dataclass(frozen=True)
class ReservedSpace:
    """What to keep room for.

    Attributes:
      chords: the boxes of the chord symbols, in the order of the chords.
      numerals: the same for the numerals below; empty for none.
      silence: the box of N.C., where no chord sounds.
      slowing: the box of the ritardando.
      section_chords: the first chord of every section.
      heading_height: room above a system that begins a section; the same for all.
      headed: which of the sections have a heading.
      head_height: room at the top of page one.
      block: width and height of the text block.
    """

    chords: tuple[Box, ...]
    numerals: tuple[Box, ...]
    silence: Box
    slowing: Box
    section_chords: tuple[int, ...]
    heading_height: float
    headed: tuple[bool, ...]
    head_height: float
    block: tuple[float, float]

    def box(self, name: str) -> Box:
        """What a stand-in keeps room for: "c3" for chord 3, "n3" its numeral, "s0" silence."""
        boxes = {"c": self.chords, "n": self.numerals}.get(name[0])
        if boxes:
            return boxes[int(name[1:])]
        return self.slowing if name[0] == "r" else self.silence


def reserve(mei: Element, reserved: ReservedSpace) -> None:
    """Put stand-ins in the place of chord symbols and numerals; drop all other texts."""
    staves = [staff.get("n", "1") for staff in mei.iter("staffDef")]
    place = silences = 0
    for measure in mei.iter("measure"):
        harms = measure.findall("harm")
        slowings = [d for d in measure.findall("dir") if _text(d).startswith(RITARDANDO)]
        for name in ("harm", "dir", "reh", "tempo"):
            for element in measure.findall(name):
                measure.remove(element)
        for harm in sorted(harms, key=lambda harm: float(harm.get("tstamp", "1"))):
            above = {"n": "1", "place": "above", "staff": staves[0]}
            below = {"n": "2", "place": "below", "staff": staves[-1]}
            where = {"tstamp": harm.get("tstamp", "1")}
            if _text(harm) == SILENCE:
                measure.append(Element("harm", {ID: f"s{silences}"} | above | where))
                _fill(measure[-1], reserved.silence)
                silences += 1
                continue
            for kind, side, boxes in (
                ("c", above, reserved.chords),
                ("n", below, reserved.numerals),
            ):
                if place < len(boxes):
                    measure.append(Element("harm", {ID: f"{kind}{place}"} | side | where))
                    _fill(measure[-1], boxes[place])
            place += 1
        for number, slowing in enumerate(slowings):
            where = {"n": "3", "place": "below", "staff": staves[-1]}
            where["tstamp"] = slowing.get("tstamp", "1")
            measure.append(Element("harm", {ID: f"r{number}"} | where))
            _fill(measure[-1], reserved.slowing)
    if place != len(reserved.chords):
        raise EngravingError(
            f"the score has {place} chord symbols for {len(reserved.chords)} chords; "
            "please report it"
        )


def _text(element: Element) -> str:
    return "".join(element.itertext()).strip()


def _fill(harm: Element, box: Box) -> None:
    """Make a stand-in as large as a box: a bar as tall, and dots up to the width."""
    size = box.height / (ASCENT_EM + DESCENT_EM)
    for child in list(harm):
        harm.remove(child)
    bar = Element("rend", {"fontsize": f"{size / _POINT:.2f}pt"})
    bar.text = "|"
    bar.tail = "." * max(0, math.ceil((box.width - _BAR_EM * size) / _DOT))
    harm.append(bar)


def text_sizes(mei: Element) -> dict[str, float]:
    """The size of every stand-in's bar."""
    return {
        harm.get(ID, ""): float(harm[0].get("fontsize", "0pt")[:-2]) * _POINT
        for harm in mei.iter("harm")
    }


def break_lines(mei: Element, lines: Sequence[int]) -> None:
    for parent in list(mei.iter()):
        for child in list(parent):
            if child.tag in ("sb", "pb"):
                parent.remove(child)
    parents = {child: parent for parent in mei.iter() for child in parent}
    for bar, measure in enumerate(list(mei.iter("measure"))):
        if bar and bar in lines:
            parent = parents[measure]
            parent.insert(list(parent).index(measure), Element("sb"))


def raise_headed_lines(mei: Element, reserved: ReservedSpace, lines: Sequence[int]) -> None:
    """Keep room for headings: all along a line, so that its chord symbols stay level."""
    headed_lines = {
        bar
        for bar, headed in zip(first_bars(mei, reserved), reserved.headed, strict=True)
        if headed
    }
    extra = 0.0
    for bar, measure in enumerate(mei.iter("measure")):
        if bar in lines:
            extra = reserved.heading_height if bar in headed_lines else 0.0
        for harm in measure.findall("harm"):
            if extra and harm.get("place") == "above":
                width, height = reserved.box(harm.get(ID, ""))
                _fill(harm, Box(width, height + extra))


def fill_short_lines(mei: Element, rests: Mapping[int, float]) -> None:
    """Let lines end early: empty bars fill them up, which are dropped when the music is set.

    A signature that the next line begins with stands before the empty bar: it stays.

    Args:
      rests: how much is left, by the line's last bar.
    """
    parents = {child: parent for parent in mei.iter() for child in parent}
    staves = [staff.get("n", "1") for staff in mei.iter("staffDef")]
    changes = _signatures_after(mei)
    for bar, measure in enumerate(list(mei.iter("measure"))):
        if bar in rests:
            filler = Element("measure", {ID: f"{FILLER}{bar}", "right": "invis"})
            for number in staves:
                staff = SubElement(filler, "staff", {"n": number})
                layer = SubElement(staff, "layer", {"n": "1"})
                for _ in range(max(1, round(rests[bar] / _QUARTER))):
                    SubElement(layer, "rest", {"dur": "4"})
            parent = parents[measure]
            place = list(parent).index(measure) + 1
            parent.insert(place, filler)
            if bar in changes:
                parents[changes[bar]].remove(changes[bar])
                parent.insert(place, changes[bar])


def _signatures_after(mei: Element) -> dict[int, Element]:
    """The changes of signature, by the bar that they come after."""
    changes, bars = {}, 0
    for element in mei.iter():
        if element.tag == "measure":
            bars += 1
        elif element.tag == "scoreDef" and bars and element.find(".//keySig") is not None:
            changes[bars - 1] = element
    return changes


def first_bars(mei: Element, reserved: ReservedSpace) -> list[int]:
    """The bars that sections begin in."""
    bars = {
        harm.get(ID): bar
        for bar, measure in enumerate(mei.iter("measure"))
        for harm in measure.findall("harm")
    }
    return [bars[f"c{chord}"] for chord in reserved.section_chords]


def chord_counts(mei: Element) -> list[int]:
    """How many chords begin in each bar."""
    return [
        sum(harm.get(ID, "").startswith("c") for harm in measure.findall("harm"))
        for measure in mei.iter("measure")
    ]
