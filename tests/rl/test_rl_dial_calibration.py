"""What the dial is measured at, held against all progressions."""

import itertools

import numpy as np
import pytest
from dial_tables import settings_for, two_tables, worlds_of

from shinko.rl import dial_calibration
from shinko.rl.dial_calibration import rising
from shinko.rl.diversity import repeated_pairs


def test_figures_are_made_to_rise_by_as_little_as_can_be():
    assert rising(np.array([1.0, 2.0, 4.0])) == [1.0, 2.0, 4.0]
    # 3 and 1 come to their mean, 2, each a little above the one before it.
    assert rising(np.array([1.0, 3.0, 1.0, 5.0])) == [1.0, 2.0, 2.001, 5.0]


def test_effective_chords_and_returns_are_those_of_all_progressions(tmp_path, monkeypatch):
    tables = two_tables(tmp_path)
    worlds = worlds_of(*tables)
    settings = settings_for(tables)
    monkeypatch.setattr(dial_calibration, "LENGTH", 4)
    monkeypatch.setattr(dial_calibration, "PARTICLES", 8000)
    chords = np.array(list(itertools.product(range(4), repeat=4))).T
    world = int(worlds.number(1, 0, worlds.pulls.index(0.0), 0))
    chances = worlds.reward(4).log_chances(chords, np.full(chords.shape[1], world))
    logs = np.take_along_axis(chances, chords[:, :, None], axis=2).sum(axis=(0, 2))
    found = dial_calibration._effective(settings, worlds, 1, 0)
    for tau, effective in zip(settings.temperatures(), found, strict=True):
        powers = np.exp(logs / tau)
        shares = powers / powers.sum()
        entropy = -(shares * np.log(np.maximum(shares, 1e-300))).sum() / 4
        assert effective == pytest.approx(np.exp(entropy), rel=0.06)
    # Of the first eight chords, however many.
    monkeypatch.setattr(dial_calibration, "PLAYED", 6000)
    monkeypatch.setattr(dial_calibration, "_FIRST", 4)
    returns = dial_calibration._returns(worlds, 1, 0)
    for pull in range(len(worlds.pulls)):
        number = int(worlds.number(1, 0, pull, 0))
        rows = worlds.reward(4).log_chances(chords, np.full(chords.shape[1], number))
        chance = np.exp(np.take_along_axis(rows, chords[:, :, None], axis=2).sum(axis=(0, 2)))
        expected = (chance * repeated_pairs(chords)).sum()
        # Five standard errors; pairs of progressions differ by less than one.
        assert returns[pull] == pytest.approx(expected, abs=5 / 6000**0.5)


def test_a_dial_is_told_as_a_policy_file_keeps_it(tmp_path, monkeypatch):
    from shinko.rl.described import Dial
    from shinko.runs.told import read_told

    tables = two_tables(tmp_path)
    monkeypatch.setattr(dial_calibration, "PARTICLES", 64)
    monkeypatch.setattr(dial_calibration, "PLAYED", 64)
    told = dial_calibration.measure_dial(settings_for(tables), worlds_of(*tables))
    dial = read_told(Dial, told)
    assert dial.styles == tables
    assert dial.parts(tables[1]) == (tables[1],)
    assert dial.parts("nowhere") == ()
    assert len(dial.effective_at(tables[0], "dorian")) == len(dial.temperatures)
    assert len(dial.returns_at(tables[1], "minor")) == len(dial.rhos)
