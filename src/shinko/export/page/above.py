"""Diagrams of the chords of a progression: over a page's chord symbols, or on a sheet of their own.

Conventions: lengths are 1/100 mm, y grows downward.
"""

from collections.abc import Sequence
from xml.etree.ElementTree import Element, fromstring

from shinko.export.page.diagrams import (
    GUITAR_WIDTH,
    NECK_HEIGHT,
    PIANO_HEIGHT,
    UKULELE_WIDTH,
    guitar_diagram,
    piano_diagram,
    piano_width,
    ukulele_diagram,
)
from shinko.export.page.glyphs import check_installed
from shinko.export.page.sheet import CHORD_LINE, CHORD_SIZE, MARGIN, PAPERS
from shinko.export.page.stand_ins import Box
from shinko.export.page.svg import TextRun, lettering, number, printable, svg_page, width
from shinko.export.page.symbols import chord_runs, cut
from shinko.score import ukulele
from shinko.score.progression import Progression
from shinko.score.voicing import Voicing, voice
from shinko.score.voicing.fretboard import Fingering, fingering
from shinko.score.voicing.tones import read_chord

Shape = Voicing | ukulele.Frets

KINDS = ("guitar", "piano", "ukulele")
UNTITLED = "Chord diagrams"
NOTHING = ("", Box(0.0, 0.0))
_GAP, _ROW_GAP, _TITLE_SIZE = 500.0, 450.0, 620.0


def chord_diagrams(
    progression: Progression, kind: str, voicings: Sequence[Voicing] | None
) -> list[tuple[str, Box]]:
    """The diagram over each chord, and its size; NOTHING where it is that of the chord before.

    Args:
      kind: one of KINDS.
      voicings: one for each chord; the usual ones if None, or if a guitar's have no frets. A
        ukulele has its own shapes.
    """
    shapes = []
    before: Shape | None = None
    for shape in _shapes(progression, kind, voicings):
        shapes.append(NOTHING if shape == before else _diagram(kind, shape))
        before = shape
    return shapes


def diagram_sheet_svgs(progression: Progression, kind: str, *, page: str = "a4") -> tuple[str, ...]:
    """A sheet with the diagram of every chord, each shape once, in the order they appear.

    Args:
      kind: one of KINDS.
      page: "a4" or "letter".

    Raises:
      EngravingError: the extra `engrave` isn't installed.
      VoicingError: the guitar can't play one of the chords.
    """
    check_installed("verovio", "fontTools", "brotli")  # Verovio brings the font
    paper = PAPERS[page]
    names: dict[tuple[str, Shape], tuple[TextRun, ...]] = {}
    shapes = _shapes(progression, kind, None)
    for chord, key, shape in zip(progression.chords, progression.keys, shapes, strict=True):
        names.setdefault((chord.name(key), shape), chord_runs(chord, key))
    title = cut(printable(progression.title), _TITLE_SIZE, paper[0] - 2 * MARGIN)
    pages: list[list[Element]] = [[]]
    if title:
        head = lettering(
            title, paper[0] / 2, MARGIN + _TITLE_SIZE, _TITLE_SIZE, anchor="middle", kind="title"
        )
        pages[0].append(head)
    x, y = MARGIN, MARGIN + (2 * _TITLE_SIZE if title else 0.0)
    for (_, shape), runs in names.items():
        drawing, box = _diagram(kind, shape)
        height = CHORD_LINE * CHORD_SIZE + box.height
        needed = max(box.width, width(runs, CHORD_SIZE))
        if x > MARGIN and x + needed > paper[0] - MARGIN:
            x, y = MARGIN, y + height + _ROW_GAP
        if y + height > paper[1] - MARGIN:
            pages.append([])
            y = MARGIN
        diagram = fromstring(drawing)
        diagram.set("transform", f"translate({number(x)} {number(y + CHORD_LINE * CHORD_SIZE)})")
        name = lettering(runs, x, y + 0.8 * CHORD_SIZE, CHORD_SIZE, kind="chord-symbol")
        pages[-1] += [name, diagram]
        x += needed + _GAP
    called = printable(progression.title) or UNTITLED
    return tuple(svg_page(content, (), paper, called) for content in pages)


def diagram_sheet_pdf(progression: Progression, kind: str, *, page: str = "a4") -> bytes:
    """The same sheet as one PDF; arguments and errors are those of `diagram_sheet_svgs`."""
    from shinko.export.page.pdf import pdf_bytes

    sheets = diagram_sheet_svgs(progression, kind, page=page)
    return pdf_bytes(sheets, title=printable(progression.title) or UNTITLED)


def _shapes(
    progression: Progression, kind: str, voicings: Sequence[Voicing] | None
) -> Sequence[Shape]:
    chords, keys = progression.chords, progression.keys
    if kind == "ukulele":
        each = zip(chords, keys, strict=True)
        return [ukulele.ukulele_shape(read_chord(chord, key)) for chord, key in each]
    if kind == "guitar" and not (voicings and all(voicing.frets for voicing in voicings)):
        return voice(chords, keys, "guitar")
    return voicings or voice(chords, keys)


def _diagram(kind: str, shape: Shape) -> tuple[str, Box]:
    if not isinstance(shape, Voicing):
        hand = ukulele.fingering(shape)
        drawing = ukulele_diagram("", shape, hand.fingers, _barres(hand))
        return drawing, Box(UKULELE_WIDTH, NECK_HEIGHT)
    if kind == "piano":
        pitches = (shape.bass, *shape.upper)
        return piano_diagram("", pitches), Box(piano_width(pitches), PIANO_HEIGHT)
    frets = shape.frets or ()
    hand = fingering(frets)
    drawing = guitar_diagram("", frets, hand.fingers, _barres(hand))
    return drawing, Box(GUITAR_WIDTH, NECK_HEIGHT)


def _barres(hand: Fingering) -> list[tuple[int, int, int]]:
    return [(barre.fret, *barre.strings) for barre in hand.barres]
