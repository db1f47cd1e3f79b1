"""The tables that come with the package, tables by name, and what is shown of them."""

import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import shinko.tables
from shinko.tables.automaton import compile_table
from shinko.tables.builtin import (
    BUILTIN,
    DEFAULT_TABLE,
    STYLES,
    builtin_names,
    builtin_path,
    downloaded_path,
    load_table,
)
from shinko.tables.counting import count_songs
from shinko.tables.describe import continuations, list_tables, summarise
from shinko.tables.fitting import fit_songs
from shinko.tables.mixing import mix_tables
from shinko.tables.songs import read_songs
from shinko.tables.table import Row, TableError, TransitionTable
from shinko.tables.writing import table_csv
from shinko.theory import Key, parse_token

SCRIPT = Path(__file__).parents[2] / "scripts" / "build_tables.py"

# Files keep six significant digits of each number.
SIX_DIGITS = 1e-5


@pytest.fixture(scope="module", params=BUILTIN)
def builtin(request):
    """Each built-in table in turn."""
    return load_table(request.param)


def test_the_default_table_is_pop_and_comes_first():
    assert builtin_names()[0] == DEFAULT_TABLE == "pop"
    assert load_table().name == "pop"


def test_a_built_in_table_sums_to_one_after_every_history(builtin):
    sums = compile_table(builtin).probabilities.sum(axis=1)
    np.testing.assert_allclose(sums, 1, atol=SIX_DIGITS)


def test_a_built_in_table_looks_back_three_chords(builtin):
    assert builtin.order == 3


def test_tables_of_pop_songs_and_folk_share_one_vocabulary(builtin):
    own = builtin.name in set(STYLES) - {"folk"}
    assert (builtin.vocabulary == load_table("pop").vocabulary) != own
    assert all(parse_token(token) for token in builtin.vocabulary)


def test_a_built_in_table_tells_its_source(builtin):
    assert builtin.notes["description"] == BUILTIN[builtin.name]
    sources = "Billboard", "POP909", "Impro-Visor", "OpenEWLD", "Nottingham", "Open Hymnal"
    assert any(source in builtin.notes["source"] for source in sources)
    shared = "two songs or more" in builtin.notes["source"]
    assert shared == ("GPL" in builtin.notes["source"])


def test_a_progression_most_often_begins_on_a_plain_diatonic_chord(builtin):
    row = builtin.rows[()]
    likely = {builtin.vocabulary[n] for n in row.chords[np.argsort(-row.probabilities)[:4]]}
    # Jazz and blues have sevenths: I7 and IV7 are ids 57/4 and D47.
    sevenths = {"17", "27", "47", "57", "67", "57/4", "D47"} if builtin.name in STYLES else set()
    assert likely <= {"1", "2", "4", "5", "6"} | sevenths


def test_the_built_in_tables_take_less_than_a_megabyte():
    assert sum(builtin_path(name).stat().st_size for name in BUILTIN) < 1_000_000


def test_the_folder_has_tables_and_sources_only():
    names = {path.name for path in builtin_path("pop").parent.iterdir()}
    others = {"SOURCES.md", "LICENSE-POP909.txt", "memory.json.gz", "colour.json.gz"}
    memories = {f"{name}.memory.json.gz" for name in STYLES}
    assert names == {f"{name}.csv.gz" for name in BUILTIN} | memories | others


def test_sources_tells_the_vocabulary_of_the_tables():
    text = builtin_path("pop").with_name("SOURCES.md").read_text("utf-8")
    vocabulary = load_table("pop").vocabulary
    assert f"{len(vocabulary)} chords: {' '.join(vocabulary)}" in text


def test_pop_is_the_equal_mixture_of_its_two_corpora():
    mixed = mix_tables([(load_table("billboard"), 1), (load_table("pop909"), 1)], "pop")
    pop = compile_table(load_table("pop"))
    np.testing.assert_allclose(
        compile_table(mixed).probabilities, pop.probabilities, rtol=1e-4, atol=1e-6
    )


