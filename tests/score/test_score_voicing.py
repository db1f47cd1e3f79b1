"""Close voice leading: what may sound, what a hand can play, and that no cheaper way exists."""

from collections.abc import Sequence
from itertools import combinations, pairwise, permutations, product

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from shinko.score.voicing import ChordTones, Voicing
from shinko.score.voicing.close import CLOSE, UPPER_RANGE, candidates, standing_cost
from shinko.score.voicing.keyboard import BASS_RANGE, moving_cost
from shinko.score.voicing.tones import essential
from shinko.theory import QUALITIES, interval_semitones

C, C_SHARP, D, E_FLAT, E, F, F_SHARP, G, A_FLAT, A, B_FLAT, B = range(12)

# The lowest pitch on which an interval of 0..11 semitones still sounds clear.
# Source: Sweetwater, "Low Interval Limit" (its C3 is middle C, ours is C4).
LOW_INTERVAL_LIMITS = (0, 52, 51, 48, 47, 45, 35, 37, 41, 41, 41, 41)


def chord(root: int, quality: str = "", bass: int | None = None) -> ChordTones:
    tones = tuple((root + interval_semitones(i)) % 12 for i in QUALITIES[quality])
    return ChordTones(tones, root if bass is None else bass)


def total_cost(voicings: Sequence[Voicing]) -> float:
    """What the style makes least: all standing costs and all moving costs."""
    standing = sum(standing_cost(voicing) for voicing in voicings)
    return standing + sum(moving_cost(v, w) for v, w in pairwise(voicings))


def upper_motion(before: Voicing, after: Voicing) -> int:
    """Semitones that equally many voices move under the best of all pairings, crossing or not."""
    assert len(before.upper) == len(after.upper)
    return min(
        sum(abs(y - x) for x, y in zip(before.upper, order, strict=True))
        for order in permutations(after.upper)
    )


chords = st.builds(
    lambda root, quality, bass, inverted: chord(
        root, quality, bass if inverted is None else chord(root, quality)[0][inverted % 2]
    ),
    root=st.integers(0, 11),
    quality=st.sampled_from(sorted(QUALITIES)),
    bass=st.integers(0, 11),
    inverted=st.none() | st.integers(0, 1),
)


def test_common_tones_are_held_from_c_to_a_minor():
    c, a_minor = CLOSE.lead([chord(C), chord(A, "m")])
    assert set(c.upper) & set(a_minor.upper) == {60, 64}
    assert upper_motion(c, a_minor) == 2  # G to A


def test_c_f_g_c_moves_as_little_as_the_textbook():
    voicings = CLOSE.lead([chord(C), chord(F), chord(G), chord(C)])
    assert [voicing.upper for voicing in voicings] == [
        (60, 64, 67),  # C E G
        (60, 65, 69),  # C F A: C stays
        (59, 62, 67),  # B D G: against the bass, no fifths
        (60, 64, 67),  # C E G: G stays
    ]
    assert [upper_motion(v, w) for v, w in pairwise(voicings)] == [3, 6, 3]


def test_two_five_one_resolves_its_sevenths_by_step():
    voicings = CLOSE.lead([chord(C, "m7"), chord(F, "7"), chord(B_FLAT, "maj7")])
    assert [voicing.upper for voicing in voicings] == [
        (60, 63, 67, 70),  # C E♭ G B♭
        (60, 63, 65, 69),  # C E♭ F A: B♭, the seventh, falls to A
        (58, 62, 65, 69),  # B♭ D F A: E♭, the seventh, falls to D
    ]


def test_a_chord_with_a_third_in_the_bass_goes_on_by_step():
    basses = [v.bass for v in CLOSE.lead([chord(C), chord(G, bass=B), chord(A, "m")])]
    assert basses == [48, 47, 45]


def test_the_bass_climbs_a_scale_without_a_leap():
    scale = [(C, ""), (D, "m"), (E, "m"), (F, ""), (G, ""), (A, "m"), (B, "°"), (C, "")]
    basses = [v.bass for v in CLOSE.lead([chord(root, quality) for root, quality in scale])]
    assert [high - low for low, high in pairwise(basses)] == [2, 2, 1, 2, 2, 2, 1]


