"""Nashville numbers: chords as degrees, for players who choose the key on stage.

    Two doors
    key: A minor (1 = C)  tempo: 120  meter: 4/4

    [verse]
    |: 6-  (4 5)  1  5/7 :| x2

Conventions:
  - Degrees count from the major scale; in a minor key, and in any other mode, from the relative
    major, as most charts of this kind do: the tonic of A minor is 6-, that of D dorian 2-.
  - A section in a key of its own counts in that. A new key or tempo stands below its name.
  - A minor chord is "-", a diminished one "°", a half-diminished one "ø", an augmented one "+";
    what else a chord has follows as in its symbol, raised where it begins with a number: "5",
    "5⁷", "1maj7", "2-7", "♭7".
  - After a slash stands the degree of the bass: "5/7", "1/5".
  - A number alone is a bar. Chords that share a bar stand in brackets (on paper they are
    underlined); within them "/" is another beat, "*1.5" quarter notes, "N.C." silence.
  - A chord that goes on for another bar shows its number again.
"""

import re

from shinko.export.chart import cells_text, closing, columns, number_text, shares_of
from shinko.printable import in_one_line
from shinko.score.bars import Passage, folded, written
from shinko.score.changes import turns_of
from shinko.score.progression import Progression
from shinko.theory import Key, Note, RomanChord
from shinko.theory.degrees import degree_at
from shinko.theory.notes import accidental_text

_DIGITS = re.compile(r"[0-9/]+")
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹", "/")


def nashville_text(progression: Progression) -> str:
    """The progression in Nashville numbers, with a line break at its end."""
    progression = folded(progression)
    pairs = zip(progression.chords, progression.keys, strict=True)
    numbers = [nashville_number(chord, key, _one(key)) for chord, key in pairs]
    numerator, denominator = progression.meter
    title = in_one_line(progression.title)
    lines = [title] if title else []
    lines.append(
        f"{_key(progression.key)}  tempo: {number_text(progression.tempo_bpm)}  "
        f"meter: {numerator}/{denominator}"
    )
    for number, turn in enumerate(turns_of(progression, written(progression))):
        name = in_one_line(turn.passage.section.name)
        told = [_key(turn.key)] if turn.new_key else []
        told += [f"tempo: {number_text(turn.tempo_bpm)}"] if turn.new_tempo else []
        lines += ["", f"[{name}]"] if name or number or told else [""]
        lines += ["  ".join(told)] if told else []
        bars = _bars(progression, turn.passage, numbers)
        lines += columns(bars, turn.passage.section.times, between="  ")
    lines += closing(progression)
    return "\n".join(lines) + "\n"


def _one(key: Key) -> Note:
    """The note that is 1 in a key."""
    return key.relative_major.tonic


def _key(key: Key) -> str:
    one = _one(key)
    return f"key: {key}" + (f" (1 = {one})" if one != key.tonic else "")


def nashville_number(chord: RomanChord, key: Key, one: Note) -> str:
    """A chord counted from the major scale on a note: G7/B on C is "5⁷/7"."""
    root, bass = chord.root(key), chord.bass_note(key)
    over = "" if bass == root else f"/{_degree(bass, one)}"
    ending = chord.quality
    if ending.startswith("m") and not ending.startswith("maj"):
        ending = "-" + ending[1:].replace("Maj", "maj")
    digits = _DIGITS.match(ending)
    if digits:  # raised, so that 5 with a seventh isn't read as 57
        ending = digits[0].translate(_RAISED) + ending[digits.end() :]
    return _degree(root, one) + ending + over


def _degree(note: Note, one: Note) -> str:
    degree, alteration = degree_at(note.fifths - one.fifths)
    return f"{accidental_text(alteration)}{degree}"


def _bars(progression: Progression, passage: Passage, numbers: list[str]) -> list[str]:
    texts = []
    for shares in shares_of(progression, passage):
        first = shares[0].chord
        if len(shares) == 1 and first is not None:
            shares = [shares[0]._replace(begins=True)]
        text = cells_text(shares, progression.meter, numbers)
        texts.append(f"({text})" if " " in text else text)
    return texts
