"""What goes with a table: voices of the built-in tables and modes, of files, and borrowed ones."""

import numpy as np
import pytest

from shinko.tables.builtin import STYLES, builtin_path, load_table
from shinko.tables.memories import builtin_memory, memory_path, voices_of
from shinko.tables.memory import MODES, SongMemory
from shinko.tables.memory_files import write_memory
from shinko.tables.modes import held_to_mode, in_other_mode, in_scale, mode_of
from shinko.tables.table import TableError
from shinko.tables.writing import write_table

VOCABULARY = load_table("pop").vocabulary


def numbers(*tokens):
    return [VOCABULARY.index(token) for token in tokens]


def test_a_mixture_plays_each_of_its_styles():
    assert list(voices_of("pop", "major").voices) == ["billboard", "pop909"]
    assert list(voices_of("1970s", "minor").voices) == ["1970s"]


@pytest.mark.parametrize("mode", MODES)
def test_rows_of_each_mode_sum_to_one(mode):
    for voice in voices_of("pop", mode).voices.values():
        np.testing.assert_allclose(voice.innovations.sum(axis=-1), 1.0, rtol=1e-9)


@pytest.mark.parametrize("mode", MODES[2:])
def test_other_modes_keep_to_their_scale_and_begin_on_their_tonic(mode):
    tonic = {"dorian": "2", "phrygian": "3", "lydian": "4", "mixolydian": "5"}[mode]
    for voice in voices_of("pop", mode).voices.values():
        first = voice.innovations[-1, -1]
        assert first[in_scale(VOCABULARY)].sum() > 0.999
        assert VOCABULARY[first.argmax()] == tonic


def test_it_is_told_where_a_mode_is_from():
    assert voices_of("pop", "minor").counted == "430 songs in minor"
    mixolydian = voices_of("pop", "mixolydian")  # of pop909 too few are
    assert (list(mixolydian.voices), mixolydian.counted) == (
        ["billboard"],
        "105 songs in mixolydian",
    )
    assert voices_of("pop", "phrygian").counted == "minor songs, held to the chords of phrygian"


def test_a_chord_that_a_mode_lacks_becomes_its_own_on_that_degree():
    # V of G major is v in G mixolydian, iv of A minor is IV in A dorian; ♭VI has no counterpart.
    held = held_to_mode(VOCABULARY, "mixolydian")
    assert [VOCABULARY[held[chord]] for chord in numbers("1", "5", "b7")] == ["5", "2", "4"]
    held = held_to_mode(VOCABULARY, "dorian")
    assert VOCABULARY[held[numbers("2")[0]]] == "5"
    assert held[numbers("4")[0]] == -1


def test_a_chord_has_its_counterpart_on_the_tonic_of_another_mode():
    # i IV in D dorian, written in A minor's way: i is 6, IV is D major.
    moved = in_other_mode(VOCABULARY, "minor", "dorian")
    assert [VOCABULARY[moved[chord]] for chord in numbers("6", "5/5", "5")] == ["2", "5", "1"]


def test_a_section_is_in_the_mode_whose_chords_it_keeps_to():
    assert mode_of(numbers("6", "5/5", "6", "5"), "minor", VOCABULARY) == "dorian"
    assert mode_of(numbers("1", "b7", "4", "1"), "major", VOCABULARY) == "mixolydian"
    assert mode_of(numbers("1", "4", "1"), "major", VOCABULARY) is None  # its own as well
    assert mode_of(numbers("1", "b7", "5"), "major", VOCABULARY) is None  # of none


@pytest.mark.parametrize("name", STYLES)
def test_a_style_has_a_memory_over_the_chords_of_its_table(name):
    found = voices_of(name, "minor")
    assert list(found.voices) == [name]
    assert found.vocabulary == load_table(name).vocabulary
    assert found.counted.endswith(" songs in minor")


def test_jazz_plays_ii_v_i():
    found = voices_of("jazz", "major")
    two, five = (found.vocabulary.index(token) for token in ("27", "57"))
    after = found.voices["jazz"].innovations[two, five]
    assert found.vocabulary[after.argmax()] in ("1", "17")


def test_the_styles_memories_are_small():
    sizes = [memory_path(builtin_path(name)).stat().st_size for name in STYLES]
    assert sum(sizes) < 150_000


def test_a_table_borrows_how_songs_come_back(tmp_path):
    table = load_table("1960s")
    write_table(table, tmp_path / "mine.csv")
    ((name, voice),) = voices_of(str(tmp_path / "mine.csv"), "major").voices.items()
    assert name == str(tmp_path / "mine.csv")
    row = voice.innovations[VOCABULARY.index("2"), VOCABULARY.index("5")]
    assert VOCABULARY[row.argmax()] == "1"
    known = [builtin_memory().style(part).recall.stay for part in ("billboard", "pop909")]
    np.testing.assert_allclose(voice.recall.stay, np.mean(known, axis=0))


def test_a_memory_beside_a_table_goes_with_it(tmp_path):
    path = tmp_path / "mine.csv.gz"
    write_table(load_table("1960s"), path)
    style = builtin_memory().style("pop909")
    write_memory(SongMemory(VOCABULARY, (style,)), memory_path(path))
    assert list(voices_of(str(path), "minor").voices) == ["pop909"]
    assert memory_path(path) == tmp_path / "mine.memory.json.gz"


def test_a_memory_of_other_chords_is_told(tmp_path):
    path = tmp_path / "mine.csv"
    write_table(load_table("1960s").restricted(["1", "4", "5"]), path)
    write_memory(builtin_memory(), memory_path(path))
    with pytest.raises(TableError, match=r"mine\.memory\.json\.gz: not of .*mine\.csv, whose"):
        voices_of(str(path), "major")
