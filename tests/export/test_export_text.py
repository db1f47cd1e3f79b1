"""Progressions as text: JSON that reads back, rows for a table, names in ASCII."""

import json

import pytest

from shinko.export.text import (
    COLUMNS,
    ascii_name,
    progression_json,
    progression_rows,
    write_progression_json,
)
from shinko.score.progression import Progression
from shinko.theory import QUALITIES, Key, parse_chord_name, parse_token


def two_chords(**fields) -> Progression:
    return Progression(tuple(map(parse_token, ("6", "b7"))), Key.parse("C"), (4, 1.5), **fields)


def test_json_reads_back_as_the_same_progression():
    progression = two_chords(title="進行", seed=3)
    assert Progression.from_dict(json.loads(progression_json(progression))) == progression


def test_json_keeps_signs_readable_and_ends_its_last_line():
    text = progression_json(two_chords())
    assert '"roman": "♭VII"' in text
    assert text.endswith("}\n")


def test_written_json_is_utf_8(tmp_path):
    write_progression_json(two_chords(), tmp_path / "two.json")
    assert (tmp_path / "two.json").read_text(encoding="utf-8") == progression_json(two_chords())


def test_a_title_of_broken_bytes_is_written_with_question_marks(tmp_path):
    write_progression_json(two_chords(title="\udcff"), tmp_path / "two.json")
    assert json.loads((tmp_path / "two.json").read_text(encoding="utf-8"))["title"] == "?"


def test_rows_show_numeral_name_notes_and_beats():
    assert progression_rows(two_chords()) == [
        ("vi", "Am", "A C E", "4"),
        ("♭VII", "B♭", "B♭ D F", "1.5"),
    ]
    assert len(COLUMNS) == 4


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("B♭maj7", "Bbmaj7"),
        ("F♯ø7", "F#m7b5"),
        ("Bø9", "Bm9b5"),
        ("F♯°", "F#dim"),
        ("G♯°7", "G#dim7"),
        ("E𝄫m", "Ebbm"),
        ("F𝄪7", "F##7"),
        ("A7♭9♭13", "A7b9b13"),
        ("D♭/A♭", "Db/Ab"),
        ("Am7", "Am7"),
    ],
)
def test_ascii_names(name, plain):
    assert ascii_name(name) == plain


@pytest.mark.parametrize("quality", QUALITIES)
@pytest.mark.parametrize("root", ["C", "B♭", "F♯", "E𝄫"])
def test_ascii_names_are_ascii_and_mean_the_same_chord(root, quality):
    plain = ascii_name(root + quality)
    assert plain.isascii()
    assert parse_chord_name(plain) == parse_chord_name(root + quality)
