"""Chords that one has, typed, from a file or a pipe: what one command takes, all of them take."""

import io
import json
import sys
from pathlib import Path

import pytest


def piped(monkeypatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


@pytest.mark.parametrize(
    ("text", "key", "found"),
    [("D A Bm G", "D major (found)", True), ("i bVI bIII bVII", "A minor", False)],
)
def test_all_commands_read_chords_in_the_key_that_they_are_in_and_say_so(shinko, text, key, found):
    for command in ("suggest", "explain", "best", "render"):
        assert f"key {key}" in shinko(command, text).succeeded()
    assert f"key {key}" in shinko("compose", text, "--continue", "1", "-n", "1").succeeded()
    name = key.removesuffix(" (found)")
    for command in ("suggest", "explain", "best"):
        told = json.loads(shinko(command, text, "--json").succeeded())
        told = told[0] if command == "best" else told
        assert (told["key"], told["key_was_found"]) == (name, found)
    heat = json.loads(shinko("explain", f"{text} _", "--json").succeeded())
    assert (heat["key"], heat["heard_as"]) == (name, {})
    (piece,) = json.loads(
        shinko("compose", text, "--continue", "1", "-n", "1", "--json").succeeded()
    )
    assert (piece["key"], piece.get("key_was_found", False)) == (name, found)


def test_a_key_that_is_told_is_not_guessed(shinko):
    for command in ("suggest", "explain", "best", "render"):
        out = shinko(command, "D A Bm G", "--key", "A").succeeded()
        assert "key A major" in out
        assert "found" not in out


LINES = [
    ("--key", "F# minor", "--seed", "1"),
    ("--key", "D dorian", "--seed", "2", "--form", "AABA", "--length", "4"),
    ("--key", "Bb", "--beats-per-chord", "2", "--variety", "adventurous", "--seed", "3"),
    ("--key", "Eb minor", "--table", "pop909", "--beats-per-chord", "3", "--seed", "4"),
]
CHARTS = [
    "| C7sus4 / / Fmaj9 | Bb13 | G/B | N.C. |",
    "|: C#m7b5 F#7b9 | Bm9 :| x2 || E7alt | A6/9 N.C. |",
    "Cdim7 C+ Csus2 C5 Cadd9 CmMaj7 C7#9 Dm11/G",
]


@pytest.mark.parametrize("line", [*LINES, *CHARTS])
def test_each_command_takes_what_is_printed_as_a_line(shinko, line):
    """Of any chords: what isn't known is heard as the nearest, and told."""
    if isinstance(line, tuple):
        line = shinko("compose", "-n", "1", "--print", "line", *line).succeeded().strip()
    else:
        line = shinko("render", line, "--print", "line").succeeded().strip()
    count = len(json.loads(shinko("render", line, "--json").succeeded())["chords"])
    for more in (
        ("suggest", line),
        ("explain", line),
        ("best", line, "--differ", "1"),
        ("render", line),
        ("compose", line, "--vary", "1", "--apart", "1", "--seed", "1"),
    ):
        shinko(*more).succeeded()
    told = shinko("compose", line, "--continue", "2", "-n", "1", "--seed", "1", "--json")
    (piece,) = json.loads(told.succeeded())
    given = json.loads(shinko("render", line, "--json").succeeded())
    if not given.get("sections"):
        names = [chord["name"] for chord in given["chords"]]
        assert [chord["name"] for chord in piece["chords"]][:count] == names


def test_a_chord_that_is_not_known_is_told_where_messages_are(shinko):
    done = shinko("explain", "C7sus4 Fmaj9", "--key", "C", "--json")
    assert json.loads(done.out)["heard_as"] == {"C7sus4": "C7", "Fmaj9": "Fmaj7"}
    assert done.err == (
        "C7sus4 Fmaj9: not known here, so heard as the nearest: C7sus4 as C7, Fmaj9 as Fmaj7\n"
    )


def test_a_composition_goes_on_from_a_file(shinko, tmp_path):
    shinko("render", "| D A | Bm G |", "--tempo", "90", "--meter", "3/4", "-o", "song.mid")
    done = shinko("compose", "song.mid", "--continue", "4", "-n", "1", "--json")
    (piece,) = json.loads(done.succeeded())
    assert done.err == "song.mid: found 4 chords in its markers\n"
    assert [chord["name"] for chord in piece["chords"][:4]] == ["D", "A", "Bm", "G"]
    assert (len(piece["chords"]), piece["tempo_bpm"], piece["meter"]) == (8, 90, [3, 4])
    (part,) = json.loads(
        shinko(
            *("compose", "song.mid", "--from-bars", "2-2", "--continue", "1", "-n", "1", "--json")
        ).succeeded()
    )
    assert [chord["name"] for chord in part["chords"][:2]] == ["Bm", "G"]


def test_variants_are_written_and_numbered(shinko, tmp_path):
    out = shinko("compose", "D A Bm G", "--vary", "3", "--seed", "1", "-f", "json").succeeded()
    assert out.splitlines()[-1].startswith("key D major (found), 100 bpm, seed 1, policy shipped")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        f"D-seed1-{number}.json" for number in (1, 2, 3)
    ]


