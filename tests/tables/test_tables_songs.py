"""Songs as users have them: JSON Lines, lines of chords, ChordPro."""

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shinko.tables.charts import read_chart
from shinko.tables.reading import read_table
from shinko.tables.song import SongCount
from shinko.tables.songs import read_songs
from shinko.tables.table import TableError
from shinko.theory import Key, roman_from_name


def read(text, *, chordpro=False):
    return read_chart(text, Path("song.txt"), SongCount(), chordpro=chordpro)


def tokens(text, *, chordpro=False):
    return [[" ".join(run) for run in song.chords] for song in read(text, chordpro=chordpro).songs]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("| C | G | Am F |", "C G Am F"),
        ("C G Am F", "C G Am F"),
        ("|C|G/B||Am7|", "C G/B Am7"),
        ("C, G – Am → F; C -> G", "C G Am F C G"),
        ("| C . . . | G / / / |", "C G"),
        ("N.C. | C | NC | (N.C.) G", "C G"),
        ("(C) G*", "C G"),
        ("| C G | % | F |", "C G C G F"),
        ("| C | % | % |", "C"),
        ("| C % |", "C"),
        ("C G x2", "C G C G"),
        ("C G (x3)", "C G C G C G"),
        ("C 2x G", "C C G"),
        ("C G x2 Am F x2", "C G C G Am F Am F"),
        ("|: C | G :|", "C G C G"),
        ("|: C | G :| x3", "C G C G C G"),
        ("C |: G :| F", "C G G F"),
        ("|: C :|: G :|", "C C G G"),
        ("C G :|", "C G C G"),
        ("|: C G | Am F :| x3 || F | G", "C G Am F C G Am F C G Am F F G"),
        ("3/4 C*1.5 G*1.5 | F", "C G F"),
        ("Ｃ　Ｇ", "C G"),
    ],
)
def test_a_line_is_played_out_as_all_commands_read_it(line, words):
    in_c = " ".join(
        roman_from_name(word, Key.parse("C")).token_in(Key.parse("C")) for word in words.split()
    )
    assert tokens(f"key: C\n{line}") == [[in_c]]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("% C", "line 1: the chart begins with '/' or '%'; begin with a chord"),
        ("C x0", "what is played 0 times is played once"),
        ("C x33", "what is played 33 times is played 16 times"),
        ("C Cfoo G", "so that the one before sounds on: 1 ('Cfoo' in line 1)"),
        ("| C | foo | G |", "so that the one before sounds on: 1 ('foo' in line 1)"),
        ("C G\nkey: X\nC", "keys that aren't known, passed over: 1 ('X' in line 2)"),
    ],
)
def test_what_can_not_be_read_in_a_line_is_told_and_the_rest_read(line, told):
    songs = read(line)
    assert songs.songs
    (line,) = songs.told
    assert line.startswith("song.txt: ")
    assert told in line


def test_every_line_of_chords_is_a_song():
    assert tokens("| C | G | Am F |\n\nI V vi IV") == [["1 5 6 4"], ["1 5 6 4"]]


def test_the_key_that_was_taken_is_told():
    [song] = read("| C | G | Am F |").songs
    assert (song.key, song.key_was_found) == ("C major", True)


@pytest.mark.parametrize("line", ["key: G", "{key: G}", "Key: G major"])
def test_a_key_line_holds_for_the_lines_after_it(line):
    songs = read(f"{line}\n| C | D | G |\nD G").songs
    assert [song.chords for song in songs] == [(("4", "5", "1"),), (("5", "1"),)]
    assert (songs[0].key, songs[0].key_was_found) == ("G major", False)


def test_a_minor_key_is_told_from_its_relative_major():
    assert tokens("key: a minor\nAm Dm E7 Am\ni iv V7 i") == [["6 2 57/6 6"], ["6 2 57/6 6"]]


def test_roman_numerals_are_minor_if_their_tonic_is():
    songs = read("i bVI bIII bVII\nI bVII IV I").songs
    assert [song.chords for song in songs] == [(("6", "4", "1", "5"),), (("1", "b7", "4", "1"),)]
    assert [song.key for song in songs] == ["minor", "major"]


def test_a_mode_line_is_enough_for_roman_numerals():
    assert tokens("mode: minor\nbVI bVII v") == [["4 5 3"]]


