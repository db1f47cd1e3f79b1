"""The key of words of which some are chord symbols, some numerals, and some neither."""

import pytest

from shinko.theory.key_of_words import any_key, key_of_words


@pytest.mark.parametrize(
    ("text", "key", "name"),
    [
        ("D A Bm G", "D major", "D major"),
        ("Am F C G Am", "A minor", "A minor"),
        ("V I D A D", "D major", "D major"),
        ("I V vi IV", "C major", "major"),
        ("i bVI bIII bVII", "A minor", "minor"),
        ("i I", "C major", "major"),
        ("V7/i ii V", "C major", "major"),
        ("1 5 6 4", "C major", "major"),
        ("_ %", "C major", "major"),
        ("", "C major", "major"),
    ],
)
def test_names_tell_a_tonic_and_numerals_a_mode(text, key, name):
    found, called = key_of_words(text.split())
    assert (str(found), called) == (key, name)


def test_a_mode_without_a_tonic_has_no_accidentals():
    assert [str(any_key(mode)[0]) for mode in ("minor", "dorian")] == ["A minor", "D dorian"]
