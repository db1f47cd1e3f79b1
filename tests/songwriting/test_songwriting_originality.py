"""Runs of a progression in songs, against counting by hand and by brute force."""

import json

import pytest
from faulty_server import FakeApi, FakeClock, FaultyServer
from hypothesis import given
from hypothesis import strategies as st

from shinko.errors import ShinkoError
from shinko.songwriting.asked import read_progression
from shinko.songwriting.originality import (
    Collection,
    compare,
    hooktheory_ids,
    look_up,
    read_collection,
)
from shinko.songwriting.song_runs import Run, find_runs
from shinko.tables.hooktheory_api import Credentials, HooktheoryClient, SongSection
from shinko.tables.song import Song
from shinko.theory import Key


def collection(*songs):
    """Songs of one passage each, as tokens, named by letters."""
    made = tuple(Song((tuple(tokens.split()),)) for tokens in songs)
    return Collection(made, tuple("abcdefg"[: len(made)]))


def shared(text, *songs, shortest=3, key=None):
    return compare(read_progression(text, key), collection(*songs), shortest)


def told(found):
    """Numerals -> (songs, times) of the runs that a song has."""
    return {found.numerals(run): (run.songs, run.times) for run in found.runs if run.songs}


# Counting


def test_runs_by_hand():
    """I V vi IV is once in a; its first three are twice in b, its last three once in c."""
    found = shared("I V vi IV", "1 5 6 4 1", "1 5 6 2 1 5 6 2", "2 5 6 4 2", "4 6 5 1")
    assert told(found) == {"I V vi IV": (1, 1), "I V vi": (2, 3), "V vi IV": (2, 2)}
    assert found.songs_of(found.runs[1]) == [("b", 2), ("a", 1)]
    assert found.whole is found.longest
    assert found.shown == (found.whole,)


def test_shown_are_the_whole_and_what_no_longer_run_contains():
    """a has chords 1 to 4, b chords 3 to 5; I V vi is a part of the first."""
    found = shared("I V vi IV ii iii", "1 5 6 4 7", "6 4 2 7 1 5 6")
    assert [found.numerals(run) for run in found.shown] == [
        "I V vi IV ii iii",
        "I V vi IV",
        "vi IV ii",
    ]
    assert found.whole.places == ()
    assert not found.whole.maximal
    assert found.numerals(found.longest) == "I V vi IV"
    assert told(found)["I V vi"] == (2, 2)


def test_the_longest_of_several_is_the_one_in_most_songs():
    found = shared("I V vi IV", "1 5 6", "5 6 4", "5 6 4")
    assert found.numerals(found.longest) == "V vi IV"


def test_without_a_shared_run_only_the_whole_is_shown():
    found = shared("I V vi IV", "1 5 4 6", "2 3")
    assert found.longest is None
    assert found.shown == (found.whole,)
    assert [run.length for run in found.runs] == [4, 3, 3]


def test_occurrences_may_overlap():
    """I V I begins at the first, third and fifth chord."""
    assert told(shared("I V I", "1 5 1 5 1 5 1")) == {"I V I": (1, 3)}


def test_a_run_that_comes_again_in_the_progression_is_told_once():
    found = shared("I V I V", "5 1 5", shortest=2)
    assert [(run.start, run.length) for run in found.runs] == [
        (0, 4),
        (0, 3),
        (1, 3),
        (0, 2),
        (1, 2),
    ]
    assert told(found) == {"V I V": (1, 1), "I V": (1, 1), "V I": (1, 1)}


def test_a_change_of_key_ends_a_run():
    songs = Collection((Song((("1", "5"), ("6", "4", "1"))),), ("a",))
    found = compare(read_progression("V vi IV"), songs, 2)
    assert told(found) == {"vi IV": (1, 1)}


def test_a_repeated_chord_counts_as_held_in_songs_and_progression():
    found = shared("I I V V V vi", "1 5 5 6", "1 1 1 5 6 6")
    assert told(found) == {"I V vi": (2, 2)}
    assert (len(found.asked.chords), found.asked.written) == (3, 6)


def test_a_chord_between_two_alike_is_not_held():
    assert told(shared("I V vi", "1 4 5 6", "1 4 1 5 6")) == {"I V vi": (1, 1)}


# Sounds


def test_chords_that_sound_alike_count_alike():
    """I7 is M17 and 57/4, II is 5/5, II7sus4 has no id; I is not I7."""
    found = shared("I7 IV II7sus4", "57/4 4 II7sus4", "M17 4 II7sus4", "1 4 II7sus4")
    assert told(found) == {"I7 IV II7sus4": (2, 2)}


