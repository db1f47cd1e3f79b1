"""Reading: typed chords and files, by their endings, and what the user says beside them."""

import json
from dataclasses import replace

import pytest

from shinko.errors import ShinkoError
from shinko.files.formats import Rendering
from shinko.files.read import Reading, in_key, read, read_stream, read_typed, transposed
from shinko.files.render import render
from shinko.files.requests import read_bars
from shinko.score.bars import played
from shinko.score.progression import MelodyNote, Progression, Section
from shinko.theory import Key, parse_token

PIECE = Progression(
    tuple(map(parse_token, ["1", "57/6", "6", "464", "b7"])),
    Key.parse("E♭"),
    (3.0, 1.5, 1.5, 3.0, 2.0),
    tempo_bpm=96.0,
    meter=(3, 4),
    title="Fünf",
    sections=(Section("A", 3, 2), Section("B", 2)),
)


JSON = b'{"key": "C", "chords": [{"token": "1", "beats": 4}]}'
ALL_FORMATS = ["midi", "musicxml", "txt", "chordpro", "json"]


def heard(piece: Progression) -> list[tuple[str, int, int]]:
    names = piece.names
    return [(names[chord], a, b) for passage in played(piece) for chord, a, b in passage.chords]


@pytest.mark.parametrize("name", ALL_FORMATS)
def test_what_was_written_is_read_again(name, tmp_path):
    ((suffix, content),) = render(PIECE, Rendering((name,))).items()
    path = tmp_path / f"song{suffix}"
    path.write_bytes(content)
    found = read(str(path), Reading())
    assert found.name == "song"
    (again,) = found.progressions
    assert heard(again) == heard(PIECE)
    assert (again.key, again.meter, again.title) == (PIECE.key, PIECE.meter, PIECE.title)
    assert again.tempo_bpm == pytest.approx(96, abs=1e-3)  # MIDI has whole microseconds a beat


MODAL = ["D dorian", "F♯ phrygian", "E♭ lydian", "G mixolydian"]


@pytest.mark.parametrize("key", MODAL)
@pytest.mark.parametrize("name", ["musicxml", "txt", "chordpro", "json"])
def test_a_mode_is_read_again_where_the_format_tells_it(name, key, tmp_path):
    piece = replace(PIECE, key=Key.parse(key))
    ((suffix, content),) = render(piece, Rendering((name,))).items()
    path = tmp_path / f"song{suffix}"
    path.write_bytes(content)
    (again,) = read(str(path), Reading()).progressions
    assert again.key == piece.key
    assert heard(again) == heard(piece)
    assert again.roman_numerals == piece.roman_numerals


@pytest.mark.parametrize("key", MODAL)
def test_midi_keeps_signature_and_third_of_a_mode(key, tmp_path):
    piece = replace(PIECE, key=Key.parse(key))
    path = tmp_path / "song.mid"
    path.write_bytes(render(piece, Rendering(("midi",)))[".mid"])
    (again,) = read(str(path), Reading()).progressions
    assert again.key == piece.key.major_or_minor
    assert heard(again) == heard(piece)
    (told,) = read(str(path), Reading(piece.key)).progressions
    assert told.roman_numerals == piece.roman_numerals


def test_a_mode_is_transposed_to_the_same_mode_only():
    piece = replace(PIECE, key=Key.parse("D dorian"))
    assert transposed(piece, Key.parse("E dorian")).roman_numerals == piece.roman_numerals
    with pytest.raises(ShinkoError, match="a dorian key, for the chords are in D dorian"):
        transposed(piece, Key.parse("E minor"))


def test_what_the_user_says_counts_more_than_the_file(tmp_path):
    path = tmp_path / "song.json"
    path.write_text(json.dumps(PIECE.to_dict()))
    reading = Reading(Key.parse("B♭"), (4, 4), 60.0, "Other")
    (again,) = read(str(path), reading).progressions
    assert again.names == PIECE.names
    assert again.roman_numerals[0] == "IV"
    assert (again.meter, again.tempo_bpm, again.title) == ((4, 4), 60.0, "Other")


