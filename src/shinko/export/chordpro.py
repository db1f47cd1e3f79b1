"""ChordPro 6: songs as text for songbook programs; every section is a grid of bars and beats.

Grids are the part of ChordPro that has durations; environments don't nest, so a section's name
is the label of its grid. A cell is a beat of the meter, or the longest fraction of it that says
all chords of the section; "." leaves a cell to the chord before. Where no sixteen cells of a bar
say it, chords stand in the cell that they begin in ("C~G" are two in one), and a directive of
our own, {x_shinko_beats: …}, tells their quarter notes to `intake.chordpro`; other programs pass
over names that begin with x_.

A key is a note and its third there, {key: Dm}. Of another mode than major and minor its name is
metadata beside it, {meta: mode dorian}. A key or a tempo that is new stands before the grid of its
section, and holds from there. A ritardando is a comment after the last grid.

Source: the directives of the ChordPro file format, version 6 (chordpro.org).
"""

from collections.abc import Sequence
from fractions import Fraction

from shinko.export.chart import (
    BARS_A_LINE,
    SILENCE,
    Share,
    exact,
    fraction_text,
    number_text,
    shares_of,
)
from shinko.printable import in_one_line
from shinko.score.bars import Passage, folded, written
from shinko.score.cells import beat_units
from shinko.score.changes import turns_of
from shinko.score.progression import Progression
from shinko.score.text import RITARDANDO, ascii_key_without_mode, ascii_name
from shinko.score.voicing.fretboard import Frets
from shinko.theory import Key, Note, RomanChord

MOST_CELLS = 16
FRETS_SHOWN = 4
# Qualities and notes that ChordPro's own grammar of chords knows by another name.
_QUALITIES = {
    "6/9": "69",
    "m6/9": "m69",
    "mMaj7": "mmaj7",
    "mMaj9": "mmaj9",
    "+maj7": "maj7#5",
    "+9": "9#5",
    "9sus4": "9sus",
    "7♭9sus4": "7b9sus",
    "7♭5♭9": "7b9b5",
    "7♭5♯9": "7#9b5",
    "7♯5♭9": "7b9#5",
    "7♯5♯9": "7#9#5",
}
_NOTES = {"C♭": "B", "F♭": "E", "E♯": "F", "B♯": "C"}
# What a directive's value can't hold.
_IN_A_VALUE = str.maketrans({"{": "(", "}": ")", '"': "'"})


def chordpro_text(progression: Progression, shapes: Sequence[Frets | None] = ()) -> str:
    """The progression as a ChordPro song, with a line break at its end; chords are ASCII.

    Not written: the melody, and how the chords were drawn.

    Args:
      progression: what to write.
      shapes: for a guitarist, where the six strings are stopped, one for each chord as written,
        None where no guitar plays; the first of each name becomes its {define}.
    """
    progression = folded(progression)
    chords = list(map(chordpro_name, progression.chords, progression.keys))
    numerator, denominator = progression.meter
    title = value_text(progression.title)
    lines = [
        *([f"{{title: {title}}}"] if title else []),
        *_key(progression.key),
        f"{{tempo: {number_text(progression.tempo_bpm)}}}",
        f"{{time: {numerator}/{denominator}}}",
    ]
    pairs = list(zip(chords, shapes, strict=bool(shapes)))
    first = {name: frets for name, frets in reversed(pairs) if frets is not None}
    lines += [_define(name, first[name]) for name in dict.fromkeys(chords) if name in first]
    mode = progression.key.mode
    for turn in turns_of(progression, written(progression)):
        lines.append("")
        if turn.new_key:
            lines += _key(turn.key, mode)
            mode = turn.key.mode
        if turn.new_tempo:
            lines.append(f"{{tempo: {number_text(turn.tempo_bpm)}}}")
        lines += _grid(progression, turn.passage, chords)
    if progression.ritardando:
        lines.append(f"{{comment: {RITARDANDO}}}")
    return "\n".join(lines) + "\n"


