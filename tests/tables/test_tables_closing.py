"""How songs close is what plays closes on."""

import numpy as np
import pytest
from test_tables_chain import NAMES, V

from shinko.planning.rows import draw_rows
from shinko.tables.chain import SongChain
from shinko.tables.closing import with_closing
from shinko.tables.memory_fitting import CountedSection, fit_style
from shinko.tables.voices import voice_of


def songs(count=200):
    """Random sections of ten chords; pieces end on chord 0 in four of five, other sections on 3."""
    rng = np.random.default_rng(0)
    found = []
    for number in range(count):
        for closes, last in (("section", 3), ("piece", 0 if rng.random() < 0.8 else 4)):
            chords: list[int] = []
            while len(chords) < 9:
                chord = int(rng.integers(0, V))
                if chord not in chords[-1:] and (len(chords) < 8 or chord != last):
                    chords.append(chord)
            found.append(CountedSection(number, 0, (*chords, last), closes=closes))
    return found


@pytest.mark.parametrize(("close", "chord", "share"), [("piece", 0, 0.8), ("section", 3, 1.0)])
def test_what_plays_ends_as_songs_do(close, chord, share):
    sections = songs()
    style = with_closing(fit_style("s", sections, NAMES), sections, NAMES)
    chain, rng = SongChain([voice_of(style, NAMES, "major", close)]), np.random.default_rng(1)
    state, heard = chain.initial_state(4000, length=12), np.full(4000, chain.start)
    for _ in range(12):
        logs, state = chain.step(heard, state)
        heard = draw_rows(np.exp(logs), rng)
    assert (heard == chord).mean() == pytest.approx(share, abs=0.07)


def test_without_a_length_nothing_closes():
    sections = songs(40)
    plain = fit_style("s", sections, NAMES)
    closed = with_closing(plain, sections, NAMES)
    rows = []
    for style in (plain, closed):
        chain = SongChain([voice_of(style, NAMES, "major")])
        logs, _ = chain.step(np.array([chain.start]), chain.initial_state(1))
        rows.append(logs)
    np.testing.assert_array_equal(*rows)
