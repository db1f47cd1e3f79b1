"""Transition tables in memory: rows, back-off, restriction."""

import numpy as np
import pytest

from shinko.tables.table import PackedRows, Row, TableError, TransitionTable


def row(chords: dict[int, float], backoff: float = 0.0) -> Row:
    return Row(np.array(list(chords), np.int32), np.array(list(chords.values())), backoff)


# Cut off, as published tables are: I, IV, V and vi, the last without a row of its own.
CUT_OFF = TransitionTable(
    "cut off",
    ("1", "4", "5", "6"),
    2,
    {
        (): row({0: 0.5, 1: 0.3, 2: 0.15}),
        (0,): row({1: 0.6, 3: 0.2, 2: 0.0}),
        (1,): row({2: 0.9}),
        (2,): row({0: 0.7, 3: 0.3}),
        (0, 1): row({2: 0.25}),
        (2, 0): row({3: 0.5}),
    },
)

# Smoothed: what a row doesn't list is taken from the shorter history.
SMOOTHED = TransitionTable(
    "smoothed",
    ("1", "4", "5"),
    2,
    {
        (): row({0: 0.5, 1: 0.3, 2: 0.2}),
        (0,): row({1: 0.8}, backoff=0.2 / 0.7),
        (1, 0): row({2: 0.9}, backoff=0.1 / (1 - 0.2 * 0.2 / 0.7)),
    },
)


def test_the_longest_listed_ending_of_a_history_decides():
    assert CUT_OFF.row((2, 0, 1)) is CUT_OFF.rows[0, 1]


def test_a_history_without_a_row_is_shortened_from_its_oldest_chord():
    assert CUT_OFF.row((3, 2)) is CUT_OFF.rows[(2,)]
    assert CUT_OFF.row((0, 3)) is CUT_OFF.rows[()]


def test_an_unlisted_chord_has_no_probability():
    assert CUT_OFF.probability((0, 1), 0) is None


def test_a_chord_listed_with_zero_is_impossible_and_not_unlisted():
    assert CUT_OFF.probability((0,), 2) == 0.0


def test_a_distribution_has_nan_for_unlisted_chords():
    np.testing.assert_array_equal(CUT_OFF.distribution((1, 2)), [0.7, np.nan, np.nan, 0.3])


def test_backoff_scales_the_shorter_history():
    assert SMOOTHED.probability((0,), 0) == pytest.approx(0.5 * 0.2 / 0.7)


def test_backoff_goes_down_to_the_empty_history():
    below = 0.2 / 0.7 * 0.5
    assert SMOOTHED.probability((1, 0), 0) == pytest.approx(0.1 / (1 - 0.04 / 0.7) * below)


def test_a_row_with_backoff_sums_to_one():
    assert SMOOTHED.distribution((1, 0)).sum() == pytest.approx(1)


def test_a_table_of_order_0_ignores_the_history():
    table = TransitionTable("one", ("1",), 0, {(): row({0: 1.0})})
    assert table.probability((0, 0), 0) == 1.0


def test_row_sums_are_those_of_what_is_listed():
    np.testing.assert_allclose(CUT_OFF.row_sums(), [0.95, 0.8, 0.9, 1.0, 0.25, 0.5])


def test_restricting_keeps_the_chords_with_a_row_of_their_own():
    assert CUT_OFF.restricted().vocabulary == ("1", "4", "5")


def test_restricting_does_not_renormalise():
    assert CUT_OFF.restricted().probability((0,), 1) == 0.6


def test_restricting_drops_histories_with_other_chords():
    assert set(CUT_OFF.restricted(("5", "1")).rows) == {(), (0,), (1,), (0, 1)}


def test_restricting_renumbers_chords_in_the_order_asked_for():
    table = CUT_OFF.restricted(("5", "1"))
    assert table.vocabulary == ("5", "1")
    assert table.probability((0,), 1) == 0.7


def test_restricting_keeps_a_row_that_lists_nothing_any_more():
    # After V I only vi is listed: without it nothing is, though I alone lists IV and V.
    assert np.isnan(CUT_OFF.restricted().distribution((2, 0))).all()


def test_restricting_keeps_a_row_that_only_backs_off():
    table = SMOOTHED.restricted(("1", "4"))
    assert table.probability((1, 0), 1) == pytest.approx(0.1 / (1 - 0.04 / 0.7) * 0.8)


def test_restricting_to_an_unknown_chord_names_it():
    with pytest.raises(TableError, match="chord 'b7': not among the 4 chords"):
        CUT_OFF.restricted(("1", "b7"))


def test_restricting_to_nothing_is_an_error():
    with pytest.raises(TableError, match="no chord left"):
        CUT_OFF.restricted(())


def test_packed_rows_cut_out_the_row_of_a_history():
    rows = PackedRows(
        [(), (1,)],
        offsets=np.array([0, 2, 3]),
        chords=np.array([0, 1, 0], np.int32),
        probabilities=np.array([0.5, 0.25, 1.0]),
        backoffs=np.array([0.0, 0.125]),
    )
    assert list(rows) == [(), (1,)]
    assert rows[()].probabilities.tolist() == [0.5, 0.25]
    assert rows[(1,)].chords.tolist() == [0]
    assert rows[(1,)].backoff == 0.125
