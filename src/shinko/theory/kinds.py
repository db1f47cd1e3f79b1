"""Chord qualities as MusicXML says them: a kind, and degrees that it lacks or has otherwise.

Conventions: a degree is counted as in a chord symbol (9, not 2). What is *added* counts from a
dominant chord, so an added 7 is the minor seventh and a 7 raised by one the major; what is
*altered* or *subtracted* counts from the degree that the kind has.

Source: MusicXML 4.0, simple type kind-value and elements degree-value, degree-alter, degree-type.
"""

from collections.abc import Iterable
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from shinko.theory.notes import interval_number, interval_semitones
from shinko.theory.qualities import QUALITIES, WRITTEN, find_quality


class Degree(NamedTuple):
    """One degree of a chord: its number, semitones up (+) or down (-), and what is done to it."""

    value: int
    alter: int
    type: str


class Kind(NamedTuple):
    """A quality in MusicXML's words."""

    value: str
    degrees: tuple[Degree, ...] = ()


# Intervals of each kind above the root. Functional sixths, Neapolitan, Tristan and pedal are
# missing: they are no qualities. Kind "other" has what its degrees add.
# Tests check: against the definitions in the schema, and against music21.
KIND_INTERVALS: dict[str, tuple[str, ...]] = {
    "major": ("1", "3", "5"),
    "minor": ("1", "♭3", "5"),
    "augmented": ("1", "3", "♯5"),
    "diminished": ("1", "♭3", "♭5"),
    "dominant": ("1", "3", "5", "♭7"),
    "major-seventh": ("1", "3", "5", "7"),
    "minor-seventh": ("1", "♭3", "5", "♭7"),
    "diminished-seventh": ("1", "♭3", "♭5", "𝄫7"),
    "augmented-seventh": ("1", "3", "♯5", "♭7"),
    "half-diminished": ("1", "♭3", "♭5", "♭7"),
    "major-minor": ("1", "♭3", "5", "7"),
    "major-sixth": ("1", "3", "5", "6"),
    "minor-sixth": ("1", "♭3", "5", "6"),
    "dominant-ninth": ("1", "3", "5", "♭7", "9"),
    "major-ninth": ("1", "3", "5", "7", "9"),
    "minor-ninth": ("1", "♭3", "5", "♭7", "9"),
    "dominant-11th": ("1", "3", "5", "♭7", "9", "11"),
    "major-11th": ("1", "3", "5", "7", "9", "11"),
    "minor-11th": ("1", "♭3", "5", "♭7", "9", "11"),
    "dominant-13th": ("1", "3", "5", "♭7", "9", "11", "13"),
    "major-13th": ("1", "3", "5", "7", "9", "11", "13"),
    "minor-13th": ("1", "♭3", "5", "♭7", "9", "11", "13"),
    "suspended-second": ("1", "2", "5"),
    "suspended-fourth": ("1", "4", "5"),
    "power": ("1", "5"),
    "other": ("1",),
}

