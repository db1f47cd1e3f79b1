"""What songs remember, counted: known memories are found again, and likelihood never falls."""

from itertools import pairwise

import numpy as np
import pytest
from test_tables_chain import NAMES, V, a_style, all_chances

from shinko.tables import memory_fitting
from shinko.tables.chain import SongChain
from shinko.tables.innovations import innovations_of
from shinko.tables.memory import LAGS, MODES
from shinko.tables.memory_fitting import CountedSection, fit_style
from shinko.tables.table import TableError
from shinko.tables.voices import voice_of


def songs(loops, mode=0):
    """Sections of three turns of a loop each; a loop is of one song."""
    return [CountedSection(number, mode, tuple(loop) * 3) for number, loop in enumerate(loops)]


def random_loops(length, count, seed):
    """Loops without a chord after itself."""
    rng = np.random.default_rng(seed)
    found = []
    while len(found) < count:
        loop = rng.integers(0, V, length).tolist()
        if all(one != other for one, other in zip(loop, loop[1:] + loop[:1], strict=True)):
            found.append(loop)
    return found


def bits(style, sections):
    """Of a chord, on average."""
    total = 0.0
    for one in sections:
        chain = SongChain([voice_of(style, NAMES, MODES[one.mode])])
        found = all_chances(chain, np.array([one.chords]))
        total -= sum(np.log2(found[place, 0, chord]) for place, chord in enumerate(one.chords))
    return total / sum(len(one.chords) for one in sections)


def test_songs_of_one_loop_length_teach_its_lag():
    style = fit_style("fours", songs(random_loops(4, 60, 1)), NAMES)
    lag = 1 + LAGS.index(4)
    assert style.recall.stay[lag] > 0.9
    assert style.recall.slip[lag] < 0.05
    assert style.recall.entry[4].argmax() == lag
    # Loops that it never heard are foretold once they come round.
    unseen = songs(random_loops(4, 10, 2))
    chain = SongChain([voice_of(style, NAMES, "major")])
    for one in unseen:
        found = all_chances(chain, np.array([one.chords]))
        assert found[9, 0, one.chords[9]] > 0.9


def test_each_round_explains_the_songs_at_least_as_well(monkeypatch):
    # With a table that doesn't change, these are the plain steps of expectation maximisation.
    fixed = a_style(7).counts
    monkeypatch.setattr(memory_fitting, "_new", lambda *_: fixed)
    monkeypatch.setattr(memory_fitting, "_STAYED", (0.0, 1e-9))
    monkeypatch.setattr(memory_fitting, "_SLIPPED", (0.0, 1e-9))
    monkeypatch.setattr(memory_fitting, "ENTRIES", 1e-9)
    sections = songs(random_loops(4, 20, 3) + random_loops(6, 20, 4))
    told = [bits(fit_style("s", sections, NAMES, rounds=rounds), sections) for rounds in range(6)]
    assert all(later <= earlier + 1e-6 for earlier, later in pairwise(told))
    assert told[-1] < told[0] - 0.1


def test_what_a_song_repeats_counts_once_in_the_table():
    loops = random_loops(8, 12, 5)
    once = [CountedSection(number, 0, tuple(loop)) for number, loop in enumerate(loops)]
    again = [*once, *[CountedSection(0, 0, tuple(loops[0]))] * 50]
    # Without turns there is nothing to copy, so that all are free draws.
    first, second = (fit_style("s", each, NAMES, rounds=0).counts for each in (once, again))
    np.testing.assert_allclose(first[:, :, :V], second[:, :, :V], rtol=1e-12)
    # But each section begins once.
    assert second[0, V, V].sum() == first[0, V, V].sum() + 50


def test_a_chord_never_follows_itself_by_innovation():
    style = fit_style("s", songs(random_loops(4, 9, 6)), NAMES)
    for mode in MODES[:2]:
        innovations = innovations_of(style.counts, NAMES, mode)
        assert (innovations[:, range(V), range(V)] == 0.0).all()
        np.testing.assert_allclose(innovations.sum(axis=-1), 1.0, rtol=1e-12)


def test_each_mode_leans_to_its_own_songs():
    major, minor = songs([[0, 1, 2, 3]] * 9), songs([[0, 3, 4, 1]] * 9, mode=1)
    style = fit_style("s", [*major, *minor], NAMES, rounds=0)
    in_major, in_minor = (innovations_of(style.counts, NAMES, mode) for mode in MODES[:2])
    assert in_major[V, 0, 1] > in_major[V, 0, 3]
    assert in_minor[V, 0, 3] > in_minor[V, 0, 1]


def test_a_mode_without_songs_is_that_of_the_others():
    style = fit_style("s", songs(random_loops(4, 9, 8)), NAMES)
    in_major, in_minor = (innovations_of(style.counts, NAMES, mode) for mode in MODES[:2])
    assert np.isfinite(in_minor).all()
    assert in_minor[V, V].argmax() == in_major[V, V].argmax()


def test_no_section_is_told():
    with pytest.raises(TableError, match="style 's': no section to count; expected one or more"):
        fit_style("s", [], NAMES)
