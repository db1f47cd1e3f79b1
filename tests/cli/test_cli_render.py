"""shinko render: from chords that one has to files, and what is wrong in one line."""

import io
import json

import mido
import pytest

from shinko.cli import render


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


def test_typed_chords_become_midi_and_json(shinko, tmp_path):
    out = shinko("render", "Am7 D7 Gmaj7", "--key", "G").succeeded()
    assert out.splitlines() == [
        "out/progression.mid  .json",
        "  ii7    V7     Imaj7",
        "  Am7    D7     Gmaj7",
        "",
        "key G major, 120 bpm, 4/4, block",
    ]
    assert names_in(tmp_path / "out") == ["progression.json", "progression.mid"]


def test_one_file_is_written_where_one_is_named_and_again_over_itself(shinko, tmp_path):
    for style in ("block", "ballad"):
        shinko("render", "C G", "-o", "song.mid", "--style", style).succeeded()
    assert names_in(tmp_path) == ["song.mid"]
    assert len(mido.MidiFile(tmp_path / "song.mid").tracks) == 4  # the ballad's


def test_in_a_folder_nothing_is_replaced(shinko, tmp_path):
    for style in ("block", "ballad", "ballad"):
        shinko("render", "C G", "--title", "Song", "-f", "midi", "--style", style).succeeded()
    assert names_in(tmp_path / "out") == ["Song-2.mid", "Song.mid"]


def test_formats_that_are_asked_for_one_by_one_are_all_written(shinko, tmp_path):
    shinko(
        "render", "C G", "--title", "Song", "-f", "midi", "-f", "txt,json", "-f", "midi"
    ).succeeded()
    assert names_in(tmp_path / "out") == ["Song.json", "Song.mid", "Song.txt"]


@pytest.mark.parametrize(
    ("form", "begins"),
    [
        ("line", "C G | Am F\n"),
        ("txt", "key: C major  tempo: 120  meter: 4/4\n"),
        ("abc", "X:1\n"),
        ("json", "{\n"),
    ],
)
def test_text_is_printed_and_nothing_written(shinko, tmp_path, form, begins):
    out = shinko("render", "C G | Am F", "--key", "C", "--print", form).succeeded()
    assert out.startswith(begins)
    assert names_in(tmp_path) == []


def test_sections_in_keys_of_their_own_are_transposed_and_slowed_down(shinko, tmp_path):
    (tmp_path / "song.txt").write_text("key: C\n[A]\nC G\n[B]\nkey: Eb\nEb Bb\n", "utf-8")
    asked = ("render", "song.txt", "--to", "D", "--ritardando", "--print", "txt")
    assert shinko(*asked).succeeded().splitlines() == [
        "key: D major  tempo: 120  meter: 4/4",
        *("", "[A]", "| D | A |"),
        *("", "[B]", "key: F major", "| F | C |"),
        "rit.",
    ]


