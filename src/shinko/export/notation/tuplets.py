"""The elements that say that a note is one of three in the time of two."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from shinko.export.notation.rhythm import TYPES, Window
from shinko.export.notation.xml_tree import node
from shinko.score.score import TICKS_PER_QUARTER


def in_three(window: Window) -> Element:
    """<time-modification> of a note in a window: three eighths instead of two, in a quarter."""
    plain = (window.end - window.start) // 2
    name = TYPES[(4 * TICKS_PER_QUARTER // plain).bit_length() - 1]
    return node(
        "time-modification",
        node("actual-notes", 3),
        node("normal-notes", 2),
        node("normal-type", name),
    )


def bracket(window: Window, start: int, end: int) -> Iterator[Element]:
    """<tuplet> where a note is the first or the last of a window."""
    for kind, here in (("start", start == window.start), ("stop", end == window.end)):
        if here:
            yield node("tuplet", type=kind, bracket="yes")
