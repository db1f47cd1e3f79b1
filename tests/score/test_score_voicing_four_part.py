"""Part writing: ranges, spacing, doublings, no parallels, and notes that go where they must."""

import random
from itertools import combinations, pairwise

import pytest

from shinko.score.voicing import Voicing, voice
from shinko.score.voicing.four_part import PartChord, candidates, read_part_chord, standing_cost
from shinko.score.voicing.part_motion import moving_cost, moving_costs
from shinko.score.voicing.tones import Chord
from shinko.theory import QUALITIES, Key, RomanChord, interval_number, parse_roman, parse_token

C, D, E, F, G, A, B = 0, 2, 4, 5, 7, 9, 11
DIATONIC = "1 2 3 4 5 6 7 16 26 46 56 66 76 164 464 564 27 57 47 67 77 565 543 57/5 57/2 57/6 5/5"
KEYS = [Key.parse(name) for name in ("C", "Am", "Eb", "F#m")]


def progressions(count: int, length: int) -> list[list[RomanChord]]:
    rng = random.Random(20)
    return [
        [parse_token(rng.choice(DIATONIC.split())) for _ in range(length)] for _ in range(count)
    ]


def voices(voicing: Voicing) -> tuple[int, ...]:
    return (voicing.bass, *voicing.upper)


def parallels(v: Voicing, w: Voicing) -> int:
    """Pairs of voices that both move from a fifth or octave into another one."""
    return sum(
        (b - a) % 12 == (y - x) % 12
        for (a, x), (b, y) in combinations(zip(voices(v), voices(w), strict=True), 2)
        if (b - a) % 12 in (0, 7) and a != x and b != y
    )


@pytest.mark.parametrize("key", KEYS, ids=str)
def test_random_diatonic_progressions_have_no_parallel_fifths_or_octaves(key):
    for chords in progressions(40, 16):
        for v, w in pairwise(voice(chords, key, "four-part")):
            assert parallels(v, w) == 0


def test_random_chords_of_all_qualities_have_no_parallel_fifths_or_octaves():
    rng = random.Random(5)
    for _ in range(30):
        chords = [
            RomanChord(rng.randint(1, 7), rng.choice((-1, 0, 0)), quality, rng.choice((0, 0, 1)))
            for quality in rng.choices(sorted(QUALITIES), k=8)
        ]
        for v, w in pairwise(voice(chords, KEYS[0], "four-part")):
            assert parallels(v, w) == 0


@pytest.mark.parametrize("quality", QUALITIES)
def test_every_candidate_keeps_to_ranges_and_spacing(quality):
    for root in range(12):
        for bass in range(12):
            for voicing in candidates(PartChord(Chord(root, quality, bass), None)):
                tenor, alto, soprano = voicing.upper
                assert 40 <= voicing.bass <= 60
                assert 48 <= tenor <= 67
                assert 55 <= alto <= 72
                assert 60 <= soprano <= 79
                assert voicing.bass < tenor < alto < soprano
                assert max(soprano - alto, alto - tenor) <= 12


def test_neither_leading_tone_nor_seventh_is_doubled():
    for key in KEYS:
        for token in DIATONIC.split():
            part = read_part_chord(parse_token(token), key)
            single = {part.leading} | {
                part.chord.pitch_class(interval)
                for interval in QUALITIES[part.chord.quality]
                if interval_number(interval) == 7
            }
            for voicing in candidates(part):
                sung = [pitch % 12 for pitch in voices(voicing)]
                assert all(sung.count(tone) <= 1 for tone in single)


def test_leading_tones_rise_and_sevenths_fall_where_they_can():
    """In the upper voices; the chords fix the bass.

    A seventh can't fall where it would double a leading tone that the bass has. The rest is for
    what the parallels forbid.
    """
    led = resolved = sevenths = fallen = 0
    for chords in progressions(40, 16):
        for (one, v), (two, w) in pairwise(
            zip(chords, voice(chords, KEYS[0], "four-part"), strict=True)
        ):
            part, following = read_part_chord(one, KEYS[0]), two.pitch_classes(KEYS[0])
            ahead = read_part_chord(two, KEYS[0]).leading
            free = set(following) - ({ahead} if ahead == w.bass % 12 else set())
            seventh = [part.chord.pitch_class(i) for i in one.intervals if interval_number(i) == 7]
            for before, after in zip(v.upper, w.upper, strict=True):
                tone = before % 12
                if tone in following:
                    continue
                if tone == part.leading and (tone + 1) % 12 in following:
                    led, resolved = led + 1, resolved + (after - before == 1)
                if tone in seventh and {(tone - 1) % 12, (tone - 2) % 12} & free:
                    sevenths, fallen = sevenths + 1, fallen + (after - before in (-1, -2))
    assert led > 50
    assert sevenths > 50
    assert resolved >= 0.99 * led
    assert fallen >= 0.97 * sevenths


