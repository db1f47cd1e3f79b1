"""Songs as sections: where they are cut, and in which mode they are."""

import json

from shinko.tables.memory_fitting import CountedSection
from shinko.tables.sections import counted_sections
from shinko.tables.song import Song
from shinko.tables.songs import read_songs

VOCABULARY = ("1", "4", "5", "6")


def test_sections_are_those_that_a_song_tells(tmp_path):
    sections = [
        {"name": "verse", "chords": [{"roman": r} for r in ("I", "IV", "IV", "V", "bVII", "I")]},
        {
            "name": "chorus",
            "mode": "minor",
            "key": "A",
            "chords": [{"roman": "i"}, {"roman": "VI"}],
        },
    ]
    (tmp_path / "a.jsonl").write_text(json.dumps({"key": "C", "sections": sections}) + "\n")
    songs = read_songs(tmp_path / "a.jsonl").songs
    # Held chords count once; ♭VII isn't in the vocabulary, so that the verse falls apart there.
    assert counted_sections(songs, VOCABULARY) == [
        CountedSection(0, 0, (0, 1, 2)),
        CountedSection(0, 0, (0,), closes="section", begins=False),
        CountedSection(0, 1, (3,), closes="piece"),
    ]


def test_a_line_of_chords_is_a_section_in_the_mode_of_its_key(tmp_path):
    (tmp_path / "a.txt").write_text("key: A minor\nAm F Am\nkey: C\nC G\n")
    songs = read_songs(tmp_path / "a.txt").songs
    assert counted_sections(songs, VOCABULARY) == [
        CountedSection(0, 1, (3, 1, 3), closes="piece"),
        CountedSection(1, 0, (0, 2), closes="piece"),
    ]


def test_a_song_that_tells_no_sections_is_one():
    song = Song((("6", "4"), ("1", "5")), key="A minor")
    assert counted_sections([song], VOCABULARY) == [
        CountedSection(0, 1, (3, 1, 0, 2), closes="piece")
    ]


def timed_song(*, meter="4/4", sections=((4, 2, 2, 4, 4), (4, 4))):
    numerals = (("I", "IV", "IV", "V", "I"), ("vi", "I"))
    return {
        "key": "C",
        "meter": meter,
        "sections": [
            {"chords": [{"roman": r, "beats": b} for r, b in zip(own, beats, strict=True)]}
            for own, beats in zip(numerals, sections, strict=True)
        ],
    }


def places_of(tmp_path, song, vocabulary=VOCABULARY):
    (tmp_path / "a.jsonl").write_text(json.dumps(song) + "\n")
    songs = read_songs(tmp_path / "a.jsonl").songs
    return [section.places for section in counted_sections(songs, vocabulary)]


def test_sections_tell_where_their_chords_begin(tmp_path):
    """A chord that is held doesn't begin again; each section counts from its own beginning."""
    assert places_of(tmp_path, timed_song()) == [(0, 4, 8, 12, 16), (0, 4, 8)]


def test_what_is_cut_off_before_tells_no_places(tmp_path):
    assert places_of(tmp_path, timed_song(), ("1", "5", "6")) == [(0, 4), (), (0, 4, 8)]


def test_places_are_told_where_beats_are_quarters_of_a_bar(tmp_path):
    assert places_of(tmp_path, timed_song(meter="3/4")) == [(), ()]
    untold = timed_song()
    del untold["sections"][1]["chords"][0]["beats"]
    assert places_of(tmp_path, untold) == [(), ()]
    # What is shorter than half a quarter can't be told.
    assert places_of(tmp_path, timed_song(sections=((4, 2, 2, 0.2, 4), (4, 4)))) == [(), (0, 4, 8)]
