"""What several test files need: the faulty server, and where the development data lies."""

import sys
from pathlib import Path

import pytest
from hypothesis import settings

# The server that downloads are tested against.
sys.path.append(str(Path(__file__).parent / "fetching"))

# How long an example takes depends on what else the machine does.
settings.register_profile("shinko", deadline=None)
settings.load_profile("shinko")

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


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
