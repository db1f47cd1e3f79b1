"""Diagrams of the chords of a progression: over a page's chord symbols, or on a sheet of their own.

Conventions: lengths are 1/100 mm, y grows downward.
"""

from collections.abc import Sequence
from xml.etree.ElementTree import Element, fromstring

from shinko.export.page.diagrams import (
    GUITAR_HEIGHT,
    GUITAR_WIDTH,
    PIANO_HEIGHT,
    guitar_diagram,
    piano_diagram,
    piano_width,
)
from shinko.export.page.sheet import CHORD_LINE, CHORD_SIZE, MARGIN, PAPERS
from shinko.export.page.stand_ins import Box
from shinko.export.page.svg import Run, lettering, number, printable, svg_page, width
from shinko.export.page.symbols import chord_runs, cut
from shinko.score.progression import Progression
from shinko.score.voicing import Voicing, voice
from shinko.score.voicing.fretboard import fingering

KINDS = ("guitar", "piano")
NOTHING = ("", Box(0.0, 0.0))
_GAP, _ROW_GAP, _TITLE_SIZE = 500.0, 450.0, 620.0


def chord_diagrams(
    progression: Progression, kind: str, voicings: Sequence[Voicing] | None
) -> list[tuple[str, Box]]:
    """The diagram over each chord, and its size; NOTHING where it is that of the chord before.

    Args:
      kind: one of KINDS.
      voicings: one for each chord; the usual ones if None, or if a guitar's have no frets.
    """
    shapes = []
    before = None
    for voicing in _voicings(progression, kind, voicings):
        shapes.append(NOTHING if voicing == before else _diagram(kind, voicing))
        before = voicing
    return shapes


def diagram_sheet_svgs(
    progression: Progression,
    kind: str,
    *,
    voicings: Sequence[Voicing] | None = None,
    page: str = "a4",
) -> tuple[str, ...]:
    """A sheet with the diagram of every chord, each shape once, in the order they appear.

    Args:
      kind: "guitar" or "piano".
      voicings: as in `page_svgs`.
      page: "a4" or "letter".

    Raises:
      EngravingError: the extra `engrave` isn't installed.
      VoicingError: the guitar can't play one of the chords.
    """
    paper = PAPERS[page]
    names: dict[tuple[str, Voicing], tuple[Run, ...]] = {}
    for chord, voicing in zip(
        progression.chords, _voicings(progression, kind, voicings), strict=True
    ):
        names.setdefault((chord.name(progression.key), voicing), chord_runs(chord, progression.key))
    title = cut(printable(progression.title), _TITLE_SIZE, paper[0] - 2 * MARGIN)
    pages: list[list[Element]] = [[]]
    if title:
        head = lettering(
            title, paper[0] / 2, MARGIN + _TITLE_SIZE, _TITLE_SIZE, anchor="middle", kind="title"
        )
        pages[0].append(head)
    x, y = MARGIN, MARGIN + (2 * _TITLE_SIZE if title else 0.0)
    for (_, voicing), runs in names.items():
        drawing, box = _diagram(kind, voicing)
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
    return tuple(svg_page(content, (), paper, title or "Chord diagrams") for content in pages)


def _voicings(
    progression: Progression, kind: str, voicings: Sequence[Voicing] | None
) -> Sequence[Voicing]:
    if kind == "guitar" and not (voicings and all(voicing.frets for voicing in voicings)):
        return voice(progression.chords, progression.key, "guitar")
    return voicings or voice(progression.chords, progression.key)


def _diagram(kind: str, voicing: Voicing) -> tuple[str, Box]:
    if kind == "piano":
        pitches = (voicing.bass, *voicing.upper)
        return piano_diagram("", pitches), Box(piano_width(pitches), PIANO_HEIGHT)
    frets = voicing.frets or ()
    hand = fingering(frets)
    barres = [(barre.fret, *barre.strings) for barre in hand.barres]
    return guitar_diagram("", frets, hand.fingers, barres), Box(GUITAR_WIDTH, GUITAR_HEIGHT)
