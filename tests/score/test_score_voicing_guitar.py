"""Guitar shapes: the well-known ones come first, and four fingers can stop every one of them."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shinko.score.voicing import TUNING, VoicingError, fingering, voice
from shinko.score.voicing.guitar import candidates, moving_cost
from shinko.score.voicing.shapes import shape_cost, shapes_of
from shinko.score.voicing.tones import Chord, Voicing, essential
from shinko.theory import QUALITIES, ChordName, Key, Note, parse_chord_name, parse_token

Frets = tuple[int | None, ...]

# What chord books show first, low E first; of two, either is well known.
# Source: the open chords and barre chords that every method begins with.
WELL_KNOWN = {
    "C": "x32010",
    "D": "xx0232",
    "E": "022100",
    "F": "133211 xx3211",
    "G": "320003 320033",
    "A": "x02220",
    "B": "x24442",
    "B♭": "x13331",
    "Am": "x02210",
    "Bm": "x24432",
    "Cm": "x35543",
    "C♯m": "x46654",
    "Dm": "xx0231",
    "Em": "022000",
    "Fm": "133111",
    "F♯m": "244222",
    "Gm": "355333",
    "A7": "x02020",
    "B7": "x21202",
    "C7": "x32310",
    "D7": "xx0212",
    "E7": "020100",
    "F7": "131211",
    "G7": "320001",
    "Am7": "x02010",
    "Bm7": "x20202 x24232",
    "Dm7": "xx0211",
    "Em7": "020000 022030",
    "F♯m7": "242222",
    "Cmaj7": "x32000",
    "Dmaj7": "xx0222",
    "Emaj7": "021100",
    "Fmaj7": "xx3210",
    "Gmaj7": "320002",
    "Amaj7": "x02120",
    "Asus2": "x02200",
    "Asus4": "x02230",
    "Dsus2": "xx0230",
    "Dsus4": "xx0233",
    "Esus4": "022200",
    "D7sus4": "xx0213",
    "A6": "x02222",
    "Am6": "x02212",
    "C+": "x32110",
    "E5": "022xxx",
    "A5": "x022xx",
    "F5": "133xxx",
    "C5": "x355xx",
    "C/E": "032010",
    "C/G": "332010",
    "D/F♯": "200232",
    "G/B": "x20003 x20033",
    "Am/G": "302210",
    "C/D": "xx0010",
}


def read(text: str) -> Frets:
    return tuple(None if sign == "x" else int(sign, 16) for sign in text)


def fingers_needed(frets: Frets) -> int:
    """The fewest fingers, by trying every barre at every fret: told apart from the package."""
    stopped = sorted({fret for fret in frets if fret})
    total = 0
    for fret in stopped:
        strings = [s for s in range(6) if frets[s] == fret]
        fewest = len(strings)
        for first in range(6):
            if any(f is not None and f < fret for f in frets[first:]):
                continue  # the finger would damp or raise what sounds there
            for last in range(first + 1, 6):
                across = frets[first : last + 1]
                if fret == stopped[0]:
                    allowed = None not in across
                else:
                    allowed = last - first <= 2 and set(across) == {fret}
                if allowed:
                    held = sum(first <= s <= last for s in strings)
                    fewest = min(fewest, len(strings) - held + 1)
        total += fewest
    return total


def check_playable(frets: Frets) -> None:
    stopped = [fret for fret in frets if fret]
    assert len(frets) == 6
    assert all(0 <= fret <= 12 for fret in stopped)
    assert not stopped or max(stopped) - min(stopped) <= 3
    assert fingers_needed(frets) <= 4
    played = [string for string in range(6) if frets[string] is not None]
    assert played[-1] - played[0] + 1 - len(played) <= 1


names = st.builds(
    lambda place, quality, bass: ChordName(
        Note.from_fifths(place), quality, None if bass is None else Note.from_fifths(bass)
    ),
    place=st.integers(-5, 6),
    quality=st.sampled_from(sorted(QUALITIES)),
    bass=st.none() | st.integers(-5, 6),
)


def chord_of(name: ChordName) -> Chord:
    return Chord(name.root.pitch_class, name.quality, name.bass_note.pitch_class)


@pytest.mark.parametrize("name", WELL_KNOWN)
def test_the_first_shape_is_a_well_known_one(name):
    assert shapes_of(chord_of(parse_chord_name(name)))[0] in map(read, WELL_KNOWN[name].split())


@settings(deadline=None, max_examples=60)
@given(names)
def test_every_shape_is_playable_and_sounds_the_chord_over_its_bass(name):
    tones, bass = set(name.pitch_classes), name.bass_note.pitch_class
    chord = chord_of(name)
    needed = {chord.pitch_class(interval) for interval in essential(name.quality)}
    shapes = shapes_of(chord_of(name))
    assert shapes
    for frets in shapes:
        check_playable(frets)
        lowest, *higher = (
            (pitch + fret) % 12
            for pitch, fret in zip(TUNING, frets, strict=True)
            if fret is not None
        )
        assert lowest == bass
        assert set(higher) <= tones
        assert needed <= {lowest, *higher}


@settings(deadline=None, max_examples=60)
@given(names)
def test_every_shape_has_a_fingering_that_stops_it(name):
    for frets in shapes_of(chord_of(name))[:40]:
        found = fingering(frets)
        for fret, finger in zip(frets, found.fingers, strict=True):
            assert (finger or 0) == 0 if not fret else 1 <= finger <= 4
            assert (finger is None) == (fret is None)
        # A finger lies at one fret, and higher frets have higher fingers.
        at = {
            finger: {f for f, g in zip(frets, found.fingers, strict=True) if g == finger}
            for finger in set(found.fingers) - {0, None}
        }
        assert all(len(places) == 1 for places in at.values())
        order = [at[finger] for finger in sorted(at)]
        assert all(min(low) <= min(high) for low, high in pairwise(order))
        for barre in found.barres:
            first, last = barre.strings
            assert found.fingers[first] == found.fingers[last] == barre.finger
            assert frets[first] == frets[last] == barre.fret
            assert all((fret or 0) >= barre.fret for fret in frets[first : last + 1])


@settings(deadline=None, max_examples=60)
@given(names)
def test_shapes_are_ranked_and_none_comes_twice(name):
    chord = chord_of(name)
    shapes = shapes_of(chord)
    costs = [shape_cost(chord, frets) for frets in shapes]
    assert costs == sorted(costs)
    assert len(set(shapes)) == len(shapes)


@pytest.mark.parametrize(
    ("shape", "fingers", "barres"),
    [
        ("x32010", "x32010", []),
        ("320003", "210003", []),
        ("xx0232", "xx0132", []),
        ("xx0231", "xx0231", []),
        ("133211", "134211", [(1, 1, (0, 5))]),
        ("xx3211", "xx3211", [(1, 1, (4, 5))]),
        ("x24432", "x13421", [(1, 2, (1, 5))]),
        ("244222", "134111", [(1, 2, (0, 5))]),
        ("x32333", "x21333", [(3, 3, (3, 5))]),
        ("133xxx", "134xxx", []),
        ("xx0222", "xx0111", [(1, 2, (3, 5))]),
    ],
)
def test_fingerings_by_the_book(shape, fingers, barres):
    found = fingering(read(shape))
    assert found.fingers == read(fingers)
    assert [(barre.finger, barre.fret, barre.strings) for barre in found.barres] == barres


@pytest.mark.parametrize("shape", ["111110", "123412", "1xxxx5", "323230"])
def test_what_a_hand_cannot_stop_is_named(shape):
    shown = " ".join(shape)
    with pytest.raises(VoicingError, match=f"^guitar chord {shown}: 4 fingers within 4 frets"):
        fingering(read(shape))


def test_a_progression_in_c_is_played_in_open_position():
    voicings = voice([parse_token(t) for t in ("1", "6", "4", "5", "1")], Key.parse("C"), "guitar")
    assert [voicing.frets for voicing in voicings] == [
        read("x32010"),
        read("x02210"),
        read("133211"),
        read("320003"),
        read("x32010"),
    ]


def test_a_voicing_tells_a_pitch_on_two_strings_once():
    # 0 2 2 4 0 3: the third string's fourth fret and the open second string are both B3.
    (voicing,) = (v for v in candidates(Chord(4, "m", 4)) if v.frets == read("022403"))
    assert voicing.upper == (40, 47, 52, 59, 67)
    assert voicing.bass == 28


def test_moving_cost_by_hand():
    c, am = Voicing((48,), 36, read("x32010")), Voicing((45,), 33, read("x02210"))
    # The first finger stays on the B string, the second on the D string; the G string is new.
    assert moving_cost(c, am) == 0.25
    # From the first fret to the third: two frets, a barre and two fingers.
    gm = Voicing((43,), 31, read("355333"))
    assert moving_cost(am, gm) == 2 * 0.25 + 3 * 0.25
    # From the first fret to the eighth: a leap costs no more; a barre and three fingers.
    assert moving_cost(am, Voicing((48,), 36, read("8aa988"))) == 0.5 + 4 * 0.25
    # From the sixth fret to an open E minor: the hand stays, and nothing is stopped.
    assert moving_cost(Voicing((51,), 39, read("x68886")), Voicing((52,), 28, read("000000"))) == 0


def test_shape_cost_by_hand():
    # Three fingers 0.75, one thick string silent 0.25, the third twice 0.25.
    assert shape_cost(Chord(0, "", 0), read("x32010")) == 1.25
    # Three fingers, one of them a barre 0.75; at the third fret 0.5; one silent string.
    assert shape_cost(Chord(0, "7", 0), read("x35353")) == 0.75 + 0.75 + 0.5 + 0.25
    # Three fingers at the second fret 0.25, two of them four strings apart 0.75, B twice 0.25.
    assert shape_cost(Chord(7, "", 7), read("320003")) == 0.75 + 0.25 + 0.75 + 0.25


@pytest.mark.parametrize(
    ("chord", "shape", "cost"),
    [
        # Four fingers, the fourth a barre; at the fourth fret 0.75, over all four frets 1; the
        # second finger three frets from the first, two too many: a small barre steadies nothing.
        (Chord(11, "sus4", 11), "774477", 1.25 + 0.75 + 0.75 + 1 + 2 * 1.5),
        # Four fingers, a barre across five strings, which lets one fret go; all four frets.
        (Chord(11, "sus4", 11), "x24452", 1.25 + 0.75 + 0.25 + 1 + 0.25),
        # A fragment of the barre 133211: three fingers, two silent strings, four all stopped.
        (Chord(5, "", 5), "xx3211", 0.75 + 0.5 + 1.5),
        # One finger on an inner string only: two silent strings, open ones above a stopped bass.
        (Chord(4, "m", 4), "xx2000", 0.25 + 0.25 + 0.5 + 0.25),
        # Three fingers at the third fret 0.5, far apart; no barre, open strings ring; G2 with A2.
        (Chord(7, "sus2", 7), "300033", 0.75 + 0.5 + 0.75 + 1.75),
        # Two fingers, one silent string; C3 with D3 is mud.
        (Chord(0, "add9", 0), "x30010", 0.5 + 0.25 + 1.75),
        # The fourth finger has the bass of a shape four frets long.
        (Chord(1, "", 1), "x43121", 1.25 + 0.75 + 0.25 + 1 + 0.75 + 0.25),
        # B3 on two strings 0.75; a finger at the fourth fret beside two open strings 2.5.
        (Chord(11, "sus4", 11), "x24400", 0.75 + 0.25 + 0.25 + 0.75 + 2 * 1.25),
        # The finger on the bass damps the string beside it; the outer fingers are far apart.
        (Chord(7, "sus4", 7), "3x0013", 0.75 + 2 + 0.75),
    ],
)
def test_shape_cost_by_hand_of_what_guitarists_avoid(chord, shape, cost):
    assert shape_cost(chord, read(shape)) == cost


def test_a_barre_is_laid_only_where_nothing_else_is_stopped_at_its_fret():
    assert fingering(read("300033")).fingers == read("100023")
    assert fingering(read("300033")).barres == ()