def test_neighbouring_triads_go_against_the_bass():
    four, five = CLOSE.lead([chord(F), chord(G)])
    assert five.bass - four.bass == 2
    assert all(y < x for x, y in zip(four.upper, five.upper, strict=True))


def test_the_same_chord_again_stays_where_it_is():
    first, second = CLOSE.lead([chord(E_FLAT, "7")] * 2)
    assert first == second


def test_no_chords_have_no_voicings():
    assert CLOSE.lead([]) == ()


@pytest.mark.parametrize(
    "progression",
    [
        [chord(C), chord(A, "m"), chord(F), chord(G)],
        [chord(F_SHARP, "m"), chord(D), chord(A), chord(E)],
        [chord(C), chord(D, "m"), chord(E, "m")],
        [chord(D, "m9"), chord(G, "13"), chord(C, "maj9")],
        [chord(C), chord(G, "7"), chord(C, "5"), chord(G, "7", bass=B)],
        [chord(B, "ø7"), chord(E, "7♭9"), chord(A, "m6")],
        [chord(C), chord(D, bass=C), chord(G, bass=B)],
    ],
)
def test_no_sequence_of_all_candidates_costs_less(progression):
    every_sequence = product(*(candidates(one) for one in progression))
    least = min(total_cost(sequence) for sequence in every_sequence)
    assert total_cost(CLOSE.lead(progression)) == least


def test_to_choose_chord_by_chord_would_cost_more():
    progression = [chord(C), chord(D, "m"), chord(E, "m"), chord(F)]
    greedy = [min(candidates(progression[0]), key=standing_cost)]
    for one in progression[1:]:
        greedy.append(
            min(candidates(one), key=lambda w: moving_cost(greedy[-1], w) + standing_cost(w))
        )
    assert total_cost(CLOSE.lead(progression)) < total_cost(greedy)


@given(chords)
def test_candidates_are_all_ways_to_play_these_tones_within_an_octave(one):
    upper_tones = {tuple(sorted(pitch % 12 for pitch in v.upper)) for v in candidates(one)}
    playable = [pitch for pitch in UPPER_RANGE if pitch % 12 in one.pitch_classes]
    everything = {
        (*pitches, bass)
        for size in {len(tones) for tones in upper_tones}
        for pitches in combinations(playable, size)
        for bass in BASS_RANGE
        if pitches[-1] - pitches[0] <= 12
        and tuple(sorted(pitch % 12 for pitch in pitches)) in upper_tones
        and bass % 12 == one.bass
    }
    assert {(*v.upper, v.bass) for v in candidates(one)} == everything


@given(st.lists(chords, min_size=1, max_size=12))
def test_only_chord_tones_sound_and_the_bass_is_the_chords_bass(progression):
    for one, voicing in zip(progression, CLOSE.lead(progression), strict=True):
        assert {pitch % 12 for pitch in voicing.upper} <= set(one.pitch_classes)
        assert voicing.bass % 12 == one.bass


@given(st.lists(chords, min_size=1, max_size=12))
def test_a_hand_can_play_it(progression):
    for voicing in CLOSE.lead(progression):
        assert 3 <= len(voicing.upper) <= 4
        assert list(voicing.upper) == sorted(set(voicing.upper))
        assert voicing.upper[-1] - voicing.upper[0] <= 12
        assert all(pitch in UPPER_RANGE for pitch in voicing.upper)
        assert voicing.bass in BASS_RANGE
        assert voicing.bass < voicing.upper[0]


@given(chords)
def test_no_candidate_is_muddy(one):
    for voicing in candidates(one):
        for low, high in combinations((voicing.bass, *voicing.upper), 2):
            assert high - low >= 12 or low >= LOW_INTERVAL_LIMITS[high - low]


@given(chords)
def test_up_to_four_tones_all_sound_in_the_right_hand(one):
    if len(one.pitch_classes) <= 4:
        for voicing in candidates(one):
            assert {pitch % 12 for pitch in voicing.upper} == set(one.pitch_classes)


