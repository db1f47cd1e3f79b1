"""Tokens of any domain: a table's header names their codec, and nothing else knows it."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shinko.errors import ShinkoError
from shinko.tables.building import build_table, held_out_perplexity
from shinko.tables.codec import CODECS, CodecError, expect_chords, find_codec
from shinko.tables.describe import continuations
from shinko.tables.mixing import mix_tables
from shinko.tables.reading import read_table
from shinko.tables.song import Song
from shinko.tables.table import Row, TableError, TransitionTable
from shinko.tables.writing import table_csv, write_table
from shinko.theory import Key

DURATIONS = """\
# codec: plain
# vocabulary: q60,e62,h
history,chord,probability
,q60,0.5
,e62,0.25
q60,e62,0.75
"q60,e62",h,1
"""
PLAIN = find_codec("plain")


@pytest.fixture
def durations(tmp_path) -> TransitionTable:
    (tmp_path / "durations.csv").write_text(DURATIONS)
    return read_table(tmp_path / "durations.csv")


def of_tokens(vocabulary: tuple[str, ...], codec: str = "plain") -> TransitionTable:
    V = len(vocabulary)
    row = Row(np.arange(V, dtype=np.int32), np.full(V, 1 / V))
    return TransitionTable("t", vocabulary, 1, {(): row, (0,): row}, codec=codec)


# The codecs


@pytest.mark.parametrize(
    ("text", "token"), [("57/5", "57/5"), ("V7/V", "57/5"), ("bVII", "b7"), ("♯iv", "♯iv")]
)
def test_a_chord_is_read_as_its_id_where_it_has_one(text, token):
    assert find_codec("chords").read(text) == token


def test_a_chord_is_shown_as_the_numeral_of_a_key():
    show = find_codec("chords").show
    assert (show("6"), show("6", Key.parse("Am")), show("57/5")) == ("vi", "i", "V7/V")


def test_plain_tokens_stay_as_they_are():
    assert PLAIN.read("q. C♯5") == "q. C♯5"
    assert PLAIN.show("6", Key.parse("Am")) == "6"


@pytest.mark.parametrize(
    "text",
    ["", " ", "*", "a,b", 'say "a"', "a\nb", " a", "a ", "a  b", "a\tb", "\x1b[31m", "\ud800"],
)
def test_what_a_file_would_not_give_back_is_no_plain_token(text):
    with pytest.raises(CodecError, match=r"^token '.*': expected a text without commas"):
        PLAIN.read(text)


@given(st.lists(st.text(min_size=1, max_size=9), min_size=1, max_size=5, unique=True))
def test_whatever_is_a_plain_token_comes_back_from_a_file(tmp_path_factory, texts):
    tokens = []
    for text in texts:
        try:
            tokens.append(PLAIN.read(text))
        except CodecError:
            continue
    if not tokens:
        return
    path = tmp_path_factory.mktemp("plain") / "t.csv"
    write_table(of_tokens(tuple(tokens)), path)
    again = read_table(path)
    assert (again.vocabulary, again.codec) == (tuple(tokens), "plain")
    assert set(again.rows) == {(), (0,)}


def test_an_unknown_codec_is_told_with_those_known():
    with pytest.raises(CodecError, match="codec 'neumes': unknown here; known: chords, plain; if"):
        find_codec("neumes")


def test_where_chords_are_needed_other_tokens_are_told():
    expect_chords("table 'pop'", "chords")
    with pytest.raises(CodecError, match=r"^table 'd': its tokens are no chords \(codec: plain\)"):
        expect_chords("table 'd'", "plain")


# Tables


def test_a_table_has_the_codec_of_its_header(durations):
    assert (durations.codec, durations.vocabulary) == ("plain", ("q60", "e62", "h"))
    assert durations.notes == {}
    assert durations.probability((0, 1), 2) == 1.0


def test_a_table_of_a_file_that_names_none_has_chords(tmp_path):
    (tmp_path / "old.csv").write_text("history,chord,probability\n,V,1\n")
    table = read_table(tmp_path / "old.csv")
    assert (table.codec, table.vocabulary) == ("chords", ("5",))


def test_a_written_table_names_its_codec(durations):
    assert table_csv(durations).split("\n")[:2] == ["# codec: plain", "# vocabulary: q60,e62,h"]


def test_a_codec_that_is_not_known_is_told_in_one_line(tmp_path):
    (tmp_path / "new.csv").write_text(DURATIONS.replace("plain", "neumes"))
    with pytest.raises(
        TableError, match=r"new\.csv: codec 'neumes': unknown here; .*update Shinko$"
    ):
        read_table(tmp_path / "new.csv")


def test_a_text_that_is_no_token_of_the_codec_is_told_with_its_line(tmp_path):
    (tmp_path / "t.csv").write_text(DURATIONS.replace("# codec: plain\n", ""))
    with pytest.raises(TableError, match=r"t\.csv line 3: .*'q60'"):
        read_table(tmp_path / "t.csv")
    (tmp_path / "t.csv").write_text(DURATIONS + ",a  b,0.1\n")
    with pytest.raises(TableError, match=r"t\.csv line 8: token 'a  b': expected a text"):
        read_table(tmp_path / "t.csv")


def test_tables_that_are_made_of_a_table_keep_its_codec(durations):
    made = (
        durations.shortened(1),
        durations.restricted(("e62", "q60")),
        durations.over(("h", "e62", "q60", "w")),
        mix_tables([(durations, 1), (durations, 2)], "m"),
    )
    assert {table.codec for table in made} == {"plain"}


def test_tables_of_different_codecs_are_not_mixed(durations):
    chords = of_tokens(("1", "4"), "chords")
    with pytest.raises(TableError, match="mixture 'm': tokens of codec plain with those of chords"):
        mix_tables([(durations, 1), (chords, 1)], "m")


# Counting


def test_plain_tokens_are_counted():
    songs = [Song((("q", "q", "e", "e"), ("h",)))] * 2
    built = build_table(songs, name="d", codec="plain", smoothing="none")
    assert (built.codec, set(built.vocabulary)) == ("plain", {"q", "e", "h"})
    q, e = built.index("q"), built.index("e")
    assert built.probability((), q) == 2 / 5
    assert built.probability((q,), e) == 1 / 2
    perplexity = held_out_perplexity(built, songs[:1])
    # P(q) P(q | q) P(e | q q) P(e | q q e) and P(h) are 2/5, 1/2, 1, 1, 1/5.
    assert perplexity == pytest.approx(25 ** (1 / 5))


def test_plain_tokens_that_look_like_chords_are_not_simplified():
    songs = [Song((("57", "5", "1"),))]
    chords, plain = (
        build_table(songs, name="t", codec=codec, vocabulary=("5", "1"), smoothing="none")
        for codec in CODECS
    )
    # As chords, V7 is the V that follows it, held; as plain tokens 57 is unknown and ends a run.
    assert chords.notes["coverage"] == "66.7%, simplified 100.0%"
    assert plain.notes["coverage"] == "66.7%, simplified 66.7%"
    unseen = [Song((("57",),))]
    assert held_out_perplexity(chords, unseen) == 2.0
    assert math.isnan(held_out_perplexity(plain, unseen))


def test_songs_whose_tokens_could_not_be_written_make_no_table():
    with pytest.raises(ShinkoError, match="token 'a,b': expected a text without commas"):
        build_table([Song((("a,b", "c"),))], name="t", codec="plain")


# What is shown


def test_what_follows_plain_tokens_is_shown_as_it_is(durations):
    found = continuations(durations, "q60 e62")
    assert found.history == ("q60", "e62")
    assert [(one.roman, one.name, one.probability) for one in found.chords] == [("h", None, 1.0)]
    assert continuations(durations, ["q60", "e62"]) == found


def test_a_plain_token_that_the_table_lacks_is_told(durations):
    with pytest.raises(TableError, match="chord 'w': not among the 3 chords of table 'durations'"):
        continuations(durations, "w")


def test_a_key_for_plain_tokens_is_told(durations):
    with pytest.raises(TableError, match=r"key C major: tokens of table 'durations' are no chords"):
        continuations(durations, "q60", key=Key.parse("C"))
