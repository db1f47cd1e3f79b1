"""shinko originality: the table, JSON, Hooktheory's answer, wrong inputs."""

import json
from functools import partial

import pytest
from faulty_server import FakeApi, FakeClock, FaultyServer, Reply

from shinko.tables.hooktheory_api import HooktheoryClient

LAST = "Common short progressions are nobody's property: sharing one is no sign of copying."
SONGS = """\
title: Tune One
C G Am F C G Am F
title: Tune Two
key: A
A E F#m B
title: Tune Three
key: C
la la la la
F C G
"""


@pytest.fixture
def songs(tmp_path):
    (tmp_path / "songs.txt").write_text(SONGS)
    return "songs.txt"


@pytest.fixture
def api(monkeypatch):
    """Hooktheory's API on this machine, with one progression in three sections of two songs."""
    monkeypatch.setenv("HOOKTHEORY_USERNAME", "someone")
    monkeypatch.setenv("HOOKTHEORY_PASSWORD", "hunter2")
    clock = FakeClock()
    with FaultyServer() as server:
        api = FakeApi(server, clock, {}, username="someone", password="hunter2")
        api.songs = {
            "1,5,6,4": [
                {"artist": "The Tests", "song": "Made\x1b Up", "section": "Chorus", "url": "u"},
                {"artist": "The Tests", "song": "Made\x1b Up", "section": "Verse", "url": "v"},
                {"artist": "Nobody", "song": "Other", "section": "", "url": ""},
            ]
        }
        client = partial(HooktheoryClient, base_url=api.url, clock=clock.clock)
        monkeypatch.setattr("shinko.tables.hooktheory_api.HooktheoryClient", client)
        yield api


def test_the_table_by_hand(shinko, songs):
    """Tune One plays the loop twice; Tune Two, in A, its first three; Tune Three nothing of it."""
    out = shinko("originality", "I V vi IV", "--songs", songs).succeeded()
    assert [" ".join(line.split()) for line in out.splitlines()] == [
        "I V vi IV: 4 chords, key major (found)",
        "compared with 3 songs of songs.txt",
        "1 words or lines were skipped: they are no chords",
        "",
        "chords songs share times",
        "I V vi IV 4 1 33.3% 2 whole, longest shared",
        "",
        "I V vi IV: Tune One ×2",
        "",
        LAST,
    ]


def test_a_progression_that_no_song_has_whole_shows_its_longest_runs(shinko, songs):
    out = shinko("originality", "C G Am F Fm", "--songs", songs, "--key", "C").succeeded()
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert lines[0] == "I V vi IV iv: 5 chords, key C major (told)"
    assert "I V vi IV iv 5 0 0.0% 0 whole" in lines
    assert "I V vi IV 4 1 33.3% 2 longest shared" in lines


def test_nothing_shared_is_told(shinko, songs):
    out = shinko("originality", "ii V7 I", "--songs", songs).succeeded()
    assert "\nno run of 3 chords or more is in any of the songs\n" in out
    assert out.splitlines()[-1] == LAST


def test_held_chords_are_told(shinko, songs):
    out = shinko("originality", "I I V vi", "--songs", songs).succeeded()
    assert "of 4 chords written; one that comes again at once counts as held" in out
    assert "I V vi: Tune One ×2, Tune Two\n" in out


def test_only_some_songs_are_named(shinko, tmp_path):
    (tmp_path / "many.txt").write_text("C G Am F\n" * 8)
    out = shinko("originality", "I V vi", "--songs", "many.txt").succeeded()
    assert "many.txt, song 5 … 3 more\n" in out


def test_a_folder_is_read_too_and_titles_are_safe_to_show(shinko, tmp_path):
    (tmp_path / "songs").mkdir()
    (tmp_path / "songs" / "one.cho").write_text("{title: A\x07b}\n[C]la [G]la [Am]la\n")
    out = shinko("originality", "I V vi", "--songs", "songs").succeeded()
    assert "I V vi: A\\x07b\n" in out


