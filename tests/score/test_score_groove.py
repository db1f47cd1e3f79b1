"""Grooves in time: meters made of others, beats, fills, endings, changes within a bar."""

from pathlib import Path

import pytest

from shinko.score.arrange import Performance, arrange
from shinko.score.meters import beats_of
from shinko.score.pattern import find_pattern, pattern_names
from shinko.score.play import MOST_NOTES
from shinko.score.progression import Progression, Section
from shinko.score.score import Marker
from shinko.score.steps import PatternError
from shinko.theory import Key, parse_token

EIGHTH = 240
KICK, SNARE, CRASH, LOW_TOM = 36, 38, 49, 45


def piece(tokens="1 4", beats=(4, 4), **fields):
    return Progression(tuple(map(parse_token, tokens.split())), Key.parse("C"), beats, **fields)


def tracks(progression, pattern, **fields):
    fields = {"humanize": 0, "swing": None, **fields}
    score = arrange(progression, Performance(pattern, **fields))
    return {track.name: track.notes for track in score.tracks}


def drum(notes, pitch):
    """Where a drum is struck, in eighths."""
    return [note.start_tick / EIGHTH for note in notes if note.pitch == pitch]


def struck(notes):
    """Where notes begin, in eighths, each place once."""
    return sorted({note.start_tick / EIGHTH for note in notes})


@pytest.mark.parametrize(
    ("meter", "eighths"),
    [
        ((4, 4), (0, 2, 4, 6)),
        ((2, 2), (0, 4)),
        ((6, 8), (0, 3)),
        ((9, 8), (0, 3, 6)),
        ((12, 8), (0, 3, 6, 9)),
        ((7, 8), (0, 2, 4)),
        ((5, 8), (0, 2)),
        ((3, 8), (0,)),
        ((1, 8), (0,)),
    ],
)
def test_a_beat_in_compound_meters_is_a_dotted_quarter(meter, eighths):
    assert beats_of(meter) == {EIGHTH * place for place in eighths}


def test_six_eight_is_accented_on_its_first_and_fourth_eighth():
    chords = tracks(piece("1", (3,), meter=(6, 8)), "arpeggio", swing=0.5)["Chords"]
    # X on the one: 86 + 14 + 8. Off the beat: 86 - 6. The fourth eighth is a beat: 86.
    assert [note.velocity for note in chords] == [108, 80, 80, 86, 80, 80]


def test_two_two_is_four_four():
    in_two = tracks(piece(meter=(2, 2)), "pop-rock")
    in_four = tracks(piece(), "pop-rock")
    for name in ("Chords", "Bass", "Drums"):
        assert [(n.start_tick, n.pitch) for n in in_two[name]] == [
            (n.start_tick, n.pitch) for n in in_four[name]
        ]


def test_two_bars_of_two_four_are_one_of_four_four():
    drums = tracks(piece(meter=(2, 4)), "pop-rock")["Drums"]
    assert drum(drums, SNARE) == [2, 6, 10, 14]
    assert drum(drums, KICK) == [0, 4, 5, 8, 12, 13]


def test_a_bar_of_twelve_eight_is_two_of_six_eight():
    drums = tracks(piece("1", (6,), meter=(12, 8)), "pop-rock")["Drums"]
    assert drum(drums, KICK) == [0, 5, 6, 11]
    assert drum(drums, SNARE) == [3, 9]


def test_nine_eight_is_six_eight_and_its_second_half():
    drums = tracks(piece("1", (4.5,), meter=(9, 8)), "pop-rock")["Drums"]
    assert drum(drums, KICK) == [0, 5, 8]
    assert drum(drums, SNARE) == [3, 6]


def test_five_four_is_three_four_and_half_of_four_four():
    notes = tracks(piece("1", (5,), meter=(5, 4)), "jazz", swing=0.5)
    assert drum(notes["Drums"], 44) == [2, 4, 8]  # the foot: "..x.x." and "..x."
    # Root, fifth, and no next chord to lead to; then root and third.
    assert [note.pitch % 12 for note in notes["Bass"]] == [0, 7, 4, 0, 4]


