"""All voicing styles: what may sound, that nothing else costs less, and what can't be voiced."""

from dataclasses import replace
from itertools import pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shinko.errors import ShinkoError
from shinko.score.voicing import (
    VOICINGS,
    ChordTones,
    Voicing,
    VoicingError,
    close,
    four_part,
    guitar,
    keyboard,
    part_motion,
    rootless,
    spread,
    styles,
    voice,
)
from shinko.score.voicing.lead import least_path
from shinko.score.voicing.tensions import TENSIONS
from shinko.score.voicing.tones import by_importance, essential
from shinko.theory import (
    QUALITIES,
    Key,
    RomanChord,
    interval_number,
    interval_semitones,
    parse_token,
)

C_MAJOR, A_MINOR = Key.parse("C"), Key.parse("Am")

# The degree and alteration of the twelve roots above C, and the range in which a style's upper
# notes lie, told in the words of its module.
ROOTS = [
    *((1, 0), (2, -1), (2, 0), (3, -1), (3, 0), (4, 0)),
    *((4, 1), (5, 0), (6, -1), (6, 0), (7, -1), (7, 0)),
]
RANGES = {
    "close": range(55, 78),
    "open": range(43, 82),
    "four-part": range(48, 80),
    "guitar": range(40, 77),
    "rootless": range(50, 75),
}


def tokens(text: str) -> list[RomanChord]:
    return [parse_token(token) for token in text.split()]


def every_chord(quality: str) -> list[RomanChord]:
    """All roots and inversions of a quality."""
    return [
        RomanChord(degree, alteration, quality, inversion)
        for degree, alteration in ROOTS
        for inversion in range(len(QUALITIES[quality]))
    ]


roman_chords = st.builds(
    lambda root, quality, inversion: RomanChord(
        *ROOTS[root], quality, inversion % len(QUALITIES[quality])
    ),
    root=st.integers(0, 11),
    quality=st.sampled_from(sorted(QUALITIES)),
    inversion=st.integers(0, 6),
)
slash_chords = st.sampled_from(
    [RomanChord(1, slash=2), RomanChord(4, slash=5), RomanChord(5, quality="7", slash=1)]
)
keys = st.sampled_from([C_MAJOR, A_MINOR, Key.parse("Eb"), Key.parse("F#m")])


def check(chord: RomanChord, key: Key, style: str, voicing: Voicing) -> None:
    """What holds for every chord in every style."""
    root = chord.root(key).pitch_class
    tensions = TENSIONS.get(chord.quality, ()) if style == "rootless" else ()
    added = {(root + interval_semitones(tension)) % 12 for tension in tensions}
    # A slash bass that isn't a chord tone may sound on a guitar's lowest string too.
    below = {chord.bass(key)} if style == "guitar" else set()
    heard = {pitch % 12 for pitch in voicing.upper}
    assert heard <= set(chord.pitch_classes(key)) | added | below
    assert all(pitch in RANGES[style] for pitch in voicing.upper)
    assert list(voicing.upper) == sorted(set(voicing.upper))
    assert voicing.bass % 12 == chord.bass(key)
    assert voicing.bass in (four_part.BASS if style == "four-part" else keyboard.BASS_RANGE)
    assert voicing.bass < voicing.upper[0]
    assert (voicing.frets is not None) == (style == "guitar")
    sounding = heard | {voicing.bass % 12}
    needed = [i for i in by_importance(chord.quality) if i in essential(chord.quality)]
    if style == "four-part" or (style != "guitar" and len(needed) > 4):
        needed = needed[: 2 if style == "four-part" else 4]
    for interval in needed:
        assert (root + interval_semitones(interval)) % 12 in sounding


@pytest.mark.parametrize("style", [style for style in VOICINGS if style != "guitar"])
@pytest.mark.parametrize("quality", QUALITIES)
def test_every_chord_of_every_quality_sounds_what_it_must_and_no_more(quality, style):
    chords = every_chord(quality)
    for key in (C_MAJOR, A_MINOR):
        chosen = styles.STYLES[style]
        for chord in chords:
            found = chosen.candidates(chosen.read(chord, key))
            assert found
            for voicing in found:
                check(chord, key, style, voicing)


@pytest.mark.parametrize("quality", QUALITIES)
def test_a_guitar_plays_every_quality_on_every_root(quality):
    for chord in every_chord(quality):
        if chord.inversion == 0:
            found = guitar.candidates(guitar.read_chord(chord, C_MAJOR))
            assert found
            for voicing in found:
                check(chord, C_MAJOR, "guitar", voicing)


@settings(deadline=None, max_examples=40)
@given(st.lists(roman_chords | slash_chords, min_size=1, max_size=5), keys)
def test_every_progression_in_every_style_sounds_its_chords(chords, key):
    for style in VOICINGS:
        voicings = voice(chords, key, style)
        assert len(voicings) == len(chords)
        for chord, voicing in zip(chords, voicings, strict=True):
            check(chord, key, style, voicing)


def standing(style: str, chord: object, voicing: Voicing) -> float:
    match style:
        case "close":
            return close.standing_cost(voicing)
        case "open":
            return spread.standing_cost(voicing)
        case "four-part":
            return four_part.standing_cost(chord, voicing)
        case "guitar":
            return guitar.standing_cost(chord, voicing)
    return rootless.standing_cost(voicing)


