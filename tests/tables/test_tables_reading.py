"""Tables from files and back: Hooktheory's CSVs, the project's own, and what can be wrong."""

import gzip
import os
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shinko.errors import ShinkoError
from shinko.tables import reading
from shinko.tables.reading import read_table
from shinko.tables.table import Row, TableError, TransitionTable
from shinko.tables.writing import table_csv, write_table

OWN = """\
# description: made up
# vocabulary: 4,1
history,chord,probability
,1,0.75
,4,0.25
1,4,0.5
1,*,0.5
"1,4",1,1
"""

HOOKTHEORY = """\
"L1","child_path","chord_HTML","chord_ID","probability"
"1","","","","",""
"2","1","1","I","1","0.6"
"3","2","b7","&#9837;VII","b7","0.4"
"""


@pytest.fixture
def table_file(tmp_path):
    """Writes a text or bytes as a file, t.csv unless told, and gives its path."""

    def write(content, name="t.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def own(*lines):
    return "\n".join(["history,chord,probability", *lines]) + "\n"


def test_the_own_csv_has_histories_chords_and_backoff(table_file):
    table = read_table(table_file(OWN))
    one, four = table.index("1"), table.index("4")
    assert table.order == 2
    assert table.probability((), one) == 0.75
    assert table.probability((one,), one) == 0.5 * 0.75
    assert table.probability((one, four), one) == 1.0
    assert table.probability((one, four), four) is None


def test_a_table_is_named_after_its_file(table_file):
    assert read_table(table_file(OWN, "mine.csv")).name == "mine"
    assert read_table(table_file(OWN), "yours").name == "yours"


def test_the_vocabulary_note_numbers_the_chords(table_file):
    assert read_table(table_file(OWN)).vocabulary == ("4", "1")


def test_without_that_note_chords_are_numbered_as_they_appear(table_file):
    assert read_table(table_file(own(",6,0.5", ",4,0.5"))).vocabulary == ("6", "4")


def test_notes_are_kept(table_file):
    assert read_table(table_file(OWN)).notes == {"description": "made up"}


def test_a_gzipped_table_is_read_whatever_its_name(table_file):
    table = read_table(table_file(gzip.compress(OWN.encode(), mtime=0), "t.csv"))
    assert table.vocabulary == ("4", "1")


def test_a_byte_order_mark_and_windows_line_ends_are_no_matter(table_file):
    content = b"\xef\xbb\xbf" + own(",1,1").replace("\n", "\r\n").encode()
    assert read_table(table_file(content)).vocabulary == ("1",)


def test_roman_numerals_become_the_ids_they_have(table_file):
    table = read_table(table_file(own(",V,0.5", ",V+7,0.5", "bVII,IV,1")))
    assert table.vocabulary == ("5", "V+7", "4", "b7")


def test_columns_may_come_in_another_order_and_with_others(table_file):
    table = read_table(table_file("probability,chord,name,history\n1,4,IV,5\n"))
    assert table.probability((table.index("5"),), table.index("4")) == 1.0


def test_a_table_without_an_empty_history_lists_nothing_there(table_file):
    table = read_table(table_file(own("1,4,1")))
    assert len(table.rows[()].chords) == 0


def test_hooktheory_lines_have_a_nameless_first_cell_and_a_blank_first_line(table_file):
    table = read_table(table_file(HOOKTHEORY))
    assert table.vocabulary == ("1", "b7")
    assert table.probability((), 1) == 0.4


def test_a_row_may_sum_to_1_004_by_rounding(table_file):
    table = read_table(table_file(own(",1,0.502", ",4,0.502")))
    assert table.row_sums().tolist() == [1.004]


def test_hooktheory_has_the_counts_of_its_publisher(hooktheory_folder):
    table = read_table(hooktheory_folder)
    lengths = [len(history) for history in table.rows]
    assert [lengths.count(n) for n in range(4)] == [1, 28, 581, 1488]
    assert len(table.vocabulary) == 207
    assert len(table.restricted().vocabulary) == 28
    assert table.row_sums().min() == pytest.approx(0.1)
    assert table.row_sums().max() == pytest.approx(1.004)


def test_hooktheory_after_i_and_iv_lists_i_first(hooktheory_folder):
    table = read_table(hooktheory_folder)
    i, iv = table.index("1"), table.index("4")
    assert table.probability((i, iv), i) == 0.338


def test_the_fourth_hooktheory_file_has_a_history_of_two_chords(hooktheory_folder):
    table = read_table(hooktheory_folder / "chord.4thL.csv")
    assert [len(history) for history in table.rows].count(2) == 1
    assert table.probability((table.index("b3"), table.index("b6")), table.index("b7")) == 0.317


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", r"t\.csv: empty; expected a Hooktheory CSV"),
        (" \n\n", r"t\.csv: empty"),
        ("history,chord,probability\n", r"t\.csv: no entries"),
        ("# a: b\n", r"t\.csv: no entries"),
        ("history,probability\n,1\n", r"line 1: no column 'chord'"),
        ("a,b\n1,2\n", r"line 1: no column 'history'"),
        ("child_path,chord_ID\n1,1\n", r"line 1: no column 'probability'"),
        (b"history\0", r"binary, a zero at byte 7"),
        (b"\x89PNG\r\n\x1a\n\0\0", r"binary"),
        ('history,chord,probability\n"1,4,0.5\n', r"not a CSV \(unexpected end of data\)"),
        (gzip.compress(OWN.encode(), mtime=0)[:-20], r"gzip ends too early; fetch or pack"),
        (b"\x1f\x8bnonsense", r"broken gzip"),
        (own("1,4,0.5", "1,4,5,0.5"), r"line 3: 4 cells; expected 3, .*in quotes"),
        (own(",1,0.5", ",4,1.5"), r"line 3: '1.5' is not a probability; expected from 0 to 1"),
        (own(",1,-0.1"), r"line 2: '-0.1' is not a probability"),
        (own(",1,nan"), r"line 2: 'nan' is not a probability"),
        (own(",1,inf"), r"line 2: 'inf' is not a probability"),
        (own(",1,0.5", "", ",4,2"), r"line 4: '2' is not a probability"),
        (own(",1,half"), r"line 2: 'half' is not a probability"),
        (own(",1,"), r"line 2: '' is not a probability"),
        (own("1,4,0.5", "1,*,-1"), r"line 3: '-1' is not a back-off weight; expected from 0 up"),
        (own(",1,0.5", ",*,0.5"), r"line 3: a back-off weight without a history"),
        (own(",1,0.5", ",H7,0.5"), r"line 3: .*'H7'"),
        (own(",1,0.5", "99,1,0.5"), r"line 3: .*'99'"),
        (own(",,0.5"), r"line 2: .*''"),
        (own('"1,",4,0.5'), r"line 2: .*''"),
        (
            own(f'"{",".join("1" * 256)}",1,0.5'),
            r"line 2: a history of 256 chords \(1,1,1,.*t 255$",
        ),
        (own("1,4,0.5", ",1,1", "1,4,0.5"), r"line 4: chord 4 after 1 has 0.5 already .*line 2"),
        (own(",5,0.5", ",V,0.5"), r"line 3: chord V after nothing has 0.5 already"),
        (own(",1,0.6", ",4,0.6"), r"line 3: the row sums to 1.200 here; expected at most 1"),
        ("# vocabulary: 1,H\n" + own(",1,1"), r"'H'"),
    ],
)
def test_a_table_that_cannot_be_used_says_where_and_why(table_file, content, message):
    with pytest.raises(TableError, match=message) as caught:
        read_table(table_file(content))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('"4","3","1,99","x","99","0.1"', r"line 5: .*'99'"),
        ('"4","3","1,4","IV","0.1"', r"line 5: 5 cells; expected 6"),
        ('"4","3"', r"line 5: 2 cells; expected 6"),
        ('"4","3","","IV","4","0.1"', r"line 5: .*''"),
    ],
)
def test_a_hooktheory_line_that_cannot_be_used_is_named(table_file, line, message):
    with pytest.raises(TableError, match=message):
        read_table(table_file(HOOKTHEORY + line + "\n"))


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(TableError, match=r"none\.csv: no such file"):
        read_table(tmp_path / "none.csv")