def test_a_suggestion_is_written_with_what_is_around_it(shinko, tmp_path):
    out = shinko("suggest", "| D A | _ G |", "--write", "-n", "2").succeeded()
    assert out.splitlines()[4].split() == ["out/progression.mid", ".json"]
    piece = json.loads((tmp_path / "out" / "progression.json").read_text())
    best, second = (line.split()[1] for line in out.splitlines()[1:3])
    assert [chord["name"] for chord in piece["chords"]] == ["D", "A", best, "G"]
    assert [chord["beats"] for chord in piece["chords"]] == [2, 2, 2, 2]
    line = shinko("suggest", "| D A | _ G |", "--pick", "2", "--print", "line").succeeded()
    assert line == f"D A | {second} G\n"
    shinko("suggest", "D A", "-o", "next.cho").succeeded()
    assert "{key: D}" in (tmp_path / "next.cho").read_text()
    shinko("render", "D A", "-o", "song.mid")
    shinko("suggest", "song.mid", "--slot", "2", "--write", "-f", "txt").succeeded()
    assert (tmp_path / "out" / "song.txt").exists()


def test_the_best_are_written_and_numbered(shinko, tmp_path):
    out = shinko("best", "D _ _ G", "-n", "2", "--differ", "1", "-f", "midi,txt").succeeded()
    assert [line.split()[-2:] for line in out.splitlines()[:2]] == [
        [f"out/D-best-{number}.mid", ".txt"] for number in (1, 2)
    ]
    assert len(list((tmp_path / "out").iterdir())) == 4
    shinko("best", "-n", "1", "-o", "top.txt").succeeded()
    text = (tmp_path / "top.txt").read_text()
    assert text.startswith("key: C major  tempo: 100  meter: 4/4  title: Best 1\n")
    lines = shinko("best", "D _ _ G", "-n", "2", "--differ", "1", "--print", "line").succeeded()
    assert all(line.startswith("D | ") and line.endswith("| G") for line in lines.splitlines())
    (one, _) = json.loads(
        shinko(
            "best", "D _ C13 G", *("-n", "2", "--differ", "1", "--key", "D", "--json")
        ).succeeded()
    )
    assert one["chords"][2] == "♭VII13"


def test_chords_come_through_a_pipe(shinko, monkeypatch):
    piped(monkeypatch, b"key: D  tempo: 90\n| D A | Bm _ |\n")
    (piece,) = json.loads(shinko("compose", "-", "-n", "1", "--json").succeeded())
    assert (piece["key"], piece["tempo_bpm"]) == ("D major", 90)
    for command in ("explain", "suggest", "best"):
        piped(monkeypatch, b"D A Bm G")
        assert "key D major (found)" in shinko(command, "-").succeeded()


@pytest.mark.parametrize("data", [b"MThd\0\0\0\6", b"C " * 600_000])
def test_what_is_no_text_does_not_come_through_a_pipe(shinko, monkeypatch, data):
    piped(monkeypatch, data)
    assert shinko("explain", "-").failed() == (
        "CHORDS|FILE '-': expected at most 1,000,000 bytes of text on standard input; give a file "
        "by its name"
    )


def test_a_policy_of_ones_own_goes_on_from_chords_and_varies_them(shinko, trained):
    one = ("--run", trained, "--seed", "1", "--print", "line")
    line = shinko("compose", "C F _ Fmaj9", "-n", "1", *one).succeeded()
    assert line.startswith("C | F | ")
    assert line.endswith(" | Fmaj9\n")
    lines = shinko("compose", "C F G C", "--vary", "2", *one).succeeded().splitlines()
    assert len({"C | F | G | C", *lines}) == 3


@pytest.mark.parametrize("command", ["compose", "suggest", "best"])
def test_a_file_that_chords_are_taken_from_is_not_replaced(shinko, tmp_path, command):
    (tmp_path / "song.txt").write_text("C G Am _\n")
    one = ("-n", "1") if command != "suggest" else ()
    told = shinko(command, "song.txt", *one, "-o", "song.txt").failed()
    assert told.startswith("--out 'song.txt': expected another name, for the chords are taken from")
    assert (tmp_path / "song.txt").read_text() == "C G Am _\n"


def test_what_comes_through_a_pipe_is_read_as_a_file_is(shinko, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"C Hm G")))
    told = shinko("explain", "-", "--memoryless")
    assert told.succeeded()
    assert "sounds on: 1 ('Hm (write Bm)' in line 1)" in told.err
    assert "chord 2, 'Hm': a chord symbol" in shinko("explain", "C Hm G").failed()


def test_bare_numerals_of_minor_are_told_of_once_wherever_they_stand(shinko):
    told = "III, VI and VII of minor are the scale's"
    Path("songs.txt").write_text("i iv V7 i\n")
    for args in (
        ("originality", "i VI III VII", "--key", "Am", "--songs", "songs.txt"),
        ("render", "i VI III VII", "--key", "Am"),
        ("explain", "i VI III VII", "--key", "Am"),
        ("compose", "--key", "Am", "--fix", "1=i 2=VI", "-n", "1"),
        ("best", "--key", "Am", "--with", "VII", "-n", "1", "--length", "4"),
    ):
        ended = shinko(*args)
        assert ended.code == 0
        assert ended.err.count(told) == 1
    assert told not in shinko("render", "i ♭VI V7", "--key", "Am").err


def test_tensions_in_brackets_are_one_chord_of_a_lock(shinko):
    lock = ("--key", "C", "--fix", "2=C7(b9,13), 4=F", "--length", "4", "-n", "1")
    (piece,) = json.loads(shinko("compose", *lock, "--json").succeeded())
    assert [chord["name"] for chord in piece["chords"]][1::2] == ["C13♭9", "F"]
