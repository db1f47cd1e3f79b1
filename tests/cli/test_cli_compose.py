"""shinko compose: what it prints and writes, read back by readers that are not ours."""

import io
import json
import os
from pathlib import Path

import mido
import pretty_midi
import pytest

from shinko.score.progression import Progression


def files_in(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def composed(shinko, *arguments: str) -> list[Progression]:
    """What --json prints, as progressions."""
    printed = shinko("compose", "--json", *arguments).succeeded()
    return [Progression.from_dict(data) for data in json.loads(printed)]


def markers(path: Path) -> list[tuple[int, str]]:
    """The markers of a MIDI file with their ticks, by mido."""
    now, found = 0, []
    for message in mido.MidiFile(path).tracks[0]:
        now += message.time
        if message.type == "marker":
            found.append((now, message.text))
    return found


def meta(path: Path, kind: str) -> mido.MetaMessage:
    (message,) = (m for m in mido.MidiFile(path).tracks[0] if m.type == kind)
    return message


def test_the_same_seed_gives_the_same_files_byte_for_byte(shinko, tmp_path):
    for out in ("a", "b"):
        shinko("compose", "--seed", "7", "--out", out).succeeded()
    assert files_in(tmp_path / "a") == files_in(tmp_path / "b")
    assert len(files_in(tmp_path / "a")) == 8


@pytest.mark.parametrize(
    ("key", "tonic", "file", "signature"),
    [
        ("D dorian", "Dm", "Ddor-seed7-1", "Am"),
        ("E phrygian", "Em", "Ephr-seed7-1", "Am"),
        ("F lydian", "F", "Flyd-seed7-1", "C"),
        ("G mixolydian", "G", "Gmix-seed7-1", "C"),
    ],
)
def test_a_mode_begins_and_closes_on_its_tonic(shinko, tmp_path, key, tonic, file, signature):
    asked = ("--start", "tonic", "--end", "authentic", "--colour", "triads")
    shinko("compose", "-k", key, "-s", "7", "-n", "1", *asked).succeeded()
    data = json.loads((tmp_path / "out" / f"{file}.json").read_text(encoding="utf-8"))
    piece = Progression.from_dict(data)
    assert (data["key"], piece.names[0], piece.names[-1]) == (key, tonic, tonic)
    assert meta(tmp_path / "out" / f"{file}.mid", "key_signature").key == signature


def test_another_seed_gives_other_music(shinko):
    first, second = (composed(shinko, "--seed", seed) for seed in "78")
    assert [p.chords for p in first] != [p.chords for p in second]


def test_the_seed_by_chance_is_printed_and_gives_the_same_again(shinko, tmp_path):
    last = shinko("compose", "--out", "a").succeeded().splitlines()[-1]
    seed = last.split("seed ")[1].split(",")[0]
    shinko("compose", "--seed", seed, "--out", "b").succeeded()
    assert files_in(tmp_path / "a") == files_in(tmp_path / "b")


def test_json_is_what_the_files_hold_and_writes_none(shinko, tmp_path):
    printed = json.loads(shinko("compose", "--json", "--seed", "7").succeeded())
    assert list(tmp_path.iterdir()) == []
    shinko("compose", "--seed", "7", "--out", "out").succeeded()
    written = [json.loads(path.read_text()) for path in sorted((tmp_path / "out").glob("*.json"))]
    assert printed == written


def test_four_progressions_of_eight_chords_unless_told(shinko):
    assert [len(p.chords) for p in composed(shinko)] == [8, 8, 8, 8]


@pytest.mark.parametrize(("length", "count"), [("1", "1"), ("64", "2")])
def test_length_and_count_are_as_told(shinko, length, count):
    found = composed(shinko, "--length", length, "--count", count)
    assert [len(p.chords) for p in found] == [int(length)] * int(count)


def test_a_minor_key_is_shown_from_its_own_tonic(shinko):
    printed = json.loads(
        shinko(
            *("compose", "--key", "F# minor", "--json", "--seed", "3", "-n", "20"),
            *("--start", "tonic"),
        ).succeeded()
    )
    first = printed[0]["chords"][0]
    assert (first["token"], first["roman"], first["name"]) == ("6", "i", "F♯m")
    shown = {chord["roman"]: chord["name"] for p in printed for chord in p["chords"]}
    assert (shown["♭VII"], shown["♭VI"]) == ("E", "D")


@pytest.mark.parametrize(
    ("start", "key", "roman"),
    [
        ("tonic", "C", "I"),
        ("Tonic", "Am", "i"),
        ("IV", "C", "IV"),
        ("4", "C", "IV"),
        ("Dm", "C", "ii"),
        ("bVII", "Am", "♭VII"),
        ("G", "A minor", "♭VII"),
    ],
)
def test_every_progression_starts_on_the_chord_asked_for(shinko, start, key, roman):
    told = ("--start", start, "--key", key, "--count", "5", "--length", "2")
    found = composed(shinko, *told, "--colour", "triads")
    assert [p.roman_numerals[0] for p in found] == [roman] * 5


def test_a_chord_beyond_the_table_is_played_as_it_is_written(shinko):
    asked = ("--fix", "1=C13#11/Gb 3=Fm6", "--with", "G9sus4", "--without", "C", "--count", "6")
    for piece in composed(shinko, *asked, "--seed", "2"):
        assert (piece.names[0], piece.names[2]) == ("C13♯11/G♭", "Fm6")
        assert "G9sus4" in piece.names
        assert "C" not in piece.names


def test_any_start_leaves_the_first_chord_to_chance(shinko):
    found = composed(shinko, "--start", "any", "--count", "40", "--length", "1", "--seed", "1")
    assert len({p.roman_numerals[0] for p in found}) > 3


def test_at_temperature_0_all_progressions_are_the_likeliest(shinko):
    found = composed(shinko, "--temperature", "0", "--count", "3", "--table", "billboard")
    assert len({p.chords for p in found}) == 1


def test_numerals_stand_above_names_in_columns(shinko):
    asked = ("--key", "F# minor", "--count", "1", "--start", "tonic", "--colour", "triads")
    out = shinko("compose", "--seed", "3", "--rhythm", "even", *asked).succeeded()
    path, numerals, names, blank, last = out.splitlines()
    assert path == "out/F#m-seed3-1.mid  .json"
    assert numerals.split()[0] == "i"
    assert names.split()[0] == "F♯m"
    assert [i for i in range(2, len(names)) if names[i - 1] == " " != names[i]] == [
        i for i in range(2, len(numerals)) if numerals[i - 1] == " " != numerals[i]
    ]
    assert blank == ""
    assert last.startswith("key F♯ minor, 100 bpm, seed 3, policy shipped")


def test_a_long_progression_wraps_at_100_columns(shinko):
    told = ("--length", "64", "--count", "1", "--seed", "3")
    for rhythm, rows in (("even", 2), ("4 2 2", 3)):  # where they last alike, that isn't shown
        lines = shinko("compose", *told, "--rhythm", rhythm).succeeded().splitlines()[1:-2]
        assert len(lines) % rows == 0
        assert len(lines) > rows
        assert max(map(len, lines)) <= 100
        assert sum(len(line.split()) for line in lines) == rows * 64


def test_how_long_chords_last_stands_below_them(shinko):
    asked = ("--length", "3", "--count", "1", "--rhythm", "4 1.5 2.5")
    lines = shinko("compose", *asked).succeeded().splitlines()
    assert lines[3].split() == ["4", "1.5", "2.5"]


def test_more_than_20_progressions_are_written_but_not_all_shown(shinko, tmp_path):
    out = shinko("compose", "--count", "22", "--length", "1").succeeded()
    assert out.count(".mid  .json\n") == 20
    assert "… and 2 more in out" in out
    assert len(list((tmp_path / "out").glob("*.mid"))) == 22


def test_mido_reads_tempo_key_meter_and_a_chord_name_at_each_chord(shinko, tmp_path):
    shinko(
        *("compose", "--key", "Bb minor", "--tempo", "96", "--beats-per-chord", "2"),
        *("--length", "6", "--count", "1", "--seed", "5"),
    ).succeeded()
    path = tmp_path / "out" / "Bbm-seed5-1.mid"
    assert meta(path, "set_tempo").tempo == 625_000  # microseconds: 60,000,000 / 96
    assert meta(path, "key_signature").key == "Bbm"
    meter = meta(path, "time_signature")
    assert (meter.numerator, meter.denominator) == (4, 4)
    assert meta(path, "track_name").name == "Shinko 5-1"
    chords = json.loads(path.with_suffix(".json").read_text())["chords"]
    names = [chord["name"].replace("♭", "b").replace("♯", "#") for chord in chords]
    assert markers(path) == [(960 * place, name) for place, name in enumerate(names)]


def test_pretty_midi_reads_tempo_key_meter_and_as_many_chords(shinko, tmp_path):
    shinko(
        *("compose", "--key", "F# minor", "--tempo", "96", "--beats-per-chord", "2"),
        *("--length", "6", "--count", "1", "--seed", "5"),
    ).succeeded()
    file = pretty_midi.PrettyMIDI(io.BytesIO((tmp_path / "out" / "F#m-seed5-1.mid").read_bytes()))
    _, tempi = file.get_tempo_changes()
    assert tempi.tolist() == pytest.approx([96.0])
    (key,) = file.key_signature_changes
    assert pretty_midi.key_number_to_key_name(key.key_number) == "F# minor"
    (meter,) = file.time_signature_changes
    assert (meter.numerator, meter.denominator) == (4, 4)
    seconds = [round(1.25 * place, 6) for place in range(6)]  # 2 beats of 60 / 96 s
    for instrument in file.instruments:
        assert sorted({round(note.start, 6) for note in instrument.notes}) == seconds
    assert [instrument.name for instrument in file.instruments] == ["Chords", "Bass"]


def test_the_same_twice_leaves_one_copy(shinko, tmp_path):
    first = shinko("compose", "--seed", "7").succeeded()
    assert shinko("compose", "--seed", "7").succeeded() == first
    assert len(files_in(tmp_path / "out")) == 8


def test_a_file_with_other_content_is_never_overwritten(shinko, tmp_path):
    taken = tmp_path / "out" / "C-seed7-1.mid"
    taken.parent.mkdir()
    taken.write_bytes(b"my own work")
    out = shinko("compose", "--seed", "7", "--count", "1").succeeded()
    assert taken.read_bytes() == b"my own work"
    assert not taken.with_suffix(".json").exists()
    assert out.startswith("out/C-seed7-1-2.mid  .json\n")
    assert mido.MidiFile(tmp_path / "out" / "C-seed7-1-2.mid").length > 0


def test_another_tempo_with_the_same_seed_gets_a_name_of_its_own(shinko, tmp_path):
    shinko("compose", "--seed", "7", "--count", "1").succeeded()
    shinko("compose", "--seed", "7", "--count", "1", "--tempo", "80").succeeded()
    assert sorted(files_in(tmp_path / "out")) == [
        *("C-seed7-1-2.json", "C-seed7-1-2.mid", "C-seed7-1.json", "C-seed7-1.mid")
    ]


def test_a_run_is_composed_with_from_the_selected_checkpoint(shinko, trained):
    learned = composed(shinko, "--run", "run", "--seed", "1", "--colour", "triads")
    assert learned[0].policy in {f"run, epoch {epoch}" for epoch in (2, 4, 6)}
    tokens = {chord.token for p in learned for chord in p.chords}
    assert tokens <= {"1", "4", "5", "6", "2", "3", "b7"}


def test_an_epoch_of_a_run_can_be_chosen(shinko, trained):
    (found,) = composed(shinko, "--run", "run", "--epoch", "4", "--count", "1")
    assert found.policy == "run, epoch 4"


# What is asked for, and what the one line says.
WRONG = {
    "length 0": (["--length", "0"], "--length 0: expected 1 to 64"),
    "length 65": (["--length", "65"], "--length 65: expected 1 to 64"),
    "count 0": (["--count", "0"], "--count 0: expected 1 to 100,000"),
    "count below 0": (["-n", "-4"], "--count -4: expected 1 to 100,000"),
    "temperature": (["--temperature", "nan"], "--temperature nan: expected 0 to 100"),
    "cold": (["--temperature", "-1"], "--temperature -1.0: expected 0 to 100"),
    "seed": (["--seed", "-1"], "--seed -1: expected 0 to 9,223,372,036,854,775,807"),
    "tempo": (["--tempo", "inf"], "--tempo inf: expected 20 to 400 quarter notes a"),
    "beats": (
        ["--beats-per-chord", "0"],
        "--beats-per-chord 0.0: expected 0.0625 to 256 quarter notes",
    ),
    "key": (["--key", "嬰ヘ短調"], "key '嬰ヘ短調': a letter A to G is expected"),
    "no key": (["--key", ""], "key '': a letter A to G is expected"),
    "mode": (
        ["--key", "B locrian"],
        "key 'B locrian': no mode 'locrian'; known: major, minor, dorian",
    ),
    "two lines": (["--key", "C\nD"], r"key 'C\nD': no mode 'D'"),
    "chord": (["--start", "zzz"], "chord 'zzz': a chord symbol"),
    "other ways": (["--start", "zzz"], "--start 'zzz': expected tonic, any, or a chord"),
    "no chord": (["--start", "Cfoo"], "--start 'Cfoo': expected tonic, any, or a chord"),
    "no colour": (
        ["--colour", "blue"],
        "--colour 'blue': expected one of counted, triads, sevenths, rich",
    ),
    "epoch alone": (["--epoch", "4"], "--epoch 4: expected --run, too"),
    "no run": (["--run", "nowhere"], "nowhere: no run there (no settings.toml); expected a folder"),
    "file as run": (["--run", "file"], "file: no run there (no settings.toml)"),
    "control": (["--run", "a\n\x1b[31m"], r"a\n\x1b[31m: no run there"),
    "file as folder": (["--out", "file"], "--out 'file': expected a folder, or a file such"),
    "unknown ending": (["--out", "song.ogg"], "--out 'song.ogg': expected an ending that files"),
    "known endings": (["--out", "song.ogg"], ".mid, .musicxml, "),
    "no ending": (["--out", "song.ogg"], "; or a folder"),
    "standard output": (["--out", "-"], "--out '-': expected a folder, or a file such as song.pdf"),
    "to be printed": (["--out", "-"], "for standard output give --print FORMAT"),
    "file and formats": (
        ["--out", "song.pdf", "-f", "svg,pdf"],
        "--formats 'svg,pdf': expected pdf, for that is what --out song.pdf is; give a folder for",
    ),
    "text and a file": (
        ["--print", "line", "--out", "x.txt"],
        "--print 'line': expected no --out beside it; leave one of them out",
    ),
    "text and formats": (
        ["--print", "line", "-f", "pdf"],
        "--formats 'pdf': expected none beside --print; leave one of them out",
    ),
    "JSON and a file": (
        ["--json", "--out", "x.json"],
        "--json true: expected no --out beside it; leave one of them out",
    ),
    "through a file": (["--out", "file/x"], "file/x: can't be made (Not a directory); choose"),
}


@pytest.mark.parametrize(("arguments", "told"), WRONG.values(), ids=WRONG)
def test_a_wrong_input_is_told_in_one_line_and_nothing_is_written(
    shinko, tmp_path, arguments, told
):
    (tmp_path / "file").write_text("")
    assert told in shinko("compose", *arguments).failed()
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize("epoch", ["0", "-1"])
def test_an_epoch_that_no_run_has_is_told(shinko, trained, epoch):
    told = shinko("compose", "--run", "run", "--epoch", epoch).failed()
    assert told == f"--epoch {epoch}: expected at least 1"


@pytest.mark.parametrize("epoch", ["5", "99999999999"])
def test_an_epoch_without_a_checkpoint_is_told_with_those_there_are(shinko, trained, epoch):
    told = shinko("compose", "--run", "run", "--epoch", epoch).failed()
    assert told == f"run: no checkpoint at epoch {epoch}; there are 2, 4, 6"


def test_a_full_disk_leaves_no_half_written_file(shinko, tmp_path, monkeypatch):
    written = []

    def full(source, target):
        if len(written) == 3:
            raise OSError(28, "No space left on device", target)
        written.append(target)
        link(source, target)

    link = os.link  # a new file's name
    monkeypatch.setattr("os.link", full)
    told = shinko("compose", "--seed", "7").failed()
    assert told == ("can't write 'out/C-seed7-2.json': No space left on device; free some space")
    # Written together, all of them or none.
    assert [path.name for path in written][2:] == ["C-seed7-2.mid"]
    assert not files_in(tmp_path / "out")


def test_a_genre_says_what_it_takes(shinko):
    asked = ("compose", "--count", "1", "--seed", "1", "--out", "out")
    told = shinko(*asked, "--genre", "blues").succeeded()
    assert "genre blues: table blues, style jazz" in told
    assert "policy shipped, blues, major, real" in told
    told = shinko(*asked, "--genre", "blues", "--style", "strum", "--table", "pop").succeeded()
    assert "genre blues: table pop, style strum" in told


def test_a_template_is_composed_from_the_terminal(shinko):
    asked = ("compose", "--template", "blues", "--seed", "1", "--count", "1", "--print", "line")
    chords = shinko(*asked).succeeded().strip().split(" | ")
    assert chords[:9] == ["C7", "C7", "C7", "C7", "F7", "F7", "C7", "C7", "G7"]
    told = shinko(*asked, "--length", "10").failed()
    assert told == (
        "--length 10: expected 12 chords, those of --template blues, 24 for two rounds …; leave "
        "out --length"
    )


def test_a_song_that_is_saved_is_played_again(shinko, tmp_path):
    asked = ("--form", "verse:6 chorus:4", "--keys", "chorus=Eb", "--end", "verse=half")
    shinko("compose", *asked, "-s", "3", "-n", "1", "-o", "a", "--save", "song.toml").succeeded()
    shown = shinko("compose", "song.toml", "-o", "b").succeeded()
    assert files_in(tmp_path / "a") == files_in(tmp_path / "b")
    assert shown.splitlines()[1] == "  verse"
    assert "  chorus (E♭ major)" in shown.splitlines()
    lower = composed(shinko, "song.toml", "--key", "B")
    assert [str(one.key) for one in lower] == ["B major"]


def test_saving_takes_no_file_away(shinko, tmp_path):
    (tmp_path / "song.toml").write_text("mine")
    assert shinko("compose", "-s", "3", "--save", "song.toml").failed() == (
        "--save 'song.toml': expected a name that nothing has yet; give --replace, too, or "
        "choose another name"
    )
    assert (tmp_path / "song.toml").read_text() == "mine"
    assert not (tmp_path / "out").exists()
    shinko("compose", "-s", "3", "--save", "song.toml", "--replace").succeeded()
    assert "seed = 3" in (tmp_path / "song.toml").read_text(encoding="utf-8")
    assert "a name that ends in .toml" in shinko("compose", "--save", "song.txt").failed()


def test_locks_that_are_given_one_by_one_are_all_kept(shinko, table):
    asked = (
        "compose",
        "-n",
        "1",
        "--length",
        "4",
        "--table",
        table,
        "--fix",
        "1=I",
        "--fix",
        "3=V",
    )
    told = shinko(*asked, "--rhythm", "even", "--print", "line").succeeded()
    chords = told.strip().split(" | ")
    assert (chords[0], chords[2]) == ("C", "G")