@pytest.mark.parametrize("name", ["billboard", "pop909"])
def test_the_vocabulary_covers_97_percent_of_each_corpus(chords_folder, name):
    songs = read_songs(chords_folder / f"{name}.jsonl.gz").songs
    _, coverage = fit_songs(songs, load_table("pop").vocabulary)
    assert coverage.exact_share >= 0.97


def test_the_script_rebuilds_a_table_byte_for_byte(chords_folder):
    script = runpy.run_path(str(SCRIPT))
    corpora = script["read_corpora"](chords_folder)
    rebuilt = script["build"]("1960s", corpora, script["shared_vocabulary"](corpora))
    assert table_csv(rebuilt) == table_csv(load_table("1960s"))


def test_the_script_rebuilds_a_style_byte_for_byte(chords_folder):
    script = runpy.run_path(str(SCRIPT))
    songs = script["style_songs"](chords_folder, "blues")
    rebuilt = script["build_style"]("blues", songs, load_table("pop").vocabulary)
    assert table_csv(rebuilt) == table_csv(load_table("blues"))


@pytest.mark.parametrize("name", ["jazz", "blues", "folk"])
def test_a_copyleft_source_gives_only_what_two_songs_have(chords_folder, name):
    table = load_table(name)
    songs = runpy.run_path(str(SCRIPT))["style_songs"](chords_folder, name)
    fitted, _ = fit_songs(songs, table.vocabulary)
    told = count_songs(fitted, table.order)
    numbers = [
        told[history][chord]
        for history, row in table.rows.items()
        for chord in row.chords.tolist()
        if history
    ]
    assert min(numbers) == 2


@pytest.fixture
def data_folder(tmp_path, monkeypatch):
    """An empty folder for the user's data."""
    monkeypatch.setenv("SHINKO_DATA", str(tmp_path))
    return tmp_path


def test_a_path_is_read_and_a_name_goes_before_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("pop").write_text("history,chord,probability\n,1,1\n")
    assert len(load_table("pop").vocabulary) == 65
    assert load_table("./pop").vocabulary == ("1",)
    assert load_table(Path("pop")).vocabulary == ("1",)


def test_hooktheory_has_to_be_fetched_first(data_folder):
    with pytest.raises(TableError, match=r"run: shinko tables fetch hooktheory$"):
        load_table("hooktheory")


def test_an_interrupted_download_of_hooktheory_is_none(data_folder):
    folder = downloaded_path("hooktheory")
    folder.mkdir(parents=True)
    with pytest.raises(TableError, match=r"run: shinko tables fetch hooktheory$"):
        load_table("hooktheory")
    for level in ("1st", "2nd", "3rd"):
        (folder / f"chord.{level}L.csv").write_text('"child_path","probability"\n"1","0.5"\n')
    with pytest.raises(TableError, match=r"run: shinko tables fetch hooktheory$"):
        load_table("hooktheory")
    assert {t.name: t.chords for t in list_tables()}["hooktheory"] is None


def test_a_data_folder_of_a_name_that_is_too_long_is_told(monkeypatch):
    monkeypatch.setenv("SHINKO_DATA", "/" + "x" * 300)
    with pytest.raises(TableError, match="File name too long; expected a file or folder"):
        load_table("hooktheory")