def test_json_has_every_run(shinko, songs):
    out = shinko("originality", "I V vi IV", "--songs", songs, "--json").succeeded()
    found = json.loads(out)
    assert found["progression"] == {
        "roman": ["I", "V", "vi", "IV"],
        "tokens": ["1", "5", "6", "4"],
        "key": "major",
        "key_was_found": True,
        "written": 4,
    }
    assert (found["of"], found["shortest"], found["skipped"], found["longest"]) == (3, 3, 1, 0)
    assert [(run["tokens"], run["songs"], run["times"]) for run in found["runs"]] == [
        (["1", "5", "6", "4"], 1, 2),
        (["1", "5", "6"], 2, 3),
        (["5", "6", "4"], 1, 2),
    ]
    assert [run["maximal"] for run in found["runs"]] == [True, False, False]
    assert found["runs"][1]["in"] == [
        {"song": "Tune One", "times": 2},
        {"song": "Tune Two", "times": 1},
    ]
    assert found["note"] == LAST[0].lower() + LAST[1:-1]
    assert "hooktheory" not in found


def test_the_shortest_run_can_be_chosen(shinko, songs):
    out = shinko("originality", "IV I", "--songs", songs, "--shortest", "2", "--json").succeeded()
    assert [(run["songs"], run["times"]) for run in json.loads(out)["runs"]] == [(2, 2)]


def test_hooktheory_lists_songs_and_the_password_stays_out_of_sight(shinko, api):
    ended = shinko("originality", "I V vi IV", "--account")
    assert ended.succeeded().splitlines() == [
        "I V vi IV: 4 chords, key major (found)",
        "",
        "Hooktheory knows 2 songs with the whole progression:",
        "  The Tests – Made\\x1b Up (Chorus, Verse)",
        "  Nobody – Other",
        "",
        LAST,
    ]
    assert "hunter2" not in ended.out + ended.err
    assert "activkey" not in ended.out + ended.err


def test_a_progression_that_hooktheory_has_not_is_told(shinko, api):
    out = shinko("originality", "I IV", "--account").succeeded()
    assert "\nHooktheory knows no song with the whole progression\n" in out


def test_more_songs_than_are_asked_for_are_told(shinko, api):
    api.songs = {"1,4": [{"song": f"Song {number}"} for number in range(20)]}
    api.songs["1,4"][3] = {"artist": "Nobody", "song": "Song 3", "section": "Bridge"}
    out = shinko("originality", "I IV", "--account").succeeded()
    assert "Hooktheory knows at least 10 songs with the whole progression:\n  Song 0\n" in out


def test_songs_and_hooktheory_go_together_in_json(shinko, api, songs):
    out = shinko("originality", "I V vi IV", "--songs", songs, "--account", "--json").succeeded()
    found = json.loads(out)
    assert found["runs"][0]["songs"] == 1
    assert found["hooktheory"]["complete"] is True
    assert found["hooktheory"]["sections"][2] == {
        "artist": "Nobody",
        "title": "Other",
        "section": "",
        "url": "",
    }


def test_a_failing_server_leaves_nothing_half_told(shinko, api, songs):
    api.faults["/v1/trends/songs?cp=1,5,6,4&page=2"] = [Reply(status=404)]
    ended = shinko("originality", "I V vi IV", "--songs", songs, "--account")
    assert ended.failed().endswith(
        "HTTP status 404, expected 200; try again later, or leave --account out"
    )
    assert ended.out == ""


def test_a_chord_without_an_id_needs_no_login(shinko):
    assert shinko("originality", "I IVadd9", "--account").failed() == (
        "--account true: expected triads and seventh chords only; IVadd9 has no Hooktheory id; "
        "simplify it, or leave --account out"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["I V vi"],
            "--songs none: expected a file or folder of songs to compare with; or give --account "
            "to ask Hooktheory",
        ),
        (["", "--songs", "songs.txt"], "CHORDS: no chords and no file; give some"),
        (["I H", "--songs", "songs.txt"], "CHORDS: chord 2, 'H': a chord symbol with"),
        (["I V", "--songs", "songs.txt"], "progression I V: 2 chords, expected at least 3"),
        (["I V", "--songs", "songs.txt", "--shortest", "0"], "--shortest 0: expected 1 to 64"),
        (["I V vi", "--songs", "songs.txt", "--key", "X"], "key 'X': a letter A to G"),
        (["I V vi", "--songs", "nowhere"], "nowhere: no such file; expected songs as JSON"),
        (["I V vi", "--account"], "no Hooktheory login; expected HOOKTHEORY_USERNAME"),
    ],
)
def test_a_wrong_input_is_told_in_a_line(shinko, songs, arguments, message):
    ended = shinko("originality", *arguments)
    assert ended.failed().startswith(message)
    assert ended.out == ""


def test_the_help_shows_examples(shinko):
    out = shinko("originality", "--help").succeeded()
    assert 'shinko originality "I V vi IV" --songs mine.txt' in out
