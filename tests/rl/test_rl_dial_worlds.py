"""Worlds: each is the chain of its style, mode, pull and end."""

import numpy as np
import pytest
from dial_tables import PULLS, chances_of, rows_of, two_tables, worlds_of, write_table

from shinko.planning.particles import Player
from shinko.rl.dial_worlds import OPEN, dial_worlds
from shinko.tables.chain import SongChain
from shinko.tables.memories import voices_of
from shinko.tables.memory import MODES


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    return two_tables(tmp_path_factory.mktemp("tables"))


def by_world(family, number, chords, heat=1.0):
    """log P of progressions (T, B) in a world, (B,)."""
    T, B = chords.shape
    state = family.begin(np.full(B, number), np.full(B, heat), T)
    return chances_of(rows_of(family.chain, chords, state), chords)


@pytest.mark.parametrize("mode", ["major", "dorian"])
@pytest.mark.parametrize("pull", PULLS)
@pytest.mark.parametrize("heat", [0.5, 1.0])
def test_a_world_is_the_chain_of_its_voice(tables, mode, pull, heat):
    (family,) = worlds_of(*tables).families
    chords = np.random.default_rng(0).integers(4, size=(5, 8))
    for style, table in enumerate(tables):
        voice = voices_of(table, mode).voices[table].pulled(pull).heated(heat)
        alone = SongChain([voice])
        player = Player(alone, alone.start, alone.initial_state(1, length=5))
        expected = player.log_probability(chords)
        number = int(family.number(style, MODES.index(mode), PULLS.index(pull), 0))
        np.testing.assert_allclose(by_world(family, number, chords, heat), expected, rtol=1e-9)


def test_pieces_sections_and_what_has_no_end_close_each_in_its_way():
    worlds = dial_worlds(("1960s",), (0.0, 1.0))
    (family,), chords = worlds.families, np.array([[3], [5], [7]])
    voices = [
        next(iter(voices_of("1960s", "major", close).voices.values()))
        for close in ("piece", "section")
    ]
    found = [by_world(family, int(family.number(0, 0, 0, close)), chords) for close in range(3)]
    for close, voice in enumerate(voices):
        alone = SongChain([voice])
        player = Player(alone, alone.start, alone.initial_state(1, length=3))
        np.testing.assert_allclose(found[close], player.log_probability(chords), rtol=1e-9)
    free = SongChain([voices[0]])
    np.testing.assert_allclose(found[OPEN], Player.at_start(free).log_probability(chords))
    assert len({round(float(one[0]), 6) for one in found}) == 3
    assert family.chain.start == len(worlds.vocabulary) == 65


def test_a_table_of_several_styles_is_made_of_them():
    worlds = dial_worlds(("pop", "pop909"), (0.0,))
    assert worlds.tables == (("pop", "billboard", "pop909"), ("pop909", "pop909"))
    assert worlds.styles == ("billboard", "pop909")


def test_the_same_tables_have_the_same_fingerprint(tables):
    one = dial_worlds(tables, (0.0,)).fingerprint
    assert one == dial_worlds(tables, (0.0,)).fingerprint
    assert one != dial_worlds(tables[:1], (0.0,)).fingerprint
    assert one != dial_worlds(tables, (1.0,)).fingerprint


def test_tables_of_other_chords_are_families_over_their_own(tables, tmp_path):
    odd = write_table(tmp_path / "odd.csv", {"1": "4", "4": "2", "2": "1"})
    worlds = dial_worlds((tables[0], odd, tables[1]), PULLS)
    vocabularies = [voices_of(table, "major").vocabulary for table in (tables[0], odd)]
    assert set(worlds.vocabulary) == {"1", "2", "4", "5", "6"}
    assert [one.styles for one in worlds.families] == [(0, 2), (1,)]
    for family, chords in zip(worlds.families, vocabularies, strict=True):
        assert tuple(worlds.vocabulary[number] for number in family.chords) == chords
    assert worlds.chords_of(1).tolist() == worlds.families[1].chords.tolist()
    assert worlds.chords_of(2).tolist() == worlds.families[0].chords.tolist()
    # A world of the last style, by its number among all styles.
    voice = voices_of(tables[1], "minor").voices[tables[1]].pulled(PULLS[0])
    chords = np.random.default_rng(0).integers(4, size=(5, 8))
    alone = SongChain([voice])
    player = Player(alone, alone.start, alone.initial_state(1, length=5))
    family = worlds.families[0]
    number = int(family.number(2, MODES.index("minor"), 0, 0))
    expected = player.log_probability(chords)
    np.testing.assert_allclose(by_world(family, number, chords), expected, rtol=1e-9)
