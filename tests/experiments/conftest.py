"""A small word model, trained once for all tests of experiments."""

import shutil

import pytest
from small_words import SMALL, write_text

from shinko.experiments.words.runs import open_run
from shinko.experiments.words.training import begin_run, train


@pytest.fixture(scope="session")
def book(tmp_path_factory):
    return write_text(tmp_path_factory.mktemp("texts") / "book.txt")


@pytest.fixture(scope="session")
def trained_once(tmp_path_factory, book):
    return train(begin_run(tmp_path_factory.mktemp("runs") / "run", SMALL, [book])).run


@pytest.fixture
def trained(tmp_path, trained_once):
    """A copy of a finished run, to damage."""
    return open_run(shutil.copytree(trained_once.folder.path, tmp_path / "run"))
