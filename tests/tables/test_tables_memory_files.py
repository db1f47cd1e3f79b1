"""What songs remember, written and read again; what is damaged is told in a line."""

import gzip
import json

import numpy as np
import pytest
from test_tables_chain import a_style

from shinko.tables.memory import SongMemory
from shinko.tables.memory_files import read_memory, write_memory
from shinko.tables.table import TableError


@pytest.fixture
def path(tmp_path):
    write_memory(SongMemory(tuple("abcde"), (a_style(1, "one"), a_style(2, "two"))), tmp_path / "m")
    return tmp_path / "m"


def test_a_memory_is_read_as_it_was_written(path):
    memory = read_memory(path)
    assert memory.vocabulary == tuple("abcde")
    assert [style.name for style in memory.styles] == ["one", "two"]
    for style, own in zip(memory.styles, (a_style(1), a_style(2)), strict=True):
        np.testing.assert_array_equal(style.counts, own.counts)  # whole numbers are kept whole
        for name in ("stay", "slip", "entry"):
            np.testing.assert_allclose(
                getattr(style.recall, name), getattr(own.recall, name), atol=1e-4
            )
        assert style.recall.trust == own.recall.trust


def test_what_was_read_is_written_in_the_same_bytes(path, tmp_path):
    write_memory(read_memory(path), tmp_path / "again")
    again = read_memory(tmp_path / "again")
    write_memory(again, tmp_path / "third")
    assert (tmp_path / "third").read_bytes() == (tmp_path / "again").read_bytes()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda m: m.pop("styles"), "damaged"),
        # 400 chords would take 3 GB.
        (
            lambda m: m.update(vocabulary=[str(number) for number in range(400)]),
            "more styles or chords than fit in memory",
        ),
        (lambda m: m.update(styles=[]), "memory: expected at least one style"),
        (lambda m: m.update(lags=[1]), "other lags or modes than this version has"),
        (lambda m: m["styles"][0].update(trust=0), r"trust 0\.0: expected a number above 0"),
        (lambda m: m["styles"][0].update(trust="x"), "damaged"),
        (lambda m: m["styles"][0]["stay"].pop(), "stay and slip: expected 20 numbers each"),
        (lambda m: m["styles"][0]["stay"].__setitem__(3, 2.0), "stay: expected chances"),
        (lambda m: m["styles"][0]["entry"].pop(), "damaged"),
        (lambda m: m["styles"][0]["entry"][0].__setitem__(0, 0.0), "damaged"),
        (lambda m: m["styles"][0]["counts"][1].append([0, 1, 9, 1.0]), "damaged"),
        (lambda m: m["styles"][0]["counts"][1].append([0, 1, -1, 1.0]), "damaged"),
        (lambda m: m["styles"][0]["counts"][1].append([0, 1, 2, 1e999]), "damaged"),
        (lambda m: m["styles"][0]["counts"][1].append([0, 1, 2, 1e300]), "damaged"),
        (lambda m: m["styles"][0]["entry"][4].__setitem__(slice(2), [1e308, 1e308]), "damaged"),
    ],
)
def test_a_damaged_memory_is_told(path, change, told):
    values = json.loads(gzip.decompress(path.read_bytes()))
    change(values)
    path.write_text(json.dumps(values))
    with pytest.raises(TableError, match=f"{path.name}: {told}.*; expected what songs remember"):
        read_memory(path)


@pytest.mark.parametrize("text", ["", "x", "[]", "3", "[" * 100_000])
def test_what_is_no_memory_is_told(path, text):
    path.write_text(text)
    with pytest.raises(TableError, match=r"m: (damaged|empty); expected what songs remember"):
        read_memory(path)