def test_chords_count_more_than_a_folder_of_their_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "Am").mkdir()
    (tmp_path / "songs").mkdir()
    assert read("Am", Reading()).progressions[0].names == ("Am",)
    with pytest.raises(ShinkoError, match=r"'songs' is a folder; known endings: \.mid"):
        read("songs", Reading())


def test_slots_of_a_chart_may_be_free(tmp_path):
    path = tmp_path / "song.txt"
    path.write_text("C _ G _")
    for source in (str(path), "C _ G _"):
        assert read(source, Reading(), open_slots=True).free == (1, 3)
        with pytest.raises(ShinkoError, match="chord 2, '_': a free slot"):
            read(source, Reading())
    assert read("C G", Reading(), open_slots=True).free == ()


def test_a_key_counts_as_found_until_somebody_says_it(tmp_path):
    (piece,) = read("D A Bm G", Reading()).progressions
    assert piece.key_was_found
    for other in (in_key(piece, piece.key), transposed(piece, Key.parse("E"))):
        assert not other.key_was_found
    path = tmp_path / "song.json"
    path.write_text(json.dumps(piece.to_dict()))
    (again,) = read(str(path), Reading()).progressions
    (told,) = read(str(path), Reading(key=Key.parse("D"))).progressions
    assert (again.key_was_found, told.key_was_found) == (True, False)


def test_typed_chords_need_no_file():
    (piece,) = read("Am7 D7 | Gmaj7", Reading(Key.parse("G"))).progressions
    assert piece.roman_numerals == ("ii7", "V7", "Imaj7")
    assert read_typed("Am7 D7 | Gmaj7", Reading(Key.parse("G"))).progressions == (piece,)


def test_a_list_of_progressions_is_read_whole(tmp_path):
    path = tmp_path / "several.json"
    path.write_text(json.dumps([PIECE.to_dict(), PIECE.to_dict()]))
    assert read(str(path), Reading()).progressions == (PIECE, PIECE)


def test_how_chords_of_a_midi_file_were_found_is_told(tmp_path):
    path = tmp_path / "song.mid"
    path.write_bytes(render(PIECE, Rendering(("midi",)))[".mid"])
    assert read(str(path), Reading()).told == "found 5 chords in its markers"
    path.write_bytes(
        render(
            replace(PIECE, chords=PIECE.chords[:1], beats=(3.0,), sections=()), Rendering(("midi",))
        )[".mid"]
    )
    assert read(str(path), Reading()).told == "found 1 chord in its markers"


def test_the_same_chords_in_another_key_have_other_numerals():
    piece = in_key(PIECE, Key.parse("C minor"))
    assert piece.names == PIECE.names
    assert piece.roman_numerals[:3] == ("♭III", "V7", "i")


def test_transposing_keeps_numerals_and_moves_the_melody_the_short_way():
    sung = replace(PIECE, melody=(MelodyNote(0, 1, 75),))
    for key, pitch in (("F", 77), ("C", 72), ("A", 81), ("B♭", 70)):
        moved = transposed(sung, Key.parse(key))
        assert moved.roman_numerals == PIECE.roman_numerals
        assert moved.melody[0].pitch == pitch
    with pytest.raises(
        ShinkoError, match="`to` 'E minor': expected a major key, for the chords are in E♭ major"
    ):
        transposed(PIECE, Key.parse("E minor"))


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("", "no chords and no file; give some, such as 'Am7 D7 Gmaj7'"),
        ("missing.mid", "can't read 'missing.mid': no such file"),
        ("songs/missing.doc", "'songs/missing.doc': no such file; known endings: .mid"),
        (".", "'.' is a folder; known endings: .mid"),
        ("Am7 Hm", "chord 2, 'Hm': "),
        ("x" * 5000, "chord 1, '"),
    ],
)
def test_what_is_no_source_is_told(source, message):
    with pytest.raises(ShinkoError) as error:
        read(source, Reading())
    assert message in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("name", ALL_FORMATS)
def test_a_stream_is_known_by_its_beginning(name):
    (content,) = render(PIECE, Rendering((name,))).values()
    (again,) = read_stream(content, Reading()).progressions
    assert heard(again) == heard(PIECE)