# quality -> kind, then degrees: "+♭9" is added, "5♭" altered, "-11" subtracted.
# Where MusicXML's thirteenths have an eleventh, those of QUALITIES have none. It isn't subtracted:
# notation programs then show "C13no11", and play none anyway.
_ROWS = {
    "": "major",
    "m": "minor",
    "°": "diminished",
    "+": "augmented",
    "5": "power",
    "sus2": "suspended-second",
    "sus4": "suspended-fourth",
    "6": "major-sixth",
    "m6": "minor-sixth",
    "6/9": "major-sixth +9",
    "m6/9": "minor-sixth +9",
    "add9": "major +9",
    "madd9": "minor +9",
    "add11": "major +11",
    "madd11": "minor +11",
    "7": "dominant",
    "maj7": "major-seventh",
    "m7": "minor-seventh",
    "mMaj7": "major-minor",
    "ø7": "half-diminished",
    "°7": "diminished-seventh",
    "°maj7": "diminished +♯7",
    "+7": "augmented-seventh",
    "+maj7": "major-seventh 5♯",
    "7♭5": "dominant 5♭",
    "maj7♭5": "major-seventh 5♭",
    "7sus2": "suspended-second +7",
    "7sus4": "suspended-fourth +7",
    "maj7sus2": "major-seventh -3 +2",
    "maj7sus4": "major-seventh -3 +4",
    "9": "dominant-ninth",
    "maj9": "major-ninth",
    "m9": "minor-ninth",
    "mMaj9": "minor-ninth 7♯",
    "ø9": "minor-ninth 5♭",
    "9sus4": "suspended-fourth +7 +9",
    "+9": "dominant-ninth 5♯",
    "9♭5": "dominant-ninth 5♭",
    "7♭9": "dominant +♭9",
    "7♯9": "dominant +♯9",
    "7♭9sus4": "suspended-fourth +7 +♭9",
    "7♭5♭9": "dominant 5♭ +♭9",
    "7♭5♯9": "dominant 5♭ +♯9",
    "7♯5♭9": "augmented-seventh +♭9",
    "7♯5♯9": "augmented-seventh +♯9",
    "11": "dominant-11th",
    "maj11": "major-11th",
    "m11": "minor-11th",
    "7♯11": "dominant +♯11",
    "9♯11": "dominant-ninth +♯11",
    "maj7♯11": "major-seventh +♯11",
    "maj9♯11": "major-ninth +♯11",
    "13": "dominant-13th",
    "maj13": "major-13th",
    "m13": "minor-13th",
    "13sus4": "suspended-fourth +7 +9 +13",
    "13♭9": "dominant-13th 9♭",
    "13♯11": "dominant-13th 11♯",
    "7♭13": "dominant +♭13",
    "7♭9♭13": "dominant +♭9 +♭13",
    "7♯9♭13": "dominant +♯9 +♭13",
    "(♭5)": "major 5♭",
    "m♯5": "minor 5♯",
    "no5": "major -5",
    "mno5": "minor -5",
    "sus24": "suspended-fourth +2",
    "add♭9": "major +♭9",
    "add♯9": "major +♯9",
    "add♯11": "major +♯11",
    "madd♯11": "minor +♯11",
    "add♭6": "major +♭6",
    "m♭6": "minor +♭6",
    "m♭6add♭9": "minor +♭6 +♭9",
    "+add9": "augmented +9",
    "+add♯9": "augmented +♯9",
    "6♭5": "major-sixth 5♭",
    "6♯11": "major-sixth +♯11",
    "6sus4": "suspended-fourth +6",
    "6sus2": "suspended-second +6",
    "6/9♯11": "major-sixth +9 +♯11",
    "6/9sus4": "suspended-fourth +6 +9",
    "m6add11": "minor-sixth +11",
    "m6/9add11": "minor-sixth +9 +11",
    "7no3": "dominant -3",
    "7no5": "dominant -5",
    "maj7no3": "major-seventh -3",
    "maj7no5": "major-seventh -5",
    "m7no5": "minor-seventh -5",
    "9no5": "dominant-ninth -5",
    "maj9no5": "major-ninth -5",
    "m9no5": "minor-ninth -5",
    "13no5": "dominant-13th -5",
    "7add11": "dominant +11",
    "7add13": "dominant +13",
    "maj7add11": "major-seventh +11",
    "maj7add13": "major-seventh +13",
    "m7add11": "minor-seventh +11",
    "m7add13": "minor-seventh +13",
    "m9add13": "minor-ninth +13",
    "mMaj7add11": "major-minor +11",
    "mMaj7♭13": "major-minor +♭13",
    "mMaj9♭13": "minor-ninth 7♯ +♭13",
    "mMaj11": "minor-11th 7♯",
    "mMaj13": "minor-13th 7♯",
    "mMaj7♯5": "minor 5♯ +♯7",
    "mMaj7♯11": "major-minor +♯11",
    "m7♯5": "minor-seventh 5♯",
    "m9♯5": "minor-ninth 5♯",
    "m11♯5": "minor-11th 5♯",
    "m7♭9": "minor-seventh +♭9",
    "m7♭13": "minor-seventh +♭13",
    "m7♭9♭13": "minor-seventh +♭9 +♭13",
    "m9♭13": "minor-ninth +♭13",
    "m11♭9": "minor-11th 9♭",
    "m11♭13": "minor-11th +♭13",
    "m7♯11": "minor-seventh +♯11",
    "m9♯11": "minor-ninth +♯11",
    "m13♯11": "minor-13th 11♯",
    "ø7♭9": "half-diminished +♭9",
    "ø7add11": "half-diminished +11",
    "ø7♭13": "half-diminished +♭13",
    "ø9♭13": "minor-ninth 5♭ +♭13",
    "ø11": "minor-11th 5♭",
    "ø13": "minor-13th 5♭",
    "°9": "diminished-seventh +9",
    "°7♭9": "diminished-seventh +♭9",
    "°11": "diminished-seventh +9 +11",
    "°7♭13": "diminished-seventh +♭13",
    "7sus4♭13": "suspended-fourth +7 +♭13",
    "7♭9♭13sus4": "suspended-fourth +7 +♭9 +♭13",
    "9♭13sus4": "suspended-fourth +7 +9 +♭13",
    "13♭9sus4": "suspended-fourth +7 +♭9 +13",
    "7sus4add13": "suspended-fourth +7 +13",
    "7♯5sus4": "suspended-fourth 5♯ +7",
    "maj9sus4": "major-ninth -3 +4",
    "maj13sus4": "major-ninth -3 +4 +13",
    "maj7♯5sus4": "major-seventh -3 5♯ +4",
    "7♭9♯9": "dominant +♭9 +♯9",
    "7♭9♯11": "dominant +♭9 +♯11",
    "7♭9♯11♭13": "dominant +♭9 +♯11 +♭13",
    "7♭9♯9♯11": "dominant +♭9 +♯9 +♯11",
    "7♭9♯9♭13": "dominant +♭9 +♯9 +♭13",
    "7♯9♯11": "dominant +♯9 +♯11",
    "7♯9♯11♭13": "dominant +♯9 +♯11 +♭13",
    "7♯11♭13": "dominant +♯11 +♭13",
    "7♯11add13": "dominant +♯11 +13",
    "9♯11♭13": "dominant-ninth +♯11 +♭13",
    "9♭13": "dominant-ninth +♭13",
    "11♭9": "dominant-11th 9♭",
    "13♯9": "dominant-13th 9♯",
    "13♭5": "dominant-13th 5♭",
    "13♭9♯9": "dominant +♭9 +♯9 +13",
    "13♭9♯11": "dominant-13th 9♭ 11♯",
    "13♯9♯11": "dominant-13th 9♯ 11♯",
    "7♯5♯11": "augmented-seventh +♯11",
    "7♯5♭9♯9": "augmented-seventh +♭9 +♯9",
    "7♯5♭9♯11": "augmented-seventh +♭9 +♯11",
    "7♯5♯9♯11": "augmented-seventh +♯9 +♯11",
    "+11": "dominant-11th 5♯",
    "9♯5♯11": "dominant-ninth 5♯ +♯11",
    "+13": "dominant-13th 5♯",
    "maj7♭9": "major-seventh +♭9",
    "maj7♯9": "major-seventh +♯9",
    "maj7♯9♯11": "major-seventh +♯9 +♯11",
    "maj7♭13": "major-seventh +♭13",
    "maj9♭5": "major-ninth 5♭",
    "maj9♯5": "major-ninth 5♯",
    "maj7♯5♯11": "major-seventh 5♯ +♯11",
    "maj7♯11add13": "major-seventh +♯11 +13",
    "maj13♯11": "major-13th 11♯",
    "+maj11": "major-11th 5♯",
    "+maj13": "major-13th 5♯",
}
_ACCIDENTALS = {"♭": -1, "♯": 1}
_DOMINANT_SEVENTH = 10
MOST_DEGREES = 16  # of a chord; a twelve-tone one has fewer
_ELEVENTH, _FIFTH, _THIRTEENTH = 5, 7, 9  # semitones above the root, an octave left out


