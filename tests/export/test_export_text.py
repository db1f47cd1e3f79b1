"""Progressions as text: JSON that reads back, names in ASCII."""

import json

import pytest

from shinko.export.text import ascii_name, progression_json
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