def test_a_cadence_by_the_book():
    chords = [parse_roman(text) for text in ("I", "IV", "V7", "I")]
    voicings = voice(chords, KEYS[0], "four-part")
    assert all(parallels(v, w) == 0 for v, w in pairwise(voicings))
    seven, one = voicings[2:]
    motions = {v % 12: w % 12 for v, w in zip(seven.upper, one.upper, strict=True)}
    assert motions[B] == C
    assert motions[F] == E


@pytest.mark.parametrize(
    ("text", "key", "leading"),
    [
        ("V", "C", B),
        ("V7", "C", B),
        ("V", "Am", 8),
        ("V7/V", "C", 6),
        ("V/vi", "C", 8),
        ("vii°", "C", B),
        ("viiø7", "C", B),
        ("vii°7/V", "C", 6),
        ("♯iv°7", "C", 6),
        ("iiø7", "Am", None),
        ("I", "C", None),
        ("iii", "C", None),
        ("v", "Am", None),
    ],
)
def test_the_leading_tone_of_a_chord(text, key, leading):
    assert read_part_chord(parse_roman(text), Key.parse(key)).leading == leading


def test_a_seventh_chord_may_give_up_its_fifth_for_another_root():
    sung = {
        tuple(sorted(pitch % 12 for pitch in voices(voicing)))
        for voicing in candidates(PartChord(Chord(G, "7", G), B))
    }
    assert sung == {(D, F, G, B), (F, G, G, B)}


def test_a_ninth_chord_gives_up_its_fifth():
    (sung,) = {
        tuple(sorted(pitch % 12 for pitch in voices(voicing)))
        for voicing in candidates(PartChord(Chord(D, "m9", D), None))
    }
    assert sung == (C, D, E, F)


def test_a_diminished_triad_doubles_its_third_rather_than_its_fifth():
    part = PartChord(Chord(B, "°", D), B)
    cheapest = min(candidates(part), key=lambda voicing: standing_cost(part, voicing))
    assert sorted(pitch % 12 for pitch in voices(cheapest)) == [D, D, F, B]


def test_standing_cost_by_hand():
    c = PartChord(Chord(C, "", C), None)
    # Root doubled; soprano G4, two from A4.
    assert standing_cost(c, Voicing((60, 64, 67), 48)) == 0.5
    # Fifth doubled 0.5, soprano two from A4 0.5.
    assert standing_cost(c, Voicing((55, 64, 67), 48)) == 0.5 + 0.5
    # Fifth left out 3, soprano C5, three from A4.
    assert standing_cost(c, Voicing((60, 64, 72), 48)) == 3 + 0.75


def test_standing_cost_by_hand_of_a_minor_second():
    seventh = PartChord(Chord(C, "maj7", C), None)
    # Without its fifth 1, soprano E4, five from A4; B3 and C4 rub, 1.
    assert standing_cost(seventh, Voicing((59, 60, 64), 48)) == 1 + 1.25 + 1
    # A bass a semitone below the tenor is no neighbour's: B3, eleven from C3; soprano G4, two.
    over_b = PartChord(Chord(C, "maj7", B), None)
    assert standing_cost(over_b, Voicing((60, 64, 67), 59)) == 2.75 + 0.5
    # A tone is no minor second: B♭3 and C4.
    dominant = PartChord(Chord(C, "7", C), None)
    assert standing_cost(dominant, Voicing((58, 60, 64), 48)) == 1 + 1.25


def test_moving_cost_by_hand():
    g, c = PartChord(Chord(G, "7", G), B), PartChord(Chord(C, "", C), None)
    dominant = Voicing((59, 62, 65), 43)  # B D F over G
    # C C E over C: B rises 1, D falls 2, F falls 1, the bass rises 5 * 0.5.
    assert moving_cost(g, dominant, c, Voicing((60, 60, 64), 48)) == 1 + 2 + 1 + 2.5
    # G C E over C: B leaps to G, 4 + 12 for not rising, D falls 2, F falls 1.
    assert moving_cost(g, dominant, c, Voicing((55, 60, 64), 48)) == 4 + 12 + 2 + 1 + 2.5


