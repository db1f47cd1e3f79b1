"""iReal Pro: a link that opens the chart in the app, in its open format irealbook://.

Conventions:
  - Title, composer, style, key, "n" and the chart stand between "=" signs, all of it
    percent-encoded. The link doesn't hold the tempo: the app plays the style's own until told.
  - The app's keys are major and minor: of another mode it gets the tonic with its third.
  - A piece has one key: a section in another has its chords as they sound, and its key, its tempo
    and a ritardando as text.
  - A bar has at least four cells, sixteen fill a line; a chord takes one, a blank one too. Where
    chords don't share the bar in halves every cell is a beat, "p" another beat of the same chord.
  - Sections begin with "*A" (the letters in the order in which their names first come, *i and *v
    for an intro and a verse), repeats stand in braces, with <3x> for more than two.
  - A chord that goes on over a bar line is written again.
  - A chord begins on the beat that is nearest; two never share one. Chord qualities that the app
    doesn't know become the nearest that it does: NEAREST says which lose a note.

Source: the developer pages of irealpro.com ("Custom chord chart protocol"); the list of
qualities, keys and meters as in the app's file format.
"""

from collections.abc import Sequence
from fractions import Fraction
from urllib.parse import quote

from shinko.errors import ShinkoError
from shinko.export.chart import Share, number_text, shares_of
from shinko.printable import in_one_line
from shinko.score.bars import folded, written
from shinko.score.cells import beat_units
from shinko.score.changes import Turn, turns_of
from shinko.score.progression import Progression, Section
from shinko.score.tempo_map import ritardando_of
from shinko.score.text import (
    LAST_TIME,
    RITARDANDO,
    UNTITLED,
    ascii_key_without_mode,
    ascii_name,
)
from shinko.theory import Key, Note, RomanChord

SCHEME = "irealbook://"
CELLS_A_BAR = 4
# The app's names of styles; it plays what it doesn't know as its usual one.
USUAL_STYLE = "Medium Swing"
STYLES = {
    "ballad": "Pop Ballad",
    "bossa": "Bossa Nova",
    "pop-rock": "Rock Pop",
    "strum": "Rock Pop",
    "waltz": "Waltz",
}
COMPOSER = "Shinko"
SILENCE, GOES_ON, BLANK = "n", "p", " "

METERS = {
    **{(n, 4): f"T{n}4" for n in (2, 3, 4, 5, 6, 7)},
    (2, 2): "T22",
    (3, 2): "T32",
    (5, 8): "T58",
    (6, 8): "T68",
    (7, 8): "T78",
    (9, 8): "T98",
    (12, 8): "T12",
}
KEYS = {
    *("C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B"),
    *("A-", "Bb-", "B-", "C-", "C#-", "D-", "Eb-", "E-", "F-", "F#-", "G-", "G#-"),
}
ROOTS = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
SPELLINGS = {*ROOTS, "Cb", "C#", "D#", "Gb", "G#", "A#"}

