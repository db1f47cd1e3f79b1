"""Chord symbols and Roman numerals as MusicXML elements.

A numeral is a <direction> of words below the staff. Its words carry `xml:lang="x-roman"`, which
is what survives an importer: Verovio makes a `<dir place="below" xml:lang="x-roman">` of it, by
which an engraver finds the numerals. `id` counts the chords as written, from 1: "roman-1".
"""

from xml.etree.ElementTree import Element

from shinko.export.notation.xml_tree import node
from shinko.theory import Key, Note, RomanChord
from shinko.theory.kinds import KINDS, SIGNS, Degree, Kind

NUMERAL_LANGUAGE = "x-roman"
_TRIADS = ("major", "minor")


def harmony(
    chord: RomanChord, key: Key, *, staff: int | None = None, degrees: bool = True
) -> Element:
    """<harmony> of a chord in a key.

    Args:
      chord: which one.
      key: one of at most seven accidentals.
      staff: the number of its staff; None in parts of one.
      degrees: whether what its kind doesn't say is told by <degree>; else by the kind's text
        alone, which then is the whole chord symbol.
    """
    root, bass = chord.symbol_root(key), chord.symbol_bass(key)
    kind = KINDS[chord.quality]
    text = SIGNS[kind.value] if degrees else chord.quality
    return node(
        "harmony",
        node("root", *_steps("root", root)),
        node("kind", kind.value, text=text),
        node("bass", *_steps("bass", bass)) if bass != root else None,
        *(_degree(degree, kind) for degree in kind.degrees if degrees),
        _staff(staff),
    )


def no_chord(*, staff: int | None = None) -> Element:
    """<harmony> of a rest: N.C.

    The schema asks for a root. MuseScore 3 would show a letter, even an empty one, and calls a
    file with the <numeral> of MusicXML 4.0 invalid, so it is an empty function.
    """
    return node("harmony", node("function"), node("kind", "none", text="N.C."), _staff(staff))


def numeral(text: str, number: int, *, staff: int | None = None) -> Element:
    """<direction> of a Roman numeral; how to find it is told at the head of this module."""
    words = node("words", text, id=f"roman-{number}", xml__lang=NUMERAL_LANGUAGE)
    return node(
        "direction",
        node("direction-type", words),
        _staff(staff),
        placement="below",
    )


def _steps(what: str, note: Note) -> tuple[Element, Element | None]:
    alter = node(f"{what}-alter", note.accidental) if note.accidental else None
    return node(f"{what}-step", note.letter), alter


def _degree(degree: Degree, kind: Kind) -> Element:
    # "add" is said where no seventh makes it clear: Cadd9, but C7♭9.
    shown = {"add": "add" if kind.value in _TRIADS else "", "alter": "", "subtract": "no"}
    return node(
        "degree",
        node("degree-value", degree.value),
        node("degree-alter", degree.alter),
        node("degree-type", degree.type, text=shown[degree.type]),
    )


def _staff(number: int | None) -> Element | None:
    return None if number is None else node("staff", number)