def test_moving_cost_by_hand_of_parallels():
    c, d = PartChord(Chord(C, "", C), None), PartChord(Chord(D, "m", D), None)
    # C E G over C, all up a tone: octaves and fifths with the bass, fifths of tenor and soprano;
    # nobody goes beyond where a neighbour was.
    parallel = moving_cost(c, Voicing((60, 64, 67), 48), d, Voicing((62, 65, 69), 50))
    assert parallel == 3_000_000 + 5 + 1


def test_moving_cost_by_hand_of_a_hidden_fifth():
    g, a = PartChord(Chord(G, "", G), None), PartChord(Chord(A, "m", A), None)
    # D G B over G to A C E over A: each upper voice moves by a fourth, the bass by a tone. Bass
    # and soprano both rise, into a fifth: 2. The alto's C5 lies above the soprano's B4: 1.
    hidden = moving_cost(g, Voicing((62, 67, 71), 43), a, Voicing((57, 72, 76), 45))
    assert hidden == 3 * 5 + 1 + 2 + 1
    # The same with the bass falling: no longer hidden, 0.5 * 10 for the bass.
    open_fifth = moving_cost(g, Voicing((62, 67, 71), 55), a, Voicing((57, 72, 76), 45))
    assert open_fifth == 3 * 5 + 5 + 1


def test_moving_cost_by_hand_of_an_augmented_second():
    a_minor = Key.parse("Am")
    f, e = (read_part_chord(parse_roman(text), a_minor) for text in ("♭VI", "V"))
    # F C A over F to G♯ E B over E: F rises 3, an augmented second: 12; C 4, A 2; the bass 0.5.
    # The alto's E4 stays below A4, the tenor's G♯3 below C4.
    step = moving_cost(f, Voicing((53, 60, 69), 41), e, Voicing((56, 64, 71), 40))
    assert step == 3 + 12 + 4 + 2 + 0.5
    # The other way, from G♯ down to F, as much; G♯, the leading tone, doesn't rise: 12.
    back = moving_cost(e, Voicing((56, 64, 71), 40), f, Voicing((53, 60, 69), 41))
    assert back == 3 + 12 + 4 + 2 + 0.5 + 12


def test_moving_cost_by_hand_of_as_many_semitones_spelled_as_a_third():
    # G♯ E B over E to B D G over G: G♯ to B is a third, 3; E 2, B 4; the bass 3 * 0.5.
    e, g = (read_part_chord(parse_roman(text), KEYS[0]) for text in ("V/vi", "V"))
    third = moving_cost(e, Voicing((56, 64, 71), 40), g, Voicing((59, 62, 67), 43))
    assert third == 3 + 2 + 4 + 1.5


def test_moving_cost_by_hand_of_a_tritone_in_the_bass():
    f, g = (read_part_chord(parse_roman(text), KEYS[0]) for text in ("IV", "V6"))
    upper = (60, 65, 69), (62, 67, 67)
    # F up to B is an augmented fourth: 12; F down to B a diminished fifth, which is no wider.
    up = moving_cost(f, Voicing(upper[0], 41), g, Voicing(upper[1], 47))
    down = moving_cost(f, Voicing(upper[0], 53), g, Voicing(upper[1], 47))
    assert up - down == 12


@pytest.mark.parametrize("key", ["Am", "Em", "Dm", "F#m", "Cm", "Bbm", "G#m"])
@pytest.mark.parametrize(
    "text", ["i ♭VI V i", "i iv V i", "i ♭VI V7 i", "i iiø7 V7 i", "i iv6 V i", "i ♭VI V6 i"]
)
def test_no_voice_steps_from_the_sixth_degree_to_the_raised_seventh_in_minor(text, key):
    tonic = Key.parse(key)
    sixth = (tonic.tonic_pitch_class + 8) % 12
    chords = [parse_roman(symbol) for symbol in text.split()]
    for v, w in pairwise(voice(chords, tonic, "four-part")):
        for before, after in zip(voices(v), voices(w), strict=True):
            assert before % 12 != sixth or after - before != 3


def test_costs_in_rows_are_those_pair_by_pair():
    before, after = (read_part_chord(parse_token(t), KEYS[0]) for t in ("57/5", "565"))
    rows = moving_costs(before, after)
    assert [
        [moving_cost(before, v, after, w) for v in candidates(before)] for w in candidates(after)
    ] == [list(row) for row in rows]
