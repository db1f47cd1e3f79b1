"""Sections by a memory of songs: the chain against its plain form, and against counting."""

from itertools import product

import numpy as np
import pytest

from shinko.planning.particles import Player
from shinko.tables.chain import SongChain
from shinko.tables.chain_reference import chances, free_draw
from shinko.tables.memory import FLOOR, LAGS, PLACES, Recall, SongMemory, SongStyle, too_long
from shinko.tables.table import TableError

V = 5


def a_style(seed, name="style"):
    """Random numbers that make a style."""
    rng = np.random.default_rng(seed)
    counts = rng.poisson(3.0, (2, V + 1, V + 1, V)).astype(float)
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


@pytest.fixture(scope="module")
def memory():
    return SongMemory(tuple("abcde"), (a_style(1), a_style(2)))


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


@pytest.mark.parametrize("mode", [0, 1])
@pytest.mark.parametrize("number", [0, 1])
def test_many_sections_at_once_are_what_one_is(memory, mode, number):
    style = memory.styles[number]
    sections = np.random.default_rng(3).integers(0, V, (4, 60))  # past the last place
    sections[1] = np.tile(sections[1, :8], 8)[:60]  # one that repeats itself
    found = all_chances(SongChain(SongMemory(memory.vocabulary, (style,)), mode), sections)
    for section, own in zip(sections, found.swapaxes(0, 1), strict=True):
        np.testing.assert_allclose(own, chances(style, mode, section.tolist()), rtol=1e-10)


def test_chances_sum_to_one_and_leave_nothing_out(memory):
    sections = np.random.default_rng(4).integers(0, V, (50, 40))
    found = all_chances(SongChain(memory, 0), sections)
    np.testing.assert_allclose(found.sum(axis=2), 1.0, rtol=1e-12)
    assert found.min() >= FLOOR / V * (1 - 1e-12)


def test_all_sections_of_a_length_sum_to_one(memory):
    every = np.array(list(product(range(V), repeat=5)))
    found = all_chances(SongChain(memory, 1), every)
    likely = np.prod([found[place, range(len(every)), every[:, place]] for place in range(5)], 0)
    assert likely.sum() == pytest.approx(1.0, rel=1e-12)


def test_a_mixture_of_styles_is_a_mixture_of_whole_sections(memory):
    section = np.array([[0, 1, 2, 3, 0, 1, 2, 3, 4, 0]])
    weights = (0.25, 0.75)

    def likelihood(chain):
        found = all_chances(chain, section)
        return np.prod([found[place, 0, chord] for place, chord in enumerate(section[0])])

    apart = [likelihood(SongChain(SongMemory(memory.vocabulary, (s,)), 0)) for s in memory.styles]
    together = likelihood(SongChain(memory, 0, weights))
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
    chain = SongChain(SongMemory(tuple("abcde"), (loop,)), 0)
    section = np.array([[0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3]])
    found = all_chances(chain, section)
    for place in range(4, 12):
        assert found[place, 0, section[0, place]] == pytest.approx(1 - FLOOR + FLOOR / V)


def test_a_free_draw_counts_what_followed_in_the_section():
    style = a_style(6)
    trust = style.recall.trust
    # After a: b twice, c once. Nothing followed "d a" before.
    played = [0, 1, 0, 2, 0, 1, 3, 0]
    counts = np.array([0, 2, 1, 0, 0])
    expected = (counts + 2 * trust * style.innovations[0, 3, 0]) / (3 + 2 * trust)
    np.testing.assert_allclose(free_draw(style, 0, played), expected)


def test_the_chain_plays_wherever_a_network_does(memory):
    chain = SongChain(memory, 0)
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