def test_spellings_do_not_matter_where_no_id_fits():
    assert told(shared("I ♭IIadd9 V", "1 ♯Iadd9 5")) == {"I ♭IIadd9 V": (1, 1)}


def test_an_inversion_is_another_chord():
    assert told(shared("I V6 vi", "1 5 6", "1 56 6")) == {"I V6 vi": (1, 1)}


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("i bVI bIII bVII", None),
        ("i ♭VI ♭III ♭VII", "Em"),
        ("Am F C G", None),
        ("Am F C G", "C"),
        ("| Em | C  G | D |", "E minor"),
        ("6 4 1 5", "Am"),
        ("vi-IV-I-V", "C"),
    ],
)
def test_a_minor_key_is_compared_by_its_relative_major(text, key):
    found = shared(text, "6 4 1 5", key=None if key is None else Key.parse(key))
    assert found.asked.tokens == ("6", "4", "1", "5")
    assert found.whole.songs == 1


# Reading the progression


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("I V vi IV", "major"),
        ("i iv V7", "minor"),
        ("IV V", "major"),
        ("V7/ii ii", "major"),
        ("D A Bm G", "D major"),
        ("Dm Gm A7 Dm", "D minor"),
    ],
)
def test_the_key_is_found_as_in_songs(text, name):
    asked = read_progression(text)
    assert (asked.key_name, asked.key_was_found) == (name, True)


def test_a_key_that_is_told_is_kept():
    asked = read_progression("D A Bm G", Key.parse("A"))
    assert (asked.key_name, asked.key_was_found) == ("A major", False)
    assert asked.numerals == ("IV", "I", "ii", "♭VII")


def test_bars_repeats_and_hyphens_are_read_as_in_songs():
    assert read_progression("| I-V | vi, IV | x2", Key.parse("C")).tokens == (*"1564", *"1564")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "`chords`: no chords and no file; give some"),
        ("| |", "`chords`: no chords in the chart"),
        ("I V " * 33, "expected 1 to 64 chords, not 66; write fewer"),
        ("I H", "`chords`: chord 2, 'H': a chord symbol with a root"),
        ("I-x", "`chords`: chord 1, 'I-x': no quality '-x' on I"),
        ("C Gfoo", "`chords`: chord 2, 'Gfoo': no quality 'foo'"),
        ("I _ V", "`chords` 'I _ V': expected no free slots; write all of its chords"),
        ("I V x99", "section '' is played 99 times; give 1 to 16"),
    ],
)
def test_a_progression_that_cannot_be_read_is_told(text, message):
    with pytest.raises(ShinkoError, match=message):
        read_progression(text)


@pytest.mark.parametrize(
    ("text", "shortest", "message"),
    [
        ("I V", 3, "progression I V: 2 chords, expected at least 3; .*or lower `shortest` to 2"),
        ("I V V", 3, "progression I V: 2 chords without repeats, expected at least 3"),
        ("I V", 0, "`shortest` 0: expected 1 or more chords"),
    ],
)
def test_a_progression_shorter_than_the_shortest_run_is_told(text, shortest, message):
    with pytest.raises(ShinkoError, match=message):
        shared(text, "1 5", shortest=shortest)


# Brute force

SOUNDS = st.integers(0, 3)
SONGS = st.lists(st.lists(st.lists(SOUNDS, max_size=12), max_size=3), max_size=4)


def held(chords):
    return [one for place, one in enumerate(chords) if place == 0 or chords[place - 1] != one]


def places(run, songs):
    """(song, times) by looking at every stretch of every passage."""
    times = [
        sum(
            passage[begin : begin + len(run)] == run
            for passage in map(held, song)
            for begin in range(len(passage))
        )
        for song in songs
    ]
    return tuple((song, count) for song, count in enumerate(times) if count)


def is_within(short, long):
    return len(short) < len(long) and any(
        long[begin : begin + len(short)] == short for begin in range(len(long))
    )


@given(st.lists(SOUNDS, min_size=1, max_size=9).map(held), SONGS, st.integers(1, 9))
def test_runs_are_those_that_brute_force_finds(progression, songs, shortest):
    shortest = min(shortest, len(progression))
    starts = {}
    for start in range(len(progression)):
        for end in range(start + shortest, len(progression) + 1):
            starts.setdefault(tuple(progression[start:end]), start)
    found_at = {run: places(list(run), songs) for run in starts}
    shared_runs = [run for run, at in found_at.items() if at]
    expected = [
        Run(
            start,
            len(run),
            found_at[run],
            bool(found_at[run]) and not any(is_within(run, other) for other in shared_runs),
        )
        for run, start in starts.items()
    ]
    runs = find_runs(progression, songs, shortest)
    assert runs == tuple(sorted(expected, key=lambda run: (-run.length, run.start)))