def test_a_mode_line_holds_for_the_tonic_that_was_told():
    [song] = read("key: D\nmode: dorian\nDm G C Dm").songs
    assert (song.key, song.chords) == ("D dorian", (("2", "5", "1", "2"),))
    assert tokens("mode: mixolydian\nI bVII IV I") == [["5 4 1 5"]]
    assert tokens("key: E phrygian\ni bII bvii i") == [["3 4 2 3"]]


def test_the_mode_beside_a_key_of_chordpro_is_read():
    sheet = "{key: Dm}\n{meta: mode dorian}\n[Dm]a [G]b [Dm]c"
    [song] = read(sheet, chordpro=True).songs
    assert (song.key, song.chords) == ("D dorian", (("2", "5", "2"),))


def test_hyphens_between_chords_part_them():
    assert tokens("I-V-vi-IV\nC-G-Am-F") == [["1 5 6 4"], ["1 5 6 4"]]


def test_a_hyphen_may_also_mean_minor():
    assert tokens("C-7 F7 Bbmaj7") == [["27 57 17"]]


def test_labels_comments_and_words_to_sing_are_left_out_and_counted():
    chart = "[Verse 1]\nVerse 2: C G\n# a comment\nla la la and so on\nChorus:\nG7 C"
    assert tokens(chart) == [["1 5"], ["57 1"]]
    assert read(chart).skipped == 1


@pytest.mark.parametrize(
    ("chart", "message"),
    [
        ("C " * 6000, r"song\.txt: line 1: .*characters; expected at most 10000"),
        ("C G\n" + "C " * 2000 + "|: C :| " * 2000, "line 2: .*characters; expected at most 10000"),
        ("C\0", r"song\.txt: chart has the character"),
    ],
)
def test_a_chart_that_cannot_be_read_says_where_and_why(chart, message):
    with pytest.raises(TableError, match=message) as caught:
        read(chart)
    assert str(caught.value).count("song.txt") == 1


CHORDPRO = """\
{title: A made-up song}
{key: G}
# [C] in a comment
{start_of_verse}
[G]la la [D/F#]la [Em7]la [Chorus] [*slow]
[N.C.]la [C G]la
{start_of_tab}
e|--[A]--
{end_of_tab}
{start_of_grid}
| D . | % |
{end_of_grid}
a line without chords
"""


def test_chordpro_lines_follow_each_other():
    assert tokens(CHORDPRO, chordpro=True) == [["1 56 67 4 1 5"]]


def test_chordpro_remarks_in_brackets_are_counted():
    assert read(CHORDPRO, chordpro=True).skipped == 1


def test_chordpro_tells_title_and_key():
    [song] = read(CHORDPRO, chordpro=True).songs
    assert (song.title, song.key, song.key_was_found) == ("A made-up song", "G major", False)


def test_a_new_key_begins_a_new_run():
    assert tokens("{key: C}[C]x\n{key: C}\n[C]a [G]b\n{key: D}\n[D]c", chordpro=True)[0][-1] == "1"


def test_a_new_song_forgets_title_and_key():
    songs = read("{title: a}\n{key: C}\n[G]x\n{new_song}\n[G]x", chordpro=True).songs
    assert [(song.title, song.key) for song in songs] == [("a", "C major"), ("", "G major")]


def test_a_chord_in_brackets_that_is_misspelled_is_told():
    songs = read("[C]la\n[Cm99]la [G]", chordpro=True)
    assert songs.songs[0].chords == (("1", "5"),)
    assert "sounds on: 1 ('Cm99 (the nearest is Cm9)' in line 2)" in songs.told[0]


def test_a_recalled_chorus_is_played_as_often_as_it_is_heard():
    text = "{key: C}\n{soc}\n[C]a [G]b\n{eoc}\n{sov}\n[F]c\n{eov}\n{transpose: 2}\n{chorus}"
    [song] = read(text, chordpro=True).songs
    assert song.chords == (("1", "5", "4"), ("1", "5"))
    plain = read(text.replace("{transpose: 2}\n", ""), chordpro=True).songs[0]
    assert plain.chords == (("1", "5", "4", "1", "5"),)


def song(*sections, **fields):
    return {"title": "x", "key": "C", "mode": "major", "sections": list(sections)} | fields


