"""The memory of somebody's own songs: a handful tell what is new, and lean on ours for the rest."""

import numpy as np
import pytest

from shinko.tables import own_memory
from shinko.tables.memories import usual_recall
from shinko.tables.own_memory import memory_of_songs
from shinko.tables.song import Song
from shinko.tables.table import TableError

CHORDS = ("1", "4", "5", "6")


def song(*chords):
    return Song((chords,), key="C major")


def test_a_handful_of_songs_copies_nearly_as_ours_do():
    memory = memory_of_songs([song("1", "5", "6", "4") for _ in range(3)], CHORDS, "mine")
    (style,) = memory.styles
    assert style.songs["major"] == 3
    np.testing.assert_allclose(style.recall.stay, usual_recall().stay, atol=0.05)


def test_many_songs_copy_as_they_do():
    rng, loops = np.random.default_rng(0), []
    for _ in range(300):
        loop = rng.permutation(list(CHORDS)).tolist()
        loops.append(song(*loop * 4))
    (style,) = memory_of_songs(loops, CHORDS, "loops").styles
    four = 1 + 2  # of the lags 2, 3, 4
    assert style.recall.stay[four] > 0.9
    assert style.recall.slip[four] < 0.1 < usual_recall().slip[four] + 0.1


def test_songs_too_short_to_come_back_are_told():
    with pytest.raises(TableError, match="table 'x': no section of 4 chords or more to count"):
        memory_of_songs([song("1", "4"), song("5", "6", "1")], CHORDS, "x")


def test_too_many_chords_are_told():
    many = tuple(f"♯{degree}" for degree in range(200))
    with pytest.raises(TableError, match="table 'x': 200 chords, expected at most 150"):
        memory_of_songs([song("1")], many, "x")


def test_of_many_songs_some_are_counted(monkeypatch):
    monkeypatch.setattr(own_memory, "MOST_COUNTED", 100)
    (style,) = memory_of_songs([song("1", "5", "6", "4")] * 100, CHORDS, "mine").styles
    assert style.songs["major"] == 25
