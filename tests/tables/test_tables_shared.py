"""What several songs have in common: nothing else is counted."""

from dataclasses import replace

import numpy as np
import pytest

from shinko.tables.building import build_table
from shinko.tables.counting import count_songs
from shinko.tables.memory import MODES
from shinko.tables.memory_fitting import CountedSection, fit_style
from shinko.tables.modes import in_other_mode
from shinko.tables.rhythm_fitting import fit_rhythm
from shinko.tables.shared import shared_only, shared_rhythm
from shinko.tables.song import Song

VOCABULARY = ("1", "4", "5", "6")
BEGINS = len(VOCABULARY)


def section(song, *chords, mode=0, modal=None):
    return CountedSection(song, mode, tuple(map(VOCABULARY.index, chords)), modal)


def counted(sections, min_songs=2):
    style = fit_style("x", sections, VOCABULARY, rounds=1)
    return style, shared_only(style, sections, VOCABULARY, min_songs)


def test_songs_are_counted_once_however_often_they_play_it():
    told = count_songs([[(0, 1, 0, 1)], [(0, 1)]], 2)
    assert told[(0,)][1] == 2
    assert told[(1,)][0] == 1
    assert told[()] == {0: 2, 1: 2}
    assert told[(1, 0)] == {1: 1}


def test_a_table_lists_only_what_two_songs_have():
    songs = [Song((("1", "4", "5", "1"),)), Song((("1", "4", "6", "1"),))]
    table = build_table(
        songs, name="x", vocabulary=VOCABULARY, smoothing="witten-bell", min_songs=2
    )
    assert {h: row.chords.tolist() for h, row in table.rows.items()} == {
        (): [0, 1, 2, 3],
        (0,): [1],
    }
    total = table.distribution((VOCABULARY.index("1"),)).sum()
    assert total == pytest.approx(1.0)


def test_plain_shares_keep_to_what_two_songs_have():
    songs = [Song((("1", "4", "5"),)), Song((("1", "4", "6"),))]
    table = build_table(songs, name="x", vocabulary=VOCABULARY, smoothing="none", min_songs=2)
    assert set(table.rows) == {(), (0,)}


def test_what_one_song_has_is_not_remembered():
    sections = [section(0, "1", "4", "5"), section(0, "1", "4", "5"), section(1, "1", "4", "6")]
    before, after = counted(sections)
    one, four, five, six = range(4)
    assert after.counts[0, BEGINS, BEGINS, one] == before.counts[0, BEGINS, BEGINS, one] > 0
    assert after.counts[0, BEGINS, one, four] == before.counts[0, BEGINS, one, four] > 0
    assert not after.counts[0, one, four].any()
    assert before.counts[0, one, four, [five, six]].all()


def test_what_two_songs_have_after_one_chord_is_counted_as_after_nothing():
    sections = [section(0, "4", "1", "5"), section(1, "6", "1", "5")]
    before, after = counted(sections)
    one, four, five, six = (VOCABULARY.index(chord) for chord in ("1", "4", "5", "6"))
    assert not after.counts[0, [four, six], one, five].any()
    moved = before.counts[0, four, one, five] + before.counts[0, six, one, five]
    assert after.counts[0, BEGINS, one, five] == pytest.approx(moved)
    assert not after.counts[0, BEGINS, BEGINS].any()  # each begins on another one


def test_modes_are_counted_by_themselves():
    sections = [section(0, "1", "4"), section(1, "1", "4", mode=1)]
    assert not counted(sections)[1].counts.any()


def test_songs_in_another_mode_are_counted_around_its_tonic():
    # IV I in major has its counterpart in mixolydian: I V around the tonic of 5.
    sections = [section(n, "4", "1", modal="mixolydian") for n in range(2)]
    _, after = counted(sections)
    moved = in_other_mode(VOCABULARY, "major", "mixolydian")
    four, one = moved[[VOCABULARY.index("4"), VOCABULARY.index("1")]]
    assert (VOCABULARY[four], VOCABULARY[one]) == ("1", "5")
    assert after.counts[MODES.index("mixolydian"), BEGINS, four, one] > 0


def test_one_song_is_enough_where_nothing_is_said():
    sections = [section(0, "1", "4", "5")]
    before, after = counted(sections, min_songs=1)
    assert after is before
    np.testing.assert_array_equal(before.counts, after.counts)


def test_a_rhythm_has_only_lengths_that_two_songs_have():
    """Both begin with a bar and two halves; then one has a bar, the other a half."""
    chords = ("1", "4", "5", "1")
    timed = [
        replace(section(song, *chords), places=places, closes="piece")
        for song, places in enumerate([(0, 4, 6, 8, 12), (0, 4, 6, 8, 10)])
    ]
    style = fit_style("x", timed, VOCABULARY, rounds=1)
    rhythm = fit_rhythm(timed, style, VOCABULARY, rounds=1)
    shared = shared_rhythm(rhythm, timed, 2)
    assert np.argwhere(shared.counts).tolist() == [[0, 0, 3], [4, 4, 1], [6, 2, 1]]
    assert {(8, 2, 3), (8, 2, 1)} <= set(map(tuple, np.argwhere(rhythm.counts).tolist()))
    assert shared_rhythm(rhythm, timed, 1) is rhythm