@pytest.mark.parametrize(
    ("data", "names", "told"),
    [
        (b"Am7 D7", ("Am7", "D7"), ""),
        (b"\xef\xbb\xbfC G", ("C", "G"), ""),
        ("C G".encode("utf-16"), ("C", "G"), ""),
        (b"title: caf\xe9\nC G", ("C", "G"), "no UTF-8, read as Windows-1252"),
        (b"{key: G}\n[G]la [riff]", ("G",), "passed over what is no chord: 1 ('riff' in line 2)"),
        (b"\n " + JSON, ("C",), ""),
        (b"[" + JSON + b"]", ("C",), ""),
    ],
)
def test_a_stream_of_text_is_decoded(data, names, told):
    found = read_stream(data, Reading())
    assert [one.names for one in found.progressions] == [names]
    assert found.told == told


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "no chords in the chart"),
        (b"C " * 600_000, "standard input has more than 1,000,000 bytes"),
        (b"MThd" + bytes(8_000_000), "standard input has more than 8,000,000 bytes"),
        (b"<lyric/>", "its root is <lyric>"),
        (b"PK\x03\x04", "a broken archive"),
        (b'{"key": "C"}', "the text: progression has no 'chords'"),
        (b"\xff\x00", "so it is no text"),
    ],
)
def test_a_stream_that_can_not_be_read_is_told_in_one_line(data, message):
    with pytest.raises(ShinkoError) as error:
        read_stream(data, Reading())
    assert message in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("name", ["musicxml", "txt", "chordpro", "json"])
def test_bars_are_taken_of_every_file_repeats_once(name, tmp_path):
    ((suffix, content),) = render(PIECE, Rendering((name,))).items()
    path = tmp_path / f"song{suffix}"
    path.write_bytes(content)
    (taken,) = read(str(path), Reading(bars=(2, 3))).progressions
    assert list(zip(taken.names, taken.beats, strict=True)) == [
        ("G7", 1.5),
        ("Cm", 1.5),
        ("A♭/E♭", 3.0),
    ]
    assert [(one.name, one.times) for one in taken.sections] == [("A", 1), ("B", 1)]
    with pytest.raises(ShinkoError, match="bars 5 to 6: there are 4, repeats counted once"):
        read(str(path), Reading(bars=(5, 6)))


def test_songs_of_one_file_are_several_progressions(tmp_path):
    path = tmp_path / "several.chopro"
    path.write_bytes(b"{title: A}\n[C]\n{new_song}\n{title: B}\n[G]caf\xe9")
    found = read(str(path), Reading())
    assert [(one.title, one.names) for one in found.progressions] == [("A", ("C",)), ("B", ("G",))]
    assert found.told == "no UTF-8, read as Windows-1252"


def test_karaoke_files_are_midi_files(tmp_path):
    path = tmp_path / "song.kar"
    path.write_bytes(render(PIECE, Rendering(("midi",)))[".mid"])
    assert read(str(path), Reading()).progressions[0].names == PIECE.names


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.json", b"{", "is no JSON: Expecting property name"),
        ("a.json", b"[" * 100_000, "is no JSON: "),
        ("a.json", b"[]", "has 0 progressions; give 1 to 10,000"),
        ("a.json", b'{"key": "C"}', "progression has no 'chords'"),
        ("a.json", b'[{"key": "C", "chords": 3}]', "progression has chords 3; give a list"),
        ("a.json", b"\xff\xfe", "is no text in UTF-8"),
        ("a.json", JSON.replace(b"4", b"1" + b"0" * 5000), "is no JSON: Exceeds the limit"),
        ("a.json", JSON.replace(b"4", b"1" + b"0" * 400), "a.json"),
        ("a.json", JSON.replace(b"C", b"\\ud83d"), "has half a character, such as \\ud800; leave"),
        ("a.json", JSON.replace(b'"C"', b'"' + b"y" * 500_000 + b'"'), "yyy … yyy"),
        ("a.txt", b"Hm", "a.txt': no chord that can be read: 'Hm (write Bm)' in line 1"),
        ("a.cho", b"[Hm]", "a.cho': no chord that can be read: 'Hm (write Bm)' in line 1"),
        ("a.cho", b"{ns}\nla\n{ns}\n{eov}", "a.cho': no chords in the chart"),
        ("a.txt", b"\xff\xfeC", "no text in UTF-16, as it claims"),
        ("a.txt", b"C" * 2_000_000, "is larger than 1,000,000 bytes; give a smaller file"),
        ("a.doc", b"C", "is a file that ends in '.doc'; known endings: .mid"),
        ("a.mid", b"C", "a.mid"),
        ("a.mxl", b"C", "a.mxl"),
    ],
)
def test_a_file_that_can_not_be_read_is_told_in_one_line(name, content, message, tmp_path):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ShinkoError) as error:
        read(str(path), Reading())
    assert message in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("text", ["2-5", " 2 – 5 ", "\x1f2-5\x1f", "２-５"])
