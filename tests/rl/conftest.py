"""Small tables for the tests of learning."""

import itertools

import numpy as np
import pytest

from shinko.tables.table import Row, TransitionTable


def make_table(rows, vocabulary, name="toy"):
    """A table of {history: {chord: probability}}."""
    made = {
        history: Row(np.array(list(row), np.int32), np.array(list(row.values()), np.float64))
        for history, row in rows.items()
    }
    return TransitionTable(name, tuple(vocabulary), max(map(len, made)), made)


@pytest.fixture(scope="session")
def table_of():
    return make_table


@pytest.fixture(scope="session")
def toy_table():
    """Of chord 2 nothing is listed but that 0 can't follow it; (0, 1) has a row of its own."""
    return make_table(
        {
            (): {0: 0.5, 1: 0.3, 2: 0.2},
            (0,): {1: 0.6, 2: 0.4},
            (1,): {0: 0.9},
            (2,): {0: 0.0, 1: 0.0005},
            (0, 1): {2: 0.7},
        },
        "145",
    )


@pytest.fixture(scope="session")
def all_progressions():
    """(chords, length) to all progressions, (length, chords^length)."""
    return lambda chords, length: np.array(list(itertools.product(range(chords), repeat=length))).T
