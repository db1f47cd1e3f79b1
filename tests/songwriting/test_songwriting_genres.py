"""Genres: table and accompaniment of one name, unless something else is given."""

import pytest

from shinko.errors import FieldError
from shinko.files.formats import Rendering
from shinko.request import read_request, written
from shinko.rl.policy import shipped_policy
from shinko.score.arrange import Performance
from shinko.score.pattern import pattern_names
from shinko.score.voicing import VOICINGS
from shinko.songwriting.compose import ComposeRequest, compose
from shinko.songwriting.genres import GENRES
from shinko.tables.builtin import BUILTIN, STYLES


def test_genres_have_tables_styles_and_voicings_that_there_are():
    assert {genre.table for genre in GENRES.values()} <= set(BUILTIN)
    assert {genre.style for genre in GENRES.values()} <= set(pattern_names())
    assert {genre.voicing for genre in GENRES.values()} <= {"", *VOICINGS}
    assert set(STYLES) <= set(GENRES)


@pytest.mark.parametrize("name", GENRES)
def test_a_genre_is_its_table_and_its_accompaniment(name):
    request = read_request(ComposeRequest, {"genre": name, "seed": 1})
    performance = request.rendering.performance
    assert (request.table, performance.accompaniment, performance.voicing) == (
        GENRES[name].table,
        GENRES[name].style,
        GENRES[name].voicing,
    )
    assert read_request(ComposeRequest, written(request)) == request


def test_a_genre_s_pieces_are_of_its_statistics():
    (one,) = compose(shipped_policy(), ComposeRequest(genre="bossa", count=1, seed=1))
    assert one.policy.startswith("shipped, jazz, major, real")


@pytest.mark.parametrize(
    ("given", "table", "style", "voicing"),
    [
        ({"style": "block"}, "jazz", "block", ""),
        ({"table": "pop"}, "pop", "jazz", ""),
        ({"table": "1960s", "style": "waltz"}, "1960s", "waltz", ""),
        ({"voicing": "close"}, "jazz", "jazz", "close"),
    ],
)
def test_what_is_given_beside_a_genre_comes_first(given, table, style, voicing):
    request = read_request(ComposeRequest, {"genre": "jazz", **given})
    performance = request.rendering.performance
    assert (request.table, performance.accompaniment) == (table, style)
    assert performance.voicing == voicing


def test_a_style_of_ones_own_keeps_its_own_voicing():
    rendering = Rendering(performance=Performance("strum"))
    assert GENRES["hymns"].rendering(rendering) is rendering


def test_without_a_genre_chords_are_struck_and_the_policy_s_table_plays():
    request = ComposeRequest()
    assert (request.table, request.rendering.performance.accompaniment) == ("", "block")


def test_an_unknown_genre_is_told():
    with pytest.raises(FieldError, match="`genre` 'polka': expected one of jazz, bossa, blues"):
        ComposeRequest(genre="polka")
