"""Ukulele shapes: those that every songbook has, and what all others must keep to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shinko.score.ukulele import REACH, TUNING, fingering, reach, sounding, ukulele_shape
from shinko.score.voicing.fretboard import Barre, Fingering
from shinko.score.voicing.tones import Chord, essential
from shinko.theory import QUALITIES, parse_chord_name

# As common chord charts for G C E A have them, one shape each.
TEXTBOOK = """
    C 0003  Cm 0333  C7 0001  Cmaj7 0002  Cm7 3333  C6 0000  Csus2 0233  Csus4 0013  Cdim7 2323
    Caug 1003  C#7 1112  D 2220  Dm 2210  D7 2223  Dmaj7 2224  Dm7 2213  Dsus4 0230
    Eb 0331  Ebm 3321  Eb7 3334  E 1402  Em 0432  E7 1202  Em7 0202  Emaj7 1302
    F 2010  Fm 1013  Fm7 1313  F# 3121  F#m 2120  F#7 3424
    G 0232  Gm 0231  G7 0212  Gmaj7 0222  Gm7 0211  Gsus4 0233  G9 2212  Ab 5343  Ab7 1323
    A 2100  Am 2000  A7 0100  Amaj7 1100  Am7 0000  Asus4 2200  A9 0102
    Bb 3211  Bbm 3111  Bb7 1211  Bbmaj7 3210  Bbm7 1111  B 4322  Bm 4222  B7 2322  Bm7 2222
""".split()  # noqa: SIM905

chords = st.builds(
    Chord, st.integers(0, 11), st.sampled_from(sorted(QUALITIES)), st.integers(0, 11)
)


def chord(symbol: str) -> Chord:
    name = parse_chord_name(symbol)
    return Chord(name.root.pitch_class, name.quality, name.bass_note.pitch_class)


@pytest.mark.parametrize(
    ("symbol", "frets"),
    list(zip(TEXTBOOK[::2], TEXTBOOK[1::2], strict=True)),
    ids=TEXTBOOK[::2],
)
def test_common_chords_have_the_shapes_of_the_songbooks(symbol, frets):
    assert "".join(map(str, ukulele_shape(chord(symbol)))) == frets


def test_open_strings_sound_g_c_e_a():
    assert sounding((0, 0, 0, 0)) == TUNING == (67, 60, 64, 69)
    assert sounding((0, 0, 0, 3)) == (67, 60, 64, 72)


@given(chords)
def test_every_chord_has_a_shape_that_sounds_it_and_nothing_else(chord):
    frets = ukulele_shape(chord)
    heard = {pitch % 12 for pitch in sounding(frets)}
    tones = {chord.pitch_class(interval) for interval in QUALITIES[chord.quality]}
    needed = tones
    if len(QUALITIES[chord.quality]) > 4:
        needed = {chord.pitch_class(interval) for interval in essential(chord.quality)}
    allowed = tones | {chord.bass}
    if chord.quality in ("no5", "mno5"):  # two tones aren't to be had everywhere
        allowed |= {chord.pitch_class("5")}
    assert needed <= heard <= allowed
    assert reach(frets) <= REACH
    assert all(fret <= 10 for fret in frets)


@given(chords)
def test_one_finger_stops_a_string_but_for_the_index_fingers_barre(chord):
    frets = ukulele_shape(chord)
    fingers = fingering(frets).fingers
    assert [finger > 0 for finger in fingers] == [fret > 0 for fret in frets]
    stopped = sorted((finger, fret) for finger, fret in zip(fingers, frets, strict=True) if finger)
    assert [fret for _, fret in stopped] == sorted(fret for fret in frets if fret)
    alone = [finger for finger, _ in stopped if not (fingering(frets).barres and finger == 1)]
    assert len(alone) == len(set(alone))
    assert all(1 <= finger <= 4 for finger in alone)


def test_a_triad_over_a_foreign_bass_sounds_it():
    assert {pitch % 12 for pitch in sounding(ukulele_shape(chord("C/D")))} == {0, 2, 4, 7}


@pytest.mark.parametrize(
    ("frets", "fingers", "barres"),
    [
        ((0, 0, 0, 3), (0, 0, 0, 1), ()),
        ((0, 2, 3, 2), (0, 1, 3, 2), ()),
        ((2, 2, 2, 0), (1, 2, 3, 0), ()),  # a barre would stop the open string
        ((2, 2, 2, 3), (1, 1, 1, 2), (Barre(1, 2, (0, 2)),)),
        ((3, 2, 1, 1), (3, 2, 1, 1), (Barre(1, 1, (2, 3)),)),
        ((5, 3, 4, 3), (3, 1, 2, 1), (Barre(1, 3, (1, 3)),)),
        ((2, 3, 2, 3), (1, 3, 2, 4), ()),
        ((2, 2, 2, 4), (1, 1, 1, 3), (Barre(1, 2, (0, 2)),)),  # a finger for the fret between
    ],
)
def test_fingers_go_from_the_lowest_fret_on(frets, fingers, barres):
    assert fingering(frets) == Fingering(fingers, barres)
