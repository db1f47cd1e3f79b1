"""Keys, tempos and styles of sections, and who plays them."""

import pytest

from shinko.score.arrange import Performance, arrange, voicings_of
from shinko.score.bars import written
from shinko.score.changes import in_usual_keys, turns_of
from shinko.score.progression import Progression, Section
from shinko.score.score import KeyChange
from shinko.score.section_styles import seats_of
from shinko.score.steps import PatternError
from shinko.score.voicing import voice
from shinko.theory import Key, parse_token

BAR = 1920


def piece(tokens: str, *sections: Section, **fields) -> Progression:
    chords = tuple(map(parse_token, tokens.split()))
    key = Key.parse(fields.pop("key", "C"))
    return Progression(chords, key, (4,) * len(chords), sections=sections, **fields)


def key(text: str) -> Key:
    return Key.parse(text)


def test_a_turn_tells_what_is_new_since_the_section_before():
    one = piece(
        "1 1 1 1",
        Section("A", 1, key=key("A minor")),
        Section("B", 1, key=key("A minor"), tempo_bpm=90),
        Section("C", 1),
        Section("D", 1, key=key("C")),
    )
    told = [(str(t.key), t.new_key, t.new_tempo) for t in turns_of(one, written(one))]
    assert told == [
        ("A minor", True, False),
        ("A minor", False, True),
        ("C major", True, True),
        ("C major", False, False),
    ]


def test_usual_keys_are_taken_for_all_sections():
    one = in_usual_keys(
        piece("1 1", Section("A", 1), Section("B", 1, key=key("D# major")), key="G#")
    )
    assert [str(k) for k in one.keys] == ["A♭ major", "E♭ major"]


def test_a_score_tells_keys_where_they_change():
    one = piece("1 4 1", Section("A", 1), Section("B", 1, 2, key("E♭")), Section("C", 1))
    score = arrange(one)
    assert score.keys == (KeyChange(BAR, key("E♭")), KeyChange(3 * BAR, key("C")))
    assert [marker.text for marker in score.markers] == ["C", "A♭", "A♭", "C"]


def test_the_bass_plays_roots_in_the_section_s_key():
    bass = arrange(piece("1 1", Section("A", 1), Section("B", 1, key=key("E♭")))).tracks[1]
    assert [note.pitch % 12 for note in bass.notes] == [0, 3]


def test_chords_are_led_across_a_change_of_key():
    chords = tuple(map(parse_token, ["1", "5", "1", "5"]))
    keys = [key("C"), key("C"), key("E♭"), key("E♭")]
    one = piece("1 5 1 5", Section("A", 2), Section("B", 2, key=key("E♭")))
    assert voicings_of(one, Performance()) == voice(chords, keys)
    alone = voice(chords[2:], key("E♭"))
    led = voice(chords, keys)[2:]
    # From G the nearest way to E♭ isn't where a piece would begin.
    assert led != alone


def test_each_section_is_played_in_its_style():
    one = piece("1 4 5", Section("A", 1), Section("B", 1, style="bossa"), Section("C", 1))
    score = arrange(one, Performance("pop-rock", humanize=0))
    chords = {track.name: track for track in score.tracks if track.name.startswith("Chords")}
    inside = {name: [n.start_tick // BAR for n in t.notes] for name, t in chords.items()}
    assert {name: set(bars) for name, bars in inside.items()} == {
        "Chords": {0, 2},
        "Chords 2": {1},
    }
    assert chords["Chords 2"].program == 24  # a nylon guitar, as bossa has it
    assert chords["Chords"].channel == 0
    (drums,) = (track for track in score.tracks if track.channel == 9)
    rim, snare = 37, 38
    struck = [{n.pitch for n in drums.notes if n.start_tick // BAR == bar} for bar in range(3)]
    assert rim in struck[1]
    assert snare in struck[0]
    assert not {snare} & struck[1]


def test_an_instrument_that_is_asked_for_plays_all_styles():
    one = piece("1 4", Section("A", 1), Section("B", 1, style="bossa"))
    asked = Performance("pop-rock", instruments={"chords": "flute"})
    names = [track.name for track in arrange(one, asked).tracks]
    assert names.count("Chords") == 1
    assert "Chords 2" not in names


def test_a_style_of_its_own_that_is_the_piece_s_changes_nothing():
    plain = piece("1 4", Section("A", 1), Section("B", 1))
    told = piece("1 4", Section("A", 1), Section("B", 1, style="ballad"))
    tracks = [arrange(one, Performance("ballad")).tracks for one in (plain, told)]
    assert tracks[0] == tracks[1]


def test_the_bass_leads_across_a_change_of_style():
    sections = Section("A", 1), Section("B", 1, style="pop-rock")
    score = arrange(piece("1 4", *sections), Performance("jazz", humanize=0))
    tracks = [track for track in score.tracks if track.name.startswith("Bass")]
    notes = sorted((note for track in tracks for note in track.notes), key=lambda n: n.start_tick)
    last = [note for note in notes if note.start_tick < BAR][-1]
    first = next(note for note in notes if note.start_tick >= BAR)
    assert abs(last.pitch - first.pitch) == 1  # a semitone beside the root of F


def test_a_section_s_style_that_does_not_fit_the_meter_is_told_in_one_line():
    one = piece("1 4", Section("A", 1), Section("bridge", 1, style="bossa"), meter=(6, 8))
    with pytest.raises(
        PatternError, match=r"section 'bridge': pattern 'bossa' is for .*6/8"
    ) as told:
        arrange(one, Performance("strum"))
    assert "\n" not in str(told.value)


def test_a_section_s_unknown_style_is_told_with_its_section():
    one = piece("1", Section("bridge", 1, style="polka"))
    with pytest.raises(PatternError, match=r"section 'bridge': .*polka"):
        arrange(one)


def test_instruments_beyond_midi_s_channels_are_refused():
    assert len({seat.channel for seat in seats_of(("chords", n) for n in range(13)).values()}) == 13
    with pytest.raises(PatternError, match="more than 16 instruments"):
        seats_of(("chords", n) for n in range(14))
