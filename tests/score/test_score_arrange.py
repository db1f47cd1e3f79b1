"""Arranging: when each chord sounds, how loud, and under which name."""

from collections import defaultdict
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shinko.errors import FieldError
from shinko.score.arrange import Performance, PerformanceError, arrange
from shinko.score.pattern import find_pattern, pattern_names
from shinko.score.progression import MelodyNote, Progression, Section
from shinko.score.score import DRUM_CHANNEL, Marker, NoteEvent
from shinko.score.steps import PatternError
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
    assert score.end_tick == 8 * 480  # two whole bars


def test_the_bass_player_takes_the_bass_in_a_register_of_its_own():
    chords, bass = arrange(progression("1", (4,))).tracks
    assert (chords.name, chords.program, chords.channel) == ("Chords", 0, 0)
    assert (bass.name, bass.program, bass.channel) == ("Bass", 32, 1)
    assert chords.notes == tuple(NoteEvent(0, 1890, pitch, 84) for pitch in (60, 64, 67))
    assert bass.notes == (NoteEvent(0, 1890, 36, 84),)  # C2, where the pianist's left hand has C3


def test_downbeats_are_louder_than_beats_and_beats_than_offbeats():
    score = arrange(progression("1 5 6 4", (1, 1.5, 1.5, 4)))
    assert [note.velocity for note in score.tracks[1].notes] == [84, 76, 70, 84]


def test_a_bar_of_six_eight_has_three_quarters():
    score = arrange(progression("1 5 6", (1.5, 1.5, 3), meter=(6, 8)))
    assert [note.velocity for note in score.tracks[1].notes] == [84, 76, 84]


def test_markers_name_each_chord_where_it_begins():
    score = arrange(progression("6 b7 57/5", (4, 2, 2)))
    assert score.markers == (Marker(0, "Am"), Marker(1920, "B♭"), Marker(2880, "D7"))


def test_a_rest_at_a_section_s_end_is_marked_as_no_chord():
    score = arrange(progression("6 b7", (1, 1), sections=(Section("A", 1), Section("B", 1))))
    assert [marker.text for marker in score.markers] == ["Am", "N.C.", "B♭", "N.C."]
    assert [marker.tick for marker in score.markers] == [0, 480, 1920, 2400]


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
    assert score.end_tick == 1920


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


METERS = [(4, 4), (3, 4), (6, 8)]
MADE_OF_THEM = [(2, 2), (2, 4), (3, 8), (5, 4), (6, 4), (7, 4), (7, 8), (9, 8), (12, 8)]
FITTING, MADE = (
    [
        (name, meter)
        for name in pattern_names()
        for meter in meters
        if find_pattern(name).plays("{}/{}".format(*meter))
    ]
    for meters in (METERS, MADE_OF_THEM)
)


def test_each_of_the_usual_meters_has_patterns_to_choose_from():
    for meter in METERS:
        assert sum(fits == meter for _, fits in FITTING) >= 5
    assert all(sum(fits == meter for _, fits in MADE) >= 5 for meter in MADE_OF_THEM)
    assert ("waltz", (3, 4)) in FITTING
    assert ("bossa", (4, 4)) in FITTING


CHORDS = st.lists(st.tuples(st.sampled_from(TOKENS), st.floats(1 / 16, 8)), min_size=1, max_size=8)
TEMPOS = st.sampled_from([40.0, 120.0, 400.0])
HUMANIZE = st.sampled_from([None, 0.0, 1.0])


@pytest.mark.parametrize(("name", "meter"), FITTING)
@settings(max_examples=50)
@given(chords=CHORDS, tempo=TEMPOS, humanize=HUMANIZE, times=st.integers(1, 2))
def test_every_pattern_ends_its_notes_and_keeps_to_its_chords(
    name, meter, chords, tempo, humanize, times
):
    check_notes(name, meter, chords, tempo, humanize, times, ending=None)


@given(
    played=st.sampled_from(FITTING + MADE),
    chords=CHORDS,
    tempo=TEMPOS,
    humanize=HUMANIZE,
    times=st.integers(1, 2),
)
def test_so_it_does_in_meters_made_of_others_and_up_to_an_end(
    played, chords, tempo, humanize, times
):
    check_notes(*played, chords, tempo, humanize, times, ending=True)


