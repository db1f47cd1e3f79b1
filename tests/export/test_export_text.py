"""Progressions as JSON that reads back."""

import json

from shinko.export.text import progression_json
from shinko.score.progression import Progression
from shinko.theory import Key, parse_token


def two_chords(**fields) -> Progression:
    return Progression(tuple(map(parse_token, ("6", "b7"))), Key.parse("C"), (4, 1.5), **fields)


def test_json_reads_back_as_the_same_progression():
    progression = two_chords(title="進行", seed=3)
    assert Progression.from_dict(json.loads(progression_json(progression))) == progression


def test_json_keeps_signs_readable_and_ends_its_last_line():
    text = progression_json(two_chords())
    assert '"roman": "♭VII"' in text
    assert text.endswith("}\n")