def moving(style: str, before: object, v: Voicing, after: object, w: Voicing) -> float:
    match style:
        case "four-part":
            return part_motion.moving_cost(before, v, after, w)
        case "guitar":
            return guitar.moving_cost(v, w)
    return keyboard.moving_cost(v, w)


@pytest.mark.parametrize("style", VOICINGS)
@pytest.mark.parametrize("progression", ["1 6 4", "27 57 1", "57/5 5 1", "46 57 66"])
def test_no_sequence_of_all_candidates_costs_less(style, progression):
    chords = tokens(progression)
    chosen = styles.STYLES[style]
    read = [chosen.read(chord, C_MAJOR) for chord in chords]
    found = [chosen.candidates(chord) for chord in read]
    alone = [
        {v: standing(style, chord, v) for v in options}
        for chord, options in zip(read, found, strict=True)
    ]
    moves = [
        {(v, w): moving(style, read[i], v, read[i + 1], w) for v in found[i] for w in found[i + 1]}
        for i in range(2)
    ]

    def cost(path: tuple[Voicing, ...]) -> float:
        steps = sum(moves[i][pair] for i, pair in enumerate(pairwise(path)))
        return steps + sum(alone[i][v] for i, v in enumerate(path))

    assert cost(voice(chords, C_MAJOR, style)) == min(map(cost, product(*found)))


@pytest.mark.parametrize("style", VOICINGS)
def test_costs_are_quarters_so_that_sums_are_exact(style):
    chosen = styles.STYLES[style]
    before, after = (chosen.read(chord, C_MAJOR) for chord in tokens("27 57/5"))
    costs = [
        *chosen.standing_costs(before),
        *(c for r in chosen.moving_costs(before, after) for c in r),
    ]
    assert all(cost >= 0 and (4 * cost).is_integer() for cost in costs)


def test_close_is_the_usual_style():
    chords = tokens("1 57/6 66 27 57 1")
    read = [ChordTones(c.pitch_classes(C_MAJOR), c.bass(C_MAJOR)) for c in chords]
    assert voice(chords, C_MAJOR) == close.CLOSE.lead(read)


def test_the_styles_stand_in_the_order_of_how_often_one_wants_them():
    assert list(VOICINGS) == ["close", "open", "four-part", "guitar", "rootless"]
    assert all(text and not text.endswith(".") for text in VOICINGS.values())


@pytest.mark.parametrize("style", VOICINGS)
def test_the_same_progression_sounds_the_same_again(style):
    chords = tokens("1 6 27 57 1 46 57/5 5")
    assert voice(chords, C_MAJOR, style) == voice(chords, C_MAJOR, style)


@pytest.mark.parametrize("style", VOICINGS)
def test_no_chords_have_no_voicings(style):
    assert voice([], C_MAJOR, style) == ()


def test_an_unknown_style_is_named_with_the_known_ones():
    with pytest.raises(
        VoicingError,
        match=r"^voicing 'bebop' is not known; choose one of: "
        r"close, open, four-part, guitar, rootless$",
    ):
        voice(tokens("1"), C_MAJOR, "bebop")


def test_a_chord_that_a_style_cannot_play_is_named_with_its_place(monkeypatch):
    stubborn = replace(
        styles.STYLES["guitar"],
        candidates=lambda chord: guitar.candidates(chord) if chord.quality != "7" else (),
    )
    monkeypatch.setitem(styles.STYLES, "guitar", stubborn)
    with pytest.raises(
        ShinkoError, match=r"^chord 2, G7/B: the guitar voicing can't play it; [^\n]*$"
    ):
        voice(tokens("1 565 1"), C_MAJOR, "guitar")


def test_of_equal_paths_the_first_candidates_are_taken():
    level = [[1.0, 1.0], [1.0, 1.0]]
    assert least_path([[0.0, 0.0]] * 3, [level, level]) == [0, 0, 0]


def test_a_dearer_start_that_pays_off_is_taken():
    # 0 then 5 costs 0 + 9; 1 then 1 costs 1 + 0: the second way.
    assert least_path([[0.0, 1.0], [0.0, 0.0]], [[[9.0, 9.0], [9.0, 0.0]]]) == [1, 1]


@pytest.mark.parametrize("quality", QUALITIES)
def test_what_makes_the_chord_is_important_and_the_fifth_is_not(quality):
    assert set(by_importance(quality)) == set(QUALITIES[quality])
    assert essential(quality) <= set(QUALITIES[quality])
    numbers = [interval_number(interval) for interval in by_importance(quality)]
    if quality not in ("5", "7no3", "maj7no3"):
        assert numbers[0] in (2, 3, 4)
        assert "5" not in essential(quality)
    altered = {interval for interval in QUALITIES[quality] if interval[0] in "♭♯𝄫"}
    assert altered <= essential(quality) or len(essential(quality)) == 4


def test_essential_tones_by_hand():
    assert essential("") == {"1", "3"}
    assert essential("5") == {"1", "5"}
    assert essential("13") == {"3", "♭7", "13"}
    assert essential("6/9") == {"3", "6", "9"}
    assert essential("7♯9") == {"3", "♭7", "♯9"}
    assert by_importance("m13") == ("♭3", "♭7", "13", "1", "11", "9", "5")
