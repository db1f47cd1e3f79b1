"""The temperature of a variety, found by the slope of the objective."""

import math

import pytest

from shinko.planning.calibration import effective_tokens, temperature_of
from shinko.planning.errors import PlanningError
from shinko.planning.plan import solve
from shinko.rl.terms import rewarded
from shinko.tables import compile_table


@pytest.fixture(scope="module")
def process(table_of):
    """Of a table over three chords that goes up."""
    up = {(): {0: 0.4, 1: 0.3, 2: 0.3}, **{(c,): {(c + 1) % 3: 0.8, c: 0.2} for c in range(3)}}
    return rewarded(compile_table(table_of(up, "145")), reward="log-probability", floor=0.01)


def test_the_slope_of_the_objective_is_the_entropy(process):
    for temperature in (0.3, 1.0, 3.0):
        exact = solve(process, temperature=temperature, length=6).walk.effective_tokens
        found = effective_tokens(process, temperature=temperature, length=6)
        assert found == pytest.approx(exact, rel=1e-5)


@pytest.mark.parametrize("wanted", [1.3, 1.7, 2.5, 2.95])
def test_the_temperature_of_a_variety_is_found(process, wanted):
    temperature = temperature_of(process, effective=wanted, length=6)
    found = solve(process, temperature=temperature, length=6).walk.effective_tokens
    assert found == pytest.approx(wanted, rel=0.003)


def test_a_search_that_is_cut_short_ends_in_the_middle_of_where_it_looked(process, monkeypatch):
    monkeypatch.setattr("shinko.planning.calibration._ROUNDS", 0)
    # Of 0.4 and 2, where it begins, by equal factors.
    assert temperature_of(process, effective=1.7, length=6) == pytest.approx(math.sqrt(0.8))


def test_a_variety_that_there_is_not_is_refused(process):
    with pytest.raises(
        PlanningError, match=r"^4 effective tokens: expected 1\.\d+ to 3 with this table$"
    ):
        temperature_of(process, effective=4.0, length=6)
