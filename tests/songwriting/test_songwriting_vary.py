"""Variants: each differs from what is given and from all others, and there are no others."""

from itertools import combinations, product

import numpy as np
import pytest

from shinko.errors import ShinkoError
from shinko.planning.ground import Ground
from shinko.rl.policy import shipped_policy
from shinko.songwriting.chords import ChordBook
from shinko.songwriting.compose import ComposeRequest, compose
from shinko.songwriting.ground import style_ground
from shinko.songwriting.players import Performer
from shinko.songwriting.requests import Wishes
from shinko.songwriting.roles import Role
from shinko.songwriting.sections import Form
from shinko.songwriting.styles import Style
from shinko.songwriting.vary import vary
from shinko.songwriting.wishes import read_wishes
from shinko.theory import Key

C = Key.parse("C")
TABLE = "history,chord,probability\n" + "".join(
    [f",{chord},0.25\n" for chord in "1456"]
    + [f"{a},{b},0.25\n" for a, b in product("1456", repeat=2)]
)


@pytest.fixture(scope="module")
def ground(tmp_path_factory) -> Ground:
    path = tmp_path_factory.mktemp("table") / "even.csv"
    path.write_text(TABLE)
    return style_ground(Style.parse(str(path)), "real", temperature=1.0)


def varied(ground, text, count, apart, length=None, **wishes):
    """Variants of chords, "1" to "4" and "_" for a free one, as rows of numbers from 0."""
    heard = [None if one == "_" else frozenset({int(one) - 1}) for one in text]
    book = ChordBook(ground.process.tokens, C)
    brief = read_wishes(Wishes(**wishes), Form((length or len(text),)), {"": book})
    performer = Performer(book.tokens, "table", (Role("table", 1.0, lambda: ground),))
    rng = np.random.default_rng(0)
    tokens, logs, _ = vary(performer, brief, heard, count=count, apart=apart, rng=rng)
    return tokens, logs


def distance(one, other):
    return int((np.array(one) != np.array(other)).sum())


@pytest.mark.parametrize("apart", [1, 2, 3])
def test_variants_differ_from_what_is_given_and_from_each_other(ground, apart):
    tokens, logs = varied(ground, "1234", 6, apart)
    every = [[0, 1, 2, 3], *tokens.T.tolist()]
    assert min(distance(*two) for two in combinations(every, 2)) >= apart
    np.testing.assert_allclose(logs, 4 * np.log(0.25))


def test_a_variant_keeps_half_of_the_chords_where_it_can(ground):
    tokens, _ = varied(ground, "12341234", 8, 2)
    base = [0, 1, 2, 3] * 2
    assert {distance(base, one) for one in tokens.T} <= {2, 3, 4}
    far, _ = varied(ground, "12341234", 3, 7)
    assert {distance(base, one) for one in far.T} <= {7, 8}


def test_all_there_are_are_found_and_then_that_there_are_no_more(ground):
    """With two of three chords fixed, three others may stand in the third slot."""
    tokens, _ = varied(ground, "123", 3, 1, fix="1=I 2=IV")
    assert sorted(tokens.T.tolist()) == [[0, 1, 0], [0, 1, 1], [0, 1, 3]]
    with pytest.raises(
        ShinkoError,
        match="`vary` 4: expected at most 3: no more were found that differ in 1 chord from what "
        "is given and from each other; lower `apart`, or fix less",
    ):
        varied(ground, "123", 4, 1, fix="1=I 2=IV")
    with pytest.raises(
        ShinkoError, match="`vary` 1: expected variants that there can be: nothing was found that"
    ):
        varied(ground, "123", 1, 2, fix="1=I 2=IV")


def test_slots_that_were_free_do_not_count(ground):
    tokens, _ = varied(ground, "12__", 4, 2, length=5)
    assert all(one[0] != 0 and one[1] != 1 for one in tokens.T)
    with pytest.raises(ShinkoError, match="`apart` 3: expected at most 2, the chords that are giv"):
        varied(ground, "12__", 4, 3)


def test_what_is_asked_of_all_is_kept(ground):
    tokens, _ = varied(ground, "1212", 5, 1, repeats=False, end="V I", plan="AB")
    assert (tokens[-2:] == [[2], [0]]).all()
    assert (tokens[1:] != tokens[:-1]).all()


def test_where_draws_find_no_more_a_search_does(ground, monkeypatch):
    monkeypatch.setattr("shinko.songwriting.vary._Pool._more", lambda pool, near: [])
    tokens, _ = varied(ground, "123", 3, 1, fix="1=I 2=IV")
    assert sorted(tokens.T.tolist()) == [[0, 1, 0], [0, 1, 1], [0, 1, 3]]
    monkeypatch.setattr("shinko.planning.best._MOST_LOOKED_AT", 1)
    with pytest.raises(ShinkoError, match="`vary` 1: expected variants that there can be"):
        varied(ground, "123", 1, 1)


def test_the_policy_that_ships_varies_what_it_is_given():
    request = ComposeRequest(chords="D A Bm C7sus4", vary=3, seed=1, table="pop:1, 1960s:1")
    pieces = compose(shipped_policy(), request)
    assert [piece.title for piece in pieces] == ["Shinko 1-1", "Shinko 1-2", "Shinko 1-3"]
    written = [("D", "A", "Bm", "C7sus4"), *(piece.names for piece in pieces)]
    assert min(distance(*two) for two in combinations(written, 2)) >= 2
    assert {piece.told_key for piece in pieces} == {"D major (found)"}
    again = compose(shipped_policy(), request)
    assert [piece.names for piece in again] == [piece.names for piece in pieces]