def section(*chords, **fields):
    parts = [{"hook": chord} if isinstance(chord, str) else chord for chord in chords]
    return {"name": "A", "chords": parts} | fields


@pytest.fixture
def jsonl(tmp_path):
    """Writes songs as JSON Lines and gives their path."""

    def write(*songs):
        path = tmp_path / "songs.jsonl"
        path.write_text("\n".join(s if isinstance(s, str) else json.dumps(s) for s in songs) + "\n")
        return path

    return write


def test_json_sections_follow_each_other_in_one_key(jsonl):
    [one] = read_songs(jsonl(song(section("1", "4"), section("5")))).songs
    assert one.chords == (("1", "4", "5"),)


def test_a_change_of_key_cuts_a_song(jsonl):
    path = jsonl(song(section("1", "4"), section("5", key="D", mode="major")))
    assert read_songs(path).songs[0].chords == (("1", "4"), ("5",))


def test_a_change_to_the_relative_minor_does_not(jsonl):
    path = jsonl(song(section("1", "4"), section("6", key="A", mode="minor")))
    assert read_songs(path).songs[0].chords == (("1", "4", "6"),)


def test_a_chord_without_an_id_is_read_from_its_roman_numeral(jsonl):
    path = jsonl(song(section({"hook": None, "roman": "V+7"}, {"roman": "bVII"})))
    assert read_songs(path).songs[0].chords == (("V+7", "b7"),)


def test_such_a_numeral_of_a_minor_song_is_turned_to_the_relative_major(jsonl):
    # F♯ minor in A minor: vi of A, but ♯iv of C, from which the ids count. "hookp" counts from A.
    f_sharp_minor = {"hook": None, "hookp": "6", "roman": "vi"}
    path = jsonl(song(section("6", f_sharp_minor), key="A", mode="minor"))
    assert read_songs(path).songs[0].chords == (("6", "♯iv"),)


def test_year_title_and_key_are_kept(jsonl):
    [one] = read_songs(jsonl(song(section("1"), year=1961, key="Bb"))).songs
    assert (one.title, one.year, one.key) == ("x", 1961, "B♭ major")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", r"line 2: no JSON at column 2 \(.*\); expected one song a line"),
        ("[]", r"line 2: no list 'sections'"),
        ("1" * 5000, r"line 2: .*digits"),
        ("[" * 100_000, r"line 2: .*recursion"),
        ({"sections": [1]}, r"line 2: no list 'chords'"),
        (song({"chords": "1"}), r"line 2: no list 'chords'"),
        (song(section(1)), r"line 2: chord 1: expected an object with 'hook' or 'roman'"),
        (song(section({})), r"line 2: chord {}: expected a Hooktheory id in 'hook' or a 'roman'"),
        (song(section("99")), r"line 2: .*'99'"),
        (song(section({"roman": "H"})), r"line 2: .*'H'"),
        (song(section("1"), key="X"), r"line 2: key 'X"),
    ],
)
def test_a_json_song_that_cannot_be_read_says_where_and_why(jsonl, line, message):
    with pytest.raises(TableError, match=message) as caught:
        read_songs(jsonl(song(section("1")), line))
    assert "\n" not in str(caught.value)


def test_gzipped_songs_are_read(tmp_path):
    path = tmp_path / "songs.jsonl.gz"
    path.write_bytes(gzip.compress(json.dumps(song(section("1"))).encode()))
    assert read_songs(path).songs[0].chords == (("1",),)


def test_a_folder_of_songs_is_read_in_the_order_of_names(tmp_path):
    (tmp_path / "b.txt").write_text("I IV")
    (tmp_path / "a.cho").write_text("{key: C}\n[C]x [G]y [Chorus]")
    (tmp_path / "notes.md").write_text("no song")
    songs = read_songs(tmp_path)
    assert [one.chords for one in songs.songs] == [(("1", "5"),), (("1", "4"),)]
    assert songs.skipped == 1


def test_a_text_with_chords_in_brackets_is_a_chordpro_sheet(tmp_path):
    path = tmp_path / "song.txt"
    path.write_text("[C]some words [G]to sing\nI am no chord here")
    assert read_songs(path).songs[0].chords == (("1", "5"),)


