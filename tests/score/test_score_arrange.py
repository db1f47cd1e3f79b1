"""Arranging: when each chord sounds, how loud, and under which name."""

from collections import defaultdict
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shinko.score.arrange import StyleError, arrange
from shinko.score.progression import Progression
from shinko.score.score import Marker, Note
from shinko.theory import Key, parse_token

TOKENS = ["1", "4", "5", "6", "56", "57", "57/5", "b7", "464", "77", "V7sus4", "V9"]


def progression(tokens: str, beats: tuple[float, ...], **fields) -> Progression:
    key = Key.parse(fields.pop("key", "C"))
    return Progression(tuple(map(parse_token, tokens.split())), key, beats, **fields)


def test_each_chord_is_held_until_just_before_the_next():
    score = arrange(progression("1 6", (4, 2)))
    bass = score.tracks[1].notes
    # 480 ticks a beat, less a 64th note (30 ticks) for the release.
    assert [(note.start_tick, note.duration_ticks) for note in bass] == [(0, 1890), (1920, 930)]
    assert score.end_tick == 6 * 480


def test_piano_and_bass_share_the_voicing():
    chords, bass = arrange(progression("1", (4,))).tracks
    assert (chords.name, chords.program, chords.channel) == ("Chords", 0, 0)
    assert (bass.name, bass.program, bass.channel) == ("Bass", 32, 1)
    assert chords.notes == tuple(Note(0, 1890, pitch, 84) for pitch in (60, 64, 67))
    assert bass.notes == (Note(0, 1890, 48, 84),)


def test_downbeats_are_louder_than_beats_and_beats_than_offbeats():
    score = arrange(progression("1 5 6 4", (1, 1.5, 1.5, 4)))
    assert [note.velocity for note in score.tracks[1].notes] == [84, 76, 70, 84]


def test_a_bar_of_six_eight_has_three_quarters():
    score = arrange(progression("1 5 6", (1.5, 1.5, 3), meter=(6, 8)))
    assert [note.velocity for note in score.tracks[1].notes] == [84, 76, 84]


def test_markers_name_each_chord_where_it_begins():
    score = arrange(progression("6 b7 57/5", (4, 2, 2)))
    assert score.markers == (Marker(0, "Am"), Marker(1920, "B♭"), Marker(2880, "D7"))


def test_key_tempo_meter_and_title_are_kept():
    score = arrange(
        progression("1", (3,), key="E♭ minor", tempo_bpm=90.5, meter=(3, 4), title="Waltz")
    )
    assert (score.key, score.tempo_bpm, score.meter, score.title) == (
        Key.parse("E♭ minor"),
        90.5,
        (3, 4),
        "Waltz",
    )


def test_thirds_of_a_beat_do_not_drift():
    score = arrange(progression(" ".join(["1"] * 9), (1 / 3,) * 9))
    starts = [note.start_tick for note in score.tracks[1].notes]
    assert starts == [0, 160, 320, 480, 640, 800, 960, 1120, 1280]
    assert score.end_tick == 1440


@given(st.lists(st.tuples(st.sampled_from(TOKENS), st.floats(1 / 16, 8)), min_size=1, max_size=16))
def test_no_pitch_is_struck_while_it_sounds(chords):
    tokens, beats = zip(*chords, strict=True)
    score = arrange(progression(" ".join(tokens), beats))
    for track in score.tracks:
        by_pitch = defaultdict(list)
        for note in track.notes:
            by_pitch[note.pitch].append(note)
        for notes in by_pitch.values():
            assert all(earlier.end_tick < later.start_tick for earlier, later in pairwise(notes))
    assert all(note.duration_ticks >= 1 for track in score.tracks for note in track.notes)


def test_an_unknown_style_names_the_known_ones():
    with pytest.raises(StyleError, match="style 'polka' is not known; choose one of: block"):
        arrange(progression("1", (4,)), style="polka")
