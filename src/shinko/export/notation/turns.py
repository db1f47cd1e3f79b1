"""What a staff tells where sections turn: key signatures, tempo marks, the ritardando.

A signature without accidentals cancels the one before by naturals, or nothing would be seen of
it; any other stands for itself, as engravers have it today. The mark counts beats, dotted ones in
6/8; the sound counts quarters. A ritardando is a word, and for players a tempo for each eighth.
Where a section is repeated it belongs to the last time alone: the sound says so, and for players
that don't read that, the section begins by its own tempo again.

Source: Gould (2011), "Behind Bars", on changes of key.
"""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from shinko.export.notation.rhythm import TYPES, beat_ticks
from shinko.export.notation.xml_tree import node
from shinko.score.bars import Passage
from shinko.score.meters import is_compound
from shinko.score.score import TICKS_PER_QUARTER
from shinko.score.tempo_map import Ritardando
from shinko.score.text import LAST_TIME, RITARDANDO
from shinko.theory import Key


def signature(key: Key, before: Key | None = None) -> Element:
    """<key> of a key; `before` is the one that it follows."""
    cancelled = before.fifths if before is not None and not key.fifths else 0
    return node(
        "key",
        node("cancel", cancelled) if cancelled else None,
        node("fifths", key.fifths),
        node("mode", key.mode),
    )


def tempo_mark(tempo_bpm: float, meter: tuple[int, int]) -> Element:
    """<direction> of a tempo."""
    compound = is_compound(meter)
    # Three eighths are a dotted quarter: the next longer name.
    name = TYPES[meter[1].bit_length() - 1 - compound]
    beats_per_minute = tempo_bpm * TICKS_PER_QUARTER / beat_ticks(meter)
    metronome = node(
        "metronome",
        node("beat-unit", name),
        node("beat-unit-dot") if compound else None,
        node("per-minute", decimal(round(beats_per_minute, 2))),
    )
    return above(metronome, sound(tempo_bpm))


def ritardando_marks(
    slowing: Ritardando, passage: Passage, tempo_bpm: float
) -> Iterator[tuple[int, Element]]:
    """The ticks of a piece, and what stands there: the word, and tempos for players.

    Args:
      passage: that slows down at its end, as written.
      tempo_bpm: that it begins in.
    """
    times = passage.section.times
    if times > 1:
        yield passage.start_tick, sound(tempo_bpm)
    text = RITARDANDO if times == 1 else LAST_TIME
    yield slowing.start_tick, above(node("words", text, font_style="italic"))
    for tick, slower_bpm in slowing.steps:
        yield tick, sound(slower_bpm, times)


def sound(tempo_bpm: float, time: int = 1) -> Element:
    """<sound> of a tempo, heard only the last time of several."""
    only = {"time_only": time} if time > 1 else {}
    return node("sound", tempo=decimal(tempo_bpm), **only)


def above(mark: Element, heard: Element | None = None) -> Element:
    """<direction> above the staff."""
    return node("direction", node("direction-type", mark), heard, placement="above")


def decimal(number: float) -> str:
    """A number without needless zeros: "84", "92.5"."""
    return repr(float(number)).removesuffix(".0")
