"""The <measure> elements of a part: notes, and what stands above, below and between them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from shinko.export.notation.harmony import harmony, no_chord, numeral
from shinko.export.notation.staff import Placed
from shinko.export.notation.systems import system_starts
from shinko.export.notation.turns import above, ritardando_marks, signature, tempo_mark
from shinko.export.notation.xml_tree import node
from shinko.printable import in_one_line
from shinko.score.bars import Bar, Passage, bars_of
from shinko.score.changes import Turn, turns_of
from shinko.score.progression import Progression
from shinko.score.score import TICKS_PER_QUARTER
from shinko.score.tempo_map import ritardando_of
from shinko.theory import Key

# What begins in a bar: its tick there, and its element.
_Symbol = tuple[int, Element]

_CLEFS = {"treble": ("G", 2), "bass": ("F", 4)}


@dataclass(frozen=True)
class Part:
    """One instrument.

    Attributes:
      name: of the instrument.
      clefs: "treble" or "bass" for each staff, from the top.
      bars: for each staff the notes of each bar of the piece.
      silent: whether its notes are not to be heard.
    """

    name: str
    clefs: tuple[str, ...]
    bars: tuple[list[list[Placed]], ...]
    silent: bool = False


def measures(
    part: Part,
    piece: Progression,
    passages: Sequence[Passage],
    *,
    leads: bool,
    numerals: bool,
    degrees: bool,
) -> Iterator[Element]:
    """The measures of a part.

    Args:
      part: what it plays.
      piece: in usual keys, folded.
      passages: the piece as written.
      leads: whether it is the uppermost part, which has system breaks, section names, tempo and
        chord symbols above it.
      numerals: whether Roman numerals stand below it.
      degrees: whether chord symbols say their degrees as elements.
    """
    turns = turns_of(piece, passages)
    bars = [(turn, place, bar) for turn in turns for place, bar in _numbered(turn.passage)]
    slowing = _ritardando(piece, turns[-1]) if leads else []
    romans = piece.roman_numerals if numerals else ()
    key: Key | None = None
    for index, (turn, place, bar) in enumerate(bars):
        passage = turn.passage
        opens, closes = place == 0, place == passage.bars - 1
        measure = node("measure", number=index + 1)
        if leads and index and system_starts(passage)[place]:
            measure.append(node("print", new_system="yes"))
        if opens and passage.section.times > 1:
            measure.append(_barline("left", "heavy-light", node("repeat", direction="forward")))
        if not index:
            measure.append(_attributes(turn.key, piece.meter, part))
        elif turn.key != key:
            measure.append(node("attributes", signature(turn.key, key)))
        key = turn.key
        if leads and opens:
            measure.extend(_section_mark(passage))
        if leads and (not index or (opens and turn.new_tempo)):
            measure.append(tempo_mark(turn.tempo_bpm, piece.meter))
        symbols = [*_names(bar, piece, turn.key, part, degrees=degrees)] if leads else []
        symbols += _numerals(bar, romans, part) if numerals else []
        symbols += ((t - bar.start_tick, mark) for t, mark in slowing if _is_in(t, bar))
        upper, *lower = (line[index] for line in part.bars)
        measure.extend(_with_symbols(upper, symbols))
        for line in lower:
            measure.append(node("backup", node("duration", passage.bar_ticks)))
            measure.extend(placed.element for placed in line)
        measure.extend(_between(upper, symbols, passage.bar_ticks))
        if closes:
            measure.extend(_ending(passage, last=index == len(bars) - 1, leads=leads))
        yield measure


def _numbered(passage: Passage) -> Iterable[tuple[int, Bar]]:
    return enumerate(bars_of(passage))


def _ritardando(piece: Progression, last: Turn) -> list[_Symbol]:
    slowing = ritardando_of(piece, [last.passage])
    return [*ritardando_marks(slowing, last.passage, last.tempo_bpm)] if slowing else []


def _is_in(tick: int, bar: Bar) -> bool:
    return bar.start_tick <= tick < bar.end_tick


def _attributes(key: Key, meter: tuple[int, int], part: Part) -> Element:
    numerator, denominator = meter
    several = len(part.clefs) > 1
    return node(
        "attributes",
        node("divisions", TICKS_PER_QUARTER),
        signature(key),
        node("time", node("beats", numerator), node("beat-type", denominator)),
        node("staves", len(part.clefs)) if several else None,
        *(
            node(
                "clef",
                node("sign", _CLEFS[name][0]),
                node("line", _CLEFS[name][1]),
                **({"number": number} if several else {}),
            )
            for number, name in enumerate(part.clefs, start=1)
        ),
    )


def _section_mark(passage: Passage) -> Iterator[Element]:
    name = in_one_line(passage.section.name)
    if name:
        yield above(node("rehearsal", name))


def _ending(passage: Passage, *, last: bool, leads: bool) -> Iterator[Element]:
    """A repeat sign, a final bar line, or the double one between sections."""
    times = passage.section.times
    if times > 1:
        if leads and times > 2:  # twice is what the sign alone says
            yield above(node("words", f"{times}×", halign="right"))
        repeat = node("repeat", direction="backward", times=times)
        yield _barline("right", "light-heavy", repeat)
    else:
        yield _barline("right", "light-heavy" if last else "light-light")


def _barline(location: str, style: str, repeat: Element | None = None) -> Element:
    return node("barline", node("bar-style", style), repeat, location=location)


def _names(
    bar: Bar, piece: Progression, key: Key, part: Part, *, degrees: bool
) -> Iterator[_Symbol]:
    staff = 1 if len(part.clefs) > 1 else None
    for tick, chord in _struck(bar):
        if chord is None:
            yield tick, no_chord(staff=staff)
        else:
            yield tick, harmony(piece.chords[chord], key, staff=staff, degrees=degrees)


def _numerals(bar: Bar, romans: Sequence[str], part: Part) -> Iterator[_Symbol]:
    staff = len(part.clefs) if len(part.clefs) > 1 else None
    for tick, chord in _struck(bar):
        if chord is not None:
            yield tick, numeral(romans[chord], chord + 1, staff=staff)


def _struck(bar: Bar) -> Iterator[tuple[int, int | None]]:
    """The ticks in a bar at which a chord is struck, or rest begins (None)."""
    for piece in bar.pieces:
        if piece.begins:
            yield piece.start_tick - bar.start_tick, piece.chord


def _with_symbols(notes: Sequence[Placed], symbols: Sequence[_Symbol]) -> Iterator[Element]:
    """The notes of the upper staff, each symbol before the note that begins with it."""
    for index, (tick, element) in enumerate(notes):
        if not index or notes[index - 1].tick < tick:
            yield from (symbol for at, symbol in symbols if at == tick)
        yield element


def _between(notes: Sequence[Placed], symbols: Sequence[_Symbol], length: int) -> Iterator[Element]:
    """The symbols that begin with no note, each after a step forward from the start of the bar.

    An <offset> would do, but MuseScore ignores it in directions.
    """
    starts = {placed.tick for placed in notes}
    now = length
    for tick, symbol in sorted(symbols, key=lambda symbol: symbol[0]):
        if tick not in starts:
            yield from _move(tick - now)
            yield symbol
            now = tick
    yield from _move(length - now)


def _move(ticks: int) -> Iterator[Element]:
    if ticks:
        yield node("forward" if ticks > 0 else "backup", node("duration", abs(ticks)))
