"""How long the chords of a piece last: what is asked, and where bars and chords then fall."""

from itertools import accumulate

import pytest

from shinko.errors import FieldError, ShinkoError
from shinko.rl.policy import shipped_policy
from shinko.songwriting.compose import compose
from shinko.songwriting.meter_grid import bar_of_meter
from shinko.songwriting.requests import ComposeRequest, Wishes
from shinko.songwriting.rhythm import read_rhythm, timed_styles
from shinko.theory import Key

C = Key.parse("C")


def composed(**fields):
    told = {"key": C, "seed": 3, "count": 4, **fields}
    return compose(shipped_policy(), ComposeRequest(**told))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ""),
        (" Counted ", "counted"),
        ("even", "even"),
        ("4 2 2", (4.0, 2.0, 2.0)),
        ("1.5, 0.5", (1.5, 0.5)),
        ("4", (4.0,)),
    ],
)
def test_a_rhythm_is_read(text, found):
    assert read_rhythm(text) == found


@pytest.mark.parametrize("text", ["swing", "4 x", "0", "-1", "nan", "4 " * 65, "1e9"])
def test_what_is_no_rhythm_is_told(text):
    with pytest.raises(FieldError, match="expected counted, even, or lengths in quarter notes"):
        read_rhythm(text)


def test_chords_last_as_in_songs_by_default():
    pieces = composed(length=16, count=12)
    assert all(sum(piece.beats) % 4 == 0 for piece in pieces)
    assert len({piece.beats for piece in pieces}) > 6
    lengths = {beats for piece in pieces for beats in piece.beats}
    assert {2.0, 4.0} <= lengths
    assert lengths <= set(map(float, range(1, 33)))


def test_the_chords_of_a_seed_do_not_depend_on_their_lengths():
    counted, even, written = (composed(rhythm=text) for text in ("", "even", "4 2 2"))
    for one, two, three in zip(counted, even, written, strict=True):
        assert one.chords == two.chords == three.chords
        assert set(two.beats) == {4.0}
        assert three.beats == (4.0, 2.0, 2.0) * 2 + (4.0, 4.0)  # the last one fills its bar


def test_the_first_pieces_are_the_same_however_many_are_drawn():
    few, many = composed(count=2), composed(count=9)
    assert [piece.beats for piece in few] == [piece.beats for piece in many][:2]


def test_bars_are_filled_by_as_many_chords_as_songs_have():
    pieces = [piece for seed in range(6) for piece in composed(bars=8, seed=seed, count=2)]
    assert {sum(piece.beats) for piece in pieces} == {32.0}
    assert len({len(piece.chords) for piece in pieces}) > 2


def test_bars_of_each_section_and_of_a_plan():
    (piece,) = composed(bars=8, form="verse chorus verse", count=1)
    verse, chorus, _ = (section.length for section in piece.sections)
    assert sum(piece.beats[:verse]) == sum(piece.beats[verse : verse + chorus]) == 32
    assert piece.beats[:verse] == piece.beats[verse + chorus :]
    (piece,) = composed(bars=16, wishes=Wishes(plan="AABA"), count=1, seed=4)
    unit = len(piece.chords) // 4
    assert piece.beats[:unit] == piece.beats[unit : 2 * unit] == piece.beats[3 * unit :]
    assert sum(piece.beats) == 64


def test_bars_have_as_many_chords_as_locks_need():
    pieces = composed(bars=8, wishes=Wishes(fix="14=V"), count=2)
    assert all(len(piece.chords) >= 14 and sum(piece.beats) == 32 for piece in pieces)


def test_each_section_has_a_rhythm_of_its_own():
    pieces = composed(length=8, form="verse chorus", count=8)
    assert any(piece.beats[:8] != piece.beats[8:] for piece in pieces)
    assert all(sum(piece.beats[:8]) % 4 == 0 for piece in pieces)


@pytest.mark.parametrize(
    ("meter", "allowed"),
    [
        ((4, 4), {0, 1, 2, 3}),
        ((12, 8), {0, 1.5, 3, 4.5}),
        ((3, 4), {0, 2}),
        ((6, 8), {0, 1.5}),
        ((9, 8), {0, 3}),
        ((2, 4), {0, 1}),
        ((5, 4), {0, 3}),
        ((3, 8), {0, 1}),
        ((1, 4), {0}),
    ],
)
def test_chords_begin_on_beats_of_the_meter(meter, allowed):
    whole = 4 * meter[0] / meter[1]
    pieces = composed(length=12, meter=meter, count=8)
    starts = {at % whole for piece in pieces for at in accumulate(piece.beats)}
    assert starts <= allowed
    assert all(sum(piece.beats) % whole == 0 for piece in pieces)


