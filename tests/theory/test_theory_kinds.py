"""Kinds of MusicXML: the sounds by its definitions and by music21, and the way back."""

from itertools import repeat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shinko.theory import QUALITIES, interval_semitones
from shinko.theory.kinds import (
    KIND_INTERVALS,
    KINDS,
    SIGNS,
    Degree,
    HeardKind,
    heard_kind,
)

pytestmark = pytest.mark.filterwarnings("ignore")  # music21's own, on import

# Semitones above the root, from the words of the schema's kind-value: "dominant-ninth:
# dominant, major ninth", and so on.
MAJOR, MINOR, AUGMENTED, DIMINISHED = {0, 4, 7}, {0, 3, 7}, {0, 4, 8}, {0, 3, 6}
DOMINANT, MAJOR_SEVENTH, MINOR_SEVENTH = MAJOR | {10}, MAJOR | {11}, MINOR | {10}
DEFINED = {
    "major": MAJOR,
    "minor": MINOR,
    "augmented": AUGMENTED,
    "diminished": DIMINISHED,
    "dominant": DOMINANT,
    "major-seventh": MAJOR_SEVENTH,
    "minor-seventh": MINOR_SEVENTH,
    "diminished-seventh": DIMINISHED | {9},
    "augmented-seventh": AUGMENTED | {10},
    "half-diminished": DIMINISHED | {10},
    "major-minor": MINOR | {11},
    "major-sixth": MAJOR | {9},
    "minor-sixth": MINOR | {9},
    "dominant-ninth": DOMINANT | {2},
    "major-ninth": MAJOR_SEVENTH | {2},
    "minor-ninth": MINOR_SEVENTH | {2},
    "dominant-11th": DOMINANT | {2, 5},
    "major-11th": MAJOR_SEVENTH | {2, 5},
    "minor-11th": MINOR_SEVENTH | {2, 5},
    "dominant-13th": DOMINANT | {2, 5, 9},
    "major-13th": MAJOR_SEVENTH | {2, 5, 9},
    "minor-13th": MINOR_SEVENTH | {2, 5, 9},
    "suspended-second": {0, 2, 7},
    "suspended-fourth": {0, 5, 7},
    "power": {0, 7},
    "other": {0},
}
# Of a dominant chord: what an added degree counts from.
ADDED = {1: 0, 2: 2, 3: 4, 4: 5, 5: 7, 6: 9, 7: 10, 9: 2, 11: 5, 13: 9}
# What the altered and subtracted degrees of KINDS are before.
UNALTERED = {3: 4, 5: 7, 7: 10, 9: 2, 11: 5}
# A thirteenth has an eleventh by definition; players leave it out, and so does QUALITIES.
WITHOUT_ELEVENTH = {
    *("13", "maj13", "13♭9", "13♯9", "13♭5", "13no5", "+13", "+maj13"),
}


def sounds(kind: str, degrees: tuple[Degree, ...]) -> set[int]:
    """Pitch classes above the root by the definitions alone."""
    heard = set(DEFINED[kind])
    for value, alter, what in degrees:
        if what == "add":
            heard.add((ADDED[value] + alter) % 12)
        else:
            heard.remove(UNALTERED[value])
            if what == "alter":
                heard.add((UNALTERED[value] + alter) % 12)
    return heard


def pitch_classes(quality: str) -> set[int]:
    return {interval_semitones(interval) % 12 for interval in QUALITIES[quality]}


def test_every_quality_has_a_kind():
    assert KINDS.keys() == QUALITIES.keys()


def test_the_intervals_of_kinds_are_those_of_the_schema():
    assert {
        kind: {interval_semitones(i) % 12 for i in intervals}
        for kind, intervals in KIND_INTERVALS.items()
    } == DEFINED


@pytest.mark.parametrize("quality", QUALITIES)
def test_a_kind_with_its_degrees_sounds_as_its_quality(quality):
    kind, degrees = KINDS[quality]
    eleventh = {5} if quality in WITHOUT_ELEVENTH else set()
    assert sounds(kind, degrees) == pitch_classes(quality) | eleventh


@pytest.mark.parametrize("quality", QUALITIES)
def test_a_quality_comes_back_from_its_kind(quality):
    kind, degrees = KINDS[quality]
    assert heard_kind(kind, degrees).quality == quality


@pytest.mark.parametrize("quality", QUALITIES)
def test_a_quality_comes_back_from_its_text_alone(quality):
    assert heard_kind("", text=quality).quality == quality


def test_kind_other_is_told_by_its_text():
    assert heard_kind("other", text="7alt").quality == "7♯5♯9"
    assert heard_kind("other").quality is None


def test_a_sign_is_the_quality_of_its_kind_alone():
    assert SIGNS.keys() == {kind.value for kind in KINDS.values()}
    assert {kind: heard_kind(kind).quality for kind in SIGNS} == SIGNS


def test_music21_has_the_same_sounds():
    from music21 import harmony

    known = set(DEFINED) - {"other"}
    for kind in sorted(known):
        symbol = harmony.ChordSymbol(root="C", kind=kind)
        assert {pitch.pitchClass for pitch in symbol.pitches} == DEFINED[kind], kind


