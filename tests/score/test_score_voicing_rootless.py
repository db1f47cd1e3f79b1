"""Rootless voicings: types A and B, and tensions that the chord and the key allow."""

import pytest

from shinko.score.voicing import voice
from shinko.score.voicing.rootless import (
    JazzChord,
    candidates,
    rootless_intervals,
    standing_cost,
)
from shinko.score.voicing.tensions import TENSIONS, available
from shinko.score.voicing.tones import Chord, Voicing, essential
from shinko.theory import (
    QUALITIES,
    Key,
    interval_number,
    interval_semitones,
    parse_roman,
    parse_token,
)

C_MAJOR_SCALE = frozenset({0, 2, 4, 5, 7, 9, 11})
A_MINOR_SCALE = C_MAJOR_SCALE  # natural minor
C, D, E, F, G, A, B = 0, 2, 4, 5, 7, 9, 11


def places(root: int, quality: str) -> str:
    chord = Chord(root, quality, root)
    return "-".join(rootless_intervals(JazzChord(chord, available(chord, C_MAJOR_SCALE))))


def test_two_five_one_alternates_types_and_moves_two_notes_at_a_time():
    chords = [parse_roman(text) for text in ("ii7", "V7", "Imaj7")]
    voicings = voice(chords, Key.parse("C"), "rootless")
    names = [[pitch % 12 for pitch in voicing.upper] for voicing in voicings]
    assert names in (
        [[F, A, C, E], [F, A, B, E], [E, G, B, D]],  # A B A
        [[C, E, F, A], [B, E, F, A], [B, D, E, G]],  # B A B
    )
    assert [voicing.bass % 12 for voicing in voicings] == [D, G, C]


@pytest.mark.parametrize(
    ("root", "quality", "expected"),
    [
        (C, "maj7", "3-5-7-9"),
        (D, "m7", "♭3-5-♭7-9"),
        (G, "7", "3-13-♭7-9"),
        (G, "9", "3-13-♭7-9"),
        (E, "m7", "♭3-5-♭7-1"),  # F♯, its ninth, is foreign to C major
        (E, "7", "3-♭13-♭7-♭9"),  # V7 of A minor: C and F
        (A, "7", "3-♭13-♭7-9"),  # V7 of D minor in C major: F and B
        (B, "ø7", "♭3-♭5-♭7-1"),
        (G, "7♭9", "3-13-♭7-♭9"),
        (G, "7♯5♯9", "3-♯5-♭7-♯9"),
        (G, "13♯11", "3-♯11-13-♭7"),
        (C, "", "3-5-6-9"),
        (A, "m", "♭3-5-9"),
        (E, "m", ""),
        (B, "°", ""),
        (C, "5", ""),
        (B, "°7", ""),
    ],
)
def test_what_stands_in_each_place_in_c_major(root, quality, expected):
    assert places(root, quality) == expected


@pytest.mark.parametrize("quality", QUALITIES)
def test_type_a_has_the_third_at_the_bottom_and_type_b_the_seventh(quality):
    for root in range(12):
        chord = Chord(root, quality, root)
        jazz = JazzChord(chord, available(chord, C_MAJOR_SCALE))
        intervals = rootless_intervals(jazz)
        if len(intervals) == 4:
            bottoms = {voicing.upper[0] % 12 for voicing in candidates(jazz)}
            assert bottoms == {chord.pitch_class(intervals[0]), chord.pitch_class(intervals[2])}
            assert essential(quality) - {"1"} <= set(intervals)


@pytest.mark.parametrize("quality", QUALITIES)
def test_an_inverted_chord_keeps_its_root(quality):
    for interval in QUALITIES[quality][1:]:
        bass = interval_semitones(interval) % 12
        for voicing in candidates(JazzChord(Chord(0, quality, bass), ())):
            assert len(QUALITIES[quality]) > 4 or 0 in {pitch % 12 for pitch in voicing.upper}


def test_the_dominant_of_minor_takes_the_flat_ninth_and_the_flat_thirteenth():
    (voicing,) = voice([parse_roman("V7")], Key.parse("Am"), "rootless")
    assert {pitch % 12 for pitch in voicing.upper} == {8, C, D, F}


def test_a_triad_with_no_tension_in_the_key_is_played_whole():
    (voicing,) = voice([parse_token("3")], Key.parse("C"), "rootless")
    assert {pitch % 12 for pitch in voicing.upper} == {E, G, B}


@pytest.mark.parametrize("quality", TENSIONS)
def test_tensions_are_no_chord_tones_and_rub_with_none(quality):
    sounds = {interval_semitones(interval) % 12 for interval in QUALITIES[quality]}
    dominant = {"♭7"} <= set(QUALITIES[quality])
    for tension in TENSIONS[quality]:
        assert interval_semitones(tension) % 12 not in sounds
        assert dominant or (interval_semitones(tension) - 1) % 12 not in sounds


@pytest.mark.parametrize("quality", TENSIONS)
def test_an_altered_tone_bars_others_of_its_number(quality):
    numbers = {interval_number(i) for i in QUALITIES[quality] if interval_number(i) > 7}
    assert not numbers & {interval_number(tension) for tension in TENSIONS[quality]}


def test_standing_cost_by_hand():
    # G4 on top, A2 below: nothing drifts. A4 on top of C3: two from G4, three from A2.
    assert standing_cost(Voicing((57, 60, 64, 67), 45)) == 0
    assert standing_cost(Voicing((59, 62, 65, 69), 48)) == 0.25 * 2 + 0.25 * 3
    # F♯ and G rub on top: 3. A tone there, or a semitone below, costs nothing.
    assert standing_cost(Voicing((57, 60, 66, 67), 45)) == 3
    assert standing_cost(Voicing((57, 60, 65, 67), 45)) == 0
    assert standing_cost(Voicing((59, 60, 64, 67), 45)) == 0
