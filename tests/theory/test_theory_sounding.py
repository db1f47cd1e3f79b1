"""Which chord sounds: every quality is its own name, the bass decides, and costs by hand."""

import math

import pytest

from shinko.theory import QUALITIES, interval_semitones
from shinko.theory.qualities import WRITTEN
from shinko.theory.sounding import (
    BASS,
    BASS_OUTSIDE,
    BREADTH,
    ENOUGH_BEATS,
    MISSING_FIFTH,
    RARITY,
    SoundingChord,
    cheapest_chord,
)

# Qualities that are looked for in notes.
HEARD = [quality for quality in QUALITIES if quality not in WRITTEN]

# Names for the same notes: (one, other, semitones from the one's root up to the other's). The
# name is taken whose root is the bass; so each comes back as itself in root position.
SAME_NOTES = [
    ("6", "m7", 9),
    ("m6", "ø7", 9),
    ("sus2", "sus4", 7),
    ("°7", "°7", 3),
    ("+", "+", 4),
]


def pitch_classes(quality: str, root: int = 0) -> frozenset[int]:
    return frozenset((root + interval_semitones(i)) % 12 for i in QUALITIES[quality])


def cost_and_chord(heard: dict[int, float], bass: int = 0, beats: float = 4.0):
    """Of pitch classes by the beats that they sound for."""
    return cheapest_chord([heard.get(pitch, 0.0) for pitch in range(12)], bass, beats=beats)


def heard(quality: str, *, bass: int = 0, beats: float = 4.0) -> SoundingChord:
    found = cost_and_chord(dict.fromkeys(pitch_classes(quality) | {bass}, beats), bass, beats)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("quality", HEARD)
@pytest.mark.parametrize("beats", [2.0, 4.0, 8.0])
def test_each_quality_in_root_position_is_its_own_name(quality, beats):
    assert heard(quality, beats=beats) == SoundingChord(0, quality, 0)


@pytest.mark.parametrize("quality", HEARD)
def test_each_inversion_has_the_notes_and_the_bass_that_sound(quality):
    for bass in pitch_classes(quality):
        found = heard(quality, bass=bass)
        assert pitch_classes(found.quality, found.root) | {found.bass} == pitch_classes(quality)
        assert found.bass == bass


@pytest.mark.parametrize(("one", "other", "above"), SAME_NOTES)
def test_of_two_names_for_the_same_notes_the_bass_chooses(one, other, above):
    assert pitch_classes(one) == pitch_classes(other, above)
    assert heard(one) == SoundingChord(0, one, 0)
    assert heard(one, bass=above) == SoundingChord(above, other, above)


def test_a_triad_in_inversion_keeps_its_root():
    assert heard("", bass=4) == SoundingChord(0, "", 4)
    assert heard("m", bass=7) == SoundingChord(0, "m", 7)
    assert str(heard("", bass=4).name) == "C/E"


def test_a_bass_outside_the_chord_is_told():
    assert str(heard("", bass=10).name) in ("C7/B♭", "C/B♭")
    assert str(heard("m", bass=8).name) == "A♭maj7"  # A♭ C E♭ G


def test_a_missing_fifth_is_tolerated():
    assert cost_and_chord({0: 4.0, 4: 4.0, 10: 4.0})[1] == SoundingChord(0, "7", 0)


def test_silence_is_no_chord():
    assert cost_and_chord({}) is None


def test_something_faint_is_more_than_silence():
    # 0.1 of 4 beats is below 40 % of enough, which is 0.12 of them.
    assert cost_and_chord({2: 0.1}, bass=2)[1].root == 2


def test_of_more_than_seven_tones_the_faintest_is_no_root():
    loud = dict.fromkeys((0, 4, 7), 4.0)
    assert cost_and_chord({**loud, 9: 1.0}, bass=9)[1] == SoundingChord(9, "m7", 9)
    crowd = {**loud, **dict.fromkeys((1, 2, 3, 5), 1.1)}
    assert cost_and_chord({**crowd, 9: 1.0}, bass=9)[1] == SoundingChord(0, "", 9)


def test_a_triad_alone_costs_nothing_and_its_bass_what_the_table_says():
    triad = {0: 4.0, 4: 4.0, 7: 4.0}
    assert cost_and_chord(triad) == (0.0, SoundingChord(0, "", 0))
    assert cost_and_chord(triad, bass=4)[0] == pytest.approx(BASS[3])


def test_a_seventh_costs_its_rarity_and_that_four_tones_fit_more():
    # Four tones of 4 beats each, none of them missing.
    cost, chord = cost_and_chord({0: 4.0, 4: 4.0, 7: 4.0, 10: 4.0})
    assert chord == SoundingChord(0, "7", 0)
    assert cost == pytest.approx(16 * BREADTH * math.log(4 / 3) + RARITY["7"])


def test_a_fifth_that_is_half_as_long_as_enough_costs_half_of_a_missing_one():
    # Enough of 8 beats are 0.5, as 0.12 of them would be more.
    cost, chord = cost_and_chord({0: 8.0, 3: 8.0, 7: ENOUGH_BEATS / 2}, beats=8.0)
    assert chord == SoundingChord(0, "m", 0)
    assert cost == pytest.approx(MISSING_FIFTH / 2)


def test_a_bass_outside_the_chord_is_not_paid_for_twice():
    # E♭ minor over an E of half a beat: the bass's cost alone, and the breadth of four tones.
    cost, chord = cost_and_chord({3: 4.0, 6: 4.0, 10: 4.0, 4: 0.5}, bass=4)
    assert chord == SoundingChord(3, "m", 4)
    assert cost == pytest.approx(BASS_OUTSIDE + 12.5 * BREADTH * math.log(4 / 3))


def test_roots_are_spelled_as_usual():
    spelled = [str(SoundingChord(root, "", root).name) for root in range(12)]
    assert spelled == ["C", "D♭", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B"]


def test_a_bass_is_spelled_as_the_tone_of_the_chord_that_it_is():
    assert str(SoundingChord(9, "7", 1).name) == "A7/C♯"
    assert str(SoundingChord(0, "", 1).name) == "C/D♭"