def test_a_name_with_a_zero_character_is_told():
    with pytest.raises(TableError, match="null"):
        read_table("a\0b.csv")


def test_a_name_that_is_too_long_is_told(tmp_path):
    with pytest.raises(TableError, match="expected a file or folder"):
        read_table(tmp_path / ("x" * 300))


def test_a_folder_without_tables_is_told(tmp_path):
    with pytest.raises(TableError, match=r"no table in this folder; expected chord\.1stL\.csv"):
        read_table(tmp_path)


@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() == 0, reason="this user may read everything"
)
def test_a_closed_file_is_told(table_file):
    path = table_file(OWN)
    path.chmod(0)
    with pytest.raises(TableError, match="Permission denied"):
        read_table(path)


def test_a_file_beyond_the_bound_is_refused(table_file, monkeypatch):
    monkeypatch.setattr(reading, "LARGEST_FILE", 10)
    with pytest.raises(TableError, match="split it"):
        read_table(table_file(OWN))


def test_a_small_file_that_unpacks_beyond_the_bound_is_refused(table_file, monkeypatch):
    monkeypatch.setattr(reading, "LARGEST_FILE", 1000)
    with pytest.raises(TableError, match="split it"):
        read_table(table_file(gzip.compress(b"0" * 100_000, mtime=0)))


