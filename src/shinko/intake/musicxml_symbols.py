"""Chord symbols of MusicXML: <harmony> elements, whichever program wrote them."""

from collections.abc import Iterator
from typing import NamedTuple
from xml.etree.ElementTree import Element

from shinko.intake.bounded import IntakeError
from shinko.intake.remarks import Remarks
from shinko.intake.xml import one_line, whole
from shinko.theory import ChordName, Key, Note, interval_number, parse_note
from shinko.theory.kinds import Degree, heard_kind
from shinko.theory.qualities import QUALITIES, find_quality

_LETTERS = tuple("ABCDEFG")
_MOST_ALTER = 3
_LONGEST_TEXT = 24


class Symbol(NamedTuple):
    """A chord symbol and when it begins, in units; no chord where it says N.C."""

    start: int
    chord: ChordName | None


def read_symbol(element: Element, start: int, key: Key, remarks: Remarks) -> Symbol | None:
    """A <harmony> that begins at a time; None where it is no chord symbol.

    A numeral is read as a degree of the key's scale. A function (V, IV) stands beside the chord
    symbol that counts, so it is skipped; an empty one is the root of a silence. A kind that isn't
    known is read as the chord that is nearest to it, and a remark says so.

    Raises:
      IntakeError: the root or bass isn't known.
    """
    if element.get("type") == "alternate":
        return None
    kind_element = element.find("kind")
    kind = one_line(element.findtext("kind")).lower()
    text = one_line(kind_element.get("text")) if kind_element is not None else ""
    function = element.findtext("function")
    if kind == "none" and not one_line(function):
        return Symbol(start, None)
    if function is not None:
        return None
    root = _root(element, key)
    if root is None:
        return None
    degrees = tuple(_degrees(element))
    heard = heard_kind(kind, degrees, text=text)
    quality = _nearest(kind, degrees, text) if heard.quality is None else heard.quality
    if heard.quality is None or not heard.complete:
        of_kind = f"{root}{text}" if text else f"{root} {kind}"
        remarks.count("chords read as simpler ones", f"{of_kind} as {root}{quality}")
    return Symbol(start, ChordName(root, quality, _bass(element, root, quality)))


def _nearest(kind: str, degrees: tuple[Degree, ...], text: str) -> str:
    """The quality of the longest beginning of the text; else the triad of kind and degrees."""
    for end in range(min(len(text), _LONGEST_TEXT), 0, -1):
        if (quality := find_quality(text[:end])) is not None:
            return quality
    triads = {"dim": "°", "aug": "+", "min": "m", "sus": "sus4", "power": "5"}
    triad = next((triads[word] for word in triads if word in kind), "")
    minor = any(degree.value == 3 and degree.alter == -1 for degree in degrees)
    return "m" if minor and not triad else triad


def _root(element: Element, key: Key) -> Note | None:
    root = element.find("root")
    if root is not None:
        return _note_of(root, "root")
    numeral = element.find("numeral")
    if numeral is None:
        return None
    degree = whole(numeral, "numeral-root", 1, 7)
    alter = whole(numeral, "numeral-alter", -_MOST_ALTER, _MOST_ALTER, "0")
    note = parse_note(key.note_names[degree - 1])
    return Note(note.letter, note.accidental + alter)


def _degrees(element: Element) -> Iterator[Degree]:
    """The degrees of the first chord; what follows a second kind belongs to another."""
    kinds = 0
    for child in element:
        kinds += child.tag == "kind"
        if child.tag == "degree" and kinds < 2:
            yield Degree(
                whole(child, "degree-value", 1, 13),
                whole(child, "degree-alter", -_MOST_ALTER, _MOST_ALTER, "0"),
                one_line(child.findtext("degree-type")).lower(),
            )


def _note_of(element: Element, what: str) -> Note | None:
    step = one_line(element.findtext(f"{what}-step")).upper()
    if step not in _LETTERS:
        if not step and what == "root":
            return None
        raise IntakeError(f"<{what}-step> is {step[:20]!r}; a letter A to G is expected")
    return Note(step, whole(element, f"{what}-alter", -_MOST_ALTER, _MOST_ALTER, "0"))


def _bass(element: Element, root: Note, quality: str) -> Note | None:
    bass = element.find("bass")
    if bass is not None:
        note = _note_of(bass, "bass")
        return None if note == root else note
    if element.find("inversion") is None:
        return None
    inversion = whole(element, "inversion", 0, 6)
    stacked = [i for i in QUALITIES[quality] if interval_number(i) <= 7]
    if inversion >= len(stacked):
        raise IntakeError(f"inversion {inversion} of {root}{quality}; it has no such note")
    return root.above(stacked[inversion]) if inversion else None