@pytest.mark.parametrize("meter", [(4, 4), (12, 8), (3, 4), (6, 8), (5, 4)])
def test_lengths_are_read_back_from_quarter_notes(meter):
    bar = bar_of_meter(meter)
    lengths = tuple(4 // len(bar.grid) * n for n in (1, 2, 1, 4, 3, 5))
    assert bar.nearest(bar.beats(lengths)) == lengths


def test_what_is_beside_the_grid_is_the_nearest_and_stays_as_it_is():
    bar, told = bar_of_meter((4, 4)), (1.5, 2.5, 3.75)
    assert bar.nearest(told) == (1, 3, 4)
    # What comes after them begins where they end, and ends on the grid.
    assert bar.beats((1, 3, 4, 4, 2), told) == (1.5, 2.5, 3.75, 4.25, 2.0)


@pytest.mark.parametrize("told", [(4.0, 0.25, 3.75), (36.0,)])
def test_what_is_too_short_or_too_long_is_told(told):
    with pytest.raises(FieldError, match="expected given chords of a quarter of a bar to eight"):
        bar_of_meter((4, 4)).nearest(told)


def test_chords_that_are_given_keep_their_lengths():
    (as_given,) = composed(chords="| Am F | C _ | _ _ |", count=1)
    assert as_given.beats == (2.0,) * 6
    pieces = composed(chords="| Am F | C _ | _ _ |", more=2, rhythm="counted", count=6)
    assert all(piece.beats[:6] == (2.0,) * 6 for piece in pieces)
    pieces = composed(chords="| Am*1.5 F*2.5 | C |", more=5, rhythm="counted", count=6)
    assert all(piece.beats[:3] == (1.5, 2.5, 4.0) for piece in pieces)
    assert all(sum(piece.beats) % 4 == 0 for piece in pieces)
    assert len({piece.beats for piece in pieces}) > 1


def test_chords_that_say_no_lengths_may_last_as_in_songs():
    told = {"chords": "Am F C G _ _ _ _", "count": 6}
    assert {beats for piece in composed(**told) for beats in piece.beats} == {4.0}
    assert len({piece.beats[:4] for piece in composed(**told, rhythm="counted")}) > 1


def test_a_policy_is_timed_as_pop_where_its_table_is_gone():
    chords = shipped_policy().chords
    usual, gone = (timed_styles(table, "major", chords) for table in ("", "gone.csv"))
    assert [rhythm is other for (_, rhythm), (_, other) in zip(usual, gone, strict=True)] == [
        True
    ] * 2


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"bars": 8, "length": 8}, "`bars` 8: expected no `length` beside it"),
        ({"bars": 8, "chords": "C F"}, "`bars` 8: expected no `chords` beside it"),
        ({"bars": 8, "rhythm": "even"}, "`bars` 8: expected `rhythm` counted, for only there"),
        ({"bars": 8, "beats_per_chord": 2.0}, "`bars` 8: expected `rhythm` counted"),
        (
            {"rhythm": "4 2", "beats_per_chord": 2.0},
            "`rhythm` '4 2': expected no `beats_per_chord` beside it",
        ),
        (
            {"chords": "| C*0.25 F*3.75 |", "more": 2, "rhythm": "counted"},
            "`rhythm` 'counted': expected given chords of a quarter of a bar to eight bars, and",
        ),
        (
            {"bars": 2, "wishes": Wishes(fix="14=V")},
            "`fix` '14=V': expected a slot from 1 to 8; raise `bars`",
        ),
    ],
)
def test_what_collides_is_told(fields, told):
    with pytest.raises(ShinkoError, match=told):
        composed(**fields)


def test_any_player_has_a_rhythm():
    for told in ({"exact": True}, {"memoryless": True}, {"table": "1960s"}):
        assert all(sum(piece.beats) % 4 == 0 for piece in composed(**told, count=2))


@pytest.mark.parametrize(
    ("rhythm", "length", "beats"),
    [
        ("4 2 2", 8, (4, 2, 2, 4, 2, 2, 4, 4)),
        ("4 2 2", 6, (4, 2, 2, 4, 2, 2)),
        ("2", 3, (2, 2, 4)),
        ("1 1", 5, (1, 1, 1, 1, 4)),
    ],
)
def test_the_last_chord_of_lengths_that_come_round_fills_its_bar(rhythm, length, beats):
    (piece,) = composed(rhythm=rhythm, length=length, count=1)
    assert piece.beats == beats


@pytest.mark.parametrize("plan", ["AABA", "AA'BA", "ABAC"])
def test_units_of_a_plan_have_their_share_of_the_bars(plan):
    for seed in range(8):
        (piece,) = composed(bars=16, wishes=Wishes(plan=plan), count=1, seed=seed)
        size = len(piece.chords) // 4
        units = [piece.beats[begin : begin + size] for begin in range(0, 4 * size, size)]
        assert [sum(unit) for unit in units] == [16.0] * 4
        assert units[0] == units[3 if plan != "ABAC" else 2]
