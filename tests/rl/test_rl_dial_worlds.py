"""Worlds: each is the chain of its style, mode, pull and end."""

import numpy as np
import pytest
from dial_tables import PULLS, two_tables, worlds_of, write_table

from shinko.errors import FieldError
from shinko.planning.particles import Player
from shinko.rl.dial_worlds import OPEN, dial_worlds
from shinko.tables.chain import SongChain
from shinko.tables.memories import voices_of
from shinko.tables.memory import MODES


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    return two_tables(tmp_path_factory.mktemp("tables"))


def by_world(worlds, number, chords, length):
    reward = worlds.reward(length)
    rows = reward.log_chances(chords, np.full(chords.shape[1], number))
    return np.take_along_axis(rows, chords[:, :, None], axis=2).sum(axis=(0, 2))


@pytest.mark.parametrize("mode", ["major", "dorian"])
@pytest.mark.parametrize("pull", PULLS)
def test_a_world_is_the_chain_of_its_voice(tables, mode, pull):
    worlds = worlds_of(*tables)
    chords = np.random.default_rng(0).integers(4, size=(5, 8))
    for style, table in enumerate(tables):
        voice = voices_of(table, mode).voices[table].pulled(pull)
        expected = Player.at_start(SongChain([voice])).log_probability(chords)
        number = int(worlds.number(style, MODES.index(mode), PULLS.index(pull), 0))
        np.testing.assert_allclose(by_world(worlds, number, chords, 5), expected, rtol=1e-9)


def test_pieces_sections_and_what_has_no_end_close_each_in_its_way():
    worlds = dial_worlds(("1960s",), (0.0, 1.0))
    chain, chords = worlds.chain, np.array([[3], [5], [7]])
    voices = [
        next(iter(voices_of("1960s", "major", close).voices.values()))
        for close in ("piece", "section")
    ]
    found = [by_world(worlds, int(worlds.number(0, 0, 0, close)), chords, 3) for close in range(3)]
    for close, voice in enumerate(voices):
        alone = SongChain([voice])
        player = Player(alone, alone.start, alone.initial_state(1, length=3))
        np.testing.assert_allclose(found[close], player.log_probability(chords), rtol=1e-9)
    free = SongChain([voices[0]])
    np.testing.assert_allclose(found[OPEN], Player.at_start(free).log_probability(chords))
    assert len({round(float(one[0]), 6) for one in found}) == 3
    assert chain.start == len(worlds.vocabulary) == 65


def test_a_table_of_several_styles_is_made_of_them():
    worlds = dial_worlds(("pop", "pop909"), (0.0,))
    assert worlds.tables == (("pop", "billboard", "pop909"), ("pop909", "pop909"))
    assert worlds.styles == ("billboard", "pop909")


def test_the_same_tables_have_the_same_fingerprint(tables):
    one = dial_worlds(tables, (0.0,)).fingerprint
    assert one == dial_worlds(tables, (0.0,)).fingerprint
    assert one != dial_worlds(tables[:1], (0.0,)).fingerprint
    assert one != dial_worlds(tables, (1.0,)).fingerprint


def test_tables_of_other_chords_are_learned_by_themselves(tables, tmp_path):
    other = write_table(tmp_path / "odd.csv", {"1": "4", "4": "2", "2": "1"})
    with pytest.raises(FieldError, match=r"`tables` .*: expected tables of the same chords;"):
        dial_worlds((tables[0], other), (0.0,))