# Files


def test_a_folder_is_read_with_names_and_progress(tmp_path):
    (tmp_path / "a.txt").write_text("title: First\nC G Am F\ntitle:\nDm G C Am\nla la la la\n")
    song = {"title": "", "key": "A", "mode": "minor", "sections": [{"chords": [{"roman": "i"}]}]}
    (tmp_path / "b.jsonl").write_text(json.dumps(song))
    (tmp_path / "notes.md").write_text("not a song")
    seen = []
    read = read_collection(tmp_path, lambda done, of: seen.append((done, of)))
    assert read.names == ("First", "a.txt, song 2", "b.jsonl, song 1")
    assert [song.chords for song in read.songs][2] == (("6",),)
    assert read.skipped == 1
    assert seen == [(0, 2), (1, 2), (2, 2)]


def test_a_folder_without_songs_is_told(tmp_path):
    with pytest.raises(ShinkoError, match=r"no songs in this folder; expected .jsonl"):
        read_collection(tmp_path)


def test_the_common_loop_is_in_the_corpora(chords_folder):
    """A longer run is never in more songs, nor more often, than a part of it."""
    read = read_collection(chords_folder / "pop909.jsonl.gz")
    assert len(read.songs) > 500
    found = compare(read_progression("I V vi IV"), read)
    whole, *parts = found.runs
    assert whole.songs > 20
    assert all(part.songs >= whole.songs and part.times >= whole.times for part in parts)


# Hooktheory


@pytest.fixture
def api(monkeypatch):
    monkeypatch.setenv("no_proxy", "*")
    with FaultyServer() as server:
        yield FakeApi(server, FakeClock(), {}, username="someone", password="hunter2")


def ask(api, text, key=None):
    client = HooktheoryClient(
        Credentials("someone", "hunter2"), base_url=api.url, clock=api.clock.clock
    )
    return look_up(client, read_progression(text, key))


def entry(number, section="Chorus"):
    return {"artist": "The Tests", "song": f"Song {number}", "section": section, "url": ""}


def test_hooktheory_is_asked_page_by_page_until_one_is_empty(api):
    api.songs = {"6,4,1": [entry(1), entry(1, "Verse"), entry(2)]}
    listed = ask(api, "i bVI bIII")
    assert listed.complete
    assert listed.songs == {
        ("The Tests", "Song 1"): ("Chorus", "Verse"),
        ("The Tests", "Song 2"): ("Chorus",),
    }
    assert api.server.paths[-1].endswith("songs?cp=6,4,1&page=3")


def test_hooktheory_is_not_asked_for_more_than_five_pages(api):
    api.songs = {"1,4": [entry(number) for number in range(20)]}
    listed = ask(api, "I I IV")
    assert not listed.complete
    assert len(listed.sections) == 10
    assert len(api.server.paths) == 6


def test_a_server_that_repeats_its_page_ends_the_asking(api):
    api.songs = {"1,4": [entry(1)]}
    page = api.reply([entry(1)])
    api.faults["/v1/trends/songs?cp=1,4&page=2"] = [page]
    listed = ask(api, "I IV")
    assert listed.sections == (SongSection("The Tests", "Song 1", "Chorus"),)
    assert listed.complete


def test_a_chord_without_an_id_is_told_before_anything_is_asked(api):
    message = (
        "`account` true: expected triads and seventh chords only; IVadd9 has no Hooktheory id; "
        "simplify it, or leave `account` out"
    )
    with pytest.raises(ShinkoError, match=message):
        ask(api, "I IVadd9")
    assert api.server.paths == []


def test_ids_count_from_the_relative_major():
    assert hooktheory_ids(read_progression("i V7 bVI", Key.parse("Am"))) == ("6", "57/6", "4")


def test_a_file_is_asked_about_as_typed_chords_are(tmp_path):
    path = tmp_path / "song.cho"
    path.write_text("{key: D}\n{soc}\n[D]a [A]b\n{eoc}\n{chorus}\n")
    asked = read_progression(str(path))
    assert (asked.tokens, asked.key_name, asked.key_was_found) == (("1", "5") * 2, "D major", False)
