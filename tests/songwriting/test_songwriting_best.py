"""The most probable progressions as pieces, with chords that somebody has in them."""

import pytest

from shinko.errors import ShinkoError
from shinko.songwriting.best import best_of
from shinko.songwriting.questions import BestRequest, SuggestRequest
from shinko.songwriting.requests import Wishes
from shinko.theory import Key


def test_the_best_are_pieces_in_their_order():
    found = best_of(BestRequest(length=4, count=3, key=Key.parse("E")))
    pieces = found.progressions()
    assert [piece.roman_numerals for piece in pieces] == [names for names, _ in found.ranked]
    scores = [piece.log_probability for piece in pieces]
    assert scores == sorted(scores, reverse=True)
    assert [piece.title for piece in pieces] == ["Best 1", "Best 2", "Best 3"]
    assert {(p.told_key, p.tempo_bpm, p.beats) for p in pieces} == {("E major", 100, (4,) * 4)}
    assert (found.differ, found.key_was_found) == (3, False)


def test_given_chords_stand_in_all_of_them_as_they_are_written():
    found = best_of(BestRequest("| D A13 | _ _ |", count=2, length=5))
    assert found.differ == 3
    for piece in found.progressions():
        assert piece.names[:2] == ("D", "A13")
        assert (piece.beats, piece.told_key) == ((2,) * 5, "D major (found)")
    (only,) = best_of(BestRequest("D A")).progressions()
    assert only.names == ("D", "A")


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"chords": "D A", "differ": 3}, "`differ` 3: expected 1 to 2, the `length`"),
        ({"differ": 9}, "`differ` 9: expected 1 to 8, the `length`"),
        ({"chords": "D A", "length": 1}, "`length` 1: expected 2 or more, as many as are given"),
        ({"chords": "D _", "wishes": Wishes(fix="1=A")}, "`fix` 1=A collides with `chords` 1=D"),
        ({"from_bars": (1, 2)}, "`from_bars` '1-2': expected `chords`, too"),
    ],
)
def test_what_cannot_be_is_told(fields, message):
    with pytest.raises(ShinkoError) as told:
        best_of(BestRequest(**fields))
    assert str(told.value).startswith(message)


def test_a_suggestion_is_asked_of_statistics_as_an_explanation_is():
    of = SuggestRequest("C", table="1960s", variety="familiar", memoryless=True).statistics
    assert (of.table, of.variety, of.memoryless) == ("1960s", "familiar", True)
