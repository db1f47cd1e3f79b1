"""What stands on a page beside the staves: head and foot, symbols, numerals, section names.

Conventions: lengths are 1/100 mm, y grows downward; sizes and gaps of what belongs to the music
shrink with it.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element, fromstring

from shinko.export.page.layout import EngravedPage
from shinko.export.page.stand_ins import SILENCE, Point
from shinko.export.page.svg import TextRun, lettering, number, printable, width
from shinko.export.page.symbols import chord_runs, cut, numeral_runs, title_lines
from shinko.score.bars import written
from shinko.score.changes import Turn, turns_of
from shinko.score.progression import Progression, Section
from shinko.score.text import LAST_TIME, RITARDANDO

PAPERS: dict[str, tuple[float, float]] = {
    "a4": (21000, 29700),
    "letter": (21590, 27940),
    "fit": (21000, math.inf),  # one page, as high as the music
}
MARGIN, BOTTOM_MARGIN = 1500.0, 1900.0

CHORD_SIZE, NUMERAL_SIZE, HEADING_SIZE, SUBTITLE_SIZE, FOOT_SIZE = 500.0, 400.0, 440.0, 400.0, 300.0
TITLE_SIZES = ((760.0, 1), (620.0, 2), (500.0, 3), (420.0, 4))  # with the most lines of each
# A chord symbol's line, and where its baseline lies in it, in sizes of the symbol.
CHORD_LINE, NUMERAL_LINE, BASELINE = 1.05, 1.1, 0.82
HEADING_HEIGHT, HEADING_PADDING = 760.0, 110.0
TURN_GAP = 300.0
COMPOUND_METERS = ((6, 8), (9, 8), (12, 8))
DOTTED = 1.5  # quarters
LINE = 1.25  # from one line of the title to the next, in em


@dataclass(frozen=True)
class Sheet:
    """What stands on the pages beside the staves.

    Attributes:
      chords: the chord symbols.
      numerals: the numerals below; empty for none.
      diagrams: the drawing over each chord; "" for none.
      headings: of each section its name and how often it is played; "" for nothing to tell.
      turns: of each section its key and its tempo, where they are new; "" for nothing to tell.
      slowing: the ritardando; "" for none.
      title: its lines.
      title_size: their size.
      subtitle: key, tempo and meter.
      running_title: what stands over all pages but the first; "" for nothing.
      foot: what composed it, and the seed.
    """

    chords: tuple[tuple[TextRun, ...], ...]
    numerals: tuple[tuple[TextRun, ...], ...]
    diagrams: tuple[str, ...]
    headings: tuple[str, ...]
    turns: tuple[str, ...]
    slowing: str
    title: tuple[str, ...]
    title_size: float
    subtitle: str
    running_title: str
    foot: str


def make_sheet(
    progression: Progression, numerals: bool, diagrams: tuple[str, ...], line_width: float
) -> Sheet:
    """What a progression has to show, its texts cut and broken to the width of a line."""
    turns = turns_of(progression, written(progression))
    whole_title = printable(progression.title)
    title_size, title = title_lines(whole_title, line_width, TITLE_SIZES)
    numerator, denominator = progression.meter
    policy = printable(progression.policy or "")
    made = [f"seed {progression.seed}"] if progression.seed is not None else []
    return Sheet(
        chords=tuple(map(chord_runs, progression.chords, progression.keys)),
        numerals=tuple(map(numeral_runs, progression.roman_numerals)) if numerals else (),
        diagrams=diagrams,
        headings=tuple(_heading(turn.passage.section) for turn in turns),
        turns=tuple(_told(turn, progression.meter) for turn in turns),
        slowing=_slowing(progression),
        title=title,
        title_size=title_size,
        subtitle=" · ".join(
            (
                str(progression.key),
                _tempo(progression.tempo_bpm, progression.meter),
                f"{numerator}/{denominator}",
            )
        ),
        running_title=cut(whole_title, FOOT_SIZE, line_width),
        foot=cut(" · ".join([policy] * bool(policy) + made), FOOT_SIZE, 0.8 * line_width),
    )


def _tempo(tempo_bpm: float, meter: tuple[int, int]) -> str:
    """The tempo in the beats that are felt: in compound meters those are dotted quarters."""
    if meter in COMPOUND_METERS:
        return f"♩. = {round(tempo_bpm / DOTTED, 1):g}"
    return f"♩ = {tempo_bpm:g}"


def _told(turn: Turn, meter: tuple[int, int]) -> str:
    told = [str(turn.key)] * turn.new_key + [_tempo(turn.tempo_bpm, meter)] * turn.new_tempo
    return " · ".join(told)


def _slowing(progression: Progression) -> str:
    if not progression.ritardando:
        return ""
    several = progression.sections and progression.sections[-1].times > 1
    return LAST_TIME if several else RITARDANDO


def _heading(section: Section) -> str:
    times = f"{section.times}×" if section.times > 2 else ""
    return "  ".join(filter(None, (printable(section.name), times)))


def head_height(sheet: Sheet) -> float:
    """How far down the music of page one begins."""
    return LINE * sheet.title_size * len(sheet.title) + 2.2 * SUBTITLE_SIZE


def head(sheet: Sheet, paper: tuple[float, float], page: int) -> list[Element]:
    """Title and subtitle on page one (0); on the others the title again, small, in the margin."""
    middle, y = paper[0] / 2, MARGIN
    if page:
        y, size = 0.6 * MARGIN, FOOT_SIZE
        again = lettering(sheet.running_title, middle, y, size, anchor="middle", kind="running")
        return [again] if sheet.running_title else []
    lines = []
    for line in sheet.title:
        y += sheet.title_size
        lines.append(lettering(line, middle, y, sheet.title_size, anchor="middle", kind="title"))
        y += (LINE - 1) * sheet.title_size
    y += 1.2 * SUBTITLE_SIZE
    return [
        *lines,
        lettering(sheet.subtitle, middle, y, SUBTITLE_SIZE, anchor="middle", kind="subtitle"),
    ]


def foot(sheet: Sheet, paper: tuple[float, float], page: int, pages: int) -> list[Element]:
    """What composed the piece, and the number of the page if there are several."""
    y = paper[1] - 0.6 * BOTTOM_MARGIN
    lines = []
    if sheet.foot:
        lines.append(lettering(sheet.foot, MARGIN, y, FOOT_SIZE, kind="foot"))
    if pages > 1:
        right = paper[0] - MARGIN
        count = f"{page + 1}/{pages}"
        lines.append(lettering(count, right, y, FOOT_SIZE, anchor="end", kind="page"))
    return lines


def music(sheet: Sheet, page: EngravedPage) -> Element:
    """The staves with all that belongs to them; a symbol's data-chord is its chord's index."""
    block = Element("g", {"transform": f"translate({MARGIN:g} {MARGIN:g}) scale({page.zoom:g})"})
    block.extend(page.music)
    for chord, at in page.chords.items():
        baseline = at.y + BASELINE * CHORD_SIZE
        symbol = lettering(sheet.chords[chord], at.x, baseline, CHORD_SIZE, kind="chord-symbol")
        symbol.set("data-chord", str(chord))
        block.append(symbol)
        if sheet.diagrams[chord]:
            diagram = fromstring(sheet.diagrams[chord])
            top = at.y + CHORD_LINE * CHORD_SIZE
            diagram.set("transform", f"translate({number(at.x)} {number(top)})")
            block.append(diagram)
    for chord, at in page.numerals.items():
        baseline = at.y + BASELINE * NUMERAL_SIZE
        block.append(lettering(sheet.numerals[chord], at.x, baseline, NUMERAL_SIZE, kind="numeral"))
    for at in page.silences:
        baseline = at.y + BASELINE * CHORD_SIZE
        block.append(lettering(SILENCE, at.x, baseline, CHORD_SIZE, kind="no-chord"))
    for at in page.slowings:
        baseline = at.y + BASELINE * NUMERAL_SIZE
        block.append(lettering(sheet.slowing, at.x, baseline, NUMERAL_SIZE, kind="ritardando"))
    for section, at in page.headings.items():
        block.extend(_headed(sheet.headings[section], sheet.turns[section], at))
    return block


def _headed(heading: str, turn: str, at: Point) -> Iterator[Element]:
    """A section's name in its box, and beside it what is new there."""
    if heading:
        beside = width((TextRun(turn),), SUBTITLE_SIZE) + TURN_GAP if turn else 0.0
        box = _boxed(heading, at, beside)
        yield box
        at = Point(at.x + float(box[0].get("width", "0")) + TURN_GAP, at.y)
    if turn:
        yield lettering(turn, at.x, at.y + 0.95 * HEADING_SIZE, SUBTITLE_SIZE, kind="turn")


def _boxed(text: str, at: Point, beside: float) -> Element:
    """A section's name in its box, cut so that what stands beside it has its room."""
    longest = PAPERS["a4"][0] - 2 * MARGIN - 2 * HEADING_PADDING - beside
    text = cut(text, HEADING_SIZE, longest, bold=True)
    text_width = width((TextRun(text),), HEADING_SIZE, bold=True)
    box = Element("g", {"class": "section-name"})
    frame = {
        "x": number(at.x),
        "y": number(at.y),
        "width": number(text_width + 2 * HEADING_PADDING),
        "height": number(1.3 * HEADING_SIZE),
        "fill": "none",
        "stroke": "#000",
        "stroke-width": "25",
    }
    box.append(Element("rect", frame))
    baseline = at.y + 0.95 * HEADING_SIZE
    middle = at.x + HEADING_PADDING + text_width / 2
    box.append(lettering(text, middle, baseline, HEADING_SIZE, anchor="middle", bold=True))
    return box