@pytest.mark.parametrize("kind", ["txt", "json", "chordpro"])
def test_a_mode_goes_through_standard_input(shinko, monkeypatch, kind):
    text = shinko("render", "i IV", "--key", "D dorian", "--print", kind).succeeded()
    monkeypatch.setattr(render.sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    chart = shinko("render", "-", "--to", "E dorian", "--print", "txt").succeeded()
    assert chart.startswith("key: E dorian  ")
    assert "| Em | A |" in chart


@pytest.mark.parametrize("kind", ["txt", "json", "chordpro"])
def test_standard_input_is_read_in_any_format(shinko, monkeypatch, kind):
    text = shinko("render", "[Verse] C | G7", "--print", kind).succeeded()
    monkeypatch.setattr(render.sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    assert shinko("render", "-", "--print", "line").succeeded() == "C | G7\n"


def test_a_file_goes_round_through_midi_and_another_key(shinko):
    shinko("render", "[Verse] |: C Am | F G :|", "-o", "a.mid", "--meter", "3/4").succeeded()
    ended = shinko("render", "a.mid", "--to", "Eb", "--print", "line")
    assert ended.succeeded() == "|: E♭ / Cm | A♭ / B♭ :| x2\n"
    assert "a.mid: found 4 chords in its markers" in ended.err


def test_several_progressions_of_one_file_are_all_written(shinko, tmp_path):
    listed = shinko("compose", "--json", "-n", "2", "-s", "1", "-l", "2").succeeded()
    (tmp_path / "two.json").write_text(listed)
    shinko("render", "two.json", "-f", "txt").succeeded()
    assert names_in(tmp_path / "out") == ["Shinko-1-1-1.txt", "Shinko-1-2-2.txt"]


def test_tracks_instruments_and_feel_are_what_is_asked_for(shinko, tmp_path):
    options = ("--style", "bossa", "--parts", "chords,bass", "--instrument", "bass=tuba")
    shinko("render", "C G", "-o", "song.mid", *options, "--humanize", "0").succeeded()
    file = mido.MidiFile(tmp_path / "song.mid")
    assert [track.name for track in file.tracks[1:]] == ["Chords", "Bass"]
    programs = [m.program for track in file.tracks for m in track if m.type == "program_change"]
    assert programs == [24, 58]


def test_a_piece_ends_where_it_is_asked_to(shinko, tmp_path):
    def strokes_of_last_bar(*options):
        shinko("render", "C | G", "-o", "s.mid", "--style", "ballad", *options).succeeded()
        now, starts = 0, []
        for message in mido.MidiFile(tmp_path / "s.mid").tracks[1]:
            now += message.time
            starts += [now] * (message.type == "note_on")
        return len({start // 240 for start in starts if start >= 1800})

    options = ("--humanize", "0")
    assert strokes_of_last_bar(*options) == strokes_of_last_bar(*options, "--no-ending") == 4
    assert strokes_of_last_bar(*options, "--ending") == 1


def test_a_pattern_of_ones_own_plays(shinko, tmp_path):
    (tmp_path / "mine.toml").write_text('["any".chords]\nall = "x-x-"\n')
    shinko("render", "C", "-o", "song.mid", "--style", "mine.toml").succeeded()
    notes = [m for m in mido.MidiFile(tmp_path / "song.mid").tracks[1] if m.type == "note_on"]
    assert len(notes) == 6


def test_composing_takes_a_style_and_a_table(shinko):
    one = ("compose", "-n", "1", "-s", "1", "-f", "midi")
    out = shinko(*one, "--table", "1960s", "--style", "ballad").succeeded()
    assert out.splitlines()[-1] == (
        "key C major, 100 bpm, ballad, seed 1, policy shipped, 1960s, major, real"
    )


def test_composing_in_three_four_has_bars_of_three(shinko):
    asked = ("--meter", "3/4", "-n", "1", "-l", "2", "--rhythm", "even", "--json")
    out = shinko("compose", *asked).succeeded()
    (found,) = json.loads(out)
    assert found["meter"] == [3, 4]
    assert [chord["beats"] for chord in found["chords"]] == [3.0, 3.0]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("Am7 Hm",), "chord 2, 'Hm': "),
        (("nothing.mid",), "can't read 'nothing.mid': no such file"),
        (("",), "no chords and no file"),
        (("C", "--key", "X"), "key 'X': a letter A to G"),
        (("C", "--style", "polka"), "--style 'polka': expected one of block, arpeggio"),
        (("C", "--style", "no.toml"), "pattern 'no.toml': No such file or directory"),
        (("C", "--voicing", "loud"), "--voicing 'loud': expected one of close, open"),
        (("C", "--formats", "midi,doc"), "--formats 'doc': expected one of midi, "),
        (("C", "--formats", " "), "--formats '': expected some of midi, "),
        (("C", "--instrument", "tubba"), "instrument 'tubba' is not known; try 'tuba'"),
        (("C", "--style", "waltz"), "pattern 'waltz' is for 3/4, not 4/4"),
        (
            ("C", "--to", "Em"),
            "--to 'E minor': expected a major key, for the chords are in C major",
        ),
        (("C", "--meter", "5/5"), "meter 5/5; give 1 to 32 over 1, 2, 4"),
        (("C", "--meter", "waltz"), "meter 'waltz'; give one such as 4/4"),
        (("C", "--tempo", "5"), "--tempo 5.0: expected 20 to 400 quarter notes a minute"),
        (("C", "--bars", "8-1"), "--bars '8-1': expected the first and the last"),
        (
            ("C", "-o", "x.pdf", "-f", "midi"),
            "--formats 'midi': expected pdf, for that is what --out x.pdf is; give a folder",
        ),
        (("C", "--print", "wav"), "--print 'wav': expected one of txt, line"),
        (("C", "--soundfont", "no.sf2", "-f", "wav"), "SoundFont 'no.sf2': No such file"),
        (
            ("C", "-f", "svg", "--diagrams", "banjo"),
            "--diagrams 'banjo': expected one of guitar, piano, ",
        ),
        (("C", "--swing", "0.6", "--meter", "6/8", "--style", "strum"), "swing 0.6 in 6/8: it is"),
    ],
)
def test_what_can_not_be_rendered_is_one_line_and_leaves_nothing(
    shinko, tmp_path, arguments, message
):
    assert message in shinko("render", *arguments).failed()
    assert names_in(tmp_path) == []


SONG = """\
{title: Two doors}
{artist: nobody}
{capo: 2}
{key: G}
{start_of_verse}
[G]Words and [D7]more
{end_of_verse}
{comment: softly}
"""


def test_a_song_is_transposed_in_place_words_and_all(shinko, tmp_path):
    (tmp_path / "song.cho").write_text(SONG)
    told = shinko("render", "song.cho", "--to", "A", "-o", "song.cho")
    assert told.succeeded()
    assert "left out" not in told.err
    moved = SONG.replace("key: G", "key: A").replace("[G]", "[A]").replace("[D7]", "[E7]")
    assert (tmp_path / "song.cho").read_text() == moved
    printed = shinko("render", "song.cho", "--to", "G", "--print", "chordpro").succeeded()
    assert printed == SONG


def test_a_song_is_told_anew_what_is_asked_for(shinko, tmp_path):
    (tmp_path / "song.cho").write_text(SONG)
    asked = ("--tempo", "90", "--title", "Other {doors}", "--ritardando", "--print", "chordpro")
    printed = shinko("render", "song.cho", *asked).succeeded()
    lines = printed.splitlines()
    assert lines[:2] == ["{title: Other (doors)}", "{tempo: 90}"]
    assert lines[-1] == "{comment: rit.}"
    assert "[G]Words and [D7]more" in lines


def test_what_formats_leave_out_is_counted(shinko, tmp_path):
    (tmp_path / "song.cho").write_text(SONG)
    told = shinko("render", "song.cho", "-f", "midi,chordpro,json,txt").err
    assert "left out in midi, txt: 1 line of words, artist, capo, 1 comment; left out in" in told
    assert told.rstrip().endswith("left out in json: 1 comment")


@pytest.mark.parametrize(
    ("name", "text", "asked", "why"),
    [
        ("song.cho", SONG, ("--bars", "1"), "holds more bars"),
        ("song.txt", "C     G\nWords here\n", ("--to", "D"), "holds 1 line of words"),
        ("song.txt", "C Hm G\n", ("--to", "D"), "holds more than would be written"),
        ("song.cho", f"{SONG}{{ns}}\nwords alone\n", ("--to", "D"), "holds another song"),
    ],
)
def test_what_was_read_is_not_replaced_by_less(shinko, tmp_path, name, text, asked, why):
    (tmp_path / name).write_text(text)
    told = shinko("render", name, *asked, "-o", f"./{name}").failed()
    assert why in told
    assert (tmp_path / name).read_text() == text


def test_what_holds_nothing_else_may_take_its_own_place(shinko, tmp_path):
    (tmp_path / "song.txt").write_text("C G | Am F\n")
    shinko("render", "song.txt", "--to", "D", "-o", "song.txt").succeeded()
    assert (tmp_path / "song.txt").read_text().endswith("| D A | Bm G |\n")
    shinko("render", "song.txt", "-o", "song.mid").succeeded()
    shinko("render", "song.mid", "--to", "C", "-o", "song.mid").succeeded()
    told = shinko("render", "song.mid", "--style", "ballad", "-o", "song.mid").failed()
    assert "holds more than would be written" in told


def test_all_songs_are_printed_each_with_its_name(shinko, tmp_path):
    (tmp_path / "songs.cho").write_text("{t: A}\n[C]a\n{ns}\n[G]b\n")
    line = shinko("render", "songs.cho", "--print", "line").succeeded()
    assert line == "title: A\nC\ntitle: Song 2\nG\n"
    (tmp_path / "songs.txt").write_text(line)
    assert shinko("render", "songs.txt", "--print", "line").succeeded() == line
    shinko("render", "songs.cho", "-f", "midi", "-o", "x.mid").succeeded()
    assert names_in(tmp_path) == ["songs.cho", "songs.txt", "x-1.mid", "x-2.mid"]


@pytest.mark.parametrize("name", ["song.chordpro", "SONG.CHO", "song.midi", "song.xml"])
def test_a_file_has_the_ending_that_one_gives_it(shinko, tmp_path, name):
    out = shinko("render", "C G", "-o", name).succeeded()
    assert out.splitlines()[0] == name
    assert names_in(tmp_path) == [name]


def test_a_song_of_any_ending_is_transposed_in_place(shinko, tmp_path):
    (tmp_path / "song.chordpro").write_text(SONG)
    shinko("render", "song.chordpro", "--to", "A", "-o", "song.chordpro").succeeded()
    assert "[A]Words and [E7]more" in (tmp_path / "song.chordpro").read_text()
    assert names_in(tmp_path) == ["song.chordpro"]
