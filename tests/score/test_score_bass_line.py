"""The bass: one note at a time, below the chord, leading where a change comes."""

from itertools import pairwise

import pytest

from shinko.score.arrange import Performance, arrange
from shinko.score.bass_line import Sounding, bass_line, registered
from shinko.score.progression import Progression, Section
from shinko.score.strokes import Stroke
from shinko.score.voicing import Voicing
from shinko.theory import Key, parse_roman

JAZZ = Performance("jazz", humanize=0, swing=0.5)


def bass_and_chords(numerals, beats, performance=JAZZ, key="C"):
    chords = tuple(map(parse_roman, numerals.split()))
    score = arrange(Progression(chords, Key.parse(key), beats), performance)
    tracks = {track.name: track.notes for track in score.tracks}
    return tracks["Bass"], tracks["Chords"]


def test_a_walking_bass_plays_one_note_a_beat():
    bass, _ = bass_and_chords("ii7 V7 Imaj7 VI7", (4,) * 4)
    assert [note.start_tick for note in bass] == list(range(0, 16 * 480, 480))
    assert {note.duration_ticks for note in bass} == {450}  # a beat, less a 64th


@pytest.mark.parametrize("humanize", [0, 1])
def test_no_pattern_file_lets_the_bass_sound_twice_at_once(tmp_path, humanize):
    path = tmp_path / "held.toml"
    # Every voice held over the others, two of them struck together on the one.
    path.write_text(
        '["4/4".bass]\nroot = "x-------"\noctave = "x-------"\nthird = ".x------"\n'
        'fifth = "..x-----"\nnext = "......x-"\n["4/4".chords]\nall = "x"\n'
    )
    bass, _ = bass_and_chords(
        "I IV V vi", (4, 2, 2, 8), Performance(str(path), swing=0.75, humanize=humanize)
    )
    assert all(a.end_tick <= b.start_tick for a, b in pairwise(bass))
    assert bass[0].pitch % 12 == 0
    assert bass[0].end_tick <= bass[1].start_tick


def test_of_two_strokes_at_once_the_bass_plays_the_fifth_rather_than_the_third(tmp_path):
    path = tmp_path / "both.toml"
    path.write_text('["4/4".bass]\nroot = "x..."\nfifth = "..x."\nthird = "..x."\n')
    piece = Progression((parse_roman("I"),), Key.parse("C"), (4,))
    (track,) = arrange(piece, Performance(str(path))).tracks
    assert [note.pitch % 12 for note in track.notes] == [0, 7]


def test_the_bass_leads_only_where_the_chord_changes_and_not_out_of_the_piece():
    bass, _ = bass_and_chords("I IV", (8, 8))
    # C E C G, C G C and E before the F; F A F C, F C F C: no leading note at the end.
    assert [note.pitch for note in bass] == [
        *(36, 40, 36, 31, 36, 31, 36, 40),
        *(41, 45, 41, 36, 41, 36, 41, 36),
    ]


def test_after_a_fifth_that_leads_nowhere_comes_the_third():
    piece = Progression((parse_roman("I"),) * 2, Key.parse("C"), (3, 3), meter=(3, 4))
    bass = arrange(piece, JAZZ).tracks[1].notes
    assert [note.pitch for note in bass] == [36, 31, 40] * 2


def test_a_chord_that_is_written_twice_is_no_change():
    (*_, before, _), _ = bass_and_chords("I I", (4, 1))
    assert before.pitch % 12 == 7


def test_the_bass_leads_to_no_chord_after_a_rest():
    # The first chord ends half a beat before the bar does.
    piece = Progression(
        tuple(map(parse_roman, ("I", "IV"))),
        Key.parse("C"),
        (3.5, 4),
        sections=(Section("A", 1), Section("B", 1)),
    )
    bass = arrange(piece, JAZZ).tracks[1].notes
    assert [note.pitch for note in bass[:4]] == [36, 40, 36, 31]


@pytest.mark.parametrize("key", ["G", "A♭", "D", "B"])
@pytest.mark.parametrize("pattern", ["jazz", "eight-bit"])
def test_the_bass_stays_below_the_chord_that_sounds(pattern, key):
    numerals = "ii7 V7 Imaj7 vi7 ii7 V7 iii7 VI7 IVmaj7 iv6 iii7 vi7"
    bass, chords = bass_and_chords(numerals, (4,) * 12, Performance(pattern, humanize=0), key)
    for low in bass:
        sounding = [
            c.pitch for c in chords if c.start_tick < low.end_tick and low.start_tick < c.end_tick
        ]
        assert all(low.pitch < pitch for pitch in sounding)


@pytest.mark.parametrize("pattern", ["block", "ballad", "pop-rock", "bossa", "strum"])
def test_roots_lie_where_a_bass_guitar_has_its_low_strings(pattern):
    numerals = "I V/vi vi IV ii7 V7 iii bVII iv I6 IV64 #IVo7"
    performance = Performance(pattern, humanize=0)
    lines = [bass_and_chords(numerals, (4,) * 12, performance, key)[0] for key in ("E♭", "A", "F♯")]
    pitches = [note.pitch for bass in lines for note in bass if note.start_tick % 1920 == 0]
    assert len(pitches) == 36
    assert set(pitches) <= set(range(28, 46))  # E1 to A2


def test_the_bass_line_moves_least():
    bass, _ = bass_and_chords("I V I ii", (4,) * 4, Performance("block"))
    # The G below C2 is nearer than the one above it.
    assert [note.pitch for note in bass] == [36, 31, 36, 38]


@pytest.mark.parametrize(
    ("basses", "line"),
    [
        # 0.25 a semitone from C2, 36: E1 8 away and E2 4, G1 5 and G2 7.
        ((40,), [40]),
        ((43,), [31]),
        # G2 to E2 costs 1.75 + 1 + 0.5 * 3; G1 to E2, the nearest to C2, 1.25 + 1 + 0.5 * 9.
        ((43, 40), [43, 40]),
        # F♯1 and F♯2 are as far: the lower one.
        ((42,), [30]),
    ],
)
def test_the_register_of_a_bass_by_hand(basses, line):
    upper = (64, 67, 72)
    assert registered([Voicing(upper, bass) for bass in basses]) == line


def test_of_two_fifths_as_near_the_lower_one_is_played():
    # C and its diminished fifth, six semitones away on either side.
    chord = Sounding(Voicing((60, 63, 66), 48), 0, ("1", "♭3", "♭5"), bass=36)
    assert bass_line([Stroke(0, 480, "fifth", 0)], chord, None) == [30]
