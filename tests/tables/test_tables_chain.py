"""Sections by a memory of songs: the chain against its plain form, and against counting."""

from dataclasses import replace
from itertools import pairwise, product

import numpy as np
import pytest

from shinko.planning.particles import Player
from shinko.planning.rows import draw_rows
from shinko.tables.chain import SongChain
from shinko.tables.chain_reference import chances, free_draw
from shinko.tables.memory import (
    CLOSES,
    CLOSING,
    FLOOR,
    LAGS,
    MODES,
    PLACES,
    Recall,
    SongMemory,
    SongStyle,
    too_long,
    trust_at,
)
from shinko.tables.table import TableError
from shinko.tables.voices import LEAST_PULL, MOST_PULL, voice_of

V = 5


def a_style(seed, name="style"):
    """Random numbers that make a style."""
    rng = np.random.default_rng(seed)
    counts = rng.poisson(3.0, (len(MODES), V + 1, V + 1, V)).astype(float)
    states = len(LAGS) + 1
    entry = np.where(too_long(), 0.0, rng.random((PLACES + 1, states)))
    slip = rng.uniform(0.0, 0.5, states)
    slip[0] = 1.0
    return SongStyle(
        name,
        counts,
        Recall(
            rng.uniform(0.2, 0.95, states),
            slip,
            entry / entry.sum(axis=1, keepdims=True),
            trust=rng.uniform(0.5, 5.0),
        ),
    )


NAMES = tuple("abcde")


def a_voice(seed, mode="major", pull=0.0):
    return voice_of(a_style(seed), NAMES, mode).pulled(pull)


def a_chain(mode="major", weights=None):
    """Of two styles."""
    return SongChain([a_voice(1, mode), a_voice(2, mode)], weights)


def all_chances(chain, sections):
    """P of each next chord before and after each of them, (T + 1, B, V)."""
    state, heard = chain.initial_state(len(sections)), np.full(len(sections), chain.start)
    rows = []
    for place in range(sections.shape[1] + 1):
        logs, state = chain.step(heard, state)
        rows.append(np.exp(logs))
        if place < sections.shape[1]:
            heard = sections[:, place]
    return np.array(rows)


@pytest.mark.parametrize("mode", ["major", "minor"])
@pytest.mark.parametrize(("pull", "heat"), [(0.0, 1.0), (-5.0, 0.6), (2.0, 1.5)])
def test_many_sections_at_once_are_what_one_is(mode, pull, heat):
    voice = a_voice(1, mode, pull).heated(heat)
    sections = np.random.default_rng(3).integers(0, V, (4, 60))  # past the last place
    sections[1] = np.tile(sections[1, :8], 8)[:60]  # one that repeats itself
    found = all_chances(SongChain([voice]), sections)
    for section, own in zip(sections, found.swapaxes(0, 1), strict=True):
        np.testing.assert_allclose(own, chances(voice, section.tolist()), rtol=1e-9)


def test_rows_of_several_voices_are_what_each_is_alone():
    voices = [a_voice(seed, pull=pull) for seed, pull in ((1, 0.0), (2, 1.0), (1, -3.0))]
    sections = np.random.default_rng(5).integers(0, V, (3, 12))
    chain = SongChain(voices)
    state, heard = chain.initial_state(3, which=np.arange(3)[:, None]), np.full(3, chain.start)
    for place in range(12):
        logs, state = chain.step(heard, state)
        for row, voice in enumerate(voices):
            own = chances(voice, sections[row, :place].tolist())[-1]
            np.testing.assert_allclose(np.exp(logs[row]), own, rtol=1e-9)
        heard = sections[:, place]


@pytest.mark.parametrize("pull", [LEAST_PULL, -3.0, 0.0, MOST_PULL])
def test_a_voice_of_any_pull_sums_to_one(pull):
    every = np.array(list(product(range(V), repeat=5)))
    found = all_chances(SongChain([a_voice(1, pull=pull)]), every)
    likely = np.prod([found[place, range(len(every)), every[:, place]] for place in range(5)], 0)
    assert likely.sum() == pytest.approx(1.0, rel=1e-12)


def test_the_more_pull_the_more_comes_back():
    def pairs_that_came_before(pull):
        chain, rng = SongChain([a_voice(1, pull=pull)]), np.random.default_rng(1)
        state, heard, played = chain.initial_state(500), np.full(500, chain.start), []
        for _ in range(8):
            logs, state = chain.step(heard, state)
            heard = draw_rows(np.exp(logs), rng)
            played.append(heard)
        return np.mean([7 - len(set(pairwise(row))) for row in np.array(played).T.tolist()])

    found = [pairs_that_came_before(pull) for pull in (LEAST_PULL, -2.0, 0.0, 2.0, MOST_PULL)]
    assert all(one < other for one, other in pairwise(found))


