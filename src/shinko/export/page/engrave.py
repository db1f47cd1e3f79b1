"""The engraved page: a lead sheet or a piano score as SVG and PDF.

Conventions: lengths are 1/100 mm, y grows downward. Verovio sets the music (`layout`); title,
chord symbols, numerals, section names and diagrams are lettered here (`svg`), so that they
look the same in every viewer. The same progression always gives the same pages.
"""

from collections.abc import Sequence
from itertools import accumulate
from typing import Literal

from shinko.export.notation.musicxml import LayoutError, musicxml_bytes
from shinko.export.page.above import KINDS, NOTHING, chord_diagrams
from shinko.export.page.glyphs import check_installed
from shinko.export.page.layout import engrave
from shinko.export.page.sheet import (
    BOTTOM_MARGIN,
    CHORD_LINE,
    CHORD_SIZE,
    HEADING_HEIGHT,
    MARGIN,
    NUMERAL_LINE,
    NUMERAL_SIZE,
    PAPERS,
    Sheet,
    foot,
    head,
    head_height,
    make_sheet,
    music,
)
from shinko.export.page.stand_ins import SILENCE, Box, ReservedSpace
from shinko.export.page.svg import TextRun, printable, svg_page, width
from shinko.score.bars import folded, written
from shinko.score.changes import in_usual_keys
from shinko.score.progression import Progression, Section
from shinko.score.text import UNTITLED
from shinko.score.voicing import Voicing

Layout = Literal["lead", "grand"]
Diagrams = Literal["guitar", "piano", "ukulele"]
Paper = Literal["a4", "letter", "fit"]

MOST_BARS = 1024
"""More take the engraver minutes, and would fill more than some twenty pages."""

CHORD_GAP, NUMERAL_GAP, DIAGRAM_GAP = 230.0, 200.0, 60.0


def page_svgs(
    progression: Progression,
    *,
    layout: Layout = "lead",
    numerals: bool = True,
    diagrams: Diagrams | None = None,
    voicings: Sequence[Voicing] | None = None,
    page: Paper = "a4",
) -> tuple[str, ...]:
    """The pages of a progression, each an SVG that needs nothing from outside.

    Args:
      layout: a lead sheet of one staff, or the two staves of a piano.
      numerals: whether Roman numerals stand below the staff.
      diagrams: an instrument whose diagram stands over each chord; not where the one before is
        the same.
      voicings: what the chords are played with, for the piano's staves and diagrams, and for a
        guitar's diagrams if they have frets; the usual ones if None.
      page: the paper; "fit" is one page as high as the music, for screens.

    Raises:
      EngravingError: the extra `engrave` isn't installed, or Verovio can't read the music.
      LayoutError: an unknown layout, diagram or paper; more than MOST_BARS bars as written; or
        not one voicing for each chord.
      VoicingError: the guitar can't play one of the chords.
    """
    check_installed("verovio", "fontTools", "brotli")
    _check_choice("page", page, tuple(PAPERS))
    if diagrams is not None:
        _check_choice("diagrams", diagrams, KINDS)
    paper = PAPERS[page]
    block = (paper[0] - 2 * MARGIN, paper[1] - MARGIN - BOTTOM_MARGIN)
    piece = folded(in_usual_keys(progression))
    _check_bars(piece)
    voicings = _kept(progression, piece, voicings)
    shapes = [NOTHING] * len(piece.chords)
    if diagrams is not None:
        shapes = chord_diagrams(piece, diagrams, voicings)
    sheet = make_sheet(piece, numerals, tuple(shape for shape, _ in shapes), block[0])
    music_xml = musicxml_bytes(
        piece, layout=layout, voicings=voicings, numerals=False, degrees=False
    )
    pages = engrave(music_xml, _reserved(piece, sheet, [box for _, box in shapes], block))
    if page == "fit":
        paper = (paper[0], MARGIN + pages[0].height + BOTTOM_MARGIN)
    return tuple(
        svg_page(
            [*head(sheet, paper, place), *foot(sheet, paper, place, len(pages)), music(sheet, p)],
            p.definitions,
            paper,
            printable(progression.title) or UNTITLED,
        )
        for place, p in enumerate(pages)
    )


def page_pdf(
    progression: Progression,
    *,
    layout: Layout = "lead",
    numerals: bool = True,
    diagrams: Diagrams | None = None,
    voicings: Sequence[Voicing] | None = None,
    page: Paper = "a4",
) -> bytes:
    """The same pages as one PDF; arguments and errors are those of `page_svgs`."""
    from shinko.export.page.pdf import pdf_bytes

    svgs = page_svgs(
        progression,
        layout=layout,
        numerals=numerals,
        diagrams=diagrams,
        voicings=voicings,
        page=page,
    )
    return pdf_bytes(svgs, title=printable(progression.title) or UNTITLED)


def _check_choice(what: str, value: str, known: Sequence[str]) -> None:
    if value not in known:
        raise LayoutError(f"{what} {value!r} is not known; choose one of: {', '.join(known)}")


def _check_bars(piece: Progression) -> None:
    bars = sum(passage.bars for passage in written(piece))
    if bars > MOST_BARS:
        raise LayoutError(
            f"progression has {bars} bars, pages hold {MOST_BARS}; give chords fewer beats"
        )


def _reserved(
    piece: Progression, sheet: Sheet, shapes: Sequence[Box], block: tuple[float, float]
) -> ReservedSpace:
    tallest = max(shape.height + DIAGRAM_GAP if shape.height else 0.0 for shape in shapes)
    height = CHORD_LINE * CHORD_SIZE + tallest
    sections = piece.sections or (Section("", len(piece.chords)),)
    return ReservedSpace(
        chords=tuple(
            Box(max(width(runs, CHORD_SIZE), shape.width) + CHORD_GAP, height)
            for runs, shape in zip(sheet.chords, shapes, strict=True)
        ),
        numerals=tuple(
            Box(width(runs, NUMERAL_SIZE) + NUMERAL_GAP, NUMERAL_LINE * NUMERAL_SIZE)
            for runs in sheet.numerals
        ),
        silence=Box(width((TextRun(SILENCE),), CHORD_SIZE) + CHORD_GAP, height),
        slowing=Box(
            width((TextRun(sheet.slowing),), NUMERAL_SIZE) + NUMERAL_GAP,
            NUMERAL_LINE * NUMERAL_SIZE,
        ),
        section_chords=tuple(accumulate((section.length for section in sections[:-1]), initial=0)),
        heading_height=HEADING_HEIGHT,
        headed=tuple(bool(h or t) for h, t in zip(sheet.headings, sheet.turns, strict=True)),
        head_height=head_height(sheet),
        block=block,
    )


def _kept(
    progression: Progression, piece: Progression, voicings: Sequence[Voicing] | None
) -> Sequence[Voicing] | None:
    """The voicings of the chords that are written: those of a repeated section's first time."""
    if voicings is None:
        return None
    if len(voicings) != len(progression.chords):
        raise LayoutError(
            f"{len(voicings)} voicings for {len(progression.chords)} chords; give one for each"
        )
    kept: list[Voicing] = []
    passages = iter(written(progression))
    for passage in written(piece):
        first = next(passages)
        kept += [voicings[placed.chord] for placed in first.chords]
        times = first.section.times
        while times < passage.section.times:
            times += next(passages).section.times
    return kept