def test_a_file_without_chords_is_an_error(tmp_path):
    path = tmp_path / "song.txt"
    path.write_text("only words to sing\n")
    with pytest.raises(TableError, match="no chord found; expected songs as JSON Lines"):
        read_songs(path)


@pytest.mark.parametrize("name", ["a.txt", "a.cho", "a.jsonl"])
@pytest.mark.parametrize(("most", "read"), [("MOST_SONGS", 2), ("MOST_CHORDS", 7)])
def test_more_songs_than_can_be_counted_are_told_in_a_line(tmp_path, monkeypatch, name, most, read):
    song = {"sections": [{"chords": [{"roman": "I"}, {"roman": "V"}, {"roman": "I"}]}]}
    text = {
        "a.txt": "C G C\n" * 3,
        "a.cho": "[C]a [G]b [C]c\n{new_song}\n" * 3,
        "a.jsonl": f"{json.dumps(song)}\n" * 3,
    }[name]
    (tmp_path / name).write_text(text)
    monkeypatch.setattr(f"shinko.tables.song.{most}", read)
    told = rf"{name}: more than .* songs or .* chords up to here; take a part of them"
    with pytest.raises(TableError, match=told):
        read_songs(tmp_path / name)
    monkeypatch.setattr(f"shinko.tables.song.{most}", 9)
    assert len(read_songs(tmp_path / name).songs) == 3
    # Of a folder, all files count together.
    (tmp_path / f"b{name}").write_text(text)
    monkeypatch.setattr(f"shinko.tables.song.{most}", {2: 5, 7: 17}[read])
    with pytest.raises(TableError, match=f"b{told}"):
        read_songs(tmp_path)


def test_a_folder_without_songs_is_an_error(tmp_path):
    with pytest.raises(TableError, match="no songs in this folder"):
        read_songs(tmp_path)


def test_read_table_builds_a_table_of_songs(tmp_path):
    path = tmp_path / "mine.txt"
    path.write_text("I V vi IV\nI IV V I\n")
    table = read_table(path)
    assert (table.name, set(table.vocabulary)) == ("mine", {"1", "4", "5", "6"})
    assert table.notes["songs"] == "2"


@pytest.mark.parametrize("name", ["table.csv", "table.csv.gz", "songs.json"])
def test_a_file_of_another_kind_is_not_read_as_lines_of_chords(tmp_path, name):
    (tmp_path / name).write_text("history,chord,probability\n,1,1\n")
    with pytest.raises(TableError, match=r"not the name of songs; expected .*, such as \.jsonl"):
        read_songs(tmp_path / name)


@given(st.text(st.sampled_from("CGm7#b/|%:x2() [].-{}key\nIViv"), max_size=60), st.booleans())
def test_any_chart_is_songs_or_an_error_in_one_line(text, chordpro):
    try:
        songs = read(text, chordpro=chordpro).songs
    except TableError as error:
        message = str(error)
    else:
        message = ""
        assert all(len(one) for one in songs)
    assert "\n" not in message


def test_both_corpora_are_read_whole(chords_folder):
    songs = {n: read_songs(chords_folder / f"{n}.jsonl.gz").songs for n in ("billboard", "pop909")}
    assert {name: len(each) for name, each in songs.items()} == {"billboard": 653, "pop909": 807}
    chords = {name: sum(map(len, each)) for name, each in songs.items()}
    assert chords == {"billboard": 65303, "pop909": 90179}


def test_bare_numerals_of_minor_are_the_scales_and_told():
    songs = read("key: A minor\ni VI III VII\ni ♭VI ♭III ♭VII\n")
    assert songs.songs[0].chords == songs.songs[1].chords
    assert songs.told == (
        "III, VI and VII of minor are the scale's, ♭III ♭VI ♭VII; ♯VII is the raised one",
    )
    assert read("key: A minor\ni ♭VI V\n").told == ()
    assert read("key: A\nI VI V\n").told == ()


def test_tensions_in_brackets_are_one_chord():
    songs = read("key: C\n| C7(b9,13) | F(9) |\n")
    assert len(songs.songs[0]) == 2


def test_german_chords_are_read_where_the_key_is_told_in_german():
    assert tokens("key: h moll\n| Hm | G | A | D |") == [["6 4 5 1"]]
    assert tokens("{key: h-moll}\n[Hm]a [G]b [B]c", chordpro=True) == [["6 4 b6"]]
