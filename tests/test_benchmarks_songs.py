"""The measure of how near to songs is what plays: it tells what differs, and nothing else."""

import math
import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.append(str(Path(__file__).parents[1] / "benchmarks"))
from shinko.planning.particles import Walking
from shinko.tables.automaton import compile_table
from shinko.tables.memory_fitting import CountedSection
from shinko.tables.table import Row, TransitionTable
from songs_likeness import Window, auc, form
from songs_players import (
    Mixture,
    all_windows,
    bits,
    in_corpus,
    play,
    played_windows,
    real_windows,
)

TOKENS = ("1", "4", "5", "6")


def alone(shares):
    """Chords by their shares, whatever came before."""
    table = TransitionTable("t", TOKENS, 0, {(): Row(np.arange(4), np.array(shares))}, {}, "chords")
    automaton = compile_table(table)
    return Walking(automaton.process.rewarded(np.log(automaton.probabilities)))


EVEN = alone([0.25] * 4)


def windows(seed, kinds=4, count=300):
    rng = np.random.default_rng(seed)
    return [
        Window(tuple(rng.integers(0, kinds, 8).tolist()), number % 2, 0, seed * 1000 + number)
        for number in range(count)
    ]


def test_what_is_alike_is_not_told_apart_and_what_differs_is():
    assert 0.4 < auc(windows(1), windows(2), TOKENS) < 0.6
    assert auc(windows(1), windows(2, kinds=3), TOKENS) > 0.9


def test_windows_of_one_song_are_held_out_together():
    # All of a song are the same: who has heard one of them knows the others.
    def songs(first):
        rng = np.random.default_rng(abs(first))
        each = [tuple(rng.integers(0, 4, 8).tolist()) for _ in range(40)]
        return [Window(chords, 0, 0, first + number) for number, chords in enumerate(each)] * 8

    assert auc(songs(1), songs(-100), TOKENS) < 0.75


def test_form_counts_what_it_says():
    told = form(
        [
            Window((0, 1, 2, 3, 0, 1, 2, 3), 0, 0, 0),
            Window((3, 0, 2, 0, 2, 0, 2, 1), 1, 0, 1),
        ],
        TOKENS,
    )
    assert told == {
        "halves_alike": 0.5,
        "repeated_pairs": 3.0,  # three in each
        "distinct": 4.0,
        "no_tonic_in_minor": 1.0,
        "relative_major_in_minor": 1.0,
    }


def test_even_chances_are_two_bits_a_chord():
    sections = [
        CountedSection(0, 0, (0, 1, 2)),
        CountedSection(1, 1, (3, 0)),
        CountedSection(2, 0, (1,)),
    ]
    told, songs = bits(lambda mode: EVEN, sections)
    assert told == pytest.approx([2.0] * 3)  # without the first chord of each
    assert sorted(songs.tolist()) == [0, 0, 1]


def test_windows_are_of_the_same_places_and_hold_no_end():
    sections = [CountedSection(song, song % 2, tuple(range(12))) for song in range(4)]
    rng = np.random.default_rng(0)
    real = real_windows(sections, 8, 20, rng, 100)
    assert {window.group for window in real} == {100, 101, 102, 103}
    assert {window.place for window in real} <= {0, 1, 2, 3}
    for window in real:
        assert window.chords == tuple(range(window.place, window.place + 8))
    played = played_windows(lambda mode: EVEN, real, rng, 100)
    assert sorted((w.mode, w.place) for w in played) == sorted((w.mode, w.place) for w in real)
    assert len({window.group for window in played}) == 20


def test_what_plays_evenly_plays_all_chords():
    played = play(EVEN, 200, 10, np.random.default_rng(3))
    shares = np.bincount(played.ravel(), minlength=4) / played.size
    assert shares == pytest.approx([0.25] * 4, abs=3 * math.sqrt(0.25 * 0.75 / played.size))


def test_a_mixture_learns_by_bayes_who_plays():
    both = Mixture([EVEN, alone([0.7, 0.1, 0.1, 0.1])])
    told, _ = bits(lambda mode: both, [CountedSection(0, 0, (0, 1, 0))])
    # After I the second is 0.7 / 0.25 as likely as the first; then of IV it says 0.1.
    first = np.array([0.25, 0.7]) / 0.95
    second = first @ [0.25, 0.1]
    third = (first * [0.25, 0.1] / second) @ [0.25, 0.7]
    assert told == pytest.approx([-math.log2(second), -math.log2(third)])


def test_windows_that_stand_in_a_corpus_are_counted():
    corpus = all_windows([CountedSection(0, 0, (0, 1, 2, 3))], 3)
    assert corpus == {(0, 1, 2), (1, 2, 3)}
    assert in_corpus([(0, 1, 2), (0, 1, 3)], corpus) == 0.5
