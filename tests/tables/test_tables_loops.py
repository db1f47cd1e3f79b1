"""How often sections begin with a short loop is how often what plays does."""

import numpy as np
import pytest
from test_tables_chain import NAMES, V

from shinko.planning.particles import Player, play
from shinko.tables.chain import SongChain
from shinko.tables.loops import _shares, with_loops
from shinko.tables.memory_fitting import CountedSection, fit_style
from shinko.tables.voices import voice_of


def songs(loop, share, count=120):
    """Sections of twelve chords, so many of which go round in a loop from the first chord on."""
    rng, found = np.random.default_rng(0), []
    for number in range(count):
        chords = rng.permutation(V)[:loop].tolist() * (12 // loop)
        if number >= share * count:
            chords = [0]
            while len(chords) < 12:
                chord = int(rng.integers(0, V))
                if chord != chords[-1]:
                    chords.append(chord)
        found.append(CountedSection(number, 0, tuple(chords)))
    return found


@pytest.mark.parametrize(("loop", "share"), [(2, 0.1), (3, 0.3), (4, 0.5)])
def test_what_plays_goes_round_more_nearly_as_often_as_songs_do(loop, share):
    sections = songs(loop, share)
    fitted = fit_style("s", sections, NAMES)
    off = []
    for style in (fitted, with_loops(fitted, sections, NAMES)):
        player = Player.at_start(SongChain([voice_of(style, NAMES, "major")]))
        tokens, _ = play(player, 8, 4000, np.random.default_rng(9))
        off.append(abs(_shares(tokens)[loop - 2] - share))
    assert off[1] < 0.85 * off[0]


def test_a_loop_counts_once_as_the_shortest_that_it_is():
    chords = np.array(
        [[0, 1] * 4, [0, 1, 2] * 2 + [0, 1], [0, 1, 2, 3] * 2, list(range(4)) + [0] * 4]
    )
    np.testing.assert_array_equal(_shares(chords.T), [0.25, 0.25, 0.25])


def test_songs_too_short_to_tell_leave_a_style_as_it_is():
    sections = [CountedSection(0, 0, (0, 1, 2, 3))]
    style = fit_style("s", sections, NAMES)
    assert with_loops(style, sections, NAMES) is style


def test_what_was_cut_off_is_no_beginning():
    whole = songs(3, 0.3)
    rest = [CountedSection(n, 0, (4, 3) * 6, begins=False) for n in range(100, 160)]
    style = fit_style("s", [*whole, *rest], NAMES)
    assert style.counts[0, V, V, 4] < 60