def test_seven_eight_is_two_quarters_and_a_dotted_one():
    drums = tracks(piece("1", (3.5,), meter=(7, 8)), "pop-rock")["Drums"]
    assert drum(drums, KICK) == [0, 4]
    assert drum(drums, SNARE) == [2]


def test_a_bass_of_two_bars_goes_on_in_the_second_half_of_six_four():
    bass = tracks(piece("1", (6,), meter=(6, 4)), "waltz")["Bass"]
    assert [(note.start_tick / EIGHTH, note.pitch % 12) for note in bass] == [(0, 0), (6, 7)]


def test_a_meter_that_cannot_be_made_is_told_with_the_patterns_that_go():
    assert not find_pattern("bossa").plays("3/4")
    assert find_pattern("bossa").plays("2/2")
    with pytest.raises(PatternError, match="'bossa' is for 4/4, not 12/8; for 12/8 there are: blo"):
        arrange(piece(meter=(12, 8)), Performance("bossa"))


SONG = {
    "tokens": "1 4 5 1",
    "beats": (4, 4, 4, 4),
    "sections": (Section("A", 2, 2), Section("B", 2)),
}


def test_a_fill_comes_before_another_section_and_not_before_a_repeat():
    drums = tracks(piece(**SONG), "pop-rock")["Drums"]
    # A twice is four bars of eight eighths: the fill's last stroke ends the fourth.
    assert drum(drums, LOW_TOM) == [31]
    assert drum(drums, SNARE)[6:10] == [26, 28, 29, 34]  # of the fill and after it


def test_the_fill_of_five_four_is_the_second_half_of_that_of_four_four():
    song = piece("1 4 5", (5, 5, 5), meter=(5, 4), sections=(Section("A", 2), Section("B", 1)))
    drums = tracks(song, "pop-rock")["Drums"]
    assert drum(drums, LOW_TOM) == [19]
    # 3/4 has the snare on its second and third beat; the fill's ".xx.." begins with the fourth.
    assert [place for place in drum(drums, SNARE) if place >= 10] == [12, 14, 16, 17]


def test_a_section_of_one_bar_keeps_its_groove():
    short = piece(sections=(Section("A", 1), Section("B", 1)))
    assert drum(tracks(short, "pop-rock")["Drums"], LOW_TOM) == []


def test_a_piece_of_several_sections_ends_and_is_as_long_as_its_bars():
    score = arrange(piece(**SONG), Performance("pop-rock", humanize=0))
    assert score.end_tick == 6 * 1920
    notes = {track.name: track.notes for track in score.tracks}
    assert drum(notes["Drums"], CRASH) == [40]
    for name in ("Chords", "Bass"):
        last = [note for note in notes[name] if note.start_tick >= 5 * 1920]
        assert max(note.start_tick for note in last) < 5 * 1920 + EIGHTH
        assert {note.end_tick for note in last} == {6 * 1920 - 30}


def test_chords_without_sections_are_a_loop_unless_an_end_is_asked_for():
    loop, ended = (tracks(piece(), "pop-rock", ending=ending) for ending in (None, True))
    assert drum(loop["Drums"], CRASH) == []
    assert drum(ended["Drums"], CRASH) == [8]
    repeated = piece(sections=(Section("A", 2, 4),))
    assert drum(tracks(repeated, "pop-rock")["Drums"], CRASH) == []
    assert drum(tracks(piece(**SONG), "pop-rock", ending=False)["Drums"], CRASH) == []


def test_the_end_begins_with_the_last_chord_of_the_last_bar():
    song = piece("1 4 5", (4, 2, 2))
    notes = tracks(song, "pop-rock", ending=True)
    assert drum(notes["Drums"], CRASH) == [12]
    assert struck(notes["Bass"]) == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
    assert notes["Bass"][-1].end_tick == 2 * 1920 - 30


