"""What several test files need: small tables, the faulty server, where development data lies."""

import itertools
import os
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings

from shinko.tables.table import Row, TransitionTable

# Small sums are done sooner on one thread, and two workers with threads of their own wait for each
# other; libraries read this when they are loaded, in the workers and in what tests start.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# The server that downloads are tested against.
sys.path.append(str(Path(__file__).parent / "fetching"))
sys.path.append(str(Path(__file__).parent / "golden"))

# How long an example takes depends on what else the machine does.
settings.register_profile("shinko", deadline=None)
settings.load_profile("shinko")

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
CORPORA = {"hooktheory_folder", "chords_folder", "ptb_folder"}

# The rooms of [tool.coverage.run]: their own tests have to reach their lines.
MEASURED = {"planning", "theory", "rl", "nets"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what scripts/check measures: no test that needs a corpus, which not everybody has."""
    for item in items:
        needed = CORPORA & set(getattr(item, "fixturenames", ()))
        if item.path.parent.name in MEASURED and not needed:
            item.add_marker("measured")


@pytest.fixture(scope="session")
def hooktheory_folder() -> Path:
    """The folder of the four Hooktheory CSVs, which are not part of the project."""
    return _data("hooktheory")


@pytest.fixture(scope="session")
def chords_folder() -> Path:
    """The folder of the two chord corpora as JSON Lines, which are not part of the project."""
    return _data("chords")


@pytest.fixture(scope="session")
def ptb_folder() -> Path:
    """The folder of Mikolov's Penn Treebank, which is not part of the project."""
    return _data("ptb")


def _data(name: str) -> Path:
    folder = DATA / name
    if not folder.is_dir():
        pytest.skip(f"needs ../shared/data/{name}, which is not part of the project")
    return folder


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