def _key(key: Key, mode_before: str = "major") -> list[str]:
    """The directives of a key; `mode_before` is the mode that holds so far."""
    lines = [f"{{key: {ascii_key_without_mode(key)}}}"]
    plain = ("major", "minor")
    if key.mode not in plain or mode_before not in plain:
        lines.append(f"{{meta: mode {key.mode}}}")
    return lines


def chordpro_name(chord: RomanChord, key: Key) -> str:
    """A chord symbol as ChordPro's grammar has it, where it has it: "Cmmaj7", "B" for C♭."""
    root, bass = chord.symbol_root(key), chord.symbol_bass(key)
    quality = _QUALITIES.get(chord.quality, ascii_name(chord.quality))
    return _note(root) + quality + ("" if bass == root else f"/{_note(bass)}")


def _note(note: Note) -> str:
    return _NOTES.get(str(note), ascii_name(str(note)))


def _define(name: str, frets: Frets) -> str:
    """A chord's fingering; frets count from the base fret, which is 1."""
    stopped = [fret for fret in frets if fret]
    base = 1 if max(stopped, default=0) <= FRETS_SHOWN else min(stopped)
    shown = ["x" if fret is None else str(fret and fret - base + 1) for fret in frets]
    return f"{{define: {name} base-fret {base} frets {' '.join(shown)}}}"


def value_text(text: str) -> str:
    """A text that a directive can hold: one line without braces and double quotes."""
    return in_one_line(text).translate(_IN_A_VALUE)


def _grid(progression: Progression, passage: Passage, names: Sequence[str]) -> list[str]:
    shares = shares_of(progression, passage)
    numerator, denominator = progression.meter
    bar = Fraction(4 * numerator, denominator)
    unit = _unit(shares, progression.meter)
    told = unit is not None
    unit = unit or bar / MOST_CELLS
    cells = int(bar / unit)
    bars = [" ".join(_cells(inside, unit, cells, names)) for inside in shares]
    times = passage.section.times
    label = value_text(passage.section.name)
    lines = [
        "{start_of_grid"
        + (f' label="{label}"' if label else "")
        + f' shape="{BARS_A_LINE}x{cells}{"+1" if times > 2 else ""}"}}'
    ]
    if not told:
        beats = [exact(progression.beats[placed.chord]) for placed in passage.chords]
        lines.insert(0, f"{{x_shinko_beats: {' '.join(map(fraction_text, beats))}}}")
    for start in range(0, len(bars), BARS_A_LINE):
        line = " | ".join(bars[start : start + BARS_A_LINE])
        first, last = start == 0, start + BARS_A_LINE >= len(bars)
        left = "|:" if first and times > 1 else "|"
        right = "|" if not last or times == 1 else ":|" if times == 2 else f":| x{times}"
        lines.append(f"{left} {line} {right}")
    return [*lines, "{end_of_grid}"]


def _unit(bars: Sequence[Sequence[Share]], meter: tuple[int, int]) -> Fraction | None:
    """The longest cell, in quarter notes, that says all shares; None if none of them does."""
    bar = Fraction(4 * meter[0], meter[1])
    if any(sum(share.beats for share in inside) != bar for inside in bars):
        return None
    beat = beat_units(meter)[-1] if meter[1] < 4 else Fraction(4, meter[1])
    for parts in (1, 2, 3, 4, 6, 8, 12, 16):
        unit = beat / parts
        fine = all((share.beats / unit).denominator == 1 for inside in bars for share in inside)
        if fine and (bar / unit).denominator == 1 and bar / unit <= max(MOST_CELLS, meter[0]):
            return unit
    return None


def _cells(shares: Sequence[Share], unit: Fraction, count: int, names: Sequence[str]) -> list[str]:
    cells: list[list[str]] = [[] for _ in range(count)]
    now = Fraction()
    for share in shares:
        if share.begins or share.chord is None:
            text = SILENCE if share.chord is None else names[share.chord]
            cells[min(int(now / unit), count - 1)].append(text)
        now += share.beats
    return ["~".join(cell) or "." for cell in cells]