def test_the_end_of_a_long_last_chord_is_its_last_bar():
    notes = tracks(piece("1 4", (4, 8)), "ballad", ending=True)
    assert struck(notes["Chords"])[-2:] == [14, 16]


def test_the_end_of_twelve_eight_is_held_through_the_bar():
    chords = tracks(piece("1", (6,), meter=(12, 8)), "ballad", ending=True)["Chords"]
    assert {(note.start_tick, note.end_tick) for note in chords} == {(0, 12 * EIGHTH - 30)}


@pytest.mark.parametrize("name", [name for name in pattern_names() if name != "waltz"])
def test_a_chord_is_heard_within_an_eighth_of_its_change(name):
    # Two chords a bar, in both bars of a pattern of two; and one on the second beat.
    song = piece("1 4 5 6 1 4 5", (2, 2, 2, 2, 1, 3, 4))
    score = arrange(song, Performance(name, humanize=0, swing=0.5, voicing="close"))
    chords = score.tracks[0].notes
    for change in score.markers:
        first = min(note.start_tick for note in chords if note.start_tick >= change.tick)
        assert first - change.tick <= EIGHTH


def test_a_stroke_that_would_sound_across_a_change_is_struck_anew():
    chords = tracks(piece("1 4", (2, 2), tempo_bpm=125), "strum")["Chords"]
    # Up on the "and" of two, a quarter long: its second half is the new chord, struck down.
    down = [note for note in chords if 960 <= note.start_tick < 1200]
    assert [note.pitch for note in down] == sorted(note.pitch for note in down)
    assert down[0].start_tick == 960
    assert {note.velocity for note in down} == {74}  # x on a beat
    assert struck(chords)[:1] == [0]
    assert min(note.start_tick for note in chords if note.start_tick >= 1200) == 1200


def test_a_chord_for_which_a_pattern_comes_too_late_is_struck_where_it_begins(tmp_path):
    path = tmp_path / "late.toml"
    path.write_text('["4/4".chords]\nall = "x....x.x"\n')
    # The "and" of three is an eighth after the third beat: in time; the last eighth isn't.
    in_time, late = (
        struck(tracks(piece("1 4", beats), str(path))["Chords"]) for beats in ((2, 2), (3.25, 0.75))
    )
    assert in_time == [0, 5, 7]
    assert late == [0, 5, 7]
    assert struck(tracks(piece("1 4", (1, 3)), str(path))["Chords"]) == [0, 2, 5, 7]


def test_a_waltz_strikes_a_chord_that_comes_within_the_bar():
    chords = tracks(piece("1 4 5", (3, 1, 2), meter=(3, 4)), "waltz")["Chords"]
    # On two and three; then on one, where a chord of one beat is; on two, where the third begins.
    assert struck(chords) == [2, 4, 6, 8, 10]


def dense(tmp_path: Path) -> str:
    path = tmp_path / "dense.toml"
    path.write_text('["4/4".drums]\n' + f'kick = "{"x" * 192}"\n' + f'snare = "{"x" * 192}"\n')
    return str(path)


def test_more_notes_than_anybody_listens_to_are_refused(tmp_path):
    pattern = dense(tmp_path)
    # 384 notes a bar: 260 bars are 99,840, 261 are 100,224.
    assert MOST_NOTES == 100_000
    played = arrange(piece("1", (256,), sections=(Section("", 1, 4),)), Performance(pattern))
    assert sum(len(track.notes) for track in played.tracks) == 4 * 64 * 384
    with pytest.raises(PatternError, match="plays more than 100,000 notes of drums here; give few"):
        arrange(piece("1", (256,), sections=(Section("", 1, 5),)), Performance(pattern))


def test_markers_and_sections_stay_where_they_were():
    score = arrange(piece(**SONG), Performance("pop-rock"))
    assert score.sections == (Marker(0, "A"), Marker(3840, "A"), Marker(7680, "B"))