def test_the_same_entry_in_two_hooktheory_files_counts_once(tmp_path):
    (tmp_path / "chord.1stL.csv").write_text(HOOKTHEORY)
    (tmp_path / "chord.4thL.csv").write_text(HOOKTHEORY)
    assert read_table(tmp_path).row_sums().tolist() == [1.0]


def test_two_hooktheory_files_that_disagree_are_an_error(tmp_path):
    (tmp_path / "chord.1stL.csv").write_text(HOOKTHEORY)
    (tmp_path / "chord.4thL.csv").write_text(HOOKTHEORY.replace("0.4", "0.3"))
    with pytest.raises(TableError, match=r"chord b7 after nothing has 0.4 already at chord\.1st"):
        read_table(tmp_path)


@given(st.binary(max_size=200))
def test_any_bytes_are_an_error_in_one_line(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("bytes") / "t.csv"
    path.write_bytes(content)
    # That they are a table by chance is out of the question: it takes a header.
    with pytest.raises(TableError, match=r"expected|again") as caught:
        read_table(path)
    assert "\n" not in str(caught.value)


TOKENS = ("1", "57/5", "b7", "♯iv")
NUMBERS = st.integers(0, 200).map(lambda n: n / 1000)


@st.composite
def tables(draw: st.DrawFn) -> TransitionTable:
    chords = st.integers(0, len(TOKENS) - 1)
    listed = st.dictionaries(chords, NUMBERS, min_size=1)
    rows = draw(st.dictionaries(st.lists(chords, min_size=1, max_size=6).map(tuple), listed))
    rows[()] = draw(listed)
    return TransitionTable(
        "t",
        TOKENS,
        max(map(len, rows)),
        {
            history: Row(
                np.array(sorted(numbers), np.int32),
                np.array([numbers[chord] for chord in sorted(numbers)]),
                draw(NUMBERS) if history else 0.0,
            )
            for history, numbers in rows.items()
        },
        {"source": "none"},
    )


@given(tables())
def test_a_table_comes_back_from_its_file_as_it_was(tmp_path_factory, table):
    path = tmp_path_factory.mktemp("tables") / "t.csv.gz"
    write_table(table, path)
    again = read_table(path)
    assert (again.name, again.vocabulary, again.order) == ("t", table.vocabulary, table.order)
    assert again.notes == table.notes
    assert set(again.rows) == set(table.rows)
    for history, row in table.rows.items():
        assert again.rows[history].chords.tolist() == row.chords.tolist()
        assert again.rows[history].probabilities.tolist() == row.probabilities.tolist()
        assert again.rows[history].backoff == row.backoff


def test_the_same_table_gives_the_same_bytes(tmp_path, table_file):
    table = read_table(table_file(OWN))
    write_table(table, tmp_path / "a.csv.gz")
    write_table(table, tmp_path / "b.csv.gz")
    assert (tmp_path / "a.csv.gz").read_bytes() == (tmp_path / "b.csv.gz").read_bytes()


def test_a_csv_begins_with_notes_and_lists_likely_chords_first(table_file):
    table = read_table(table_file(own(",1,0.25", ",4,0.75", "1,4,0.5", "1,*,0.125")))
    assert table_csv(table).split("\n") == [
        "# codec: chords",
        "# vocabulary: 1,4",
        "history,chord,probability",
        ",4,0.75",
        ",1,0.25",
        "1,4,0.5",
        "1,*,0.125",
        "",
    ]


def test_a_table_that_cannot_be_written_is_told(table_file, tmp_path):
    table = read_table(table_file(OWN))
    with pytest.raises(ShinkoError, match="can't write"):
        write_table(table, tmp_path / "none" / "t.csv")
