"""MusicXML 4.0, for notation programs: a lead sheet, or a piano's grand staff.

Conventions: a division is a tick, 480 per quarter. Every section begins a system, stands once,
and is repeated by signs. Chord symbols stand where the chords begin, to the tick; what is written
as notes lies on the grid that `grids` tells. A key of more than seven accidentals is written as
the one that sounds the same, its chords too; `turns` tells how keys and tempos change. Rest that
fills a section's last bar is N.C.

The same progression always gives the same bytes: no date is written.
"""

from collections.abc import Iterable, Iterator, Sequence
from xml.etree.ElementTree import Element

from shinko import __version__
from shinko.errors import ShinkoError
from shinko.export.notation.grand_staff import bass_bars, treble_bars
from shinko.export.notation.lead_sheet import lead_bars
from shinko.export.notation.measures import Part, measures
from shinko.export.notation.staff import Placed, Staff
from shinko.export.notation.xml_tree import document, node
from shinko.printable import in_one_line
from shinko.score.bars import Passage, folded, written
from shinko.score.changes import in_usual_keys
from shinko.score.progression import Progression
from shinko.score.voicing import Voicing, voice

LAYOUTS = ("lead", "grand")
DOCTYPE = (
    '<!DOCTYPE score-partwise PUBLIC "-//Recordare//DTD MusicXML 4.0 Partwise//EN" '
    '"http://www.musicxml.org/dtds/partwise.dtd">'
)
_GRAND_PIANO = 1  # MusicXML counts programs from 1
_LEFT_HAND_VOICE = 5


class LayoutError(ShinkoError):
    """A progression can't be laid out as asked."""


def musicxml_bytes(
    progression: Progression,
    *,
    layout: str = "lead",
    voicings: Sequence[Voicing] | None = None,
    numerals: bool = True,
    degrees: bool = True,
) -> bytes:
    """The progression as an uncompressed MusicXML file.

    Args:
      progression: what to write; equal sections in a row become repeats.
      layout: "lead" for one staff with the melody, or a slash for each beat; "grand" for the
        chords on two staves, and the melody, if there is one, on a staff above.
      voicings: what the grand staff shows, one for each chord; the best ones if not given. A
        section that is repeated shows those of its first time.
      numerals: whether Roman numerals stand below; `harmony` tells how to find them.
      degrees: whether chord symbols say what their kind lacks as <degree> elements. Without
        them the text of the kind is the whole symbol: for Verovio, which would print both.

    Raises:
      LayoutError: an unknown layout, or as many voicings as there are no chords.
    """
    if layout not in LAYOUTS:
        raise LayoutError(f"layout {layout!r} is not known; choose one of: {', '.join(LAYOUTS)}")
    if voicings is not None and len(voicings) != len(progression.chords):
        raise LayoutError(
            f"{len(voicings)} voicings for {len(progression.chords)} chords; give one for each"
        )
    piece = folded(in_usual_keys(progression))
    passages = written(piece)
    if layout == "lead":
        parts = [_lead_part(piece, passages, silent=not piece.melody)]
    else:
        if voicings is None:
            voicings = voice(progression.chords, progression.keys)
        shown = _first_times(progression, piece, voicings)
        parts = [_piano_part(piece, passages, shown)]
        if piece.melody:
            parts.insert(0, _lead_part(piece, passages))
    root = node(
        "score-partwise",
        _work(piece.title),
        _identification(piece),
        node("part-list", *_score_parts(parts)),
        *(
            node(
                "part",
                *measures(
                    part,
                    piece,
                    passages,
                    leads=part is parts[0],
                    numerals=numerals and part is parts[-1],
                    degrees=degrees,
                ),
                id=f"P{number}",
            )
            for number, part in enumerate(parts, start=1)
        ),
        version="4.0",
    )
    return document(root, doctype=DOCTYPE)


def _lead_part(piece: Progression, passages: Iterable[Passage], *, silent: bool = False) -> Part:
    bars = [bar for p in passages for bar in lead_bars(p, piece, _staff(piece, p))]
    return Part("Melody", ("treble",), (bars,), silent)


def _piano_part(
    piece: Progression, passages: Sequence[Passage], voicings: Sequence[Voicing]
) -> Part:
    high: list[list[Placed]] = []
    low: list[list[Placed]] = []
    for passage in passages:
        upper = _staff(piece, passage)._replace(number=1)
        lower = upper._replace(voice=_LEFT_HAND_VOICE, number=2)
        high += treble_bars(passage, piece, voicings, upper)
        low += bass_bars(passage, piece, voicings, lower)
    return Part("Piano", ("treble", "bass"), (high, low))


def _staff(piece: Progression, passage: Passage) -> Staff:
    return Staff(piece.meter, piece.key_of(passage.section).fifths)


def _first_times(
    progression: Progression, piece: Progression, voicings: Sequence[Voicing]
) -> list[Voicing]:
    """The voicings of the sections that `folded` kept."""
    kept: list[Voicing] = []
    passages = iter(written(progression))
    for section in written(piece):
        times = 0
        while times < section.section.times:
            passage = next(passages)
            if not times:
                kept += [voicings[placed.chord] for placed in passage.chords]
            times += passage.section.times
    return kept


def _work(title: str) -> Element | None:
    return node("work", node("work-title", title)) if in_one_line(title) else None


def _identification(piece: Progression) -> Element:
    fields = {
        "seed": piece.seed,
        "policy": piece.policy,
        "log-probability": piece.log_probability,
    }
    told = [
        node("miscellaneous-field", str(value), name=name)
        for name, value in fields.items()
        if value is not None
    ]
    return node(
        "identification",
        node(
            "encoding",
            node("software", f"Shinko {__version__}"),
            # Without these lines MuseScore breaks systems where it likes.
            node("supports", element="print", attribute="new-system", type="yes", value="yes"),
            node("supports", element="accidental", type="yes"),
            node("supports", element="beam", type="yes"),
        ),
        node("miscellaneous", *told) if told else None,
    )


def _score_parts(parts: Sequence[Part]) -> Iterator[Element]:
    for number, part in enumerate(parts, start=1):
        instrument = f"P{number}-I1"
        yield node(
            "score-part",
            node("part-name", part.name, print_object="no"),
            node("score-instrument", node("instrument-name", "Piano"), id=instrument),
            node(
                "midi-instrument",
                node("midi-channel", number),
                node("midi-program", _GRAND_PIANO),
                # Slashes are no notes.
                node("volume", 0) if part.silent else None,
                id=instrument,
            ),
            id=f"P{number}",
        )