# Our quality -> the app's, of the same notes.
QUALITIES = {
    "": "",
    "m": "-",
    "°": "o",
    "+": "+",
    "5": "5",
    "sus4": "sus",
    "6": "6",
    "m6": "-6",
    "6/9": "69",
    "m6/9": "-69",
    "add9": "add9",
    "7": "7",
    "maj7": "^7",
    "m7": "-7",
    "mMaj7": "-^7",
    "ø7": "h7",
    "°7": "o7",
    "+7": "7#5",
    "+maj7": "^7#5",
    "7♭5": "7b5",
    "7sus4": "7sus",
    "9": "9",
    "maj9": "^9",
    "m9": "-9",
    "mMaj9": "-^9",
    "ø9": "h9",
    "9sus4": "9sus",
    "+9": "9#5",
    "9♭5": "9b5",
    "7♭9": "7b9",
    "7♯9": "7#9",
    "7♭9sus4": "7b9sus",
    "7♭5♭9": "7b9b5",
    "7♭5♯9": "7#9b5",
    "7♯5♭9": "7b9#5",
    "7♯5♯9": "7#9#5",
    "11": "11",
    "m11": "-11",
    "7♯11": "7#11",
    "9♯11": "9#11",
    "maj7♯11": "^7#11",
    "maj9♯11": "^9#11",
    "13": "13",
    "maj13": "^13",
    "13sus4": "13sus",
    "13♭9": "13b9",
    "13♯11": "13#11",
    "7♭13": "7b13",
    "7♭9♭13": "7b9b13",
    "m♭6": "-b6",
    "m♯5": "-#5",
    "7♯9♯11": "7#9#11",
    "7♭9♯11": "7b9#11",
    "7♭9♯9": "7b9#9",
    "13♯9": "13#9",
    "7sus4♭13": "7b13sus",
    "7add11": "7susadd3",
}
# Our quality -> the nearest that the app has: a note is lost or another one sounds.
NEAREST = {
    "sus2": "2",  # with a third
    "madd9": "-",
    "add11": "",
    "madd11": "-",
    "°maj7": "o7",
    "maj7♭5": "^7#11",
    "7sus2": "7sus",
    "maj7sus2": "^7",
    "maj7sus4": "^7",
    "maj11": "^9",
    "m13": "-11",
    "7♯9♭13": "7#9#5",
    "(♭5)": "^7#11",
    "no5": "",
    "mno5": "-",
    "sus24": "sus",
    "add♭9": "",
    "add♯9": "",
    "add♯11": "",
    "madd♯11": "-",
    "add♭6": "",
    "m♭6add♭9": "-b6",
    "+add9": "+",
    "+add♯9": "+",
    "6♭5": "6",
    "6♯11": "6",
    "6sus4": "sus",
    "6sus2": "6",
    "6/9♯11": "69",
    "6/9sus4": "sus",
    "m6add11": "-6",
    "m6/9add11": "-69",
    "7no3": "7",
    "7no5": "7",
    "maj7no3": "^7",
    "maj7no5": "^7",
    "m7no5": "-7",
    "9no5": "9",
    "maj9no5": "^9",
    "m9no5": "-9",
    "13no5": "13",
    "7add13": "13",
    "maj7add11": "^7",
    "maj7add13": "^13",
    "m7add11": "-11",
    "m7add13": "-7",
    "m9add13": "-9",
    "mMaj7add11": "-^7",
    "mMaj7♭13": "-^7",
    "mMaj9♭13": "-^9",
    "mMaj11": "-^9",
    "mMaj13": "-^9",
    "mMaj7♯5": "-^7",
    "mMaj7♯11": "-^7",
    "m7♯5": "-7",
    "m9♯5": "-9",
    "m11♯5": "-11",
    "m7♭9": "-7",
    "m7♭13": "-7",
    "m7♭9♭13": "-7",
    "m9♭13": "-9",
    "m11♭9": "-11",
    "m11♭13": "-11",
    "m7♯11": "-7",
    "m9♯11": "-9",
    "m13♯11": "-9",
    "ø7♭9": "h7",
    "ø7add11": "h7",
    "ø7♭13": "h7",
    "ø9♭13": "h9",
    "ø11": "h9",
    "ø13": "h9",
    "°9": "o7",
    "°7♭9": "o7",
    "°11": "o7",
    "°7♭13": "o7",
    "7♭9♭13sus4": "7b9sus",
    "9♭13sus4": "9sus",
    "13♭9sus4": "13sus",
    "7sus4add13": "13sus",
    "7♯5sus4": "7sus",
    "maj9sus4": "^9",
    "maj13sus4": "^13",
    "maj7♯5sus4": "^7#5",
    "7♭9♯11♭13": "7b9b13",
    "7♭9♯9♯11": "7b9",
    "7♭9♯9♭13": "7b9b13",
    "7♯9♯11♭13": "7#9#11",
    "7♯11♭13": "7#11",
    "7♯11add13": "13#11",
    "9♯11♭13": "9#11",
    "9♭13": "7b13",
    "11♭9": "7b9",
    "13♭5": "13#11",
    "13♭9♯9": "13b9",
    "13♭9♯11": "13b9",
    "13♯9♯11": "7#9",
    "7♯5♯11": "7#5",
    "7♯5♭9♯9": "7b9#5",
    "7♯5♭9♯11": "7b9#5",
    "7♯5♯9♯11": "7#9#5",
    "+11": "9#5",
    "9♯5♯11": "9#5",
    "+13": "9#5",
    "maj7♭9": "^7",
    "maj7♯9": "^7",
    "maj7♯9♯11": "^7#11",
    "maj7♭13": "^7",
    "maj9♭5": "^9#11",
    "maj9♯5": "^7#5",
    "maj7♯5♯11": "^7#5",
    "maj7♯11add13": "^7#11",
    "maj13♯11": "^9#11",
    "+maj11": "^7#5",
    "+maj13": "^7#5",
}


class IrealError(ShinkoError):
    """A progression can't be a chart of iReal Pro."""


def ireal_text(progression: Progression, pattern: str = "") -> str:
    """The link irealbook://… that iReal Pro opens, with a line break at its end.

    Not in it: the tempo, the melody, and how the chords were drawn.

    Args:
      progression: what to write.
      pattern: the name of an accompaniment, of which the app gets the style that is near.

    Raises:
      IrealError: the app doesn't know the meter, or a bar has more chords than beats.
    """
    if progression.meter not in METERS:
        known = ", ".join(f"{n}/{d}" for n, d in METERS)
        numerator, denominator = progression.meter
        raise IrealError(
            f"meter {numerator}/{denominator}: iReal Pro doesn't know it; known: {known}"
        )
    title = in_one_line(progression.title).replace("=", "-") or UNTITLED
    fields = (
        title,
        COMPOSER,
        STYLES.get(pattern, USUAL_STYLE),
        ireal_key(progression.key),
        "n",
        _chart(progression),
    )
    return SCHEME + quote("=".join(fields), safe="") + "\n"