def test_bars_are_read_with_whatever_blanks_and_digits(text):
    assert read_bars(text) == (2, 5)


@pytest.mark.parametrize(
    ("text", "names", "told"),
    [
        ("C Hm G", "C G", "sounds on: 1 ('Hm (write Bm)' in line 1)"),
        ("C G\n| Am | F*9 G |", "C G Am F G", "line 2: bar 2 has 9 beats and more"),
        ("key: Bb/Gm\nBb", "B♭", "line 1: key 'Bb/Gm' is read as B♭ major"),
        ("key: X\nC", "C", "line 1: key 'X' can't be read, and is passed over"),
        ("meter: 4/4 swing\nC", "C", "line 1: meter '4/4 swing' is read as 4/4"),
        ("tempo: fast\nC", "C", "line 1: tempo 'fast' can't be read, and is passed over"),
        ("meter: 3/4\nC\nmeter: 4/4", "C", "line 3: meter is told twice, '3/4' and '4/4'"),
        ("C\n|: G", "C G", "a repeat '|:' has no end"),
        ("C 5 G", "C G", "numbers among chord symbols, passed over: 1 ('5' in line 1)"),
        ("Am7 x02010\nAm7 C", "Am7 C", "fingerings passed over: 1 ('Am7 x02010')"),
        ("# from a friend\nAm7 C", "Am7 C", "lines passed over: 1 ('# from a friend')"),
        ("Am7 \\\n  C", "Am7 C", ""),
        ("Ａｍ７　Ｃ", "Am7 C", ""),
        ("[C]words and [G]more", "C G", ""),
        ("[C] C G [G] F", "C G F", ""),
    ],
)
def test_what_is_wrong_in_a_file_is_told_with_its_line_and_the_rest_read(
    text, names, told, tmp_path
):
    path = tmp_path / "song.txt"
    path.write_text(text, encoding="utf-8")
    found = read(str(path), Reading())
    assert found.progressions[0].names == tuple(names.split())
    assert told in found.told
    assert bool(told) or not found.told


def test_typed_chords_that_can_not_be_read_are_refused():
    with pytest.raises(ShinkoError, match="chord 2, 'Hm': a chord symbol with a root"):
        read("C Hm G", Reading())


def test_songs_of_words_alone_are_told_and_the_others_read(tmp_path):
    path = tmp_path / "songs.cho"
    path.write_text("{t: A}\n[C]la [Hm]\n{ns}\n{t: B}\nla la\n{ns}\n{t: C}\n[G]la\n")
    found = read(str(path), Reading())
    assert [one.title for one in found.progressions] == ["A", "C"]
    assert "; line 4: song 2 is left out: no chords in the chart" in found.told
    assert [sheet.text for sheet in found.sheets] == ["{t: A}\n[C]la [Hm]", "{t: C}\n[G]la"]


def test_charts_of_several_songs_are_parted_where_a_title_begins_one(tmp_path):
    path = tmp_path / "songs.txt"
    path.write_text("title: A\nkey: C\nC | G\n\ntitle: B\nD | A\n")
    found = read(str(path), Reading())
    assert [(one.title, one.names) for one in found.progressions] == [
        ("A", ("C", "G")),
        ("B", ("D", "A")),
    ]


def test_words_below_chords_are_sung(tmp_path):
    path = tmp_path / "song.txt"
    path.write_text("[Verse]\nC       G\nHello to everybody\nstill here\n", encoding="utf-8")
    (song,) = read(str(path), Reading()).progressions
    assert [(one.start_beats, one.text) for one in song.lyrics] == [
        (0.0, "Hello to"),
        (4.0, " everybody\nstill here\n"),
    ]
