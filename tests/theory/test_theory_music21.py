"""Spelling and pitch against music21, an independent implementation."""

from functools import cache
from itertools import product

import pytest

from shinko.theory import (
    QUALITIES,
    Key,
    Note,
    parse_chord_name,
    parse_hooktheory,
    parse_roman,
)
from shinko.theory.keys import MODES
from shinko.theory.qualities import WRITTEN

pytestmark = pytest.mark.filterwarnings("ignore")  # music21's own, on import

SCALES = {
    "": "MajorScale",
    "b": "MinorScale",
    "D": "DorianScale",
    "Y": "PhrygianScale",
    "L": "LydianScale",
    "M": "MixolydianScale",
    "C": "LocrianScale",
}
SIZES = {
    "": (3, 0),
    "6": (3, 1),
    "64": (3, 2),
    "7": (4, 0),
    "65": (4, 1),
    "43": (4, 2),
    "42": (4, 3),
}


def music21_name(note: Note) -> str:
    """ "B-" for B♭, as music21 writes it."""
    return note.letter + ("#" * note.accidental if note.accidental > 0 else "-" * -note.accidental)


@cache
def scale(tonic: str, mode: str) -> tuple[str, ...]:
    """The seven notes of a mode as music21 spells them."""
    from music21 import scale as scales

    built = getattr(scales, SCALES[mode])(tonic)
    return tuple(built.pitchFromDegree(degree).name for degree in range(1, 8))


@pytest.mark.parametrize("tonic", ["C", "G-", "E", "C#"])
def test_ids_are_stacks_of_thirds_in_the_scales_of_music21(tonic):
    key = Key.parse(tonic.replace("-", "b"))
    cases = [*product(SCALES, [None]), *product([""], range(2, 8))]
    for (mode, target), degree, figures in product(cases, range(1, 8), SIZES):
        notes = scale(tonic if target is None else scale(tonic, "")[target - 1], mode)
        size, inversion = SIZES[figures]
        stack = [notes[(degree - 1 + 2 * third) % 7] for third in range(size)]
        applied = f"/{target}" if target else ""
        chord = parse_hooktheory(f"{mode}{degree}{figures}{applied}")
        assert [music21_name(note) for note in chord.notes(key)] == stack
        assert music21_name(chord.bass_note(key)) == stack[inversion]


# music21 takes the seventh of a plain 7 from the key, so that IV7 and ♭VII7 are left out; in
# minor it has rules of its own for vi and vii, so that only major keys are asked.
NUMERALS = """
I ii iii IV V vi vii° I6 IV64 iii6 ii7 vii7 viiø7 viiø43 Imaj7 IVmaj7 vi42 vii43
V65/V V42/IV V7/vi V/vi V64/ii vii°/iii IV6/vi vii°7/V vii°65/ii viiø43/iii V7/♭VI V7/♭VII
♭II ♭II6 ♭III6 ♭V ♭VI64 ♭VII ♭VImaj7 ♭IIImaj7 ♭VIImaj7 i i7 iv iv7 v v6 v7 ♭iii ♭vii6
i° ii° iii° ♯iv° v° vi° iiø7 iiø65 II7 II6 III7 V+
"""


@pytest.mark.parametrize("tonic", ["C", "G-", "B"])
def test_numerals_are_spelled_as_music21_spells_them(tonic):
    from music21 import key as keys
    from music21 import roman

    home, key = keys.Key(tonic), Key.parse(tonic.replace("-", "b"))
    for numeral in NUMERALS.split():
        theirs = roman.RomanNumeral(
            numeral.replace("♭", "b").replace("♯", "#").replace("°", "o"), home
        )
        ours = parse_roman(numeral)
        assert {music21_name(note) for note in ours.notes(key)} == {p.name for p in theirs.pitches}
        assert music21_name(ours.bass_note(key)) == theirs.bass().name, numeral


# Our quality -> music21's abbreviation, where the two differ by more than ♭ and ♯.
ABBREVIATIONS = {
    "°": "dim",
    "°7": "dim7",
    "ø7": "m7b5",
    "ø9": "m9b5",
    "mMaj7": "mM7",
    "+maj7": "+M7",
    "maj9": "M9",
    "mMaj9": "mM9",
    "maj11": "M11",
    "maj13": "M13",
}
# music21 has no abbreviation for these, or reads them without their alterations.
UNKNOWN_TO_MUSIC21 = {
    *("6/9", "m6/9", "°maj7", "7sus2", "maj7sus2", "maj7sus4", "9sus4", "7♭9sus4", "maj9♯11"),
    *("13sus4", "13♭9", "13♯11"),
}
# Our thirteenths above a major third leave the eleventh out, which music21 keeps.
WITHOUT_ELEVENTH = {"13", "maj13"}


@pytest.mark.parametrize("quality", sorted(set(QUALITIES) - WRITTEN.keys() - UNKNOWN_TO_MUSIC21))
def test_qualities_have_the_notes_that_music21_gives_them(quality):
    from music21 import harmony

    abbreviation = ABBREVIATIONS.get(quality, quality.replace("♭", "b").replace("♯", "#"))
    for root in ("C", "F♯", "B♭"):
        ours = parse_chord_name(root + quality)
        theirs = harmony.ChordSymbol(music21_name(ours.root) + abbreviation)
        expected = {pitch.name for pitch in theirs.pitches}
        if quality in WITHOUT_ELEVENTH:
            expected -= {music21_name(ours.root.above("11"))}
        assert {music21_name(note) for note in ours.notes} == expected


@pytest.mark.parametrize("mode", MODES)
def test_keys_have_the_signature_and_the_scale_that_music21_gives_them(mode):
    from music21 import key as keys

    for fifths in range(-7, 8):
        ours = Key.of_signature(fifths, mode)
        theirs = keys.Key(music21_name(ours.tonic), mode)
        assert theirs.sharps == ours.fifths
        spelled = [theirs.pitchFromDegree(degree).name.replace("-", "♭") for degree in range(1, 8)]
        assert [name.replace("#", "♯") for name in spelled] == list(ours.note_names)
