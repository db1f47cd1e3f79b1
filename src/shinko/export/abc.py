"""ABC 2.1: one tune as text, with chord symbols over rests or over the melody.

Conventions:
  - Lengths count eighth notes (L:1/8). Whatever falls off the grid of 64th notes is set as a
    triplet of a beat where that is nearer, and else moved to the grid, by a 128th at most; a
    note of the melody that is left without length is left out.
  - A length that no single note has is tied. Accidentals are written where the signature or the
    bar would say another one, in the same octave or in any: readers differ in how far they reach.
  - Chords over no melody stand over rests ("z"): some readers take the invisible "x" for a note.
  - ABC repeats twice. What is played more often is written out, in pairs between repeat signs.
  - Silence at the end of a section is the annotation "^N.C.".
  - K: names the mode by its first three letters, "K:Ddor"; major and minor are "K:D" and "K:Dm".
    A key or a tempo that is new stands in a line of its own before its section. A ritardando is
    the annotation "^rit.": the standard has no tempo that falls.
  - For players "%%MIDI chordname" lists the semitones of every quality in use. A key of more than
    seven accidentals becomes the one that sounds the same; the tempo is rounded to half a beat.

Source: the ABC standard 2.1 (abcnotation.com); abcMIDI's guide for the %%MIDI lines.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from shinko.export.chart import BARS_A_LINE
from shinko.printable import in_one_line
from shinko.score.bars import Bar, Passage, Sung, bars_of, folded, written
from shinko.score.changes import in_usual_keys, turns_of
from shinko.score.progression import Progression
from shinko.score.score import TICKS_PER_QUARTER as QUARTER
from shinko.score.tempo_map import ritardando_of
from shinko.score.text import RITARDANDO, UNTITLED, ascii_key, ascii_name
from shinko.theory import QUALITIES, Key, Note, RomanChord, interval_semitones
from shinko.theory.notes import MAJOR_SCALE_FIFTHS

GRID, TRIPLET = QUARTER // 16, QUARTER // 6  # ticks of a 64th, and of a sixteenth triplet
EIGHTH = QUARTER // 2
# Ticks that one note or rest can have: from the dotted whole note to the 64th.
LENGTHS = tuple(
    sorted(
        {QUARTER * 4 >> n for n in range(7)} | {QUARTER * 6 >> n for n in range(6)}, reverse=True
    )
)
# The meters that abc2midi has an accompaniment for; others get the bass, then chords on the beats.
PLAYERS_METERS = {(2, 4), (3, 4), (4, 4), (2, 2), (6, 8), (9, 8), (12, 8)}
LONGEST_ENDING = 7  # characters that abc2midi takes for a quality
# Qualities that need another name for that, or whose brackets a player doesn't read.
_SHORT = {
    "(♭5)": "Mb5",
    "m♭6add♭9": "mb6b9",
    "m6/9add11": "m6911",
    "mMaj7add11": "mM7ad11",
    "ø7add11": "h7add11",
    "7sus4add13": "7sus13",
    "7♭9♭13sus4": "7b9b13s",
    "7♯11add13": "7#11a13",
}
# Our quality -> the nearest that so many characters say: a note is lost.
NEAREST = {
    "7♭9♯11♭13": "7♭9♯11",
    "7♭9♯9♯11": "7♭9♯9",
    "7♭9♯9♭13": "7♭9♭13",
    "7♯9♯11♭13": "7♯9♯11",
    "7♯5♭9♯11": "7♯5♭9",
    "7♯5♯9♯11": "7♯5♯9",
    "maj7♯11add13": "maj7♯11",
}
_ACCIDENTALS = {-2: "__", -1: "_", 0: "=", 1: "^", 2: "^^"}
# What begins a comment or an escape in ABC, and what ends a chord symbol.
_IN_A_FIELD = str.maketrans({"%": "％", "\\": "/"})
# Notes outside the scale and the chord: from the flattest to the sharpest of twelve fifths in a
# row that a key takes, counted from its tonic: ♭6 to ♯1 above a major third, ♭2 to ♯4 above a
# minor one. The scale of each mode lies within.
_FLATTEST_MAJOR, _FLATTEST_MINOR = -4, -5


class _Segment(NamedTuple):
    """A part of a bar in which nothing begins or ends, in ticks on the grid."""

    start: int
    end: int
    before: str  # chord symbols and instructions
    pitch: int | None = None
    spelling: Note | None = None
    goes_on: bool = False  # the note is tied to the next segment


@dataclass
class _Writer:
    """What is carried from bar to bar.

    Attributes:
      slows_at: the tick at which the piece begins to slow down.
      slows: what stands there; "" where it doesn't, for it is played again.
      is_silent: whether players have been told to leave the chords out.
      altered: (letter, octave) -> accidental, since the bar line.
      spelled: the name that a note of the melody has.
    """

    key: Key
    chords: Sequence[RomanChord]
    names: Sequence[str]
    slows_at: int | None = None
    slows: str = ""
    is_silent: bool = False
    altered: dict[tuple[str, int], int] = field(default_factory=dict)
    spelled: dict[Sung, Note] = field(default_factory=dict)


def abc_text(progression: Progression) -> str:
    """The progression as an ABC tune, its melody too, with a line break at its end."""
    progression = folded(in_usual_keys(progression))
    passages = written(progression)
    turns = turns_of(progression, passages)
    slowing = ritardando_of(progression, passages)
    numerator, denominator = progression.meter
    names = list(map(_symbol, progression.chords, progression.keys))
    if progression.melody_alone:
        names = [""] * len(names)
    writer = _Writer(turns[0].key, progression.chords, names, slowing and slowing.start_tick)
    lines = [
        "X:1",
        f"T:{field_text(progression.title) or UNTITLED}",
        f"M:{numerator}/{denominator}",
        "L:1/8",
        f"Q:{_tempo(turns[0].tempo_bpm)}",
        *(
            []
            if progression.meter in PLAYERS_METERS
            else [f"%%MIDI gchord f{'c' * (numerator - 1)}"]
        ),
        *([] if progression.melody_alone else _chord_names(progression.chords)),
        f"K:{ascii_key(turns[0].key)}",
    ]
    for number, turn in enumerate(turns):
        passage = turn.passage
        writer.key = turn.key
        name = field_text(passage.section.name)
        if name:
            lines.append(f"P:{name}")
        if number and turn.new_key:
            lines.append(f"K:{ascii_key(turn.key)}")
        if number and turn.new_tempo:
            lines.append(f"Q:{_tempo(turn.tempo_bpm)}")
        pairs, once = divmod(passage.section.times, 2)
        bars = bars_of(passage)
        grid = _on_grid(passage, bars)
        if passage.section.times > 1 and bars[-1].pieces[-1].chord is None:
            writer.is_silent = True  # the second time begins after the silence of the first
        ends = [(":|", "|:")] * pairs + [("||", "")] * once
        for place, (right, left) in enumerate(ends):
            last = number == len(turns) - 1 and place == len(ends) - 1
            # Of two times between repeat signs only the second slows down.
            writer.slows = (
                RITARDANDO if last and not left else f"{RITARDANDO} (last time)" if last else ""
            )
            right = "|]" if last and right == "||" else right
            texts = [_bar(writer, bar, passage.melody, *grid) for bar in bars]
            lines += _lines(texts, left, right)
    return "\n".join(lines) + "\n"


def field_text(text: str) -> str:
    """A text that a field of one line can hold."""
    return in_one_line(text).translate(_IN_A_FIELD)


def _tempo(tempo_bpm: float) -> str:
    halves = round(2 * tempo_bpm)  # readers take whole numbers only
    return f"1/8={halves}" if halves % 2 else f"1/4={halves // 2}"


def _ending(quality: str) -> str:
    """A quality in a chord symbol; the slash of 6/9 would be read as a bass."""
    quality = NEAREST.get(quality, quality)
    ending = _SHORT.get(quality, ascii_name(quality).replace("/", ""))
    if len(ending) <= LONGEST_ENDING:
        return ending
    return ending.replace("maj", "M").replace("Maj", "M").replace("sus4", "sus")


def _symbol(chord: RomanChord, key: Key) -> str:
    root, bass = chord.symbol_root(key), chord.symbol_bass(key)
    over = "" if bass == root else f"/{ascii_name(str(bass))}"
    return f'"{ascii_name(str(root))}{_ending(chord.quality)}{over}"'


def _chord_names(chords: Iterable[RomanChord]) -> list[str]:
    lines = []
    for quality in dict.fromkeys(chord.quality for chord in chords):
        if quality:
            semitones = " ".join(
                str(interval_semitones(i)) for i in QUALITIES[NEAREST.get(quality, quality)]
            )
            lines.append(f"%%MIDI chordname {_ending(quality)} {semitones}")
    return lines


def _lines(bars: Sequence[str], left: str, right: str) -> list[str]:
    rows = [bars[start : start + BARS_A_LINE] for start in range(0, len(bars), BARS_A_LINE)]
    texts = [" | ".join(row) + " |" for row in rows]
    texts[0] = f"{left} {texts[0]}".lstrip()
    texts[-1] = texts[-1].removesuffix("|") + right
    return texts


def _on_grid(passage: Passage, bars: Sequence[Bar]) -> tuple[dict[int, int], set[int]]:
    """Where each moment of a passage goes, and the ticks at which beats begin that are triplets."""
    ticks = {piece.start_tick for bar in bars for piece in bar.pieces}
    ticks |= {tick for note in passage.melody for tick in (note.start_tick, note.end_tick)}
    moved = {passage.end_tick: passage.end_tick}
    triplets = set()
    for bar in bars:
        for start in range(bar.start_tick, bar.end_tick, QUARTER):
            end = min(start + QUARTER, bar.end_tick)
            inside = [tick - start for tick in ticks if start <= tick < end]
            steps = [GRID, TRIPLET] if end == start + QUARTER else [GRID]
            off = {step: sum(abs(t - step * round(t / step)) for t in inside) for step in steps}
            step = min(steps, key=lambda step: off[step])
            if step == TRIPLET:
                triplets.add(start)
            moved |= {start + tick: start + step * round(tick / step) for tick in inside}
    return moved, triplets


def _bar(
    writer: _Writer, bar: Bar, sung: Sequence[Sung], moved: dict[int, int], triplets: set[int]
) -> str:
    writer.altered = {}
    segments = list(_segments(writer, bar, sung, moved, triplets))
    text = ""
    for start in range(bar.start_tick, bar.end_tick, QUARTER):
        beat = [s for s in segments if start <= s.start < start + QUARTER]
        factor = Fraction(3, 2) if start in triplets else Fraction(1)
        tokens = [token for segment in beat for token in _tokens(writer, segment, factor)]
        mark = f"(3:2:{len(tokens)}" if start in triplets else ""
        text += (" " if text and tokens else "") + mark + "".join(tokens)
    return text


def _segments(
    writer: _Writer, bar: Bar, sung: Sequence[Sung], moved: dict[int, int], triplets: set[int]
) -> Iterator[_Segment]:
    points = {bar.start_tick, bar.end_tick, *(moved[piece.start_tick] for piece in bar.pieces)}
    points |= {moved[tick] for note in sung for tick in (note.start_tick, note.end_tick)}
    points |= {edge for start in triplets for edge in (start, start + QUARTER)}
    inside = sorted(point for point in points if bar.start_tick <= point <= bar.end_tick)
    for start, end in pairwise(inside):
        note = next(
            (n for n in sung if moved[n.start_tick] <= start and moved[n.end_tick] >= end), None
        )
        is_tied = note is not None and moved[note.start_tick] < start
        before, chord = "", None
        for piece in bar.pieces:
            begin = min(moved[piece.start_tick], inside[-2])  # none is lost at the bar line
            chord = piece.chord if begin <= start else chord
            if begin == start and (piece.begins or piece.chord is None):
                before += _before(writer, piece.chord, is_tied=is_tied)
        if start == writer.slows_at and writer.slows:
            before = f'"^{writer.slows}"' + before
        if note is None:
            yield _Segment(start, end, before)
            continue
        if note not in writer.spelled:  # once, so that what is tied stays one note
            writer.spelled[note] = _spelling(note.pitch, writer.key, chord, writer.chords)
        goes_on = moved[note.end_tick] > end
        yield _Segment(start, end, before, note.pitch, writer.spelled[note], goes_on)


def _before(writer: _Writer, chord: int | None, *, is_tied: bool) -> str:
    if chord is None and is_tied:  # nothing but symbols may stand between tied notes
        return '"^N.C."'
    if chord is None:
        writer.is_silent = True
        return '[I:MIDI gchordoff]"^N.C."'
    again = "[I:MIDI gchordon]" if writer.is_silent else ""
    writer.is_silent = False
    return again + writer.names[chord]


def _tokens(writer: _Writer, segment: _Segment, factor: Fraction) -> list[str]:
    """Notes or rests, tied, that together last as long as the segment."""
    left = int((segment.end - segment.start) * factor)
    lengths: list[int] = []
    while left:
        lengths.append(next(length for length in LENGTHS if length <= left))
        left -= lengths[-1]
    tokens = []
    for place, length in enumerate(lengths):
        last = place == len(lengths) - 1
        note, tie = "z", ""
        if segment.pitch is not None and segment.spelling is not None:
            note = _note(writer, segment.pitch, segment.spelling)
            tie = "-" if not last or segment.goes_on else ""
        eighths = Fraction(length, EIGHTH)
        tokens.append(note + ("" if eighths == 1 else str(eighths)) + tie)
    tokens[0] = segment.before + tokens[0]
    return tokens


def _note(writer: _Writer, pitch: int, spelling: Note) -> str:
    letter, accidental = spelling.letter, spelling.accidental
    octave = (pitch - accidental) // 12 - 1
    implied = _signature(writer.key, letter)
    same = writer.altered.get((letter, octave), implied)
    # The last one of this letter in the bar, whatever its octave.
    latest = [a for (other, _), a in writer.altered.items() if other == letter]
    anywhere = latest[-1] if latest else implied
    # Below C0, which abc2midi's memory of accidentals doesn't reach, each note has its own.
    sign = "" if accidental == same == anywhere and octave >= 0 else _ACCIDENTALS[accidental]
    if sign:
        writer.altered.pop((letter, octave), None)
        writer.altered[letter, octave] = accidental
    if octave >= 5:
        return sign + letter.lower() + "'" * (octave - 5)
    return sign + letter + "," * (4 - octave)


def _signature(key: Key, letter: str) -> int:
    """The accidental that the key signature gives a letter."""
    steps = (key.fifths + step for step in MAJOR_SCALE_FIFTHS)
    return next(n.accidental for n in map(Note.from_fifths, steps) if n.letter == letter)


def _spelling(pitch: int, key: Key, chord: int | None, chords: Sequence[RomanChord]) -> Note:
    """As in the chord, or else as in the key."""
    if chord is not None:
        for note in chords[chord].notes(key):
            if note.pitch_class == pitch % 12 and abs(note.accidental) <= 2:
                return note
    flattest = key.tonic.fifths + (_FLATTEST_MINOR if key.has_minor_third else _FLATTEST_MAJOR)
    return Note.from_fifths(flattest + (pitch * 7 - flattest) % 12)