def check_notes(name, meter, chords, tempo, humanize, times, *, ending):
    """A piece is whole bars long, its notes lie within it, and no pitch overlaps itself."""
    tokens, beats = zip(*chords, strict=True)
    # The first chord is a section of its own, so that there is a change of section, too.
    rest = (Section("B", len(beats) - 1),) if len(beats) > 1 else ()
    sections = (Section("A", 1, times), *rest)
    piece = progression(" ".join(tokens), beats, meter=meter, tempo_bpm=tempo, sections=sections)
    score = arrange(piece, Performance(name, voicing="close", humanize=humanize, ending=ending))
    bar = 1920 * meter[0] // meter[1]
    assert score.end_tick % bar == 0
    for track in score.tracks:
        by_pitch = defaultdict(list)
        for note in track.notes:
            assert 0 <= note.start_tick < note.end_tick <= score.end_tick
            assert 0 <= note.pitch <= 127
            assert 1 <= note.velocity <= 127
            by_pitch[0 if track.name == "Bass" else note.pitch].append(note)
        for notes in by_pitch.values():
            assert all(a.end_tick <= b.start_tick for a, b in pairwise(notes))
    assert {"Chords", "Bass"} <= {track.name for track in score.tracks}


@pytest.mark.parametrize(("name", "meter"), FITTING + MADE)
def test_every_chord_is_heard_and_has_only_its_own_tones(name, meter):
    beats = 4 * meter[0] / meter[1]
    # Changes on and beside the beat, and one chord over a bar line.
    lengths = (beats, beats * 2, beats / 2, beats / 4, beats / 4, beats * 1.5, beats / 2)
    piece = progression("1 56 6 4 57 b7 1", lengths, meter=meter)
    score = arrange(piece, Performance(name, voicing="close", humanize=0, swing=0.5))
    tracks = {track.name: track.notes for track in score.tracks}
    ends = [*(marker.tick for marker in score.markers[1:]), score.end_tick]
    for marker, end, chord in zip(score.markers, ends, piece.chords, strict=True):
        tones = set(chord.pitch_classes(piece.key))
        heard = [n for n in tracks["Chords"] if marker.tick <= n.start_tick < end]
        assert heard, f"{marker.text} is silent"
        assert {note.pitch % 12 for note in heard} <= tones
        assert all(note.end_tick <= end for note in heard)
        first = min(n for n in tracks["Bass"] if n.start_tick == marker.tick)
        assert first.pitch % 12 == chord.bass(piece.key)


def test_drums_play_on_their_own_channel_and_through_a_rest():
    score = arrange(progression("1", (1,)), Performance("pop-rock", humanize=0))
    (drums,) = (track for track in score.tracks if track.name == "Drums")
    assert drums.channel == DRUM_CHANNEL
    # Kick on 1, 3 and the "and" of 3; snare on 2 and 4: eighths are 240 ticks.
    assert [n.start_tick for n in drums.notes if n.pitch == 36] == [0, 960, 1200]
    assert [n.start_tick for n in drums.notes if n.pitch == 38] == [480, 1440]


def test_a_waltz_leaves_the_first_beat_to_the_bass():
    score = arrange(progression("1 5", (3, 3), meter=(3, 4)), Performance("waltz", humanize=0))
    chords, bass = score.tracks
    assert sorted({note.start_tick for note in chords.notes}) == [480, 960, 1920, 2400]
    assert [note.start_tick for note in bass.notes] == [0, 1440]


def test_a_walking_bass_leads_into_the_next_chord():
    bass = arrange(progression("1 4", (4, 4)), Performance("jazz", humanize=0, swing=0.5)).tracks[1]
    root, third, again, approach, following = bass.notes[:5]
    assert [n.pitch % 12 for n in (root, third, again, following)] == [0, 4, 0, 5]
    assert abs(approach.pitch - following.pitch) == 1


def test_the_fifth_under_an_inversion_is_the_root():
    score = arrange(progression("16", (4,)), Performance("bossa", voicing="close", humanize=0))
    bass = score.tracks[1].notes
    assert [note.pitch % 12 for note in bass] == [4, 4, 0, 0]  # E, E, C, C


def test_a_strum_runs_from_the_lowest_note_up_and_back_down():
    score = arrange(progression("1", (4,), tempo_bpm=125), Performance("strum", humanize=0))
    chords = score.tracks[0].notes
    # 14 ms at 125 beats per minute are 14 ticks.
    down = [note for note in chords if note.start_tick < 240]
    assert [note.start_tick for note in down] == [14 * place for place in range(len(down))]
    assert [note.pitch for note in down] == sorted(note.pitch for note in down)
    up = [note for note in chords if 720 <= note.start_tick < 960]
    assert [note.pitch for note in up] == sorted((note.pitch for note in up), reverse=True)