def _kind(row: str) -> Kind:
    value, *marks = row.split()
    degrees = []
    for mark in marks:
        alter = sum(_ACCIDENTALS.get(sign, 0) for sign in mark)
        number = int("".join(filter(str.isdigit, mark)))
        degrees.append(Degree(number, alter, {"+": "add", "-": "subtract"}.get(mark[0], "alter")))
    return Kind(value, tuple(degrees))


KINDS: dict[str, Kind] = {quality: _kind(row) for quality, row in _ROWS.items()}

# What a chord symbol shows of a kind alone; its degrees follow.
SIGNS: dict[str, str] = {kind.value: quality for quality, kind in KINDS.items() if not kind.degrees}


# Kinds of other programs, by the names in music21.harmony.CHORD_TYPES; the schema has none of them.
# Tests check: against music21.
_OTHER_KINDS: dict[str, tuple[str, ...]] = {
    "dominant-seventh": ("1", "3", "5", "♭7"),
    "minor-major-seventh": ("1", "♭3", "5", "7"),
    "augmented-major-seventh": ("1", "3", "♯5", "7"),
    "half-diminished-seventh": ("1", "♭3", "♭5", "♭7"),
    "seventh-flat-five": ("1", "3", "♭5", "♭7"),
    "suspended-fourth-seventh": ("1", "4", "5", "♭7"),
    "minor-major-ninth": ("1", "♭3", "5", "7", "9"),
    "augmented-major-ninth": ("1", "3", "♯5", "7", "9"),
    "augmented-dominant-ninth": ("1", "3", "♯5", "♭7", "9"),
    "half-diminished-ninth": ("1", "♭3", "♭5", "♭7", "9"),
    "half-diminished-minor-ninth": ("1", "♭3", "♭5", "♭7", "♭9"),
    "diminished-ninth": ("1", "♭3", "♭5", "𝄫7", "9"),
    "diminished-minor-ninth": ("1", "♭3", "♭5", "𝄫7", "♭9"),
    "minor-major-11th": ("1", "♭3", "5", "7", "9", "11"),
    "augmented-major-11th": ("1", "3", "♯5", "7", "9", "11"),
    "augmented-11th": ("1", "3", "♯5", "♭7", "9", "11"),
    "half-diminished-11th": ("1", "♭3", "♭5", "♭7", "9", "11"),
    "diminished-11th": ("1", "♭3", "♭5", "𝄫7", "9", "11"),
    "minor-major-13th": ("1", "♭3", "5", "7", "9", "11", "13"),
    "augmented-major-13th": ("1", "3", "♯5", "7", "9", "11", "13"),
    "augmented-dominant-13th": ("1", "3", "♯5", "♭7", "9", "11", "13"),
    "half-diminished-13th": ("1", "♭3", "♭5", "♭7", "9", "11", "13"),
}
_ALL_KINDS = KIND_INTERVALS | _OTHER_KINDS