def test_hooktheory_is_read_from_the_data_folder(data_folder, hooktheory_folder):
    shutil.copytree(hooktheory_folder, downloaded_path("hooktheory"))
    table = load_table("hooktheory")
    assert (table.name, len(table.vocabulary)) == ("hooktheory", 207)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("pip", "no table 'pip': did you mean pop"),
        ("Billboard", "did you mean billboard"),
        ("quuxle", "no table 'quuxle': known are pop, billboard, pop909, 1960s"),
        ("none.csv", "none.csv: no such file"),
        ("no/such", "no/such: no such file"),
        ("", "no table ''"),
        ("x" * 300, "expected a file or folder"),
    ],
)
def test_an_unknown_table_is_told_with_what_is_known(name, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(TableError, match=message):
        load_table(name)


# What is shown


def test_all_named_tables_are_listed_downloaded_or_not(data_folder):
    tables = {table.name: table for table in list_tables()}
    assert list(tables) == [*BUILTIN, "hooktheory", "hooktheory-api"]
    assert (tables["pop"].chords, tables["pop"].order) == (65, 3)
    assert tables["pop"].fetch == ""
    assert tables["hooktheory"].chords is None
    assert tables["hooktheory-api"].fetch == "shinko tables fetch hooktheory --api"


def test_a_downloaded_table_is_listed_with_its_size(data_folder, hooktheory_folder):
    shutil.copytree(hooktheory_folder, downloaded_path("hooktheory"))
    tables = {table.name: table for table in list_tables()}
    assert (tables["hooktheory"].chords, tables["hooktheory"].histories) == (207, 2098)


SMALL = TransitionTable(
    "small",
    ("1", "4", "5", "57/6", "6", "C5"),
    2,
    {
        (): Row(np.arange(5, dtype=np.int32), np.array([0.4, 0.3, 0.2, 0.05, 0.05])),
        (1,): Row(np.array([0], np.int32), np.array([0.7]), 0.5),
        (1, 0): Row(np.array([2, 1], np.int32), np.array([0.25, 0.5]), 0.0),
    },
    {"description": "made up"},
)


def ranked(after, key=None):
    found = continuations(SMALL, after, key=Key.parse(key) if key else None)
    return [(chord.roman, chord.probability) for chord in found.chords]


@pytest.mark.parametrize("after", ["IV I", "4 1", "4,1", "| IV | I |", "IV - I", ["IV", "I"]])
def test_continuations_are_ranked(after):
    assert ranked(after) == [("IV", 0.5), ("V", 0.25)]


def test_chord_names_are_read_in_a_key():
    assert ranked("Bb F", "F") == ranked("IV I")


def test_a_minor_key_counts_from_its_tonic():
    # In A minor, F and C are ♭VI and ♭III, that is 4 and 1 from the relative major.
    assert ranked("bVI bIII", "Am") == ranked("F C", "Am") == [("♭VI", 0.5), ("♭VII", 0.25)]


def test_a_continuation_names_its_chord_in_the_key():
    chord = continuations(SMALL, "F C", key=Key.parse("Am")).chords[1]
    assert (chord.token, chord.roman, chord.name) == ("5", "♭VII", "G")


def test_without_a_key_there_are_no_chord_names():
    assert continuations(SMALL, "IV I").chords[0].name is None


def test_a_continuation_tells_how_far_its_number_looks_back():
    lengths = {c.token: c.history_length for c in continuations(SMALL, "5 4").chords}
    assert lengths == {"1": 1, "4": 0, "5": 0, "57/6": 0, "6": 0}


def test_unlisted_chords_are_counted_and_not_shown():
    assert continuations(SMALL, "IV I").unlisted == 4
    assert continuations(SMALL).unlisted == 1


def test_a_chord_that_the_table_lacks_is_shown_as_the_one_taken_for_it():
    assert continuations(SMALL, "47 16").history == ("4", "1")


def test_an_id_that_could_be_a_chord_name_needs_no_key():
    assert continuations(SMALL, "C5").history == ("C5",)


@pytest.mark.parametrize(
    ("after", "message"),
    [
        ("F C", "chord 'F': a chord name needs a key; give one, or write 'IV' or '4'"),
        ("IV H", "'H'"),
        ("bII", "chord 'Y2': not among the 6 chords of table 'small'"),
    ],
)
def test_a_history_that_cannot_be_read_says_why(after, message):
    with pytest.raises(TableError, match=message):
        continuations(SMALL, after)


def test_a_summary_counts_chords_and_histories():
    summary = summarise(SMALL)
    assert (summary.name, summary.description) == ("small", "made up")
    assert (summary.chords, summary.histories, summary.order) == (6, 3, 2)


# The room's front door


@pytest.mark.parametrize("name", shinko.tables.__all__)
def test_every_public_name_is_there(name):
    assert getattr(shinko.tables, name) is not None


def test_importing_the_room_imports_no_numpy():
    code = "import sys, shinko.tables; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_an_unknown_public_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = shinko.tables.nothing
