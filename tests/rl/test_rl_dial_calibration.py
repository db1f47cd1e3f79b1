"""What the dial is measured at, held against all progressions."""

import itertools

import numpy as np
import pytest
from dial_tables import chances_of, rows_of, settings_for, two_tables, worlds_of

from shinko.rl import dial_calibration
from shinko.rl.described import Dial
from shinko.rl.dial_calibration import measure, measure_dial, measured_dial, rising
from shinko.rl.diversity import repeated_pairs
from shinko.runs.told import read_told
from shinko.tables.chain import SongChain
from shinko.tables.memories import voices_of
from shinko.tables.memory import MODES

HEATS, PULLS = (0.5, 1.0, 2.0), (-2.0, 0.0, 2.0)
T, FEW = 4, 64


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    return two_tables(tmp_path_factory.mktemp("tables"))


@pytest.fixture(scope="module")
def measured(tables):
    """The settings, the dial of both tables on few pieces, and what was called on the way."""
    settings, counted = settings_for(tables), []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dial_calibration, "PLAYED", FEW)
        told = measure_dial(settings, worlds_of(*tables), lambda *done: counted.append(done))
    return settings, read_told(Dial, told), counted


def test_figures_are_made_to_rise_by_as_little_as_can_be():
    assert rising(np.array([1.0, 2.0, 4.0])) == [1.0, 2.0, 4.0]
    # 3 and 1 come to their mean, 2, each a little above the one before it.
    assert rising(np.array([1.0, 3.0, 1.0, 5.0])) == [1.0, 2.0, 2.001, 5.0]


def by_enumeration(voice):
    """Entropy a chord and repeated pairs of a voice, over all progressions of four chords."""
    chords = np.array(list(itertools.product(range(4), repeat=T))).T
    alone = SongChain([voice])
    logs = chances_of(rows_of(alone, chords, alone.initial_state(4**T)), chords)
    chances = np.exp(logs)
    assert chances.sum() == pytest.approx(1.0)
    return -(chances * logs).sum() / T, (chances * repeated_pairs(chords)).sum()


def test_effective_chords_and_returns_are_those_of_all_progressions(tables, monkeypatch):
    monkeypatch.setattr(dial_calibration, "LENGTH", T)
    voice = voices_of(tables[1], "minor").voices[tables[1]]
    effective, returns = measure(voice, HEATS, PULLS, 5000)
    expected = np.array(
        [[by_enumeration(voice.heated(heat).pulled(pull)) for pull in PULLS] for heat in HEATS]
    )
    # Five standard errors; pairs of progressions differ by less than one.
    np.testing.assert_allclose(returns, expected[:, :, 1], rtol=0, atol=5 / 5000**0.5)
    # At the pull where as much comes back as at heat 1 and pull 0.
    usual = expected[1, 1, 1]
    for found, (entropies, pairs) in zip(effective, np.moveaxis(expected, 2, 1), strict=True):
        entropy = np.interp(np.interp(usual, pairs, PULLS), PULLS, entropies)
        assert found == pytest.approx(np.exp(entropy), rel=0.03)
    assert effective[1] == pytest.approx(np.exp(expected[1, 1, 0]), rel=0.01)


def test_a_dial_is_told_as_a_policy_file_keeps_it(tables, measured):
    settings, dial, counted = measured
    assert dial.styles == tables
    assert dial.parts(tables[1]) == (tables[1],)
    assert dial.parts("nowhere") == ()
    assert (dial.heats, dial.knots) == (settings.heats(), settings.knots())
    assert counted == [(done, 12) for done in range(1, 13)]
    # Each style and mode has its own.
    voice = worlds_of(*tables).voices[1][MODES.index("dorian")]
    effective, returns = measure(voice, dial.heats, dial.rhos, FEW)
    assert dial.effective_at(tables[1], "dorian") == tuple(effective)
    assert dial.returns[1][MODES.index("dorian")] == tuple(map(tuple, returns))


def test_between_two_heats_returns_are_interpolated(tables, measured):
    _, dial, _ = measured
    low, high = dial.heats[4:6]
    assert dial.returns_at(tables[0], "major", (low * high) ** 0.5) == pytest.approx(
        np.mean(dial.returns[0][0][4:6], axis=0)
    )
    assert dial.usual(tables[0], "major") == dial.returns[0][0][4][dial.rhos.index(0.0)]


def test_a_voice_that_no_policy_plays_has_a_dial_of_its_own(tables, measured, monkeypatch):
    monkeypatch.setattr(dial_calibration, "FEW", FEW)
    _, like, _ = measured
    voice = voices_of(tables[0], "minor").voices[tables[0]]
    dial = measured_dial("mine", "minor", voice, like)
    assert (dial.styles, dial.modes, dial.tables) == (("mine",), ("minor",), (("mine", "mine"),))
    # Every second heat, 1 among them; of the pulls all, for 0 is the second.
    assert (dial.heats, dial.rhos) == (like.heats[::2], like.rhos)
    effective, _ = measure(voice, dial.heats, dial.rhos, FEW)
    assert dial.effective_at("mine", "minor") == tuple(effective)