def test_swing_moves_the_second_eighth_only():
    tokens, beats = "1 1 1 1", (0.5,) * 4
    even = arrange(progression(tokens, beats))
    swung = arrange(progression(tokens, beats), Performance(swing=0.75))
    assert [n.start_tick for n in even.tracks[1].notes] == [0, 240, 480, 720]
    assert [n.start_tick for n in swung.tracks[1].notes] == [0, 360, 480, 840]


def test_the_seed_decides_the_unevenness():
    piece = progression("1 5 6 4", (4,) * 4)
    one, same, other = (
        arrange(piece, Performance("ballad", humanize=1, seed=seed)) for seed in (1, 1, 2)
    )
    assert one == same
    assert one != other
    exact = arrange(piece, Performance("ballad", humanize=0))
    shifts = {
        a.start_tick - b.start_tick
        for a, b in zip(one.tracks[0].notes, exact.tracks[0].notes, strict=True)
    }
    # Two deviations of 12 ms at 120 beats per minute (0.96 ticks a millisecond).
    assert 0 < max(map(abs, shifts)) <= 24


def test_repeats_are_played_out_and_sections_marked():
    piece = progression("1 4 5", (4,) * 3, sections=(Section("A", 2, 2), Section("", 1)))
    score = arrange(piece)
    assert [marker.text for marker in score.markers] == ["C", "F", "C", "F", "G"]
    assert score.sections == (Marker(0, "A"), Marker(3840, "A"), Marker(7680, ""))
    assert score.end_tick == 5 * 1920


def test_sections_that_are_alike_sound_alike():
    piece = progression("1 4 1 4", (4,) * 4, sections=(Section("A", 2), Section("A", 2)))
    notes = arrange(piece).tracks[0].notes
    half = len(notes) // 2
    assert [n.pitch for n in notes[:half]] == [n.pitch for n in notes[half:]]


def test_a_melody_has_a_track_of_its_own():
    piece = progression("1", (4,), melody=(MelodyNote(0, 1, 72), MelodyNote(1, 3, 74)))
    score = arrange(piece, Performance(instruments={"melody": "violin"}))
    (melody,) = (track for track in score.tracks if track.name == "Melody")
    assert (melody.program, melody.channel) == (40, 2)
    assert [(n.start_tick, n.end_tick, n.pitch) for n in melody.notes] == [
        (0, 450, 72),
        (480, 1890, 74),
    ]


def test_only_the_parts_that_are_asked_for_play():
    score = arrange(progression("1", (4,)), Performance("ballad", parts=("bass", "drums")))
    assert [track.name for track in score.tracks] == ["Bass", "Drums"]


def test_every_part_lasts_as_long_in_a_piece_of_one_tick_notes():
    score = arrange(progression("1", (1 / 16,), meter=(1, 32)))
    assert [n.duration_ticks for n in score.tracks[0].notes] == [23, 23, 23]  # 30, less a quarter


@pytest.mark.parametrize(
    ("fields", "error", "message"),
    [
        (
            {"pattern": "polka"},
            FieldError,
            "^`style` 'polka': expected one of block, .*; give a .toml file of yours, or one of",
        ),
        ({"pattern": "waltz"}, PatternError, "pattern 'waltz' is for 3/4, not 4/4; for 4/4 there "),
        ({"voicing": "loud"}, FieldError, "^`voicing` 'loud': expected one of close, "),
        ({"swing": 0.9}, FieldError, "^`swing` 0.9: expected 0.5 to 0.75$"),
        ({"humanize": float("nan")}, FieldError, "^`humanize` nan: expected 0 to 1$"),
        ({"parts": ("horns",)}, FieldError, "^`parts` 'horns': expected one of chords, "),
        (
            {"instruments": {"drums": "flute"}},
            FieldError,
            "^`instrument`: 'drums' holds no instrument; give one of chords, bass, melody$",
        ),
        (
            {"instruments": {"bass": "tubba"}},
            FieldError,
            "^instrument 'tubba' is not known; try 'tuba'$",
        ),
    ],
)
def test_what_can_not_be_played_is_told(fields, error, message):
    with pytest.raises(error, match=message):
        arrange(progression("1", (4,)), Performance(**fields))


def test_swing_counts_quarters_and_six_eight_has_none():
    piece = progression("1", (3,), meter=(6, 8))
    assert arrange(piece, Performance("arpeggio", swing=0.5)).end_tick == 1440
    with pytest.raises(PerformanceError, match=r"swing 0.6 in 6/8: it is the eighths of a quarter"):
        arrange(piece, Performance("arpeggio", swing=0.6))
