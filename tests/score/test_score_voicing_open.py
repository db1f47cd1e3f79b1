"""Open position: a close chord with a note or two let fall, under two hands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shinko.score.voicing import ChordTones, Voicing, voice
from shinko.score.voicing.spread import candidates, standing_cost
from shinko.score.voicing.tones import LOW_INTERVAL_LIMITS
from shinko.theory import QUALITIES, Key, interval_semitones, parse_token


def chord(root: int, quality: str = "", bass: int | None = None) -> ChordTones:
    tones = tuple((root + interval_semitones(i)) % 12 for i in QUALITIES[quality])
    return ChordTones(tones, root if bass is None else bass)


chords = st.builds(
    chord,
    root=st.integers(0, 11),
    quality=st.sampled_from(sorted(QUALITIES)),
    bass=st.none() | st.integers(0, 11),
)


@pytest.mark.parametrize("quality", QUALITIES)
def test_every_chord_over_every_bass_can_be_opened(quality):
    for root in range(12):
        for bass in range(12):
            assert candidates(chord(root, quality, bass))


@given(chords)
def test_two_hands_play_it_with_the_bass(one):
    for voicing in candidates(one):
        left = [p for p in voicing.upper if voicing.upper[-1] - p > 12]
        right = [p for p in voicing.upper if voicing.upper[-1] - p <= 12]
        assert 1 <= len(left) <= 2
        assert len(right) >= 2
        assert left[-1] - voicing.bass <= 16


@given(chords)
def test_lifting_what_fell_gives_a_close_chord(one):
    for voicing in candidates(one):
        fallen = [p for p in voicing.upper if voicing.upper[-1] - p > 12]
        kept = [p for p in voicing.upper if voicing.upper[-1] - p <= 12]
        close = sorted([p + 12 for p in fallen] + kept)
        assert close[-1] - close[0] <= 12
        places = [len(close) - close.index(p + 12) for p in fallen]
        assert sorted(places) in ([2], [2, 4])


@given(chords)
def test_no_interval_is_muddy(one):
    for voicing in candidates(one):
        pitches = (voicing.bass, *voicing.upper)
        for place, low in enumerate(pitches):
            for high in pitches[place + 1 :]:
                assert high - low >= 12 or low >= LOW_INTERVAL_LIMITS[high - low]


def test_a_triad_spans_a_tenth_or_so():
    for voicing in voice([parse_token(t) for t in ("1", "6", "4", "5")], Key.parse("C"), "open"):
        assert 13 <= voicing.upper[-1] - voicing.upper[0] <= 21


def test_c_a_minor_f_g_hold_their_common_tones():
    voicings = voice([parse_token(t) for t in ("1", "6", "4", "5")], Key.parse("C"), "open")
    assert [voicing.upper for voicing in voicings] == [
        (55, 64, 72),  # G E C
        (57, 64, 72),  # A E C: G goes to A
        (57, 65, 72),  # A F C: E goes to F
        (55, 62, 71),  # G D B: all fall against the bass
    ]


def test_standing_cost_by_hand():
    # C5 on top of C3: nothing drifts, one note fell.
    assert standing_cost(Voicing((55, 64, 72), 48)) == 0
    # Top B4, one from C5; bass A2, three from C3; C3 and G3 fell: 1.
    assert standing_cost(Voicing((48, 55, 64, 71), 45)) == 0.25 + 0.75 + 1
    # C5 on top of C3, one note fell: E4 and F4 rub, 1; B4 and C5 on top, 1 + 2.
    assert standing_cost(Voicing((55, 64, 65, 72), 48)) == 1
    assert standing_cost(Voicing((55, 64, 71, 72), 48)) == 3