def ireal_key(key: Key) -> str:
    """A key of the app's list, on the same pitch: "D-" for D dorian, too."""
    ending = "-" if key.has_minor_third else ""
    names = [ascii_name(str(key.tonic)), *ROOTS, "Gb", "C#", "G#"]
    return next(
        name + ending
        for name in names
        if name + ending in KEYS and _pitch_class(name) == key.tonic_pitch_class
    )


def ireal_chord(chord: RomanChord, key: Key) -> str:
    """A chord symbol of the app: "A-7", "Bh7", "G7/B"."""
    root, bass = chord.symbol_root(key), chord.symbol_bass(key)
    quality = QUALITIES.get(chord.quality, NEAREST.get(chord.quality, ""))
    return _note(root) + quality + ("" if bass == root else f"/{_note(bass)}")


def _note(note: Note) -> str:
    name = ascii_name(str(note))
    return name if name in SPELLINGS else ROOTS[note.pitch_class]


def _pitch_class(name: str) -> int:
    accidental = {"b": -1, "#": 1}.get(name[1:], 0)
    return Note(name[0], accidental).pitch_class


def _chart(progression: Progression) -> str:
    progression = folded(progression)
    chords = list(map(ireal_chord, progression.chords, progression.keys))
    passages = written(progression)
    slowing = ritardando_of(progression, passages)
    marks = _marks([passage.section for passage in passages])
    text = ""
    for number, turn in enumerate(turns_of(progression, passages)):
        passage = turn.passage
        times = passage.section.times
        bars = [
            _bar(shares, place, progression.meter, chords)
            for place, shares in enumerate(shares_of(progression, passage), start=1)
        ]
        if slowing is not None and number == len(passages) - 1:
            place = (slowing.start_tick - passage.start_tick) // passage.bar_ticks
            bars[place] = f"<{LAST_TIME if times > 1 else RITARDANDO}>{bars[place]}"
        last = number == len(passages) - 1
        text += "{" if times > 1 else "["
        text += marks[number]
        text += METERS[progression.meter] if number == 0 else ""
        text += f"<{times}x>" if times > 2 else ""
        text += _turn(turn)
        text += "|".join(bars) + ("}" if times > 1 else "Z" if last else "]")
    return text


def _turn(turn: Turn) -> str:
    """What is new in a section, as text below the chart."""
    told = [f"Key {ascii_key_without_mode(turn.key)}"] if turn.new_key else []
    told += [f"{number_text(turn.tempo_bpm)} bpm"] if turn.new_tempo else []
    return f"<{', '.join(told)}>" if told else ""


def _marks(sections: Sequence[Section]) -> list[str]:
    """Rehearsal marks; one section without a name has none."""
    if len(sections) == 1 and not sections[0].name:
        return [""]
    letters: dict[str, str] = {}
    plain = iter("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    for section in sections:
        name = section.name.casefold()
        if name not in letters:
            letters[name] = {"intro": "*i", "verse": "*v"}.get(name) or "*" + next(plain, "Z")
    return [letters[section.name.casefold()] for section in sections]


def _bar(shares: Sequence[Share], place: int, meter: tuple[int, int], chords: Sequence[str]) -> str:
    texts = [SILENCE if share.chord is None else chords[share.chord] for share in shares]
    if len(shares) == 1:
        return texts[0] + BLANK * (CELLS_A_BAR - 1)
    if len(shares) == 2 and shares[0].beats == shares[1].beats:
        return BLANK.join(texts) + BLANK
    count, starts = _starts(shares, meter)
    if starts is None:
        raise IrealError(
            f"bar {place} has {len(shares)} chords; iReal Pro has one a beat, {count} in a bar of "
            f"{meter[0]}/{meter[1]}"
        )
    cells = [GOES_ON] * count
    for start, end, text in zip(starts, [*starts[1:], count], texts, strict=True):
        cells[start:end] = [text, *[SILENCE if text == SILENCE else GOES_ON] * (end - start - 1)]
    return ",".join(cells) + "," + BLANK * (CELLS_A_BAR - count)


def _starts(shares: Sequence[Share], meter: tuple[int, int]) -> tuple[int, list[int] | None]:
    """Beats of a bar, and the beat that each share begins on: the nearest that is free."""
    bar = Fraction(4 * meter[0], meter[1])
    units = beat_units(meter)
    fits = [u for u in units if all((share.beats / u).denominator == 1 for share in shares)]
    unit = fits[0] if fits else units[-1]
    count = int(bar / unit)
    if len(shares) > count:
        return count, None
    starts: list[int] = []
    now = Fraction()
    for place, share in enumerate(shares):
        earliest = starts[-1] + 1 if starts else 0
        latest = count - (len(shares) - place)
        starts.append(min(max(round(now / unit), earliest), latest))
        now += share.beats
    return count, starts