class HeardKind(NamedTuple):
    """What a kind with degrees is read as.

    Attributes:
      quality: a key into QUALITIES; None if there is no chord, or an unknown one.
      complete: whether it has all that is meant.
    """

    quality: str | None
    complete: bool = True


def heard_kind(
    kind: str, degrees: Iterable[Degree] = (), *, text: str = "", usual: bool = False
) -> HeardKind:
    """The quality that a kind with degrees sounds as, whichever program wrote it.

    Programs differ: a ninth is altered that was never there, a fourth is added and the third
    subtracted, a flat fifth is added to replace the perfect one, the kind is "dominant" or "other"
    and only the text tells more. What counts is the sound; the text helps where it has all of it
    and more, or where the kind is no sound.

    A natural eleventh under a thirteenth is left out, as players do; a chord richer than any in
    QUALITIES loses what was added last.

    Args:
      kind: the content of <kind>; may be empty.
      degrees: the <degree> elements in their order; sixteen at most count.
      text: the text attribute of <kind>.
      usual: whether only qualities are meant that are found in notes, too.

    Returns:
      No quality if the kind is "none", a function, or unknown.
    """
    kind, degrees = kind.strip().lower(), tuple(islice(degrees, MOST_DEGREES))
    if kind in ("", "other") or kind not in _ALL_KINDS:
        if kind == "none":
            return HeardKind(None)
        told = find_quality(text) if text or not kind else None
        if told is not None or kind != "other":
            return HeardKind(told)
    intervals = _ALL_KINDS[kind]
    if text and not degrees and (told := find_quality(text)) is not None:
        sounds = frozenset(interval_semitones(i) % 12 for i in QUALITIES[told])
        if sounds > _sounds(intervals, ()):
            return HeardKind(told)
    shorter = [(intervals, degrees[:length]) for length in range(len(degrees), -1, -1)]
    shorter += [(intervals[:length], ()) for length in range(len(intervals) - 1, 2, -1)]
    for place, (some, of_degrees) in enumerate(shorter):
        # First with an added flat or sharp fifth in place of the perfect one.
        for replacing in (True, False):
            sounds = _sounds(some, of_degrees, replacing=replacing)
            for heard in (sounds, sounds - {_ELEVENTH}):
                if (quality := _by_sound(usual=usual).get(heard)) is not None:
                    thinned = heard != sounds and not sounds & {_THIRTEENTH}
                    return HeardKind(quality, complete=not place and not thinned)
    return HeardKind(None)


def _sounds(
    intervals: Iterable[str], degrees: Iterable[Degree], *, replacing: bool = False
) -> frozenset[int]:
    """The pitch classes above the root that intervals with degrees mean."""
    heard = {interval_number(i): interval_semitones(i) for i in intervals}
    doubled: list[int] = []
    for value, alter, what in degrees:
        number = _present(heard, value)
        if what == "subtract":
            heard.pop(number, None)
        elif what == "alter" and number in heard:
            heard[number] += alter
        else:
            # An added ♭5 beside the fifth.
            if value in heard and not (replacing and heard[value] == _FIFTH):
                doubled.append(heard[value])
            heard[value] = _in_dominant(value) + alter
    return frozenset(semitones % 12 for semitones in (*heard.values(), *doubled))


def _present(heard: dict[int, int], value: int) -> int:
    """The degree's number in the chord; programs write 2 for 9, 11 for 4 and the other way."""
    other = value + 7 if value <= 7 else value - 7
    return other if value not in heard and other in heard else value


def _in_dominant(value: int) -> int:
    return _DOMINANT_SEVENTH if value == 7 else interval_semitones(str(value))


@lru_cache(maxsize=2)
def _by_sound(*, usual: bool) -> dict[frozenset[int], str]:
    return {
        frozenset(interval_semitones(i) % 12 for i in intervals): quality
        for quality, intervals in QUALITIES.items()
        if not (usual and quality in WRITTEN)
    }