@pytest.mark.parametrize("quality", [q for q in QUALITIES if len(QUALITIES[q]) > 4])
def test_large_chords_leave_out_no_more_than_fifth_and_ninth(quality):
    for voicing in candidates(chord(C, quality)):
        sounding = {pitch % 12 for pitch in (voicing.bass, *voicing.upper)}
        left_out = set(chord(C, quality).pitch_classes) - sounding
        # Of five and more that it needs, a hand holds four.
        needed = {interval_semitones(i) % 12 for i in essential(quality)}
        assert left_out <= {D, G} or (len(needed) == 4 and not left_out & needed)


@given(chords)
def test_third_and_seventh_always_sound(one):
    root = one.pitch_classes[0]
    third = 4 if (root + 4) % 12 in one.pitch_classes else 3
    third_and_seventh = {(root + interval) % 12 for interval in (third, 10, 11)}
    for voicing in candidates(one):
        sounding = {pitch % 12 for pitch in (voicing.bass, *voicing.upper)}
        assert third_and_seventh & set(one.pitch_classes) <= sounding


def test_a_ninth_chord_is_played_without_the_root_that_the_bass_has():
    (voicing,) = CLOSE.lead([chord(D, "m9")])
    assert voicing.bass % 12 == D
    assert {pitch % 12 for pitch in voicing.upper} == {F, A, C, E}


def test_a_power_chord_doubles_one_of_its_tones():
    (voicing,) = CLOSE.lead([chord(C, "5")])
    assert sorted(pitch % 12 for pitch in voicing.upper) in ([C, C, G], [C, G, G])


@given(chords, chords, st.data())
def test_motion_over_a_held_bass_is_that_of_the_best_pairing(one, other, data):
    before = data.draw(st.sampled_from(candidates(ChordTones(one.pitch_classes, one.bass))))
    after = data.draw(st.sampled_from(candidates(ChordTones(other.pitch_classes, one.bass))))
    assume(len(before.upper) == len(after.upper))
    # Fifths and octaves with the bass cost extra, so below lies a note that none of these tones
    # makes a fifth or an octave with.
    tones = {pitch % 12 for pitch in (*before.upper, *after.upper)}
    lonely = next((pc for pc in range(12) if not {pc, (pc + 7) % 12} & tones), None)
    assume(lonely is not None)
    v, w = Voicing(before.upper, 36 + lonely), Voicing(after.upper, 36 + lonely)
    assert moving_cost(v, w) == upper_motion(v, w)


def test_moving_cost_by_hand_where_voices_part():
    # C E G to B D F G: E parts into D and F (2 + 1), C moves 1, G stays; the bass falls by 5.
    assert moving_cost(Voicing((60, 64, 67), 48), Voicing((59, 62, 65, 67), 43)) == 1 + 2 + 1 + 2.5


def test_moving_cost_by_hand_of_consecutive_octaves_and_fifths():
    # C E G over C to D F A over D: 2 + 1 + 2, the bass 0.5 * 2, octaves C-D and fifths G-A 2 each.
    assert moving_cost(Voicing((60, 64, 67), 48), Voicing((62, 65, 69), 50)) == 5 + 1 + 4
    # The bass falling a seventh instead saves nothing: 0.5 * 10 in the place of 0.5 * 2.
    assert moving_cost(Voicing((60, 64, 67), 48), Voicing((62, 65, 69), 38)) == 5 + 5 + 4


def test_standing_cost_by_hand():
    # Top note B4, two from A4; bass C3, three from A2; no semitones between neighbours.
    assert standing_cost(Voicing((60, 64, 67, 71), 48)) == 0.25 * 2 + 0.25 * 3
    # Top note C5, three from A4; B and C rub, on top: 1 + 2.
    assert standing_cost(Voicing((64, 67, 71, 72), 45)) == 0.25 * 3 + 3
    # Below the top a semitone costs 1, and a tone nothing.
    assert standing_cost(Voicing((59, 60, 69), 45)) == 1
    assert standing_cost(Voicing((60, 62, 69), 45)) == 0
    assert standing_cost(Voicing((60, 67, 69), 45)) == 0
