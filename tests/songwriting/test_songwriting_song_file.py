"""Songs as files: what is written is read again, and what can't be is told."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shinko.songwriting.requests import ComposeRequest
from shinko.songwriting.song_file import SongFileError, is_song, read_song, song_text

SONG = {
    "title": "Rain & “sun”",
    "key": "A minor",
    "seed": 7,
    "tempo": 96.5,
    "meter": "3/4",
    "form": "verse:8 chorus:4b verse chorus+2",
    "fix": "2=iv verse.1=i chorus.8=V|V7",
    "end": "authentic verse=half",
    "plan": "verse=AABA",
    "with": "iv chorus=♭VI",
    "keys": "chorus=C",
    "tempos": "chorus=120",
    "styles": "chorus=waltz",
    "instrument": ["bass=tuba"],
    "formats": ["midi", "pdf"],
    "ritardando": True,
}


AB = 'form = "A B"\n[sections.A]\n'


def saved(folder, text):
    path = folder / "song.toml"
    path.write_text(text, encoding="utf-8")
    return read_song(path)


def test_a_song_that_is_saved_asks_the_same_again(tmp_path):
    request = ComposeRequest.from_dict(SONG)
    text = song_text(request)
    assert ComposeRequest.from_dict(saved(tmp_path, text)).to_dict() == {
        **request.to_dict(),
        "form": "verse:8 chorus:4b verse chorus+2",
        "fix": "2=iv verse.1=i chorus.8=V|V7",
    }


def test_sections_have_tables_of_their_own(tmp_path):
    song = tomllib.loads(song_text(ComposeRequest.from_dict(SONG)))
    assert song["form"] == "verse chorus verse chorus+2"
    assert song["sections"] == {
        "verse": {"length": 8, "plan": "AABA", "end": "half", "fix": "1=i"},
        "chorus": {
            "bars": 4,
            "with": "♭VI",
            "key": "C",
            "tempo": 120.0,
            "style": "waltz",
            "fix": "8=V|V7",
        },
    }
    assert (song["fix"], song["end"], song["with"]) == ("2=iv", "authentic", "iv")


def test_what_goes_without_saying_is_left_out():
    text = song_text(ComposeRequest(seed=3))
    assert tomllib.loads(text) == {"seed": 3}
    assert text.startswith("# A song of Shinko's.")


def test_a_song_of_one_section_has_a_table_for_it(tmp_path):
    values = saved(tmp_path, 'form = "verse"\n[sections.verse]\nlength = 6\nend = "half"\n')
    assert values == {"form": "verse:6", "end": "verse=half"}


@given(
    st.fixed_dictionaries(
        {"seed": st.integers(0, 99)},
        optional={
            "form": st.sampled_from(["AABA", "A A' B", "x:3 y x", "x y:2b x-5", "x:1 y:1"]),
            "title": st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
            "tempo": st.floats(20, 400),
            "loop": st.booleans(),
            "most": st.integers(1, 9),
            "without": st.sampled_from(["iii", "iii V/V"]),
            "count": st.integers(1, 9),
        },
    )
)
def test_any_song_comes_back(tmp_path_factory, values):
    request = ComposeRequest.from_dict(values)
    path = tmp_path_factory.getbasetemp() / "any.toml"
    path.write_text(song_text(request), encoding="utf-8")
    assert ComposeRequest.from_dict(read_song(path)) == request


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = [", "not TOML: Invalid value (at end of document)"),
        ('key = "X"', "key 'X': a letter A to G is expected"),
        ('frm = "AABA"', "field 'frm': unknown; did you mean `form`?"),
        (AB.replace(".A", ".C"), "sections.C: expected a section of `form`, which has A"),
        ("[sections.C]", "sections.C: expected a section of `form`, which has no sections"),
        (AB + 'length = 3\nbars = 3', "sections.A: bars: A has a length already"),
        ('form = "A:2 B"\n[sections.A]\nlength = 3', "sections.A: length: A has a length already"),
        (AB + 'length = "3"', "sections.A: length '3': expected a whole number"),
        (AB + 'lenght = 3', "sections.A: lenght: unknown; expected length, bars"),
        (AB + 'key = "Xm"', "sections.A: key: key 'Xm': a letter A to G"),
        (AB + 'tempo = 5', "sections.A: tempo 5: expected 20 to 400 quarter"),
        (AB + 'style = "waltz"', "sections.A: style: pattern 'waltz' is for 3/4"),
        (AB + 'end = ["half"]', "sections.A: end ['half']: expected a text"),
        ("sections = 3", "sections: expected tables, such as [sections.verse]"),
        ("form = [1]", "form [1]: expected a text"),
        (f"seed = {'9' * 5000}", "a number is too long; shorten it"),
        ("x = " + "[" * 3000, "not TOML: "),
    ],
)  # fmt: skip
def test_what_a_song_cannot_be_is_told_with_its_file(tmp_path, text, message):
    with pytest.raises(SongFileError) as told:
        saved(tmp_path, text)
    assert str(told.value).startswith(f"{tmp_path / 'song.toml'}: {message}")


def test_a_song_that_is_not_there_or_too_large_is_told(tmp_path):
    with pytest.raises(SongFileError, match="No such file or directory; expected a song's file"):
        read_song(tmp_path / "none.toml")
    (tmp_path / "big.toml").write_bytes(b"#" * 1_000_001)
    with pytest.raises(SongFileError, match="more than 1,000,000 bytes; expected a song's file"):
        read_song(tmp_path / "big.toml")


def test_songs_are_known_by_their_names():
    assert [is_song(text) for text in ("song.toml", "Song.TOML", "Am F C G")] == [True, True, False]