@pytest.mark.parametrize(
    ("kind", "degrees", "text", "quality"),
    [
        # A ninth that was never there is altered, as Finale and Sibelius write it.
        ("dominant", [(9, -1, "alter")], "", "7♭9"),
        ("dominant", [(5, 1, "alter"), (9, -1, "alter")], "", "7♯5♭9"),
        ("dominant-ninth", [(9, -1, "alter")], "", "7♭9"),
        ("dominant-13th", [(9, -1, "alter")], "", "13♭9"),
        # Thirteenths have an eleventh in MusicXML, in practice they don't.
        ("dominant-13th", [], "13", "13"),
        ("major-13th", [], "", "maj13"),
        ("dominant-13th", [(11, 1, "alter")], "", "13♯11"),
        # Suspended chords in their many forms.
        ("suspended-fourth", [(7, 0, "add")], "7sus4", "7sus4"),
        ("dominant", [(4, 0, "add"), (3, 0, "subtract")], "7sus", "7sus4"),
        ("dominant-ninth", [(3, 0, "subtract"), (4, 0, "add")], "", "9sus4"),
        ("major", [(2, 0, "add"), (3, 0, "subtract")], "", "sus2"),
        ("minor-seventh", [(5, -1, "alter")], "m7b5", "ø7"),
        ("major", [(2, 0, "add")], "2", "add9"),
        ("major", [(9, 0, "add")], "", "add9"),
        ("major", [(6, 0, "add"), (9, 0, "add")], "", "6/9"),
        ("augmented", [(7, 0, "add")], "", "+7"),
        ("augmented", [(7, 1, "add")], "", "+maj7"),
        ("minor", [(7, 1, "add")], "", "mMaj7"),
        ("other", [(3, 0, "add"), (5, 0, "add"), (7, 0, "add")], "", "7"),
        ("Dominant ", [], "", "7"),
        ("", [], "min7", "m7"),
        ("", [], "", ""),
        ("Tristan", [], "ø7", "ø7"),
        ("dominant", [], "7b9", "7♭9"),
        ("major-seventh", [], "7", "maj7"),
        # Richer than what is known: the last degree goes.
        ("dominant", [(9, -1, "add"), (6, 1, "add")], "", "7♭9"),
        ("none", [], "N.C.", None),
        ("Neapolitan", [], "", None),
        ("", [], "xyz", None),
    ],
)
def test_other_programs_are_understood(kind, degrees, text, quality):
    assert heard_kind(kind, [Degree(*degree) for degree in degrees], text=text).quality == quality


@given(
    st.sampled_from(sorted(DEFINED)),
    st.lists(
        st.builds(
            Degree,
            st.integers(1, 13),
            st.integers(-3, 3),
            st.sampled_from(["add", "alter", "subtract", "", "?"]),
        ),
        max_size=6,
    ),
)
def test_any_degrees_are_read(kind, degrees):
    assert heard_kind(kind, degrees).quality in {*QUALITIES, None}
    if kind != "other":
        assert heard_kind(kind, degrees).quality is not None


def test_all_kinds_of_music21_that_are_chords_are_read_and_what_is_lost_is_known():
    from music21 import harmony

    no_chords = {"Neapolitan", "Italian", "French", "German", "pedal", "Tristan"}
    for kind in set(harmony.CHORD_TYPES) - no_chords:
        meant = {p.pitchClass for p in harmony.ChordSymbol(root="C", kind=kind).pitches}
        quality, complete = heard_kind(kind)
        found = pitch_classes(quality)
        if complete:
            assert meant - found <= {5}, kind
            assert found <= meant, kind
        else:
            assert found < meant, kind
    assert {kind: heard_kind(kind).quality for kind in no_chords} == dict.fromkeys(no_chords)


@pytest.mark.parametrize(
    ("kind", "degrees", "quality", "complete"),
    [
        # music21 writes Cm7b5 as Cm7 with an added flat fifth.
        ("minor-seventh", [(5, -1, "add")], "ø7", True),
        ("dominant", [(5, -1, "add")], "7♭5", True),
        ("major", [(5, 1, "add")], "+", True),
        ("dominant", [(11, 1, "add")], "7♯11", True),
        ("dominant", [(5, -1, "add"), (5, 1, "add")], "7♯5♯11", True),
        ("dominant", [(9, -1, "add"), (11, 1, "add")], "7♭9♯11", True),
        ("dominant", [(9, -1, "add"), (7, 1, "add")], "7♭9", False),
        ("dominant-13th", [], "13", True),
        ("augmented-11th", [], "+11", True),
    ],
)
def test_an_added_flat_fifth_replaces_the_fifth_and_what_is_left_out_is_told(
    kind, degrees, quality, complete
):
    heard = heard_kind(kind, [Degree(*degree) for degree in degrees])
    assert heard == HeardKind(quality, complete)


def test_no_more_degrees_are_asked_than_a_chord_can_have():
    endless = repeat(Degree(9, 0, "alter"))
    assert heard_kind("dominant-ninth", endless).quality == "9"