def test_chords_near_the_end_are_as_likely_as_they_close():
    style = a_style(1)
    closing = np.ones((len(CLOSES), 2, CLOSING, V))
    closing[0, 0, 0, 3], closing[0, 0, 1, 2] = 50.0, 20.0
    closed = SongChain([voice_of(replace(style, closing=closing), NAMES, "major")])
    state = closed.initial_state(1, length=4)
    plain = all_chances(SongChain([voice_of(style, NAMES, "major")]), np.array([[0, 1, 0]]))
    heard = np.full(1, closed.start)
    factors = [np.ones(V), np.ones(V), closing[0, 0, 1], closing[0, 0, 0]]
    for place, factor in enumerate(factors):
        logs, state = closed.step(heard, state)
        expected = plain[place, 0] * factor
        np.testing.assert_allclose(np.exp(logs[0]), expected / expected.sum(), rtol=1e-9)
        heard = np.array([[0, 1, 0, 0][place]])


def test_chances_sum_to_one_and_leave_nothing_out():
    sections = np.random.default_rng(4).integers(0, V, (50, 40))
    found = all_chances(a_chain(), sections)
    np.testing.assert_allclose(found.sum(axis=2), 1.0, rtol=1e-12)
    assert found.min() >= FLOOR / V * (1 - 1e-12)


def test_all_sections_of_a_length_sum_to_one():
    every = np.array(list(product(range(V), repeat=5)))
    found = all_chances(a_chain("minor"), every)
    likely = np.prod([found[place, range(len(every)), every[:, place]] for place in range(5)], 0)
    assert likely.sum() == pytest.approx(1.0, rel=1e-12)


def test_a_mixture_of_voices_is_a_mixture_of_whole_sections():
    section = np.array([[0, 1, 2, 3, 0, 1, 2, 3, 4, 0]])
    weights = (0.25, 0.75)

    def likelihood(chain):
        found = all_chances(chain, section)
        return np.prod([found[place, 0, chord] for place, chord in enumerate(section[0])])

    apart = [likelihood(SongChain([a_voice(seed)])) for seed in (1, 2)]
    together = likelihood(a_chain("major", weights))
    assert together == pytest.approx(np.dot(weights, apart), rel=1e-10)


def test_what_copies_without_a_slip_plays_a_loop():
    style = a_style(5)
    states = len(LAGS) + 1
    stay, slip = np.ones(states), np.full(states, 0.0)
    slip[0] = 1.0
    entry = np.zeros((PLACES + 1, states))
    entry[:, 0] = 1.0
    entry[4:, 0] = 0.0
    entry[4:, 1 + LAGS.index(4)] = 1.0
    stay[0] = 0.0  # free draws up to the fourth chord, copies from there
    loop = SongStyle("loop", style.counts, Recall(stay, slip, entry, 1.0))
    chain = SongChain([voice_of(loop, NAMES, "major")])
    section = np.array([[0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3]])
    found = all_chances(chain, section)
    for place in range(4, 12):
        assert found[place, 0, section[0, place]] == pytest.approx(1 - FLOOR + FLOOR / V)


def test_a_free_draw_counts_what_followed_in_the_section():
    voice = a_voice(6)
    trust = voice.recall.trust * trust_at(8)
    # After a: b twice, c once. Nothing followed "d a" before.
    played = [0, 1, 0, 2, 0, 1, 3, 0]
    counts = np.array([0, 2, 1, 0, 0])
    expected = (counts + 2 * trust * voice.innovations[3, 0]) / (3 + 2 * trust)
    np.testing.assert_allclose(free_draw(voice, played), expected)


def test_a_chord_that_was_held_is_not_played_again_for_that():
    chain = a_chain()
    found = all_chances(chain, np.array([[1, 1, 1, 1, 1, 1]]))
    assert found[:, 0, 1][1:].max() == pytest.approx(FLOOR / V)


def test_the_chain_plays_wherever_a_network_does():
    chain = a_chain()
    section = np.array([[0], [1], [2], [0], [1]])
    found = all_chances(chain, section.T)
    expected = sum(np.log(found[place, 0, chord]) for place, (chord,) in enumerate(section))
    assert Player.at_start(chain).log_probability(section)[0] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"stay": np.ones(3)}, "stay and slip: expected 20 numbers each"),
        ({"entry": np.ones((2, 2))}, "entry: expected 49 rows of 20 numbers"),
        ({"slip": np.full(len(LAGS) + 1, 1.5)}, "slip: expected chances from 0 to 1"),
        ({"entry": np.full((PLACES + 1, len(LAGS) + 1), 0.05)}, "nothing for lags longer than"),
        ({"trust": 0.0}, r"trust 0\.0: expected a number above 0"),
    ],
)
def test_a_memory_that_cannot_be_is_told(change, told):
    recall = vars(a_style(1).recall)
    with pytest.raises(TableError, match=told):
        Recall(**{**recall, **change})


def test_styles_of_other_chords_are_told():
    with pytest.raises(TableError, match="style 'style': expected counts of 2 chords"):
        SongMemory(("a", "b"), (a_style(1),))
    with pytest.raises(TableError, match="expected at least one style"):
        SongMemory(("a", "b"), ())
    with pytest.raises(TableError, match="a name of its own for each style"):
        SongMemory(NAMES, (a_style(1), a_style(2)))
    with pytest.raises(TableError, match="no style 'x': known are style"):
        SongMemory(NAMES, (a_style(1),)).style("x")
